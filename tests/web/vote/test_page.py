"""The voting page: what it says in each phase, what of an entry it shows, in which order, and who may put it into a frame."""

from __future__ import annotations

import gzip
import html
import json
import re
from pathlib import Path
from typing import Any

import pytest
from apps.conftest import make_staff
from django.test import Client
from voting import SECRET, make_entry, make_vote, now, opened

from guiguan.apps.votes.models import Poll
from guiguan.apps.votes.services import pause_poll, remove_entry
from guiguan.apps.votes.voters import keys
from guiguan.box.refusals import REASONS
from guiguan.core.integrity.receipt import Receipt
from guiguan.web.public import vote_who

pytestmark = pytest.mark.django_db
PAGE = "/campaigns/case/vote/"
UNMET = ("ballots.not-found", "ballots.no-campaign")
"""Reasons that a page of a vote can never be given."""
PARTNER = {"name": "某新闻网", "site": "https://news.example", "channel": "news"}


def numbers(page: str) -> list[str]:
    return re.findall(r'data-case="([^"]+)"', page)


def said(client: Client, path: str = PAGE) -> str:
    return client.get(path).content.decode()


def test_before_the_vote_nothing_can_be_chosen(client: Client) -> None:
    make_vote(first=1, last=2)
    page = said(client)
    assert "投票还没有开始" in page
    assert numbers(page) == []


def test_while_it_is_open_every_case_can_be_chosen(client: Client) -> None:
    opened(make_vote())
    page = said(client)
    assert sorted(numbers(page)) == [f"CASE-{n:05}" for n in (1, 2, 3, 4)]
    assert page.count('type="checkbox" name="choice"') == 4
    assert "看有没有新意" in page


def test_a_pause_says_why_and_takes_nothing(client: Client) -> None:
    opened(make_vote())
    pause_poll(make_staff("lead", "case"), now(), "case", "vote", "系统<b>检查</b>中")
    page = said(client)
    assert "系统&lt;b&gt;检查&lt;/b&gt;中" in page
    assert 'name="choice"' not in page


def test_after_the_end_the_cases_are_there_to_read(client: Client) -> None:
    opened(make_vote())
    Poll.objects.update(state="closed", closed_at=now())
    page = said(client)
    assert "投票已经结束" in page
    assert len(numbers(page)) == 4
    assert 'name="choice"' not in page


def test_a_case_that_left_is_not_there_and_the_reason_is(client: Client) -> None:
    opened(make_vote())
    said(client)
    remove_entry("votes.leave", now(), "case", "vote", "CASE-00002", "申报材料不实")
    page = said(client)
    assert "CASE-00002" not in numbers(page)
    assert "申报材料不实" in page
    assert "案例退出投票：案例2" in page


def test_the_page_of_a_case_that_left_says_so_with_the_published_reason_and_nothing_else(
    client: Client,
) -> None:
    campaign = make_vote()
    make_entry(campaign, 8, "refused")
    opened(campaign)
    remove_entry("votes.leave", now(), "case", "vote", "CASE-00002", "申报材料<b>不实</b>")
    answer = client.get("/campaigns/case/cases/CASE-00002/")
    page = answer.content.decode()
    assert answer.status_code == 410
    assert "<h1>该案例已退出投票</h1>" in page
    assert "案例2" in page
    assert "申报材料&lt;b&gt;不实&lt;/b&gt;" in page
    assert "地址可能抄写有误" not in page
    assert [text for text in (*PRIVATE, "简介2", "甲奖") if text in page] == []
    assert client.get("/campaigns/case/cases/CASE-00002/1-640.webp").status_code == 404
    assert client.get("/campaigns/case/cases/CASE-00008/").status_code == 404
    client.cookies["language"] = "en"
    assert "This case has left the vote" in client.get("/campaigns/case/cases/CASE-00002/").content.decode()


def test_who_took_part_in_conducting_it_is_nowhere_public(client: Client) -> None:
    opened(make_vote(two="[disqualify]"))
    lead = make_staff("lead", "case")
    remove_entry(lead, now(), "case", "vote", "CASE-00002", "正在核实的事情")
    page = said(client)
    assert "正在核实的事情" not in page, "a proposal is not public"
    assert str(lead.pk) not in page


PRIVATE = (SECRET, "13800001111", "九千万")


