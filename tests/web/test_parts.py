"""The parts under ``common/`` tie labels, hints, faults and controls together, whatever is put into them."""

from __future__ import annotations

import re
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from django.contrib.auth.models import AnonymousUser
from django.template.loader import get_template, render_to_string
from django.test import RequestFactory
from tags import Tags

import guiguan
from guiguan.web.common.templatetags.guiguan_design import SampleForm, design_samples
from guiguan.web.common.templatetags.guiguan_ui import paired, shortened

COMMON = Path(guiguan.__file__).parent / "web" / "templates" / "common"
SHEET = Path(guiguan.__file__).parents[2] / "docs" / "develop" / "design-system.md"
HOSTILE = "<img src=x onerror=go()>\"' & {{ 7 }}"


def part(name: str, /, **given: Any) -> str:
    return render_to_string(f"common/{name}.html", given)


@pytest.fixture
def page() -> Tags:
    request = RequestFactory().get("/design")
    request.user = AnonymousUser()
    return Tags(render_to_string("design.html", request=request))


def test_the_design_page_repeats_no_id(page: Tags) -> None:
    assert [id for id, times in Counter(page.values("id")).items() if times > 1] == []


def test_every_label_description_and_fault_leads_to_something(page: Tags) -> None:
    ids = set(page.values("id"))
    pointed = [word for value in page.values("aria-describedby") for word in value.split()]
    pointed += (
        page.values("for") + page.values("data-counter") + page.values("data-copy") + page.values("data-read")
    )
    faults = [href[1:] for href in page.values("href") if re.fullmatch(r"#id_[a-z_0-9]+", href)]
    assert len(faults) == 3
    assert [id for id in pointed + faults if id not in ids] == []


def test_every_icon_is_drawn(page: Tags) -> None:
    sprite = (COMMON.parents[1] / "static" / "img" / "icons.svg").read_text("utf-8")
    drawn = set(re.findall(r'<symbol id="([a-z]+)"', sprite))
    wanted = {
        href.partition("#")[2] for tag, attrs in page.found if tag == "use" if (href := attrs.get("href"))
    }
    assert wanted
    assert wanted <= drawn


def _called_by(*templates: str) -> set[str]:
    """Names of the parts that these templates call, themselves or through others."""
    found: set[str] = set()
    waiting = [COMMON.parent / template for template in templates]
    while waiting:
        called = set(re.findall(r'include "common/([a-z_]+)\.html"', waiting.pop().read_text("utf-8")))
        waiting += [COMMON / f"{name}.html" for name in called - found]
        found |= called
    return found


def test_the_design_page_shows_every_part() -> None:
    """Only the page that asks before something final cannot stand inside another page."""
    assert {path.stem for path in COMMON.glob("*.html")} - _called_by("base.html", "design.html") == {
        "confirm"
    }


def test_the_page_that_asks_names_the_deed_and_the_way_back() -> None:
    html = part(
        "confirm",
        title="撤回申报？",
        confirm="撤回申报",
        cancel_url="/entries/1",
        danger=True,
        reason="撤回原因",
    )
    assert '<button class="button button-danger" type="submit"><span>撤回申报</span></button>' in html
    assert 'href="/entries/1"' in html
    assert next(attrs for tag, attrs in Tags(html).found if tag == "textarea").keys() >= {"required", "name"}


def test_every_part_is_on_the_sheet_and_the_other_way_round() -> None:
    listed = set(re.findall(r"^\| `([a-z_]+)` \|", SHEET.read_text("utf-8"), flags=re.MULTILINE))
    assert listed == {path.stem for path in COMMON.glob("*.html")}


def test_a_fault_is_announced_with_its_control() -> None:
    html = part("input", name="phone", label="手机号", error="应为 11 位数字", hint="不公开", counter=11)
    control = next(attrs for tag, attrs in Tags(html).found if tag == "input")
    assert control["aria-invalid"] == "true"
    assert str(control["aria-describedby"]).split() == ["phone_hint", "phone_error", "phone_counter"]
    assert "应为 11 位数字" in html


def test_a_control_without_fault_claims_none() -> None:
    control = Tags(part("input", name="phone", label="手机号")).found
    assert {"aria-invalid", "aria-describedby", "required", "value"} & set(dict(control)["input"]) == set()


