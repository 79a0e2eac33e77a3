"""Makes the list of a group: puts entries on it, takes them off, orders it, hands it up, sends it back."""

from __future__ import annotations

import re
from dataclasses import dataclass
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db import IntegrityError, transaction

from guiguan.apps.accounts.models import Person
from guiguan.apps.accounts.permission import Forbidden, ask, held_by
from guiguan.apps.audit.services import record
from guiguan.apps.campaigns.models import Campaign
from guiguan.apps.campaigns.queries import blueprint_of
from guiguan.apps.entries.models import Entry
from guiguan.apps.recommending.faults import (
    already,
    ended,
    gone_on,
    not_here,
    not_passed,
    nothing_listed,
    over_quota,
    reason_wanted,
    too_early,
)
from guiguan.apps.recommending.models import Recommendation
from guiguan.apps.recommending.quota import Quota, counted_for, in_province, quota, selections
from guiguan.apps.recommending.telling import tell_host, tell_listers
from guiguan.core.blueprint.begun import ended_at
from guiguan.core.blueprint.lookup import stage_of
from guiguan.core.blueprint.model import Blueprint
from guiguan.core.blueprint.stages import Screening, Selection
from guiguan.core.entries.routing import listers
from guiguan.core.lifecycle.moves import RECOMMENDATION
from guiguan.core.permissions.table import About, may
from guiguan.core.values.finding import InputError
from guiguan.core.values.regions import Regions

_PROVINCE = re.compile(r"[1-9]\d0000", re.ASCII)
LEAST, MOST = 2, 500
"""Characters of a reason."""


@dataclass(frozen=True)
class Place:
    """A group of a selection, as an address names it: `province` is "" where the selection compares all entries together."""

    campaign: str
    stage: str
    province: str

    @property
    def about(self) -> About:
        return About(campaign=self.campaign, region=self.province)


@dataclass(frozen=True)
class Opened:
    """A list alone in this transaction, with the rules that bind it."""

    list: Recommendation
    campaign: Campaign
    blueprint: Blueprint
    stage: Selection


@transaction.atomic
def put_on_list(by: Person, at: int, place: Place, entry_id: UUID, reason: str) -> None:
    """The entry stands last on the list. Raises Forbidden; InputError where it has not passed what comes before, is another
    group's, is on it already, or the places are used up."""
    opened = opened_list(by, place, "recommendation.draft")
    gone_on(opened.list, "draft")
    why = checked_reason(reason)
    entry = _entry(opened, entry_id)
    rows = opened.list.rows
    if rows.filter(entry=entry).exists():
        raise InputError(already())
    now = quota_of(opened)
    if now.full:
        raise InputError(over_quota(now))
    rows.create(entry=entry, place=rows.count() + 1, reason=why, by=by.pk, at=at)
    _record(by, at, "recommendation.put", opened, entry=str(entry.pk))


@transaction.atomic
def take_off_list(by: Person, at: int, place: Place, entry_id: UUID) -> None:
    """The entry is off the list and those behind it move up. Raises Forbidden, InputError."""
    opened = opened_list(by, place, "recommendation.draft")
    gone_on(opened.list, "draft")
    opened.list.rows.filter(entry=entry_id).delete()
    _renumber(opened.list)
    _record(by, at, "recommendation.off", opened, entry=str(entry_id))


@transaction.atomic
def move_on_list(by: Person, at: int, place: Place, entry_id: UUID, up: bool) -> None:
    """The entry changes places with its neighbour; at the end nothing changes. Raises Forbidden, InputError."""
    opened = opened_list(by, place, "recommendation.draft")
    gone_on(opened.list, "draft")
    rows = list(opened.list.rows.order_by("place", "pk"))
    here = next((i for i, row in enumerate(rows) if row.entry_id == entry_id), None)
    if here is None:
        raise InputError(not_here())
    there = here + (-1 if up else 1)
    if not 0 <= there < len(rows):
        return
    rows[here].place, rows[there].place = rows[there].place, rows[here].place
    for row in (rows[here], rows[there]):
        row.save(update_fields=["place"])
    _record(by, at, "recommendation.move", opened, entry=str(entry_id))


@transaction.atomic
def hand_up_list(by: Person, at: int, place: Place) -> Recommendation:
    """The list lies before the organiser, with the figures by which it was made. Raises Forbidden; InputError while declaring
    goes on, where nothing is on it, or more than the rule allows."""
    opened = opened_list(by, place, "recommendation.draft")
    found = opened.list
    gone_on(found, "draft")
    closes = _closes(opened)
    if closes is not None and at < closes:
        raise InputError(too_early())
    now = quota_of(opened)
    if not now.listed:
        raise InputError(nothing_listed())
    if now.seats is not None and now.listed > now.seats:
        raise InputError(over_quota(now))
    fallen = [row for row in found.rows.select_related("entry") if row.entry.state != passed_state(opened)]
    if fallen:
        raise InputError(*(not_passed(row.entry) for row in fallen))
    found.state = RECOMMENDATION.after(found.state, "hand_up")
    found.handed_by, found.handed_at, found.declared, found.seats = by.pk, at, now.declared, now.seats
    found.returned_reason = ""
    found.save()
    tell_host(at, opened.campaign, found, now.listed)
    _record(by, at, "recommendation.hand-up", opened, entries=numbers(found), declared=now.declared)
    return found


