"""From stored ballots to counts, order and a signed checkpoint, and every way in which the signer must refuse."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any
from unittest.mock import patch

import pytest
from ballotlog import CASES, DAY, START, ZONE, make_poll, store, store_batch, stored, tamper
from django.conf import settings
from django.db import transaction
from django.test import override_settings

from guiguan.adapters.signing import check_ed25519
from guiguan.apps.audit.models import Record
from guiguan.apps.votes.alarm import clear_alarms, open_alarms
from guiguan.apps.votes.checking import Going, check_due, check_everything
from guiguan.apps.votes.log import append_entries, append_entry, ballots_asked
from guiguan.apps.votes.models import Act, Count, Logged, Poll
from guiguan.apps.votes.sequencing import clear, sequence_due, sign_due, signer
from guiguan.box import recount as recounting
from guiguan.box import sequencer
from guiguan.box.entries import read_entry
from guiguan.box.ledger import log_of, read_entries
from guiguan.box.logs import LogEntries
from guiguan.box.polls import polls
from guiguan.conf.sequencer import one_round
from guiguan.core.integrity.checkpoint import Checkpoint, open_checkpoint
from guiguan.core.integrity.merkle import root
from guiguan.core.integrity.note import read_vkey
from guiguan.core.integrity.tiles import ENTRIES, Tile, read_bundle
from guiguan.core.votes.document import poll_text, read_poll_text

pytestmark = pytest.mark.django_db
NOW = START + 1_000_000
ORIGIN = "votes.example/log/gx-demo"
LATER = 5_000  # ms


@pytest.fixture(autouse=True)
def own_folders(tmp_path: Path) -> Iterator[None]:
    with override_settings(
        GUIGUAN_SIGNER=tmp_path / "signer",
        GUIGUAN_LOGS=tmp_path / "log",
        GUIGUAN=settings.GUIGUAN.model_copy(update={"address": "https://votes.example"}),
    ):
        yield


@pytest.fixture
def poll(db: None) -> Poll:
    return make_poll()


def all_in_order(at: int = NOW) -> None:
    while sequence_due(at):
        pass


def a_round(at: int) -> int:
    """What the sequencer's process does again and again."""
    with patch("guiguan.conf.sequencer.close_old_connections"):  # the test's own
        return one_round(at, {})


def signed(at: int = NOW) -> Checkpoint | None:
    """What stands published after a round of signing."""
    sign_due(at)
    return published()


def size_signed(at: int) -> int:
    made = signed(at)
    assert made is not None
    return made.size


def published() -> Checkpoint | None:
    folder = settings.GUIGUAN_LOGS / "gx-demo"
    if not (folder / "checkpoint").exists():
        return None
    key = read_vkey((folder / "key").read_text().strip())
    return open_checkpoint((folder / "checkpoint").read_bytes(), [key], check_ed25519, ORIGIN)


def counts() -> dict[tuple[str, str, str], int]:
    return {(c.day, c.entry, c.channel): c.votes for c in Count.objects.all() if c.votes}


def test_stored_ballots_stand_under_a_checkpoint_in_the_order_of_their_storing(poll: Poll) -> None:
    rows = [*store_batch(poll, 1, 1, 3), *store_batch(poll, 1, 2, 2), *store_batch(poll, 2, 1, 4)]
    all_in_order()
    assert signed() == Checkpoint(ORIGIN, 9, root([row.leaf for row in rows]))
    with ballots_asked() as ask:
        log = log_of(ask, "gx-demo")
        assert log is not None
        assert list(read_entries(ask, log.id, 0, 99)) == [(i, r.entry, r.leaf) for i, r in enumerate(rows)]
        assert list(read_entries(ask, log.id, 4, 6)) == [(i, rows[i].entry, rows[i].leaf) for i in (4, 5)]
    assert counts() == {("2021-06-10", "c1", ""): 9, ("2021-06-10", "c2", ""): 9}
    assert list(check_everything()) == []


def test_what_was_put_in_order_keeps_its_index_whatever_comes_later(poll: Poll) -> None:
    first = store_batch(poll, 5, 1, 2)
    all_in_order()
    later = store_batch(poll, 3, 1, 2)
    again = store_batch(poll, 5, 2, 1)
    all_in_order()
    assert signed() == Checkpoint(ORIGIN, 5, root([r.leaf for r in (*first, *later, *again)]))


