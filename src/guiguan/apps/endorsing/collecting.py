"""A body collects entries into a list, in order and with opinions, and hands it up: a county to its city, a city to the host."""

from __future__ import annotations

from collections.abc import Mapping
from uuid import UUID

from django.db import transaction
from django.db.models import Max

from guiguan.apps.accounts.models import Person
from guiguan.apps.accounts.permission import ask
from guiguan.apps.audit.services import record
from guiguan.apps.campaigns.queries import blueprint_of
from guiguan.apps.endorsing.models import Body, Collected, Collection
from guiguan.apps.endorsing.opinions import LONGEST, OPEN, opinion_faults, put_in_force
from guiguan.apps.endorsing.queries import about_body, endorsement_stage, entries_before
from guiguan.apps.endorsing.telling import tell_list_back, tell_list_up
from guiguan.apps.entries.models import Entry
from guiguan.apps.entries.telling import tell_applicant
from guiguan.core.blueprint.model import Blueprint
from guiguan.core.lifecycle.moves import COLLECTION
from guiguan.core.permissions.table import About
from guiguan.core.values.finding import Finding, InputError


@transaction.atomic
def start_collection(by: Person, at: int, body_id: int) -> Collection:
    """The body has a list in the making: the one that it has, or a new one. Raises Forbidden, InputError."""
    body = _body(by, body_id)
    found = body.collections.filter(state="draft").first()
    if found is None:
        last = body.collections.aggregate(last=Max("number"))["last"] or 0
        found = body.collections.create(number=last + 1, by=by.pk, at=at)
        _record(by, at, "collection.start", found)
    return found


@transaction.atomic
def put_in_collection(by: Person, at: int, collection_id: int, entries: list[UUID]) -> int:
    """The entries stand last on the list, those on it already where they are; how many are new. Raises Forbidden; InputError
    where one is not before this body."""
    found, blueprint = _draft(by, collection_id)
    here = set(found.rows.values_list("entry", flat=True))
    wanted = [e for e in dict.fromkeys(entries) if e not in here]
    mine = {e.pk: e for e in entries_before(found.body, blueprint).filter(pk__in=wanted)}
    if any(pk not in mine or mine[pk].state not in OPEN for pk in wanted):
        raise InputError(_not_here())
    taken = _elsewhere(found, wanted)
    if taken:
        raise InputError(taken)
    for number, pk in enumerate(wanted, len(here) + 1):
        found.rows.create(entry_id=pk, place=number)
    _record(by, at, "collection.put", found, entries=[str(pk) for pk in wanted])
    return len(wanted)


@transaction.atomic
def collect_list(by: Person, at: int, collection_id: int, part_id: int) -> None:
    """The list of a body below is taken over in its order, but for what was taken back or stands on a list of this body already;
    its opinions come along. Raises Forbidden, InputError."""
    found, _ = _draft(by, collection_id)
    part = Collection.objects.select_for_update().filter(pk=part_id, body__parent=found.body).first()
    if part is None or part.state != "handed_up":
        raise InputError(_moved_on())
    last = found.rows.count()
    here = set(Collected.objects.filter(collection__body=found.body).values_list("entry", flat=True))
    for row in part.rows.select_related("entry").order_by("place", "pk"):
        if row.entry_id not in here and row.entry.state in OPEN:
            last += 1
            found.rows.create(
                entry=row.entry, place=last, opinion=row.opinion or part.opinion[:LONGEST], part=part
            )
    part.state, part.collected_in = COLLECTION.after(part.state, "collect"), found
    part.save(update_fields=["state", "collected_in"])
    _record(by, at, "collection.collect", found, part=part.pk)


@transaction.atomic
def take_from_collection(by: Person, at: int, collection_id: int, entry_id: UUID) -> None:
    """The entry is off the list and those behind it move up. Raises Forbidden, InputError."""
    found, _ = _draft(by, collection_id)
    found.rows.filter(entry=entry_id).delete()
    for number, row in enumerate(found.rows.order_by("place", "pk"), 1):
        found.rows.filter(pk=row.pk).update(place=number)
    _record(by, at, "collection.off", found, entry=str(entry_id))