def test_nought_is_a_value() -> None:
    assert 'value="0"' in part("input", name="n", label="数量", value=0)
    assert 'min="0"' in part("input", name="n", label="数量", min=0)


def test_a_textarea_keeps_its_first_line_end() -> None:
    assert "\n\n甲</textarea>" in part("textarea", name="t", label="说明", value="\n甲")


def test_the_chosen_one_is_chosen() -> None:
    options = [("a", "甲"), ("b", "乙")]
    assert '<option value="b" selected>乙</option>' in part(
        "select", name="s", label="项", options=options, value="b"
    )
    inputs = [
        attrs
        for tag, attrs in Tags(part("choices", name="c", label="项", options=options, values=["b"])).found
        if tag == "input"
    ]
    assert [(one["id"], "checked" in one) for one in inputs] == [("c", False), ("c_2", True)]


@pytest.mark.parametrize(
    ("name", "given"),
    [
        (
            "input",
            {
                "name": "n",
                "label": HOSTILE,
                "value": HOSTILE,
                "hint": HOSTILE,
                "error": HOSTILE,
                "unit": HOSTILE,
            },
        ),
        ("textarea", {"name": "n", "label": "x", "value": "</textarea>" + HOSTILE}),
        ("select", {"name": "n", "label": "x", "options": [(HOSTILE, HOSTILE)]}),
        ("choices", {"name": "n", "label": "x", "options": [(HOSTILE, HOSTILE, HOSTILE)]}),
        ("notice", {"title": HOSTILE, "text": HOSTILE, "items": [HOSTILE]}),
        (
            "table",
            {
                "columns": [{"label": HOSTILE}],
                "rows": [{"cells": [HOSTILE], "actions": [(HOSTILE, "/")]}],
                "caption": HOSTILE,
            },
        ),
        ("summary_list", {"rows": [{"label": HOSTILE, "value": HOSTILE, "note": HOSTILE}]}),
        ("timeline", {"events": [{"title": HOSTILE, "when": HOSTILE, "text": HOSTILE}]}),
        ("files", {"files": [{"name": HOSTILE, "kind": HOSTILE, "size": HOSTILE, "error": HOSTILE}]}),
        ("card", {"title": HOSTILE, "text": HOSTILE, "tag": HOSTILE, "meta": [HOSTILE]}),
        ("code", {"id": "c", "label": HOSTILE, "value": HOSTILE}),
    ],
)
def test_text_stays_text(name: str, given: dict[str, Any]) -> None:
    tags = Tags(part(name, **given))
    assert [attrs for tag, attrs in tags.found if "onerror" in attrs or tag == "img"] == []


def test_a_form_says_each_fault_twice() -> None:
    form = SampleForm({"name": "甲" * 31})
    summary, field = part("error_summary", form=form), part("field", field=form["name"])
    said = str(form.errors["name"][0])
    assert f'href="#id_name">案例名称：{said}' in summary
    assert said in field
    assert part("error_summary", form=SampleForm()).strip() == ""


def test_a_row_that_does_not_fit_its_head_is_refused() -> None:
    with pytest.raises(ValueError, match="shorter"):
        paired([{"label": "甲"}, {"label": "乙"}], ["一"])


def test_step_and_sorting_are_told_to_readers() -> None:
    samples: dict[str, Any] = design_samples()
    assert part("steps", steps=samples["steps"]).count('aria-current="step"') == 1
    assert part("table", columns=samples["columns"], rows=samples["rows"]).count('aria-sort="ascending"') == 1


@pytest.mark.parametrize("code", ["400", "403", "404", "429", "500", "csrf", "locked"])
def test_error_pages_need_no_context(code: str) -> None:
    html = get_template(f"errors/{code}.html").render()
    assert html.count("<h1>") == 1
    assert 'href="/"' in html


@pytest.mark.parametrize(
    ("text", "shown"),
    [("", ""), ("一二三四五", "一二三四五"), ("一二三四五六", "一二三四…"), ("one two", "one…")],
)
def test_a_text_is_shortened_to_what_fits(text: str, shown: str) -> None:
    assert shortened(text, 5) == shown
