"""What a receipt's page says of a ballot that was made void, and that its code can be scanned in any colours."""

from __future__ import annotations

import re
from urllib.parse import unquote

import pytest
from apps.conftest import make_staff
from brushed import HONEST, NOW, suspected
from django.test import Client
from voting import make_vote, opened

from guiguan.apps.accounts.models import Person
from guiguan.apps.campaigns.opening import put_in_force
from guiguan.apps.campaigns.services import create_campaign
from guiguan.apps.votes.brushing.appeals import appeal, propose_answer, second_answer
from guiguan.apps.votes.brushing.deciding import propose, second
from guiguan.apps.votes.models import Appeal, Ballot, Logged, Suspicion
from guiguan.core.values.moment import DAY
from guiguan.shipped import shipped_blueprint

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("own_logs")]
SLUG = "gx-demo"
COUNTED, VOID, AGAIN = "选票已经计入", "这张选票已作废", "选票已恢复计票"


@pytest.fixture
def lead() -> Person:
    person = make_staff("lead", SLUG)
    found = shipped_blueprint("guangxi-2021")
    assert found is not None
    create_campaign(person, 1, found.decode().replace("campaign: guangxi-2021", f"campaign: {SLUG}", 1))
    put_in_force(person, NOW, SLUG, 1, accept_warnings=True)
    return person


@pytest.fixture
def case(lead: Person) -> Suspicion:
    """Void by the word of two people; forty ballots of one bot."""
    found = suspected(SLUG)
    propose(make_staff("clerk", SLUG), NOW, found.pk, "void", "script", "间隔整齐，同一个网络")
    return second(lead, NOW, found.pk, agree=True)


def ballot(place: int) -> Ballot:
    return Ballot.objects.get(kind="ballot", place=place)


def receipt(client: Client, of: Ballot) -> str:
    """The page of the receipt's short form."""
    at = Logged.objects.get(
        writer=of.writer, batch=of.batch, poll=of.poll
    ).time  # a batch is stored at one moment
    answer = client.get(f"/campaigns/{SLUG}/receipts/{at}-{bytes(of.leaf).hex()}")
    assert answer.status_code == 200
    return answer.content.decode()


def said(page: str) -> list[str]:
    return [words for words in (COUNTED, VOID, AGAIN) if words in page]


def test_the_receipt_of_a_void_ballot_says_so_and_where_to_appeal(
    client: Client, case: Suspicion, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("guiguan.web.public.vote_receipt.now", lambda: NOW + 1)
    page = receipt(client, ballot(HONEST))
    assert said(page) == [VOID]
    assert 'class="notice notice-warning"' in page
    assert "notice-success" not in page
    assert "data-once-proven" not in page
    assert "作废公示第 1 组，理由：由程序自动提交。" in page
    assert re.search(r"可申诉至 2021-06-\d\d \d\d:\d\d。", page)
    assert f'href="/campaigns/{SLUG}/voids/"' in page
    assert f'href="/campaigns/{SLUG}/voids/1/appeal"' in page
    assert "计票日期" not in page
    monkeypatch.setattr("guiguan.web.public.vote_receipt.now", lambda: NOW + 9 * DAY)
    page = receipt(client, ballot(HONEST))
    assert said(page) == [VOID]
    assert "申诉期已于" in page
    assert f"/campaigns/{SLUG}/voids/1/appeal" not in page


def test_the_receipts_of_ballots_that_were_left_alone_say_counted(client: Client, case: Suspicion) -> None:
    page = receipt(client, ballot(0))
    assert said(page) == [COUNTED]
    assert f"/campaigns/{SLUG}/voids/1/appeal" not in page


def test_a_void_of_which_part_is_not_in_the_log_yet_is_not_told(
    client: Client, lead: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("guiguan.apps.votes.brushing.written.SLICE", 7)
    monkeypatch.setattr("guiguan.apps.votes.brushing.written.AT_ONCE", 1)
    found = suspected(SLUG)
    propose(make_staff("clerk", SLUG), NOW, found.pk, "void", "script", "间隔整齐，同一个网络")
    second(lead, NOW, found.pk, agree=True)
    assert said(receipt(client, ballot(HONEST))) == [COUNTED]


def test_a_ballot_that_came_to_count_again_says_so(client: Client, case: Suspicion) -> None:
    of = ballot(HONEST)
    made = appeal(None, NOW + 1, case.pk, "这是我自己投的票", bytes(of.leaf).hex())
    propose_answer(make_staff("clerk", SLUG), NOW + 2, made.pk, "uphold", "核实为本人投票")
    second_answer(make_staff("supervisor", SLUG), NOW + 3, made.pk, agree=True)
    page = receipt(client, of)
    assert said(page) == [AGAIN]
    assert "经申诉已恢复，照常计票" in page
    assert said(receipt(client, ballot(HONEST + 1))) == [VOID]


def test_codes_stand_on_white_with_their_quiet_zone(
    client: Client, case: Suspicion, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Black on the near-black ground of a dark page nobody's phone can read."""
    monkeypatch.setattr("guiguan.web.public.vote_who.account_of", lambda request: "stand-in")
    opened(make_vote())
    for page in (receipt(client, ballot(0)), client.get("/campaigns/case/vote/who").content.decode()):
        found = re.search(r'<img src="data:image/svg\+xml;charset=utf-8,([^"]+)"', page)
        assert found
        drawn = unquote(found[1])
        ground = re.search(r"<path fill='#fff' d='M0 0h(\d+)v\1h-\1z'/>", drawn)
        assert ground
        assert f"width='{4 * int(ground[1])}'" in drawn
        assert "class='qrline' stroke='#000' d='M4 4.5h7" in drawn


def test_an_appeal_asks_for_the_fingerprint_by_the_name_that_the_receipt_gives_it(
    client: Client, case: Suspicion, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("guiguan.web.public.voids.now", lambda: NOW + 1)
    where = f"/campaigns/{SLUG}/voids/1/appeal"
    form = client.get(where).content.decode()
    assert ("选票的指纹" in form, "选票编号" in form) == (True, False)
    assert "选票的指纹" in receipt(client, ballot(HONEST))
    leaf = bytes(ballot(HONEST).leaf).hex()
    wrong = {
        "123": "选票的指纹应为 64 位，只有数字和字母 a 至 f，请从选票回执上复制",
        leaf[:-1] + "g": "选票的指纹应为 64 位，只有数字和字母 a 至 f，请从选票回执上复制",
        bytes(ballot(0).leaf).hex(): "这张选票不在本组作废的选票里，请核对选票的指纹和组号",
    }
    for text, words in wrong.items():
        answer = client.post(where, {"grounds": "这是我自己投的票", "leaf": text})
        assert (answer.status_code, answer.context["leaf_error"]) == (400, words)
    pasted = f" {leaf[:32].upper()}\n{leaf[32:]} "
    assert client.post(where, {"grounds": "这是我自己投的票", "leaf": pasted}).status_code == 302
    assert bytes(Appeal.objects.get().suspect.leaf).hex() == leaf  # type: ignore[union-attr]
