"""What a browser sends becomes a value: nothing typed is lost, nothing is made up."""

from __future__ import annotations

import pytest
from django.http import QueryDict

from guiguan.core.blueprint.form import ChoiceField, Column, ListField, Option, RowsField, TextField
from guiguan.web.applicant.reading import pasted_rows, value_from

ROWS = RowsField(
    id="list",
    label="清单",
    kind="rows",
    columns=(
        Column(id="name", label="需求名称"),
        Column(id="kind", label="需求类型", kind="choices", options=("甲", Option(label="乙", text=True))),
    ),
)


def sent(text: str) -> QueryDict:
    return QueryDict(text)


def test_line_ends_are_one_character() -> None:
    assert value_from(TextField(id="a", label="a", kind="text"), sent("a=1%0D%0A2%0D3")) == "1\n2\n3"


def test_a_list_keeps_its_order_and_drops_the_blank_end() -> None:
    field = ListField(id="p", label="p", kind="list", of="text", max=3)
    assert value_from(field, sent("p.1=x&p.2=&p.3=z")) == ["x", "", "z"]
    assert value_from(field, sent("p.1=x&p.2=&p.3=")) == ["x"]
    assert value_from(field, sent("p.1=x&p.4=more")) == ["x"]


def test_words_of_ones_own_go_with_their_option_and_choose_it() -> None:
    field = ChoiceField(
        id="c", label="c", kind="choices", options=("甲", Option(label="乙", text=True)), other=True
    )
    assert value_from(field, sent("c=甲&c=乙&c~乙=两字")) == ["甲", "乙：两字"]
    assert value_from(field, sent("c~其他=想说的&c~seen=4")) == ["其他：想说的"]
    assert value_from(field, sent("c~seen=4")) == []


def test_rows_come_by_number_without_blank_ones() -> None:
    text = "list.2.name=二&list.1.name=一&list.1.kind=甲&list.1.kind=乙&list.1.kind~乙=词&list.3.name=%20&list.x.name=no&list.1.other=no"
    assert value_from(ROWS, sent(text)) == [{"name": "一", "kind": "甲;乙：词"}, {"name": "二"}]


def test_a_row_of_words_alone_is_a_row() -> None:
    assert value_from(ROWS, sent("list.1.kind~乙=词")) == [{"kind": "乙：词"}]


@pytest.mark.parametrize(
    ("text", "rows"),
    [
        ("一\t甲\n二\t乙", [{"name": "一", "kind": "甲"}, {"name": "二", "kind": "乙"}]),
        ("需求名称\t需求类型\n一\t甲", [{"name": "一", "kind": "甲"}]),
        ("1\t一\t甲\n2\t二\t乙", [{"name": "一", "kind": "甲"}, {"name": "二", "kind": "乙"}]),
        ('"一\n行"\t甲', [{"name": "一\n行", "kind": "甲"}]),
        ("一\t甲\t多出的", [{"name": "一", "kind": "甲"}]),
        ("\n \n", []),
    ],
)
def test_rows_copied_from_a_spreadsheet(text: str, rows: list[dict[str, str]]) -> None:
    assert pasted_rows(ROWS, text) == rows
