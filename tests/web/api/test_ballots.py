"""A ballot sent to the site's own address is stored by the same box and answered the same."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest
from box.scene import CASES, END, GX, rule_of
from django.conf import settings
from django.test import Client

from guiguan.apps.votes.casting import close_box
from guiguan.apps.votes.models import Ballot, Poll
from guiguan.box.keys import Keys
from guiguan.box.token import issue, voter_id
from guiguan.core.values.moment import Instant, Window
from guiguan.core.votes.document import PollDocument, poll_text
from guiguan.core.votes.rule import BallotRule

pytestmark = pytest.mark.django_db(transaction=True, databases="__all__")
PATH = "/api/v1/campaigns/gx-demo/ballots"


@pytest.fixture
def token() -> Iterator[str]:
    now = rule_of(GX)
    always = Window(Instant(0), Instant(END * 2))
    rule = BallotRule(now.stage, now.zone, always, now.votable, now.known)
    document = poll_text(PollDocument("gx-demo", "00" * 32, rule))
    Poll.objects.create(campaign="gx-demo", stage="vote", state="open", document=document)
    keys = Keys(settings.GUIGUAN_DATA / "keys" / "ballots")
    keys.make("gx-demo")
    voter = voter_id(keys.identity("gx-demo"), {"wechat": "one"})
    yield issue(keys.token, "gx-demo", voter, frozenset({"wechat"}), END * 2)
    close_box()


def send(client: Client, token: str, body: Any, key: str = "k") -> Any:
    headers = {"Authorization": f"Bearer {token}", "Idempotency-Key": key}
    return client.post(PATH, body, content_type="application/json", headers=headers)


def test_a_ballot_is_stored_once_and_answered_the_same_again(client: Client, token: str) -> None:
    body = json.dumps({"choices": CASES[:10]})
    first, again = send(client, token, body), send(client, token, body)
    assert (first.status_code, first["Content-Type"], first["Cache-Control"]) == (
        201,
        "application/json",
        "no-store",
    )
    assert again.content == first.content
    assert [bytes(b.leaf).hex() for b in Ballot.objects.all()] == [first.json()["leaf"]]


def test_a_refusal_is_a_problem_that_its_page_explains(client: Client, token: str) -> None:
    answer = send(client, token, json.dumps({"choices": CASES[:9]}))
    assert (answer.status_code, answer["Content-Type"]) == (422, "application/problem+json")
    assert answer.json()["type"] == "/problems/votes.wrong-number"
    assert client.get(answer.json()["type"]).status_code == 200
    large = send(client, token, json.dumps({"choices": ["x" * 9000]}))
    assert (large.status_code, large.json()["type"]) == (413, "/problems/ballots.too-large")
    assert client.get("/problems/ballots.too-large").status_code == 200
    assert Ballot.objects.filter(kind="ballot").count() == 0
