"""From stored ballots to a void that the log says and replay counts: what one person may not do, and what nobody is shown."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Any

import pytest
from apps.conftest import make_person, make_staff
from ballotlog import CASES, START, ZONE, make_poll, store, stored
from brushed import BOT, HONEST, NOW, OFFICE, brushed_poll, run_detectors, suspected, told
from django.conf import settings
from django.db import IntegrityError, transaction

from guiguan.apps.accounts.permission import Forbidden
from guiguan.apps.audit.models import Record
from guiguan.apps.campaigns.models import Campaign
from guiguan.apps.gazette.queries import entries_of
from guiguan.apps.messages.models import Message
from guiguan.apps.messages.sealing import SUBJECT, TEXT, opened
from guiguan.apps.votes.brushing import acts, telling, written
from guiguan.apps.votes.brushing.acts import guard_of, tell_late
from guiguan.apps.votes.brushing.appeals import appeal, propose_answer, second_answer
from guiguan.apps.votes.brushing.deciding import propose, second, take_back
from guiguan.apps.votes.brushing.duties import log_due
from guiguan.apps.votes.brushing.exported import void_decisions
from guiguan.apps.votes.brushing.published import changed_votes, voided_cases
from guiguan.apps.votes.brushing.reading import read_log
from guiguan.apps.votes.brushing.running import ask_due, ask_run, do_run
from guiguan.apps.votes.log import append_entries, ballots_asked
from guiguan.apps.votes.models import (
    Appeal,
    Ballot,
    BrushingAct,
    Count,
    Cursor,
    Poll,
    Run,
    Suspect,
    Suspicion,
)
from guiguan.apps.votes.sequencing import sequence_due
from guiguan.box.entries import read_entry
from guiguan.core.values.canonical import encode
from guiguan.core.values.finding import InputError
from guiguan.core.values.moment import DAY

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("own_logs")]


def totals() -> dict[str, int]:
    while sequence_due(NOW + 1):
        pass
    found = dict.fromkeys(CASES, 0)
    for c in Count.objects.all():
        found[c.entry] += c.votes
    return found


def rules(error: pytest.ExceptionInfo[InputError]) -> list[str]:
    return [f.rule for f in error.value.findings]


def voided() -> tuple[Suspicion, Any, Any]:
    case = suspected()
    first, other = make_staff("clerk", "gx-demo"), make_staff("lead", "gx-demo")
    propose(first, NOW, case.pk, "void", "script", "间隔整齐，同一地址")
    return second(other, NOW + 1, case.pk, agree=True), first, other


def test_the_bot_is_a_case_and_the_office_behind_one_address_is_not() -> None:
    case = run_detectors(brushed_poll())
    assert (case.ballots, case.day, case.subject, case.state) == (BOT, "2021-06-10", "c2", "open")
    places = set(Suspect.objects.values_list("place", flat=True))
    assert places == set(range(HONEST, HONEST + BOT))
    assert not places & set(OFFICE)
    assert {s.detectors for s in Suspect.objects.all()} == {"D1 D3"}
    # a second run raises nothing twice and finds the same
    ask_run("brushing.due", NOW + 1, case.poll)
    do_run(NOW + 1)
    assert Suspicion.objects.count() == 1
    assert len(set(Run.objects.values_list("digest", flat=True))) == 1


def test_an_ipv6_subscriber_is_one_network_however_many_addresses_it_uses() -> None:
    case = suspected()
    assert (case.evidence["networks"], case.evidence["voters"]) == (1, BOT)


def test_evidence_names_no_entry_address_or_device() -> None:
    text = json.dumps(suspected().evidence)
    poll = Suspicion.objects.get().poll
    assert poll
    assert not any(f'"{c}"' in text for c in CASES)
    assert not any(word in text for word in ("2001:db8", "10.1.1.1", '"bot"', '"b1"'))


def test_no_one_person_voids_whatever_roles_they_hold() -> None:
    case = suspected()
    lead = make_staff("lead", "gx-demo")
    propose(lead, NOW, case.pk, "void", "script", "间隔整齐，同一地址")
    with pytest.raises(InputError) as error:
        second(lead, NOW + 1, case.pk, agree=True)
    assert rules(error) == ["brushing.second"]
    case.refresh_from_db()
    assert case.state == "proposed"
    assert not Ballot.objects.filter(kind="void").exists()
    with pytest.raises(IntegrityError), transaction.atomic(using=settings.BALLOTS_ALIAS):
        Suspicion.objects.filter(pk=case.pk).update(second_by=lead.pk)


@pytest.mark.parametrize("role", ["clerk", "security_admin", "screener", "auditor", "system_admin"])
def test_who_may_not_second_does_not(role: Any) -> None:
    case = suspected()
    propose(make_staff("clerk", "gx-demo"), NOW, case.pk, "void", "script", "间隔整齐，同一地址")
    campaign = "" if role in ("security_admin", "auditor", "system_admin") else "gx-demo"
    with pytest.raises(Forbidden):
        second(make_staff(role, campaign), NOW + 1, case.pk, agree=True)


def test_a_lead_of_another_campaign_may_neither_propose_nor_second() -> None:
    case = suspected()
    stranger = make_staff("lead", "another")
    with pytest.raises(Forbidden):
        propose(stranger, NOW, case.pk, "void", "script", "间隔整齐")
    propose(make_staff("clerk", "gx-demo"), NOW, case.pk, "void", "script", "间隔整齐")
    with pytest.raises(Forbidden):
        second(stranger, NOW, case.pk, agree=True)


def test_a_supervisor_may_countersign() -> None:
    case = suspected()
    propose(make_staff("lead", "gx-demo"), NOW, case.pk, "keep", "weak", "证据不足以作废")
    assert second(make_staff("supervisor", "gx-demo"), NOW, case.pk, agree=True).state == "kept"
    assert not Ballot.objects.filter(kind="void").exists()


def test_only_the_security_administrator_asks_for_a_run() -> None:
    poll = brushed_poll()
    for role in ("clerk", "lead", "supervisor"):
        with pytest.raises(Forbidden):
            ask_run(make_staff(role, "gx-demo"), NOW, poll.pk)
    ask_run(make_staff("security_admin"), NOW, poll.pk)
    with pytest.raises(InputError) as error:
        ask_run(make_staff("security_admin"), NOW, poll.pk)
    assert rules(error) == ["brushing.running"]


def test_a_void_takes_its_votes_off_and_names_leaf_rule_evidence_and_two_people() -> None:
    case = suspected()
    before = totals()
    propose(make_staff("clerk", "gx-demo"), NOW, case.pk, "void", "script", "间隔整齐，同一地址")
    case = second(make_staff("lead", "gx-demo"), NOW + 1, case.pk, agree=True)
    entries = [json.loads(bytes(b.entry)) for b in Ballot.objects.filter(kind="void")]
    assert len(entries) == BOT
    assert {e["leaf"] for e in entries} == {bytes(s.leaf).hex() for s in Suspect.objects.all()}
    assert {(e["rule"], e["ev"]) for e in entries} == {("script", case.evidence_sha256)}
    first, other = entries[0]["by2"].split(" ")
    assert first != other
    assert {len(first), len(other)} == {8}
    after = totals()
    assert {e: before[e] - after[e] for e in CASES} == {"c1": 20, "c2": BOT, "c3": 20, "c4": 0}
    assert Ballot.objects.filter(kind="ballot").count() == HONEST + BOT  # nothing is deleted


def test_a_dropped_proposal_leaves_the_case_open_and_says_who_dropped_it() -> None:
    case = suspected()
    clerk, lead = make_staff("clerk", "gx-demo"), make_staff("lead", "gx-demo")
    propose(clerk, NOW, case.pk, "void", "script", "间隔整齐")
    case = second(lead, NOW, case.pk, agree=False, why="间隔整齐的是机房，请再看来源")
    assert (case.state, case.outcome, case.by) == ("open", "", None)
    propose(clerk, NOW, case.pk, "keep", "weak", "证据不足以作废")
    with pytest.raises(InputError) as error:
        take_back(lead, NOW, case.pk)
    assert rules(error) == ["brushing.not-yours"]
    assert take_back(clerk, NOW, case.pk).state == "open"
    propose(lead, NOW, case.pk, "keep", "weak", "证据不足以作废")
    second(lead, NOW, case.pk, agree=False)  # whoever proposed it does not disagree with it
    acts = Record.objects.filter(action__in=("brushing.drop", "brushing.take-back")).order_by("sequence")
    assert [(r.action, r.by) for r in acts] == [
        ("brushing.drop", str(lead.pk)),
        ("brushing.take-back", str(clerk.pk)),
        ("brushing.take-back", str(lead.pk)),
    ]


@pytest.mark.parametrize(
    ("outcome", "reason", "note", "found"),
    [
        ("delete", "script", "间隔整齐", ["brushing.outcome"]),
        ("void", "weak", "间隔整齐", ["brushing.reason"]),
        ("keep", "script", "短", ["brushing.reason", "brushing.note"]),
        ("void", "", "字" * 501, ["brushing.reason", "brushing.note"]),
    ],
)
def test_a_decision_has_a_reason_of_the_list_and_says_what_it_rests_on(outcome, reason, note, found) -> None:
    case = suspected()
    with pytest.raises(InputError) as error:
        propose(make_staff("clerk", "gx-demo"), NOW, case.pk, outcome, reason, note)
    assert rules(error) == found


def test_what_people_kept_is_not_raised_again() -> None:
    case = suspected()
    propose(make_staff("clerk", "gx-demo"), NOW, case.pk, "keep", "weak", "证据不足以作废")
    second(make_staff("lead", "gx-demo"), NOW, case.pk, agree=True)
    ask_run("brushing.due", NOW + 1, case.poll)
    do_run(NOW + 1)
    assert list(Suspicion.objects.values_list("state", flat=True)) == ["kept"]


def test_runs_are_asked_for_by_the_clock_only_where_ballots_came() -> None:
    poll = brushed_poll()
    assert ask_due(NOW - 2 * DAY) == 1
    assert ask_due(NOW - 2 * DAY) == 0
    Run.objects.update(state="done")
    assert ask_due(NOW) == 1  # ballots since the last one
    Run.objects.update(state="done", asked_at=NOW)
    assert ask_due(NOW + DAY) == 0
    assert Run.objects.filter(poll=poll.pk).count() == 2


def test_a_run_that_was_killed_does_not_stand_in_the_way_for_ever() -> None:
    poll = brushed_poll()
    ask_run("brushing.due", NOW - 2 * DAY, poll.pk)
    Run.objects.update(state="running", began_at=NOW - 2 * DAY)
    assert ask_due(NOW) == 1
    assert list(Run.objects.order_by("pk").values_list("state", "fault")) == [
        ("failed", "lost"),
        ("asked", ""),
    ]


def test_a_log_larger_than_one_run_reads_leaves_out_the_oldest() -> None:
    poll = brushed_poll()
    from guiguan.apps.votes.brushing.acts import zone_of

    read = read_log(poll, zone_of(poll), most=100)
    assert read.left_out == HONEST + BOT - 100
    assert len(read.table) == 100
    whole = read_log(poll, zone_of(poll))
    assert whole.table.ballots["time"].to_pylist()[-100:] == read.table.ballots["time"].to_pylist()


def test_made_up_choices_that_fell_alone_hide_no_common_case() -> None:
    poll = make_poll(unknown="drop_choice")
    store(*(stored(poll, 1, 1, i, ["c2", f"made up {i}"]) for i in range(3)))
    table = read_log(poll, ZONE).table
    assert table.names["entry"] == ("c2",)
    assert table.ballots["size"].to_pylist() == [1, 1, 1]


def test_an_appeal_in_time_that_two_people_uphold_gives_the_votes_back() -> None:
    case, first, other = voided()
    suspect = case.suspects.order_by("place").first()
    assert suspect is not None
    before = totals()
    made = appeal(None, NOW + 3 * DAY, case.pk, "这是我本人投的票", bytes(suspect.leaf).hex())
    for voider in (first, other):  # nobody judges an appeal against their own decision
        with pytest.raises(InputError) as error:
            propose_answer(voider, NOW + 3 * DAY, made.pk, "reject", "我们的决定没有错")
        assert rules(error) == ["appeal.own-decision"]
    lead = make_staff("lead", "gx-demo")
    propose_answer(lead, NOW + 3 * DAY, made.pk, "uphold", "经核实为本人投票")
    with pytest.raises(Forbidden):
        second_answer(first, NOW + 3 * DAY, made.pk, agree=True)
    for nobody, rule in ((other, "appeal.own-decision"), (lead, "brushing.second")):
        with pytest.raises(InputError) as error:
            second_answer(nobody, NOW + 3 * DAY, made.pk, agree=True)
        assert rules(error) == [rule]
    first, other = make_staff("clerk", "gx-demo"), make_staff("supervisor", "gx-demo")
    second_answer(other, NOW + 3 * DAY, made.pk, agree=True)
    case.refresh_from_db()
    suspect.refresh_from_db()
    assert (case.state, suspect.restored) == ("void", True)
    after = totals()
    assert sum(after.values()) - sum(before.values()) == 2
    assert Ballot.objects.filter(kind="unvoid").count() == 1
    whole = appeal(None, NOW + 3 * DAY, case.pk, "整组都不应作废", "")
    propose_answer(first, NOW + 3 * DAY, whole.pk, "uphold", "证据不足，予以恢复")
    second_answer(other, NOW + 3 * DAY, whole.pk, agree=True)
    case.refresh_from_db()
    assert case.state == "restored"
    assert Ballot.objects.filter(kind="unvoid").count() == BOT  # the first one is not given back twice
    assert list(void_decisions("gx-demo")) == []


def test_an_appeal_is_refused_late_for_a_strangers_ballot_and_without_grounds() -> None:
    case, _, _ = voided()
    stranger = bytes(Ballot.objects.filter(place=0, kind="ballot").get().leaf).hex()
    for at, grounds, leaf, rule in (
        (NOW + 1 + 3 * DAY, "这是我本人投的票", "", "appeal.late"),
        (NOW + 2, "冤", "", "appeal.grounds"),
        (NOW + 2, "这是我本人投的票", stranger, "appeal.leaf"),
        (NOW + 2, "这是我本人投的票", "不是编号", "appeal.leaf-form"),
    ):
        with pytest.raises(InputError) as error:
            appeal(None, at, case.pk, grounds, leaf)
        assert rules(error) == [rule]
    with pytest.raises(InputError) as error:
        appeal(None, NOW + 2, case.pk, "冤", stranger)
    assert rules(error) == ["appeal.grounds", "appeal.leaf"]
    assert not Appeal.objects.exists()


def test_a_flood_of_appeals_keeps_nobody_from_appealing_for_their_own_ballot(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("guiguan.apps.votes.brushing.appeals.MOST_OPEN", 2)
    case, _, _ = voided()
    one, two = (bytes(s.leaf).hex() for s in case.suspects.order_by("place")[:2])

    def refused(leaf: str) -> list[str]:
        with pytest.raises(InputError) as error:
            appeal(None, NOW + 2, case.pk, "这是我本人投的票", leaf)
        return rules(error)

    for _ in range(2):
        appeal(None, NOW + 2, case.pk, "整组都不应作废", "")
    assert refused("") == ["appeal.many"]
    for _ in range(5):
        appeal(None, NOW + 2, case.pk, "这是我本人投的票", one)
    assert refused(one) == ["appeal.waiting"]
    appeal(None, NOW + 2, case.pk, "这是我本人投的票", two)
    assert Appeal.objects.count() == 8


def test_the_grounds_of_an_appeal_lie_sealed_and_the_trail_names_nobody() -> None:
    case, _, _ = voided()
    made = appeal(make_person("somebody"), NOW + 2, case.pk, "这是我本人投的票", "")
    assert "本人" not in bytes(made.grounds).decode("utf-8", "replace")
    told = Record.objects.get(action="brushing.appeal")
    assert "本人" not in json.dumps(told.detail, ensure_ascii=False)


def test_totals_are_public_only_when_the_decision_stands_and_small_numbers_never() -> None:
    case, _, _ = voided()
    totals()
    poll_row = _poll(case)
    cases = voided_cases(poll_row, NOW + 2)
    assert [(c.number, c.reason, c.ballots, c.restored, c.stands) for c in cases] == [
        (1, "script", BOT, 0, False)
    ]
    assert changed_votes(poll_row, cases) is None
    later = NOW + 4 * DAY
    changes = changed_votes(poll_row, voided_cases(poll_row, later))
    assert changes is not None
    assert {c.entry: (c.before or 0) - c.after for c in changes} == {"c1": 20, "c2": BOT, "c3": 20}
    assert "c4" not in {c.entry for c in changes}
    keep = list(case.suspects.order_by("place").values_list("pk", flat=True)[:3])
    case.suspects.exclude(pk__in=keep).update(restored=True)
    few = changed_votes(poll_row, voided_cases(poll_row, later))
    assert few is not None
    assert {c.before for c in few} == {None}  # three ballots could point at persons


def test_replay_with_the_exported_decisions_counts_what_the_site_counts(tmp_path: Path) -> None:
    """Ballots by their index in the log, decisions as exported: core's tally of them is the site's count."""
    from guiguan.apps.votes.brushing.acts import zone_of
    from guiguan.apps.votes.queries import read_document
    from guiguan.core.votes.tally import tally
    from guiguan.replay.ballots import read_ballots

    case, _, _ = voided()
    counted = totals()
    poll = _poll(case)
    lines = ["ballot,time,voter,choices"]
    with ballots_asked() as ask:
        from guiguan.box.ledger import log_of, read_entries

        log = log_of(ask, "gx-demo")
        assert log is not None
        for index, entry, _leaf in read_entries(ask, log.id, 0, 10_000):
            e = read_entry(entry)
            if e.k == "ballot":
                moment = f"{e.day}T{(e.t - START) // 3_600_000:02}:{(e.t - START) // 60_000 % 60:02}:{(e.t - START) // 1000 % 60:02}.{e.t % 1000:03}"
                lines.append(f"{index:012},{moment},{e.nym},{';'.join(e.choices)}")
    file = tmp_path / "ballots.csv"
    file.write_text("\n".join(lines) + "\n")
    rule = read_document(poll.document).rule
    void = [d["subject"] for d in void_decisions("gx-demo")]
    assert len(void) == BOT
    read, _, _ = read_ballots(file, rule.stage, zone_of(poll), sorted(rule.known), void, only_stage=True)
    assert tally(rule, read.columns).votes == counted
    without, _, _ = read_ballots(file, rule.stage, zone_of(poll), sorted(rule.known), [], only_stage=True)
    assert tally(rule, without.columns).votes != counted


def test_an_act_whose_record_was_lost_is_told_once() -> None:
    case = suspected()
    act = BrushingAct.objects.filter(subject=f"suspicion:{case.pk}").get()
    assert act.recorded is not None
    BrushingAct.objects.filter(pk=act.pk).update(recorded=None)
    records = Record.objects.count()
    assert tell_late(NOW + DAY) == 1
    assert Record.objects.count() == records  # it was told; only the mark was missing
    act.refresh_from_db()
    assert act.recorded is not None


def test_a_ballot_that_has_no_place_in_the_log_yet_cannot_be_void() -> None:
    case = suspected()
    from ballotlog import store

    row = stored(_poll(case), 1, 2, 0, time=NOW)
    store(row)
    Suspect.objects.create(
        suspicion=case, poll=case.poll, writer=1, batch=2, place=0, leaf=row.leaf, detectors="D3"
    )
    propose(make_staff("clerk", "gx-demo"), NOW, case.pk, "void", "script", "间隔整齐")
    with pytest.raises(InputError) as error:
        second(make_staff("lead", "gx-demo"), NOW, case.pk, agree=True)
    assert rules(error) == ["brushing.not-logged"]
    assert not Ballot.objects.filter(kind="void").exists()


def _poll(case: Suspicion) -> Any:
    from guiguan.apps.votes.models import Poll

    return Poll.objects.get(pk=case.poll)


def texts(template: str) -> list[str]:
    found = Message.objects.filter(template=template)
    return [opened(bytes(sealed), TEXT) for m in found for sealed in (m.text, m.text_en)]


def subjects(template: str) -> list[str]:
    found = Message.objects.filter(template=template)
    return [opened(bytes(sealed), SUBJECT) for m in found for sealed in (m.subject, m.subject_en)]


def test_clerks_and_leads_are_told_of_a_new_case_once_and_not_which_entry_it_favours() -> None:
    Campaign.objects.create(slug="gx-demo", title="示例征集", state="open", made_at=1)
    wanted = {str(make_staff(role, "gx-demo").pk) for role in ("clerk", "lead")}
    make_staff("supervisor", "gx-demo"), make_staff("lead", "another"), make_staff("security_admin")
    case = suspected()
    link = f"/organiser/brushing/gx-demo/cases/{case.pk}/"
    assert sorted(told("brushing-raised")) == sorted((person, link) for person in wanted)
    zh, en = texts("brushing-raised")[:2]
    assert zh.startswith("示例征集")
    assert f"第 1 组，目前 {BOT} 张" in zh
    assert f"(group 1, {BOT} so far)" in en
    assert not any(c in text for c in CASES for text in (zh, en))
    # told again, as after a crash, it is the same message
    for act in BrushingAct.objects.filter(action="raise"):
        telling.tell_staff(act, "gx-demo")
    tell_late(NOW + DAY)
    assert len(told("brushing-raised")) == 2


def test_a_crash_before_the_trail_loses_no_message() -> None:
    clerk = make_staff("clerk", "gx-demo")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(acts, "tell", lambda found: 0)
        case = suspected()
    assert told("brushing-raised") == []
    tell_late(NOW + DAY)
    assert told("brushing-raised") == [(str(clerk.pk), f"/organiser/brushing/gx-demo/cases/{case.pk}/")]


def test_appeals_tell_those_who_may_answer_once_while_one_waits() -> None:
    case, _first, _other = voided()
    clerk, lead = make_staff("clerk", "gx-demo"), make_staff("lead", "gx-demo")
    supervisor = make_staff("supervisor", "gx-demo")
    one = appeal(None, NOW + 2, case.pk, "整组都不应作废", "")
    appeal(None, NOW + 3, case.pk, "我也认为不应作废", "")
    link = f"/organiser/brushing/gx-demo/appeals/{one.pk}/"
    assert sorted(told("brushing-appeal")) == sorted([(str(clerk.pk), link), (str(lead.pk), link)])
    assert all("作废" not in text or "第 1 组" in text for text in texts("brushing-appeal"))
    for made in Appeal.objects.order_by("pk"):
        propose_answer(clerk, NOW + 4, made.pk, "reject", "证据充分，不予恢复")
        second_answer(supervisor, NOW + 5, made.pk, agree=True)
    third = appeal(None, NOW + 6, case.pk, "请再核对一次", "")
    links = [where for _, where in told("brushing-appeal")]
    assert links.count(f"/organiser/brushing/gx-demo/appeals/{third.pk}/") == 2
    assert len(links) == 4


def test_a_proposal_waits_for_those_who_may_agree_and_not_for_whoever_made_it() -> None:
    Campaign.objects.create(slug="gx-demo", title="示例征集", state="open", made_at=1)
    case = suspected()
    lead, other = make_staff("lead", "gx-demo"), make_staff("lead", "gx-demo")
    supervisor, clerk = make_staff("supervisor", "gx-demo"), make_staff("clerk", "gx-demo")
    make_staff("lead", "another"), make_staff("security_admin")
    propose(lead, NOW, case.pk, "void", "script", "间隔整齐，同一地址")
    link = f"/organiser/brushing/gx-demo/cases/{case.pk}/"
    assert sorted(told("brushing-second")) == sorted([(str(other.pk), link), (str(supervisor.pk), link)])
    assert set(subjects("brushing-second")) == {
        "请复核可疑选票的结论：示例征集，第 1 组",
        "A proposal waits for you: 示例征集, group 1",
    }
    # dropped and proposed again, by another: told again
    take_back(lead, NOW + 1, case.pk)
    propose(other, NOW + 2, case.pk, "void", "script", "间隔整齐，同一地址")
    assert sorted(told("brushing-second")[2:]) == sorted([(str(lead.pk), link), (str(supervisor.pk), link)])
    second(supervisor, NOW + 3, case.pk, agree=True)
    # an answer: neither whoever proposes it nor the two of the decision
    made = appeal(None, NOW + 4, case.pk, "整组都不应作废", "")
    propose_answer(clerk, NOW + 5, made.pk, "reject", "证据充分，不予恢复")
    assert told("appeal-second") == [(str(lead.pk), f"/organiser/brushing/gx-demo/appeals/{made.pk}/")]
    assert set(subjects("appeal-second")) == {
        "请复核申诉答复：示例征集，第 1 组",
        "An answer to an appeal waits for you: 示例征集, group 1",
    }


def test_a_very_large_case_is_written_in_short_slices_and_told_as_one(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(written, "SLICE", 7)
    monkeypatch.setattr(written, "AT_ONCE", 1)
    case, _, _ = voided()
    poll = _poll(case)
    assert (case.state, case.appeal_until) == ("void", None)
    assert logged("void") == 7
    assert voided_cases(poll, NOW + 2) == []
    with pytest.raises(InputError) as error:
        list(void_decisions("gx-demo"))
    assert rules(error) == ["export.voiding"]
    with pytest.raises(InputError) as error:
        appeal(None, NOW + 2, case.pk, "这是我本人投的票", "")
    assert rules(error) == ["appeal.writing"]

    # killed in the middle of a slice: nothing of it stands, and the next goes on
    def cut(*args: Any) -> None:
        append_entries(*args)
        raise RuntimeError("the power went")

    with monkeypatch.context() as patch:
        patch.setattr(written, "append_entries", cut)
        with (
            pytest.raises(RuntimeError, match="the power went"),
            transaction.atomic(),
            transaction.atomic(using=settings.BALLOTS_ALIAS),
        ):
            log_due(NOW + 3)
    assert logged("void") == 7

    rounds = 0
    while log_due(NOW + 100 + rounds):
        rounds += 1
        assert logged("void") <= 7 * (rounds + 1)
    assert (rounds, logged("void")) == (5, BOT)
    entries = [read_entry(bytes(b.entry)) for b in Ballot.objects.filter(kind="void")]
    assert len({e.ref for e in entries}) == BOT
    assert {e.leaf for e in entries} == {bytes(s.leaf).hex() for s in case.suspects.all()}
    case.refresh_from_db()
    assert case.appeal_until == NOW + 100 + 4 + 3 * DAY  # the term begins when everybody can read it
    assert [c.number for c in voided_cases(poll, NOW + 200)] == [1]
    assert len(list(void_decisions("gx-demo"))) == BOT

    # and given back in the same way
    before = totals()
    whole = appeal(None, NOW + 200, case.pk, "整组都不应作废", "")
    propose_answer(make_staff("clerk", "gx-demo"), NOW + 201, whole.pk, "uphold", "证据不足，予以恢复")
    second_answer(make_staff("supervisor", "gx-demo"), NOW + 202, whole.pk, agree=True)
    assert logged("unvoid") == 7
    (told,) = voided_cases(poll, NOW + 9 * DAY)
    assert not told.stands
    assert changed_votes(poll, []) is None
    while log_due(NOW + 300):
        pass
    assert logged("unvoid") == BOT
    assert sum(totals().values()) - sum(before.values()) == 2 * BOT
    (told,) = voided_cases(poll, NOW + 9 * DAY)
    assert told.stands


def logged(kind: str) -> int:
    return Ballot.objects.filter(kind=kind).count()


def test_a_case_that_cannot_be_written_keeps_no_other_from_the_log(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(written, "SLICE", 7)
    monkeypatch.setattr(written, "AT_ONCE", 1)
    case, _, _ = voided()
    facts = {"poll": 999_999, "number": 1, "day": case.day, "subject": "x", "ballots": 1, "evidence": {}}
    bad = Suspicion.objects.create(pk=-1, state="void", evidence_sha256="", run=1, found_at=1, **facts)
    Suspect.objects.create(
        suspicion=bad, poll=999_999, writer=1, batch=1, place=0, leaf=b"", detectors="D1", pending="void"
    )
    for n in range(1, 6):
        with pytest.raises(Poll.DoesNotExist):  # the duty's failure is on record, and tried again
            log_due(NOW + n)
    case.refresh_from_db()
    assert (logged("void"), case.appeal_until) == (BOT, NOW + 5 + 3 * DAY)


def test_a_case_with_a_ballot_that_has_no_place_yet_is_decided_later() -> None:
    case = suspected()
    propose(make_staff("clerk", "gx-demo"), NOW, case.pk, "void", "script", "间隔整齐，同一地址")
    Cursor.objects.update(batch=0)
    with pytest.raises(InputError) as error:
        second(make_staff("lead", "gx-demo"), NOW + 1, case.pk, agree=True)
    assert rules(error) == ["brushing.not-logged"]
    case.refresh_from_db()
    assert (case.state, logged("void")) == ("proposed", 0)


def test_runs_and_voids_are_in_the_public_record_without_numbers_that_point_at_persons() -> None:
    case = run_detectors(brushed_poll())
    first, other = make_staff("clerk", "gx-demo"), make_staff("lead", "gx-demo")
    propose(first, NOW, case.pk, "void", "script", "间隔整齐，同一地址")
    second(other, NOW + 1, case.pk, agree=True)
    run = Run.objects.get(pk=case.run)
    guard = guard_of(Poll.objects.get())
    thresholds = hashlib.sha256(encode(guard.detectors.model_dump(exclude={"clause"}))).hexdigest()
    decided = Record.objects.get(action="brushing.void")
    own = {"c": "gx-demo", "s": "vote", "v": 1}
    assert [e.told for e in entries_of("gx-demo")] == [
        {
            "k": "detect",
            "t": run.ended_at,
            "version": 1,
            "thresholds": thresholds,
            "sha256": run.digest,
            "ballots": run.ballots,
            **own,
        },
        {
            "k": "admin",
            "t": NOW + 1,
            "act": "void",
            "case": 1,
            "rule": "script",
            "trail": {"number": decided.sequence, "sha256": decided.digest},
            **own,
        },
    ]
    whole = appeal(None, NOW + 3, case.pk, "整组都不应作废", "")
    clerk, supervisor = make_staff("clerk", "gx-demo"), make_staff("supervisor", "gx-demo")
    propose_answer(clerk, NOW + 4, whole.pk, "uphold", "证据不足，予以恢复")
    assert entries_of("gx-demo").count() == 2
    second_answer(supervisor, NOW + 5, whole.pk, agree=True)
    told = entries_of("gx-demo").last()
    assert told is not None
    assert {k: v for k, v in told.told.items() if k != "trail"} == {
        "k": "admin",
        "t": NOW + 5,
        "act": "unvoid",
        **own,
    }
