"""The HTTP gateway against a stand-in on loopback: signed, taken once, and every refusal told apart."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from adapters.sms_stand_in import SECRET, StandIn, stand_in

from guiguan.adapters.signed import WITHIN, is_signed, signature
from guiguan.adapters.sms import NotDelivered
from guiguan.adapters.sms_http import HttpGateway

BODY = '{"id":"k1","account":"gg","phone":"13800001234","text":"您好【桂冠】"}'.encode()
VECTOR = "d3733f3504aa92953781d1131b689c110115921ff54937c7c51743e746c840cd"


@pytest.fixture
def gateway() -> Iterator[StandIn]:
    with stand_in() as one:
        yield one


def ours(gateway: StandIn, secret: str = SECRET) -> HttpGateway:
    return HttpGateway(gateway.address, "gg", secret, timeout=5)


def test_the_signature_of_the_documented_example() -> None:
    assert signature(SECRET, 1_775_016_000, BODY) == VECTOR
    assert is_signed(SECRET, "1775016000", BODY, VECTOR, 1_775_016_000 + WITHIN)


@pytest.mark.parametrize(
    ("secret", "time", "body", "given", "now"),
    [
        ("", "1775016000", BODY, signature("", 1_775_016_000, BODY), 1_775_016_000),
        (SECRET, "1775016000", BODY + b" ", VECTOR, 1_775_016_000),
        (SECRET, "1775016001", BODY, VECTOR, 1_775_016_000),
        (SECRET, "1775016000", BODY, VECTOR, 1_775_016_000 + WITHIN + 1),
        (SECRET, "1775016000", BODY, VECTOR, 1_775_016_000 - WITHIN - 1),
        (SECRET, "", BODY, VECTOR, 1_775_016_000),
        (SECRET, "１７７５０１６０００", BODY, VECTOR, 1_775_016_000),
        (SECRET, "1775016000", BODY, VECTOR.upper(), 1_775_016_000),
        (SECRET, "1775016000", BODY, "", 1_775_016_000),
    ],
)
def test_what_is_not_signed(secret: str, time: str, body: bytes, given: str, now: int) -> None:
    assert not is_signed(secret, time, body, given, now)


def test_a_message_is_handed_over_once(gateway: StandIn) -> None:
    text = "您的申报已提交【桂冠】\"'\\ 😀"
    assert ours(gateway).send("13800001234", text, "k1") == "g-k1"
    assert ours(gateway).send("13800001234", text, "k1") == "g-k1"  # 409: it is there already
    assert gateway.sent == {"k1": {"id": "k1", "account": "gg", "phone": "13800001234", "text": text}}


def test_a_lost_answer_is_asked_for_again_and_nothing_goes_out_twice(gateway: StandIn) -> None:
    gateway.answer = "lose"
    with pytest.raises(NotDelivered) as error:
        ours(gateway).send("13800001234", "a", "k1")
    assert not error.value.final
    gateway.answer = None
    assert ours(gateway).send("13800001234", "a", "k1") == "g-k1"
    assert len(gateway.sent) == 1


@pytest.mark.parametrize(
    ("answer", "final", "said"),
    [
        ((400, '{"reason": "号码 13800001234 有误"}'.encode()), True, "refused: 400 号码 *********** 有误"),
        ((422, b"not json"), True, "refused: 422"),
        ((429, b'{"reason": "too fast"}'), False, "refused: 429 too fast"),
        ((503, b""), False, "refused: 503"),
        ((500, b"[]"), False, "refused: 500"),
        ((302, b""), False, "refused: 302"),
    ],
)
def test_refusals_are_told_apart(gateway: StandIn, answer: tuple[int, bytes], final: bool, said: str) -> None:
    gateway.answer = answer
    with pytest.raises(NotDelivered) as error:
        ours(gateway).send("13800001234", "a", "k1")
    assert (error.value.final, str(error.value)) == (final, said)
    assert gateway.asked == 1  # no redirect is followed


def test_another_secret_is_refused_and_no_gateway_is_no_end(gateway: StandIn) -> None:
    with pytest.raises(NotDelivered, match="401 signature") as error:
        ours(gateway, "x" * 32).send("13800001234", "a", "k1")
    assert not error.value.final
    with pytest.raises(NotDelivered, match="no connection: ConnectionRefusedError"):
        HttpGateway("http://127.0.0.1:9/", "gg", SECRET, timeout=2).send("13800001234", "a", "k1")


def test_the_secret_is_never_written_down(gateway: StandIn) -> None:
    assert SECRET not in repr(ours(gateway))
