"""What people type goes onto the form and back as it was; a character without a glyph is set in another font."""

from __future__ import annotations

import io
import re
import subprocess
import zipfile
from pathlib import Path

import pypdfium2
import pytest
from documents.forms.samples import NO_FONTS, answers, blueprint, filled, layout, written
from naughty import naughty_strings

from guiguan.documents.forms.faces import FALLBACKS, faces, in_gb2312
from guiguan.documents.forms.office import office, pdf_of
from guiguan.documents.forms.readback import read_back

RARE = "镕堃喆珺昇䶮"
_NOT_XML = re.compile("[^\t\n\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def document(docx: bytes) -> str:
    with zipfile.ZipFile(io.BytesIO(docx)) as held:
        return held.read("word/document.xml").decode()


def test_naughty_strings_pass_through_byte_for_byte(tmp_path: Path) -> None:
    texts = [
        t
        for t in naughty_strings()
        if _NOT_XML.sub("", t.replace("\r", "\n")).strip(" \t\n\r\u3000_＿-—\u2028\u2029\x85\xa0")
    ]
    many = [t for t in texts if t.strip() and not t.isspace()]
    form = blueprint("guangxi-2021")
    fields = [f.id for f in form.form if f.kind == "text"]
    wrong = []
    for start in range(0, len(many), len(fields)):
        given = dict(zip(fields, many[start : start + len(fields)], strict=False))
        found = read_back(
            written(tmp_path, filled("guangxi_case", given)), form, layout("guangxi_case"), tmp_path
        )
        assert isinstance(found, dict)
        wanted = {n: _NOT_XML.sub("", t.replace("\r\n", "\n").replace("\r", "\n")) for n, t in given.items()}
        wrong += [(n, wanted[n], found[n]) for n in given if found[n].value != wanted[n]]
    assert wrong == []


def test_templates_do_nothing_with_what_people_type(tmp_path: Path) -> None:
    for text in (
        "{{ 7*7 }}",
        "{% for a in b %}",
        "{_{ 1 }_}",
        "{{ title.__class__ }}",
        "</w:t><w:t>",
        "\ue0000\ue001",
        "&amp;<b>",
    ):
        given = {"title": text, "about": text}
        found = read_back(
            written(tmp_path, filled("guangxi_case", given)),
            blueprint("guangxi-2021"),
            layout("guangxi_case"),
            tmp_path,
        )
        assert isinstance(found, dict)
        assert (found["title"].value, found["about"].value) == (text, text)


def test_a_rare_character_names_another_font() -> None:
    xml = document(filled("guangxi_case", {"legal_person": f"张{RARE}"}, NO_FONTS))
    runs = dict(
        re.findall(
            r'<w:r><w:rPr><w:rFonts w:ascii="([^"]+)"[^>]*/>(?:(?!</w:r>).)*<w:t[^>]*>([^<]+)</w:t></w:r>',
            xml,
        )
    )
    assert runs["仿宋"] == RARE
    assert not any(in_gb2312(c) for c in RARE)
    assert in_gb2312("张")


@pytest.mark.skipif(faces().own is None, reason="no fontconfig here")
def test_what_no_font_has_is_told_and_not_printed() -> None:
    assert faces().lacking(f"张{RARE}☑□") == ""
    assert faces().lacking("a\U000e0041\U00016fe4b\U00016fe4") in ("", "\U00016fe4")
    assert {faces().name_for(c) for c in RARE} <= set(FALLBACKS)


@pytest.mark.skipif(office() is None, reason="no LibreOffice here")
def test_rare_characters_are_printed_with_glyphs(tmp_path: Path) -> None:
    given = answers(blueprint("guangxi-2021")) | {"legal_person": f"张{RARE}"}
    made = pdf_of(filled("guangxi_case", given, faces()))
    (tmp_path / "a.pdf").write_bytes(made)
    document = pypdfium2.PdfDocument(made)
    text = "".join(document[n].get_textpage().get_text_range() for n in range(len(document)))
    assert [c for c in RARE if c not in text] == []
    fonts = subprocess.run(
        ["pdffonts", str(tmp_path / "a.pdf")], capture_output=True, text=True, check=True
    ).stdout
    assert all(line.split()[-5] == "yes" for line in fonts.splitlines()[2:])  # embedded, each of them
