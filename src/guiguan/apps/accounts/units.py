"""Units register, correct what was refused, and change what they may change themselves."""

from __future__ import annotations

from dataclasses import replace
from uuid import UUID

from django.db import IntegrityError, transaction

from guiguan.apps.accounts.deadline import decide_until
from guiguan.apps.accounts.facts import UnitFacts, faults_of, same_identity
from guiguan.apps.accounts.models import Membership, Organisation, Person, UnitAct
from guiguan.apps.accounts.permission import Forbidden, ask
from guiguan.apps.accounts.sealing import IDENTITY, NAME, sealer
from guiguan.apps.audit.services import record
from guiguan.core.lifecycle.moves import ORGANISATION, NoSuchMove
from guiguan.core.permissions.table import About
from guiguan.core.values.credit_code import check_credit_code
from guiguan.core.values.finding import Finding, InputError
from guiguan.core.values.plain import plain


@transaction.atomic
def register_unit(by: Person, at: int, facts: UnitFacts) -> Organisation:
    """The unit waits for approval and `by` is its keeper. Raises Forbidden; InputError with every fault."""
    ask(by, "organisation.register")
    _lock_person(by)
    _one_at_a_time(by)
    facts = _with_known_identity(by, facts)
    _refuse(faults_of(facts), facts.credit_code, None)
    unit = Organisation(state=ORGANISATION.first, submitted_at=at)
    _fill(unit, at, facts)
    _save(unit)
    Membership.objects.create(organisation=unit, person=by, keeper=True, since=at)
    _keep_contact(by, facts)
    _note(unit, by, at, "submit")
    record(str(by.pk), at, "organisation.register", f"organisation:{unit.pk}", kind=unit.kind)
    return unit


@transaction.atomic
def resubmit_unit(by: Person, at: int, unit_id: UUID, facts: UnitFacts) -> Organisation:
    """A refused unit waits again, with what was corrected. Raises Forbidden, NoSuchMove, InputError."""
    unit = Organisation.objects.select_for_update().get(pk=unit_id)
    ask_keeper(by, "organisation.apply", unit)
    state = moved(unit, "resubmit")
    facts = _with_known_identity(by, facts)
    _refuse(faults_of(facts), facts.credit_code, unit.pk)
    unit.state, unit.submitted_at = state, at
    unit.decided_at, unit.decided_by, unit.reason = None, None, ""
    _fill(unit, at, facts)
    _save(unit)
    _keep_contact(by, facts)
    _note(unit, by, at, "resubmit")
    record(str(by.pk), at, "organisation.resubmit", f"organisation:{unit.pk}")
    return unit


@transaction.atomic
def change_unit(
    by: Person, at: int, unit_id: UUID, *, address: str, region: str, attribute: str, type: str
) -> Organisation:
    """The approved unit's address, region and classification are the new ones; its name and code stay as approved.
    Raises Forbidden, NoSuchMove, InputError."""
    unit = Organisation.objects.select_for_update().get(pk=unit_id)
    ask(by, "organisation.write", About(organisation=str(unit.pk)))
    ask_keeper(by, "organisation.apply", unit)
    moved(unit, "change")
    new = {"address": address.strip(), "region": region, "attribute": attribute, "type": type}
    facts = UnitFacts(unit.kind, unit.name, new["address"], region, attribute, type)
    changeable = ("unit.address", "unit.region", "unit.attribute", "unit.type")
    faults = [f for f in faults_of(facts) if f.rule in changeable]
    if faults:
        raise InputError(*faults)
    changed = sorted(field for field, value in new.items() if getattr(unit, field) != value)
    if changed:
        for field in changed:
            setattr(unit, field, new[field])
        unit.save(update_fields=changed)
        _note(unit, by, at, "change")
        record(str(by.pk), at, "organisation.change", f"organisation:{unit.pk}", fields=changed)
    return unit


def registered_already(credit_code: str, except_for: UUID | None = None) -> Finding | None:
    """That another unit has this credit code and how to join it, naming nobody; None where none has."""
    others = Organisation.objects.filter(credit_code=plain(credit_code)).exclude(state="refused")
    if except_for:
        others = others.exclude(pk=except_for)
    if not credit_code or not others.exists():
        return None
    return Finding(
        "unit.registered",
        "该统一社会信用代码已经注册，不能重复注册。请联系本单位的账号管理人，由其在“单位成员”中邀请您的手机号加入；"
        "如代码被他人误用，请联系主办方。",
        "a unit with this credit code is registered; ask its keeper to invite your phone number, "
        "or the organiser where somebody else used the code by mistake",
    )


