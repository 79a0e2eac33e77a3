"""Opinions that came on paper: staff notes what a body without an account said and sealed, and everybody sees that it was noted."""

from __future__ import annotations

from uuid import UUID

from django.db import transaction
from django.db.models import Exists, OuterRef, QuerySet

from guiguan.apps.accounts.models import Person
from guiguan.apps.accounts.permission import ask
from guiguan.apps.campaigns.queries import blueprint_of
from guiguan.apps.endorsing.models import Body, Endorsement, Seat
from guiguan.apps.endorsing.opinions import (
    clear,
    done_before,
    locked_entry,
    opinion_faults,
    put_in_force,
    record_opinion,
    still_open,
)
from guiguan.apps.endorsing.queries import bodies_before, endorses, kind_of_opinion
from guiguan.apps.entries.models import Entry
from guiguan.apps.entries.queries import about, is_own
from guiguan.apps.entries.telling import tell_applicant
from guiguan.apps.files.models import File
from guiguan.core.blueprint.model import Blueprint
from guiguan.core.lifecycle.moves import ENDORSEMENT
from guiguan.core.values.finding import Finding, InputError

NOTED = ("submitted", "returned")
"""States in which a paper may be noted: whoever screens the entry afterwards has it before them."""


@transaction.atomic
def note_opinion(
    by: Person, at: int, body_id: int, entry_id: UUID, opinion: str, seal: File | None
) -> Endorsement:
    """The body's opinion stands as its paper says, with the scan and who noted it, and the applicant is told.

    Raises Forbidden; InputError where the body has people of its own or has said something itself, the scan is missing, the entry
    has passed its review, or the one who notes belongs to the unit that declares.
    """
    entry = locked_entry(entry_id)
    ask(by, "endorsement.note", about(entry))
    blueprint = still_open(entry)
    _not_own(by, entry)
    if entry.state not in NOTED:
        raise InputError(_passed())
    Body.objects.select_for_update().filter(pk=body_id).first()  # nobody gets a seat there meanwhile
    body = bodies_without_people(entry, blueprint).filter(pk=body_id).first()
    text = opinion.strip().replace("\0", "")
    scan = seal.pk if seal is not None and seal.by == by.pk else None
    faults = opinion_faults(blueprint, text, scan)
    if scan is None:
        faults = [*(f for f in faults if f.rule != "endorsement.seal"), _no_scan()]
    if body is None:
        raise InputError(_not_this_body(), *faults)
    if faults:
        raise InputError(*faults)
    noted = put_in_force(by, at, entry, body, blueprint, text, scan, on_paper=True)
    tell_applicant(at, entry, "endorsement-given", f"noted-{noted.pk}-{at}", body=body.name)
    record_opinion(by, at, "endorsement.note", entry, body, kind=noted.kind, seal=str(scan))
    return noted


@transaction.atomic
def take_back_note(by: Person, at: int, body_id: int, entry_id: UUID) -> None:
    """What was noted from paper is as if it had not been; only until the entry has passed its review. Raises Forbidden, InputError."""
    entry = locked_entry(entry_id)
    ask(by, "endorsement.note", about(entry))
    still_open(entry)
    _not_own(by, entry)
    found = (
        Endorsement.objects.filter(entry=entry, body=body_id, on_paper=True).select_related("body").first()
    )
    if found is None or entry.state == "accepted" or not ENDORSEMENT.can(found.state, "take_back"):
        raise InputError(done_before())
    found.state = ENDORSEMENT.after(found.state, "take_back")
    if found.asked_by is None:
        found.delete()  # nobody asked this body: a note by mistake must not leave the entry before its people
    else:
        clear(found)
    record_opinion(by, at, "endorsement.note-back", entry, found.body, kind=found.kind)


def bodies_without_people(entry: Entry, blueprint: Blueprint) -> QuerySet[Body]:
    """The campaign's bodies for which nobody sits and that have said nothing of the entry yet, by name."""
    seated = Seat.objects.filter(body=OuterRef("pk"), ended_at=None)
    said = Endorsement.objects.filter(body=OuterRef("pk"), entry=entry, kind=kind_of_opinion(blueprint))
    return (
        Body.objects.filter(~Exists(seated), ~Exists(said.exclude(state="asked")), campaign=entry.campaign_id)
        .select_related("campaign")
        .order_by("name")
    )


def may_be_noted(entry: Entry) -> bool:
    """Whether anything about the entry can be noted now."""
    return entry.campaign.state == "open" and entry.state in NOTED and endorses(blueprint_of(entry.campaign))


def noted_by(person: Person, entry: Entry, after: int = 0) -> bool:
    """Whether an opinion that stands was noted by this person, later than `after` (ms): somebody else must look at the paper before the
    entry passes."""
    return noted_on_paper(entry).filter(by=person.pk, at__gt=after).exists()


def noted_on_paper(entry: Entry) -> QuerySet[Endorsement]:
    """What stands of the entry as noted from paper, oldest first."""
    found = Endorsement.objects.filter(entry=entry, on_paper=True, state="given")
    return found.select_related("body").order_by("at", "pk")


def likeliest(entry: Entry, bodies: list[Body]) -> int | None:
    """The body that the entry is before, where it is one alone of these."""
    before = {*bodies_before(entry)}
    found = [b.pk for b in bodies if b.pk in before]
    return found[0] if len(found) == 1 else None


def _not_own(by: Person, entry: Entry) -> None:
    if is_own(by, entry):
        raise InputError(
            Finding(
                "endorsement.own",
                "您是该单位的成员，不能由您登记或取消推荐意见",
                "you belong to this unit; somebody else must note or take back its endorsement",
            )
        )


def _not_this_body() -> Finding:
    return Finding(
        "endorsement.not-noted",
        "请选择推荐单位：没有登记的请先登记；有经办人的由其在网上出具；已在网上答复的不能登记",
        "choose the endorser: register one that is missing first; one with people of its own gives its opinion on the site, and "
        "for one that has answered there nothing is noted",
    )


def _passed() -> Finding:
    return Finding(
        "endorsement.passed",
        "已通过审查，不能再登记纸质意见；推荐单位可以用账号在网上出具",
        "the entry has passed its review and no paper is noted any more; the body may give its opinion on the site",
    )


def _no_scan() -> Finding:
    return Finding(
        "endorsement.scan",
        "请上传纸质意见的盖章扫描件（PDF、JPG 或 PNG）",
        "hand in the scan of the sealed paper (PDF, JPG or PNG)",
    )
