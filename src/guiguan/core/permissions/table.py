"""Who may do what: one readable table, action × role × how far. What is not in a cell is not allowed."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from guiguan.core.permissions.roles import Held, Role

Reach = Literal["any", "campaign", "region", "own", "assigned"]
"""any: whatever it is about · campaign: in the campaign of the role · region: there, and of the role's regions ·
own: of one's own organisation, or about oneself · assigned: given to this person to work on."""


@dataclass(frozen=True)
class About:
    """What an action is about, as far as permission asks: ids as text, "" where it has none."""

    campaign: str = ""
    organisation: str = ""
    region: str = ""
    person: str = ""
    assigned: tuple[str, ...] = ()


NOTHING = About()

TABLE: dict[str, dict[Role, Reach]] = {
    # the public
    "portal.read": {"public": "any"},
    "permission.read": {"public": "any"},
    "entry.progress": {"public": "any"},
    "account.register": {"public": "any"},
    # oneself
    "account.own": {"person": "own"},
    "account.places": {"person": "any"},
    "message.read": {"person": "own"},
    "invitation.accept": {"person": "any"},
    "campaign.ask": {"person": "any"},
    "organisation.register": {"person": "any"},
    "organisation.apply": {"person": "own"},
    # organisations
    "organisation.read": {"applicant": "own", "clerk": "any", "lead": "any", "supervisor": "any"},
    "organisation.write": {"applicant": "own"},
    "organisation.members": {"applicant": "own"},
    "organisation.approve": {"clerk": "any", "lead": "any"},
    "organisation.suspend": {"lead": "any"},
    "organisation.reveal": {"lead": "any", "supervisor": "any"},
    # campaigns
    "campaign.create": {"clerk": "any", "lead": "any"},
    "campaign.inspect": {"clerk": "campaign", "lead": "campaign", "supervisor": "campaign"},
    "campaign.draft": {"clerk": "campaign", "lead": "campaign"},
    "campaign.open": {"lead": "campaign"},
    "campaign.second": {"lead": "campaign", "supervisor": "campaign"},
    "campaign.announce": {"clerk": "campaign", "lead": "campaign"},
    # entries
    "entry.create": {"applicant": "own"},
    "entry.read": {
        "applicant": "own",
        "undertaker": "region",
        "clerk": "campaign",
        "lead": "campaign",
        "screener": "campaign",
        "supervisor": "campaign",
        "endorser": "assigned",
        "media": "assigned",
        "expert": "assigned",
    },
    "entry.list": {
        "undertaker": "campaign",
        "clerk": "campaign",
        "lead": "campaign",
        "screener": "campaign",
        "supervisor": "campaign",
    },
    "entry.write": {"applicant": "own"},
    "entry.submit": {"applicant": "own"},
    "entry.withdraw": {"applicant": "own"},
    "entry.reveal": {"lead": "campaign", "supervisor": "campaign"},
    "paper.track": {"clerk": "campaign", "screener": "campaign"},
    # screening
    "screening.read": {
        "undertaker": "campaign",
        "clerk": "campaign",
        "lead": "campaign",
        "screener": "campaign",
        "supervisor": "campaign",
    },
    "screening.open": {
        "undertaker": "region",
        "clerk": "campaign",
        "lead": "campaign",
        "screener": "campaign",
        "supervisor": "campaign",
    },
    "screening.decide": {"clerk": "campaign", "screener": "campaign", "undertaker": "region"},
    "likeness.dismiss": {"clerk": "campaign", "screener": "campaign", "undertaker": "region"},
    "likeness.across": {
        "clerk": "campaign",
        "lead": "campaign",
        "screener": "campaign",
        "supervisor": "campaign",
    },
    # endorsement
    "body.manage": {"clerk": "campaign", "lead": "campaign"},
    "endorsement.read": {
        "endorser": "assigned",
        "clerk": "campaign",
        "lead": "campaign",
        "supervisor": "campaign",
    },
    "endorsement.give": {"endorser": "assigned"},
    "endorsement.note": {"clerk": "campaign", "screener": "campaign"},
    "endorsement.ask": {"applicant": "own"},
    "collection.make": {"endorser": "assigned"},
    "collection.return": {"endorser": "assigned", "clerk": "campaign", "lead": "campaign"},
    # lists that go on
    "recommendation.list": {
        "undertaker": "campaign",
        "clerk": "campaign",
        "lead": "campaign",
        "screener": "campaign",
        "supervisor": "campaign",
    },
    "recommendation.read": {
        "undertaker": "region",
        "clerk": "campaign",
        "lead": "campaign",
        "screener": "campaign",
        "supervisor": "campaign",
    },
    "recommendation.draft": {"undertaker": "region", "clerk": "campaign", "screener": "campaign"},
    "recommendation.change": {"undertaker": "region", "clerk": "campaign", "lead": "campaign"},
    "recommendation.return": {"clerk": "campaign", "lead": "campaign"},
    # releases
    "release.read": {"clerk": "campaign", "lead": "campaign", "supervisor": "campaign"},
    "release.draft": {"clerk": "campaign", "lead": "campaign"},
    "release.publish": {"lead": "campaign"},
    # public votes
    "ballot.cast": {"public": "any"},
    "poll.watch": {"clerk": "campaign", "lead": "campaign", "supervisor": "campaign"},
    "poll.conduct": {"lead": "campaign"},
    "poll.second": {"lead": "campaign", "supervisor": "campaign"},
    "poll.sample": {"supervisor": "campaign"},
    "log.read": {"public": "any"},
    # against vote-brushing
    "brushing.run": {"security_admin": "any"},
    "brushing.read": {
        "clerk": "campaign",
        "lead": "campaign",
        "supervisor": "campaign",
        "security_admin": "any",
    },
    "brushing.propose": {"clerk": "campaign", "lead": "campaign"},
    "brushing.second": {"lead": "campaign", "supervisor": "campaign"},
    "void.read": {"public": "any"},
    "void.appeal": {"public": "any"},
    # messages
    "message.templates": {"clerk": "campaign", "lead": "campaign"},
    "message.delivery": {"clerk": "campaign", "lead": "campaign", "supervisor": "campaign"},
    "message.resend": {"clerk": "campaign", "lead": "campaign"},
    # supervision and administration
    "audit.read": {"supervisor": "campaign", "lead": "campaign", "auditor": "any", "security_admin": "any"},
    "audit.export": {"auditor": "any"},
    "role.grant": {"security_admin": "any"},
    "account.manage": {"security_admin": "any"},
    "account.factor-reset": {"security_admin": "any"},
    "account.factor-decide": {"system_admin": "any"},
    "operation.read": {"system_admin": "any"},
}
ACTIONS = tuple(TABLE)


def may(held: Iterable[Held], action: str, about: About = NOTHING) -> bool:
    """Whether one of the roles held allows the action on what it is about. KeyError for an action that the table lacks."""
    row = TABLE[action]
    return any(h.role in row and _reaches(row[h.role], h, about) for h in held)


def _reaches(reach: Reach, held: Held, about: About) -> bool:
    in_campaign = bool(about.campaign) and held.campaign in ("", about.campaign)
    if reach == "any":
        return True
    if reach == "campaign":
        return in_campaign
    if reach == "region":
        return in_campaign and any(_within(about.region, code) for code in held.regions)
    if reach == "assigned":
        return in_campaign and bool(held.person) and held.person in about.assigned
    return (bool(held.organisation) and held.organisation == about.organisation) or (
        bool(held.person) and not about.organisation and held.person == about.person
    )


def _within(region: str, code: str) -> bool:
    """Whether a GB/T 2260 code lies in a province (ends in 0000), a prefecture (00) or is the county itself."""
    stem = code.removesuffix("00").removesuffix("00")
    return bool(region) and region.startswith(stem)