def ask_keeper(by: Person, action: str, unit: Organisation) -> None:
    """Raises Forbidden unless `by` keeps the unit's account, whatever state the unit is in."""
    keeper = unit.memberships.filter(keeper=True).values_list("person_id", flat=True).first()
    about = About(person=str(keeper or ""))
    if keeper is None or keeper != by.pk:
        raise Forbidden(action, about)
    ask(by, "organisation.apply", about)


def moved(unit: Organisation, act: str) -> str:
    """The state after the act. InputError, in words for the person who acts, where it cannot happen now."""
    try:
        return ORGANISATION.after(unit.state, act)
    except NoSuchMove as error:
        raise InputError(
            Finding(
                "unit.state",
                "该单位的状态已经改变，这项操作现在不能进行；请刷新页面查看。",
                f"the unit's state has changed meanwhile; reload the page ({error})",
            )
        ) from error


def _refuse(faults: list[Finding], credit_code: str, except_for: UUID | None) -> None:
    twice = registered_already(check_credit_code(credit_code)[0] if credit_code else "", except_for)
    if twice:
        faults = [*faults, twice]
    if faults:
        raise InputError(*faults)


def _one_at_a_time(by: Person) -> None:
    """A second click on the same form makes no second unit."""
    if by.memberships.filter(organisation__state__in=("waiting", "refused"), keeper=True).exists():
        raise InputError(
            Finding(
                "unit.waiting",
                "您已有一个单位正在办理注册；请等待审核结果，或修改后重新提交。",
                "you have a registration under way; wait for its outcome, or correct it and hand it in again",
            )
        )


def _fill(unit: Organisation, at: int, facts: UnitFacts) -> None:
    unit.kind, unit.name, unit.address = facts.kind, facts.name.strip(), facts.address.strip()
    unit.credit_code = check_credit_code(facts.credit_code)[0] if facts.credit_code else ""
    unit.region, unit.attribute, unit.type = facts.region, facts.attribute, facts.type
    unit.licence, unit.letter = facts.licence, facts.letter
    unit.unit_kind = facts.unit_kind
    unit.parent, unit.parent_name = _group(facts, unit) if facts.unit_kind else (None, "")
    unit.decide_until = decide_until(at)


def _group(facts: UnitFacts, unit: Organisation) -> tuple[Organisation | None, str]:
    """The group's own account where it has one, by credit code or name; else its name as written."""
    written = facts.group.strip()
    approved = Organisation.objects.filter(state="approved").exclude(pk=unit.pk)
    found = list(approved.filter(credit_code=check_credit_code(written)[0])[:1])
    found = found or list(approved.filter(name=written)[:2])
    return (found[0], found[0].name) if len(found) == 1 else (None, written)


def _save(unit: Organisation) -> None:
    """The unit stands; of two that hand in one credit code at once, the second is told as if it had come later."""
    try:
        with transaction.atomic():
            unit.save()
    except IntegrityError as error:
        twice = registered_already(unit.credit_code, unit.pk)
        if twice is None:
            raise
        raise InputError(twice) from error


def _keep_contact(by: Person, facts: UnitFacts) -> None:
    by.name = sealer().seal(facts.contact.strip(), NAME)
    by.identity = sealer().seal(same_identity(facts.identity), IDENTITY)
    by.save(update_fields=["name", "identity"])


def _with_known_identity(by: Person, facts: UnitFacts) -> UnitFacts:
    """An identity number once given need not be typed again: it is never shown, so it cannot be sent back by the form."""
    if facts.identity.strip() or not by.identity:
        return facts
    return replace(facts, identity=sealer().unseal(bytes(by.identity), IDENTITY))


def _lock_person(by: Person) -> None:
    Person.objects.select_for_update().get(pk=by.pk)


def _note(unit: Organisation, by: Person, at: int, act: str) -> None:
    UnitAct.objects.create(organisation=unit, act=act, at=at, by=by)