def test_a_round_that_fails_leaves_nothing_and_the_next_does_it_whole(poll: Poll) -> None:
    store_batch(poll, 1, 1, 3)
    with transaction.atomic(using=settings.BALLOTS_ALIAS):
        assert sequence_due(NOW) == 3
        transaction.set_rollback(True, using=settings.BALLOTS_ALIAS)
    assert (Logged.objects.count(), counts()) == (0, {})
    all_in_order()
    assert counts() == {("2021-06-10", "c1", ""): 3, ("2021-06-10", "c2", ""): 3}


def test_two_campaigns_in_one_batch_have_their_own_logs(poll: Poll) -> None:
    other = make_poll("qd-demo")
    rows = [stored(poll, 1, 1, 0), stored(other, 1, 1, 1), stored(poll, 1, 1, 2)]
    store(*rows)
    all_in_order()
    assert signed() == Checkpoint(ORIGIN, 2, root([rows[0].leaf, rows[2].leaf]))
    assert (
        (settings.GUIGUAN_LOGS / "qd-demo" / "checkpoint")
        .read_text()
        .startswith("votes.example/log/qd-demo\n1\n")
    )


def test_an_open_vote_has_a_checkpoint_before_its_first_ballot(poll: Poll) -> None:
    made = signed()
    assert made is not None
    assert made.size == 0


def test_a_vote_that_has_not_begun_has_no_log() -> None:
    make_poll(state="draft")
    assert signed() is None


def test_every_round_signs_what_is_new(poll: Poll) -> None:
    store_batch(poll, 1, 1, 1)
    all_in_order()
    assert size_signed(NOW) == 1
    store_batch(poll, 1, 2, 1)
    all_in_order()
    assert size_signed(NOW + 1) == 2


