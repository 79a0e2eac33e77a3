"""The campaign's public record, log A: what stands in it of a vote, under which signatures, and every way in which it must be refused."""

from __future__ import annotations

import hashlib
import json
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from apps.conftest import make_staff
from ballotlog import ZONE, make_poll, store, store_batch, stored, tamper
from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.db import transaction
from django.http import HttpResponse
from django.test import RequestFactory, override_settings
from voting import DAY, make_vote, opened

from guiguan.adapters.signing import Ed25519, check_ed25519
from guiguan.apps.audit.models import Record
from guiguan.apps.campaigns.models import Campaign, Version
from guiguan.apps.campaigns.public_record import publish_rules, rules_published
from guiguan.apps.campaigns.queries import blueprint_of
from guiguan.apps.entries.models import Submission
from guiguan.apps.entries.public import case_documents, public_cases
from guiguan.apps.gazette.models import Entry, Log
from guiguan.apps.gazette.services import publish, publish_all
from guiguan.apps.votes.alarm import open_alarms
from guiguan.apps.votes.checking import Going, check_due, check_everything
from guiguan.apps.votes.duties import record_acts
from guiguan.apps.votes.embedding import HOUR, Looked, embed_due, newest_tally
from guiguan.apps.votes.keeping import change_receipts
from guiguan.apps.votes.log import append_entry, ballots_asked
from guiguan.apps.votes.models import Act, Ballot, Poll
from guiguan.apps.votes.sequencing import sequence_due, sign_due, signer
from guiguan.apps.votes.services import close_poll, open_poll, pause_poll, remove_entry, resume_poll
from guiguan.apps.votes.services import conduct as conducting
from guiguan.apps.votes.voters import keys
from guiguan.box import keys as box_keys
from guiguan.box.checkpointer import Checkpointer
from guiguan.box.ledger import entry_at, log_of, read_entries
from guiguan.box.verify import PublicLog, Unproven, prove_entries
from guiguan.cli.main import main
from guiguan.core.evidence.rules_document import rules_document
from guiguan.core.integrity.checkpoint import open_checkpoint
from guiguan.core.integrity.merkle import leaf_hash
from guiguan.core.integrity.note import read_vkey
from guiguan.core.values.canonical import decode, encode
from guiguan.core.values.moment import Instant, Window
from guiguan.core.votes.document import PollDocument, poll_text, read_poll_text
from guiguan.web.public.log import file

pytestmark = pytest.mark.django_db
ORIGIN = "votes.example/log/case/a"
WHY = "系统检查，稍后恢复"
LATER = 5_000  # ms


@pytest.fixture(autouse=True)
def own_folders(tmp_path: Path) -> Iterator[None]:
    with override_settings(
        GUIGUAN_SIGNER=tmp_path / "signer",
        GUIGUAN_LOGS=tmp_path / "log",
        GUIGUAN=settings.GUIGUAN.model_copy(update={"address": "https://votes.example"}),
    ):
        yield


def now() -> int:
    return time.time_ns() // 1_000_000


def told() -> list[dict[str, Any]]:
    """What the record says, in its order."""
    return [e.told for e in Entry.objects.filter(campaign="case").order_by("number")]


def kinds() -> list[str]:
    return [t["act"] if t["k"] == "admin" else t["k"] for t in told()]


def rounds(at: int) -> None:
    """What the sequencer does in a while: everything in order and signed, the record brought up to date and signed again."""
    while sequence_due(at):
        pass
    sign_due(at)
    embed_due(at, Looked())
    sign_due(at + LATER)


def cast(poll: Poll, batch: int, count: int) -> None:
    """One batch of ballots, stored now."""
    store(*(stored(poll, 1, batch, i, ("CASE-00001", "CASE-00003"), time=now()) for i in range(count)))


def trail(action: str) -> dict[str, Any]:
    found = Record.objects.filter(action=action).latest("sequence")
    return {"number": found.sequence, "sha256": found.digest}


def public() -> PublicLog:
    return PublicLog(lambda name: (settings.GUIGUAN_LOGS / "case" / "a" / name).read_bytes())


def damages() -> list[str]:
    return [str(damage) for _, damage in check_everything()]


