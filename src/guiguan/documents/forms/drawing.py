"""A layout as the WordprocessingML of a template: every place is a content control that holds a Jinja expression.

Whoever edits the template with Word alone moves and restyles controls; whoever fills the form in Word types into them.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from itertools import count
from xml.sax.saxutils import escape, quoteattr

from guiguan.documents.forms.layout import Cell, Layout, Paragraph, Row, Table, Type
from guiguan.documents.forms.markup import Piece, pieces

NAMESPACES = (
    'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main" '
    'xmlns:w14="http://schemas.microsoft.com/office/word/2010/wordml" '
    'xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships" '
    'xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006" mc:Ignorable="w14"'
)
TAG = "guiguan:"
"""Begins the tag of each control of ours: guiguan:FIELD, FIELD?OPTION, FIELD!OPTION, FIELD.COLUMN."""
TICKED, UNTICKED = "☑", "□"
_TWIPS = 1440 / 25.4
_PAGE = '<w:sectPr><w:pgSz w:w="11906" w:h="16838"/><w:pgMar w:top="1587" w:right="1417" w:bottom="1417" w:left="1417" w:header="851" w:footer="992" w:gutter="0"/></w:sectPr>'


@dataclass
class _Drawing:
    labels: Mapping[str, str]
    ids: Iterator[int] = field(default_factory=lambda: count(1001))


def document_xml(layout: Layout, labels: Mapping[str, str]) -> str:
    """word/document.xml of the layout's template. `labels`: field → the name that Word shows at its control."""
    drawing = _Drawing(labels)
    body = "".join(_block(b, drawing) for b in layout.blocks)
    return f'<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n<w:document {NAMESPACES}><w:body>{body}{_PAGE}</w:body></w:document>'


def _block(block: Paragraph | Table, drawing: _Drawing) -> str:
    if isinstance(block, Table):
        return _table(block, drawing)
    space = _spacing(block.type, block.before, block.after)
    indent = ""
    if block.indent:
        twips = round(block.indent * block.type.size * 20)
        indent = f'<w:ind w:firstLineChars="{round(block.indent * 100)}" w:firstLine="{twips}"/>'
    page = "<w:pageBreakBefore/>" if block.page else ""
    runs = "".join(_piece(p, block.type, drawing) for p in pieces(block.text))
    return f'<w:p><w:pPr>{page}{space}{indent}<w:jc w:val="{block.align}"/></w:pPr>{runs}</w:p>'


def _table(table: Table, drawing: _Drawing) -> str:
    widths = [round(c * _TWIPS) for c in table.columns]
    sides = "".join(
        f'<w:{side} w:val="single" w:sz="6" w:space="0" w:color="000000"/>'
        for side in ("top", "left", "bottom", "right", "insideH", "insideV")
    )
    grid = "".join(f'<w:gridCol w:w="{w}"/>' for w in widths)
    head = (
        f'<w:tblPr><w:tblW w:w="{sum(widths)}" w:type="dxa"/><w:jc w:val="center"/><w:tblBorders>{sides}</w:tblBorders>'
        '<w:tblLayout w:type="fixed"/><w:tblCellMar><w:left w:w="85" w:type="dxa"/><w:right w:w="85" w:type="dxa"/></w:tblCellMar></w:tblPr>'
        f"<w:tblGrid>{grid}</w:tblGrid>"
    )
    return f"<w:tbl>{head}{''.join(_rows(table.rows, widths, drawing))}</w:tbl>"


def _rows(rows: tuple[Row, ...], widths: list[int], drawing: _Drawing) -> Iterator[str]:
    """The rows; a cell over several rows leaves a continued cell in each row below it."""
    open_cells: dict[int, tuple[int, Cell]] = {}  # column → rows still to come, the cell
    for row in rows:
        cells, column, left = [], 0, list(row.cells)
        while column < len(widths):
            rest, above = open_cells.get(column, (0, None))
            if rest and above is not None:
                cells.append(_cell(above, widths[column : column + above.span], drawing, continued=True))
                open_cells[column] = (rest - 1, above)
                column += above.span
                continue
            cell = left.pop(0)
            cells.append(_cell(cell, widths[column : column + cell.span], drawing))
            open_cells[column] = (cell.rows - 1, cell)
            column += cell.span
        assert not left
        height = max((c.height for c in row.cells), default=0)
        least = round((height or 9) * _TWIPS)
        # A short row stays whole on one page; a long answer may run over.
        whole = "" if height else "<w:cantSplit/>"
        drawn = f'<w:tr><w:trPr>{whole}<w:trHeight w:val="{least}" w:hRule="atLeast"/></w:trPr>{"".join(cells)}</w:tr>'
        yield _repeated(drawn, row.each, len(widths)) if row.each else drawn


