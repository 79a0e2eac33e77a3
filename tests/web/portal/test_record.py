"""The page of a campaign's public record: every entry in words, its leaf, and what is signed; and the bytes of a case."""

from __future__ import annotations

import hashlib
import json
import re

import pytest
from apps.conftest import make_staff
from ballotlog import tamper
from django.conf import settings
from django.test import Client
from voting import SECRET, make_entry, make_vote, now, opened

from guiguan.apps.campaigns.models import Campaign
from guiguan.apps.entries.models import Submission
from guiguan.apps.gazette.models import Document, Entry, Log
from guiguan.apps.gazette.services import publish
from guiguan.apps.votes.checking import check_everything
from guiguan.apps.votes.embedding import HOUR, Looked, embed_due
from guiguan.apps.votes.sequencing import sequence_due, sign_due
from guiguan.apps.votes.services import pause_poll, remove_entry
from guiguan.core.integrity.public_entry import KINDS
from guiguan.web.public.record_words import TITLES

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("own_logs")]
PAGE = "/campaigns/case/record/"


def embedded(at: int) -> None:
    """As the sequencer does: in order, signed, and the record brought up to date."""
    while sequence_due(at):
        pass
    sign_due(at)
    embed_due(at, Looked())
    sign_due(at + 5_000)


def said(client: Client, path: str = PAGE, lang: str = "zh-hans") -> str:
    client.cookies["language"] = lang
    answer = client.get(path)
    assert answer.status_code == 200
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", answer.content.decode()))


def test_every_entry_is_told_in_words_with_its_leaf(client: Client) -> None:
    opened(make_vote())
    pause_poll(make_staff("lead", "case"), now(), "case", "vote", "系统<b>检查</b>中")
    sign_due(now())
    publish(
        "case",
        "tally",
        now(),
        s="vote",
        size=9,
        votes=[["CASE-00001", 3], ["CASE-00002", 4]],
        part=1,
        parts=1,
    )
    page = said(client)
    for entry in Entry.objects.all():
        assert bytes(entry.leaf).hex()[:12] in page
    for words in ("评选规则 第 1 版", "参评案例 CASE-00003", "公钥 回执", "投票开始", "投票暂停 系统&lt;b&gt;检查&lt;/b&gt;中",
                  "投票结果 2 个案例共 7 票，按前 9 条选票日志计", "已签名 9 条。"):  # fmt: skip
        assert words in page
    assert page.count("等待签名") == 1
    key = (settings.GUIGUAN_LOGS / "case/a/key").read_text().strip()
    assert key in page.replace("&#x27;", "'").replace("&amp;", "&")
    english = said(client, lang="en")
    for words in ("Public record", "9 entries are signed.", "waiting to be signed", "7 votes for 2 cases"):
        assert words in english


def test_every_kind_has_words() -> None:
    assert set(TITLES) == KINDS


def test_before_anything_happened_the_page_says_so(client: Client) -> None:
    make_vote()
    page = said(client)
    assert "还没有记录。" in page
    assert "检查点" not in page.split("还没有记录")[0].split("公开记录")[-1].replace("原文和检查点", "")


def test_an_entry_that_somebody_changed_keeps_nobody_from_reading_the_others(client: Client) -> None:
    opened(make_vote())
    tamper("UPDATE gazette_entry SET entry = %s WHERE number = 2", [b"{}"], "gazette_entry")
    page = said(client)
    assert page.count("无法读取，内容已被改动") == 1
    assert page.count("参评案例 CASE") == 3


def test_a_draft_has_no_record(client: Client) -> None:
    make_vote()
    Campaign.objects.update(state="draft")
    assert client.get(PAGE).status_code == 404


def test_a_long_record_has_pages(client: Client) -> None:
    opened(make_vote(entries=60))
    first, second = said(client), said(client, PAGE + "?page=2")
    assert (first.count("参评案例 CASE"), second.count("参评案例 CASE")) == (48, 12)
    assert "评选规则" in second


def test_the_bytes_of_a_case_have_the_digest_of_the_record(client: Client) -> None:
    opened(make_vote())
    digests = {e.told["entry"]: e.told["sha256"] for e in Entry.objects.filter(kind="case")}
    assert len(digests) == 4
    for lang in ("zh-hans", "en"):
        client.cookies["language"] = lang
        for number, digest in digests.items():
            answer = client.get(f"/campaigns/case/cases/{number}/record.json")
            assert hashlib.sha256(answer.content).hexdigest() == digest
            assert answer["Content-Type"] == "application/json"
            assert json.loads(answer.content)["entry"] == number
            assert SECRET.encode() not in answer.content


