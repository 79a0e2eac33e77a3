"""The text that is compared: without what does not tell two texts apart, and without the form's own words."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence

from guiguan.core.blueprint.base import Text, say
from guiguan.core.blueprint.form import ChoiceField, ConsentField, FormField, ListField, RowsField, TextField
from guiguan.core.blueprint.model import Blueprint
from guiguan.core.entries.answers import Answers

BREAK = "\n"
"""Between two passages that do not follow each other; no shingle goes across it."""
LEAST_PIECE = 6
"""Shorter words of the form (a label such as 建设背景) are words of the trade too, and stay."""
_SILENT = re.compile(r"[\W_]+")
_STOPS = re.compile("[，。；：！？、（）“”‘’《》\\s]+")
"""Marks that go in any case. NFKC is slow where it has to change something, and in most texts these are all that it would."""
_ENDS = re.compile(r"[。！？；!?;\n]+")


def normal(text: str) -> str:
    """The text in its normal form: NFKC, one letter case, nothing but letters and digits."""
    return _SILENT.sub("", unicodedata.normalize("NFKC", _STOPS.sub(" ", text)).casefold())


def normal_with_places(text: str) -> tuple[str, list[int]]:
    """The normal form taken character by character, and for each of its characters the place in `text` where it stands."""
    out: list[str] = []
    places: list[int] = []
    for place, character in enumerate(text):
        for plain in normal(character):
            out.append(plain)
            places.append(place)
    return "".join(out), places


def boilerplate(blueprint: Blueprint) -> tuple[str, ...]:
    """The form's own sentences in their normal form, the longest first: labels, explanations, options, texts to agree to."""
    texts: list[str] = []
    for field in blueprint.form:
        texts += _words_of(field)
    for reminder in (blueprint.warning.standing, blueprint.warning.gate) if blueprint.warning else ():
        texts += _both(reminder)
    whole = {normal(t) for t in texts}
    sentences = {normal(s) for t in texts for s in _ENDS.split(t)}
    return tuple(sorted((p for p in whole | sentences if len(p) >= LEAST_PIECE), key=lambda p: (-len(p), p)))


def _words_of(field: FormField) -> Iterator[str]:
    for text in (field.label, field.help, field.section):
        yield from _both(text)
    match field:
        case ChoiceField():
            yield from (o if isinstance(o, str) else o.label for o in field.options)
        case ConsentField():
            yield from _both(field.text)
        case RowsField():
            for column in field.columns:
                for text in (column.label, column.help):
                    yield from _both(text)
                yield from (o if isinstance(o, str) else o.label for o in column.options)


def _both(text: Text | None) -> Iterable[str]:
    if text is None:
        return ()
    return (text,) if isinstance(text, str) else tuple(text.values())


def without(text: str, pieces: Sequence[str]) -> str:
    """The normal text with a break in the place of every piece."""
    for piece in pieces:
        if piece in text:
            text = text.replace(piece, BREAK)
    return text


def written_in(blueprint: Blueprint, answers: Answers) -> dict[str, str]:
    """What the applicant wrote in words of their own, field by field: no choice, no name, no number is compared."""
    found: dict[str, str] = {}
    for field in blueprint.form:
        value = answers.get(field.id)
        if not value:
            continue
        match field:
            case TextField():
                found[field.id] = str(value)
            case ListField() if field.of == "text":
                found[field.id] = BREAK.join(value)
            case RowsField():
                texts = [c.id for c in field.columns if c.kind == "text"]
                found[field.id] = BREAK.join(row[c] for row in value for c in texts if row.get(c, "").strip())
    return {name: text for name, text in found.items() if text.strip()}


def compared(blueprint: Blueprint, answers: Answers, pieces: Sequence[str] | None = None) -> str:
    """The whole text of one entry as it is compared. `pieces`: `boilerplate(blueprint)`, where it was made before."""
    own = boilerplate(blueprint) if pieces is None else pieces
    return BREAK.join(without(normal_lines(t), own) for t in written_in(blueprint, answers).values())


def normal_lines(text: str) -> str:
    """The normal form of a text whose lines do not follow each other as sentences do, such as rows of a table."""
    return BREAK.join(n for line in text.split(BREAK) if (n := normal(line)))


def labels(blueprint: Blueprint, lang: str = "zh") -> Mapping[str, str]:
    """The name of each field that is compared."""
    return {f.id: say(f.label, lang) for f in blueprint.form}
