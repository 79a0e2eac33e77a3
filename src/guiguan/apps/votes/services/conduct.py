"""Opens, pauses, resumes and closes a vote."""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from zoneinfo import ZoneInfo

from django.db import transaction

from guiguan.apps.accounts.models import Person
from guiguan.apps.audit.reasons import reason_kept
from guiguan.apps.campaigns.models import Campaign
from guiguan.apps.campaigns.public_record import rules_published
from guiguan.apps.campaigns.queries import current_version
from guiguan.apps.campaigns.telling import announce
from guiguan.apps.votes.log import append_entry, hold_appending
from guiguan.apps.votes.models import Poll
from guiguan.apps.votes.services.acting import (
    acting,
    ballots_database,
    move,
    require_quiet,
    require_reason,
    tell_trail,
    write_act,
)
from guiguan.apps.votes.votable import Standing, standing_of
from guiguan.apps.votes.voters import keys_of_vote
from guiguan.core.blueprint.stages import Ballots
from guiguan.core.values.finding import Finding, InputError
from guiguan.core.votes.document import PollDocument, poll_text, read_poll_text


def open_poll(by: Person | str, at: int, slug: str, stage_id: str) -> Poll:
    """The vote takes ballots: who stands in it is fixed now, the seed of the cases' order is on record, and its log begins with the
    rules that the campaign's public record names.

    Raises Forbidden; InputError outside the window, where nobody stands in it, where it was opened before, where keys are lost, or while
    an alarm of the log stands.
    """
    with acting(by, slug, stage_id) as place:
        standing = standing_of(place.campaign, place.stage)
        if faults := opening_faults(place.campaign, place.stage, at, standing):
            raise InputError(*faults)
        held = keys_of_vote(slug)
        with transaction.atomic(using=ballots_database()):
            poll, _ = Poll.objects.select_for_update().get_or_create(
                campaign=slug, stage=stage_id, defaults={"document": ""}
            )
            move(poll, "open")
            require_quiet(slug)
            hold_appending()
            rules = rules_published(place.campaign, at)
            document = PollDocument(slug, current_version(place.campaign).sha256, standing.rule, held)
            poll.document, poll.opened_at = poll_text(document), at
            poll.save()
            detail = {
                "seed": secrets.token_hex(16),
                "votable": len(standing.rule.votable),
                "undecided": standing.undecided,
                "rules": document.rules,
            }
            act = write_act(poll, by, at, "open", detail=detail)
            cited = {"a": rules.number, "rules": bytes(rules.leaf).hex(), "s": stage_id}
            append_entry(poll, "open", cited, at, ZoneInfo(place.blueprint.zone))
        tell_trail(act, slug, stage_id)
    return poll


def pause_poll(by: Person | str, at: int, slug: str, stage_id: str, reason: str) -> Poll:
    """No ballot lands any more until it is resumed; the reason stands on the vote's page, and where a person paused it among the
    announcements."""
    return _interrupt(by, at, slug, stage_id, "pause", reason)


def resume_poll(by: Person, at: int, slug: str, stage_id: str, reason: str) -> Poll:
    """Ballots land again; what was done about the reason of the pause is announced. InputError while an alarm of the log stands."""
    return _interrupt(by, at, slug, stage_id, "resume", reason)


def close_poll(by: Person | str, at: int, slug: str, stage_id: str) -> Poll:
    """The vote is over for good, and its log says so. Closed already, it stays as it is.

    Raises Forbidden; InputError before the window's end while the campaign is open: a vote that must stop earlier is paused.
    """
    with acting(by, slug, stage_id) as place:
        with transaction.atomic(using=ballots_database()):
            poll = _locked(slug, stage_id)
            if poll.state == "closed":
                return poll
            end = read_poll_text(poll.document).rule.window.end if poll.document else 0
            if at < end and place.campaign.state == "open":
                raise InputError(
                    Finding(
                        "poll.window-open",
                        "投票时间还没有到，不能提前结束；如须中止，请先暂停并说明原因",
                        "the vote's window is not over, so it cannot be closed; pause it and say why, if it must stop",
                    )
                )
            move(poll, "close")
            poll.closed_at, poll.paused_reason = at, ""
            poll.save()
            act = write_act(poll, by, at, "close")
            append_entry(poll, "close", {"s": stage_id}, at, ZoneInfo(place.blueprint.zone))
        tell_trail(act, slug, stage_id)
    return poll


def _interrupt(by: Person | str, at: int, slug: str, stage_id: str, act_name: str, reason: str) -> Poll:
    said = reason_kept(reason)
    with acting(by, slug, stage_id):
        require_reason(said)
        with transaction.atomic(using=ballots_database()):
            poll = _locked(slug, stage_id)
            move(poll, act_name)
            if act_name == "resume":
                require_quiet(slug)
            poll.paused_reason = said if act_name == "pause" else ""
            poll.save()
            act = write_act(poll, by, at, act_name, reason=said)
        if isinstance(by, Person):
            announce(by, at, slug, "网络投票暂停" if act_name == "pause" else "网络投票恢复", said)
        tell_trail(act, slug, stage_id)
    return poll


def _locked(slug: str, stage_id: str) -> Poll:
    poll = Poll.objects.select_for_update().filter(campaign=slug, stage=stage_id).first()
    if poll is None:
        raise InputError(Finding("poll.not-open", "投票还没有开始", "the vote has not begun"))
    return poll


def opening_faults(
    campaign: Campaign, stage: Ballots, at: int, standing: Standing | None = None
) -> tuple[Finding, ...]:
    """Everything that keeps a vote from opening now, for the page of whoever waits for it as for the service."""
    found = standing or standing_of(campaign, stage)
    return tuple(_opening_faults(campaign, found, at))


def _opening_faults(campaign: Campaign, standing: Standing, at: int) -> Iterator[Finding]:
    window, least = standing.rule.window, max(1, standing.rule.low)
    if campaign.state != "open":
        yield Finding(
            "poll.campaign",
            "活动没有发布或者已经结束，不能开始投票",
            "the campaign is not open, so no vote can be",
        )
    if at < window.start:
        yield Finding(
            "poll.early",
            "还没有到规则写明的投票时间，到时会自动开始",
            "the window of the rules has not begun; the vote opens by itself when it does",
        )
    if at >= window.end:
        yield Finding(
            "poll.late",
            "规则写明的投票时间已过；要投票须先按规定变更规则，延长时间",
            "the window of the rules is over; the rules must be changed first",
        )
    if len(standing.rule.votable) < least:
        yield Finding(
            "poll.too-few",
            f"可投的案例有 {len(standing.rule.votable)} 个，一张选票至少要选 {least} 个，不能开始投票",
            f"{len(standing.rule.votable)} cases stand in the vote, a ballot names {least} at least",
        )