@pytest.mark.parametrize(
    "path",
    [
        PAGE,
        "/campaigns/case/cases/CASE-00001/",
        "/campaigns/case/vote/embed",
        "/api/v1/campaigns/case/entries",
    ],
)
def test_only_public_fields_are_shown_and_a_phone_never(client: Client, path: str) -> None:
    opened(make_vote())
    page = said(client, path)
    page = json.dumps(json.loads(page), ensure_ascii=False) if path.startswith("/api") else page
    assert "案例1" in page
    assert [text for text in PRIVATE if text in page] == []


def test_an_entry_outside_the_vote_has_no_page(client: Client) -> None:
    campaign = make_vote()
    make_entry(campaign, 8, "refused")
    opened(campaign)
    for number in ("CASE-00008", "CASE-99999", "x" * 300, "%00"):
        assert client.get(f"/campaigns/case/cases/{number}/").status_code == 404


def test_each_browser_has_its_own_order_and_keeps_it() -> None:
    opened(make_vote(entries=8))
    seen = []
    for _ in range(4):
        client = Client()
        first = numbers(said(client))
        assert numbers(said(client)) == first
        seen.append(tuple(first))
    assert len(set(seen)) > 1


def test_a_forged_mark_is_not_taken_up(client: Client) -> None:
    opened(make_vote())
    client.cookies["viewer"] = "<script>"
    answer = client.get(PAGE)
    assert re.fullmatch("[0-9a-f]{32}", answer.cookies["viewer"].value)
    assert answer.cookies["viewer"]["httponly"]


def test_only_the_blueprints_partners_may_frame_the_embedded_page(client: Client) -> None:
    opened(make_vote(partners=[PARTNER, "只有名称的网站"]))
    answer = client.get("/campaigns/case/vote/embed?ch=news")
    policy = answer.headers["Content-Security-Policy"]
    assert "frame-ancestors https://news.example" in policy
    assert policy.count("https://") == 1
    assert "X-Frame-Options" not in answer.headers
    assert answer.cookies == {}
    page = answer.content.decode()
    assert 'href="/campaigns/case/vote/?ch=news"' in page
    assert "<script" not in page
    assert "<form" not in page


def test_without_partners_nobody_may(client: Client) -> None:
    opened(make_vote())
    policy = client.get("/campaigns/case/vote/embed").headers["Content-Security-Policy"]
    assert policy.endswith("frame-ancestors 'none'")


@pytest.mark.parametrize(
    "path", [PAGE, "/campaigns/case/vote/who", "/campaigns/case/vote/counts", "/campaigns/case/"]
)
def test_no_other_page_may_be_framed_by_a_partner(client: Client, path: str) -> None:
    opened(make_vote(partners=[PARTNER]))
    answer = client.get(path)
    assert answer.headers["X-Frame-Options"] == "DENY"
    assert "frame-ancestors 'none'" in answer.headers["Content-Security-Policy"]


@pytest.mark.parametrize("channel", ["other", "news<script>", "NEWS", ""])
def test_a_channel_that_the_blueprint_lacks_is_none(client: Client, channel: str) -> None:
    opened(make_vote())
    page = said(client, f"{PAGE}?ch={channel}")
    assert 'name="channel"' not in page
    assert "news<script>" not in page


@pytest.mark.parametrize(("asked", "kept"), [("?ch=news", "?ch=news"), ("?ch=other", ""), ("", "")])
def test_a_declared_channel_goes_along_to_a_case_and_back_to_the_vote(
    client: Client, asked: str, kept: str
) -> None:
    opened(make_vote(partners=[PARTNER]))
    case = "/campaigns/case/cases/CASE-00001/"
    assert f'href="{PAGE}counts{kept}"' in said(client, PAGE + asked)
    for path in (PAGE, f"{PAGE}embed", f"{PAGE}counts"):
        page = said(client, path + asked)
        assert set(re.findall(r'href="(/campaigns/case/cases/CASE-00001/[^"]*)"', page)) == {case + kept}
        assert "\0" not in page
    for path in (case, f"{PAGE}who", f"{PAGE}counts"):
        ways = re.findall(r'href="(/campaigns/case/vote/(?:\?[^"]*)?)"', said(client, path + asked))
        assert ways
        assert set(ways) == {PAGE + kept}, path


