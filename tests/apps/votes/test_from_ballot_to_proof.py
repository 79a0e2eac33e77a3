"""The whole way: ballots cast into a real box, put in order, signed, proven by a stranger, closed, published, recounted and replayed."""

from __future__ import annotations

import csv
import json
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from ballotlog import ZONE
from box.scene import CASES, GX, Scene, rule_of
from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.db import connections, transaction
from django.http import HttpResponse
from django.test import RequestFactory, override_settings

from guiguan.adapters.signing import Ed25519
from guiguan.apps.votes.checking import check_everything
from guiguan.apps.votes.exported import ballots_table
from guiguan.apps.votes.log import append_entry, ballots_asked
from guiguan.apps.votes.models import Count, Poll
from guiguan.apps.votes.sequencing import sequence_due, sign_due
from guiguan.apps.votes.voters import keys
from guiguan.box.counts import voided
from guiguan.box.ledger import log_of
from guiguan.box.polls import polls
from guiguan.box.published import ballot_id
from guiguan.box.recount import columns_of, counted
from guiguan.box.verify import PublicLog, Unproven, prove_entries, prove_receipt
from guiguan.core.integrity.receipt import read_receipt
from guiguan.core.votes.document import PollDocument, poll_text
from guiguan.core.votes.tally import cells
from guiguan.replay.ballots import read_ballots
from guiguan.tables.csv_out import write_csv
from guiguan.web.public.log import file

pytestmark = pytest.mark.django_db(transaction=True)
ADDRESS = "https://votes.example"
ORIGIN = "votes.example/log/gx-demo"
BALLOTS = 40
LATER = 5_000  # ms


@pytest.fixture
def folders(tmp_path: Path) -> Iterator[Path]:
    with override_settings(
        GUIGUAN_SIGNER=tmp_path / "signer",
        GUIGUAN_LOGS=tmp_path / "log",
        GUIGUAN_DATA=tmp_path,
        GUIGUAN=settings.GUIGUAN.model_copy(update={"address": ADDRESS}),
    ):
        yield tmp_path


def test_url() -> str:
    """The address of the database of the tests, as a ballot box takes it."""
    about = connections[settings.BALLOTS_ALIAS].settings_dict
    if "sqlite" in about["ENGINE"]:
        return f"sqlite://{about['NAME']}"
    place = f"{about['HOST'] or 'localhost'}:{about['PORT']}"
    return f"postgresql://{about['USER']}:{about['PASSWORD']}@{place}/{about['NAME']}"


test_url.__test__ = False  # type: ignore[attr-defined]  # no test, whatever its name


@pytest.fixture
def poll(folders: Path) -> Poll:
    text = poll_text(PollDocument("gx-demo", "0" * 64, rule_of(GX)))
    return Poll.objects.create(campaign="gx-demo", stage="vote", state="open", document=text)


def rounds(at: int) -> None:
    while sequence_due(at):
        pass
    sign_due(at)


def choices_of(i: int) -> list[str]:
    return [CASES[(i + 3 * k) % 30] for k in range(10)]