def test_a_round_of_the_sequencer_reads_a_ballot_once_and_signs_it(
    poll: Poll, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[tuple[int, int]] = []
    read = LogEntries.read

    def noted(entries: LogEntries, first: int, last: int) -> Iterator[tuple[int, bytes, bytes]]:
        asked.append((first, last))
        return read(entries, first, last)

    other = make_poll("qd-demo")
    rows = store_batch(poll, 1, 1, 300)
    assert a_round(NOW) == 300
    monkeypatch.setattr(LogEntries, "read", noted)
    rows += store_batch(poll, 1, 2, 300)
    rows.append(stored(poll, 1, 3, 1))
    store(stored(other, 1, 3, 0), rows[-1])
    assert a_round(NOW + 1) == 302
    assert published() == Checkpoint(ORIGIN, 601, root([row.leaf for row in rows]))
    assert asked == [(299, 300)], "the last signed entry alone is read back"
    assert list(check_everything()) == []


def test_what_was_put_in_order_but_not_signed_is_read_back(poll: Poll) -> None:
    """Killed between the two."""
    rows = store_batch(poll, 1, 1, 3)
    all_in_order()
    rows += store_batch(poll, 1, 2, 300)
    assert a_round(NOW) == 300
    assert published() == Checkpoint(ORIGIN, 303, root([row.leaf for row in rows]))
    assert list(check_everything()) == []


def test_nothing_is_signed_from_a_round_that_was_not_committed(
    poll: Poll, monkeypatch: pytest.MonkeyPatch
) -> None:
    rows = store_batch(poll, 1, 1, 3)

    def fail(*given: object) -> None:
        raise OSError("the disk is full")

    with monkeypatch.context() as patched:
        patched.setattr("guiguan.box.sequencer.move_cursor", fail)
        assert a_round(NOW) == 0
    assert published() == Checkpoint(ORIGIN, 0, root([]))
    assert a_round(NOW + 1) == 3
    assert published() == Checkpoint(ORIGIN, 3, root([row.leaf for row in rows]))


def test_a_clock_that_was_set_back_does_not_stop_the_signer(poll: Poll) -> None:
    assert signed(NOW) is not None
    store_batch(poll, 1, 1, 1)
    all_in_order()
    assert size_signed(NOW - 86_400_000) == 1


def test_a_voided_ballot_counts_no_more_and_counts_again(poll: Poll) -> None:
    rows = store_batch(poll, 1, 1, 3, ch="hall")
    all_in_order()
    append(poll, "void", ref=1, leaf=rows[1].leaf.hex(), rule="brush.burst")
    all_in_order()
    assert counts() == {("2021-06-10", "c1", "hall"): 2, ("2021-06-10", "c2", "hall"): 2}
    append(poll, "void", ref=1, leaf=rows[1].leaf.hex(), rule="brush.burst")  # twice is once
    all_in_order()
    assert counts() == {("2021-06-10", "c1", "hall"): 2, ("2021-06-10", "c2", "hall"): 2}
    assert list(check_everything()) == []
    append(poll, "unvoid", ref=1, leaf=rows[1].leaf.hex())
    append(poll, "unvoid", ref=1, leaf=rows[1].leaf.hex())
    all_in_order()
    assert counts() == {("2021-06-10", "c1", "hall"): 3, ("2021-06-10", "c2", "hall"): 3}
    signed()
    assert list(check_everything()) == []


def test_a_void_that_names_no_ballot_takes_no_vote_and_is_told(poll: Poll) -> None:
    rows = store_batch(poll, 1, 1, 2)
    all_in_order()
    append(poll, "void", ref=0, leaf=rows[1].leaf.hex())
    append(poll, "void", ref=7, leaf=rows[0].leaf.hex())
    all_in_order()
    assert counts() == {("2021-06-10", "c1", ""): 2, ("2021-06-10", "c2", ""): 2}
    assert [(d.rule, d.where) for _, d in check_everything()] == [
        ("void", f"{ORIGIN} 2"),
        ("void", f"{ORIGIN} 3"),
    ]


def test_a_plain_vote_is_recounted_in_packed_columns_with_the_counts_that_are_kept(
    poll: Poll, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Ballots of two channels, a repeated case, a void; and the same where an entry has no place in the columns."""
    rows = [stored(poll, 1, 1, i, (CASES[i % 4], CASES[(i + 1) % 4]), voter=i + 1) for i in range(9)]
    rows += [stored(poll, 1, 2, i, ("c3",), voter=20 + i, ch="news", time=START + DAY) for i in range(3)]
    store(*rows)
    all_in_order()
    append(poll, "void", ref=2, leaf=rows[2].leaf.hex(), rule="script")
    all_in_order()
    with ballots_asked() as ask:
        row = polls(ask)[poll.pk]
        with monkeypatch.context() as patch:
            patch.setattr(recounting, "columns_of", lambda *_: pytest.fail("not packed"))
            assert recounting.counted(ask, row) == counts()
        strange = stored(poll, 1, 3, 0, ("c4",), voter=40, nym="nobody of ours")
    store(strange)
    all_in_order()
    with ballots_asked() as ask:
        assert recounting.counted(ask, row) == counts()
    assert (
        counts()[("2021-06-10", "c4", "")] == 1 + 3
    )  # ballots 2, 3, 6 and 7 of the nine name it, and 2 is void


def test_many_voids_are_taken_off_some_at_a_time_and_in_order(
    poll: Poll, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sequencer, "MOST_APPENDED", 3)
    rows = store_batch(poll, 1, 1, 9)
    all_in_order()
    fields = [{"ref": i, "leaf": row.leaf.hex()} for i, row in enumerate(rows)]
    with transaction.atomic(using=settings.BALLOTS_ALIAS):
        for some in (fields[:2], fields[2:4], fields[4:9]):
            append_entries(poll, "void", some, NOW, ZONE)
        append_entry(poll, "close", {}, NOW, ZONE)
    assert [sequence_due(NOW) for _ in range(5)] == [2, 2, 5, 1, 0]
    assert counts() == {}
    with ballots_asked() as ask:
        log = log_of(ask, "gx-demo")
        assert log is not None
        kinds = [read_entry(entry).k for _, entry, _ in read_entries(ask, log.id, 9, 99)]
    assert kinds == ["void"] * 9 + ["close"]
    assert list(check_everything()) == []


def test_where_choices_can_be_dropped_the_counts_are_those_of_core() -> None:
    """A voter's second vote for a case of the day is dropped, and a void of the first lets it count."""
    poll = make_poll(limits=[{"per": ["voter", "entry", "day"], "max": 1, "over": "drop_choice"}])
    first = stored(poll, 1, 1, 0, ["c1", "c2"], voter=9, time=START + 1)
    store(first, stored(poll, 1, 2, 0, ["c2", "c3"], voter=9, time=START + 2))
    all_in_order()
    assert counts() == {("2021-06-10", "c1", ""): 1, ("2021-06-10", "c2", ""): 1, ("2021-06-10", "c3", ""): 1}
    append(poll, "void", ref=0, leaf=first.leaf.hex())
    all_in_order()
    assert counts() == {("2021-06-10", "c2", ""): 1, ("2021-06-10", "c3", ""): 1}
    assert list(check_everything()) == []


@pytest.mark.parametrize("unknown", ["refuse_ballot", "drop_choice"])
def test_ballots_that_named_a_case_before_it_left_the_vote_stay_whole(unknown: str) -> None:
    poll = make_poll(unknown=unknown, choices={"exactly": 2})
    store(stored(poll, 1, 1, 0, ("c1", "c2")), stored(poll, 1, 1, 1, ("c2", "c3")))
    all_in_order()
    document = read_poll_text(poll.document)
    changed = replace(document, rule=document.rule.without("c1"))
    Poll.objects.filter(pk=poll.pk).update(document=poll_text(changed), version=poll.version + 1)
    store(stored(poll, 1, 2, 0, ("c2", "c4")))
    all_in_order()
    day = "2021-06-10"
    assert counts() == {(day, "c1", ""): 1, (day, "c2", ""): 3, (day, "c3", ""): 1, (day, "c4", ""): 1}
    assert list(check_everything()) == []


# what the signer must refuse


@pytest.mark.parametrize("bit", range(0, 8 * 200, 61))
def test_a_flipped_bit_is_found_before_the_next_signature(poll: Poll, bit: int) -> None:
    store_batch(poll, 1, 1, 2)
    all_in_order()
    before = signed()
    rows = store_batch(poll, 1, 2, 2)
    flip(rows[1].entry, bit, 1, 2, 1)
    all_in_order(NOW + LATER)
    assert signed(NOW + LATER) == before
    assert [a.reason for a in open_alarms("gx-demo")] == ["changed"]
    poll.refresh_from_db()
    assert (poll.state, poll.version) == ("paused", 2)
    assert [(a.act, a.by, a.at) for a in Act.objects.all()] == [("pause", "log.alarm", NOW + LATER)]
    assert Record.objects.filter(action="log.alarm", campaign="gx-demo").count() == 1
    assert signed(NOW + 9 * LATER) == before
    assert len(open_alarms("gx-demo")) == 1


@pytest.mark.parametrize("bit", range(0, 8 * 200, 199))
def test_a_flipped_bit_is_found_by_the_round_that_reads_it(poll: Poll, bit: int) -> None:
    store_batch(poll, 1, 1, 2)
    a_round(NOW)
    before = published()
    rows = store_batch(poll, 1, 2, 2)
    flip(rows[1].entry, bit, 1, 2, 1)
    assert a_round(NOW + LATER) == 2
    assert published() == before
    assert [a.reason for a in open_alarms("gx-demo")] == ["changed"]
    poll.refresh_from_db()
    assert poll.state == "paused"


def test_a_flipped_bit_of_a_stored_leaf_is_found_before_the_next_signature(poll: Poll) -> None:
    (row,) = store_batch(poll, 1, 1, 1)
    all_in_order()
    changed = bytes([row.leaf[0] ^ 1]) + row.leaf[1:]
    tamper("UPDATE votes_ballot SET leaf = %s", [changed])
    assert signed() is None
    assert [a.reason for a in open_alarms("gx-demo")] == ["changed"]


def test_an_older_entry_that_was_changed_with_its_leaf_is_found_by_fsck_and_by_the_duty(poll: Poll) -> None:
    store_batch(poll, 1, 1, 300)
    all_in_order()
    signed()
    other = stored(poll, 1, 1, 7, ["c3"], time=START + 1)
    tamper("UPDATE votes_ballot SET entry = %s, leaf = %s WHERE place = 7", [other.entry, other.leaf])
    assert ("gx-demo", "entry", f"{ORIGIN} 7") in [(c, d.rule, d.where) for c, d in check_everything()]
    assert check_due(NOW, Going()) == 300
    assert [a.reason for a in open_alarms("gx-demo")] == ["fsck"]
    poll.refresh_from_db()
    assert poll.state == "paused"


def test_an_older_database_is_not_signed(poll: Poll) -> None:
    """Somebody has restored a backup: the last entries are gone, and with them their order and counts."""
    rows = store_batch(poll, 1, 1, 3) + store_batch(poll, 1, 2, 3)
    all_in_order()
    before = signed()
    tamper("DELETE FROM votes_ballot WHERE batch = 2", [])
    Logged.objects.filter(batch=2).delete()
    assert signed(NOW + LATER) == before
    assert [(a.reason, a.found) for a in open_alarms("gx-demo")] == [
        ("shrunk", f"{ORIGIN}: 3 entries, 6 were signed")
    ]
    assert len(rows) == 6


def test_an_older_database_that_grew_again_is_not_signed(poll: Poll) -> None:
    """The backup was restored while the signer stood still, and new ballots came before it looked."""
    store_batch(poll, 1, 1, 3)
    store_batch(poll, 1, 2, 3)
    all_in_order()
    before = signed()
    tamper("DELETE FROM votes_ballot WHERE batch = 2", [])
    Logged.objects.filter(batch=2).delete()
    with ballots_asked() as ask:
        ask("UPDATE votes_cursor SET batch = 1 RETURNING batch", [])
    store(*[stored(poll, 1, 2, i, ["c4"], time=START + 9) for i in range(5)])
    all_in_order(NOW + LATER)
    assert signed(NOW + LATER) == before
    assert [a.reason for a in open_alarms("gx-demo")] == ["changed"]


def test_an_entry_that_vanished_before_it_was_signed_is_missed(poll: Poll) -> None:
    store_batch(poll, 1, 1, 4)
    all_in_order()
    tamper("DELETE FROM votes_ballot WHERE place = 1", [])
    assert signed() is None
    assert [a.reason for a in open_alarms("gx-demo")] == ["missing"]
    assert "order" in [d.rule for _, d in check_everything()]


def test_tiles_that_were_changed_or_lost_are_not_built_upon(poll: Poll) -> None:
    store_batch(poll, 1, 1, 3)
    all_in_order()
    before = signed()
    tile = settings.GUIGUAN_LOGS / "gx-demo" / "tile" / "0" / "000.p" / "3"
    content = tile.read_bytes()
    tile.write_bytes(bytes([content[0] ^ 1]) + content[1:])
    store_batch(poll, 1, 2, 1)
    all_in_order()
    assert signed(NOW + LATER) == before
    tile.unlink()
    assert signed(NOW + 2 * LATER) == before
    assert sorted(a.reason for a in open_alarms("gx-demo")) == ["root", "tiles"]


def test_a_signer_that_forgot_what_it_signed_does_not_sign(poll: Poll) -> None:
    store_batch(poll, 1, 1, 1)
    all_in_order()
    before = signed()
    (settings.GUIGUAN_SIGNER / "signed.sqlite").unlink()
    store_batch(poll, 1, 2, 1)
    all_in_order()
    assert signed(NOW + LATER) == before
    assert [a.reason for a in open_alarms("gx-demo")] == ["missing"]


def test_an_alarm_that_was_dealt_with_rings_again_for_new_damage(poll: Poll) -> None:
    (row,) = store_batch(poll, 1, 1, 1)
    tamper("UPDATE votes_ballot SET leaf = %s", [bytes(32)])
    all_in_order()
    assert counts() == {}
    signed()
    assert clear_alarms("operator", NOW, "gx-demo", "从副本恢复了原来的字节") == 1
    assert clear_alarms("operator", NOW, "gx-demo", "从副本恢复了原来的字节") == 0
    signed(NOW + 1)
    assert [a.cleared_at for a in open_alarms("gx-demo")] == [None]
    tamper("UPDATE votes_ballot SET leaf = %s", [row.leaf])
    assert clear("operator", NOW, "gx-demo", "从副本恢复了原来的字节") == 1
    assert counts() == {("2021-06-10", "c1", ""): 1, ("2021-06-10", "c2", ""): 1}
    assert size_signed(NOW + 2) == 1


def test_a_log_that_cannot_be_written_keeps_no_other_from_being_signed(poll: Poll) -> None:
    other = make_poll("later")
    store_batch(poll, 1, 1, 1)
    store_batch(other, 1, 2, 1)
    all_in_order()
    settings.GUIGUAN_LOGS.mkdir(parents=True)
    (settings.GUIGUAN_LOGS / "gx-demo").write_text("in the way")
    with pytest.raises(OSError):
        sign_due(NOW)
    assert (settings.GUIGUAN_LOGS / "later" / "checkpoint").exists()


# the power goes


@pytest.mark.parametrize("step", ["tiles", "signed"])
def test_a_signer_that_dies_between_two_steps_goes_on_after_it(poll: Poll, step: str) -> None:
    store_batch(poll, 1, 1, 3)
    all_in_order()
    signed()
    rows = store_batch(poll, 1, 2, 300)
    all_in_order()
    from dataclasses import replace

    def cut(name: str) -> None:
        if name == step:
            raise InterruptedError

    with ballots_asked() as ask:
        log = log_of(ask, "gx-demo")
        assert log is not None
        with pytest.raises(InterruptedError):
            replace(signer().checkpointer(log), after=cut).checkpoint(LogEntries(ask, log.id), NOW + 1)
    made = signed(NOW + 2 * LATER)
    assert made is not None
    assert made.size == 303
    assert open_alarms("gx-demo") == []
    assert list(check_everything()) == []
    assert len(rows) == 300


# after the close


def test_entries_are_for_everybody_after_the_close_and_for_nobody_before(poll: Poll) -> None:
    rows = store_batch(poll, 1, 1, 300)
    all_in_order()
    signed()
    folder = settings.GUIGUAN_LOGS / "gx-demo" / "tile" / "entries"
    assert not folder.exists()
    poll.state = "closed"
    poll.save()
    append(poll, "close")
    all_in_order()
    made = signed(NOW + LATER)
    assert made is not None
    assert made.size == 301
    files = signer().files(the_log())
    assert read_bundle(files.read(Tile(ENTRIES, 0)), 256) == [r.entry for r in rows[:256]]
    assert read_bundle(files.read(Tile(ENTRIES, 1, 45)), 45)[:44] == [r.entry for r in rows[256:]]
    append(poll, "void", ref=2, leaf=rows[2].leaf.hex())
    all_in_order()
    assert size_signed(NOW + 2 * LATER) == 302
    assert len(read_bundle(files.read(Tile(ENTRIES, 1, 46)), 46)) == 46
    assert list(check_everything()) == []
    bundle = folder / "001.p" / "46"
    bundle.write_bytes(bundle.read_bytes().replace(b'"c1"', b'"c4"', 1))
    assert [d.rule for _, d in check_everything()] == ["bundle"]


def test_where_counts_are_delayed_the_entries_are_as_late() -> None:
    """Whoever reads them counts the last hour."""
    poll = make_poll(counts="delayed", delay_minutes=60)
    store_batch(poll, 1, 1, 3)
    poll.state, poll.closed_at = "closed", NOW
    poll.save()
    append(poll, "close")
    all_in_order()
    folder = settings.GUIGUAN_LOGS / "gx-demo" / "tile" / "entries"
    signed(NOW + 60 * 60_000)
    assert not folder.exists()
    signed(NOW + 60 * 60_000 + LATER)
    assert folder.exists()


def test_the_votes_of_one_campaign_hold_each_others_entries_back(poll: Poll) -> None:
    make_poll(id="final")
    poll.state = "closed"
    poll.save()
    append(poll, "close")
    all_in_order()
    signed()
    assert not (settings.GUIGUAN_LOGS / "gx-demo" / "tile" / "entries").exists()


def append(poll: Poll, kind: Any, **fields: Any) -> None:
    with transaction.atomic(using=settings.BALLOTS_ALIAS):
        append_entry(poll, kind, fields, NOW, ZONE)


def the_log() -> Any:
    with ballots_asked() as ask:
        return log_of(ask, "gx-demo")


def flip(entry: bytes, bit: int, writer: int, batch: int, place: int) -> None:
    changed = bytearray(entry)
    changed[bit // 8 % len(entry)] ^= 1 << bit % 8
    tamper(
        "UPDATE votes_ballot SET entry = %s WHERE writer = %s AND batch = %s AND place = %s",
        [bytes(changed), writer, batch, place],
    )
