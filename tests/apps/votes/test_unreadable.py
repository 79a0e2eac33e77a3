"""One vote whose rules somebody changed raises its alarm; ballots of all others go on, and its own are put in order and signed."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import Any

import pytest
from ballotlog import START, make_poll, store_batch, tamper
from django.test import override_settings

from guiguan.apps.votes.alarm import open_alarms
from guiguan.apps.votes.embedding import Looked, embed_due
from guiguan.apps.votes.models import Count, Poll
from guiguan.apps.votes.sequencing import clear, sequence_due, sign_due, signer
from guiguan.box.logfiles import LogFiles
from guiguan.conf.worker import duties

pytestmark = pytest.mark.django_db(transaction=True)
NOW = START + 1_000_000
DROPPING = {"repeated": "drop_choice", "unknown": "drop_choice"}


@pytest.fixture(autouse=True)
def own_folders(tmp_path: Any) -> Iterator[None]:
    with override_settings(GUIGUAN_SIGNER=tmp_path / "signer", GUIGUAN_LOGS=tmp_path / "log"):
        yield


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

    clear("admin", NOW, "qd-demo", "not mended yet")
    sequence_due(NOW)
    assert len(open_alarms("qd-demo")) == 1
    tamper("UPDATE votes_poll SET document = %s WHERE campaign = 'qd-demo'", [kept], "votes_log")
    clear("admin", NOW, "qd-demo", "the row is back")
    sequence_due(NOW)
    assert (open_alarms("qd-demo"), votes("qd-demo")) == ([], {"c1": 6, "c2": 6})
