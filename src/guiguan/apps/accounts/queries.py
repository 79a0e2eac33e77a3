"""Reads people and units."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from django.db.models import Count, Q, QuerySet
from django.db.models.functions import Coalesce

from guiguan.apps.accounts.deadline import day_of
from guiguan.apps.accounts.models import Grant, Invitation, Organisation, Person
from guiguan.apps.accounts.sealing import NAME, PHONE, masked_name, masked_phone, phone_index, sealer
from guiguan.core.values.chinese import same_text
from guiguan.core.values.credit_code import check_credit_code
from guiguan.core.values.finding import Finding
from guiguan.core.values.plain import plain


@dataclass(frozen=True)
class Member:
    """A member as the other members see it."""

    person: UUID
    name: str  # masked
    phone: str  # masked
    keeper: bool
    since: int


def units_of(person: Person) -> QuerySet[Organisation]:
    """Every unit the person belongs to, by name."""
    return Organisation.objects.filter(memberships__person=person).order_by("name", "pk")


def approved_units_of(person: Person) -> QuerySet[Organisation]:
    """The units for which the person may act now."""
    return units_of(person).filter(state="approved")


def person_called(text: str) -> Person | None:
    """Who signs in by this name or by this proven phone, and may; None for nobody."""
    found = Person.objects.filter(is_active=True)
    name = plain(text)
    return found.filter(username=name).first() or found.filter(phone_index=phone_index(name)).first()


def units_waiting() -> QuerySet[Organisation]:
    """Registrations to decide on, the longest waiting first."""
    return Organisation.objects.filter(state="waiting").order_by("submitted_at", "pk")


def units_in(state: str, text: str = "") -> QuerySet[Organisation]:
    """Units in a state, the newest first, whose name or credit code holds the text."""
    found = Organisation.objects.filter(state=state).order_by("-submitted_at", "pk")
    wanted = plain(text)
    if not wanted:
        return found
    return found.filter(Q(name__icontains=wanted) | Q(credit_code__icontains=wanted))


def counts_by_state() -> dict[str, int]:
    """How many units are in each state; a state without any is left out."""
    return dict(Organisation.objects.values_list("state").annotate(Count("pk")).order_by())


def overdue(unit: Organisation, at: int) -> bool:
    """Whether the registration should have been decided on before today."""
    return unit.state == "waiting" and unit.decide_until is not None and day_of(at) > unit.decide_until


def days_left(unit: Organisation, at: int) -> int | None:
    """Calendar days until the decision is due, negative when it is late; None without a calendar."""
    return (unit.decide_until - day_of(at)).days if unit.decide_until else None


def members_of(unit: Organisation) -> list[Member]:
    """The unit's members, the keeper first."""
    rows = unit.memberships.select_related("person").order_by("-keeper", "since", "pk")
    return [
        Member(
            row.person_id,
            masked_name(_open(bytes(row.person.name), NAME)) or row.person.username,
            masked_phone(_open(bytes(row.person.phone), PHONE)) if row.person.phone else "",
            row.keeper,
            row.since,
        )
        for row in rows
    ]


def open_invitations(unit: Organisation, at: int) -> QuerySet[Invitation]:
    """Invitations that may still be accepted, the newest first."""
    return unit.invitations.filter(ended="", expires_at__gt=at).order_by("-at", "pk")


def warnings_about(unit: Organisation) -> list[Finding]:
    """What whoever decides should look at: the code's check character, units of much the same name, the code's history."""
    found: list[Finding] = []
    if unit.credit_code:
        doubt = check_credit_code(unit.credit_code)[1]
        found += [doubt] if doubt else []
    else:
        found.append(_warn("unit.no-code", "没有填写统一社会信用代码。", "no credit code was given"))
    if not unit.licence:
        found.append(_warn("unit.no-licence", "没有上传营业执照。", "no licence was uploaded"))
    others = Organisation.objects.exclude(pk=unit.pk)
    refused = others.filter(state="refused", credit_code=unit.credit_code).exclude(credit_code="").count()
    if refused:
        found.append(
            _warn(
                "unit.refused-before",
                f"同一统一社会信用代码曾有 {refused} 次注册未通过。",
                f"{refused} registrations with this credit code were refused",
            )
        )
    return found + _similar(unit, others)


def _similar(unit: Organisation, others: QuerySet[Organisation]) -> list[Finding]:
    core = bare_name(unit.name)
    if len(core) < 2:
        return []
    likely = (
        others.filter(name__contains=core[:2]).exclude(state="refused").values_list("name", "state")[:500]
    )
    return [
        _warn(
            "unit.similar",
            f"名称与已有单位“{name}”相近，请核对是否重复注册。",
            f"the name is close to that of “{name}”; check that it is not registered twice",
        )
        for name, _ in likely
        if bare_name(name) == core
    ][:5]


def bare_name(name: str) -> str:
    """A unit's name without its legal form, brackets and blanks: what two spellings of one unit have in common."""
    text = same_text(name)
    for part in ("有限责任公司", "股份有限公司", "有限公司", "集团", "公司", "(", ")", "（", "）", " "):
        text = text.replace(part, "")
    return text


def people(text: str = "") -> QuerySet[Person]:
    """Accounts made by an administrator or holding a role, by user name; with text, those whose user name holds it."""
    staff = Person.objects.filter(Q(grants__isnull=False) | ~Q(username__startswith="p-")).distinct()
    wanted = plain(text)
    return (staff.filter(username__icontains=wanted) if wanted else staff).order_by("username")


def grants_of(person: Person) -> QuerySet[Grant]:
    """The person's roles, those in force first."""
    return person.grants.order_by(Coalesce("ended_at", 0), "-at")


def _open(sealed: bytes, purpose: str) -> str:
    return sealer().unseal(sealed, purpose) if sealed else ""


def _warn(rule: str, zh: str, en: str) -> Finding:
    return Finding(rule, zh, en, severity="warning")


def named(person: Person) -> str:
    """The person's name in plain text, "" where it is not known: for oneself and for who administers accounts."""
    return _open(bytes(person.name), NAME)


def masked_phone_of(person: Person) -> str:
    """138****1234, or ""."""
    return masked_phone(_open(bytes(person.phone), PHONE)) if person.phone else ""
