"""The whole check once a day: begun when it is due and once, told of by an alarm that stands, and never by one that is none."""

from __future__ import annotations

import subprocess
from datetime import datetime
from typing import Any, ClassVar

import pytest
from ballotlog import START, ZONE, make_poll, store_batch, tamper
from django.db import transaction
from django.test import override_settings

from guiguan.apps.audit.queries import VERIFIED
from guiguan.apps.audit.services import record
from guiguan.apps.messages.models import DutyRun
from guiguan.apps.messages.runs import note_run
from guiguan.apps.votes import nightly
from guiguan.apps.votes.alarm import open_alarms
from guiguan.apps.votes.models import Poll
from guiguan.apps.votes.nightly import Night, check_and_tell, check_whole_due, last_time
from guiguan.apps.votes.sequencing import sequence_due, sign_due
from guiguan.cli.main import main

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.usefixtures("own_logs"),
]  # what is written in a view cannot be seen otherwise
NOW = START + 1_000_000
HOUR = 3_600_000


def at(text: str) -> int:
    """An instant of the site's clocks."""
    return int(datetime.fromisoformat(text).replace(tzinfo=ZONE).timestamp() * 1000)


class Child:
    """A process that ends when it is told to."""

    begun: ClassVar[list[Child]] = []

    def __init__(self, command: list[str], **more: Any) -> None:
        self.begun.append(self)
        assert command[2:] == ["guiguan", "fsck", "--alarm", "--leashed"]
        self.code: int | None = None
        self.ended = False

    def poll(self) -> int | None:
        return self.code

    def terminate(self) -> None:
        self.ended = True

    def wait(self) -> None:
        assert self.ended


@pytest.fixture
def children(monkeypatch: pytest.MonkeyPatch) -> list[Child]:
    monkeypatch.setattr(Child, "begun", [])
    monkeypatch.setattr(subprocess, "Popen", Child)
    return Child.begun


def checked_poll() -> Poll:
    """A vote whose ballots stand in a signed log."""
    poll = make_poll()
    store_batch(poll, 1, 1, 3)
    sequence_due(NOW)
    sign_due(NOW)
    return poll


@pytest.mark.parametrize(
    ("now", "last"),
    [
        ("2026-12-01T03:30", "2026-12-01T03:30"),
        ("2026-12-01T03:29:59", "2026-11-30T03:30"),
        ("2026-12-01T23:59", "2026-12-01T03:30"),
        ("2027-01-01T00:00", "2026-12-31T03:30"),
    ],
)
def test_the_last_time_is_by_the_site_s_clocks(now: str, last: str) -> None:
    assert last_time(at(now), "03:30") == at(last)


def test_a_check_is_begun_once_a_day(children: list[Child]) -> None:
    night, noon = Night(), at("2026-12-01T12:00")
    assert [check_whole_due(noon + n * HOUR, night) for n in range(15)] == [0] * 15  # not by a start at noon
    assert check_whole_due(at("2026-12-02T03:30"), night) == 1
    assert check_whole_due(at("2026-12-02T03:31"), night) == 0  # under way
    children[0].code = 0
    note_run(nightly.RUN, at("2026-12-02T03:30:02"), 1)
    assert check_whole_due(at("2026-12-02T04:00"), night) == 0
    assert check_whole_due(at("2026-12-03T03:31"), night) == 1
    night.stop()
    assert night.child is None
    assert len(children) == 2


def test_one_that_was_missed_while_the_site_was_down_is_made_up_for(children: list[Child]) -> None:
    note_run(nightly.RUN, at("2026-11-30T03:31"), 1)
    assert check_whole_due(at("2026-12-01T03:00"), Night()) == 0
    assert check_whole_due(at("2026-12-01T09:00"), Night()) == 1


@pytest.mark.parametrize("code", [-9, 0, 1])  # 1: damage, or a command that could not even begin
def test_one_that_breaks_off_is_told_and_not_begun_again_the_same_day(
    children: list[Child], code: int
) -> None:
    note_run(nightly.RUN, at("2026-11-30T03:30"), 1)
    night = Night(since=at("2026-11-30T03:30"))
    assert check_whole_due(at("2026-12-01T03:30"), night) == 1
    children[0].code = code
    with pytest.raises(RuntimeError, match=f"broke off with {code}:"):
        check_whole_due(at("2026-12-01T03:31"), night)
    assert check_whole_due(at("2026-12-01T03:32"), night) == 0
    assert check_whole_due(at("2026-12-02T03:30"), night) == 1


def test_none_is_begun_where_it_is_off(children: list[Child]) -> None:
    with override_settings(GUIGUAN_CHECK_AT="off"):
        assert check_whole_due(at("2026-12-02T03:30"), Night(since=1)) == 0
    assert children == []


