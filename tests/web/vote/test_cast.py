"""A ballot on its way: over the API and by the plain form, through the embedded site to the durable row and its receipt."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from pytest_django import Settings
from voting import make_vote, now, opened

from guiguan.apps.accounts.codes import gateway
from guiguan.apps.votes.models import Ballot, Poll
from guiguan.apps.votes.sequencing import sequence_due
from guiguan.apps.votes.voters import single_id
from guiguan.core.blueprint.load import load_blueprint
from guiguan.core.blueprint.lookup import ballot_stages
from guiguan.core.integrity.receipt import read_receipt
from guiguan.web.public import wechat_account

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("box")]
BALLOTS = "/api/v1/campaigns/case/ballots"
BY_IP = {
    "voter": ["ip"],
    "choices": {"exactly": 1},
    "limits": [{"per": ["ip", "day"], "max": 1, "over": "refuse_ballot"}],
}
BLUEPRINTS = Path(__file__).resolve().parents[3] / "blueprints"
ONE, TWO, THREE, FOUR = (f"CASE-{n:05}" for n in (1, 2, 3, 4))


@pytest.fixture
def demo(settings: Settings) -> None:
    settings.GUIGUAN = settings.GUIGUAN.model_copy(update={"demo": True})


def voter(client: Client, subject: str = "甲") -> str:
    given = client.post(
        "/api/v1/campaigns/case/voters",
        {"provider": "local", "subject": subject},
        content_type="application/json",
    )
    assert given.status_code == 200
    return str(given.json()["token"])


def cast(client: Client, token: str, choices: list[str], key: str = "k1", **more: Any) -> Any:
    headers = {"idempotency-key": key} | ({"authorization": f"Bearer {token}"} if token else {})
    return client.post(
        BALLOTS, {"choices": choices, **more}, content_type="application/json", headers=headers
    )


def test_a_voter_of_the_demo_casts_a_ballot_and_its_receipt_is_proven(client: Client, demo: None) -> None:
    opened(make_vote())
    token = voter(client)
    answer = cast(client, token, [ONE, TWO], channel="news")
    assert answer.status_code == 201
    said = answer.json()
    assert set(said) == {"receipt", "leaf", "day", "time", "url"}
    assert cast(client, token, [ONE, TWO], channel="news").json() == said
    assert Ballot.objects.filter(kind="ballot").count() == 1
    entry = json.loads(bytes(Ballot.objects.get(kind="ballot").entry))
    assert (entry["choices"], entry["ch"]) == ([ONE, TWO], "news")
    promised = client.get(f"/campaigns/case/receipts/{said['receipt']}")
    assert promised.status_code == 200
    assert "选票已经存妥" in promised.content.decode()
    assert "<div data-until-proven>" in promised.content.decode()
    assert "<div data-once-proven hidden>" in promised.content.decode()
    early = client.get(said["url"])
    assert early.status_code == 404, "not in order yet, and nothing is said of it"
    assert (early.headers["Refresh"], early.headers["Retry-After"]) == ("2", "2")
    assert "还没有编号" in early.content.decode()
    assert sequence_due(now()) == 2  # the opening and the ballot
    for address in (f"/campaigns/case/receipts/{said['receipt']}", said["url"]):
        proven = client.get(address)
        page = proven.content.decode()
        assert ("data-until-proven" in page, "<div data-once-proven>" in page) == (False, True)
        assert [n for n in (ONE, TWO, "案例1", "案例2") if n in page] == [], (
            "a receipt never tells the choice"
        )
        assert proven.headers["Referrer-Policy"] == "same-origin"
        assert proven.headers["Cache-Control"] == "private, no-store"
    assert client.get(f"/campaigns/other/receipts/{said['receipt']}").status_code == 404


def test_what_is_refused_says_why_and_stores_nothing(client: Client, demo: None) -> None:
    opened(make_vote())
    token = voter(client)
    cases = [
        (cast(client, "", [ONE, TWO]), 401, "ballots.no-voter"),
        (cast(client, token[:-2] + "xx", [ONE, TWO]), 401, "ballots.no-voter"),
        (cast(client, token, [ONE]), 422, "votes.wrong-number"),
        (cast(client, token, [ONE, ONE]), 422, "votes.repeated-choice"),
        (cast(client, token, [ONE, "CASE-99999"]), 422, "votes.unknown-choice"),
        (
            client.post(
                "/api/v1/campaigns/nowhere/ballots", {"choices": []}, content_type="application/json"
            ),
            404,
            "",
        ),
    ]
    for answer, status, rule in cases:
        assert answer.status_code == status
        assert answer.headers["Content-Type"].startswith("application/problem+json")
        assert not rule or answer.json()["type"] == f"/problems/{rule}"
    assert Ballot.objects.filter(kind="ballot").count() == 0


def test_a_case_gets_one_vote_a_day_from_one_voter(client: Client, demo: None) -> None:
    opened(make_vote())
    token = voter(client)
    assert cast(client, token, [ONE, TWO], "a").status_code == 201
    again = cast(client, token, [TWO, THREE], "b")
    assert (again.status_code, again.json()["type"]) == (409, "/problems/votes.over-limit")
    assert cast(client, token, [ONE, THREE], "a").json()["type"] == "/problems/ballots.key-reused"
    assert cast(client, token, [THREE, FOUR], "c").status_code == 201
    assert cast(client, voter(client, "乙"), [ONE, TWO], "a").status_code == 201
    assert Ballot.objects.filter(kind="ballot").count() == 3


@pytest.mark.parametrize(("state", "rule"), [("paused", "ballots.paused"), ("closed", "ballots.closed")])
def test_nothing_lands_once_the_poll_says_so(client: Client, demo: None, state: str, rule: str) -> None:
    opened(make_vote())
    token = voter(client)
    Poll.objects.update(state=state, version=9)
    answer = cast(client, token, [ONE, TWO])
    assert (answer.status_code, answer.json()["type"]) == (403, f"/problems/{rule}")
    assert Ballot.objects.filter(kind="ballot").count() == 0


def test_no_voters_are_given_out_on_a_real_site(client: Client) -> None:
    opened(make_vote())
    sent = {"provider": "local", "subject": "甲"}
    answer = client.post("/api/v1/campaigns/case/voters", sent, content_type="application/json")
    assert answer.status_code == 404


def test_one_vote_an_address_a_day_whatever_a_header_says(client: Client) -> None:
    """Without a trusted proxy nobody gets a second vote by writing another address into a header."""
    opened(make_vote(**BY_IP))
    assert cast(client, "", [ONE]).status_code == 201
    for forged in (
        {"X-Forwarded-For": "203.0.113.9"},
        {"Forwarded": "for=203.0.113.9"},
        {"X-Real-IP": "203.0.113.9"},
    ):
        answer = client.post(
            BALLOTS,
            {"choices": [TWO]},
            content_type="application/json",
            headers={"idempotency-key": "other"} | forged,
        )
        assert (answer.status_code, answer.json()["type"]) == (409, "/problems/votes.over-limit")
    assert (
        Client(REMOTE_ADDR="198.51.100.7")
        .post(BALLOTS, {"choices": [TWO]}, content_type="application/json", headers={"idempotency-key": "z"})
        .status_code
        == 201
    )


def form(client: Client) -> dict[str, str]:
    """The hidden fields of the page's form."""
    page = client.get("/campaigns/case/vote/").content.decode()
    inside = page[page.index("data-vote ") :]
    return dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)"', inside))


