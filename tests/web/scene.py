"""Two campaigns, two units, what lies in them, and somebody for each role: what every page is visited with."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from apps.conftest import make_person, make_staff, make_unit
from django.contrib.auth.tokens import default_token_generator
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage

from guiguan.apps.accounts.models import Grant, Invitation, Organisation, Person
from guiguan.apps.campaigns.models import Campaign, Download
from guiguan.apps.campaigns.opening import put_in_force
from guiguan.apps.campaigns.queries import blueprint_of
from guiguan.apps.campaigns.services import create_campaign
from guiguan.apps.entries.models import Attachment, Entry, Submission
from guiguan.apps.files.models import File, Upload
from guiguan.apps.messages.models import Message
from guiguan.apps.messages.templates import TEMPLATES
from guiguan.apps.screening.models import Screening
from guiguan.apps.sealer import sealer
from guiguan.apps.votes.brushing.appeals import GROUNDS
from guiguan.apps.votes.models import Act, Appeal, Poll, Suspicion
from guiguan.core.blueprint.lookup import ballot_stages
from guiguan.core.permissions.roles import ADMINISTRATORS, IMPLIED, ROLES
from guiguan.core.permissions.table import About
from guiguan.core.votes.document import PollDocument, poll_text
from guiguan.core.votes.rule import ballot_rule
from guiguan.shipped import shipped_blueprint

AT = 1_623_500_000_000  # 2021-06-12, while Guangxi's campaign took votes
HERE, ELSEWHERE = "450100", "440100"


@dataclass(frozen=True)
class Thing:
    """One entry with all that hangs on it, and the campaign and unit that it belongs to."""

    campaign: str
    unit: Organisation
    keeper: Person
    entry: Entry
    parts: dict[str, str]  # name of a part of an address → its text
    about: About


@dataclass(frozen=True)
class Scene:
    """`things` by how far they are from the visitors: own, another unit's, another campaign's."""

    things: dict[str, Thing]
    visitors: dict[str, Person | None]


def build() -> Scene:
    """All of it lies in the database. Staff works in the first campaign, the applicant for the first unit."""
    lead = make_staff("lead", "one")
    Grant.objects.create(person=lead, role="lead", campaign="two", by="installation", at=1)
    for slug in ("one", "two"):
        _open(slug, lead)
    keeper, other = make_person("keeper"), make_person("other-keeper")
    unit, others = make_unit(keeper), make_unit(other)
    things = {
        "own": _thing("one", unit, keeper, HERE),
        "other unit's": _thing("one", others, other, ELSEWHERE),
        "other campaign's": _thing("two", others, other, HERE),
    }
    for slug in ("one", "two"):
        _vote(slug, [t.entry for t in things.values() if t.campaign == slug])
        suspected = _suspected(slug)
        for thing in things.values():
            if thing.campaign == slug:
                thing.parts.update(suspected)
    visitors: dict[str, Person | None] = {
        "public": None,
        "person": make_person("nobody"),
        "applicant": keeper,
    }
    for role in ROLES:
        if role not in IMPLIED:
            regions = (HERE[:2] + "0000",) if role == "undertaker" else ()
            visitors[role] = make_staff(role, "" if role in ADMINISTRATORS else "one", regions)
    assert set(visitors) == set(ROLES)
    return Scene(things, visitors)


def _open(slug: str, lead: Person) -> None:
    text = shipped_blueprint("guangxi-2021")
    assert text is not None
    create_campaign(lead, AT, text.decode().replace("campaign: guangxi-2021", f"campaign: {slug}", 1))
    put_in_force(lead, AT, slug, 1, accept_warnings=True)


def _vote(slug: str, entries: list[Entry]) -> None:
    """The campaign's vote is over; these entries stood in it."""
    row = Campaign.objects.select_related("in_force").get(pk=slug)
    numbers = frozenset(str(e.number) for e in entries)
    blueprint = blueprint_of(row)
    rule = ballot_rule(blueprint, ballot_stages(blueprint)[0], numbers, numbers)
    document = poll_text(PollDocument(slug, "0" * 64, rule))
    poll = Poll.objects.create(campaign=slug, stage="vote", state="open", version=2, document=document)
    Act.objects.create(
        poll=poll.pk, act="open", at=AT, by="votes.open", version=2, detail={"seed": "0", "undecided": 0}
    )