def test_a_case_that_changes_under_way_keeps_the_bytes_that_the_record_named(client: Client) -> None:
    """The record names the new ones with its next checkpoint; until then the address has what it named."""
    opened(make_vote())
    at, where = now(), "/campaigns/case/cases/CASE-00002/record.json"
    before = client.get(where).content
    embedded(at)
    submission = Submission.objects.get(entry__number="CASE-00002")
    answers = submission.answers | {"title": "另一个名称", "contact": f"{SECRET}2"}
    Submission.objects.create(
        entry=submission.entry, number=2, kind="declaration", blueprint=1, answers=answers, attachments={}, sha256="1" * 64,
        by=submission.by, at=at,
    )  # fmt: skip
    assert client.get(where).content == before
    embedded(at + HOUR - 1)
    assert Entry.objects.filter(kind="case").count() == 4
    embedded(at + HOUR)
    told = Entry.objects.filter(kind="case").order_by("number")[4].told
    after = client.get(where).content
    assert Entry.objects.filter(kind="case").count() == 5
    assert (told["entry"], told["s"], told["sha256"]) == (
        "CASE-00002",
        "vote",
        hashlib.sha256(after).hexdigest(),
    )
    assert json.loads(after)["title"] == "另一个名称"
    assert SECRET.encode() not in after
    for bytes_then in (before, after):
        digest = hashlib.sha256(bytes_then).hexdigest()
        assert client.get(f"{where}?sha256={digest}").content == bytes_then
        assert client.get(f"{where.replace('00002', '00001')}?sha256={digest}").status_code == 404
    for wrong in ("0" * 64, "x", "%00", "é" * 9000):
        assert client.get(f"{where}?sha256={wrong}").status_code == 404
    embedded(at + 2 * HOUR)
    assert Entry.objects.filter(kind="case").count() == 5
    assert [damage for _, damage in check_everything()] == []


def test_bytes_of_a_case_that_somebody_changed_or_took_away_are_found() -> None:
    opened(make_vote())
    Document.objects.filter(about="CASE-00002").update(content=b"{}")
    Document.objects.filter(about="CASE-00003").delete()
    origin = Log.objects.get().origin
    named = {e.told["entry"]: e.number for e in Entry.objects.filter(kind="case")}
    assert [str(damage) for _, damage in check_everything()] == [
        f"[log.case] {origin} {named['CASE-00002']}: the bytes that the entry names: those that are kept are others",
        f"[log.case] {origin} {named['CASE-00003']}: the bytes that the entry names: they are gone",
    ]


def test_a_record_from_before_bytes_were_kept_has_no_damage(client: Client) -> None:
    opened(make_vote())
    Document.objects.all().delete()
    assert [damage for _, damage in check_everything()] == []
    digests = {e.told["entry"]: e.told["sha256"] for e in Entry.objects.filter(kind="case")}
    for number, digest in digests.items():
        found = client.get(f"/campaigns/case/cases/{number}/record.json?sha256={digest}").content
        assert hashlib.sha256(found).hexdigest() == digest


def test_before_a_vote_has_begun_no_case_has_bytes(client: Client) -> None:
    make_vote(first=1, last=2)
    assert client.get("/campaigns/case/cases/CASE-00001/record.json").status_code == 404


def test_a_case_that_is_out_keeps_the_bytes_of_its_digest(client: Client) -> None:
    campaign = make_vote()
    make_entry(campaign, 5, "refused")
    opened(campaign)
    digests = {e.told["entry"]: e.told["sha256"] for e in Entry.objects.filter(kind="case")}
    remove_entry(make_staff("lead", "case"), now(), "case", "vote", "CASE-00002", "材料失实")
    where = "/campaigns/case/cases/CASE-00002/record.json"
    assert f'href="{where}?sha256={digests["CASE-00002"]}"' in client.get(PAGE).content.decode()
    answer = client.get(where)
    assert answer.status_code == 200
    assert hashlib.sha256(answer.content).hexdigest() == digests["CASE-00002"]
    assert SECRET.encode() not in answer.content
    assert "CASE-00005" not in digests
    for never in ("CASE-00005", "CASE-00099"):
        assert client.get(f"/campaigns/case/cases/{never}/record.json").status_code == 404
    assert "案例退出投票 CASE-00002 · 材料失实" in said(client)