def test_an_opened_vote_is_told_with_its_rules_its_key_and_its_cases() -> None:
    campaign = make_vote()
    at = now()
    open_poll("votes.open", at, "case", "vote")
    version = Version.objects.get()
    counting = encode(rules_document(blueprint_of(campaign), version.sha256, None))
    documents = case_documents(
        public_cases(campaign, blueprint_of(campaign), [f"CASE-{n:05}" for n in range(9)])
    )
    own = {"c": "case", "t": at, "v": 1}
    assert told() == [
        {
            "k": "rules",
            "version": 1,
            "sha256": version.sha256,
            "counting": hashlib.sha256(counting).hexdigest(),
            "pseudonym_key": hashlib.sha256(keys().pseudonym("case")).hexdigest(),
            **own,
        },
        *(
            {"k": "case", "s": "vote", "entry": f"CASE-{n:05}", "sha256": digest, **own}
            for n, digest in enumerate((hashlib.sha256(d).hexdigest() for d in documents.values()), 1)
        ),
        {"k": "key", "use": "receipt", "key": Ed25519(keys().receipt).public.hex(), **own},
        {"k": "admin", "act": "open", "s": "vote", "trail": trail("poll.open"), **own},
    ]
    assert len(documents) == 4
    assert version.sha256 == hashlib.sha256(version.text.encode()).hexdigest()


def test_the_document_of_a_case_is_what_everybody_reads_and_nothing_else() -> None:
    campaign = make_vote(entries=1)
    (document,) = case_documents(public_cases(campaign, blueprint_of(campaign), ["CASE-00001"])).values()
    found = decode(document)
    assert set(found) == {"applicant", "category", "entry", "facts", "pictures", "summary", "title"}
    assert (found["entry"], found["title"], found["category"], found["summary"]) == (
        "CASE-00001",
        "案例1",
        "one",
        "简介1",
    )
    assert found["facts"] == [{"field": "honours", "texts": ["甲奖", "乙奖"]}]
    for secret in ("机密联系人", "13800001111", "九千万"):
        assert secret.encode() not in document


def test_a_text_typed_with_loose_accents_keeps_no_vote_from_opening() -> None:
    campaign = make_vote()
    Submission.objects.update(answers={"title": "Cafe\u0301", "category": "一类", "honours": ["e\u0301"]})
    opened(campaign)
    assert kinds() == ["rules", "case", "case", "case", "case", "key", "open"]


def test_the_ballot_log_begins_with_the_rules_of_the_record() -> None:
    poll = opened(make_vote())
    (first,) = Ballot.objects.all()
    rules = Entry.objects.get(kind="rules")
    entry = decode(bytes(first.entry))
    assert (first.kind, entry["k"], entry["s"], entry["t"]) == ("open", "open", "vote", poll.opened_at)
    assert (
        (entry["a"], entry["rules"])
        == (rules.number, leaf_hash(bytes(rules.entry)).hex())
        == (0, entry["rules"])
    )
    cast(poll, 1, 3)
    rounds(now())
    assert damages() == []


def test_ballots_that_came_before_the_first_round_stand_behind_the_opening_all_the_same() -> None:
    poll = opened(make_vote())
    cast(poll, 1, 3)
    close_poll("votes.close", now() + 3 * DAY, "case", "vote")
    assert sequence_due(now()) == 5
    with ballots_asked() as ask:
        log = log_of(ask, "case")
        assert log is not None
        found = [decode(entry)["k"] for _, entry, _ in read_entries(ask, log.id, 0, 9)]
    assert found == ["open", "ballot", "ballot", "ballot", "close"]


def test_what_was_published_before_is_what_is_cited() -> None:
    campaign = make_vote()
    rules_published(campaign, 5)
    publish("case", "notice", 6, notice=1, sha256="0" * 64)
    opened(campaign)
    assert kinds()[:3] == ["rules", "notice", "case"]
    assert decode(bytes(Ballot.objects.get().entry))["a"] == 0


