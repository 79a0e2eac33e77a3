"""Two campaigns, two units, what lies in them, and somebody for each role: what every page is visited with."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from apps.conftest import make_person, make_staff, make_unit
from django.contrib.auth.tokens import default_token_generator
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage

from guiguan.apps.accounts.models import FactorReset, Grant, Invitation, Organisation, Person
from guiguan.apps.campaigns.models import Campaign, Download
from guiguan.apps.campaigns.opening import put_in_force
from guiguan.apps.campaigns.queries import blueprint_of
from guiguan.apps.campaigns.services import create_campaign
from guiguan.apps.endorsing.models import Body, Collection, Seat
from guiguan.apps.entries.models import Attachment, Entry, PaperReading, Submission
from guiguan.apps.entries.paper_readings import SEALED
from guiguan.apps.files.models import File, Upload
from guiguan.apps.likeness.models import Match
from guiguan.apps.messages.models import Message
from guiguan.apps.messages.templates import TEMPLATES
from guiguan.apps.recommending.models import LateChange, Recommendation
from guiguan.apps.releasing.models import Release, ReleaseCorrection, Released
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
    endorser = make_staff("endorser", "one")
    things = {
        "own": _thing("one", unit, keeper, HERE, endorser),
        "other unit's": _thing("one", others, other, ELSEWHERE, make_staff("endorser", "one")),
        "other campaign's": _thing("two", others, other, HERE, make_staff("endorser", "two")),
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
            visitors[role] = (
                endorser
                if role == "endorser"
                else make_staff(role, "" if role in ADMINISTRATORS else "one", regions)
            )
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


def _thing(campaign: str, unit: Organisation, keeper: Person, region: str, endorser: Person) -> Thing:
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
    before_bodies = _bodies_and_lists(row, entry, keeper, endorser)
    parts = before_bodies | {
        "slug": campaign,
        "campaign": campaign,
        "rest": "receipt-keys",
        "number": "1",
        "document": document,
        "form": "form",
        "reading": str(_read(entry, keeper)),
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
        "match": str(_match(entry, unit, keeper).pk),
        "person": str(employee.pk),
        "grant": str(Grant.objects.get(person=employee).pk),
        "reset": str(FactorReset.objects.create(person=employee, by=keeper, at=AT, reason="丢失手机").pk),
    }  # fmt: skip
    about = About(campaign=campaign, organisation=str(unit.pk), region=region)
    return Thing(campaign, unit, keeper, entry, parts, about)


def _match(entry: Entry, unit: Organisation, keeper: Person) -> Match:
    """What the entry is said to be like: a second one, of nowhere else, that no list shows."""
    other = Entry.objects.create(
        campaign=entry.campaign, organisation=unit, region=entry.region, made_by=keeper.pk, made_at=AT
    )
    return Match.objects.create(first=entry, second=other, kind="text", common=80, either=100, at=AT)


def _bodies_and_lists(campaign: Campaign, entry: Entry, keeper: Person, endorser: Person) -> dict[str, str]:
    """A body for which the endorser sits, what it collected, a list that goes on with a change, a batch with a correction."""
    name = f"{entry.pk}"
    body = Body.objects.create(campaign=campaign, name=name, kind="区直部门", by=keeper.pk, at=AT)
    seat = Seat.objects.create(body=body, person=endorser, since=AT)
    collection = Collection.objects.create(
        body=body, number=1, state="handed_up", by=keeper.pk, at=AT, handed_at=AT
    )
    province = f"{entry.region[:2]}0000"
    going_on, _ = Recommendation.objects.get_or_create(campaign=campaign, stage="shortlist", group=province)
    change, _ = LateChange.objects.get_or_create(
        list=going_on,
        state="proposed",
        defaults={"before": [], "after": [], "reason": "示例", "by": keeper.pk, "at": AT},
    )
    last = campaign.releases.count()
    release = Release.objects.create(
        campaign=campaign,
        stage="release",
        period="2021-H1",
        number=last + 1,
        state="published",
        by=keeper.pk,
        at=AT,
        published_at=AT,
    )
    listed = Released.objects.create(release=release, entry=entry, place=1, reason="示例")
    correction = ReleaseCorrection.objects.create(row=listed, reason="示例", by=keeper.pk, at=AT)
    return {
        "body": str(body.pk),
        "seat": str(seat.pk),
        "collection": str(collection.pk),
        "province": province,
        "change": str(change.pk),
        "release": str(release.pk),
        "batch": str(release.number),
        "row": str(listed.pk),
        "correction": str(correction.pk),
    }


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


def _read(entry: Entry, by: Person) -> UUID:
    """A Word form of the entry that was read."""
    return PaperReading.objects.create(
        entry=entry,
        document="form",
        blueprint=1,
        kind="word",
        file=_file(by).pk,
        said=sealer().seal("{}", SEALED),
        by=by.pk,
        at=AT,
    ).pk


def about_of(action: str, names: set[str], thing: Thing, visitor: Person | None) -> About:
    """What a page is about for permission: by the names of the parts of its address, and by nothing else of the code under test."""
    me = str(visitor.pk) if visitor else ""
    if action == "entry.create":  # about the unit for which one would declare
        return About(campaign=thing.campaign, organisation=_own_unit(visitor))
    if action == "organisation.apply":  # a unit in whatever state is its members' own
        member = visitor is not None and thing.unit.memberships.filter(person=visitor).exists()
        return About(person=me if member else "")
    sitting = {str(s.person_id) for s in Seat.objects.filter(body=thing.parts["body"], ended_at=None)}
    held = About(campaign=thing.campaign, assigned=tuple(sorted(sitting)))
    region = About(campaign=thing.campaign, region=thing.parts["province"])
    rules: tuple[tuple[set[str], Callable[[], Any]], ...] = (
        ({"body"}, lambda: About(campaign=thing.campaign) if action == "body.manage" else held),
        ({"province"}, lambda: region),
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
