"""Which options are ticked: by ☑ ■ √ beside them or in their box, by bold type, or by standing alone. Never guessed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from guiguan.documents.forms.reading.strip import BOXES, TICKS, Strip, folded, is_blank

_GAPS = frozenset(" \t\n\r　，,、；;。/|")
_BRACKETS = frozenset("()[]（）［］【】〔〕")
_OTHER = "其他"


@dataclass
class Seen:
    """One option on the paper. `marks`: ticked or not, of the marks that are its own."""

    option: str
    start: int
    end: int
    bold: bool
    marks: list[bool] = field(default_factory=list)


@dataclass(frozen=True)
class Ticked:
    """The options that were chosen, each with words of its own; or why that cannot be told."""

    chosen: tuple[str, ...] = ()
    why: str = ""


def ticked(
    strip: Strip,
    options: Sequence[str],
    *,
    many: bool,
    groups: Mapping[str, str],
    worded: frozenset[str],
    spelled: Mapping[str, str],
    group: str = "",
) -> Ticked:
    """What is ticked in the strip. `groups`: option → its group; `worded`: options with words of their own; `spelled`: other
    spellings; `group`: the group at the strip's beginning. An answer of no option's name is told as `not-an-option`."""
    seen = _seen(strip, options, groups, spelled, group)
    marks = _marks(strip.text)
    if not seen:
        rest = "".join(c for c in strip.text if c not in BOXES)
        return Ticked() if is_blank(rest) else Ticked(why="not-an-option")
    if not _attach(strip.text, seen, marks):
        return Ticked(why="marks-unclear")
    found = [s for s in seen if any(s.marks)]
    bold = [s for s in seen if s.bold]
    if len(bold) == len(seen) > 1:
        bold = []
    if not found and bold:
        found = bold
    elif found and bold and {s.option for s in bold} != {s.option for s in found}:
        return Ticked(why="marks-unclear")
    if not found and not marks:
        return _alone(strip.text, seen, options, many)
    chosen = []
    for one in seen:
        words = _words(strip.text, one, seen, marks) if one.option in worded else ""
        if one in found:
            chosen.append(f"{one.option}：{words}" if words else one.option)
        elif words:
            return Ticked(why="words-without-tick")
    names = [s.option for s in found]
    if len(set(names)) != len(names) or (len(names) > 1 and not many):
        return Ticked(why="several-ticked")
    return Ticked(tuple(chosen))


def _alone(text: str, seen: list[Seen], options: Sequence[str], many: bool) -> Ticked:
    """No mark anywhere: an answer that is nothing but option names was typed, unless it is the whole list left as it was."""
    covered = {i for s in seen for i in range(s.start, s.end)}
    rest = "".join(c for i, c in enumerate(text) if i not in covered and c not in _GAPS | _BRACKETS)
    names = tuple(s.option for s in seen)
    if not is_blank(rest):
        return Ticked(why="not-an-option")
    if len(options) > 1 and len(set(names)) == len(options):
        return Ticked()
    if len(names) == 1 or (many and len(set(names)) == len(names)):
        return Ticked(names)
    return Ticked(why="several-ticked")


def _seen(
    strip: Strip, options: Sequence[str], groups: Mapping[str, str], spelled: Mapping[str, str], group: str
) -> list[Seen]:
    """The options in the order of the strip; the longest name that fits counts, 其他 is that of the group it stands in."""
    plain, places = folded(strip.text)
    names = {folded(o)[0]: o for o in options if not (o.startswith(_OTHER + "（") and groups.get(o))}
    names |= {folded(s)[0]: o for s, o in spelled.items() if o in options}
    others = {groups[o]: o for o in options if o.startswith(_OTHER) and groups.get(o)}
    if others:
        names[_OTHER] = ""
    headings = {folded(g)[0]: g for g in others}
    longest = sorted((*names, *headings), key=len, reverse=True)
    found: list[Seen] = []
    at = 0
    while at < len(plain):
        name = next((n for n in longest if n and plain.startswith(n, at)), None)
        if name is None:
            at += 1
            continue
        start, end = places[at], places[at + len(name) - 1] + 1
        if name in headings:
            group = headings[name]
        elif names[name] or group in others:
            bold = all(
                b
                for b, c in zip(strip.bold[start:end], strip.text[start:end], strict=True)
                if not c.isspace()
            )
            found.append(Seen(names[name] or others[group], start, end, bold))
        at += len(name)
    return found


def _marks(text: str) -> list[tuple[int, int, bool]]:
    """(start, end, ticked) of every mark; a pair of brackets around nothing is an empty box."""
    found = [(i, i + 1, c in TICKS) for i, c in enumerate(text) if c in TICKS or c in BOXES]
    opened = -1
    for i, c in enumerate(text):
        if c in "([（［【〔":
            opened = i
        elif c in ")]）］】〕":
            if opened >= 0 and text[opened + 1 : i] and not text[opened + 1 : i].strip(" 　"):
                found.append((opened, i + 1, False))
            opened = -1
    return sorted(found)


def _attach(text: str, seen: list[Seen], marks: list[tuple[int, int, bool]]) -> bool:
    """Each mark goes to the option that it stands at; false where that cannot be told."""
    if not marks:
        return True
    before = marks[0][0] < seen[0].start and _near(text, marks[0][1], seen[0].start)
    after = marks[-1][0] >= seen[-1].end and _near(text, seen[-1].end, marks[-1][0])
    for start, end, tick in marks:
        left = max((s for s in seen if s.end <= start), key=lambda s: s.end, default=None)
        right = min((s for s in seen if s.start >= end), key=lambda s: s.start, default=None)
        at_left = left is not None and _near(text, left.end, start)
        at_right = right is not None and _near(text, end, right.start)
        if not at_left and not at_right:
            if tick:
                return False  # a tick at nothing that we know
            continue
        owner = left if at_left and not at_right else right if at_right and not at_left else None
        if owner is None:
            assert left is not None
            assert right is not None
            owner = _nearer(text, left, right, start, end, before, after)
        if owner is None:
            if tick:
                return False
            continue
        owner.marks.append(tick)
    return True


def _nearer(
    text: str, left: Seen, right: Seen, start: int, end: int, before: bool, after: bool
) -> Seen | None:
    """Whose a mark between two options is: the one that it touches, else as the first and last mark of the line show."""
    gap_left = any(c in _GAPS for c in text[left.end : start])
    gap_right = any(c in _GAPS for c in text[end : right.start])
    lone = not any(c in TICKS or c in BOXES for c in text[left.end : start] + text[end : right.start])
    if gap_left != gap_right:
        touched = right if gap_left else left
        # A line of boxes in front keeps its order also where one was set a little apart.
        if before and not after and lone and touched is left:
            return right
        return touched
    if not lone:
        return None if gap_left == gap_right and _mixed(text[left.end : right.start]) else right
    if before != after:
        return right if before else left
    return None


def _mixed(text: str) -> bool:
    """Whether a tick and an empty box stand side by side between two options."""
    return any(c in TICKS for c in text) and any(c in BOXES for c in text)


def _near(text: str, start: int, end: int) -> bool:
    """Nothing but gaps, brackets and other marks between."""
    return all(c in _GAPS or c in _BRACKETS or c in TICKS or c in BOXES for c in text[start:end])


def _words(text: str, one: Seen, seen: list[Seen], marks: list[tuple[int, int, bool]]) -> str:
    """What was written beside the option: up to the next box, or the next option where there are no boxes, or the line's end."""
    stops = [start for start, _end, _tick in marks if start >= one.end]
    if not marks:
        stops += [s.start for s in seen if s.start >= one.end]
    line = text.find("\n", one.end)
    end = min([*stops, line if line >= 0 else len(text)], default=len(text))
    words = text[one.end : end].strip(" \t　：:，,、；;_＿")
    return "" if is_blank(words) else words