@transaction.atomic
def send_back_list(by: Person, at: int, place: Place, reason: str) -> None:
    """The list is a draft again and those who made it read why. Raises Forbidden, InputError."""
    opened = opened_list(by, place, "recommendation.return", theirs=False)
    found = opened.list
    gone_on(found, "handed_up")
    if found.changes.filter(state="proposed").exists():
        raise InputError(already())
    found.state = RECOMMENDATION.after(found.state, "send_back")
    found.returned_reason = checked_reason(reason)
    found.save(update_fields=["state", "returned_reason"])
    tell_listers(at, opened.campaign, found)
    _record(by, at, "recommendation.send-back", opened)


def opened_list(by: Person, place: Place, action: str, *, theirs: bool = True) -> Opened:
    """The list, alone in this transaction, made where it was not there yet. `theirs`: only those who make this group's list may.
    Raises Forbidden, InputError."""
    campaign = Campaign.objects.select_related("in_force").get(pk=place.campaign)
    blueprint = blueprint_of(campaign)
    stage = next((s for s in selections(blueprint) if s.id == place.stage), None)
    ask(by, action, place.about)
    if stage is None or not fits(place, stage):
        raise InputError(not_here())
    if theirs and not makes_list(by, blueprint, place, action):
        raise Forbidden(action, place.about)
    if campaign.state != "open":
        raise InputError(ended())
    found = _locked(place)
    return Opened(found, campaign, blueprint, stage)


def fits(place: Place, stage: Selection) -> bool:
    """Whether the selection has such a list: of a province that there is, or the one of all where it does not go by province."""
    if "province" not in stage.within:
        return not place.province
    found = Regions.official().find(place.province) if _PROVINCE.fullmatch(place.province) else None
    return found is not None


def makes_list(by: Person, blueprint: Blueprint, place: Place, action: str = "recommendation.draft") -> bool:
    """Whether the person is of those who make this group's list: the province's undertakers, or the host where it has none."""
    roles = listers(blueprint, place.province)
    return may([h for h in held_by(by) if h.role in roles], action, place.about)


def quota_of(opened: Opened) -> Quota:
    """The group's figures as they stand now."""
    counted = in_province(counted_for(opened.campaign, opened.blueprint, opened.stage), opened.list.group)
    return quota(opened.stage, counted.count(), opened.list.rows.count())


def passed_state(opened: Opened) -> str:
    """The state of an entry that passed all that people decide before the selection."""
    return "accepted" if any(isinstance(s, Screening) for s in opened.blueprint.stages) else "submitted"


def checked_reason(text: str) -> str:
    """The reason without blanks. Raises InputError."""
    tidy = text.strip().replace("\0", "")
    if not LEAST <= len(tidy) <= MOST:
        raise InputError(reason_wanted(LEAST, MOST))
    return tidy


def numbers(found: Recommendation) -> list[str]:
    """The public numbers of the entries on the list, in order."""
    return [n or "" for n in found.rows.order_by("place", "pk").values_list("entry__number", flat=True)]


def _entry(opened: Opened, entry_id: UUID) -> Entry:
    entry = Entry.objects.filter(pk=entry_id, campaign=opened.campaign).first()
    group = opened.list.group
    if entry is None or (group and not entry.region.startswith(group[:2])):
        raise InputError(not_here())
    if entry.state != passed_state(opened):
        raise InputError(not_passed(entry))
    return entry


def _locked(place: Place) -> Recommendation:
    key = {"campaign_id": place.campaign, "stage": place.stage, "group": place.province}
    if not Recommendation.objects.filter(**key).exists():
        try:
            with transaction.atomic():
                Recommendation.objects.create(**key)
        except IntegrityError:  # somebody else made it at this moment
            pass
    return Recommendation.objects.select_for_update().get(**key)


def _closes(opened: Opened) -> int | None:
    """When what the percentage is taken of is complete; None where that is never or not said."""
    of = opened.stage.take.of
    return ended_at(stage_of(opened.blueprint, of), ZoneInfo(opened.blueprint.zone)) if of else None


def _renumber(found: Recommendation) -> None:
    for number, row in enumerate(found.rows.order_by("place", "pk"), 1):
        if row.place != number:
            row.place = number
            row.save(update_fields=["place"])


def _record(by: Person, at: int, action: str, opened: Opened, **detail: object) -> None:
    record(
        str(by.pk),
        at,
        action,
        f"recommendation:{opened.list.pk}",
        campaign=opened.campaign.pk,
        stage=opened.stage.id,
        group=opened.list.group,
        **detail,
    )
