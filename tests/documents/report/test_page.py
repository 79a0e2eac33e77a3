from __future__ import annotations

import base64
import hashlib
import json
import os
import re
from pathlib import Path

import pytest

from guiguan.core.evidence.bundle import seats_of
from guiguan.core.evidence.canonical import encode
from guiguan.core.evidence.result_document import result_document
from guiguan.documents.report.page import _inline, policy

DATA = Path(os.environ.get("GUIGUAN_TEST_DATA", Path(__file__).parents[4] / "shared" / "data"))
HOSTILE = [
    "<script>alert(1)</script>",
    "</script><script>alert(1)</script>",
    "</bdi></details></main><h1>中了</h1>",
    '"><img src=x onerror=alert(1)>',
    "' onmouseover='alert(1)",
    "<svg/onload=alert(1)>",
    "<!--",
    "]]>",
    "{{ 7*7 }}{% for x in y %}",
    "javascript:alert(1)",
    "&lt;b&gt;&amp;",
    "<a href=https://example.invalid/>点这里</a>",
    "\u202e反过来",
]
HEAD = ("entry", "title", "applicant", "category", "submitted", "invest")


def shape(node):
    """The elements of a page with their attributes, without any text."""
    return [
        (c.tag, tuple(sorted(c.attrs.items())), shape(c)) for c in node.children if not isinstance(c, str)
    ]


def with_titles(made, titles):
    entries = [HEAD, *((f"n{i:03}", t, f"{t}{i}", "gov", "2021-05-02", "") for i, t in enumerate(titles))]
    marks = [
        (f"n{i:03}", who, c, str(40 + i % 50))
        for i in range(len(titles))
        for who in ("甲", "乙")
        for c in ("use", "new")
    ]
    votes = [
        ("time", "voter", "choices"),
        *(("2021-06-10T09:00:00", f"v{i}", f"n{i:03}") for i in range(len(titles))),
    ]
    scores = [("entry", "reviewer", "criterion", "score"), *marks]
    return made(entries=entries, ballots=votes, scores=scores, decisions=None)


def assert_inert(made, parse, titles):
    hostile = with_titles(made, titles)
    kept = [hostile.sealed.outcome.entries[f"n{i:03}"].title for i in range(len(titles))]
    assert len(kept) == len(titles)
    page = parse(hostile.html)
    plain = parse(with_titles(made, [f"题目{i}" for i in range(len(titles))]).html)
    # The two digests differ, as texts; every element and attribute is the same.
    assert shape(page) == shape(plain)
    shown = {n.text for n in page.all("bdi", class_="name")}
    assert shown == set(kept)


def test_hostile_titles_and_applicants_are_text(made, parse):
    assert_inert(made, parse, HOSTILE)


def test_naughty_strings_are_text(made, parse):
    source = DATA / "blns" / "blns.json"
    if not source.exists():
        pytest.skip("the shared data (blns) is not on this machine")
    found = [s for s in json.loads(source.read_text("utf-8")) if s.strip() and "\x00" not in s]
    titles = [re.sub(r"[\r\n]", " ", s).strip()[:180] for s in found]
    assert len(titles) > 400
    assert_inert(made, parse, [t for t in titles if t])


def test_hostile_reasons_and_areas_are_text(made, parse):
    decisions = [
        ("kind", "subject", "outcome", "reason", "by", "by2"),
        ("screening", "e5", "不通过", "<img src=x onerror=alert(1)>", "甲", ""),
    ]
    page = parse(made(decisions=decisions).html)
    assert page.all("img") == []
    assert "<img src=x onerror=alert(1)>" in page.one("section", id="decided").text


def test_nothing_is_loaded_from_anywhere(made, parse):
    page = parse(made().html)
    assert {
        t for t in ("link", "img", "iframe", "object", "embed", "base", "audio", "video") if page.all(t)
    } == set()
    for node in page.all("*"):
        assert "src" not in node.attrs
        assert node.attrs.get("href", "#").startswith("#")
        assert not [a for a in node.attrs if a.startswith("on")]
        assert "style" not in node.attrs
    style = page.one("style").text
    assert "url(" not in style
    assert "@import" not in style
    ours = page.all("script")[1].text
    assert not re.search(r"https?:|fetch\(|XMLHttpRequest|import\(", ours)


def test_only_the_scripts_and_the_style_of_the_page_may_run(made, parse):
    page = parse(made().html)
    csp = next(m.attrs["content"] for m in page.all("meta") if "http-equiv" in m.attrs)
    rules = dict(r.strip().partition(" ")[::2] for r in csp.split(";"))
    assert rules["default-src"] == "'none'"
    assert "unsafe" not in csp
    assert rules["script-src"].split() == [_digest(s.text) for s in page.all("script")]
    assert rules["style-src"].split() == [_digest(page.one("style").text)]


def _digest(text):
    return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"


def test_the_policy_stands_before_the_first_script(made):
    html = made().html
    assert html.index("Content-Security-Policy") < html.index("<style") < html.index("<script")


def test_a_script_that_would_end_its_element_is_refused(monkeypatch):
    monkeypatch.setattr("guiguan.documents.report.page._packaged", lambda path: "var a = '</script>';")
    with pytest.raises(ValueError, match="cannot stand inside a page"):
        _inline("page.js")


def test_the_policy_names_every_script():
    assert policy(("a", "b"), "c").count("sha256-") == 3


def test_the_same_inputs_give_the_same_bytes_in_whatever_order_their_rows_stood(made):
    assert made().html == made(backwards=True).html


def test_no_person_is_named(made):
    html = made().html
    for name in ("赵评委", "钱评委", "openid-", "孙某", "周某", "13912345678"):
        assert name not in html


def test_every_chart_has_a_table_of_its_figures(made, parse):
    figures = parse(made().html).all("figure", class_="chart")
    assert [f.attrs["data-chart"] for f in figures] == ["bars", "columns", "bars", "box", "box"]
    for figure in figures:
        _, *body = figure.one("table").rows()
        columns = [i for i, th in enumerate(figure.one("thead").all("th")) if "data-col" in th.attrs]
        wanted = 6 if figure.attrs["data-chart"] == "box" else 1
        assert len(columns) == wanted
        assert body
        assert all(re.fullmatch(r"-?\d+(\.\d+)?", row[i]) for row in body for i in columns)


def test_the_digests_are_those_of_blueprint_and_result(made, parse):
    found = made()
    b, o = found.sealed.inputs.blueprint, found.sealed.outcome
    result = hashlib.sha256(encode(result_document(b, o, seats_of(found.sealed)))).hexdigest()
    about = parse(found.html).one("section", id="about").text
    assert found.sealed.sha256 in about
    assert result in about


def test_the_head_says_what_and_by_whom(made, parse):
    page = parse(made().html)
    assert page.one("h1").text == "小活动"
    assert page.one("p", class_="basis").text == "某发〔2021〕1号，2021-04-30"
    assert "主办单位某委员会" in re.sub(r"\s", "", page.one("section", id="about").text)


def test_a_campaign_without_votes_scores_and_decisions_still_has_its_page(made, parse):
    page = parse(made(ballots=None, scores=None, decisions=None).html)
    assert page.all("section", id="votes") == []
    assert page.all("section", id="spread") == []
    assert [d.one("p", class_="empty").text for d in page.all("details", class_="entry")] == [
        "未排名：没有评审得分，不参加排名"
    ] * 4
    assert "没有由人作出的决定" in page.one("section", id="decided").text