@transaction.atomic
def move_in_collection(by: Person, at: int, collection_id: int, entry_id: UUID, up: bool) -> None:
    """The entry changes places with its neighbour; at the end nothing changes. Raises Forbidden, InputError."""
    found, _ = _draft(by, collection_id)
    rows = list(found.rows.order_by("place", "pk"))
    here = next((i for i, row in enumerate(rows) if row.entry_id == entry_id), None)
    if here is None:
        raise InputError(_not_here())
    there = here + (-1 if up else 1)
    if not 0 <= there < len(rows):
        return
    rows[here].place, rows[there].place = rows[there].place, rows[here].place
    for row in (rows[here], rows[there]):
        row.save(update_fields=["place"])
    _record(by, at, "collection.move", found, entry=str(entry_id))


@transaction.atomic
def write_opinions(
    by: Person, at: int, collection_id: int, opinion: str, rows: Mapping[UUID, str], seal: UUID | None
) -> None:
    """The opinion on the whole list and on single entries stand, and the seal where one came. Raises Forbidden, InputError."""
    found, _ = _draft(by, collection_id)
    texts = [opinion, *rows.values()]
    if any(len(t.strip()) > LONGEST for t in texts):
        raise InputError(
            Finding(
                "collection.opinion-long",
                f"意见最多 {LONGEST} 字，请精简",
                f"an opinion has at most {LONGEST} characters",
            )
        )
    found.opinion = opinion.strip().replace("\0", "")
    found.seal = seal or found.seal
    found.save(update_fields=["opinion", "seal"])
    for row in found.rows.filter(entry__in=list(rows)):
        row.opinion = rows[row.entry_id].strip().replace("\0", "")
        row.save(update_fields=["opinion"])
    _record(by, at, "collection.write", found, seal=str(seal) if seal else "")


@transaction.atomic
def hand_up_collection(by: Person, at: int, collection_id: int) -> Collection:
    """The list lies before the body above, or before the host: then it endorses each of its entries. Raises Forbidden; InputError
    where it is empty, lacks opinion or seal, or an entry was taken back meanwhile."""
    found, blueprint = _draft(by, collection_id)
    rows = list(found.rows.select_related("entry__campaign", "entry__organisation").order_by("place", "pk"))
    faults = [] if rows else [_empty()]
    faults += [_fallen(row.entry) for row in rows if row.entry.state not in OPEN]
    top = found.body.parent_id is None
    if top:
        faults += opinion_faults(blueprint, found.opinion, found.seal)
    if faults:
        raise InputError(*faults)
    for row in rows if top else ():
        Entry.objects.select_for_update().get(pk=row.entry_id)
        text = row.opinion or found.opinion
        if not _endorsed(found.body, row.entry):
            put_in_force(by, at, row.entry, found.body, blueprint, text, found.seal)
            tell_applicant(at, row.entry, "endorsement-given", f"list-{found.pk}-{at}", body=found.body.name)
    found.state = COLLECTION.after(found.state, "hand_up")
    found.handed_by, found.handed_at, found.returned_reason = by.pk, at, ""
    found.save()
    tell_list_up(at, found, len(rows))
    _record(by, at, "collection.hand-up", found, entries=[str(row.entry_id) for row in rows])
    return found


