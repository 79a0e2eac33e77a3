"""Opening, pausing, resuming and closing a vote: by whom, when, and what stands on record afterwards."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from apps.conftest import make_staff
from voting import DAY, day, make_entry, make_vote, now, opened, vote_of

from guiguan.apps.accounts.models import Person
from guiguan.apps.accounts.permission import Forbidden
from guiguan.apps.audit.models import Record
from guiguan.apps.campaigns.models import Announcement, Campaign
from guiguan.apps.votes.alarm import clear_alarms, raise_alarm
from guiguan.apps.votes.duties import close_due, open_due, record_acts
from guiguan.apps.votes.models import Act, Ballot, Poll
from guiguan.apps.votes.queries import order_seed
from guiguan.apps.votes.services import close_poll, open_poll, pause_poll, resume_poll
from guiguan.core.values.finding import InputError
from guiguan.core.votes.document import read_poll_text

pytestmark = pytest.mark.django_db
WHY = "系统检查，稍后恢复"


def rules(error: InputError) -> list[str]:
    return [f.rule for f in error.findings]


def test_an_opened_vote_has_its_entries_its_seed_and_a_record() -> None:
    campaign = make_vote()
    at = now()
    poll = open_poll(make_staff("lead", "case"), at, "case", "vote")
    assert (poll.state, poll.version, poll.opened_at) == ("open", 2, at)
    rule = read_poll_text(poll.document).rule
    assert rule.votable == rule.known == {f"CASE-{n:05}" for n in (1, 2, 3, 4)}
    assert len(order_seed(poll)) == 32
    kept = Record.objects.get(action="poll.open")
    assert (kept.campaign, kept.subject, kept.detail["votable"]) == ("case", "poll:case/vote", 4)
    assert kept.detail["seed"] == order_seed(poll)
    assert Act.objects.get().recorded == kept.sequence
    assert vote_of(campaign).phase == "open"


def test_two_votes_have_different_seeds() -> None:
    make_vote("one")
    make_vote("two")
    polls = [open_poll("votes.open", now(), slug, "vote") for slug in ("one", "two")]
    assert order_seed(polls[0]) != order_seed(polls[1])


@pytest.mark.parametrize("act", [open_poll, close_poll])
@pytest.mark.parametrize(
    "who",
    [
        lambda: make_staff("clerk", "case"),
        lambda: make_staff("supervisor", "case"),
        lambda: make_staff("screener", "case"),
        lambda: make_staff("lead", "other"),
    ],
    ids=["clerk", "supervisor", "screener", "another campaign's lead"],
)
def test_nobody_but_the_campaigns_lead_conducts(act: Callable[..., Poll], who: Callable[[], Person]) -> None:
    make_vote()
    with pytest.raises(Forbidden):
        act(who(), now(), "case", "vote")
    assert not Poll.objects.exists()
    assert not Record.objects.filter(action__startswith="poll.").exists()


def test_a_stranger_pauses_nothing() -> None:
    opened(make_vote())
    with pytest.raises(Forbidden):
        pause_poll(make_staff("clerk", "case"), now(), "case", "vote", WHY)
    assert Poll.objects.get().state == "open"


def test_nothing_opens_outside_its_window() -> None:
    make_vote("later", first=1, last=2)
    make_vote("over", first=-3, last=-2)
    for slug, rule in (("later", "poll.early"), ("over", "poll.late")):
        with pytest.raises(InputError) as refused:
            open_poll("votes.open", now(), slug, "vote")
        assert rules(refused.value) == [rule]
    assert not Poll.objects.exists()


def test_a_vote_that_no_ballot_could_fill_does_not_open() -> None:
    make_vote(entries=1)
    with pytest.raises(InputError) as refused:
        open_poll("votes.open", now(), "case", "vote")
    assert rules(refused.value) == ["poll.too-few"]


def test_a_vote_of_an_ended_campaign_does_not_open() -> None:
    make_vote()
    Campaign.objects.update(state="closed")
    with pytest.raises(InputError) as refused:
        open_poll("votes.open", now(), "case", "vote")
    assert rules(refused.value) == ["poll.campaign"]


def test_an_open_vote_is_not_opened_again() -> None:
    poll = opened(make_vote())
    with pytest.raises(InputError) as refused:
        open_poll("votes.open", now(), "case", "vote")
    assert rules(refused.value) == ["poll.is-open"]
    assert Poll.objects.get().document == poll.document
    assert Act.objects.count() == 1


def test_no_such_vote() -> None:
    make_vote()
    with pytest.raises(InputError) as refused:
        open_poll("votes.open", now(), "case", "experts")
    assert rules(refused.value) == ["poll.no-stage"]


def test_only_who_passed_the_stages_before_stands_in_the_vote() -> None:
    """An entry nobody decided on passes, as this blueprint says, and is counted for the organiser to see."""
    campaign = make_vote(entries=2)
    for n, state in enumerate(("submitted", "returned", "refused", "withdrawn"), 3):
        make_entry(campaign, n, state)
    never = make_entry(campaign, 7, "preregistered")
    never.submitted_at = None
    never.save()
    rule = read_poll_text(opened(campaign).document).rule
    assert rule.votable == {"CASE-00001", "CASE-00002", "CASE-00003"}
    assert rule.known == {f"CASE-{n:05}" for n in range(1, 7)}
    assert Act.objects.get().detail["undecided"] == 1


def test_a_pause_has_a_public_reason_and_nothing_else_changes() -> None:
    poll = opened(make_vote())
    lead = make_staff("lead", "case")
    pause_poll(lead, now(), "case", "vote", f"  {WHY}  ")
    paused = Poll.objects.get()
    assert (paused.state, paused.version, paused.paused_reason) == ("paused", 3, WHY)
    assert paused.document == poll.document
    assert [(a.title, a.text) for a in Announcement.objects.all()] == [("网络投票暂停", WHY)]
    resume_poll(lead, now(), "case", "vote", "已查明，没有问题")
    resumed = Poll.objects.get()
    assert (resumed.state, resumed.version, resumed.paused_reason) == ("open", 4, "")
    assert [r.action for r in Record.objects.filter(action__startswith="poll.").order_by("sequence")] == [
        "poll.open",
        "poll.pause",
        "poll.resume",
    ]


def test_what_is_personal_in_a_reason_is_black_before_it_is_stored_or_announced() -> None:
    opened(make_vote())
    lead = make_staff("lead", "case")
    told, black = "请联系 13812345678，来自 10.2.3.4", "请联系 ＊＊＊，来自 ＊＊＊"
    assert pause_poll(lead, now(), "case", "vote", told).paused_reason == black
    resume_poll(lead, now(), "case", "vote", told)
    assert [a.reason for a in Act.objects.exclude(act="open").order_by("pk")] == [black, black]
    assert [a.text for a in Announcement.objects.order_by("pk")] == [black, black]
    kept = Record.objects.filter(action__in=("poll.pause", "poll.resume"))
    assert [r.detail["reason"] for r in kept] == [black, black]


def test_nobody_resumes_or_opens_a_vote_while_an_alarm_of_its_log_stands() -> None:
    campaign = make_vote()
    lead = make_staff("lead", "case")
    raise_alarm("case", "fsck", "1: somewhere", now())
    with pytest.raises(InputError) as refused:
        opened(campaign)
    assert rules(refused.value) == ["poll.alarm"]
    assert not Poll.objects.exists()
    clear_alarms("operator", now(), "case", WHY)
    opened(campaign)
    raise_alarm("case", "fsck", "1: somewhere", now())
    with pytest.raises(InputError) as refused:
        resume_poll(lead, now(), "case", "vote", WHY)
    assert rules(refused.value) == ["poll.alarm"]
    assert Poll.objects.get().state == "paused"
    assert not Announcement.objects.exists()
    clear_alarms("operator", now(), "case", WHY)
    assert resume_poll(lead, now(), "case", "vote", WHY).state == "open"


@pytest.mark.parametrize(
    ("reason", "rule"),
    [
        ("", "poll.reason-missing"),
        (" 　 ", "poll.reason-missing"),
        ("查", "poll.reason-missing"),
        ("查" * 501, "poll.reason-long"),
    ],
)
def test_no_pause_without_a_reason_that_people_can_read(reason: str, rule: str) -> None:
    opened(make_vote())
    with pytest.raises(InputError) as refused:
        pause_poll(make_staff("lead", "case"), now(), "case", "vote", reason)
    assert rules(refused.value) == [rule]
    assert Poll.objects.get().state == "open"
    assert not Announcement.objects.exists()


def test_a_duty_pauses_without_announcing_in_somebodys_name() -> None:
    opened(make_vote())
    pause_poll("log.alarm", now(), "case", "vote", WHY)
    assert Poll.objects.get().paused_reason == WHY
    assert not Announcement.objects.exists()


def test_what_is_not_open_cannot_be_paused_and_what_is_not_paused_cannot_be_resumed() -> None:
    campaign = make_vote()
    lead = make_staff("lead", "case")
    with pytest.raises(InputError) as refused:
        pause_poll(lead, now(), "case", "vote", WHY)
    assert rules(refused.value) == ["poll.not-open"]
    opened(campaign)
    with pytest.raises(InputError) as refused:
        resume_poll(lead, now(), "case", "vote", WHY)
    assert rules(refused.value) == ["poll.is-open"]
    pause_poll(lead, now(), "case", "vote", WHY)
    with pytest.raises(InputError) as refused:
        pause_poll(lead, now(), "case", "vote", WHY)
    assert rules(refused.value) == ["poll.is-paused"]


def test_nobody_ends_a_vote_before_its_time() -> None:
    opened(make_vote())
    with pytest.raises(InputError) as refused:
        close_poll(make_staff("lead", "case"), now(), "case", "vote")
    assert rules(refused.value) == ["poll.window-open"]
    assert Poll.objects.get().state == "open"


def test_a_closed_vote_says_so_in_its_log_and_changes_no_more() -> None:
    opened(make_vote())
    after = now() + 3 * DAY
    lead = make_staff("lead", "case")
    close_poll(lead, after, "case", "vote")
    poll = Poll.objects.get()
    assert (poll.state, poll.closed_at) == ("closed", after)
    first, entry = Ballot.objects.order_by("batch")
    assert (first.kind, first.poll, first.time) == ("open", poll.pk, poll.opened_at)
    assert (entry.kind, entry.poll, entry.time) == ("close", poll.pk, after)
    assert b'"k":"close"' in bytes(entry.entry)
    assert close_poll(lead, after + 1, "case", "vote").closed_at == after
    assert Ballot.objects.count() == 2
    for act in (pause_poll, resume_poll):
        with pytest.raises(InputError) as refused:
            act(lead, after, "case", "vote", WHY)
        assert rules(refused.value) == ["poll.closed"]


def test_the_clock_opens_and_closes_once() -> None:
    campaign = make_vote("clock")
    start, end = vote_of(campaign).window.start, vote_of(campaign).window.end
    assert open_due(start - 1) == 0
    assert open_due(start) == 1
    assert [open_due(at) for at in (start + 1, start + 120_000)] == [0, 0]
    assert [close_due(at) for at in (start, end - 1)] == [0, 0]
    assert Poll.objects.get().state == "open"
    assert close_due(end) == 1
    assert close_due(end + 1) == 0
    assert [(r.by, r.at) for r in Record.objects.filter(action__startswith="poll.").order_by("sequence")] == [
        ("votes.open", start),
        ("votes.close", end),
    ]


def test_a_paused_vote_is_closed_by_the_clock_too() -> None:
    campaign = make_vote()
    opened(campaign)
    pause_poll(make_staff("lead", "case"), now(), "case", "vote", WHY)
    assert close_due(vote_of(campaign).window.end) == 1
    assert Poll.objects.get().paused_reason == ""


def test_the_vote_of_a_campaign_that_was_ended_is_closed() -> None:
    opened(make_vote())
    Campaign.objects.update(state="closed")
    assert close_due(now()) == 1
    assert Poll.objects.get().state == "closed"


def test_an_act_whose_record_a_crash_left_out_is_recorded_once() -> None:
    opened(make_vote())
    later = now() + 120_000
    Act.objects.update(recorded=None)
    assert record_acts(later) == 1
    assert Record.objects.filter(action="poll.open").count() == 1
    assert Act.objects.get().recorded == Record.objects.get(action="poll.open").sequence
    assert record_acts(later) == 0
    lost = Act.objects.create(
        poll=Poll.objects.get().pk, act="pause", at=now(), by="x", version=3, reason=WHY
    )
    assert record_acts(later) == 1
    kept = Record.objects.get(action="poll.pause")
    assert (kept.by, kept.at, kept.detail["reason"]) == ("x", lost.at, WHY)


def test_days_are_those_of_the_campaigns_zone() -> None:
    vote = vote_of(make_vote(first=0, last=0))
    assert vote.window.end - vote.window.start == DAY
    assert vote.stage.window == (day(0), day(0))
