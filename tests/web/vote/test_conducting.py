"""The organiser's pages that pause, resume, start a vote and take cases out of it: what they ask, and what they say of mistakes."""

from __future__ import annotations

import re
from typing import Any, get_args

import pytest
from apps.conftest import make_staff
from django.test import Client
from voting import day, make_vote, now, opened

from guiguan.apps.accounts.models import Person
from guiguan.apps.votes.alarm import clear_alarms, raise_alarm
from guiguan.apps.votes.models import Act, Poll
from guiguan.apps.votes.services import remove_entry
from guiguan.box.checkpointer import Reason

pytestmark = pytest.mark.django_db
BOARD = "/organiser/votes/case/vote/"
ONE, WHY = "CASE-00001", "申报材料不实，经核实取消资格"
TOLD = "联系人 13812345678，邮箱 zhang@example.com，身份证 110101199003074518，地址 10.2.3.4"
BLACK = "联系人 ＊＊＊，邮箱 ＊＊＊，身份证 ＊＊＊，地址 ＊＊＊"


@pytest.fixture
def lead() -> Person:
    return make_staff("lead", "case")


@pytest.fixture
def client(as_person: Any, lead: Person) -> Client:
    signed_in: Client = as_person(lead)
    return signed_in


def said(client: Client, path: str = BOARD) -> str:
    answer = client.get(path)
    assert answer.status_code == 200
    return answer.content.decode()


def described(page: str, control: str) -> list[str]:
    """The texts by which the control is described, in their order."""
    ids = re.search(rf'<(?:select|textarea) id="{control}"[^>]* aria-describedby="([^"]*)"', page)
    assert ids is not None, control
    found = []
    for one in ids[1].split():
        part = re.search(rf'<(p|div)[^>]* id="{one}"[^>]*>(.*?)</\1>', page, re.DOTALL)
        assert part is not None, one
        found.append(re.sub(r"\s+", "", re.sub(r"<[^>]+>", "", part[2])))
    return found


def summary(page: str) -> list[tuple[str, str]]:
    """Where each fault of the list above leads, and what it says."""
    above = page.partition('class="error-summary"')[2].partition("</div>")[0]
    return re.findall(r'<li><a href="([^"]+)">([^<]+)</a></li>', above)


def test_what_is_personal_in_a_reason_is_black_wherever_it_is_shown(client: Client) -> None:
    opened(make_vote())
    public = ("/campaigns/case/vote/", "/campaigns/case/")
    for act in ("pause", "resume"):
        assert client.post(BOARD + act, {"reason": TOLD}).status_code == 302
        for path in (BOARD, *public):
            page = said(client, path)
            assert BLACK in page, (act, path)
            assert "13812345678" not in page, (act, path)
    assert client.post(BOARD + "remove", {"number": ONE, "reason": TOLD}).status_code == 302
    gone = client.get(f"/campaigns/case/cases/{ONE}/").content.decode()
    for page in (said(client), said(client, public[0]), gone):
        assert BLACK in page
        assert "13812345678" not in page


def test_the_forms_ask_for_nothing_personal_and_count_what_is_written(client: Client) -> None:
    opened(make_vote())
    for act in ("pause", "remove"):
        assert described(said(client, BOARD + act), "reason") == ["请勿写入个人信息", "最多500字"]
    client.post(BOARD + "pause", {"reason": WHY})
    assert described(said(client, BOARD + "resume"), "reason") == ["请勿写入个人信息", "最多500字"]


def test_every_fault_of_the_remove_form_is_told_at_its_field_and_nothing_is_lost(client: Client) -> None:
    opened(make_vote())
    missing = "请写明原因，至少 4 个字；原因会记录在案，办理结果公布的，原因一并公布"
    answer = client.post(BOARD + "remove", {"number": "", "reason": "不实"})
    page = answer.content.decode()
    assert answer.status_code == 422
    assert summary(page) == [("#number", "请选择要退出投票的案例"), ("#reason", missing)]
    assert described(page, "number") == ["错误：请选择要退出投票的案例"]
    assert described(page, "reason")[1] == "错误：" + missing.replace(" ", "")
    assert re.search(r"<textarea[^>]*>\s*不实</textarea>", page)
    page = client.post(BOARD + "remove", {"number": ONE, "reason": ""}).content.decode()
    assert summary(page) == [("#reason", missing)]
    assert f'<option value="{ONE}" selected>' in page


