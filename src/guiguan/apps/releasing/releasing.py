"""Makes a batch, has it checked by a second person, and publishes it."""

from __future__ import annotations

from uuid import UUID
from zoneinfo import ZoneInfo

from django.db import transaction
from django.db.models import Max

from guiguan.apps.accounts.models import Person
from guiguan.apps.accounts.permission import ask
from guiguan.apps.audit.services import record
from guiguan.apps.campaigns.models import Campaign
from guiguan.apps.campaigns.queries import blueprint_of
from guiguan.apps.entries.models import Entry
from guiguan.apps.entries.sealing import unpack_all
from guiguan.apps.entries.telling import tell_applicant
from guiguan.apps.releasing.models import Release
from guiguan.apps.releasing.ready import in_time, passed_entries, ready_entries, release_stage
from guiguan.core.blueprint.base import say
from guiguan.core.blueprint.form import UploadField
from guiguan.core.blueprint.lookup import fields
from guiguan.core.blueprint.model import Blueprint
from guiguan.core.entries.answers import cell, is_blank
from guiguan.core.entries.batch import is_batch
from guiguan.core.lifecycle.moves import RELEASE
from guiguan.core.permissions.table import About
from guiguan.core.values.finding import Finding, InputError

LEAST, MOST, LONGEST_DOCUMENT = 2, 500, 80


@transaction.atomic
def start_release(by: Person, at: int, slug: str, period: str) -> Release:
    """A batch of the period is in the making: the one there is, or a new one. Raises Forbidden, InputError."""
    campaign, blueprint = _campaign(by, slug, "release.draft")
    stage = release_stage(blueprint)
    if stage is None or not is_batch(stage.every, period, at, ZoneInfo(blueprint.zone)):
        raise InputError(
            Finding(
                "release.period",
                "本活动不分批发布，或批次的期间写错了、还没有到；请刷新页面后重新选择",
                "the campaign has no batches, or there is no such period or it has not begun; reload the page and choose again",
            )
        )
    found = campaign.releases.filter(state__in=("draft", "proposed")).first()
    if found is None:
        found = campaign.releases.create(stage=stage.id, period=period, by=by.pk, at=at)
        _record(by, at, "release.start", found)
    return found


@transaction.atomic
def put_in_release(by: Person, at: int, release_id: int, entries: list[UUID], reason: str) -> int:
    """The entries stand in the batch with what the review found; how many are new. Raises Forbidden; InputError where one is not
    ready, was ready only after the period, or there is no reason."""
    found, blueprint = _in_state(by, release_id, "release.draft", "draft")
    why = _reason(reason, "请写明遴选意见", "say what the review found")
    here = set(found.rows.values_list("entry", flat=True))
    wanted = [e for e in dict.fromkeys(entries) if e not in here]
    ready = ready_entries(found.campaign, blueprint).filter(in_time(found, blueprint), pk__in=wanted)
    known = {e.pk for e in ready}
    if not set(wanted) <= known:
        raise InputError(
            Finding(
                "release.not-ready",
                "选中的申报件还没有走完发布前的环节、已在其他批次，或在本期之后才通过（归入下一批）；请刷新页面后重新选择",
                "an entry chosen has not passed all that comes before, is in another batch, or passed after this period "
                "(it goes into the next); reload the page and choose again",
            )
        )
    for number, pk in enumerate(wanted, len(here) + 1):
        found.rows.create(entry_id=pk, place=number, reason=why)
    _record(by, at, "release.put", found, entries=[str(pk) for pk in wanted])
    return len(wanted)


@transaction.atomic
def take_from_release(by: Person, at: int, release_id: int, entry_id: UUID) -> None:
    """The entry is not in the batch. Raises Forbidden, InputError."""
    found, _ = _in_state(by, release_id, "release.draft", "draft")
    found.rows.filter(entry=entry_id).delete()
    for number, row in enumerate(found.rows.order_by("place", "pk"), 1):
        found.rows.filter(pk=row.pk).update(place=number)
    _record(by, at, "release.off", found, entry=str(entry_id))


@transaction.atomic
def propose_release(by: Person, at: int, release_id: int, document: str) -> Release:
    """The batch waits for a second person. `document`: the number of the document that releases it, where there is one.
    Raises Forbidden, InputError."""
    found, _ = _in_state(by, release_id, "release.draft", "draft")
    if not found.rows.exists():
        raise InputError(
            Finding(
                "release.empty",
                "本批还没有场景，不能提交复核",
                "the batch is empty; there is nothing to check",
            )
        )
    name = document.strip().replace("\0", "")
    if len(name) > LONGEST_DOCUMENT:
        raise InputError(
            Finding(
                "release.document",
                f"文号最多 {LONGEST_DOCUMENT} 字",
                f"the document's number has at most {LONGEST_DOCUMENT} characters",
            )
        )
    found.state = RELEASE.after(found.state, "propose")
    found.document, found.proposed_by, found.proposed_at, found.returned_reason = name, by.pk, at, ""
    found.save()
    _record(by, at, "release.propose", found, entries=found.rows.count())
    return found


