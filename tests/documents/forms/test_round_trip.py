"""What a form of ours says is read back as it was answered: by its controls to the letter, by its labels without them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from documents.forms.samples import FORMS, answers, blueprint, filled, layout, without_controls, written

from guiguan.core.entries.answers import is_blank
from guiguan.documents.forms.readback import ReadField, read_back


def read(folder: Path, name: str, docx: bytes) -> dict[str, ReadField]:
    found = read_back(written(folder, docx), blueprint(FORMS[name]), layout(name), folder)
    assert isinstance(found, dict), found
    return found


def told(found: dict[str, ReadField]) -> dict[str, Any]:
    """What was read, and what could not be; what is empty is left out."""
    return {
        n: f.value if f.state == "read" else (f.state, f.why, *f.texts)
        for n, f in found.items()
        if f.state != "empty"
    }


def wanted(name: str, given: dict[str, Any]) -> dict[str, Any]:
    on_paper = layout(name)
    fields = {p.field for p in on_paper.pieces() if p.kind in ("answer", "box")}
    fields |= {r.each for b in on_paper.blocks if hasattr(b, "rows") for r in b.rows if r.each}
    return {n: v for n, v in given.items() if n in fields}


@pytest.mark.parametrize("name", FORMS)
def test_our_own_form_is_read_to_the_letter(name: str, tmp_path: Path) -> None:
    given = answers(blueprint(FORMS[name]))
    assert told(read(tmp_path, name, filled(name, given))) == wanted(name, given)


@pytest.mark.parametrize("name", FORMS)
def test_without_its_controls_it_is_read_by_its_labels(name: str, tmp_path: Path) -> None:
    given = answers(blueprint(FORMS[name]))
    found = told(read(tmp_path, name, without_controls(filled(name, given))))
    no_label = {
        "guangxi_scenario_letter": {"applicant"},
        "xinchuang_commitment": {"applicant"},
        "xinchuang_disclosure": {"applicant"},
    }
    for field, value in wanted(name, given).items():
        expected = ("unread", "not-found") if field in no_label.get(name, ()) else value
        assert (field, found[field]) == (field, expected)


@pytest.mark.parametrize("name", FORMS)
def test_an_empty_form_has_no_answers(name: str, tmp_path: Path) -> None:
    for docx in (filled(name, {}), without_controls(filled(name, {}))):
        found = read(tmp_path, name, docx)
        assert {n: f.value for n, f in found.items() if f.state == "read"} == {}
        assert all(is_blank(f.value) for f in found.values())