def test_from_ballot_to_proof(poll: Poll, folders: Path) -> None:
    scene = Scene(test_url(), folders)
    try:
        answers = [
            scene.cast(choices_of(i), f"voter {i}", channel="gxnews" if i % 3 else "") for i in range(BALLOTS)
        ]
    finally:
        scene.close()
    assert [status for status, _ in answers] == [201] * BALLOTS
    now = time.time_ns() // 1_000_000
    rounds(now)
    expected = Counter(choice for i in range(BALLOTS) for choice in choices_of(i))
    assert totals() == expected

    # a stranger with a copy of the public files proves every receipt
    log = PublicLog(lambda name: (folders / "log" / "gx-demo" / name).read_bytes())
    receipt_keys = [Ed25519(scene.keys.receipt).public]
    found = {prove_receipt(read_receipt(said["receipt"]), log, receipt_keys)[0] for _, said in answers}
    assert found == set(range(BALLOTS))
    assert log.verifier().name == ORIGIN

    # and the site gives the same proof over HTTP
    _, said = answers[7]
    told = get("inclusion", leaf=said["leaf"], time=said["time"])
    assert (told.status_code, json.loads(told.content)["size"]) == (200, BALLOTS)
    keys().make()
    assert json.loads(get("receipt-keys").content) == {"keys": [Ed25519(keys().receipt).public.hex()]}
    assert get("tile/entries/000.p/40").status_code == 404

    # two ballots are void; the vote closes; everybody may read and recount
    for i in (3, 4):
        append(poll, "void", now, ref=i, leaf=leaf_at(i), rule="brush.burst")
    poll.state, poll.closed_at = "closed", now
    poll.save()
    append(poll, "close", now)
    rounds(now + LATER)
    log = PublicLog(log.fetch)
    newest, entries = prove_entries(log)
    published = list(entries)
    assert newest.size == len(published) == BALLOTS + 3
    with ballots_asked() as ask:
        row = polls(ask)[poll.pk]
        assert counted(ask, row) == counts()
        ledger = log_of(ask, "gx-demo")
        assert ledger is not None
        void = voided(ask, ledger.id)
        assert void == {3, 4}
        from_published = cells(row.rule, columns_of(row.rule, iter(published), void))
        assert from_published == counts()
    columns, exported = ballots_table("gx-demo", "vote")
    write_csv(folders / "ballots.csv", columns, exported)

    # the table for replay gives the same totals
    read, unreadable, _ = read_ballots(
        folders / "ballots.csv",
        row.rule.stage,
        ZONE,
        sorted(row.rule.known),
        map(ballot_id, void),
        only_stage=True,
    )
    assert unreadable == []
    again = cells(row.rule, read.columns)
    assert again == counts()
    with (folders / "ballots.csv").open(encoding="utf-8") as table:
        lines = list(csv.reader(table))
    assert lines[0] == ["ballot", "time", "voter", "choices", "channel", "stage"]
    assert len(lines) == 1 + BALLOTS
    assert list(check_everything()) == []


def test_a_receipt_that_the_log_does_not_keep_is_unproven(poll: Poll, folders: Path) -> None:
    scene = Scene(test_url(), folders)
    try:
        _, kept = scene.cast(choices_of(1), "voter 1")
        rounds(time.time_ns() // 1_000_000)
        _, later = scene.cast(choices_of(2), "voter 2")
    finally:
        scene.close()
    log = PublicLog(lambda name: (folders / "log" / "gx-demo" / name).read_bytes())
    keys = [Ed25519(scene.keys.receipt).public]
    assert prove_receipt(read_receipt(kept["receipt"]), log, keys)[0] == 0
    with pytest.raises(Unproven, match="the leaf is not among the 1 of the checkpoint"):
        prove_receipt(read_receipt(later["receipt"]), log, keys)
    with pytest.raises(Unproven, match="not signed by the ballot box"):
        prove_receipt(read_receipt(kept["receipt"]), log, [bytes(32)])


def get(rest: str, **query: Any) -> HttpResponse:
    request = RequestFactory().get(f"/log/gx-demo/{rest}", query)
    request.user = AnonymousUser()
    return file(request, campaign="gx-demo", rest=rest)  # type: ignore[return-value]  # a FileResponse or its refusal


def append(poll: Poll, kind: Any, at: int, **fields: Any) -> None:
    with transaction.atomic(using=settings.BALLOTS_ALIAS):
        append_entry(poll, kind, fields, at, ZONE)


def leaf_at(index: int) -> str:
    from guiguan.box.ledger import read_entries

    with ballots_asked() as ask:
        log = log_of(ask, "gx-demo")
        assert log is not None
        return next(leaf.hex() for _, _, leaf in read_entries(ask, log.id, index, index + 1))


def counts() -> dict[tuple[str, str, str], int]:
    return {(c.day, c.entry, c.channel): c.votes for c in Count.objects.all() if c.votes}


def totals() -> Counter[str]:
    found: Counter[str] = Counter()
    for (_, entry, _), votes in counts().items():
        found[entry] += votes
    return found
