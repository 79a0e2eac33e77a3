"""WeChat's authorisation against the stand-in over HTTP: who comes back with what, and what is refused."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import pytest

from guiguan.adapters.wechat import API, WEB, NotAuthorised, WeChat, wechat_of
from guiguan.adapters.wechat_stand_in import MINUTES_5, StandIn

HOME = "https://vote.example"
BACK = f"{HOME}/voters/wechat?c=one"
AT = 1_700_000_000_000


class Server(ThreadingHTTPServer):
    answer: Any
    asked: list[str]


@pytest.fixture
def wechat() -> Iterator[tuple[WeChat, Server]]:
    """An account, and the server at which it asks; `answer` may be put in the place of the stand-in's."""
    stand_in = StandIn("wx1", "hush")

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            server.asked.append(self.path)
            parts = urlsplit(self.path)
            assert parts.path == "/sns/oauth2/access_token"
            said = server.answer or json.dumps(stand_in.token(dict(parse_qsl(parts.query)), AT))
            self.send_response(200)
            self.end_headers()
            self.wfile.write(said.encode())

        def log_message(self, *args: Any) -> None:
            pass

    server = Server(("127.0.0.1", 0), Handler)
    server.answer, server.asked = None, []
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield WeChat("wx1", "hush", api=f"http://127.0.0.1:{server.server_port}"), server
    server.shutdown()
    server.server_close()
    thread.join()


def code_for(user: str, account: WeChat, at: int = AT) -> str:
    stand_in = StandIn(account.app, account.secret)
    asked = dict(parse_qsl(urlsplit(account.authorize_url(BACK, "s1")).query))
    assert stand_in.faults(asked, HOME) == []
    back = dict(parse_qsl(urlsplit(stand_in.back(asked, user, at)).query))
    assert (back["c"], back["state"]) == ("one", "s1")
    return back["code"]


def test_the_browser_is_sent_as_wechat_documents_it() -> None:
    url = WeChat("wx1", "hush").authorize_url(BACK, "s1")
    assert url == (
        f"{WEB}/connect/oauth2/authorize?appid=wx1&redirect_uri=https%3A%2F%2Fvote.example%2Fvoters%2Fwechat%3Fc%3Done"
        "&response_type=code&scope=snsapi_base&state=s1#wechat_redirect"
    )
    assert "hush" not in url


def test_one_person_has_one_open_id_and_two_have_two(wechat: tuple[WeChat, Server]) -> None:
    account, _ = wechat
    first, again = (account.openid_of(code_for("甲", account, AT - n)) for n in (0, 1))
    other = account.openid_of(code_for("乙", account))
    assert first == again != other


def test_a_code_is_good_once(wechat: tuple[WeChat, Server]) -> None:
    account, _ = wechat
    code = code_for("甲", account)
    account.openid_of(code)
    with pytest.raises(NotAuthorised, match="40163") as refused:
        account.openid_of(code)
    assert refused.value.used


def test_an_old_or_forged_code_is_refused(wechat: tuple[WeChat, Server]) -> None:
    account, _ = wechat
    with pytest.raises(NotAuthorised, match="42003"):
        account.openid_of(code_for("甲", account, AT - MINUTES_5 - 1))
    with pytest.raises(NotAuthorised, match="40029"):
        account.openid_of(code_for("甲", account)[:-1] + "_")


def test_what_is_no_code_is_never_sent(wechat: tuple[WeChat, Server]) -> None:
    account, server = wechat
    for text in ("", "a b", "a&appid=b", "x" * 129, "一"):
        with pytest.raises(NotAuthorised):
            account.openid_of(text)
    assert server.asked == []


@pytest.mark.parametrize("said", ["", "[]", "{", '{"openid": 1}', '{"openid": "a b"}', '{"openid": ""}'])
def test_an_answer_without_an_open_id_makes_no_voter(wechat: tuple[WeChat, Server], said: str) -> None:
    account, server = wechat
    server.answer = said or " "
    with pytest.raises(NotAuthorised):
        account.openid_of(code_for("甲", account))


def test_a_wechat_that_cannot_be_asked_is_told_from_a_bad_code_and_no_secret_is_logged(
    caplog: pytest.LogCaptureFixture,
) -> None:
    account = WeChat("wx1", "hush", api="http://127.0.0.1:9")
    with pytest.raises(NotAuthorised) as refused:
        account.openid_of("abc")
    assert not refused.value.used
    assert "hush" not in caplog.text + str(refused.value) + repr(account)


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("appid", "wx2"),
        ("redirect_uri", "https://evil.example/"),
        ("redirect_uri", "javascript:alert(1)"),
        ("redirect_uri", "https://vote.example.evil.example/"),
        ("response_type", "token"),
        ("scope", "snsapi_userinfo"),
        ("state", "a b"),
        ("state", ""),
    ],
)
def test_the_stand_in_sends_nobody_elsewhere(key: str, value: str) -> None:
    asked = dict(parse_qsl(urlsplit(WeChat("wx1", "hush").authorize_url(BACK, "s1")).query))
    assert StandIn("wx1", "hush").faults(asked | {key: value}, HOME) == [key]


def test_a_wrong_secret_or_account_learns_nothing() -> None:
    asked = {"appid": "wx1", "secret": "hush", "code": "x", "grant_type": "authorization_code"}
    stand_in = StandIn("wx1", "hush")
    wrong = [("appid", "wx2", 40013), ("secret", "", 40125), ("grant_type", "x", 40002), ("code", "é", 40029)]
    assert [stand_in.token(asked | {k: v}, AT)["errcode"] for k, v, _ in wrong] == [e for *_, e in wrong]


def test_the_setting_names_the_account() -> None:
    assert wechat_of("") is None
    assert wechat_of("a|b") == WeChat("a", "b", WEB, API)
    assert wechat_of("a|b|https://w|https://p") == WeChat("a", "b", "https://w", "https://p")