def _repeated(row: str, name: str, columns: int) -> str:
    def only(text: str) -> str:
        return f'<w:tr><w:tc><w:tcPr><w:gridSpan w:val="{columns}"/></w:tcPr><w:p><w:r><w:t>{text}</w:t></w:r></w:p></w:tc></w:tr>'

    return only(f"{{%tr for row in {name} %}}") + row + only("{%tr endfor %}")


def _cell(cell: Cell, widths: list[int], drawing: _Drawing, continued: bool = False) -> str:
    span = f'<w:gridSpan w:val="{cell.span}"/>' if cell.span > 1 else ""
    merge = "<w:vMerge/>" if continued else '<w:vMerge w:val="restart"/>' if cell.rows > 1 else ""
    top = cell.top or cell.height > 25
    where = f'<w:tcPr><w:tcW w:w="{sum(widths)}" w:type="dxa"/>{span}{merge}<w:vAlign w:val="{"top" if top else "center"}"/></w:tcPr>'
    lines = [""] if continued else _lines(cell.text)
    return f"<w:tc>{where}{''.join(_line(line, cell, drawing) for line in lines)}</w:tc>"


def _lines(text: str) -> list[str]:
    """The lines of a cell; a line end inside a place's hint belongs to the hint."""
    found, depth = [""], 0
    for sign in text:
        depth += (sign == "{") - (sign == "}")
        if sign == "\n" and not depth:
            found.append("")
        else:
            found[-1] += sign
    return found


def _line(line: str, cell: Cell, drawing: _Drawing) -> str:
    align = cell.align or ("left" if cell.filled or "（请" in cell.text else "center")
    if line.startswith("> "):
        line, align = line[2:], "right"
    runs = "".join(_piece(p, cell.type, drawing) for p in pieces(line))
    # The heading of a part stays with what it heads.
    heads = cell.span > 1 and not cell.filled and not cell.top
    keep = "<w:keepNext/>" if heads else ""
    return f'<w:p><w:pPr>{keep}{_spacing(cell.type)}<w:jc w:val="{align}"/></w:pPr>{runs}</w:p>'


def _spacing(type: Type, before: float = 0, after: float = 0) -> str:
    exact = f'w:line="{round(type.line * 20)}" w:lineRule="exact"'
    return f'<w:snapToGrid w:val="0"/><w:spacing w:before="{round(before * 20)}" w:after="{round(after * 20)}" {exact}/>'


def _run_style(type: Type) -> str:
    font = quoteattr(type.font)
    bold = "<w:b/><w:bCs/>" if type.bold else ""
    half_points = round(type.size * 2)
    return f'<w:rPr><w:rFonts w:ascii={font} w:hAnsi={font} w:eastAsia={font} w:cs={font}/>{bold}<w:sz w:val="{half_points}"/><w:szCs w:val="{half_points}"/></w:rPr>'


def _run(text: str, type: Type) -> str:
    return f'<w:r>{_run_style(type)}<w:t xml:space="preserve">{escape(text)}</w:t></w:r>'


def _piece(piece: Piece, type: Type, drawing: _Drawing) -> str:
    match piece.kind:
        case "words":
            return _run(piece.text, type)
        case "number":
            return _run("{{ loop.index }}", type)
        case "box":
            call = f"{{{{ tick({_quoted(piece.field)}, {_quoted(piece.option)}) }}}}"
            kind = (
                '<w14:checkbox><w14:checked w14:val="0"/><w14:checkedState w14:val="2611" w14:font="MS Gothic"/>'
                '<w14:uncheckedState w14:val="25A1" w14:font="MS Gothic"/></w14:checkbox>'
            )
            return _control(f"{piece.field}?{piece.option}", piece.option, kind, _run(call, type), drawing)
        case "beside":
            call = (
                f"{{{{ words({_quoted(piece.field)}, {_quoted(piece.option)}) or {_quoted(piece.text)} }}}}"
            )
            return _control(
                f"{piece.field}!{piece.option}", piece.option, "<w:text/>", _run(call, type), drawing
            )
        case "cell":
            text = f"{{{{ row.{piece.field} or {_quoted(piece.text)} }}}}"
            return _control(f"row.{piece.field}", piece.field, "<w:text/>", _run(text, type), drawing)
        case "answer":
            text = f"{{{{ {piece.field} or {_quoted(piece.text)} }}}}"
            name = drawing.labels.get(piece.field, piece.field)
            # No `w:text`: LibreOffice 7.4 puts the line breaks of a plain-text control in front of its text.
            return _control(piece.field, name, "", _run(text, type), drawing)


def _control(tag: str, name: str, kind: str, content: str, drawing: _Drawing) -> str:
    about = f"<w:alias w:val={quoteattr(name[:60])}/><w:tag w:val={quoteattr((TAG + tag)[:64])}/>"
    return f'<w:sdt><w:sdtPr>{about}<w:id w:val="{next(drawing.ids)}"/>{kind}</w:sdtPr><w:sdtContent>{content}</w:sdtContent></w:sdt>'


def _quoted(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)
