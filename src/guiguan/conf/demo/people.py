"""The demo's people: one for each role, and the members of generated units."""

from __future__ import annotations

from django.contrib.auth.hashers import make_password

from guiguan.apps.accounts.grants import grant_first
from guiguan.apps.accounts.models import Membership, Organisation, Person
from guiguan.apps.accounts.sealing import NAME, PHONE, phone_index, sealer
from guiguan.core.permissions.roles import IMPLIED, ROLE_TITLES, ROLES, Role, everywhere
from guiguan.core.values.credit_code import check_credit_code

PASSWORD = "guiguan-demo-2026"  # noqa: S105  (a demo on one machine; every page says so)
SECOND_LEAD = "demo-lead-2"
"""What two people decide, two others may have to look at again."""
GRANTED: tuple[Role, ...] = tuple(r for r in ROLES if r not in IMPLIED)
REGIONS = ("450000", "440000")


def username_of(role: str) -> str:
    return f"demo-{role.replace('_', '-')}"


def make_staff(at: int, campaigns: tuple[str, ...]) -> None:
    """One person for each granted role, in every campaign, and a second lead; and somebody who has only signed in."""
    password = make_password(PASSWORD)
    for role in GRANTED:
        person = make_person(username_of(role), ROLE_TITLES[role][0], password)
        for campaign in ("",) if everywhere(role) else campaigns:
            grant_first(at, person, role, campaign, REGIONS if role == "undertaker" else ())
    second = make_person(SECOND_LEAD, "副负责人", password)
    for campaign in campaigns:
        grant_first(at, second, "lead", campaign, ())
    make_person(username_of("person"), "登录用户", password)


def make_applicant(at: int, campaign_units: tuple[str, ...] = ("桂冠示例信息技术有限公司",)) -> Organisation:
    """The demo applicant, keeper of one approved unit, with a teammate."""
    password = make_password(PASSWORD)
    keeper = make_person(username_of("applicant"), "申报人", password, "13900000001")
    mate = make_person("demo-teammate", "同事", password, "13900000002")
    return make_unit(at, campaign_units[0], "91450100MA5K000009", "450100", keeper, mate)


def make_person(username: str, name: str, password: str, phone: str = "") -> Person:
    """Somebody who signs in with this name, and with the phone where there is one."""
    return Person.objects.create(
        username=username,
        name=sealer().seal(name, NAME),
        password=password,
        phone=sealer().seal(phone, PHONE) if phone else b"",
        phone_index=phone_index(phone) if phone else None,
        phone_verified=bool(phone),
    )


def make_unit(at: int, name: str, code: str, region: str, *members: Person) -> Organisation:
    """An approved unit; its first member keeps it."""
    normal, _warning = check_credit_code(code)
    taken = Organisation.objects.filter(credit_code=normal).exists()
    unit = Organisation.objects.create(
        kind="enterprise",
        name=name,
        credit_code="" if taken else normal,
        address="示例路 1 号",
        region=region,
        attribute="民营企业",
        type="有限责任公司",
        state="approved",
        submitted_at=at,
        decided_at=at,
    )
    Membership.objects.bulk_create(
        Membership(organisation=unit, person=person, keeper=i == 0, since=at)
        for i, person in enumerate(members)
    )
    return unit
