"""One act on a poll: its row, the act and the audit trail, in an order in which a crash loses nothing."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from django.db import router, transaction

from guiguan.apps.accounts.models import Person
from guiguan.apps.accounts.permission import ask
from guiguan.apps.audit.models import Record
from guiguan.apps.audit.services import record
from guiguan.apps.campaigns.models import Campaign
from guiguan.apps.campaigns.queries import blueprint_of
from guiguan.apps.votes.models import Act, Alarm, Poll
from guiguan.apps.votes.public_record import publish_act
from guiguan.apps.votes.telling import tell_allowed
from guiguan.core.blueprint.lookup import ballot_stages
from guiguan.core.blueprint.model import Blueprint
from guiguan.core.blueprint.stages import Ballots
from guiguan.core.lifecycle.moves import POLL
from guiguan.core.permissions.table import About
from guiguan.core.values.finding import Finding, InputError

LONGEST_REASON = 500


@dataclass(frozen=True)
class Place:
    """The vote that an act is about."""

    campaign: Campaign
    blueprint: Blueprint
    stage: Ballots


def ballots_database() -> str:
    """The alias of the database in which the polls lie."""
    return router.db_for_write(Poll)


@contextmanager
def acting(by: Person | str, slug: str, stage_id: str, action: str = "poll.conduct") -> Iterator[Place]:
    """The campaign's row is held and the person may do this; the duties, which are named by a text, may by their nature.

    Two transactions, the poll's inside the site's: what the poll became is on the disk first, and an act whose record was lost
    in between is recorded by the duty `record_acts`. Raises Forbidden; InputError where there is no such vote.
    """
    with transaction.atomic():
        Campaign.objects.select_for_update().get(pk=slug)
        campaign = Campaign.objects.select_related("in_force").get(pk=slug)
        if isinstance(by, Person):
            ask(by, action, About(campaign=slug))
        blueprint = blueprint_of(campaign)
        stage = next((s for s in ballot_stages(blueprint) if s.id == stage_id), None)
        if stage is None:
            raise InputError(
                Finding(
                    "poll.no-stage",
                    f"活动里没有“{stage_id}”这个投票环节",
                    f"the campaign has no vote {stage_id}",
                )
            )
        yield Place(campaign, blueprint, stage)


def move(poll: Poll, act: str) -> None:
    """The poll is in the state after the act, as a new version; not saved yet. InputError where its state does not allow it."""
    if not POLL.can(poll.state, act):
        raise InputError(_refused(poll.state, act))
    poll.state = POLL.after(poll.state, act)
    poll.version += 1


def write_act(poll: Poll, by: Person | str, at: int, act: str, **rest: Any) -> Act:
    """The act stands beside the poll, in the poll's transaction."""
    return Act.objects.create(poll=poll.pk, act=act, at=at, by=name_of(by), version=poll.version, **rest)


def name_of(by: Person | str) -> str:
    return str(by.pk) if isinstance(by, Person) else by


def tell_trail(act: Act, campaign: str, stage: str) -> None:
    """The act is in the audit trail and, where it concerns the public, in the campaign's public record, once; who may agree to a proposal
    is told of it. Call it last, inside the site's transaction."""
    found = Record.objects.filter(campaign=campaign, action=f"poll.{act.act}", detail__act=act.pk).first()
    if found is None:
        detail: dict[str, Any] = {"act": act.pk, "version": act.version, **act.detail}
        for key in ("entry", "reason", "second_by"):
            if value := getattr(act, key):
                detail[key] = value
        found = record(
            act.by, act.at, f"poll.{act.act}", f"poll:{campaign}/{stage}", campaign=campaign, **detail
        )
        publish_act(act, campaign, stage, found)
        if act.act == "propose":
            _tell_seconds(act, campaign, stage)
    Act.objects.filter(pk=act.pk).update(recorded=found.sequence)


def _tell_seconds(act: Act, campaign: str, stage: str) -> None:
    """The reason is not told: an accusation that nobody has agreed to stays on the page."""
    link, facts = f"/organiser/votes/{campaign}/{stage}/", {"entry": act.entry}
    once = f"removal-second:{act.pk}"
    but = frozenset((act.by,))
    tell_allowed(act.at, "removal-second", once, campaign, "poll.second", link=link, facts=facts, but=but)


def reason_faults(reason: str, least: int = 4) -> tuple[Finding, ...]:
    """What is wrong with a reason that the public, or whoever audits, is to read."""
    if len(reason) < least:
        return (
            Finding(
                "poll.reason-missing",
                f"请写明原因，至少 {least} 个字；原因会记录在案，办理结果公布的，原因一并公布",
                f"say why, in {least} characters at least; it is kept on record, and published where the act is",
            ),
        )
    if len(reason) > LONGEST_REASON:
        return (
            Finding(
                "poll.reason-long",
                f"原因最多 {LONGEST_REASON} 字，请写得简短些",
                f"a reason holds {LONGEST_REASON} characters at most",
            ),
        )
    return ()


def require_reason(reason: str) -> None:
    """InputError where nothing is said that the public, or whoever audits, could read."""
    if faults := reason_faults(reason):
        raise InputError(*faults)


def require_quiet(slug: str) -> None:
    """InputError while an alarm of the campaign's log stands: no ballot may land before it is dealt with. Ask with the poll locked."""
    if Alarm.objects.filter(campaign=slug, cleared_at=None).exists():
        raise InputError(
            Finding(
                "poll.alarm",
                "选票日志的报警还没有处理完，现在不能收选票；请系统管理员查明原因，声明处理完（guiguan log clear）后再办理",
                "an alarm of the ballot log stands, so no ballots are taken; once the system administrator has found out why and"
                " cleared it (guiguan log clear), try again",
            )
        )


def _refused(state: str, act: str) -> Finding:
    if state == "closed":
        return Finding("poll.closed", "投票已经结束，不能再改动", "the vote is closed and changes no more")
    if state == "draft":
        return Finding("poll.not-open", "投票还没有开始", "the vote has not begun")
    if act in ("open", "resume"):
        return Finding("poll.is-open", "投票已经在进行", "the vote is open already")
    return Finding("poll.is-paused", "投票已经暂停", "the vote is paused already")
