"""The layouts that ship with the product: each official form as paragraphs and tables, cell by cell as its notice has it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from importlib.resources import files
from typing import Any

from ruamel.yaml import YAML

from guiguan.documents.forms.markup import Piece, pieces


@dataclass(frozen=True)
class Type:
    """How a text is set: font by its name in Word, size and line distance in points (the distance is exact)."""

    size: float
    line: float
    font: str = "仿宋_GB2312"
    bold: bool = False


@dataclass(frozen=True)
class Paragraph:
    """One paragraph. `indent`: characters before its first line; before, after: points; page: begins a new page."""

    text: str
    type: Type
    align: str = "left"
    indent: float = 0
    before: float = 0
    after: float = 0
    page: bool = False


@dataclass(frozen=True)
class Cell:
    """One cell over `span` columns and `rows` rows; `height` in mm at least; `top`: text begins at its top."""

    text: str
    type: Type
    span: int = 1
    rows: int = 1
    height: float = 0
    align: str = ""
    top: bool = False

    @property
    def filled(self) -> bool:
        return any(p.kind != "words" for p in pieces(self.text))


@dataclass(frozen=True)
class Row:
    """One row; with `each` it repeats for every row of that field, and at least `least` times."""

    cells: tuple[Cell, ...]
    each: str = ""
    least: int = 0


@dataclass(frozen=True)
class Table:
    """Widths in mm, and rows."""

    columns: tuple[float, ...]
    rows: tuple[Row, ...]


@dataclass(frozen=True)
class Layout:
    """One official form.

    `labels`: names on the paper that are not the blueprint's; `within`: the large cell beside which a name counts; `end`: names
    from which on a table holds opinions and no answers; `one_of`: field → (option, the field whose answer means that option);
    `spelled`: other spellings of options on paper.
    """

    id: str
    title: str
    source: str
    blocks: tuple[Paragraph | Table, ...]
    labels: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    within: Mapping[str, str] = field(default_factory=dict)
    end: tuple[str, ...] = ()
    one_of: Mapping[str, tuple[str, str]] = field(default_factory=dict)
    spelled: Mapping[str, str] = field(default_factory=dict)

    def texts(self) -> Iterator[str]:
        """Every paragraph and cell in the order of the paper."""
        for block in self.blocks:
            if isinstance(block, Paragraph):
                yield block.text
            else:
                yield from (cell.text for row in block.rows for cell in row.cells)

    def pieces(self) -> Iterator[Piece]:
        for text in self.texts():
            yield from pieces(text)


def layout_ids() -> tuple[str, ...]:
    """The ids of the layouts that ship, sorted."""
    folder = files("guiguan.documents.forms") / "layouts"
    return tuple(sorted(f.name.removesuffix(".yaml") for f in folder.iterdir() if f.name.endswith(".yaml")))


@cache
def layout_of(layout_id: str) -> Layout | None:
    """The layout, or None where none of that id ships."""
    if layout_id not in layout_ids():
        return None
    text = (files("guiguan.documents.forms") / "layouts" / f"{layout_id}.yaml").read_text("utf-8")
    found: dict[str, Any] = YAML(typ="safe", pure=True).load(text)
    base = Type(**found["text"])
    return Layout(
        layout_id,
        found["title"],
        found["source"],
        tuple(_block(b, base) for b in found["blocks"]),
        {k: tuple(v) for k, v in found.get("labels", {}).items()},
        found.get("within", {}),
        tuple(found.get("end", ())),
        {k: (v[0], v[1]) for k, v in found.get("one_of", {}).items()},
        found.get("spelled", {}),
    )


def _block(found: dict[str, Any], base: Type) -> Paragraph | Table:
    if "table" in found:
        table = found["table"]
        return Table(tuple(table["columns"]), tuple(_row(r, base) for r in table["rows"]))
    rest = {k: v for k, v in found.items() if k not in ("p", "font", "size", "line", "bold")}
    return Paragraph(str(found["p"]), _type(found, base), **rest)


def _row(found: list[Any] | dict[str, Any], base: Type) -> Row:
    if isinstance(found, dict):
        return Row(tuple(_cell(c, base) for c in found["cells"]), found["each"], found["least"])
    return Row(tuple(_cell(c, base) for c in found))


def _cell(found: str | dict[str, Any], base: Type) -> Cell:
    if not isinstance(found, dict):
        return Cell(str(found), base)
    rest = {k: v for k, v in found.items() if k not in ("text", "font", "size", "line", "bold")}
    return Cell(found["text"], _type(found, base), **rest)


def _type(found: Mapping[str, Any], base: Type) -> Type:
    size = found.get("size", base.size)
    return Type(
        size, found.get("line", base.line), found.get("font", base.font), found.get("bold", base.bold)
    )