def test_acts_are_told_with_their_reasons_and_nobody_is_named() -> None:
    opened(make_vote())
    lead = make_staff("lead", "case")
    at = now()
    pause_poll(lead, at, "case", "vote", "故障，请致电 13800001111")
    resume_poll(lead, at + 1, "case", "vote", WHY)
    remove_entry(lead, at + 2, "case", "vote", "CASE-00002", "材料失实")
    close_poll(lead, at + 3 * DAY, "case", "vote")
    own = {"c": "case", "k": "admin", "s": "vote", "v": 1}
    assert [t for t in told()[7:] if t["k"] != "notice"] == [
        {"act": "pause", "t": at, "reason": "故障，请致电 ＊＊＊", "trail": trail("poll.pause"), **own},
        {"act": "resume", "t": at + 1, "reason": WHY, "trail": trail("poll.resume"), **own},
        {
            "act": "remove",
            "t": at + 2,
            "entry": "CASE-00002",
            "reason": "材料失实",
            "trail": trail("poll.remove"),
            **own,
        },
        {"act": "close", "t": at + 3 * DAY, "trail": trail("poll.close"), **own},
    ]
    shown = "网络投票暂停\n故障，请致电 ＊＊＊"
    assert (
        next(t["sha256"] for t in told() if t["k"] == "notice") == hashlib.sha256(shown.encode()).hexdigest()
    )
    whole = b"".join(bytes(e.entry) for e in Entry.objects.all())
    assert str(lead.pk).encode() not in whole
    assert lead.username.encode() not in whole


def test_a_proposal_is_nobodys_business_until_a_second_person_agrees() -> None:
    opened(make_vote(two="[disqualify]"))
    before = kinds()
    remove_entry(make_staff("lead", "case"), now(), "case", "vote", "CASE-00002", "材料失实")
    assert Record.objects.filter(action="poll.propose").count() == 1
    assert kinds() == before