def test_a_fault_of_a_pause_is_told_at_its_field_and_nothing_is_lost(client: Client) -> None:
    opened(make_vote())
    long = "查" * 501
    answer = client.post(BOARD + "pause", {"reason": long})
    page = answer.content.decode()
    assert answer.status_code == 422
    assert summary(page) == [("#reason", "原因最多 500 字，请写得简短些")]
    assert described(page, "reason") == ["请勿写入个人信息", "错误：原因最多500字，请写得简短些", "最多500字"]
    assert f"\n{long}</textarea>" in page
    assert Poll.objects.get().state == "open"


def test_who_proposed_takes_back_and_does_not_disagree(client: Client, lead: Person, as_person: Any) -> None:
    opened(make_vote(two="[disqualify]"))
    act = remove_entry(lead, now(), "case", "vote", ONE, WHY)
    path = f"{BOARD}remove/{act.pk}/decline"
    page = said(client, path)
    assert "<h1>收回提议？</h1>" in page
    assert "收回的原因" in page
    assert "不同意" not in page
    other = as_person(make_staff("supervisor", "case"))
    assert "<h1>不同意让案例退出？</h1>" in said(other, path)
    assert client.post(path, {"reason": "提错了案例"}).status_code == 302
    board = said(client)
    assert "已收回" in board
    assert "收回案例退出投票的提议：案例1" in board
    assert "不同意" not in board
    assert Act.objects.latest("pk").act == "take-back"
    assert "提错了案例" not in said(client, "/campaigns/case/vote/")


def start_button(page: str) -> bool:
    return f'href="{BOARD}open"' in page


def test_a_vote_that_waits_for_its_time_says_when_it_begins_and_has_no_button(client: Client) -> None:
    make_vote(first=1, last=2)
    page = said(client)
    assert f"投票到 {day(1)} 00:00 自动开始，不用人工操作。" in page
    assert not start_button(page)


def test_the_button_to_start_stands_only_where_it_can_succeed(client: Client) -> None:
    make_vote()
    page = said(client)
    assert start_button(page)
    assert "自动开始" not in page
    raise_alarm("case", "fsck", "1: somewhere", now())
    assert not start_button(said(client))


def test_an_alarm_says_what_it_means_and_what_to_do(client: Client) -> None:
    make_vote()
    raise_alarm("case", "fsck", "1: [log.entry] somewhere 3: not the entry that was signed", now())
    page = said(client)
    meant = "自动核对发现记录、票数或公布的文件前后不符（1: [log.entry] somewhere 3: not the entry that was signed）。"
    assert f"{meant}请告诉系统管理员；查明以前，投票暂停。" in page
    assert "选票日志报警" in page


def test_the_button_to_resume_waits_until_the_alarm_is_cleared(client: Client) -> None:
    opened(make_vote())
    raise_alarm("case", "fsck", "1: somewhere", now())
    assert f'href="{BOARD}resume' not in said(client)
    clear_alarms("admin", now(), "case", "已从备份恢复")
    assert f'href="{BOARD}resume' in said(client)


@pytest.mark.parametrize("reason", [*get_args(Reason), "keys", "rules", "fsck"])
def test_every_alarm_is_told_in_words(reason: str, client: Client) -> None:
    make_vote()
    raise_alarm("case", reason, "detail", now())
    assert f" {reason}（" not in said(client)


def test_a_vote_that_lacks_cases_has_no_button_to_start(client: Client) -> None:
    make_vote(entries=1)
    page = said(client)
    assert "可投的案例有 1 个" in page
    assert not start_button(page)


def test_warnings_before_a_start_have_a_heading(client: Client) -> None:
    make_vote(voter=["ip"], limits=[{"per": ["ip", "day"], "max": 1, "over": "refuse_ballot"}])
    page = said(client, BOARD + "open")
    heading, _, rest = page.partition("<h2>请留意投票规则</h2>")
    assert "<h1>现在开始投票？</h1>" in heading
    assert "共用一个 IP" in rest.partition("</ul>")[0]


@pytest.mark.parametrize(
    ("language", "told"),
    [
        ("zh-hans", "投票的规则文本被改动过，读不出来（vote"),
        ("en", "The text of the vote&#x27;s rules was changed and cannot be read (vote"),
    ],
)
def test_a_board_whose_rules_somebody_changed_shows_the_alarm(
    client: Client, language: str, told: str
) -> None:
    opened(make_vote())
    Poll.objects.update(document="{")
    raise_alarm("case", "rules", "vote", now())
    client.cookies["language"] = language
    page = client.get(BOARD)
    assert page.status_code == 503
    assert told in page.content.decode()
    assert 'role="alert"' in page.content.decode()
