"""Entries that are no ballots: appended with the act that they tell of, read in order, never changed."""

from __future__ import annotations

from zoneinfo import ZoneInfo

import pytest
from django.conf import settings
from django.db import DatabaseError, transaction

from guiguan.apps.votes.log import append_entry, ballots_asked
from guiguan.apps.votes.models import Ballot, Poll
from guiguan.box.read import stored_after
from guiguan.core.integrity.merkle import leaf_hash
from guiguan.core.values.canonical import decode

ZONE = ZoneInfo("Asia/Shanghai")
MIDNIGHT = 1_623_254_400_000  # 2021-06-10 00:00 in Asia/Shanghai


@pytest.fixture
def poll(db: None) -> Poll:
    return Poll.objects.create(campaign="gx-demo", stage="vote", state="open", document="{}")


def test_an_appended_entry_is_canonical_salted_and_comes_in_order(poll: Poll) -> None:
    with transaction.atomic(using=settings.BALLOTS_ALIAS):
        first = append_entry(poll, "void", {"ref": 7, "rule": "brush.burst"}, MIDNIGHT - 1, ZONE)
        second = append_entry(poll, "close", {}, MIDNIGHT, ZONE)
    salt = decode(first.entry)["salt"]
    assert len(bytes.fromhex(salt)) == 16
    assert decode(first.entry) == {
        "c": "gx-demo",
        "day": "2021-06-09",
        "k": "void",
        "ref": 7,
        "rule": "brush.burst",
        "salt": salt,
        "t": MIDNIGHT - 1,
        "v": 1,
    }
    assert decode(second.entry)["day"] == "2021-06-10"
    assert first.leaf == leaf_hash(first.entry)
    with ballots_asked() as ask:
        assert stored_after(ask, {}) == ([first, second], {0: 2})
        assert stored_after(ask, {0: 1}) == ([second], {0: 2})
        assert stored_after(ask, {0: 2}) == ([], {0: 2})


@pytest.mark.django_db(transaction=True)
def test_no_entry_without_the_transaction_of_its_act() -> None:
    poll = Poll.objects.create(campaign="gx-demo", stage="vote", state="open", document="{}")
    with pytest.raises(RuntimeError, match="belong into one transaction"):
        append_entry(poll, "close", {}, MIDNIGHT, ZONE)
    with transaction.atomic(using=settings.BALLOTS_ALIAS):
        append_entry(poll, "close", {}, MIDNIGHT, ZONE)
        transaction.set_rollback(True, using=settings.BALLOTS_ALIAS)
    assert Ballot.objects.filter(kind="ballot").count() == 0


@pytest.mark.parametrize("change", ["update", "delete"])
def test_the_database_refuses_to_change_or_delete_a_stored_entry(poll: Poll, change: str) -> None:
    with transaction.atomic(using=settings.BALLOTS_ALIAS):
        append_entry(poll, "close", {}, MIDNIGHT, ZONE)
    stored = Ballot.objects.filter(kind="close")
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic(using=settings.BALLOTS_ALIAS):
        stored.update(time=1) if change == "update" else stored._raw_delete(stored.db)
    assert [b.time for b in stored] == [MIDNIGHT]
