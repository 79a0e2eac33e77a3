"""What a field shows is what a browser sends back: of every field of the shipped blueprints, no answer is changed by saving it."""

from __future__ import annotations

from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest
from django.http import QueryDict
from django.template import Context, Template

from guiguan.core.blueprint.form import (
    ChoiceField,
    ConsentField,
    FormField,
    ListField,
    Option,
    RowsField,
    TextField,
    UploadField,
)
from guiguan.core.blueprint.load import load_blueprint
from guiguan.core.blueprint.model import Blueprint
from guiguan.web.applicant.fields import FieldView, view_of
from guiguan.web.applicant.reading import value_from

FILES = sorted((Path(__file__).parents[3] / "blueprints").glob("*.yaml"))
SHIPPED = {p.stem: load_blueprint(p.read_bytes(), p.name).blueprint for p in FILES}
FIELDS = [
    (name, field.id)
    for name, blueprint in SHIPPED.items()
    for field in blueprint.form
    if not isinstance(field, UploadField)
]
TEMPLATES = {"choice": "choices"}
ODD = "甲 & 乙 <b>\"丙\"</b> '丁'；无：戊"


class Browser(HTMLParser):
    """What a browser would send of the controls on the page."""

    def __init__(self) -> None:
        super().__init__()
        self.sent: list[tuple[str, str]] = []
        self.select: list[tuple[str, bool]] = []
        self.open = ""
        self.text: str | None = None
        self.value: str | None = None
        self.chosen = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        name = given.get("name") or ""
        if tag == "input" and name and given.get("type") != "file":
            if given.get("type") not in ("radio", "checkbox") or "checked" in given:
                self.sent.append((name, given.get("value") or ""))
        elif tag in ("textarea", "select"):
            self.open, self.text, self.select = name, "" if tag == "textarea" else None, []
        elif tag == "option" and self.open:
            self.text, self.value, self.chosen = "", given.get("value"), "selected" in given

    def handle_data(self, text: str) -> None:
        if self.text is not None:
            self.text += text

    def handle_endtag(self, tag: str) -> None:
        if tag == "textarea":
            text = (self.text or "").removeprefix("\n")
            self.sent.append((self.open, text.replace("\n", "\r\n")))
            self.open, self.text = "", None
        elif tag == "option" and self.open:
            self.select.append(((self.text or "") if self.value is None else self.value, self.chosen))
            self.text = None
        elif tag == "select":
            chosen = [value for value, is_chosen in self.select if is_chosen] or [self.select[0][0]]
            self.sent.append((self.open, chosen[-1]))
            self.open = ""


def html_of(view: FieldView) -> str:
    name = TEMPLATES.get(view.widget, view.widget)
    return Template(f'{{% include "applicant/fields/{name}.html" %}}').render(Context({"f": view}))


def sent_back(view: FieldView) -> QueryDict:
    browser = Browser()
    browser.feed(html_of(view))
    sent = QueryDict(mutable=True)
    for name, value in browser.sent:
        sent.appendlist(name, value)
    return sent


def labels(field: ChoiceField) -> Iterator[str]:
    """Everything that may be chosen, in the order of the page, with words of one's own where they are asked for."""
    options = [o if isinstance(o, Option) else Option(label=o) for o in field.options]
    for group in dict.fromkeys(o.group or "" for o in options):
        for option in (o for o in options if (o.group or "") == group):
            yield option.label
            if option.text:
                yield f"{option.label}：{ODD}"
        if field.other:
            label = f"其他（{group}）" if group else "其他"
            yield label
            yield f"{label}：{ODD}"


def filled(value: Any) -> Any:
    """The value without the blank cells of its rows: a browser sends them too."""
    if not isinstance(value, list):
        return value
    return [{k: v for k, v in r.items() if v} if isinstance(r, dict) else r for r in value]


def values(blueprint: Blueprint, field: FormField) -> Iterator[Any]:
    """Answers that the field must keep as they are: none, usual and odd ones."""
    match field:
        case ChoiceField(kind="choice"):
            yield from ("", *labels(field))
        case ChoiceField():
            every = list(labels(field))
            # an option and the same one with words exclude each other: the box of words belongs to the option
            plain = [t for t in every if "：" not in t]
            worded = [*{t.partition("：")[0]: t for t in every}.values()]
            yield from ([], plain, worded, *([one] for one in every))
        case ConsentField():
            yield from ("", *field.answers)
        case ListField():
            yield from ([], [ODD], ["", "乙"], [f"第 {n} 家" for n in range(1, field.max + 1)])
        case RowsField():
            first = {c.id: _first(c) for c in field.columns}
            sparse = {_text(field): ODD + "\n\n第三行"}
            yield from ([], [first], [first, sparse, first])
        case _ if field.id == "area":
            listed = [a for c in blueprint.categories if not isinstance(c.areas, str) for a in c.areas]
            yield from ("", ODD, *listed)
        case TextField(lines=True):
            yield from ("", ODD, "第一段\n\n  第二段\n", "\n以空行开头")
        case _:
            yield from ("", "无", ODD, " 前后有空格 ")