def test_the_code_for_wechat_opens_the_page_by_the_same_channel(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened(make_vote())
    monkeypatch.setattr("guiguan.web.public.vote_who.account_of", lambda request: "stand-in")
    drawn: list[str] = []
    make = vote_who.segno.make
    monkeypatch.setattr(vote_who.segno, "make", lambda text, **more: drawn.append(text) or make(text, **more))
    for query in ("?ch=news", "?ch=other"):
        said(client, f"/campaigns/case/vote/who{query}")
    own = "http://testserver/campaigns/case/vote/who"
    assert drawn == [f"{own}?ch=news", own]


@pytest.mark.parametrize("counts", ["shown", "hidden"])
def test_whatever_becomes_of_the_counts_voids_and_receipts_are_a_link_away(
    client: Client, counts: str
) -> None:
    opened(make_vote(counts=counts))
    voids, receipts = 'href="/campaigns/case/voids/"', 'href="/campaigns/case/receipts/"'
    trust = said(client).partition('<h2 id="trust">')[2]
    assert (voids in trust, receipts in trust) == (True, True)
    assert voids in said(client, "/campaigns/case/vote/counts")
    trail = (
        said(client, "/campaigns/case/voids/").partition('<nav class="breadcrumb"')[2].partition("</nav>")[0]
    )
    assert re.findall(r'href="([^"]+)"', trail) == ["/campaigns/case/", PAGE]


def test_a_campaign_without_a_vote_or_a_draft_has_no_such_page(client: Client) -> None:
    from apps.entries.conftest import make_campaign

    make_campaign(slug="plain")
    draft = make_vote("draft")
    draft.state = "draft"
    draft.save()
    for slug in ("plain", "draft", "nowhere"):
        for part in ("vote/", "vote/embed", "vote/counts", "receipts/"):
            assert client.get(f"/campaigns/{slug}/{part}").status_code == 404


def test_first_load_is_light_even_with_three_hundred_cases(client: Client) -> None:
    """Bytes on the wire as a browser asks for them, with texts that gzip can hardly make shorter; the page's own style sheets and
    scripts count as they lie on the disk."""
    import random
    from pathlib import Path

    import guiguan.web
    from guiguan.apps.entries.models import Submission

    opened(make_vote(entries=300))
    chance = random.Random(1)
    for submission in Submission.objects.all():
        submission.answers["summary"] = "".join(chr(chance.randint(0x4E00, 0x9FA5)) for _ in range(200))
        submission.save()
    answer = client.get(PAGE, headers={"accept-encoding": "gzip"})
    assert answer.headers["Content-Encoding"] == "gzip"
    static = Path(str(guiguan.web.__path__[0])) / "static"
    page = Client().get(PAGE).content.decode()
    needed = set(re.findall(r'(?:src|href)="/static/([^"]+\.(?:css|js|svg))', page))
    assert "js/vote.js" in needed
    assert not any("htmx" in name or "echarts" in name for name in needed)
    weight = len(answer.content) + sum((static / name).stat().st_size for name in needed)
    assert 75_000 < weight < 150_000, f"{weight} bytes"
    assert all('loading="lazy"' in tag for tag in re.findall(r"<img[^>]*case-picture[^>]*>", page))


def test_pages_of_every_phase_hold_in_english(client: Client) -> None:
    opened(make_vote())
    client.cookies["language"] = "en"
    page = said(client)
    assert "Choose exactly 2 cases a ballot" in page
    assert "Voting is open" in page


def told(client: Client) -> dict[str, str]:
    """The page's words for refusals, as its script reads them."""
    found = re.search(r'data-refusals="([^"]*)"', said(client))
    assert found
    words: dict[str, str] = json.loads(html.unescape(found[1]))
    return words


VOTER_LIMITS = [
    (["voter", "entry", "day"], "所选案例里有您今天已经投过的，请改选其他案例"),
    (["voter", "entry"], "所选案例里有您已经投过的，请改选其他案例"),
    (["voter", "day"], "您今天已经投过票，每人每天限投一次"),
    (["voter"], "您已经投过票，每人限投一次"),
    (["ip", "day"], "投票次数已满，这张选票没有收下。同一网络地址每天最多投 1 张选票。"),
]


@pytest.mark.parametrize(("per", "words"), VOTER_LIMITS)
def test_whoever_meets_a_limit_is_told_which_and_what_to_do(
    client: Client, per: list[str], words: str
) -> None:
    opened(make_vote(voter=["device"], limits=[{"per": per, "max": 1, "over": "refuse_ballot"}]))
    said(client)
    assert told(client)["votes.over-limit"] == words


@pytest.mark.parametrize(
    ("choices", "number", "few"),
    [
        ({"exactly": 3}, "应选 3 个，您选了 {n} 个", "还不能提交：还要选 {left} 个"),
        ({"at_most": 3, "at_least": 2}, "应选 2 至 3 个，您选了 {n} 个", "还不能提交：至少选 2 个"),
    ],
)
def test_a_wrong_number_is_told_with_the_right_one(
    client: Client, choices: dict[str, int], number: str, few: str
) -> None:
    opened(make_vote(choices=choices))
    assert told(client)["votes.wrong-number"] == number
    assert f'data-few="{few}"' in said(client)


def test_no_reason_is_told_in_words_of_the_interface(client: Client) -> None:
    """What a voter can do nothing about says so; a voter knows of no header and no challenge to be got."""
    opened(make_vote())
    words = told(client)
    for reason in REASONS.values():
        if reason.rule.startswith(("ballots.", "votes.")) and reason.rule not in UNMET:
            text = words.get(reason.rule, reason.zh)
            assert not re.search(r"Idempotency|Guiguan-|JSON|POST|HTTP|取题|stage", text), reason.rule


def test_organiser_sees_advice_and_strangers_see_nothing(as_person: Any) -> None:
    opened(make_vote(voter=["ip"], limits=[{"per": ["ip", "day"], "max": 1, "over": "refuse_ballot"}]))
    board = as_person(make_staff("clerk", "case")).get("/organiser/votes/case/vote/").content.decode()
    assert "共用一个 IP" in board
    assert as_person(make_staff("lead", "other")).get("/organiser/votes/case/vote/").status_code == 404


def test_the_script_knows_two_voters_apart_and_one_again() -> None:
    """What one of them left in a browser that they share is not sent in the other's name."""
    opened(make_vote(voter=["device"]))
    marks = []
    for client in (Client(), Client()):
        pages = [client.get(PAGE, follow=True).content.decode() for _ in range(2)]
        found = [re.search(r'data-voter="([^"]*)"', page) for page in pages]
        marks.append([m[1] for m in found if m])
    (one, again), (two, _) = marks
    assert re.fullmatch("[0-9a-f]{16}", one)
    assert one == again != two


def test_a_new_device_is_known_at_once_and_one_without_cookies_is_told() -> None:
    """Nobody is asked to confirm what their browser has shown already; a browser that keeps nothing is not sent round for ever."""
    opened(make_vote(voter=["device"]))
    client = Client()
    first = client.get(f"{PAGE}?ch=news")
    assert (first.status_code, first.headers["Location"]) == (302, f"{PAGE}?ch=news&again=1")
    page = client.get(first.headers["Location"]).content.decode()
    assert "先确认身份" not in page
    assert 'name="channel" value="news"' in page
    assert client.get(PAGE).status_code == 200
    forgetful = Client().get(f"{PAGE}?again=1")
    assert forgetful.status_code == 200
    assert "先确认身份，再提交" in forgetful.content.decode()


@pytest.mark.parametrize(
    ("language", "told"), [("zh-hans", "暂时不能投票"), ("en", "cannot be taken at the moment")]
)
def test_keys_lost_while_the_site_runs_are_told_and_none_is_made(
    settings: Any, tmp_path: Path, caplog: pytest.LogCaptureFixture, language: str, told: str
) -> None:
    """Under a key made anew whoever has voted could vote again; an error page would say nothing."""
    settings.GUIGUAN_DATA = tmp_path
    settings.GUIGUAN = settings.GUIGUAN.model_copy(update={"demo": True})
    opened(make_vote(voter=["device"]))
    browser = Client(raise_request_exception=False)
    browser.cookies["language"] = language
    said(browser)
    said(browser)
    (keys().folder / "case.identity").unlink()
    page = browser.get(PAGE)
    assert (page.status_code, page.headers["Retry-After"]) == (503, "60")
    assert told in page.content.decode()
    asked = browser.post(
        "/api/v1/campaigns/case/voters",
        {"provider": "local", "subject": "a"},
        content_type="application/json",
    )
    assert (asked.status_code, asked.json()["type"]) == (503, "/problems/api.keys")
    assert not (keys().folder / "case.identity").exists()
    assert "case.identity" in caplog.text


@pytest.mark.parametrize("at", [2**53 - 1, -(2**53) + 1, -1])
def test_a_made_up_receipt_of_any_time_is_told_to_be_none(client: Client, at: int) -> None:
    opened(make_vote())
    made = Receipt("case", "2021-06-10", at, bytes(32), 1, 0, (), bytes(64), bytes(32))
    answer = client.get(f"/campaigns/case/receipts/{made.written_out}")
    assert answer.status_code == 200
    assert "这不是本站签发的回执" in answer.content.decode()


@pytest.mark.parametrize("part", ["vote/", "vote/counts", "vote/embed"])
def test_long_pages_come_compressed_in_either_language(client: Client, part: str) -> None:
    opened(make_vote(entries=12))
    for language in ("zh-hans", "en"):
        client.cookies["language"] = language
        plain, answer = (
            client.get(f"/campaigns/case/{part}", headers={"accept-encoding": e}) for e in ("", "gzip")
        )
        assert (answer.status_code, answer.headers["Content-Encoding"]) == (200, "gzip")
        assert int(answer.headers["Content-Length"]) == len(answer.content)
        page = gzip.decompress(answer.content).decode()
        assert f'<html lang="{language}"' in page
        assert page.count('<span lang="zh-Hans">案例</span>') == plain.content.decode().count(
            '<span lang="zh-Hans">案例</span>'
        )
        assert ('<span lang="zh-Hans">案例</span>' in page) == (language == "en"), (
            "marked where it is not the page's"
        )
        assert "Content-Encoding" not in plain.headers


@pytest.mark.parametrize("part", ["vote/", "vote/counts", "vote/embed"])
def test_a_compressed_page_repeats_nothing_that_somebody_sent(client: Client, part: str) -> None:
    """The length of a page with a secret would tell how much of it was guessed; messengers add to an address what they like."""
    opened(
        make_vote(entries=12, partners=[{"name": "某网", "site": "https://news.example", "channel": "news"}])
    )
    answer = client.get(
        f"/campaigns/case/{part}?ch=guessed&from=groupmessage&x=data-token",
        headers={"accept-encoding": "gzip"},
    )
    assert answer.headers["Content-Encoding"] == "gzip"
    page = gzip.decompress(answer.content).decode()
    assert [word for word in ("guessed", "groupmessage", "x=data") if word in page] == []
    if part == "vote/":
        kept = client.get(f"/campaigns/case/{part}?ch=news&from=x").content.decode()
        assert kept.count('name="next" value="/campaigns/case/vote/?ch=news"') == 2


def test_pages_with_what_somebody_sent_do_not(client: Client) -> None:
    opened(make_vote())
    answer = client.get("/campaigns/case/vote/who", headers={"accept-encoding": "gzip"})
    assert "Content-Encoding" not in answer.headers


@pytest.mark.parametrize(("language", "told"), [("zh-hans", "投票暂停"), ("en", "Voting is paused")])
@pytest.mark.parametrize("path", [PAGE, f"{PAGE}counts", f"{PAGE}embed"])
def test_rules_that_somebody_changed_are_told_and_nothing_else_is_broken(
    caplog: pytest.LogCaptureFixture, language: str, told: str, path: str
) -> None:
    opened(make_vote())
    Poll.objects.update(document="{")
    browser = Client(raise_request_exception=False)
    browser.cookies["language"] = language
    page = browser.get(path)
    assert (page.status_code, page.headers["Retry-After"]) == (503, "60")
    assert told in page.content.decode()
    assert "the rules of a vote cannot be read" in caplog.text
    asked = browser.get("/api/v1/campaigns/case/entries")
    assert (asked.status_code, asked.json()["type"]) == (503, "/problems/api.no-rules")
    assert asked.headers["Retry-After"] == "60"
    for other in ("/", "/campaigns/", "/campaigns/case/"):
        assert browser.get(other).status_code == 200