def test_without_scripts_the_form_casts_one_ballot_and_shows_its_receipt() -> None:
    client = Client(enforce_csrf_checks=True)
    opened(make_vote(**BY_IP))
    fields = form(client) | {"choice": [THREE]}
    answer = client.post("/campaigns/case/vote/cast", fields)
    assert answer.status_code == 302
    assert "/campaigns/case/receipts/" in answer.headers["Location"]
    assert client.post("/campaigns/case/vote/cast", fields).headers["Location"] == answer.headers["Location"]
    assert Ballot.objects.filter(kind="ballot").count() == 1
    again = client.post("/campaigns/case/vote/cast", form(client) | {"choice": [ONE]})
    assert again.status_code == 409


def test_a_ballot_that_cannot_be_taken_comes_back_with_its_choices() -> None:
    client = Client()
    opened(make_vote(**BY_IP | {"choices": {"exactly": 2}}))
    answer = client.post("/campaigns/case/vote/cast", form(client) | {"choice": [THREE]})
    page = answer.content.decode()
    assert answer.status_code == 422
    assert re.findall(r'value="([^"]+)"[^>]* checked', page) == [THREE]
    assert Ballot.objects.filter(kind="ballot").count() == 0


def test_a_form_from_elsewhere_casts_nothing() -> None:
    opened(make_vote(**BY_IP))
    answer = Client(enforce_csrf_checks=True).post("/campaigns/case/vote/cast", {"choice": [ONE]})
    assert answer.status_code == 403
    assert Ballot.objects.filter(kind="ballot").count() == 0