@transaction.atomic
def publish_release(by: Person, at: int, release_id: int) -> Release:
    """The batch is public under the next number, and its applicants are told. Raises Forbidden; InputError where it is the same
    person, or an entry was taken back, refused or lost its endorsement meanwhile."""
    found, blueprint = _in_state(by, release_id, "release.publish", "proposed")
    if found.proposed_by == by.pk:
        raise InputError(
            Finding(
                "release.second",
                "须由另一人复核发布，不能由提交人自己发布",
                "another person must publish; whoever proposed it cannot",
            )
        )
    rows = list(found.rows.select_related("entry__campaign", "entry__organisation").order_by("place", "pk"))
    standing = set(passed_entries(found.campaign, blueprint).values_list("pk", flat=True))
    fallen = [r.entry for r in rows if r.entry_id not in standing]
    if fallen:
        raise InputError(*(_fallen(e) for e in fallen))
    last = found.campaign.releases.aggregate(last=Max("number"))["last"] or 0
    found.state, found.number = RELEASE.after(found.state, "publish"), last + 1
    found.published_by, found.published_at = by.pk, at
    found.save()
    for row in rows:
        row.public = public_answers(row.entry, blueprint)
        row.save(update_fields=["public"])
        tell_applicant(at, row.entry, "release-published", f"release-{found.pk}", number=str(found.number))
    _record(
        by, at, "release.publish", found, number=found.number, entries=[r.entry.number or "" for r in rows]
    )
    return found


@transaction.atomic
def send_back_release(by: Person, at: int, release_id: int, reason: str) -> None:
    """The batch is a draft again, with the reason. Raises Forbidden, InputError."""
    found, _ = _in_state(by, release_id, "release.publish", "proposed")
    found.returned_reason = _reason(reason, "请写明退回的理由", "say why it goes back")
    found.state = RELEASE.after(found.state, "send_back")
    found.save(update_fields=["state", "returned_reason"])
    _record(by, at, "release.send-back", found)


@transaction.atomic
def drop_release(by: Person, at: int, release_id: int) -> None:
    """The draft is given up; its entries are free for another. Raises Forbidden, InputError."""
    found, _ = _in_state(by, release_id, "release.draft", "draft")
    found.rows.all().delete()
    found.state = RELEASE.after(found.state, "drop")
    found.save(update_fields=["state"])
    _record(by, at, "release.drop", found)


def public_answers(entry: Entry, blueprint: Blueprint) -> list[dict[str, str]]:
    """What the public reads of an entry: its public fields, as handed in last."""
    newest = entry.submissions.order_by("-number").first()
    known = fields(blueprint)
    values = unpack_all(known, newest.answers) if newest else {}
    rows = [
        {"field": f.id, "label": say(f.label), "text": cell(f, values[f.id])}
        for f in blueprint.form
        if f.public and not isinstance(f, UploadField) and not is_blank(values.get(f.id, ""))
    ]
    if not any(r["field"] == "applicant" for r in rows):
        rows.insert(0, {"field": "applicant", "label": "申报单位", "text": entry.organisation.name})
    return rows


def _campaign(by: Person, slug: str, action: str) -> tuple[Campaign, Blueprint]:
    Campaign.objects.select_for_update().get(pk=slug)
    campaign = Campaign.objects.select_related("in_force").get(pk=slug)
    ask(by, action, About(campaign=slug))
    if campaign.state != "open":
        raise InputError(
            Finding(
                "release.ended",
                "活动已结束，不能再发布；已发布的可以更正",
                "the campaign has ended and releases nothing more; what is published can be corrected",
            )
        )
    return campaign, blueprint_of(campaign)


def _in_state(by: Person, release_id: int, action: str, state: str) -> tuple[Release, Blueprint]:
    """The batch, alone in this transaction, in the state wanted."""
    slug = Release.objects.values_list("campaign", flat=True).get(pk=release_id)
    campaign, blueprint = _campaign(by, slug, action)
    found = Release.objects.get(pk=release_id)
    found.campaign = campaign
    if found.state != state:
        raise InputError(
            Finding(
                "release.moved-on",
                "本批已由他人提交、退回或发布，请刷新页面查看",
                "somebody has proposed, sent back or published the batch; reload the page",
            )
        )
    return found, blueprint


def _reason(text: str, zh: str, en: str) -> str:
    tidy = text.strip().replace("\0", "")
    if not LEAST <= len(tidy) <= MOST:
        raise InputError(
            Finding("release.reason", f"{zh}（{LEAST} 至 {MOST} 字）", f"{en} ({LEAST} to {MOST} characters)")
        )
    return tidy


def _fallen(entry: Entry) -> Finding:
    return Finding(
        "release.fallen",
        f"“{entry.title or entry.number}”已撤回、未通过，或推荐意见已收回，请退回后移出本批",
        f"{entry.title or entry.number} was taken back, refused, or lost its endorsement; send the batch back and take it out",
    )


def _record(by: Person, at: int, action: str, found: Release, **detail: object) -> None:
    record(str(by.pk), at, action, f"release:{found.pk}", campaign=found.campaign_id, **detail)
