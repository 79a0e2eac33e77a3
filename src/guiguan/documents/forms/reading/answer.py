"""One field's answer from what stands at its places: read, empty, or not read with the reason. Two possible readings are none."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from guiguan.documents.forms.reading.marks import ticked
from guiguan.documents.forms.reading.strip import Strip, folded, is_blank

_PLAIN_KINDS = (
    "number",
    "phone",
    "url",
    "email",
    "credit_code",
    "identity_number",
    "date",
    "month",
    "month_range",
)
_COMPANY = re.compile(
    r"(公司|局|院|中心|大学|学院|学校|委员会|委|协会|学会|集团|厂|所|部|办公室|厅|社|会|店|行|站|队|无)$"
)


@dataclass(frozen=True)
class Answer:
    """`state`: read (`value`), empty, or unread (`why`, with the texts that stood there)."""

    state: str
    value: Any = ""
    why: str = ""
    texts: tuple[str, ...] = ()


EMPTY = Answer("empty")


def unread(why: str, *texts: str) -> Answer:
    return Answer("unread", "", why, tuple(t.strip()[:2000] for t in texts))


def plain_answer(wish: Mapping[str, Any], text: str) -> Answer:
    """A text, number, date, list … as its kind is written; hints of the form that were left standing are taken off."""
    text = without_hints(text.strip(" \t\n\r　"), wish.get("hints", ()))
    if is_blank(text):
        return EMPTY
    kind = wish["kind"]
    if kind == "list":
        return _list(text)
    if kind in _PLAIN_KINDS:
        text = "".join(unicodedata.normalize("NFKC", text).split("\n")).strip().strip("_").strip()
        if kind in ("number", "phone", "url", "email", "credit_code", "identity_number"):
            text = re.sub(r"\s+", "", text) if kind != "phone" else re.sub(r"\s+", " ", text)
        unit = folded(wish.get("unit", ""))[0]
        if kind == "number" and unit and folded(text)[0].endswith(unit):
            text = text[: len(text) - len(unit)].strip() or text
    elif not wish.get("lines"):
        text = " ".join(text.split("\n")).strip("_＿ 　")
    return Answer("read", text) if text else EMPTY


def without_hints(text: str, hints: Sequence[str]) -> str:
    """The text without the form's own words at its beginning or end; all gone where it is nothing else."""
    for hint in hints:
        wanted = folded(hint)[0]
        plain, origin = folded(text)
        if not wanted or not plain:
            continue
        if plain == wanted:
            return ""
        if plain.startswith(wanted):
            text = text[origin[len(wanted)] :].lstrip(" \t\n　")
        elif plain.endswith(wanted):
            text = text[: origin[len(plain) - len(wanted)]].rstrip(" \t\n　")
    return text


def _list(text: str) -> Answer:
    """Several names: a line each or parted by semicolons. A 、 may part names or belong to one: only names of bodies are parted."""
    parts = [p.strip(" 　\t") for p in re.split(r"[\n;；]", text)]
    parts = [
        re.sub(r"^(\d{1,2}[.、．)）]|[（(]\d{1,2}[)）]|[①②③④⑤⑥⑦⑧⑨⑩])\s*", "", p).strip()
        for p in parts
        if p.strip()
    ]
    found: list[str] = []
    for part in parts:
        names = [n.strip() for n in re.split(r"[、，,]", part) if n.strip()]
        if len(names) > 1 and not all(_COMPANY.search(n) for n in names):
            return unread("list-unclear", text)
        found += names if len(names) > 1 else [part]
    return Answer("read", found) if found else EMPTY


def ticked_answer(wish: Mapping[str, Any], strips: Sequence[tuple[Strip, str]]) -> Answer:
    """The options ticked in all strips together, each with the group that it stands for."""
    chosen: list[str] = []
    for strip, group in strips:
        found = ticked(
            strip,
            wish["options"],
            many=wish["many"],
            groups=wish["groups"],
            worded=frozenset(wish["worded"]),
            spelled=wish["spelled"],
            group=group,
        )
        if found.why:
            return unread(found.why, strip.text)
        chosen += found.chosen
    if not chosen:
        return EMPTY
    if len(set(chosen)) != len(chosen) or (len(chosen) > 1 and not wish["many"]):
        return unread("several-ticked", *chosen)
    return Answer("read", chosen if wish["many"] else chosen[0])


def patterned(pieces: Sequence[Sequence[str]], text: str) -> dict[str, str] | None:
    """field → its text where the printed words stand in their order around the answers; None where they do not."""
    plain, origin = folded(text)
    found: dict[str, str] = {}
    at, waiting = 0, ""
    for kind, content in pieces:
        if kind == "field":
            waiting = content
            continue
        words = folded(content)[0]
        place = plain.find(words, at)
        if place < 0:
            return None
        if waiting:
            found[waiting] = _between(text, origin, at, place)
        elif place != at:
            return None  # something stands where nothing is to be filled in
        waiting, at = "", place + len(words)
    if waiting:
        found[waiting] = _between(text, origin, at, len(plain))
    elif at != len(plain) and not is_blank(plain[at:].strip("。.;；,，")):
        return None
    return found


def _between(text: str, origin: list[int], start: int, stop: int) -> str:
    if start >= stop:
        return ""
    return text[origin[start] : origin[stop - 1] + 1].strip(" \t\n　:：_＿,，;；")
