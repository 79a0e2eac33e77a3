"""Paper copies (D8): what must be sent until when, what the applicant says was sent, what the organiser says arrived."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db import transaction
from django.db.models import Exists, FilteredRelation, OuterRef, Q, QuerySet

from guiguan.apps.accounts.models import Person
from guiguan.apps.audit.services import record
from guiguan.apps.campaigns.models import Campaign
from guiguan.apps.entries.models import Entry, PaperCopy
from guiguan.apps.entries.queries import HANDED_IN
from guiguan.apps.entries.services.locked import locked
from guiguan.core.blueprint.base import ends_at, say
from guiguan.core.blueprint.model import Blueprint
from guiguan.core.blueprint.stages import STAGE_TITLES, Paper
from guiguan.core.values.finding import Finding, InputError

STATES = ("awaited", "sent", "arrived", "missing")
MOST_COPIES, LONGEST_CARRIER, LONGEST_MISSING = 99, 80, 500


@dataclass(frozen=True)
class PaperBox:
    """One paper stage as one entry stands in it. `state` is one of STATES."""

    stage: str
    title: str
    copies: int
    until: int  # exclusive
    contents: tuple[str, ...]
    marked: str
    address: str
    layout: str
    state: str
    sent_at: int | None
    carrier: str
    arrived_at: int | None
    arrived: int | None
    missing: str
    open: bool  # the applicant may note what was sent

    def overdue(self, at: int) -> bool:
        return self.state in ("awaited", "missing") and at >= self.until


def paper_stages(blueprint: Blueprint) -> tuple[Paper, ...]:
    return tuple(s for s in blueprint.stages if isinstance(s, Paper))


def paper_until(blueprint: Blueprint, stage: Paper) -> int:
    """The first instant that is too late for sending."""
    return ends_at(stage.until, ZoneInfo(blueprint.zone))


def state_of(copy: PaperCopy | None) -> str:
    """awaited: nothing known · sent: the applicant says so · arrived: all of it · missing: something is not there."""
    if copy is None or (copy.sent_at is None and copy.arrived_at is None):
        return "awaited"
    if copy.arrived_at is None:
        return "sent"
    return "missing" if copy.missing else "arrived"


def paper_boxes(entry: Entry, blueprint: Blueprint) -> tuple[PaperBox, ...]:
    """Every paper stage of the campaign for one entry; nothing before it is handed in or after it is out."""
    if entry.state not in HANDED_IN or not paper_stages(blueprint):
        return ()
    copies = {p.stage: p for p in entry.papers.all()}
    return tuple(paper_box(blueprint, stage, copies.get(stage.id)) for stage in paper_stages(blueprint))


def paper_box(blueprint: Blueprint, stage: Paper, copy: PaperCopy | None) -> PaperBox:
    until = paper_until(blueprint, stage)
    return PaperBox(
        stage=stage.id,
        title=say(stage.title) if stage.title else STAGE_TITLES["paper"][0],
        copies=stage.copies,
        until=until,
        contents=stage.contents,
        marked=stage.marked or "",
        address=stage.address or "",
        layout=stage.layout or "",
        state=state_of(copy),
        sent_at=copy.sent_at if copy else None,
        carrier=copy.carrier if copy else "",
        arrived_at=copy.arrived_at if copy else None,
        arrived=copy.copies if copy else None,
        missing=copy.missing if copy else "",
        open=state_of(copy) != "arrived",
    )


def papers_of(campaign: Campaign, stage: Paper, until: int, at: int, state: str = "") -> QuerySet[Entry]:
    """The entries that owe paper copies, by number, each with its copy as `paper`'s columns (`paper__…`). `state` is one of STATES, or `overdue`."""
    found = (
        Entry.objects.filter(campaign=campaign, state__in=HANDED_IN)
        .select_related("organisation")
        .annotate(paper=FilteredRelation("papers", condition=Q(papers__stage=stage.id)))
        .order_by("number")
    )
    arrived = PaperCopy.objects.filter(entry=OuterRef("pk"), stage=stage.id, arrived_at__isnull=False)
    sent = PaperCopy.objects.filter(entry=OuterRef("pk"), stage=stage.id, sent_at__isnull=False)
    if state == "awaited":
        return found.filter(~Exists(arrived), ~Exists(sent))
    if state == "sent":
        return found.filter(Exists(sent), ~Exists(arrived))
    if state == "arrived":
        return found.filter(Exists(arrived.filter(missing="")))
    if state == "missing":
        return found.filter(Exists(arrived.exclude(missing="")))
    if state == "overdue":
        late = (~Exists(arrived) & ~Exists(sent)) | Exists(arrived.exclude(missing=""))
        return found.filter(late) if at >= until else found.none()
    return found