def test_who_has_proved_nothing_is_led_to_proving_it(client: Client) -> None:
    opened(make_vote())
    answer = client.post("/campaigns/case/vote/cast", {"choice": [ONE, TWO]})
    assert answer.headers["Location"] == "/campaigns/case/vote/who"
    assert Ballot.objects.filter(kind="ballot").count() == 0


def test_wechat_leads_to_a_ballot_and_leaves_no_open_id_behind(
    client: Client, demo: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The whole way through the stand-in; what the server asks WeChat is answered here without a network."""
    from urllib.parse import parse_qsl, urlsplit

    from guiguan.adapters import wechat
    from guiguan.apps.votes.models import Right

    seen: list[str] = []

    def answered(url: str) -> dict[str, Any]:
        given = wechat_account.stand_in().token(dict(parse_qsl(urlsplit(url).query)), now())
        seen.append(str(given["openid"]))
        return given

    monkeypatch.setattr(wechat, "_get", answered)
    opened(make_vote())
    away = client.get("/campaigns/case/vote/who/wechat?ch=news").headers["Location"]
    asked = dict(parse_qsl(urlsplit(away).query))
    back = client.post(urlsplit(away).path, asked | {"user": "甲"}).headers["Location"]
    there = client.get(back.removeprefix("http://testserver"))
    assert there.headers["Location"] == "/campaigns/case/vote/who?ch=news"
    assert client.get(there.headers["Location"]).headers["Location"] == "/campaigns/case/vote/?ch=news#cases"
    page = client.get("/campaigns/case/vote/?ch=news").content.decode()
    token = re.search(r'data-token="([^"]+)"', page)
    assert token is not None
    assert cast(client, token[1], [ONE, TWO]).status_code == 201
    kept = json.dumps(dict(client.session.items()))
    assert seen[0] not in kept + page
    rows = b"".join(bytes(r.holder) + bytes(r.refs) for r in Right.objects.all())
    assert seen[0].encode() not in rows + bytes(Ballot.objects.get(kind="ballot").entry)
    after = client.get("/campaigns/case/vote/").content.decode()
    assert f'data-closed="{ONE} {TWO}"' in after
    assert client.get(back.removeprefix("http://testserver")).status_code == 400, "a code comes back once"


def test_nobody_comes_back_from_wechat_who_did_not_leave(client: Client, demo: None) -> None:
    opened(make_vote())
    answer = client.get("/campaigns/case/vote/who/wechat/back?code=x&state=forged")
    assert answer.status_code == 400
    assert "voter" not in client.session


def code_sent() -> str:
    """The six digits of the newest message."""
    found = re.search(r"\d{6}", gateway().sent[-1][1])  # type: ignore[attr-defined]  # the memory gateway of tests
    assert found is not None
    return found[0]


def test_a_phone_is_proved_by_its_code_and_forgotten(client: Client) -> None:
    opened(make_vote(voter=["phone"]))
    sent = client.post("/campaigns/case/vote/who/phone", {"phone": "138 0000 9876"})
    assert sent.status_code == 302
    code = code_sent()
    page = client.get("/campaigns/case/vote/who").content.decode()
    assert "138****9876" in page
    assert "13800009876" not in page + json.dumps(dict(client.session.items()))
    assert client.post("/campaigns/case/vote/who/code", {"code": "x"}).status_code == 400
    assert re.search(r'name="code"[^>]* autofocus', page), "the next thing to be written"
    spaced = f" {code[:3]} {code[3:]} "
    assert client.post("/campaigns/case/vote/who/code", {"code": spaced}).status_code == 302
    assert client.get("/campaigns/case/vote/who").headers["Location"] == "/campaigns/case/vote/#cases"


def test_no_code_is_sent_when_nobody_can_vote(client: Client) -> None:
    """Each costs money, and a closed vote's page would send them for ever."""
    poll, before = opened(make_vote(voter=["phone"])), len(gateway().sent)  # type: ignore[attr-defined]  # the memory gateway of tests
    for state in ("paused", "closed"):
        Poll.objects.filter(pk=poll.pk).update(state=state)
        answer = client.post("/campaigns/case/vote/who/phone", {"phone": "13800009876"})
        assert (answer.status_code, "现在不在投票时间，不发送验证码" in answer.content.decode()) == (
            403,
            True,
        )
    assert len(gateway().sent) == before  # type: ignore[attr-defined]  # the same


@pytest.mark.parametrize(
    ("limit", "english"),
    [
        (
            {"per": ["voter", "entry", "day"], "max": 1},
            "Each voter: at most 1 vote for the same case a day.",
        ),
        ({"per": ["ip", "day"], "max": 2}, "Each network address: at most 2 ballots a day."),
    ],
)
def test_a_limit_is_a_sentence_in_english_too(client: Client, limit: dict[str, Any], english: str) -> None:
    opened(make_vote(limits=[limit | {"over": "refuse_ballot"}]))
    client.cookies["language"] = "en"
    assert english in client.get("/campaigns/case/vote/").content.decode()


def test_a_code_is_not_guessed(client: Client) -> None:
    opened(make_vote(voter=["phone"]))
    client.post("/campaigns/case/vote/who/phone", {"phone": "13800009875"})
    code = code_sent()
    for _ in range(5):
        assert client.post("/campaigns/case/vote/who/code", {"code": "abcdef"}).status_code == 400
    assert client.post("/campaigns/case/vote/who/code", {"code": code}).status_code == 400
    assert "voter" not in client.session


def test_guesses_that_come_at_once_are_each_a_try(client: Client) -> None:
    """Each read the session before the others had written it."""
    opened(make_vote(voter=["phone"]))
    client.post("/campaigns/case/vote/who/phone", {"phone": "13800009874"})
    code = code_sent()
    for _ in range(5):
        assert client.post("/campaigns/case/vote/who/code", {"code": "abcdef"}).status_code == 400
        session = client.session
        session["voter-code"] |= {"tries": 0}
        session.save()
    assert client.post("/campaigns/case/vote/who/code", {"code": code}).status_code == 400
    assert "voter" not in client.session


def test_one_of_two_things_asked_is_not_enough(client: Client) -> None:
    """A voter by device and phone: the device proves itself by its cookie, the phone is still missing."""
    opened(make_vote(voter=["phone", "device"]))
    client.get("/campaigns/case/vote/")
    assert re.fullmatch("[0-9a-f]{32}", client.cookies["device"].value)
    page = client.get("/campaigns/case/vote/").content.decode()
    assert 'data-token=""' in page
    assert client.post("/campaigns/case/vote/cast", {"choice": [ONE, TWO]}).status_code == 302


def test_receipts_that_are_none_of_ours(client: Client, demo: None) -> None:
    opened(make_vote())
    said = cast(client, voter(client), [ONE, TWO]).json()
    text = said["receipt"]
    for wrong in ("x", "a" * 9000, f"{text}A", "0" * 13 + "-" + "g" * 64):
        assert client.get(f"/campaigns/case/receipts/{wrong}").status_code == 404
    for time in (said["time"] - 20_000, said["time"] + 3_600_000):
        unknown = client.get(f"/campaigns/case/receipts/{time}-{'0' * 64}")
        assert (unknown.status_code, "没有查到这张选票" in unknown.content.decode()) == (404, True)
        assert "Refresh" not in unknown.headers
    pasted = client.post(
        "/campaigns/case/receipts/", {"receipt": f" http://testserver/campaigns/case/receipts/{text}\n"}
    )
    assert pasted.headers["Location"] == f"/campaigns/case/receipts/{text}"
    assert client.post("/campaigns/case/receipts/", {"receipt": "x"}).status_code == 400


CHALLENGE = {"challenge": {"cost": 100, "tries": 4, "hardest": 8, "minutes": 5}}


def by_form(client: Client, *choices: str) -> Any:
    return client.post("/campaigns/case/vote/cast", {"choice": list(choices)})


def prove_phone(client: Client, phone: str = "13800009871") -> None:
    assert client.post("/campaigns/case/vote/who/phone", {"phone": phone}).status_code == 302
    assert client.get("/campaigns/case/vote/who").status_code == 200  # the code is to be entered here
    code = code_sent()
    assert client.post("/campaigns/case/vote/who/code", {"code": code}).status_code == 302


def test_without_scripts_a_phone_code_pays_for_one_ballot_in_place_of_a_challenge(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("guiguan.web.public.vote_phone.send_code", _without_wait)
    opened(make_vote(voter=["phone"], guard=CHALLENGE))
    prove_phone(client)
    page = client.get("/campaigns/case/vote/").content.decode()
    assert "可以直接提交一张选票" in page
    assert "/receipts/" in by_form(client, ONE, TWO).headers["Location"]
    # a second ballot wants a second code
    refused = by_form(client, THREE, FOUR)
    assert refused.status_code == 403
    assert "验算题" in refused.content.decode()
    page = client.get("/campaigns/case/vote/").content.decode()
    assert "没有启用脚本" in page
    assert '/campaigns/case/vote/who?code=1"' in page
    assert "获取验证码" in client.get("/campaigns/case/vote/who?code=1").content.decode()
    prove_phone(client)
    assert "/receipts/" in by_form(client, THREE, FOUR).headers["Location"]
    assert Ballot.objects.filter(kind="ballot").count() == 2


def test_a_code_pays_once_in_its_time_and_for_its_own_vote(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("guiguan.web.public.vote_phone.send_code", _without_wait)
    opened(make_vote(voter=["phone"], guard=CHALLENGE))
    prove_phone(client)
    session = client.session
    paid = session["voter-pass"]
    assert "/receipts/" in by_form(client, ONE, TWO).headers["Location"]
    for held in (paid, paid | {"until": now() - 1}, paid | {"slug": "other"}):
        session = client.session
        session["voter-pass"] = held  # as two windows of one browser might
        session.save()
        assert by_form(client, THREE, FOUR).status_code == 403
    assert Ballot.objects.filter(kind="ballot").count() == 1


def test_a_code_that_is_entered_twice_at_once_pays_once(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each request read the session before the other had written it."""
    monkeypatch.setattr("guiguan.web.public.vote_phone.send_code", _without_wait)
    opened(make_vote(voter=["phone"], guard=CHALLENGE))
    client.post("/campaigns/case/vote/who/phone", {"phone": "13800009871"})
    waiting = client.session["voter-code"]
    code = code_sent()
    for choices, status in (((ONE, TWO), 302), ((THREE, FOUR), 403)):
        session = client.session
        session["voter-code"] = waiting
        session.save()
        assert client.post("/campaigns/case/vote/who/code", {"code": code}).status_code == 302
        assert by_form(client, *choices).status_code == status
    assert Ballot.objects.filter(kind="ballot").count() == 1


def test_a_wrong_number_of_choices_does_not_use_the_code_up(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("guiguan.web.public.vote_phone.send_code", _without_wait)
    opened(make_vote(voter=["phone"], guard=CHALLENGE))
    prove_phone(client)
    wrong = by_form(client, ONE)
    assert wrong.status_code == 422
    assert wrong.context["problem"] == "应选 2 个，您选了 1 个"
    assert "可以直接提交一张选票" in wrong.content.decode()
    assert "/receipts/" in by_form(client, ONE, TWO).headers["Location"]


def test_a_code_that_went_with_a_refused_ballot_is_promised_no_more(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("guiguan.web.public.vote_phone.send_code", _without_wait)
    opened(make_vote(voter=["phone"], guard=CHALLENGE))
    for _ in range(2):
        prove_phone(client)
        refused = by_form(client, ONE, TWO)
    assert (refused.status_code, refused.context["problem"]) == (
        409,
        "所选案例里有您今天已经投过的，请改选其他案例",
    )
    page = refused.content.decode()
    assert "可以直接提交一张选票" not in page
    assert '/campaigns/case/vote/who?code=1"' in page


def test_where_no_phone_is_asked_the_page_says_what_to_do(client: Client) -> None:
    opened(make_vote(voter=["ip"], guard=CHALLENGE))
    page = client.get("/campaigns/case/vote/").content.decode()
    assert "没有启用脚本，不能投票" in page
    assert "code=1" not in page
    assert by_form(client, ONE, TWO).status_code == 403


def _without_wait(phone: str, code: str, *, address: str, at: int) -> None:
    gateway().send(phone, f"验证码 {code}", f"code-{code}")


def test_guangxis_vote_takes_a_bare_token_and_the_form_without_scripts(client: Client, demo: None) -> None:
    """Its rules ask for no solved challenge: WeChat proves who votes."""
    content = (BLUEPRINTS / "guangxi-2021.yaml").read_bytes()
    stage = ballot_stages(load_blueprint(content, "guangxi-2021").blueprint)[0]
    assert (stage.guard.challenge, stage.voter) == (None, ("wechat",))
    rules = stage.model_dump(mode="json", exclude_none=True, exclude_defaults=True)
    own = {k: v for k, v in rules.items() if k not in ("id", "kind", "window", "clause", "title")}
    opened(make_vote(entries=12, **own))
    ten = [f"CASE-{n:05}" for n in range(1, 11)]
    assert cast(client, voter(client), ten).status_code == 201
    page = client.get("/campaigns/case/vote/").content.decode()
    assert "data-challenge" not in page
    client.get("/campaigns/case/vote/who")
    session = client.session
    session["voter"] = {"case": {"wechat": single_id("case", "wechat", "another")}}
    session.save()
    assert "/receipts/" in by_form(client, *ten).headers["Location"]
    assert Ballot.objects.filter(kind="ballot").count() == 2


def known(client: Client) -> None:
    """Somebody whom WeChat has named."""
    client.get("/campaigns/case/vote/who")
    session = client.session
    session["voter"] = {"case": {"wechat": single_id("case", "wechat", "somebody")}}
    session.save()


DAILY, ONCE = (
    {"choices": {"exactly": 1}, "limits": [{"per": per, "max": 1, "over": "refuse_ballot"}]}
    for per in (["voter", "day"], ["voter"])
)


@pytest.mark.parametrize(
    ("rules", "last", "title", "again"),
    [
        (DAILY, 1, "今天的票已经投完", True),
        (DAILY, 0, "今天的票已经投完", False),
        (ONCE, 1, "您的票已经投完", False),
    ],
)
def test_tomorrow_is_promised_only_where_one_may_vote_again_then(
    client: Client, rules: dict[str, Any], last: int, title: str, again: bool
) -> None:
    opened(make_vote(last=last, **rules))
    known(client)
    assert "/receipts/" in by_form(client, ONE).headers["Location"]
    page = client.get("/campaigns/case/vote/").content.decode()
    assert title in page
    assert ("明天可以再来" in page) is again


def cards(page: str) -> dict[str, str]:
    """The page's cards, by number."""
    return {
        found[1]: found[0]
        for found in re.finditer(r'<li class="case.*?data-case="([^"]+)".*?</li>', page, re.DOTALL)
    }


SHUT = ('<li class="case is-closed"', " disabled>", '<span class="case-closed"> · 今天已投过</span>')


def test_without_scripts_cases_voted_for_today_are_marked_and_cannot_be_chosen(client: Client) -> None:
    opened(make_vote())
    known(client)
    assert "/receipts/" in by_form(client, ONE, TWO).headers["Location"]
    found = cards(client.get("/campaigns/case/vote/").content.decode())
    assert {n: [mark in card for mark in SHUT] for n, card in found.items()} == {
        n: [n in (ONE, TWO)] * 3 for n in (ONE, TWO, THREE, FOUR)
    }
    refused = cards(by_form(client, TWO, THREE).content.decode())
    assert [n for n, card in refused.items() if " checked" in card] == [THREE]
    assert {n for n, card in refused.items() if " disabled>" in card} == {ONE, TWO}


def test_what_one_voter_used_up_stands_on_nobody_elses_page(client: Client) -> None:
    """Cards are kept for all; a voter's own state is not."""
    opened(make_vote())
    known(client)
    assert "/receipts/" in by_form(client, ONE, TWO).headers["Location"]
    assert "is-closed" in client.get("/campaigns/case/vote/?ch=news").content.decode()
    other = Client().get("/campaigns/case/vote/").content.decode()
    assert [mark for mark in (*SHUT, "ch=news", "\0") if mark in other] == []


def test_a_refused_ballot_keeps_the_channel(client: Client) -> None:
    opened(make_vote())
    sent = {"choice": [ONE], "channel": "news"}
    unknown = client.post("/campaigns/case/vote/cast", sent)
    assert unknown.headers["Location"] == "/campaigns/case/vote/who?ch=news"
    known(client)
    refused = client.post("/campaigns/case/vote/cast", sent)
    assert (refused.status_code, refused.context["channel"]) == (422, "news")
    assert 'name="channel" value="news"' in refused.content.decode()
    made_up = client.post("/campaigns/case/vote/cast", sent | {"channel": "other"})
    assert made_up.context["channel"] == ""


def test_a_case_voted_for_today_is_not_offered_on_its_own_page_either(client: Client) -> None:
    opened(make_vote(**DAILY))
    known(client)
    case = f"/campaigns/case/cases/{ONE}/"
    before = client.get(case).content.decode()
    assert ("选这个案例" in before, "今天已经投过" in before) == (True, False)
    assert "/receipts/" in by_form(client, ONE).headers["Location"]
    after = client.get(case).content.decode()
    assert ("选这个案例" in after, "这个案例您今天已经投过。" in after) == (False, True)


def test_what_is_said_of_no_counts_fits_the_vote(client: Client) -> None:
    campaign = make_vote()
    page = client.get("/campaigns/case/vote/counts").content.decode()
    assert ("投票还没有开始" in page, "现在不公布票数" in page) == (True, False)
    opened(campaign)
    Poll.objects.update(state="paused", paused_reason="线路检修，一小时后恢复")
    page = client.get("/campaigns/case/vote/").content.decode()
    assert "恢复后请再来投票，已投的选票有效。暂停的原因：线路检修，一小时后恢复" in page
    assert "没有作废的选票" in client.get("/campaigns/case/voids/").content.decode()


def test_what_a_voter_keeps_of_a_receipt_has_its_signature(client: Client, demo: None) -> None:
    """The code and the address on the page: whoever comes back by them can prove the ballot, as by a receipt written out."""
    opened(make_vote())
    packed = cast(client, voter(client), [ONE, TWO]).json()["receipt"]
    text = read_receipt(packed).written_out
    for kept in (text, packed):
        page = client.get(f"/campaigns/case/receipts/{kept}").content.decode()
        assert f'data-receipt="{text}"' in page
        assert f'id="address">http://testserver/campaigns/case/receipts/{packed}</code>' in page
        assert "签名也在里面" in page
    forged = replace(read_receipt(packed), sig=bytes(64)).packed
    page = client.get(f"/campaigns/case/receipts/{forged}").content.decode()
    assert "这不是本站签发的回执" in page
    assert "data:image" not in page
