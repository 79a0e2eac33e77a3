"""Gives and takes roles."""

from __future__ import annotations

from typing import cast

from django.db import transaction

from guiguan.apps.accounts.models import Grant, Person
from guiguan.apps.accounts.permission import ask
from guiguan.apps.accounts.telling import reached_at
from guiguan.apps.audit.services import record
from guiguan.apps.messages.services import queue
from guiguan.core.permissions.roles import IMPLIED, ROLE_TITLES, ROLES, Role, everywhere, may_hold
from guiguan.core.values.finding import Finding, InputError


@transaction.atomic
def grant_role(
    by: Person,
    at: int,
    person: Person,
    role: Role,
    campaign: str = "",
    regions: tuple[str, ...] = (),
    title: str = "",
) -> Grant:
    """The person holds the role and is told, with the campaign's `title`. Raises Forbidden; InputError where the roles do not
    go together or the scope is wrong."""
    ask(by, "role.grant")
    grant, fresh = _give(str(by.pk), at, person, role, campaign, regions)
    if fresh:
        _tell(at, person, grant, title or campaign or "全站")
    return grant


@transaction.atomic
def grant_first(
    at: int, person: Person, role: Role, campaign: str = "", regions: tuple[str, ...] = ()
) -> Grant:
    """A role given by the installation itself, from the command line or the demo: there is nobody yet to ask."""
    return _give("installation", at, person, role, campaign, regions)[0]


@transaction.atomic
def grant_maker(by: Person, at: int, role: Role, campaign: str) -> Grant:
    """Who made a campaign works on it in a part that they hold elsewhere; whoever lets them make it has asked for permission."""
    return _give(str(by.pk), at, by, role, campaign, ())[0]


@transaction.atomic
def end_grant(by: Person, at: int, grant: Grant) -> None:
    """The role ends with the person's next request. Raises Forbidden."""
    ask(by, "role.grant")
    changed = Grant.objects.filter(pk=grant.pk, ended_at=None).update(ended_at=at)
    if changed:
        record(
            str(by.pk), at, "role.end", f"person:{grant.person_id}", campaign=grant.campaign, role=grant.role
        )


def _give(
    by: str, at: int, person: Person, role: Role, campaign: str, regions: tuple[str, ...]
) -> tuple[Grant, bool]:
    Person.objects.select_for_update().get(pk=person.pk)
    held = Grant.objects.filter(person=person, ended_at=None).values_list("role", flat=True)
    if role not in ROLES or role in IMPLIED:
        raise InputError(
            Finding("role.unknown", f"没有可授予的角色“{role}”", f"there is no role {role} to grant")
        )
    if not may_hold(role, (cast(Role, other) for other in held)):
        raise InputError(
            Finding(
                "role.separated",
                "系统管理员、安全管理员、审计员各自独立，不能兼任其他角色；请先收回已有角色",
                "each administrator stands alone; take back the other roles first",
            )
        )
    if everywhere(role) != (campaign == ""):
        raise InputError(
            Finding(
                "role.scope",
                "业务角色须指定活动，管理员不指定",
                "a role of business needs a campaign, an administrator has none",
            )
        )
    grant, fresh = Grant.objects.get_or_create(
        person=person,
        role=role,
        campaign=campaign,
        ended_at=None,
        defaults={"regions": list(regions), "by": by, "at": at},
    )
    if fresh:
        record(
            by, at, "role.grant", f"person:{person.pk}", campaign=campaign, role=role, regions=list(regions)
        )
    return grant, fresh


def _tell(at: int, person: Person, grant: Grant, scope: str) -> None:
    queue(
        at,
        "role-granted",
        once=f"role-granted:{grant.pk}",
        person=person.pk,
        channels=("sms", "site"),
        to=reached_at(person),
        campaign=grant.campaign,
        facts={"role": ROLE_TITLES[cast(Role, grant.role)][0], "campaign": scope},
        link="/",
    )