def _thing(campaign: str, unit: Organisation, keeper: Person, region: str) -> Thing:
    row = Campaign.objects.select_related("in_force").get(pk=campaign)
    blueprint = blueprint_of(row)
    entry = Entry.objects.create(
        campaign=row,
        organisation=unit,
        number=f"{campaign}-{unit.pk}"[:40],
        state="submitted",
        region=region,
        title="示例",
        made_by=keeper.pk,
        made_at=AT,
        submitted_at=AT,
    )
    document = blueprint.documents[0].id
    if not Download.objects.filter(campaign=row, document=document).exists():
        Download.objects.create(campaign=row, document=document, file=_file(keeper).pk)
    upload_field = next(f.id for f in blueprint.form if f.kind in ("scan", "pictures", "files"))
    attached = Attachment.objects.create(
        entry=entry, field=upload_field, position=1, file=_file(keeper).pk, revision=1, by=keeper.pk, at=AT
    )
    submission = Submission.objects.create(
        entry=entry,
        number=1,
        kind="declaration",
        blueprint=1,
        answers={},
        attachments={},
        sha256="0" * 64,
        by=keeper.pk,
        at=AT,
    )
    proposal = Screening.objects.create(
        submission=submission,
        stage=next(s.id for s in blueprint.stages if s.kind == "screening"),
        outcome="accept",
        state="proposed",
        checklist={},
        by=keeper.pk,
        at=AT,
    )
    invitation = Invitation.objects.create(
        organisation=unit,
        token_digest=f"{campaign}{unit.pk}",
        phone_index="0",
        phone=b"",
        by=keeper,
        at=AT,
        expires_at=AT,
    )
    mate = make_person()
    unit.memberships.create(person=mate, since=AT)
    employee = make_staff("screener", campaign)
    parts = {
        "slug": campaign,
        "campaign": campaign,
        "rest": "receipt-keys",
        "number": "1",
        "document": document,
        "rule": "api.not-found",
        "message": str(Message.objects.create(once=str(entry.pk), person=keeper.pk, channel="site", template="entry.submitted", text=b"", due_at=AT, made_at=AT).pk),
        "kind": "enterprise",
        "token": default_token_generator.make_token(employee),
        "unit": str(unit.pk),
        "part": "licence",
        "member": str(mate.pk),
        "invitation": str(invitation.pk),
        "entry_id": str(entry.pk),
        "entry": str(entry.pk),
        "act": "withdraw",
        "field": blueprint.form[0].id,
        "attachment_id": str(attached.pk),
        "upload_id": str(Upload.objects.create(name="a.pdf", size=1, by=keeper.pk, at=AT, purpose="").pk),
        "file_id": str(attached.file),
        "vote": "vote",
        "case": f"{campaign}-{unit.pk}"[:40],
        "position": "1",
        "width": "240",
        "receipt": f"{AT}-{'0' * 64}",
        "act_id": "1",
        "template": next(iter(TEMPLATES)),
        "channel": "site",
        "language": "zh-hans",
        "stage": proposal.stage,
        "proposal": str(proposal.pk),
        "person": str(employee.pk),
        "grant": str(Grant.objects.get(person=employee).pk),
    }  # fmt: skip
    about = About(campaign=campaign, organisation=str(unit.pk), region=region)
    return Thing(campaign, unit, keeper, entry, parts, about)


def _suspected(slug: str) -> dict[str, str]:
    """A case of ballots that were made void, and an appeal against it; the parts of addresses that name them."""
    case = Suspicion.objects.create(
        poll=Poll.objects.get(campaign=slug).pk,
        number=1,
        day="2021-06-12",
        subject="",
        state="void",
        ballots=0,
        evidence={
            **dict.fromkeys(("ballots", "voters", "networks", "devices"), 0),
            "strength": {"high": 0, "medium": 0},
            "detectors": {"d1": 0},
            **{
                k: []
                for k in (
                    "findings",
                    "timeline",
                    "usual",
                    "sources",
                    "machines",
                    "gaps",
                    "solving",
                    "together",
                )
            },
        },
        evidence_sha256="0" * 64,
        run=1,
        found_at=AT,
        outcome="void",
        reason="script",
        decided_at=AT,
        appeal_until=4_000_000_000_000,  # 2096
    )
    made = Appeal.objects.create(
        suspicion=case, code=f"CODE{case.pk}", grounds=sealer().seal("理由", GROUNDS), made_at=AT
    )
    return {"suspicion": str(case.pk), "appeal": str(made.pk), "voided": "1"}


def _file(by: Person) -> File:
    kept = File(name="a.docx", kind="docx", size=1, sha256="0", original_sha256="0", by=by.pk, at=AT)
    kept.stored = default_storage.save(f"{kept.pk}.docx", ContentFile(b"0"))
    kept.save()
    return kept


def about_of(action: str, names: set[str], thing: Thing, visitor: Person | None) -> About:
    """What a page is about for permission: by the names of the parts of its address, and by nothing else of the code under test."""
    me = str(visitor.pk) if visitor else ""
    if action == "entry.create":  # about the unit for which one would declare
        return About(campaign=thing.campaign, organisation=_own_unit(visitor))
    if action == "organisation.apply":  # a unit in whatever state is its members' own
        member = visitor is not None and thing.unit.memberships.filter(person=visitor).exists()
        return About(person=me if member else "")
    rules: tuple[tuple[set[str], Callable[[], Any]], ...] = (
        ({"entry", "entry_id", "attachment_id", "file_id"}, lambda: thing.about),
        ({"unit"}, lambda: About(organisation=thing.about.organisation)),
        ({"slug", "campaign"}, lambda: About(campaign=thing.campaign)),
        ({"message", "upload_id"}, lambda: About(person=str(thing.keeper.pk))),
    )
    for wanted, about in rules:
        if names & wanted:
            found: About = about()
            return found
    return About(person=me) if action in ("account.own", "message.read") else About()


def _own_unit(visitor: Person | None) -> str:
    first = visitor.memberships.first() if visitor else None
    return str(first.organisation_id) if first else ""
