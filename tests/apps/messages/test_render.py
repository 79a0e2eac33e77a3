"""Texts are filled with facts; what people typed stays text."""

from __future__ import annotations

import pytest

from guiguan.apps.messages.render import (
    SMS_LIMIT,
    allowed,
    body_text,
    faults_of,
    filled,
    sms_text,
    subject_text,
)
from guiguan.apps.messages.templates import (
    ALWAYS,
    CHANNELS,
    NAME_TITLES,
    TEMPLATES,
    languages_of,
    shipped,
)

USUAL = {
    "unit": "桂林示例科技有限公司",
    "campaign": "2026年度优秀案例征集",
    "entry": "GX2026-000128",
    "title": "灵渠水务数据平台",
    "reason": "照片不清晰",
    "faults": "12",
    "until": "12月31日 24:00",
    "days": "3",
    "count": "12",
    "time": "2026-04-01 12:00",
    "role": "区域承办",
    "body": "南宁市大数据发展局",
    "list": "广东省推荐终评名单",
    "number": "1",
    "case": "12",
    "site": "桂冠",
    "link": "https://gg.example.cn/",
}


@pytest.mark.parametrize("template", TEMPLATES)
def test_every_shipped_text_is_usable_and_uses_only_its_names(template: str) -> None:
    for channel in CHANNELS:
        for language in languages_of(channel):
            subject, text = shipped(template, channel, language)
            assert faults_of(template, text, field="text") == []
            assert channel == "sms" or faults_of(template, subject, field="subject") == []


@pytest.mark.parametrize("template", TEMPLATES)
def test_every_fact_is_said_somewhere(template: str) -> None:
    found = TEMPLATES[template]
    texts = " ".join((found.sms, *found.subject, *found.body))
    assert [n for n in found.names if "{" + n + "}" not in texts] == []
    assert set(allowed(template)) <= set(NAME_TITLES)


@pytest.mark.parametrize("template", TEMPLATES)
def test_a_text_message_of_usual_facts_is_one_message(template: str) -> None:
    assert len(sms_text(TEMPLATES[template].sms, USUAL, "桂冠")) <= SMS_LIMIT


def test_facts_are_inert() -> None:
    evil = "{site} {unit.__class__} {0} {{"
    assert filled("{unit}！", {"unit": evil, "site": "x"}) == evil + "！"


def test_braces_are_written_twice() -> None:
    assert filled("{{{unit}}}", {"unit": "a"}) == "{a}"


@pytest.mark.parametrize(
    ("text", "rule", "named"),
    [
        ("{phone}", "message.variable", "{phone}"),
        ("{unit.__class__}", "message.variable", "{unit.__class__}"),
        ("{unit[0]}", "message.variable", "{unit[0]}"),
        ("{unit!r}", "message.variable", "{unit!r}"),
        ("{unit:>9999999}", "message.variable", "{unit:>9999999}"),
        ("{}", "message.variable", "{}"),
        ("{unit", "message.braces", "正文"),
        ("unit}", "message.braces", "正文"),
        (" \n", "message.empty", "正文"),
    ],
)
def test_an_organisers_text_that_cannot_be_filled_is_a_finding(text: str, rule: str, named: str) -> None:
    (fault,) = faults_of("unit-approved", text, field="正文")
    assert fault.rule == rule
    assert named in fault.zh


def test_every_unknown_variable_is_told_once() -> None:
    found = faults_of("unit-approved", "{a}{b}{a}{unit}", field="正文")
    assert [f.zh.split()[1] for f in found] == ["{a}", "{b}"]
    assert "{unit}、{site}、{link}" in found[0].zh


def test_a_format_that_slipped_in_is_refused_and_not_obeyed() -> None:
    with pytest.raises(ValueError, match="unit:>9"):
        filled("{unit:>9}", {"unit": "a"})


def test_a_long_title_is_cut_in_a_text_message_and_a_link_is_not() -> None:
    link = "https://gg.example.cn/invitations/" + "x" * 40
    text = sms_text("{title}：{link}", {"title": "长" * 300, "link": link}, "桂冠")
    assert text == "长" * 19 + "…：" + link + "【桂冠】"


def test_a_fact_starts_no_second_line_in_subject_or_text_message() -> None:
    evil = "a\r\nBcc: x@y\u2028b\u202ec\x00"
    assert subject_text("{unit}", {"unit": evil}) == "a Bcc: x@y bc"
    assert sms_text("{unit}", {"unit": evil}, "桂冠") == "a Bcc: x@y bc【桂冠】"


def test_a_body_keeps_lines_and_ends_without_the_place_of_an_absent_link() -> None:
    assert body_text("{reason}\n\n{link}", {"reason": "一\r\n二", "link": ""}) == "一\n二"


def test_the_names_that_every_text_may_use() -> None:
    assert allowed("unit-approved") == ("unit", *ALWAYS) == ("unit", "site", "link")
