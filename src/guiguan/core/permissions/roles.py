"""Roles, and which of them one person may hold together (三员分离)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal, get_args

Role = Literal[
    "public",
    "person",
    "applicant",
    "endorser",
    "undertaker",
    "clerk",
    "lead",
    "media",
    "expert",
    "screener",
    "owner",
    "data_authority",
    "supervisor",
    "system_admin",
    "security_admin",
    "auditor",
]
ROLES: tuple[Role, ...] = get_args(Role)

ROLE_TITLES: dict[Role, tuple[str, str]] = {
    "public": ("公众", "The public"),
    "person": ("登录用户（含投票人）", "Signed-in person (voters too)"),
    "applicant": ("申报单位", "Applicant"),
    "endorser": ("推荐单位", "Endorser"),
    "undertaker": ("区域承办", "Regional undertaker"),
    "clerk": ("主办经办", "Organiser's clerk"),
    "lead": ("主办负责人", "Organiser's lead"),
    "media": ("媒体评测员", "Media evaluator"),
    "expert": ("专家", "Expert"),
    "screener": ("初审", "Screener"),
    "owner": ("建设主体", "Project owner"),
    "data_authority": ("数据主管部门", "Data authority"),
    "supervisor": ("监督员", "Supervisor"),
    "system_admin": ("系统管理员", "System administrator"),
    "security_admin": ("安全管理员", "Security administrator"),
    "auditor": ("审计员", "Auditor"),
}

IMPLIED: tuple[Role, ...] = ("public", "person", "applicant")
"""Roles that nobody grants: everybody is the public, whoever signed in is a person, an approved unit's member an applicant."""

ADMINISTRATORS: tuple[Role, ...] = ("system_admin", "security_admin", "auditor")
SECOND_FACTOR: tuple[Role, ...] = tuple(r for r in ROLES if r not in IMPLIED and r != "owner")
"""Staff and experts sign in with a second factor."""


@dataclass(frozen=True)
class Held:
    """One role as somebody holds it. `campaign` "" is every campaign (administrators only);
    `organisation` is for applicants, `regions` (GB/T 2260 codes, empty: all) for undertakers."""

    role: Role
    person: str = ""
    campaign: str = ""
    organisation: str = ""
    regions: tuple[str, ...] = ()


def may_hold(role: Role, others: Iterable[Role]) -> bool:
    """Whether one person may hold this granted role beside the others: each administrator stands alone."""
    rest = {r for r in others if r not in IMPLIED and r != role}
    return not rest if role in ADMINISTRATORS else not rest & set(ADMINISTRATORS)


def everywhere(role: Role) -> bool:
    """Whether a role is held for the whole site and not for one campaign."""
    return role in ADMINISTRATORS