def test_a_crash_between_the_databases_leaves_an_act_that_is_told_once(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    class PowerCut(Exception):
        pass

    def cut(*_: Any) -> None:
        raise PowerCut

    campaign = make_vote()
    if settings.BALLOTS_ALIAS == "default":
        pytest.skip("one database: the act and what is told of it are there together or not at all")
    with monkeypatch.context() as patch:
        patch.setattr(conducting, "tell_trail", cut)
        with pytest.raises(PowerCut):
            opened(campaign)
    assert (Act.objects.get().recorded, Entry.objects.filter(kind="admin").count()) == (None, 0)
    at = now() + 10 * 60_000
    assert [record_acts(at), record_acts(at)] == [1, 0]
    assert kinds()[-6:] == ["case", "case", "case", "case", "key", "open"]
    assert Entry.objects.filter(kind="case").count() == 4


def test_a_changed_receipt_key_is_told_at_the_next_opening(tmp_path: Path) -> None:
    with override_settings(GUIGUAN_DATA=tmp_path):
        opened(make_vote())
        lead = make_staff("lead", "case")
        pause_poll(lead, now(), "case", "vote", WHY)
        resume_poll(lead, now(), "case", "vote", WHY)
        assert kinds().count("key") == 1
        pause_poll(lead, now(), "case", "vote", WHY)
        before = Ed25519(keys().receipt).public.hex()
        change_receipts("operator", now())
        box_keys._read.cache_clear()  # site and box were started again
        resume_poll(lead, now(), "case", "vote", WHY)
        after = Ed25519(keys().receipt).public.hex()
    assert [t["key"] for t in told() if t["k"] == "key"] == [before, after]
    assert before != after


def test_everybody_can_read_and_prove_the_record_at_once() -> None:
    opened(make_vote())
    sign_due(now())
    newest, entries = prove_entries(public())
    assert (newest.origin, newest.size) == (ORIGIN, 7)
    assert [e for _, e in entries] == [bytes(e.entry) for e in Entry.objects.order_by("number")]
    assert Log.objects.get().published == 7
    told_by_http = {
        name: get(name) for name in ("checkpoint", "key", "tile/0/000.p/7", "tile/entries/000.p/7")
    }
    for name, answer in told_by_http.items():
        assert (answer.status_code, answer.content) == (
            200,
            (settings.GUIGUAN_LOGS / "case/a" / name).read_bytes(),
        )
    assert json.loads(get("consistency", old="7").content)["path"] == []
    for name in ("inclusion", "receipt-keys", "../checkpoint", "signed.sqlite", "", "a/checkpoint"):
        assert get(name, leaf="0" * 64, time="1").status_code == 404
    assert get("a", prefix="").status_code == 404


def get(rest: str, prefix: str = "a/", **query: Any) -> HttpResponse:
    request = RequestFactory().get(f"/log/case/{prefix}{rest}", query)
    request.user = AnonymousUser()
    return file(request, campaign="case", rest=f"{prefix}{rest}")  # type: ignore[return-value]  # a FileResponse or its refusal


def test_the_record_names_the_ballot_logs_key_and_its_checkpoint_after_every_act() -> None:
    poll = opened(make_vote())
    at = now()
    cast(poll, 1, 3)
    rounds(at)
    key = read_vkey((settings.GUIGUAN_LOGS / "case" / "key").read_text().strip())
    assert kinds()[7:] == ["key", "bcheck"]
    assert (told()[7]["use"], told()[7]["key"]) == ("log", key.vkey)
    checkpoint = open_checkpoint(told()[8]["note"].encode(), [key], check_ed25519, "votes.example/log/case")
    assert (checkpoint.size, checkpoint.root.hex()) == (4, told()[8]["root"])
    assert told()[8]["size"] == 4
    rounds(at + 2 * LATER)  # nothing happened
    cast(poll, 2, 2)
    rounds(at + 4 * LATER)  # ballots alone are no act
    assert len(told()) == 9
    pause_poll(make_staff("lead", "case"), at + 5 * LATER, "case", "vote", WHY)
    rounds(at + 6 * LATER)
    assert kinds()[9:] == ["notice", "pause", "bcheck"]
    assert told()[-1]["size"] == 6
    assert damages() == []


def test_a_checkpoint_every_hour_while_the_vote_is_under_way_and_none_afterwards() -> None:
    poll = opened(make_vote())
    at = now()
    rounds(at)
    rounds(at + HOUR - 1)
    assert kinds().count("bcheck") == 1
    rounds(at + HOUR)
    rounds(at + 2 * HOUR - 1)
    assert kinds().count("bcheck") == 2
    close_poll("votes.close", at + 3 * DAY, "case", "vote")
    rounds(at + 3 * DAY)
    assert kinds()[-3:] == ["close", "bcheck", "tally"]
    rounds(at + 5 * DAY)
    assert kinds()[-3:] == ["close", "bcheck", "tally"]
    assert poll.pk == Poll.objects.get().pk


def test_a_checkpoint_that_does_not_hold_the_close_yet_is_not_enough() -> None:
    opened(make_vote())
    at = now()
    rounds(at)
    before = len(told())
    close_poll("votes.close", at + 3 * DAY, "case", "vote")
    embed_due(at + 3 * DAY, Looked())  # its close is not even in order
    sequence_due(at + 3 * DAY)
    embed_due(at + 3 * DAY, Looked())  # in order, not signed
    assert kinds()[before:] == ["close"]
    sign_due(at + 3 * DAY)
    embed_due(at + 3 * DAY, Looked())
    assert kinds()[before:] == ["close", "bcheck", "tally"]
    assert told()[before + 1]["size"] == 2


def test_counts_are_told_after_the_close_and_again_when_a_void_changes_them() -> None:
    poll = opened(make_vote())
    at = now()
    cast(poll, 1, 3)
    rounds(at)
    assert newest_tally("case", "vote") is None
    close_poll("votes.close", at + 3 * DAY, "case", "vote")
    rounds(at + 3 * DAY)
    votes = {"CASE-00001": 3, "CASE-00002": 0, "CASE-00003": 3, "CASE-00004": 0}
    tally = newest_tally("case", "vote")
    assert tally is not None
    assert (tally.size, tally.votes) == (5, votes)
    assert told()[-1] == {
        "c": "case", "k": "tally", "t": at + 3 * DAY, "v": 1, "s": "vote", "size": 5, "part": 1, "parts": 1,
        "votes": [[entry, n] for entry, n in votes.items()],
    }  # fmt: skip
    assert damages() == []
    void(poll, at + 3 * DAY, 2)
    rounds(at + 3 * DAY + 4 * LATER)
    tally = newest_tally("case", "vote")
    assert tally is not None
    assert (tally.size, tally.votes["CASE-00001"], kinds().count("tally")) == (6, 2, 2)
    assert damages() == []


def void(poll: Poll, at: int, index: int) -> None:
    with ballots_asked() as ask:
        log = log_of(ask, "case")
        assert log is not None
        meant = entry_at(ask, log.id, index)
        assert meant is not None
    with transaction.atomic(using=settings.BALLOTS_ALIAS):
        append_entry(
            poll, "void", {"leaf": meant.leaf.hex(), "ref": index, "rule": "robot", "s": "vote"}, at, ZONE
        )


def test_hidden_counts_stay_out_of_the_record_until_they_are_shown() -> None:
    poll = opened(make_vote(counts="delayed", delay_minutes=60))
    at = now()
    cast(poll, 1, 2)
    close_poll("votes.close", at + 3 * DAY, "case", "vote")
    rounds(at + 3 * DAY)
    rounds(at + 3 * DAY + HOUR - 10_000)
    assert "tally" not in kinds()
    rounds(at + 3 * DAY + HOUR)
    rounds(at + 3 * DAY + HOUR + 10_000)
    assert kinds().count("tally") == 1


class PowerCut(Exception):
    pass


@pytest.mark.parametrize("step", ["appended", "tiles", "signed"])
def test_power_cuts_between_append_and_checkpoint_leave_one_history(
    step: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    campaign = make_vote()
    rules_published(campaign, 5)
    at = now()
    sign_due(at)
    first = public().checkpoint()
    assert first.size == 1
    opened(campaign)

    def cut(seen: str) -> None:
        if seen == step:
            raise PowerCut

    with monkeypatch.context() as patch:
        if step == "appended":
            patch.setattr(Checkpointer, "checkpoint", lambda *_: cut("appended"))
        patch.setattr(Checkpointer, "after", staticmethod(cut), raising=False)
        patch.setattr(
            "guiguan.box.logs.Checkpointer",
            lambda *given: Checkpointer(*given, after=cut),
        )
        with pytest.raises(PowerCut):
            sign_due(at + LATER)
    assert public().checkpoint() == first
    sign_due(at + 3 * LATER)
    newest, entries = prove_entries(public())
    assert (newest.size, len(list(entries)), damages()) == (7, 7, [])


def test_a_flipped_bit_is_found_before_a_signature_and_stops_the_vote() -> None:
    opened(make_vote())
    rounds(now())
    publish("case", "admin", now(), act="end")
    last = Entry.objects.order_by("number").last()
    assert last is not None
    changed = bytearray(bytes(last.entry))
    changed[9] ^= 1
    tamper(
        "UPDATE gazette_entry SET entry = %s WHERE number = %s",
        [bytes(changed), last.number],
        "gazette_entry",
    )
    before = signer().signed.last(ORIGIN)
    sign_due(now() + 4 * LATER)
    assert signer().signed.last(ORIGIN) == before
    assert [a.reason for a in open_alarms("case")] == ["changed"]
    assert Poll.objects.get().state == "paused"
    assert f"[log.row] {ORIGIN} {last.number}: the bytes do not hash to the leaf" in damages()


def test_a_signed_entry_that_was_changed_with_its_leaf_is_found_by_the_check() -> None:
    opened(make_vote())
    rounds(now())
    was = Entry.objects.get(kind="admin")
    changed = bytes(was.entry).replace(b'"act":"open"', b'"act":"shut"')
    tamper(
        "UPDATE gazette_entry SET entry = %s, leaf = %s WHERE number = %s",
        [changed, leaf_hash(changed), was.number],
        "gazette_entry",
    )
    assert f"[log.entry] {ORIGIN} {was.number}: not the entry that was signed" in damages()
    going = Going()
    assert check_due(now(), going) > 0
    assert [a.reason for a in open_alarms("case")] == ["fsck"]
    assert Poll.objects.get().state == "paused"


@pytest.mark.parametrize(
    ("changed", "found"),
    [
        (
            lambda d: replace(
                d,
                rule=replace(d.rule, window=Window(d.rule.window.start, Instant(d.rule.window.end + DAY))),
            ),
            "the vote does not go by the rules",
        ),
        (
            lambda d: replace(
                d, rule=replace(d.rule, stage=d.rule.stage.model_copy(update={"repeated": "drop_choice"}))
            ),
            "the vote does not go by the rules",
        ),
        (lambda d: replace(d, rules="0" * 64), "which is no version of the rules"),
        (
            lambda d: replace(d, rule=replace(d.rule, votable=d.rule.votable - {"CASE-00002"})),
            "the cases in the vote are not those that the record names",
        ),
        (
            lambda d: replace(d, rule=replace(d.rule, votable=d.rule.votable | {"CASE-00009"})),
            "the cases in the vote are not those that the record names",
        ),
    ],
    ids=["a later end", "another rule", "another text", "a case taken out", "a case let in"],
)
def test_rules_and_cases_of_a_vote_that_somebody_changed_are_found(
    changed: Callable[[PollDocument], PollDocument], found: str
) -> None:
    """They can be read, and would let ballots in that the published rules keep out, or keep out what they let in."""
    poll = opened(make_vote())
    cast(poll, 1, 3)
    rounds(now())
    assert damages() == []
    other = poll_text(changed(read_poll_text(poll.document)))
    tamper("UPDATE votes_poll SET document = %s WHERE id = %s", [other, poll.pk], "votes_log")
    (told_,) = damages()
    assert told_.startswith(f"[log.rules] {ORIGIN} vote: ")
    assert found in told_


def test_a_case_that_left_the_vote_by_an_act_is_no_damage() -> None:
    poll = opened(make_vote())
    cast(poll, 1, 3)
    remove_entry(make_staff("lead", "case"), now(), "case", "vote", "CASE-00002", "材料失实")
    rounds(now())
    assert damages() == []


def test_a_check_says_what_it_found_in_both_languages(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    opened(make_vote())
    rounds(now())
    tamper("DELETE FROM gazette_entry WHERE number = 3", [], "gazette_entry")
    monkeypatch.setattr("guiguan.conf.run.open_site", lambda: None)
    assert main(["fsck"]) == 1
    chinese = capsys.readouterr().err
    monkeypatch.setenv("GUIGUAN_LANG", "en")
    assert main(["fsck"]) == 1
    english = capsys.readouterr().err
    detail = "signed, but not stored any more"
    assert f"case: [log.entry] {ORIGIN} 3：签过的这一条变了，或不在了（{detail}）\n" in chinese
    assert f"case: [log.entry] {ORIGIN} 3: {detail}\n" in english
    assert chinese.endswith(" 处不符，怎么办见 docs/operate/log.md“guiguan fsck 报的”\n")
    assert english.endswith("faults found: 3; docs/operate/log.md says what to do\n")


def test_an_entry_that_was_taken_away_is_missed() -> None:
    opened(make_vote())
    rounds(now())
    size = len(told())
    tamper("DELETE FROM gazette_entry WHERE number = 3", [], "gazette_entry")
    assert f"[log.order] {ORIGIN} 3: the next entry in the record is 4" in damages()
    assert f"[log.entry] {ORIGIN} 3: signed, but not stored any more" in damages()
    tamper("DELETE FROM gazette_entry WHERE number >= 3", [], "gazette_entry")
    sign_due(now() + 4 * LATER)
    (alarm,) = open_alarms("case")
    assert (alarm.reason, alarm.found) == ("shrunk", f"{ORIGIN}: 3 entries, {size} were signed")


def test_rules_changed_behind_the_record_are_found() -> None:
    campaign = make_vote()
    opened(campaign)
    assert damages() == []
    version = Version.objects.get()
    text = version.text.replace("exactly: 2", "exactly: 1").replace('"exactly": 2', '"exactly": 1')
    assert text != version.text
    Version.objects.update(text=text)
    named = f"[log.rules] {ORIGIN} 0: version 1 is not the text that the record names"
    assert damages() == [named]
    fresh = hashlib.sha256(text.encode()).hexdigest()
    Version.objects.update(sha256=fresh)
    assert damages() == [
        named,
        f"[log.rules] {ORIGIN}: {fresh} is in force, the record says {version.sha256}",
    ]


def test_rules_that_go_into_force_by_the_front_door_are_no_damage() -> None:
    campaign = make_vote()
    opened(campaign)
    text = Version.objects.get().text.replace("案例征集", "案例征集（修订）")
    version = Version.objects.create(
        campaign=campaign, number=2, text=text, sha256=hashlib.sha256(text.encode()).hexdigest(),
        by=make_staff("lead", "case").pk, at=2, in_force_at=2,
    )  # fmt: skip
    Campaign.objects.update(in_force=version)
    assert len(damages()) == 1
    publish_rules(version, blueprint_of(Campaign.objects.get()), 9)
    assert damages() == []


def test_an_audit_trail_that_lost_its_end_is_found() -> None:
    opened(make_vote())
    rounds(now())
    tamper("DELETE FROM audit_record WHERE action = 'poll.open'", [], "audit_record")
    number = told()[6]["trail"]["number"]
    assert damages() == [f"[log.trail] {ORIGIN} 6: the audit trail has no record {number} with that digest"]


def test_a_checkpoint_of_another_ballot_log_is_found() -> None:
    """The whole ballot log of the campaign exchanged for another, signed by the same key: the record still knows the one that was."""
    poll = opened(make_vote())
    cast(poll, 1, 3)
    rounds(now())
    assert damages() == []
    own = signer()
    folder = settings.GUIGUAN_LOGS / "case"
    tile = folder / "tile/0/000.p/4"
    tile.write_bytes(tile.read_bytes()[:-32] + bytes(32))
    (at,) = [e.number for e in Entry.objects.filter(kind="bcheck")]
    assert f"[log.bcheck] {ORIGIN} {at}: the ballot log of size 4 has another root" in damages()
    assert own.signed.last("votes.example/log/case") is not None


def test_a_checkpoint_that_nobody_signed_is_found() -> None:
    poll = opened(make_vote())
    cast(poll, 1, 3)
    rounds(now())
    told_last = told()[-1]
    forged = told_last["note"].replace("\n4\n", "\n3\n")
    publish("case", "bcheck", now(), size=3, root=told_last["root"], note=forged)
    assert damages() == [f"[log.bcheck] {ORIGIN} 9: the signature of votes.example/log/case does not hold"]


def test_an_opening_that_cites_other_rules_is_found() -> None:
    opened(make_vote())
    first = Ballot.objects.get()
    found = decode(bytes(first.entry)) | {"rules": "0" * 64}
    entry = encode(found)
    tamper("UPDATE votes_ballot SET entry = %s, leaf = %s WHERE writer = -1", [entry, leaf_hash(entry)])
    rounds(now())
    assert damages() == [
        "[log.open] votes.example/log/case vote: the opening cites entry 0 of the record, which is another"
    ]


def test_counts_that_were_changed_behind_the_record_are_found() -> None:
    poll = opened(make_vote())
    at = now()
    cast(poll, 1, 3)
    close_poll("votes.close", at + 3 * DAY, "case", "vote")
    rounds(at + 3 * DAY)
    tamper("UPDATE votes_count SET votes = 7 WHERE entry = 'CASE-00001'", [], "votes_count")
    assert f"[log.tally] {ORIGIN} vote: the counts are not those that are kept" in damages()


def test_a_stranger_sees_a_changed_file() -> None:
    opened(make_vote())
    sign_due(now())
    bundle = settings.GUIGUAN_LOGS / "case/a/tile/entries/000.p/7"
    content = bytearray(bundle.read_bytes())
    content[40] ^= 1
    bundle.write_bytes(content)
    with pytest.raises(Unproven):
        list(prove_entries(public())[1])
    assert any(d.startswith("[log.bundle]") for d in damages())


def test_a_campaign_without_a_record_is_left_alone() -> None:
    store_batch(make_poll("old"), 1, 1, 2)
    rounds(now())
    assert (Entry.objects.count(), Log.objects.count(), damages()) == (0, 0, [])


@pytest.mark.parametrize("kind", ["rules", "bcheck", "admin"])
def test_an_entry_that_lacks_what_its_kind_has_is_told_and_hides_no_other_damage(kind: str) -> None:
    campaign = make_vote()
    opened(campaign)
    rounds(now())
    row = Entry.objects.filter(kind=kind).order_by("number").first()
    assert row is not None
    stub = encode({"c": "case", "k": kind, "t": row.time, "v": 1} | ({"trail": 1} if kind == "admin" else {}))
    tamper(
        "UPDATE gazette_entry SET entry = %s, leaf = %s WHERE number = %s",
        [stub, leaf_hash(stub), row.number],
        "gazette_entry",
    )
    Version.objects.update(text="")
    found = damages()
    assert f"[log.entry] {ORIGIN} {row.number}: not the entry that was signed" in found
    assert sum("does not look like this" in d for d in found) == 1
    assert kind == "rules" or any(d.startswith("[log.rules]") for d in found)


def test_a_record_of_many_entries_grows_over_tiles_and_can_be_read_at_every_step() -> None:
    at = now()
    for step, count in enumerate((200, 56, 1, 300, 255)):
        publish_all("case", "case", at, [{"entry": f"{step}-{n}", "s": "vote"} for n in range(count)])
        sign_due(at + 2 * step * LATER)
        newest, entries = prove_entries(public())
        assert [e for _, e in entries] == [bytes(e.entry) for e in Entry.objects.order_by("number")]
        assert (newest.size, damages()) == (Entry.objects.count(), [])
    assert newest.size == 812
    assert not (settings.GUIGUAN_LOGS / "case/a/tile/entries/000.p").exists()
    assert get("tile/entries/000").status_code == 200
