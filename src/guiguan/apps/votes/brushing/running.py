"""Runs of the detectors: asked for by the security administrator or by the clock, done in a process of their own."""

from __future__ import annotations

from django.db import IntegrityError, transaction

from guiguan.apps.accounts.models import Person
from guiguan.apps.votes.brushing.acts import brushing, guard_of, write_act, zone_of
from guiguan.apps.votes.brushing.cases import write_cases
from guiguan.apps.votes.brushing.reading import read_log
from guiguan.apps.votes.models import Ballot, Poll, Run
from guiguan.apps.votes.services.acting import ballots_database, name_of
from guiguan.core.values.finding import Finding, InputError
from guiguan.detect.flags import DETECTORS
from guiguan.detect.run import detect, fingerprint

EVERY = 10 * 60_000
"""ms between two runs while a vote takes ballots."""
LOST = 60 * 60_000
"""A run that has not ended after an hour was killed; another may be asked for."""


def ask_run(by: Person | str, at: int, poll_id: int) -> Run:
    """A run is asked for; the worker does it within seconds. Raises Forbidden, InputError where one is under way."""
    with brushing(by, "brushing.run", poll_id) as poll:
        if not poll.document:
            raise InputError(Finding("brushing.not-open", "投票还没有开始", "the vote has not begun"))
        try:
            with transaction.atomic(using=ballots_database()):
                run = Run.objects.create(poll=poll.pk, asked_at=at, asked_by=name_of(by))
        except IntegrityError:
            raise InputError(
                Finding(
                    "brushing.running",
                    "检测正在进行，请稍候查看结果",
                    "a run is under way; look again shortly",
                )
            ) from None
        write_act(poll, f"run:{run.pk}", by, at, "run")
    return run


def ask_due(at: int) -> int:
    """Votes under way that got ballots since their last run, and closed ones not run since, have a run asked for; how many.
    A run that was lost is marked failed."""
    lost = Run.objects.filter(state="running", began_at__lt=at - LOST)
    lost.update(state="failed", ended_at=at, fault="lost")
    asked = 0
    begun = Poll.objects.exclude(state="draft").exclude(document="")  # which nobody but a stranger empties
    for poll in begun:
        last = Run.objects.filter(poll=poll.pk).order_by("-asked_at").first()
        if last is not None and (last.state in ("asked", "running") or at - last.asked_at < EVERY):
            continue
        since = last.asked_at if last else 0
        if Ballot.objects.filter(poll=poll.pk, kind="ballot", time__gte=since).exists():
            ask_run("brushing.due", at, poll.pk)
            asked += 1
    return asked


def do_run(at: int) -> Run | None:
    """The oldest run that was asked for is done, and its findings are cases; None where none was asked for."""
    with transaction.atomic(using=ballots_database()):
        run = Run.objects.select_for_update().filter(state="asked").order_by("pk").first()
        if run is None:
            return None
        run.state, run.began_at = "running", at
        run.save()
    try:
        _detect(run, at)
    except Exception as error:
        Run.objects.filter(pk=run.pk).update(state="failed", ended_at=at, fault=type(error).__name__)
        raise
    return run


def _detect(run: Run, at: int) -> None:
    poll = Poll.objects.get(pk=run.poll)
    guard = guard_of(poll)
    read = read_log(poll, zone_of(poll))
    suspected = detect(read.table, guard.detectors, guard.kinds)
    with brushing("brushing.run", "brushing.run", poll.pk) as held:
        cases = write_cases(held, run, read, suspected, at)
        run.state, run.ended_at, run.ballots, run.left_out = "done", at, len(read.table), read.left_out
        run.version, run.digest = guard.detectors.version, fingerprint(suspected)
        run.found = {
            d.lower(): {"groups": len(suspected.found[d].groups), "ballots": int(suspected.flagged[d].sum())}
            for d in DETECTORS
        }
        run.save()
        write_act(held, f"run:{run.pk}", "brushing.run", at, "done", ballots=len(read.table), cases=cases,
                  digest=run.digest, version=guard.detectors.version)  # fmt: skip
