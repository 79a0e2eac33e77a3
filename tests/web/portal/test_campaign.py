"""A notice says everything that the blueprint says; its rules can be had byte for byte."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from pathlib import Path

import pytest
from django.test import Client

from guiguan.apps.accounts.models import Person
from guiguan.apps.campaigns.models import Campaign, Question
from guiguan.apps.campaigns.opening import agree, put_in_force
from guiguan.apps.campaigns.services import add_version, create_campaign
from guiguan.apps.campaigns.telling import announce, answer_question, ask_question

Open = Callable[[str], Campaign]
Staff = Callable[..., Person]
pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("while_declaring")]
SHIPPED = sorted((Path(__file__).parents[3] / "blueprints").glob("*.yaml"))
SLUG = "guangxi-2021"


def text_of(client: Client, path: str, status: int = 200) -> str:
    response = client.get(path)
    assert response.status_code == status
    return response.content.decode()


@pytest.mark.parametrize("file", SHIPPED, ids=lambda f: f.stem)
@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_every_shipped_blueprint_has_a_whole_page(
    client: Client, staff: Staff, file: Path, language: str
) -> None:
    lead = staff("lead", "another")
    campaign = create_campaign(lead, 1, file.read_text(encoding="utf-8"))
    put_in_force(lead, 2, campaign.pk, 1, accept_warnings=True)
    client.cookies["language"] = language
    page = text_of(client, f"/campaigns/{campaign.pk}/")
    for hidden in ("None", "{{", "{%", "Decimal("):
        assert hidden not in page
    assert page.count("<h1>") == 1
    for section in ("about", "timetable", "categories", "eligibility", "process", "questions", "rules"):
        assert f'<section id="{section}">' in page
    text_of(client, f"/campaigns/{campaign.pk}/versions/")
    text_of(client, f"/campaigns/{campaign.pk}/flowchart.svg")


def test_the_notice_tells_rules_with_their_clauses(client: Client, open_campaign: Open) -> None:
    open_campaign(SLUG)
    page = text_of(client, f"/campaigns/{SLUG}/")
    for words in (
        "桂网办字〔2021〕7号",
        "每个申报单位每个领域最多 2 项",
        "（四（二））",
        "集团与其分公司合并按一个申报主体计",
        "JPG 格式，800×600 像素，每件不超过 20 MB",
        "每张选票恰好选 10 个",
        "网络投票 20% + 专家评审 80%",
        "服务与效率特性",
        "尚未上传",
        "单选，政府部门、事业单位、国有及其控股企业、民营及其控股企业、外资及其控股企业",
    ):
        assert words in page, words
    assert page.count('<li class="is-now"') == 2  # declaring and the screening beside it are on
    assert 'data-theme="auto"' in page


def test_the_rules_are_had_byte_for_byte(client: Client, open_campaign: Open) -> None:
    campaign = open_campaign(SLUG)
    assert campaign.in_force is not None
    response = client.get(f"/campaigns/{SLUG}/versions/1.yaml")
    assert hashlib.sha256(response.content).hexdigest() == campaign.in_force.sha256
    assert campaign.in_force.sha256 in text_of(client, f"/campaigns/{SLUG}/")


def test_versions_tell_what_changed_and_hide_what_is_not_in_force(
    client: Client, staff: Staff, open_campaign: Open, gx: str
) -> None:
    open_campaign(SLUG)
    lead, second = staff("lead", SLUG), staff("supervisor", SLUG)
    add_version(lead, 3, SLUG, gx.replace("choices: {exactly: 10}", "choices: {exactly: 8}"))
    assert "第 2 版" not in text_of(client, f"/campaigns/{SLUG}/versions/")
    text_of(client, f"/campaigns/{SLUG}/versions/2.yaml", 404)
    put_in_force(lead, 4, SLUG, 2, note="减轻投票负担")
    text_of(client, f"/campaigns/{SLUG}/versions/2.yaml", 404)
    agree(second, 5, SLUG, 2)
    page = text_of(client, f"/campaigns/{SLUG}/versions/")
    assert "stages[vote].choices.exactly（须恰好选几个）：10 → 8" in page
    assert "减轻投票负担" in page
    assert "经两人同意" in page
    text_of(client, f"/campaigns/{SLUG}/versions/1.yaml")


def test_the_flowchart_may_do_nothing_but_be_seen(client: Client, open_campaign: Open) -> None:
    open_campaign(SLUG)
    response = client.get(f"/campaigns/{SLUG}/flowchart.svg")
    assert response["Content-Type"] == "image/svg+xml; charset=utf-8"
    assert response["Content-Security-Policy"] == "default-src 'none'; style-src 'unsafe-inline'; sandbox"


def test_announcements_and_answers_are_shown_without_who_asked(
    client: Client, staff: Staff, person: Staff, open_campaign: Open
) -> None:
    open_campaign(SLUG)
    clerk, asker = staff("clerk", SLUG), person("curious-asker")
    announce(clerk, 9, SLUG, "<b>延期</b>", "第一段\n\n第二段")
    question = ask_question(asker, 9, SLUG, "能否联合申报？")
    page = text_of(client, f"/campaigns/{SLUG}/")
    assert "能否联合申报" not in page
    assert "&lt;b&gt;延期&lt;/b&gt;" in page
    assert "登录后可以提问" in page
    answer_question(clerk, 10, SLUG, question.pk, "可以。", public=True)
    page = text_of(client, f"/campaigns/{SLUG}/")
    assert "能否联合申报" in page
    assert "curious-asker" not in page
    assert str(asker.pk) not in page


def test_an_answer_to_the_asker_alone_is_read_by_nobody_else(
    client: Client, staff: Staff, person: Staff, open_campaign: Open
) -> None:
    open_campaign(SLUG)
    asker, path = person("asker"), f"/campaigns/{SLUG}/"
    question = ask_question(asker, 9, SLUG, "能否联合申报？")
    client.force_login(asker)
    assert "尚未答复" in text_of(client, path)
    answer_question(staff("clerk", SLUG), 10, SLUG, question.pk, "见第六条。", public=False)
    assert "见第六条" in text_of(client, path)
    client.force_login(person("other"))
    assert "能否联合申报" not in text_of(client, path)
    client.logout()
    assert "见第六条" not in text_of(client, path)


def test_a_question_is_sent_by_who_is_signed_in_alone(
    client: Client, person: Staff, open_campaign: Open
) -> None:
    open_campaign(SLUG)
    path = f"/campaigns/{SLUG}/questions"
    assert client.post(path, {"text": "何时？"}).status_code == 302
    assert Question.objects.count() == 0
    client.force_login(person("asker"))
    refused = client.post(path, {"text": "长" * 1001})
    assert refused.status_code == 422
    assert "问题最多 1000 字，现有 1001 字" in refused.content.decode()
    assert client.post(path, {"text": "何时公布结果？"}).status_code == 302
    assert [q.text for q in Question.objects.all()] == ["何时公布结果？"]