def test_counts_that_somebody_changed_raise_the_alarm_and_pause_the_vote(
    capsys: pytest.CaptureFixture[str],
) -> None:
    poll = checked_poll()
    assert main(["fsck", "--alarm"]) == 0
    assert open_alarms("gx-demo") == []
    tamper("UPDATE votes_count SET votes = votes + 5 WHERE entry = %s", ["c1"], "votes_count")
    assert main(["fsck", "--alarm"]) == 1
    assert "[log.counts] gx-demo/vote 2021-06-10 c1" in capsys.readouterr().err
    assert [(a.reason, a.found[:16]) for a in open_alarms("gx-demo")] == [("fsck", "1: [log.counts] ")]
    poll.refresh_from_db()
    assert poll.state == "paused"
    run = DutyRun.objects.get(name=nightly.RUN)
    assert (run.done, run.fault) == (2, "Damage")


def test_without_alarm_nothing_is_paused() -> None:
    poll = checked_poll()
    tamper("UPDATE votes_count SET votes = votes + 5 WHERE entry = %s", ["c1"], "votes_count")
    assert main(["fsck"]) == 1
    assert open_alarms("gx-demo") == []
    poll.refresh_from_db()
    assert poll.state == "open"


def test_what_is_gone_at_the_second_look_was_no_damage(monkeypatch: pytest.MonkeyPatch) -> None:
    checked_poll()
    looks = iter(([("gx-demo", nightly.Damage("counts", "here", "5"))], []))
    monkeypatch.setattr(nightly, "check_everything", lambda: iter(next(looks)))
    assert check_and_tell(NOW) == []
    assert open_alarms("gx-demo") == []
    assert next(looks, None) is None


def test_damage_that_may_be_any_campaign_s_stops_every_vote_under_way() -> None:
    """A batch is gone before it was put in order: nothing tells whose ballots they were."""
    checked_poll()
    other, over = make_poll("qd-demo"), make_poll("sc-demo", "closed")
    store_batch(other, 2, 1, 2)
    tamper("DELETE FROM votes_ballot WHERE writer = %s", [2])
    assert [(c, d.rule) for c, d in check_and_tell(NOW)] == [("", "lost")]
    assert {c: len(open_alarms(c)) for c in ("gx-demo", "qd-demo", "sc-demo")} == {
        "gx-demo": 1,
        "qd-demo": 1,
        "sc-demo": 0,
    }
    over.refresh_from_db()
    assert over.state == "closed"


def test_a_batch_of_which_something_is_left_is_its_own_vote_s() -> None:
    checked_poll()
    other = make_poll("qd-demo")
    store_batch(other, 2, 1, 2)
    tamper("DELETE FROM votes_ballot WHERE writer = %s AND place = 0", [2])
    assert [(c, d.rule) for c, d in check_and_tell(NOW)] == [("qd-demo", "lost")]
    assert (open_alarms("gx-demo"), len(open_alarms("qd-demo"))) == ([], 1)


@pytest.mark.parametrize(
    ("statement", "value", "found"),
    [
        (
            "UPDATE votes_poll SET document = %s WHERE campaign = 'qd-demo'",
            "{",
            [("gx-demo", "counts"), ("qd-demo", "unreadable")],
        ),
        (
            "UPDATE votes_log SET origin = %s WHERE campaign = 'qd-demo'",
            "a b",
            [("gx-demo", "counts"), ("qd-demo", "key")],
        ),
    ],
)
def test_what_cannot_be_read_is_damage_and_hides_no_other(
    statement: str, value: str, found: list[tuple[str, str]]
) -> None:
    """One changed byte once ended the whole check with an error of the program."""
    checked_poll()
    store_batch(make_poll("qd-demo"), 2, 1, 2)
    sequence_due(NOW)
    sign_due(NOW)
    tamper("UPDATE votes_count SET votes = votes + 5 WHERE campaign = %s", ["gx-demo"], "votes_count")
    tamper(statement, [value], "votes_log")
    assert sorted({(c, d.rule) for c, d in check_and_tell(NOW)}) == found
    assert (len(open_alarms("gx-demo")), len(open_alarms("qd-demo"))) == (1, 1)


def test_a_broken_audit_trail_is_told_and_stops_no_vote(capsys: pytest.CaptureFixture[str]) -> None:
    poll = checked_poll()
    with transaction.atomic():
        record("somebody", NOW, "entry.submit", "entry:1", campaign="gx-demo")
    assert main(["fsck", "--alarm"]) == 0
    assert DutyRun.objects.get(name=VERIFIED).failed_at is None
    tamper(
        "UPDATE audit_record SET action = %s WHERE action = 'entry.submit'",
        ["entry.withdraw"],
        "audit_record",
    )
    assert main(["fsck", "--alarm"]) == 1
    assert "审计记录前后不符，请运行 guiguan audit verify" in capsys.readouterr().err
    run = DutyRun.objects.get(name=VERIFIED)
    assert (run.failed_at, run.fault) == (run.at, "Damage")
    assert DutyRun.objects.get(name=nightly.RUN).failed_at is None
    assert open_alarms("gx-demo") == []
    poll.refresh_from_db()
    assert poll.state == "open"
