"""Blueprints, filled answers and forms for the tests of this folder."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

from guiguan.core.blueprint.form import (
    ChoiceField,
    ConsentField,
    ListField,
    NumberField,
    RowsField,
    TextField,
    UploadField,
)
from guiguan.core.blueprint.load import load_blueprint
from guiguan.core.blueprint.lookup import fields
from guiguan.core.blueprint.model import Blueprint
from guiguan.core.entries.answers import is_shown
from guiguan.documents.forms.answers import options_of, printed
from guiguan.documents.forms.faces import Faces
from guiguan.documents.forms.fill import fill
from guiguan.documents.forms.layout import Layout, layout_of
from guiguan.documents.forms.shipped import names_of, template_of
from guiguan.shipped import shipped_blueprint

FORMS = {
    "guangxi_case": "guangxi-2021",
    "guangxi_case_letter": "guangxi-2021",
    "qingdao_case": "qingdao-2020",
    "qingdao_case_letter": "qingdao-2020",
    "guangxi_scenario": "guangxi-scenarios-social",
    "guangxi_scenario_letter": "guangxi-scenarios-social",
    "xinchuang_solution": "ceprei-xinchuang-2022",
    "xinchuang_commitment": "ceprei-xinchuang-2022",
    "xinchuang_disclosure": "ceprei-xinchuang-2022",
}
"""Layout → the blueprint whose form it prints."""
NO_FONTS = Faces(None, (("仿宋", frozenset(range(0x110000))),))
"""Only GB 2312 counts as the form's own, whatever fonts the machine has."""
KINDS = {
    "person": "王某某",
    "phone": "0771-5551234",
    "email": "office@example.org",
    "url": "https://example.org/platform?a=1&b=2",
    "credit_code": "91450000MA5K00000X",
    "identity_number": "11010519491231002X",
    "date": "2020-05-18",
    "month": "2020-05",
    "month_range": "2020-05 至 2021-06",
    "region": "青岛市市南区",
    "organisation": "广西某某信息中心",
}


@cache
def blueprint(name: str) -> Blueprint:
    content = shipped_blueprint(name)
    assert content is not None
    found = load_blueprint(content, name).blueprint
    assert found is not None
    return found


def layout(name: str) -> Layout:
    found = layout_of(name)
    assert found is not None
    return found


def answers(form: Blueprint) -> dict[str, Any]:
    """An answer of its kind to every field that can be typed; no two short texts alike."""
    found = {n: answer(f) for n, f in fields(form).items() if not isinstance(f, UploadField)}
    return {n: v for n, v in found.items() if is_shown(fields(form)[n], found)}


def answer(field: Any) -> Any:
    if isinstance(field, TextField):
        text = f"{field.id}的内容：甲、乙两项；提高30%。"
        return f"{text}\n第二段 {field.id}（有空 格）。" if field.lines else text.replace("\n", "")
    if isinstance(field, NumberField):
        return str(len(field.id) + 3)
    if isinstance(field, ConsentField):
        return field.answers[1] if len(field.answers) > 1 else field.answers[0]
    if isinstance(field, ChoiceField):
        options = list(options_of(field))
        if field.kind == "choice":
            return options[min(1, len(options) - 1)]
        others = [f"{o}：自填{n}" for n, o in enumerate(options) if o.startswith("其他")]
        return [*[o for o in options if not o.startswith("其他")][1:4], *others[:2]]
    if isinstance(field, ListField):
        return ["甲某某有限公司", "乙某某研究院"][: field.max]
    if isinstance(field, RowsField):
        return [{c.id: f"{c.id}之{n}" for c in field.columns} for n in (1, 2)]
    return KINDS[field.kind]


def filled(name: str, given: dict[str, Any], faces: Faces = NO_FONTS) -> bytes:
    """The form as we produce it."""
    form, paper = blueprint(FORMS[name]), layout(name)
    return fill(template_of(paper, names_of(form)), printed(form, given, paper), faces)


def changed(docx: bytes, change: Callable[[str], str]) -> bytes:
    """The Word file with its document part changed as text."""
    held = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(docx)) as before,
        zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED) as after,
    ):
        for member in before.infolist():
            content = before.read(member)
            if member.filename == "word/document.xml":
                content = change(content.decode()).encode()
            after.writestr(member.filename, content)
    return held.getvalue()


def without_controls(docx: bytes) -> bytes:
    """The form as a program leaves it that knows no content controls."""
    return changed(
        docx,
        lambda xml: re.sub(r"<w:sdt>.*?<w:sdtContent>(.*?)</w:sdtContent></w:sdt>", r"\1", xml, flags=re.S),
    )


def written(folder: Path, docx: bytes) -> Path:
    path = folder / "form.docx"
    path.write_bytes(docx)
    return path
