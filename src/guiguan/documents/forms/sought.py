"""What to look for in a filled form, as plain data for the confined process: from the blueprint's fields and, where one ships, the layout."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise
from typing import Any

from guiguan.core.blueprint.base import say
from guiguan.core.blueprint.form import (
    ChoiceField,
    ConsentField,
    FormField,
    NumberField,
    Option,
    RowsField,
    TextField,
    UploadField,
)
from guiguan.core.blueprint.lookup import fields
from guiguan.core.blueprint.model import Blueprint
from guiguan.documents.forms.answers import options_of
from guiguan.documents.forms.layout import Layout, Paragraph, Row, Table
from guiguan.documents.forms.markup import EMPTY, Piece, pieces


def wish_of(blueprint: Blueprint, layout: Layout | None) -> dict[str, Any]:
    """Every field of the form on paper: all that the layout prints, or without a layout all that can be typed."""
    known = {n: f for n, f in fields(blueprint).items() if not isinstance(f, UploadField)}
    spots = _Spots(layout)
    if layout is not None:
        known = {n: f for n, f in known.items() if n in spots.fields}
    return {
        "fields": {name: _field(name, field, layout, spots) for name, field in known.items()},
        "patterns": spots.patterns,
        "heads": list(layout.within.values() if layout else ()),
        "sections": spots.sections,
        "stops": spots.stops,
        "end": list(layout.end) if layout else [],
        "one_of": {n: list(v) for n, v in layout.one_of.items() if n in known} if layout else {},
    }


def _field(name: str, field: FormField, layout: Layout | None, spots: _Spots) -> dict[str, Any]:
    own = list(layout.labels.get(name, ())) if layout else []
    labels = [*own, *spots.labels.get(name, ())] or [say(field.label)]
    one: dict[str, Any] = {
        "kind": field.kind,
        "labels": labels,
        "within": layout.within.get(name, "") if layout else "",
        "hints": spots.hints.get(name, []) + ([say(field.help)] if field.help else []),
        "lines": isinstance(field, TextField) and field.lines,
        "places": max(1, spots.places.get(name, 1)),
        "options": [],
        "boxes": spots.boxes.get(name, []) if layout else list(options_of(field)),
        "many": field.kind == "choices",
        "groups": {},
        "worded": [],
        "spelled": dict(layout.spelled) if layout else {},
        "free": spots.free.get(name, []),
    }
    if isinstance(field, NumberField):
        one["unit"] = say(field.unit or "")
    if isinstance(field, ChoiceField | ConsentField):
        one["options"] = list(options_of(field))
        one["groups"], one["worded"] = _groups(field)
    if isinstance(field, RowsField):
        one["columns"] = [c.id for c in field.columns]
        one["column_labels"] = [say(c.label) for c in field.columns]
    return one


def _groups(field: ChoiceField | ConsentField) -> tuple[dict[str, str], list[str]]:
    if isinstance(field, ConsentField):
        return {}, []
    groups = {o.label: o.group for o in field.options if isinstance(o, Option) and o.group}
    worded = [o.label for o in field.options if isinstance(o, Option) and o.text]
    for option in options_of(field):
        if option.startswith("其他（") and option[3:-1] in groups.values():
            groups[option] = option[3:-1]
        if option.startswith("其他") and field.other:
            worded.append(option)
    return groups, worded


class _Spots:
    """Where a layout prints each field: its labels, hints, boxes, and what is printed around it."""

    def __init__(self, layout: Layout | None) -> None:
        self.fields: set[str] = set()
        self.labels: dict[str, list[str]] = {}
        self.hints: dict[str, list[str]] = {}
        self.boxes: dict[str, list[str]] = {}
        self.places: dict[str, int] = {}
        self.patterns: list[dict[str, Any]] = []
        self.sections: dict[str, str] = {}
        self.stops: list[str] = []
        self.free: dict[str, list[str]] = {}
        for block in layout.blocks if layout else ():
            if isinstance(block, Table):
                self._table(block)
            else:
                self._paragraph(block)

    def _note(self, piece: Piece, label: str) -> None:
        self.fields.add(piece.field)
        if piece.kind == "answer":
            self.places[piece.field] = self.places.get(piece.field, 0) + 1
            if piece.text != EMPTY:
                self.hints.setdefault(piece.field, []).extend(_hints(piece.text))
            if "（" in label:
                self.hints.setdefault(piece.field, []).append(label[label.index("（") :])
        if piece.kind == "box":
            self.boxes.setdefault(piece.field, []).append(piece.option)
        if label and label not in self.labels.setdefault(piece.field, []):
            self.labels[piece.field].append(label)

    def _table(self, table: Table) -> None:
        above, standing = "", _standing(table)
        for number, row in enumerate(table.rows):
            label = ""
            for cell in row.cells:
                if not cell.filled:
                    label = cell.text
                    continue
                mine = label or (
                    above if len(row.cells) == 1 and cell.span == len(table.columns) else standing[number]
                )
                self._cell(row, cell.text, mine)
            above = label if len(row.cells) == 1 else ""

    def _cell(self, row: Row, text: str, label: str) -> None:
        found = pieces(text)
        if row.each:
            self.fields.add(row.each)
            return
        answers = [p for p in found if p.kind == "answer"]
        words = [p for p in found if p.kind == "words" and p.text.strip()]
        if answers and words:
            parts = [
                ["field", p.field] if p.kind == "answer" else ["words", p.text]
                for p in found
                if p.kind == "answer" or p.text.strip()
            ]
            self.patterns.append({"labels": [label], "pieces": parts})
            for piece in answers:
                self._note(piece, f"cut/{piece.field}")
            return
        for piece in found:
            if piece.kind not in ("words", "number"):
                self._note(piece, label)

    def _paragraph(self, block: Paragraph) -> None:
        found = pieces(block.text)
        filled = [p for p in found if p.kind != "words"]
        if not filled:
            self.stops.append(block.text)
            return
        if len(found) == 1 and found[0].kind == "answer" and self.stops and block.align != "right":
            self._note(found[0], "")
            self.sections[found[0].field] = self.stops[-1]
            return
        for piece, label in _labelled(found):
            self._note(piece, label)
        for piece, after in pairwise(found):
            if piece.kind == "answer" and after.kind == "words":
                self.hints.setdefault(piece.field, []).append(after.text)  # such as （盖章）
        boxes = [p for p in filled if p.kind == "box"]
        if boxes and boxes[0].field not in self.free:
            around = [
                found[0].text if found[0].kind == "words" else "",
                found[-1].text.lstrip("不愿") if found[-1].kind == "words" else "",
            ]
            self.free[boxes[0].field] = (
                around if len({p.field for p in boxes}) == 1 and around[0] else ["", ""]
            )


def _hints(text: str) -> list[str]:
    """The hint, and what of it may be left standing alone: a note in brackets, what follows it."""
    end = text.rfind("）") + 1
    return [text, text[:end], text[end:]] if 0 < end < len(text) and text.startswith("（") else [text]


def _standing(table: Table) -> list[str]:
    """For each row the label of a cell over several rows that stands at its left."""
    found, label, left = [], "", 0
    for row in table.rows:
        tall = next((c for c in row.cells if c.rows > 1 and not c.filled), None)
        if tall is not None:
            label, left = tall.text, tall.rows
        found.append(label if left else "")
        left = max(0, left - 1)
    return found


def _labelled(found: tuple[Piece, ...]) -> Iterator[tuple[Piece, str]]:
    """Each place of a line with the words that end in a colon right before it."""
    words = ""
    for piece in found:
        if piece.kind == "words":
            words = piece.text.strip()
        elif piece.kind == "answer":
            yield piece, words.rstrip("：:") if words.endswith(("：", ":")) else ""
            words = ""
        elif piece.kind == "box":
            yield piece, ""