def _text(field: RowsField) -> str:
    return next(c.id for c in field.columns if c.kind == "text")


def _first(column: Any) -> str:
    if column.kind == "text":
        return ODD
    labels = [o if isinstance(o, str) else o.label for o in column.options]
    return ";".join(labels[:2]) if column.kind == "choices" else str(labels[-1])


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize(("name", "field_id"), FIELDS)
def test_what_is_shown_is_what_comes_back(name: str, field_id: str, language: str) -> None:
    blueprint = SHIPPED[name]
    field = next(f for f in blueprint.form if f.id == field_id)
    for value in values(blueprint, field):
        view = view_of(blueprint, field, value, 3, language=language)
        assert filled(value_from(field, sent_back(view))) == value
        assert "<b>" not in html_of(view)


def test_every_kind_of_field_that_the_sources_use_was_tried() -> None:
    kinds = {f.kind for b in SHIPPED.values() for f in b.form if not isinstance(f, UploadField)}
    assert len(SHIPPED) == 7
    assert kinds >= {"text", "number", "date", "month_range", "region", "organisation", "choice", "choices"}
    assert kinds >= {"list", "rows", "consent", "url", "phone", "email", "person", "credit_code"}


def view(name: str, field_id: str, value: Any = "") -> FieldView:
    blueprint = SHIPPED[name]
    return view_of(blueprint, next(f for f in blueprint.form if f.id == field_id), value, 1)


def test_an_area_of_ones_own_stands_in_the_free_box_and_a_listed_one_in_the_list() -> None:
    own = sent_back(view("guangxi-2021", "area", "数字乡村"))
    assert (own["area"], own["area~free"]) == ("", "数字乡村")
    listed = sent_back(view("guangxi-2021", "area", "政务管理"))
    assert (listed["area"], listed["area~free"]) == ("政务管理", "")
    none = sent_back(view("guangxi-2021", "area"))
    assert (none["area"], none["area~free"]) == ("", "")


def test_a_region_suggests_places_and_takes_any_text() -> None:
    shown = view("ceprei-xinchuang-2022", "region", "德宏州瑞丽")
    assert {"广西壮族自治区", "广西壮族自治区桂林市", "北京市"} <= set(shown.suggestions)
    assert not [s for s in shown.suggestions if "辖" in s]
    html = html_of(shown)
    assert 'list="region_in_list"' in html
    assert '<datalist id="region_in_list"><option value="北京市">' in html
    assert sent_back(shown)["region"] == "德宏州瑞丽"


def test_the_endorser_is_suggested_from_the_rules() -> None:
    assert view("guangxi-2021", "endorsed_by").suggestions == (
        "区直部门",
        "中央驻桂部门",
        "各市党委网信办",
        "自治区级行业协会",
    )


@pytest.mark.django_db
def test_no_unit_registered_here_is_ever_suggested(unit: Any) -> None:
    unit(name="不该出现的有限公司")
    for name, field_id in FIELDS:
        assert "不该出现" not in html_of(view(name, field_id, [] if _several(name, field_id) else ""))
    assert view("guangxi-scenarios-social", "builder").suggestions == ()


def _several(name: str, field_id: str) -> bool:
    field = next(f for f in SHIPPED[name].form if f.id == field_id)
    return isinstance(field, ListField | RowsField) or field.kind == "choices"


def test_where_a_text_may_go_on_its_hint_says_where() -> None:
    assert "写不下的可以附页，上传到“相关佐证材料”" in view("guangxi-2021", "description").hint


def test_without_a_field_for_files_the_rest_goes_with_the_paper() -> None:
    found = SHIPPED["guangxi-2021"]
    field = next(f for f in found.form if f.id == "description")
    bare = found.model_copy(update={"form": (field,)})
    assert "写不下的可以附页，随纸质材料一并报送" in view_of(bare, field, "", 1).hint


def test_months_say_how_to_write_them() -> None:
    assert "起止月份写作 2020-05 至 2021-06" in view("guangxi-scenarios-social", "period").hint


def test_a_pasted_cell_that_is_no_option_is_not_lost_by_saving() -> None:
    for name, field_id in FIELDS:
        field = next(f for f in SHIPPED[name].form if f.id == field_id)
        if not isinstance(field, RowsField):
            continue
        rows = [{c.id: "表外的写法" for c in field.columns}]
        shown = view_of(SHIPPED[name], field, rows, 1)
        assert value_from(field, sent_back(shown)) == rows
