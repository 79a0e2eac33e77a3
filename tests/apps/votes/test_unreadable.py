"""One vote whose rules somebody changed raises its alarm; ballots of all others go on, and its own are put in order and signed."""

from __future__ import annotations

from collections import Counter
from typing import Any

import pytest
from ballotlog import START, ZONE, make_poll, store_batch, tamper
from django.conf import settings
from django.db import transaction

from guiguan.apps.votes.alarm import open_alarms
from guiguan.apps.votes.checking import check_everything
from guiguan.apps.votes.embedding import Looked, embed_due
from guiguan.apps.votes.exported import ballots_table
from guiguan.apps.votes.log import append_entry
from guiguan.apps.votes.models import Alarm, Count, Poll
from guiguan.apps.votes.sequencing import Stranger, clear, sequence_due, sign_due, signer
from guiguan.box.logfiles import LogFiles
from guiguan.cli.main import main
from guiguan.conf.worker import duties
from guiguan.core.integrity.merkle import leaf_hash
from guiguan.core.values.finding import InputError
from guiguan.core.votes.document import NoDocument

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("own_logs")]
NOW = START + 1_000_000
DROPPING = {"repeated": "drop_choice", "unknown": "drop_choice"}


def votes(campaign: str) -> Counter[str]:
    return Counter({c.entry: c.votes for c in Count.objects.filter(campaign=campaign)})


def signed(campaign: str) -> int:
    found = LogFiles(signer().public / campaign).newest()
    return found[0] if found else 0


@pytest.mark.parametrize("state", ["open", "paused", "closed"])
@pytest.mark.parametrize("rules", [{}, DROPPING], ids=["whole", "dropping"])
@pytest.mark.parametrize("document", ["{", "", '{"v":1}'])
def test_the_others_go_on(
    monkeypatch: pytest.MonkeyPatch, state: str, rules: dict[str, Any], document: str
) -> None:
    monkeypatch.setattr("guiguan.apps.votes.brushing.duties.subprocess.Popen", lambda command: None)
    monkeypatch.setattr("guiguan.apps.votes.brushing.duties._child", [])
    good, bad = make_poll(), make_poll("qd-demo", state, **rules)
    kept = bad.document
    store_batch(bad, 2, 1, 2)
    sequence_due(NOW)
    tamper("UPDATE votes_poll SET document = %s WHERE campaign = 'qd-demo'", [document], "votes_log")
    store_batch(good, 1, 1, 3)
    store_batch(bad, 2, 2, 4)
    sequence_due(NOW)
    sign_due(NOW)
    embed_due(NOW, Looked())
    for duty in duties().values():
        duty(NOW)
    assert (signed("gx-demo"), votes("gx-demo")) == (3, {"c1": 3, "c2": 3})
    assert (signed("qd-demo"), votes("qd-demo")) == (6, {"c1": 2, "c2": 2})
    assert open_alarms("gx-demo") == []
    assert [(a.reason, a.found) for a in open_alarms("qd-demo")] == [
        ("rules", "the document of the vote vote cannot be read")
    ]
    assert Poll.objects.get(campaign="qd-demo").state == ("closed" if state == "closed" else "paused")
    assert Poll.objects.get(campaign="gx-demo").state == "open"

    with pytest.raises(NoDocument):
        clear("admin", NOW, "qd-demo", "not mended yet")
    assert len(open_alarms("qd-demo")) == 1
    tamper("UPDATE votes_poll SET document = %s WHERE campaign = 'qd-demo'", [kept], "votes_log")
    clear("admin", NOW, "qd-demo", "the row is back")
    sequence_due(NOW)
    assert (open_alarms("qd-demo"), votes("qd-demo")) == ([], {"c1": 6, "c2": 6})


@pytest.mark.parametrize("rules", [{}, DROPPING], ids=["whole", "dropping"])
@pytest.mark.parametrize("junk", [b"", b"junk", b"{}", b'{"k":"ballot"}', b'["ballot"]', b"\xff"])
def test_stored_bytes_that_are_no_ballot_stop_nobody(rules: dict[str, Any], junk: bytes) -> None:
    """Put there with the right hash, they once ended every round of the sequencer with an error of the program."""
    good, bad = make_poll(), make_poll("qd-demo", **rules)
    store_batch(bad, 2, 1, 2)
    sequence_due(NOW)
    store_batch(bad, 2, 2, 3)
    tamper(
        "UPDATE votes_ballot SET entry = %s, leaf = %s WHERE writer = 2 AND batch = 2 AND place = 1",
        [junk, leaf_hash(junk)],
    )
    store_batch(good, 1, 1, 3)
    sequence_due(NOW)
    sign_due(NOW)
    assert (signed("gx-demo"), votes("gx-demo"), open_alarms("gx-demo")) == (3, {"c1": 3, "c2": 3}, [])
    assert (signed("qd-demo"), votes("qd-demo")) == (5, {"c1": 4, "c2": 4})
    assert [a.reason for a in open_alarms("qd-demo")] == ["changed"]
    with transaction.atomic(using=settings.BALLOTS_ALIAS):
        append_entry(bad, "void", {"ref": 3, "leaf": leaf_hash(junk).hex()}, NOW, ZONE)
    sequence_due(NOW)
    assert votes("qd-demo") == {"c1": 4, "c2": 4}
    assert ("qd-demo", "row") in [(c, d.rule) for c, d in check_everything()]


def test_entries_of_a_vote_that_is_not_there_raise_the_alarm_and_wait_for_it() -> None:
    good, gone, over = make_poll(), make_poll("qd-demo"), make_poll("sc-demo", "closed")
    store_batch(gone, 2, 1, 2)
    kept = Poll.objects.get(pk=gone.pk)
    Poll.objects.filter(pk=gone.pk).delete()
    store_batch(good, 1, 1, 3)
    with pytest.raises(Stranger, match=f"not there: \\[{gone.pk}\\]"):
        sequence_due(NOW)
    assert [(a.campaign, a.reason) for a in Alarm.objects.all()] == [("gx-demo", "missing")]
    over.refresh_from_db()
    assert over.state == "closed"
    kept.save(force_insert=True)
    sequence_due(NOW)
    sign_due(NOW)
    assert (signed("gx-demo"), signed("qd-demo")) == (3, 2)


def test_commands_say_which_row_is_to_be_put_back(capsys: pytest.CaptureFixture[str]) -> None:
    """They once ended with an error of the program."""
    store_batch(make_poll("qd-demo"), 2, 1, 2)
    sequence_due(NOW)
    tamper("UPDATE votes_poll SET document = %s", ["{"], "votes_log")
    sequence_due(NOW)
    for command in (["log", "recount", "qd-demo"], ["log", "clear", "qd-demo", "--reason", "tried"]):
        assert main(command) == 1
        assert capsys.readouterr().err.splitlines()[-1].startswith("[log.no-rules] 投票的规则文本")
    assert len(open_alarms("qd-demo")) == 1


def test_a_table_of_ballots_is_whole_or_is_none() -> None:
    bad = make_poll("qd-demo")
    store_batch(bad, 2, 1, 3)
    tamper("UPDATE votes_ballot SET entry = %s, leaf = %s WHERE place = 1", [b"junk", leaf_hash(b"junk")])
    sequence_due(NOW)
    Poll.objects.update(state="closed")
    _, rows = ballots_table("qd-demo")
    with pytest.raises(InputError, match=r"^\[log\.no-entry\] 选票日志第 1 条读不出来"):
        list(rows)
