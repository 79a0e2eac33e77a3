"""A template filled with an entry's answers. No answer ever passes through the template language: it goes in afterwards, as it is."""

from __future__ import annotations

import copy
import io
import re
from collections.abc import Iterator
from typing import Any

from docxtpl import DocxTemplate
from jinja2.sandbox import ImmutableSandboxedEnvironment

from guiguan.documents.forms.answers import Printed
from guiguan.documents.forms.drawing import TAG, TICKED, UNTICKED
from guiguan.documents.forms.faces import Faces

_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_W14 = "{http://schemas.microsoft.com/office/word/2010/wordml}"
_SPACE = "{http://www.w3.org/XML/1998/namespace}space"
_TOKEN = re.compile("\ue000(\\d+)\ue001")
_NOT_XML = re.compile("[^\t\n\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_PLAIN = {f"{_W}{name}" for name in ("rPr", "t", "br", "tab", "lastRenderedPageBreak")}
BLANK_ROWS = 5


class Template(DocxTemplate):  # type: ignore[misc]  # docxtpl has no types
    """A template whose properties (title, author) and footnotes are left alone: they hold no places."""

    def render_properties(self, context: Any, jinja_env: Any = None) -> None:
        return

    def render_footnotes(self, context: Any, jinja_env: Any = None) -> None:
        return


def fill(template: bytes, answers: Printed, faces: Faces) -> bytes:
    """The filled form as docx. The template is one of ours or one that `template.template_faults` found in order."""
    kept: list[str] = []

    def keep(text: str) -> str:
        text = _NOT_XML.sub("", text.replace("\r\n", "\n").replace("\r", "\n"))
        if not text.strip():
            return ""
        kept.append(text)
        return f"\ue000{len(kept) - 1}\ue001"

    def tick(field: str, option: str) -> str:
        return TICKED if (field, option) in answers.ticked else UNTICKED

    def words(field: str, option: str) -> str:
        return keep(answers.words.get((field, option), ""))

    context: dict[str, Any] = {name: keep(text) for name, text in answers.texts.items()}
    for name, rows in answers.rows.items():
        held = [{column: keep(text) for column, text in row.items()} for row in rows]
        context[name] = held + [{} for _ in range(BLANK_ROWS - len(held))]
    made = Template(io.BytesIO(template))
    made.render({**context, "tick": tick, "words": words}, ImmutableSandboxedEnvironment(autoescape=False))
    for part in _parts(made):
        _put_in(part, kept, faces)
        _note_empty(part, answers)
    held_bytes = io.BytesIO()
    made.docx.save(held_bytes)
    return held_bytes.getvalue()


def _parts(made: Template) -> Iterator[Any]:
    """The body, and every header and footer, as trees."""
    yield made.docx.element.body
    for uri in (made.HEADER_URI, made.FOOTER_URI):
        for _, part in made.get_headers_footers(uri):
            yield part.element


def _put_in(part: Any, kept: list[str], faces: Faces) -> None:
    for run in list(part.iter(f"{_W}r")):
        if not {child.tag for child in run} <= _PLAIN:
            continue
        text = "".join(_text_of(child) for child in run)
        whole = _TOKEN.sub(lambda found: kept[int(found[1])], text)
        stretches = list(_stretches(whole, faces))
        if whole == text and all(font is None for font, _ in stretches):
            continue
        style = run.find(f"{_W}rPr")
        for font, stretch in stretches:
            run.addprevious(_run(run, style, font, stretch))
        run.getparent().remove(run)


def _text_of(child: Any) -> str:
    if child.tag == f"{_W}t":
        return child.text or ""
    return {f"{_W}br": "\n", f"{_W}tab": "\t"}.get(child.tag, "")


def _stretches(text: str, faces: Faces) -> Iterator[tuple[str | None, str]]:
    """The text cut where another font begins; white space goes with what stands before it."""
    font: str | None = None
    held = ""
    for sign in text:
        wanted = font if sign.isspace() else faces.name_for(sign)
        if wanted != font and held:
            yield font, held
            held = ""
        font, held = wanted, held + sign
    if held:
        yield font, held


def _run(like: Any, style: Any, font: str | None, text: str) -> Any:
    run = like.makeelement(f"{_W}r", {})
    if style is not None:
        run.append(copy.deepcopy(style))
    if font is not None:
        own = run.find(f"{_W}rPr")
        if own is None:
            own = like.makeelement(f"{_W}rPr", {})
            run.insert(0, own)
        for fonts in own.findall(f"{_W}rFonts"):
            own.remove(fonts)
        names = {f"{_W}{place}": font for place in ("ascii", "hAnsi", "eastAsia", "cs")}
        own.insert(0, like.makeelement(f"{_W}rFonts", names))
    for piece in re.split("([\n\t])", text):
        if piece in ("\n", "\t"):
            run.append(like.makeelement(f"{_W}{'br' if piece == chr(10) else 'tab'}", {}))
        elif piece:
            element = like.makeelement(f"{_W}t", {_SPACE: "preserve"})
            element.text = piece
            run.append(element)
    return run


def _note_empty(part: Any, answers: Printed) -> None:
    """Controls of empty answers show their hint as Word's placeholder, which typing replaces; boxes know whether they are ticked."""
    for control in part.iter(f"{_W}sdt"):
        about = control.find(f"{_W}sdtPr")
        tag = about.find(f"{_W}tag") if about is not None else None
        name = tag.get(f"{_W}val", "") if tag is not None else ""
        if not name.startswith(TAG):
            continue
        name = name.removeprefix(TAG)
        checked = about.find(f"{_W14}checkbox/{_W14}checked")
        field, _, option = name.partition("?")
        if checked is not None:
            checked.set(f"{_W14}val", "1" if (field, option) in answers.ticked else "0")
        elif _is_empty(name, control, answers):
            about.find(f"{_W}id").addprevious(about.makeelement(f"{_W}showingPlcHdr", {}))


def _is_empty(name: str, control: Any, answers: Printed) -> bool:
    field, _, option = name.partition("!")
    if option:
        return not answers.words.get((field, option), "").strip()
    if field.startswith("row."):
        return not "".join(t.text or "" for t in control.iter(f"{_W}t")).strip()
    return not answers.texts.get(field, "").strip()
