"""A lost second factor is taken away by two administrators: whoever can also void a password shall not be able to do it alone."""

from __future__ import annotations

from uuid import UUID

from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django.db import transaction

from guiguan.apps.accounts.models import FactorReset, Person
from guiguan.apps.accounts.permission import ask
from guiguan.apps.accounts.telling import reached_at
from guiguan.apps.audit.services import record
from guiguan.apps.messages.services import queue
from guiguan.core.values.finding import Finding, InputError
from guiguan.core.values.plain import plain, unkept

SHORTEST, LONGEST = 4, 500


@transaction.atomic
def propose_factor_reset(by: Person, at: int, person_id: UUID, reason: str) -> FactorReset:
    """The reset waits for a second administrator. Raises Forbidden; InputError where there is nothing to reset, one waits
    already, it is oneself, or the reason says too little."""
    ask(by, "account.factor-reset")
    person = Person.objects.select_for_update().get(pk=person_id)
    faults = unkept("factor.reason", reason, zh="说明", en="the text") or _faults(by, person, plain(reason))
    if faults:
        raise InputError(*faults)
    made = FactorReset.objects.create(person=person, by=by, at=at, reason=plain(reason))
    record(str(by.pk), at, "account.factor-propose", f"person:{person.pk}", reset=made.pk)
    return made


@transaction.atomic
def decide_factor_reset(by: Person, at: int, reset_id: int, agree: bool) -> FactorReset:
    """Agreed: every second factor and recovery code of the person is gone, every session has ended, and the person is told.
    Not agreed: nothing changed. Raises Forbidden; InputError where it was decided already or concerns whoever decides."""
    ask(by, "account.factor-decide")
    reset = FactorReset.objects.select_for_update().get(pk=reset_id)
    person = Person.objects.select_for_update().get(pk=reset.person_id)
    if reset.outcome:
        raise InputError(
            Finding(
                "factor.decided", "该申请已经办结，请刷新页面。", "this was decided already; reload the page"
            )
        )
    if by.pk in (reset.by_id, person.pk):
        raise InputError(
            Finding(
                "factor.two",
                "须由申请人和本人以外的另一位管理员复核。",
                "another administrator must decide, neither who asked for it nor the person concerned",
            )
        )
    reset.outcome, reset.second, reset.decided_at = "done" if agree else "refused", by, at
    reset.save(update_fields=["outcome", "second", "decided_at"])
    if agree:
        Authenticator.objects.filter(user=person).delete()
        for session in UserSession.objects.filter(user=person):
            session.end()
        _tell(at, reset)
    act = "account.factor-reset" if agree else "account.factor-refuse"
    record(str(by.pk), at, act, f"person:{person.pk}", reset=reset.pk, proposed_by=str(reset.by_id))
    return reset


def waiting_factor_resets() -> list[FactorReset]:
    """Resets that wait for a second administrator, the oldest first."""
    return [*FactorReset.objects.filter(outcome="").select_related("person", "by").order_by("at", "pk")]


def factor_of(person: Person) -> str:
    """on, waits (a reset waits for a second administrator), or off."""
    if FactorReset.objects.filter(person=person, outcome="").exists():
        return "waits"
    return "on" if Authenticator.objects.filter(user=person).exists() else "off"


def _faults(by: Person, person: Person, reason: str) -> list[Finding]:
    if person.pk == by.pk:
        return [
            Finding(
                "factor.self",
                "不能为自己申请；请由另一位安全管理员办理。",
                "nobody asks for their own reset; ask another security administrator",
            )
        ]
    faults = []
    if not Authenticator.objects.filter(user=person).exists():
        faults.append(
            Finding(
                "factor.none",
                "该账号没有启用双重验证，不需要重置；对方登录后会自动进入启用页面。",
                "the account has no second factor, so there is nothing to reset; signing in leads to setting one up",
            )
        )
    elif FactorReset.objects.filter(person=person, outcome="").exists():
        faults.append(
            Finding(
                "factor.waits", "已有一份申请等待复核。", "a reset waits for a second administrator already"
            )
        )
    if not SHORTEST <= len(reason) <= LONGEST:
        faults.append(
            Finding(
                "factor.reason",
                f"请写明怎样核实了本人身份（{SHORTEST} 至 {LONGEST} 个字，现有 {len(reason)} 个）。",
                f"say how the person's identity was made sure of ({SHORTEST} to {LONGEST} characters, found {len(reason)})",
            )
        )
    return faults


def _tell(at: int, reset: FactorReset) -> None:
    queue(
        at,
        "second-factor-reset",
        once=f"second-factor-reset:{reset.pk}",
        person=reset.person_id,
        channels=("sms", "site"),
        to=reached_at(reset.person),
        facts={},
        link="/accounts/2fa/",
    )
