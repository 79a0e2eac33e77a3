"""An applicant asks a body for its opinion; the body gives it with text and seal, or declines with a reason."""

from __future__ import annotations

from dataclasses import replace
from uuid import UUID

from django.db import transaction

from guiguan.apps.accounts.models import Person
from guiguan.apps.accounts.permission import ask
from guiguan.apps.audit.services import record
from guiguan.apps.campaigns.queries import blueprint_of
from guiguan.apps.endorsing.models import Body, Endorsement
from guiguan.apps.endorsing.queries import (
    SHOWN,
    about_body,
    bodies_before,
    endorsed_pairs,
    endorses,
    kind_of_opinion,
)
from guiguan.apps.endorsing.telling import tell_body
from guiguan.apps.entries.models import Entry
from guiguan.apps.entries.queries import about, counted
from guiguan.apps.entries.telling import tell_applicant
from guiguan.core.blueprint.model import Blueprint
from guiguan.core.blueprint.stages import Endorsement as Stage
from guiguan.core.entries.stages import pass_endorsement
from guiguan.core.lifecycle.moves import ENDORSEMENT
from guiguan.core.values.exclusion import Exclusion
from guiguan.core.values.finding import Finding, InputError

LONGEST = 1_000
OPEN = ("submitted", "returned", "accepted")
"""States of an entry about which a body may still speak."""


@transaction.atomic
def ask_endorsement(by: Person, at: int, entry_id: UUID, body_id: int) -> Endorsement:
    """The body has the entry before it and its people are told; asked before, nothing changes. Raises Forbidden, InputError."""
    entry = locked_entry(entry_id)
    ask(by, "endorsement.ask", about(entry))
    blueprint = still_open(entry)
    body = Body.objects.filter(pk=body_id, campaign=entry.campaign_id).first()
    if body is None or not endorses(blueprint):
        raise InputError(_no_body())
    made, fresh = Endorsement.objects.get_or_create(
        entry=entry,
        body=body,
        kind=kind_of_opinion(blueprint),
        defaults={"asked_by": by.pk, "asked_at": at},
    )
    if fresh:
        tell_body(at, entry, body)
        record_opinion(by, at, "endorsement.ask", entry, body)
    return made


@transaction.atomic
def give_endorsement(
    by: Person, at: int, body_id: int, entry_id: UUID, opinion: str, seal: UUID | None
) -> Endorsement:
    """The opinion stands and the applicant is told. `seal`: the scan, already taken in. Raises Forbidden; InputError where the
    campaign wants text or seal and there is none, or it was given before."""
    entry = locked_entry(entry_id)
    body = Body.objects.get(pk=body_id)
    ask(by, "endorsement.give", about_body(body))
    blueprint = _before(body, entry)
    text = opinion.strip().replace("\0", "")
    faults = opinion_faults(blueprint, text, seal)
    if faults:
        raise InputError(*faults)
    given = put_in_force(by, at, entry, body, blueprint, text, seal)
    tell_applicant(at, entry, "endorsement-given", f"given-{given.pk}-{at}", body=body.name)
    record_opinion(by, at, "endorsement.give", entry, body, kind=given.kind, seal=str(seal) if seal else "")
    return given


@transaction.atomic
def decline_endorsement(by: Person, at: int, body_id: int, entry_id: UUID, reason: str) -> Endorsement:
    """The body does not endorse; the applicant reads why. Raises Forbidden, InputError."""
    entry = locked_entry(entry_id)
    body = Body.objects.get(pk=body_id)
    ask(by, "endorsement.give", about_body(body))
    blueprint = _before(body, entry)
    why = reason.strip().replace("\0", "")
    if not 2 <= len(why) <= LONGEST:
        raise InputError(
            Finding(
                "endorsement.reason",
                f"请写明不予推荐的理由（2 至 {LONGEST} 字），申报单位会原样看到",
                f"say why it is not endorsed (2 to {LONGEST} characters); the applicant reads it",
            )
        )
    found = _found(entry, body, blueprint)
    if not ENDORSEMENT.can(found.state, "decline"):
        raise InputError(done_before())
    found.state = ENDORSEMENT.after(found.state, "decline")
    found.opinion, found.by, found.at = why, by.pk, at
    found.save()
    tell_applicant(at, entry, "endorsement-declined", f"declined-{found.pk}-{at}", body=body.name, reason=why)
    record_opinion(by, at, "endorsement.decline", entry, body, kind=found.kind)
    return found


