"""An entry leaves a vote: with a public reason, by two people where the rules say so, and what was cast for it stays."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from apps.conftest import make_staff
from voting import make_vote, now, opened

from guiguan.apps.accounts.permission import Forbidden
from guiguan.apps.audit.models import Record
from guiguan.apps.entries.models import Entry
from guiguan.apps.messages.models import Message
from guiguan.apps.messages.sealing import SUBJECT, TEXT
from guiguan.apps.messages.sealing import opened as opened_text
from guiguan.apps.votes.duties import leave_due
from guiguan.apps.votes.models import Act, Poll
from guiguan.apps.votes.queries import acts_public
from guiguan.apps.votes.services import agree_removal, decline_removal, remove_entry
from guiguan.apps.votes.services.departures import open_proposals
from guiguan.core.values.finding import InputError
from guiguan.core.votes.document import read_poll_text

pytestmark = pytest.mark.django_db
ONE, WHY = "CASE-00001", "申报材料不实，经核实取消资格"


def standing() -> frozenset[str]:
    return read_poll_text(Poll.objects.get().document).rule.votable


def refused_with(rule: str, act: Callable[..., object], *args: object) -> None:
    with pytest.raises(InputError) as refused:
        act(*args)
    assert [f.rule for f in refused.value.findings] == [rule]


def test_where_one_person_may_the_entry_leaves_at_once() -> None:
    poll = opened(make_vote())
    act = remove_entry(make_staff("lead", "case"), now(), "case", "vote", ONE, WHY)
    assert act.act == "remove"
    assert standing() == {"CASE-00002", "CASE-00003", "CASE-00004"}
    assert read_poll_text(Poll.objects.get().document).rule.known >= {ONE}
    assert Poll.objects.get().version == poll.version + 1
    assert Record.objects.get(action="poll.remove").detail["reason"] == WHY


def test_where_two_must_one_alone_changes_nothing() -> None:
    opened(make_vote(two="[disqualify]"))
    lead, other = make_staff("lead", "case"), make_staff("lead", "case")
    act = remove_entry(lead, now(), "case", "vote", ONE, WHY)
    assert act.act == "propose"
    assert ONE in standing()
    refused_with("poll.second", agree_removal, lead, now(), "case", "vote", act.pk)
    refused_with("poll.proposed", remove_entry, other, now(), "case", "vote", ONE, WHY)
    assert ONE in standing()
    done = agree_removal(other, now(), "case", "vote", act.pk)
    assert (done.by, done.second_by, done.reason) == (str(lead.pk), str(other.pk), WHY)
    assert ONE not in standing()
    refused_with("poll.not-proposed", agree_removal, other, now(), "case", "vote", act.pk)


def test_whoever_may_agree_is_told_of_a_proposal_and_not_who_made_it_nor_why() -> None:
    opened(make_vote(two="[disqualify]"))
    lead, other = make_staff("lead", "case"), make_staff("lead", "case")
    supervisor = make_staff("supervisor", "case")
    make_staff("clerk", "case"), make_staff("lead", "another")
    remove_entry(lead, now(), "case", "vote", ONE, WHY)
    found = Message.objects.filter(template="removal-second")
    assert {m.person for m in found} == {other.pk, supervisor.pk}
    assert {m.link for m in found} == {"/organiser/votes/case/vote/"}
    assert {opened_text(bytes(m.subject), SUBJECT) for m in found} == {
        "请确认案例退出投票：案例征集，CASE-00001"
    }
    assert all(WHY not in opened_text(bytes(m.text), TEXT) for m in found)


def test_where_one_person_may_nobody_is_asked_to_agree() -> None:
    opened(make_vote())
    make_staff("supervisor", "case")
    remove_entry(make_staff("lead", "case"), now(), "case", "vote", ONE, WHY)
    assert not Message.objects.filter(template="removal-second").exists()


def test_a_proposal_can_be_declined_for_a_reason_that_the_trail_keeps_and_nobody_else_reads() -> None:
    poll = opened(make_vote(two="[disqualify]"))
    lead, other = make_staff("lead", "case"), make_staff("supervisor", "case")
    act = remove_entry(lead, now(), "case", "vote", ONE, WHY)
    with pytest.raises(Forbidden):
        decline_removal(make_staff("clerk", "case"), now(), "case", "vote", act.pk, "证据不足")
    refused_with("poll.reason-missing", decline_removal, other, now(), "case", "vote", act.pk, "不")
    declined = decline_removal(other, now(), "case", "vote", act.pk, "证据不足，予以退回")
    assert ONE in standing()
    assert list(open_proposals(poll)) == []
    said = Record.objects.get(action="poll.decline")
    assert (said.by, said.detail["reason"], said.detail["entry"]) == (
        str(other.pk),
        "证据不足，予以退回",
        ONE,
    )
    assert (said.detail["proposal"], said.detail["proposed_by"]) == (act.pk, str(lead.pk))
    assert [a.act for a in acts_public(poll)] == ["open"]
    for late in (agree_removal, decline_removal):
        more = ("再说一次理由",) if late is decline_removal else ()
        refused_with("poll.not-proposed", late, other, now(), "case", "vote", act.pk, *more)
    # the same may be proposed again, and taken back by whoever proposed it
    again = remove_entry(lead, now(), "case", "vote", ONE, WHY)
    assert again.pk != declined.pk
    assert decline_removal(lead, now(), "case", "vote", again.pk, "提错了案例").act == "take-back"
    assert Record.objects.latest("sequence").action == "poll.take-back"
    assert [a.act for a in acts_public(poll)] == ["open"]
    third = remove_entry(lead, now(), "case", "vote", ONE, WHY)
    agree_removal(other, now(), "case", "vote", third.pk)
    assert ONE not in standing()


def test_what_is_personal_in_a_reason_is_black_before_it_is_stored() -> None:
    opened(make_vote(two="[disqualify]"))
    lead, other = make_staff("lead", "case"), make_staff("lead", "case")
    told, black = "请联系 13812345678 或 zhang@example.com", "请联系 ＊＊＊ 或 ＊＊＊"
    first = remove_entry(lead, now(), "case", "vote", ONE, told)
    assert decline_removal(other, now(), "case", "vote", first.pk, told).reason == black
    again = remove_entry(lead, now(), "case", "vote", ONE, told)
    Act.objects.filter(pk=again.pk).update(reason=told)  # as they were stored before
    assert agree_removal(other, now(), "case", "vote", again.pk).reason == black
    assert Act.objects.get(pk=first.pk).reason == black
    kept = Record.objects.filter(action__in=("poll.propose", "poll.decline", "poll.remove"))
    assert {r.detail["reason"] for r in kept} == {black}
    refused_with(
        "poll.reason-missing", remove_entry, lead, now(), "case", "vote", "CASE-00002", "13812345678"
    )


def test_the_supervisor_may_be_the_second_and_a_clerk_may_not() -> None:
    opened(make_vote(two="[disqualify]"))
    act = remove_entry(make_staff("lead", "case"), now(), "case", "vote", ONE, WHY)
    for stranger in (make_staff("clerk", "case"), make_staff("supervisor", "other")):
        with pytest.raises(Forbidden):
            agree_removal(stranger, now(), "case", "vote", act.pk)
    assert ONE in standing()
    agree_removal(make_staff("supervisor", "case"), now(), "case", "vote", act.pk)
    assert ONE not in standing()


def test_what_does_not_stand_in_the_vote_cannot_leave_it() -> None:
    campaign = make_vote()
    lead = make_staff("lead", "case")
    refused_with("poll.not-votable", remove_entry, lead, now(), "case", "vote", ONE, WHY)
    opened(campaign)
    refused_with("poll.not-votable", remove_entry, lead, now(), "case", "vote", "CASE-09999", WHY)
    refused_with("poll.reason-missing", remove_entry, lead, now(), "case", "vote", ONE, " ")
    with pytest.raises(InputError) as refused:
        remove_entry(lead, now(), "case", "vote", "", " ")
    assert [f.rule for f in refused.value.findings] == ["poll.entry-missing", "poll.reason-missing"]
    remove_entry(lead, now(), "case", "vote", ONE, WHY)
    refused_with("poll.not-votable", remove_entry, lead, now(), "case", "vote", ONE, WHY)


@pytest.mark.parametrize(
    ("state", "said"), [("withdrawn", "申报单位已撤回申报"), ("refused", "形式审查未通过")]
)
def test_an_entry_that_is_withdrawn_or_refused_meanwhile_leaves_by_itself(state: str, said: str) -> None:
    opened(make_vote(two="[disqualify]"))
    assert leave_due(now()) == 0
    Entry.objects.filter(number=ONE).update(state=state)
    assert leave_due(now()) == 1
    assert leave_due(now()) == 0
    assert ONE not in standing()
    act = Act.objects.get(act="remove")
    assert (act.by, act.reason, act.entry) == ("votes.leave", said, ONE)
