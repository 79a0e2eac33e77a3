"""Forms saved by LibreOffice with moved, merged and split cells, added lines, full-width digits and every way of ticking: what is
read is right, what is doubtful is told, and nothing is read wrongly."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from documents.forms.samples import FORMS, answers, blueprint, layout

from guiguan.documents.forms.readback import ReadField, read_back

DATA = Path(__file__).with_name("data")
NAMES = sorted(p.stem for p in DATA.glob("*.docx"))


def told(field: ReadField) -> Any:
    if field.state == "unread":
        return {"unread": field.why}
    return field.value if field.state == "read" else ""


def test_there_are_twelve() -> None:
    assert len(NAMES) == 12
    assert {p.stem for p in DATA.glob("*.json")} == set(NAMES)


@pytest.mark.parametrize("name", NAMES)
def test_every_field_is_read_or_told(name: str) -> None:
    wanted = json.loads((DATA / f"{name}.json").read_text("utf-8"))
    form = wanted["layout"]
    found = read_back(DATA / f"{name}.docx", blueprint(FORMS[form]), layout(form))
    assert isinstance(found, dict)
    absent = {"unread": "not-found"}
    assert {n: told(f) for n, f in found.items()} == {n: wanted["answers"].get(n, absent) for n in found}
    assert set(wanted["answers"]) <= set(found)


def test_a_form_of_ours_passes_through_libreoffice_whole() -> None:
    wanted = json.loads((DATA / "gx-ours.json").read_text("utf-8"))["answers"]
    given = answers(blueprint("guangxi-2021"))
    assert wanted == {n: given[n] for n in wanted}
    assert len(wanted) == 26


def test_the_endorsers_contact_is_never_the_applicants() -> None:
    found = read_back(DATA / "gx-bold.docx", blueprint("guangxi-2021"), layout("guangxi_case"))
    assert isinstance(found, dict)
    assert "赵某" not in {str(f.value) for f in found.values()}
    assert found["contact"].why == "not-found"