@transaction.atomic
def take_back_endorsement(by: Person, at: int, body_id: int, entry_id: UUID) -> None:
    """The opinion is as if not yet given; only until the entry has passed its review. Raises Forbidden, InputError."""
    entry = locked_entry(entry_id)
    body = Body.objects.get(pk=body_id)
    ask(by, "endorsement.give", about_body(body))
    blueprint = _before(body, entry)
    found = _found(entry, body, blueprint)
    if entry.state == "accepted" or not ENDORSEMENT.can(found.state, "take_back"):
        raise InputError(done_before())
    found.state = ENDORSEMENT.after(found.state, "take_back")
    clear(found)
    record_opinion(by, at, "endorsement.take-back", entry, body, kind=found.kind)


def clear(found: Endorsement) -> None:
    """Nothing is said any more; the state is the caller's."""
    found.opinion, found.seal, found.by, found.at, found.on_paper = "", None, None, None, False
    found.save()


def put_in_force(
    by: Person,
    at: int,
    entry: Entry,
    body: Body,
    blueprint: Blueprint,
    text: str,
    seal: UUID | None,
    *,
    on_paper: bool = False,
) -> Endorsement:
    """The body's endorsement of the locked entry stands. `on_paper`: noted by staff. Raises InputError where it may not."""
    found, move = _found(entry, body, blueprint), "note" if on_paper else "give"
    if not ENDORSEMENT.can(found.state, move):
        raise InputError(done_before())
    newest = entry.submissions.order_by("-number").values_list("number", flat=True).first()
    found.state = ENDORSEMENT.after(found.state, move)
    found.opinion, found.seal, found.submission, found.on_paper = text, seal, newest, on_paper
    found.by, found.at = by.pk, at
    found.save()
    return found


def opinion_faults(blueprint: Blueprint, text: str, seal: UUID | None) -> list[Finding]:
    """What an opinion lacks by the campaign's rule: text, a seal, or that it is too long."""
    how = blueprint.endorsers.opinion if blueprint.endorsers else "none"
    faults = []
    if len(text) > LONGEST or (how == "online" and not text):
        faults.append(
            Finding(
                "endorsement.opinion",
                f"请填写意见（最多 {LONGEST} 字）",
                f"write the opinion (at most {LONGEST} characters)",
            )
        )
    if how == "sealed" and seal is None:
        faults.append(
            Finding(
                "endorsement.seal",
                "本活动的推荐意见须盖章：请上传盖章扫描件（PDF、JPG 或 PNG）",
                "an opinion here must be sealed: hand in the sealed scan (PDF, JPG or PNG)",
            )
        )
    return faults


def not_endorsed(entry: Entry, blueprint: Blueprint, before: str) -> tuple[Exclusion, ...]:
    """What keeps the entry from the stage `before` for want of an endorsement, as counting will judge it."""
    found: list[Exclusion] = []
    for stage in blueprint.stages:
        if stage.id == before:
            break
        if isinstance(stage, Stage) and stage.needed:
            seen = replace(counted(entry, blueprint), endorsed=endorsed_pairs(entry))
            found += pass_endorsement(stage, [seen])
    return tuple(found)


def _found(entry: Entry, body: Body, blueprint: Blueprint) -> Endorsement:
    return Endorsement.objects.get_or_create(entry=entry, body=body, kind=kind_of_opinion(blueprint))[0]


def locked_entry(entry_id: UUID) -> Entry:
    Entry.objects.select_for_update().get(pk=entry_id)
    return Entry.objects.select_related("campaign__in_force", "organisation").get(pk=entry_id)


def still_open(entry: Entry) -> Blueprint:
    if entry.campaign.state != "open" or entry.state not in OPEN:
        raise InputError(_over())
    return blueprint_of(entry.campaign)


def _before(body: Body, entry: Entry) -> Blueprint:
    """The rules, where the entry is before this body."""
    if entry.state not in SHOWN or body.pk not in bodies_before(entry):
        raise InputError(_no_body())
    return still_open(entry)


def _no_body() -> Finding:
    return Finding(
        "endorsement.not-here",
        "这一项没有请本单位出具意见，请刷新页面",
        "this entry is not before this body; reload the page",
    )


def _over() -> Finding:
    return Finding(
        "endorsement.over",
        "申报已撤回、未通过审查或活动已结束，不能再出具意见",
        "the entry was taken back or refused, or the campaign has ended; no opinion can be given any more",
    )


def done_before() -> Finding:
    return Finding(
        "endorsement.done",
        "已经办理过，或已通过审查不能再改；请刷新页面查看",
        "this was done before, or the entry has passed its review; reload the page",
    )


def record_opinion(by: Person, at: int, action: str, entry: Entry, body: Body, **detail: object) -> None:
    record(str(by.pk), at, action, f"entry:{entry.pk}", campaign=entry.campaign_id, body=body.pk, **detail)