@transaction.atomic
def send_back_collection(by: Person, at: int, collection_id: int, reason: str) -> None:
    """The list is a draft again; whoever handed it up reads why. A list that endorsed goes back as long as none of its entries has
    passed its review. Raises Forbidden, InputError."""
    found = (
        Collection.objects.select_for_update(of=("self",))
        .select_related("body__campaign")
        .get(pk=collection_id)
    )
    body = found.body
    ask(by, "collection.return", about_body(body.parent) if body.parent else About(campaign=body.campaign_id))
    why = reason.strip().replace("\0", "")
    if not 2 <= len(why) <= LONGEST:
        raise InputError(
            Finding(
                "collection.reason",
                f"请写明退回的理由（2 至 {LONGEST} 字）",
                f"say why it goes back (2 to {LONGEST} characters)",
            )
        )
    if found.state != "handed_up" or body.collections.filter(state="draft").exists():
        raise InputError(_moved_on())
    if body.parent_id is None:
        entries = found.rows.values("entry")
        if Entry.objects.filter(pk__in=entries, state="accepted").exists():
            raise InputError(_moved_on())
        # what the list said and nothing else: an opinion that the body gave by itself stays
        by_list = body.endorsements.filter(entry__in=entries, by=found.handed_by, at=found.handed_at)
        by_list.filter(state="given").update(state="asked", opinion="", seal=None, by=None, at=None)
    found.state, found.returned_reason = COLLECTION.after(found.state, "send_back"), why
    found.save(update_fields=["state", "returned_reason"])
    tell_list_back(at, found)
    _record(by, at, "collection.send-back", found)


def _body(by: Person, body_id: int) -> Body:
    Body.objects.select_for_update().get(pk=body_id)
    body = Body.objects.select_related("campaign__in_force", "parent").get(pk=body_id)
    ask(by, "collection.make", about_body(body))
    if body.campaign.state != "open" or endorsement_stage(blueprint_of(body.campaign)) is None:
        raise InputError(
            Finding(
                "collection.none",
                "活动已结束，或本活动不由推荐单位汇总清单",
                "the campaign has ended, or no lists are collected in it",
            )
        )
    return body


def _draft(by: Person, collection_id: int) -> tuple[Collection, Blueprint]:
    """The list, alone in this transaction and still in the making."""
    body = _body(by, Collection.objects.values_list("body", flat=True).get(pk=collection_id))
    found = Collection.objects.get(pk=collection_id)
    found.body = body
    if found.state != "draft":
        raise InputError(_moved_on())
    return found, blueprint_of(body.campaign)


def _elsewhere(found: Collection, entries: list[UUID]) -> Finding | None:
    """An entry on a list of this body that was handed up already."""
    row = (
        found.body.collections.exclude(pk=found.pk)
        .filter(rows__entry__in=entries)
        .values_list("number", flat=True)
        .first()
    )
    if row is None:
        return None
    return Finding(
        "collection.twice",
        f"选中的申报件已列入第 {row} 份清单，不能重复报送",
        f"an entry chosen stands on list {row} already",
    )


def _endorsed(body: Body, entry: Entry) -> bool:
    return body.endorsements.filter(entry=entry, state="given").exists()


def _not_here() -> Finding:
    return Finding(
        "collection.not-here",
        "选中的申报件不属于本单位，或已撤回、未通过；请刷新页面后重新选择",
        "an entry chosen is not before this body, or was taken back or refused; reload the page and choose again",
    )


def _fallen(entry: Entry) -> Finding:
    return Finding(
        "collection.fallen",
        f"“{entry.title or entry.number}”已撤回或未通过，请先移出清单",
        f"{entry.title or entry.number} was taken back or refused; take it off the list first",
    )


def _empty() -> Finding:
    return Finding(
        "collection.empty", "清单上还没有场景，不能报送", "the list is empty, so there is nothing to hand up"
    )


def _moved_on() -> Finding:
    return Finding(
        "collection.moved-on",
        "这份清单已经报送、汇总或审查，不能这样办理；请刷新页面查看",
        "the list has been handed up, collected or reviewed; reload the page",
    )


def _record(by: Person, at: int, action: str, found: Collection, **detail: object) -> None:
    record(str(by.pk), at, action, f"collection:{found.pk}", campaign=found.body.campaign_id, **detail)
