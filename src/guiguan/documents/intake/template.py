"""A form's template looked at in the confined process: which places it has, and whether it can be filled."""

from __future__ import annotations

import io
import json
import re
from collections.abc import Iterator
from typing import Any, BinaryIO

import jinja2
import jinja2.loaders
from docx.oxml import parse_xml
from docxtpl import DocxTemplate
from jinja2 import nodes
from jinja2.sandbox import ImmutableSandboxedEnvironment

from guiguan.documents.forms.drawing import NAMESPACES
from guiguan.documents.forms.package import packed
from guiguan.documents.intake import ooxml
from guiguan.documents.intake.xml_part import Part

MOST_PLACES = 2_000
_CALLS = ("tick", "words")
_INSIDE = (nodes.Template, nodes.Output, nodes.TemplateData)


def look(source: BinaryIO, output: BinaryIO, wish: dict[str, Any]) -> dict[str, Any]:
    """How many places it has; `output` gets them as JSON: names, calls (name, field, option), cells, faults (kind, text).

    wish: rows: field → columns. Nothing is filled in here but emptiness: the template itself is what is tried out.
    """
    ooxml.look(source, output, {"kind": "docx"})
    source.seek(0)
    told = _looked(source.read(), wish["rows"])
    output.write(json.dumps(told).encode())
    return {"places": len(told["names"]) + len(told["calls"])}


def _looked(content: bytes, rows: dict[str, list[str]]) -> dict[str, Any]:
    made = DocxTemplate(io.BytesIO(content))
    made.init_docx()
    environment = ImmutableSandboxedEnvironment(autoescape=False)
    names: set[str] = set()
    calls: set[tuple[str, str, str]] = set()
    faults: list[tuple[str, str]] = []
    for xml in _parts(made):
        try:
            tree = environment.parse(re.sub(r"<w:p([ >])", r"\n<w:p\1", xml))
        except jinja2.TemplateSyntaxError as error:
            faults.append(("syntax", f"{_near(xml, error.lineno)} ({error.message})"))
            continue
        faults += [("not-allowed", text) for text in _look(tree, {}, names, calls, rows)]
        if not faults:
            blank = made.resolve_listing(_rendered(environment, xml, rows))
            parse_xml(blank)
            Part("word/document.xml").read([blank.encode()])  # hints may hold markup: it is looked at as well
    return {"names": sorted(names), "calls": sorted(calls), "faults": faults[:20]}


def _parts(made: Any) -> Iterator[str]:
    """Everything that is a template when the form is filled: the body, and every header and footer whatever pages it stands on."""
    yield made.patch_xml(made.xml_to_string(made.docx._element.body))
    for uri in (made.HEADER_URI, made.FOOTER_URI):
        for _, part in made.get_headers_footers(uri):
            yield made.patch_xml(made.get_part_xml(part))


def _rendered(environment: Any, xml: str, rows: dict[str, list[str]]) -> str:
    blank: dict[str, Any] = {name: [{}] for name in rows}
    return str(environment.from_string(xml).render({**blank, "tick": lambda *_: "□", "words": lambda *_: ""}))


def _near(xml: str, line: int) -> str:
    """The words around the fault, without markup."""
    lines = re.sub(r"<w:p([ >])", r"\n<w:p\1", xml).splitlines()
    return re.sub(r"<[^>]+>", "", " ".join(lines[max(0, line - 2) : line + 1]))[:120]


def _look(
    node: Any,
    rows: dict[str, str],
    names: set[str],
    calls: set[tuple[str, str, str]],
    known: dict[str, list[str]],
) -> Iterator[str]:
    """What is not in the small language of templates: `{{ field }}`, `{{ field or "hint" }}`, tick, words, and rows of a list."""
    if len(names) + len(calls) > MOST_PLACES:
        yield "…"
        return
    if isinstance(node, nodes.For):
        iterated = node.iter.name if isinstance(node.iter, nodes.Name) else ""
        if (
            iterated not in known
            or not isinstance(node.target, nodes.Name)
            or rows
            or node.test
            or node.else_
        ):
            yield f"for {iterated or '…'}"
            return
        names.add(iterated)
        for child in node.body:
            yield from _look(child, {node.target.name: iterated}, names, calls, known)
    elif isinstance(node, _INSIDE):
        for child in node.iter_child_nodes():
            yield from _look(child, rows, names, calls, known)
    else:
        yield from _expression(node, rows, names, calls, known)


def _expression(
    node: Any,
    rows: dict[str, str],
    names: set[str],
    calls: set[tuple[str, str, str]],
    known: dict[str, list[str]],
) -> Iterator[str]:
    if isinstance(node, nodes.Or) and isinstance(node.right, nodes.Const):
        yield from _expression(node.left, rows, names, calls, known)
    elif isinstance(node, nodes.Name):
        names.add(node.name)
    elif isinstance(node, nodes.Getattr) and isinstance(node.node, nodes.Name):
        of, name = node.node.name, node.attr
        if of in rows and name in known[rows[of]]:
            return
        if not (of == "loop" and name == "index" and rows):
            yield f"{of}.{name}"
    elif isinstance(node, nodes.Call) and isinstance(node.node, nodes.Name) and node.node.name in _CALLS:
        texts = [a.value for a in node.args if isinstance(a, nodes.Const) and isinstance(a.value, str)]
        if len(texts) != 2 or len(node.args) != 2 or node.kwargs or node.dyn_args or node.dyn_kwargs:
            yield f"{node.node.name}(…)"
            return
        calls.add((node.node.name, texts[0], texts[1]))
    else:
        yield type(node).__name__


_TRIED = (
    "{{ a or '' }}{{ tick('a', 'b') }}{% for r in c %}{{ r.d }}{{ loop.index }}{% endfor %}{{ x.y }}{% include 'z' %}",
    "{{ a b }}",
)
for _text in _TRIED:
    # Behind the fence nothing can be loaded: what the libraries load when they are used is loaded now.
    _body = f"<w:body><w:p><w:r><w:t>{_text}</w:t></w:r></w:p><w:sectPr/></w:body>"
    _looked(packed(f"<w:document {NAMESPACES}>{_body}</w:document>", ""), {"c": ["d"]})