@transaction.atomic
def note_sent(by: Person, at: int, entry_id: UUID, stage_id: str, carrier: str) -> PaperCopy:
    """The applicant says that the copies are on their way, by whom and under which number. The same again changes nothing.
    Raises Forbidden, InputError."""
    entry, blueprint = locked(by, entry_id, "entry.submit")
    _stage(entry, blueprint, stage_id)
    text = " ".join(carrier.split())
    if not 2 <= len(text) <= LONGEST_CARRIER:
        raise InputError(
            Finding(
                "paper.carrier",
                f"请填写快递公司和单号，或“自行送达”（2 至 {LONGEST_CARRIER} 字）",
                f"give carrier and parcel number, or that you brought it (2 to {LONGEST_CARRIER} characters)",
            )
        )
    copy, _ = PaperCopy.objects.get_or_create(entry=entry, stage=stage_id)
    if state_of(copy) == "arrived":
        raise InputError(
            Finding(
                "paper.arrived",
                "纸质材料已登记收到，无须再填",
                "the paper copies are noted as arrived; nothing is left to fill in",
            )
        )
    if copy.carrier == text and copy.sent_at is not None:
        return copy
    copy.sent_at, copy.carrier = at, text
    copy.save(update_fields=["sent_at", "carrier"])
    record(str(by.pk), at, "paper.send", f"entry:{entry.pk}", campaign=entry.campaign_id, stage=stage_id)
    return copy


@transaction.atomic
def note_arrived(by: Person, at: int, entry_id: UUID, stage_id: str, copies: int, missing: str) -> PaperCopy:
    """The organiser says what arrived and what is missing. Noted again with other words it is corrected; the same again changes
    nothing. Raises Forbidden, InputError."""
    entry, blueprint = locked(by, entry_id, "paper.track")
    stage = _stage(entry, blueprint, stage_id)
    text = missing.strip()
    found = [f for f in (_copies(copies), _missing(text), _short(stage, copies, text)) if f]
    if found:
        raise InputError(*found)
    copy, _ = PaperCopy.objects.get_or_create(entry=entry, stage=stage_id)
    if copy.arrived_at is not None and (copy.copies, copy.missing) == (copies, text):
        return copy
    copy.arrived_at, copy.copies, copy.missing, copy.by = copy.arrived_at or at, copies, text, by.pk
    copy.save(update_fields=["arrived_at", "copies", "missing", "by"])
    record(
        str(by.pk),
        at,
        "paper.arrive",
        f"entry:{entry.pk}",
        campaign=entry.campaign_id,
        stage=stage_id,
        copies=copies,
        complete=not text,
    )
    return copy


@transaction.atomic
def note_not_arrived(by: Person, at: int, entry_id: UUID, stage_id: str) -> None:
    """What was noted as arrived was a mistake and is taken back. Raises Forbidden, InputError."""
    entry, blueprint = locked(by, entry_id, "paper.track")
    _stage(entry, blueprint, stage_id)
    taken = PaperCopy.objects.filter(entry=entry, stage=stage_id, arrived_at__isnull=False).update(
        arrived_at=None, copies=None, missing="", by=by.pk
    )
    if taken:
        record(
            str(by.pk), at, "paper.unarrive", f"entry:{entry.pk}", campaign=entry.campaign_id, stage=stage_id
        )


def _stage(entry: Entry, blueprint: Blueprint, stage_id: str) -> Paper:
    stage = next((s for s in paper_stages(blueprint) if s.id == stage_id), None)
    if stage is None:
        raise InputError(
            Finding("paper.no-stage", "本活动不收这份纸质材料", "the campaign wants no such paper copies")
        )
    if entry.state not in HANDED_IN:
        raise InputError(
            Finding(
                "paper.not-handed-in",
                "这一项没有提交或已经办结，不收纸质材料",
                "this entry is not handed in, or is out; no paper copies are wanted",
            )
        )
    return stage


def _copies(copies: int) -> Finding | None:
    if 0 <= copies <= MOST_COPIES:
        return None
    return Finding(
        "paper.copies", f"份数应为 0 至 {MOST_COPIES}", f"the number of copies is 0 to {MOST_COPIES}"
    )


def _missing(text: str) -> Finding | None:
    if len(text) <= LONGEST_MISSING:
        return None
    return Finding(
        "paper.missing-long",
        f"缺少的材料有 {len(text)} 字，最多 {LONGEST_MISSING} 字",
        f"what is missing has {len(text)} characters, at most {LONGEST_MISSING} are kept",
    )


def _short(stage: Paper, copies: int, missing: str) -> Finding | None:
    if copies >= stage.copies or missing:
        return None
    return Finding(
        "paper.short",
        f"应交 {stage.copies} 份，收到 {copies} 份；请在“缺少的材料”中写明",
        f"{stage.copies} copies are wanted and {copies} came; say what is missing",
    )
