"""What of a column's options a cell names, however it was typed: ①②, full width, one a line or parted by any mark."""

from __future__ import annotations

import re
from dataclasses import dataclass

from guiguan.core.blueprint.form import Column, Option
from guiguan.core.values.chinese import half_width

_NUMERAL = r"(?:[①-⑳]|\d{1,2}[.、)])"
_CIRCLED = re.compile("[①-⑳]")
_ENDS = " \t\r\n;；,，、。.:："


@dataclass(frozen=True)
class Chosen:
    """`options`: each with the applicant's own words, "" where there are none. `rest`: what is no option."""

    options: tuple[tuple[str, str], ...]
    rest: tuple[str, ...]

    @property
    def cell(self) -> str:
        """As the form keeps it: `①…;②…：words`."""
        named = [f"{label}：{words}" if words else label for label, words in self.options]
        return ";".join(t.replace(";", "，").replace("；", "，") for t in (*named, *self.rest))


def chosen(column: Column, text: str) -> Chosen:
    """The options in the order in which they stand in the cell. Words belong to the option before them, where it takes any."""
    options = [o if isinstance(o, Option) else Option(label=o) for o in column.options]
    flat = half_width(text)
    worded = any(o.text for o in options)
    found = _bare_numerals(options, flat)
    if found:
        return Chosen(tuple((o.label, "") for o in found), ())
    marks = [(m.start(), m.end(), o) for m, o in _matches(options, flat, worded)]
    rest = [text[: marks[0][0]] if marks else text]
    named: dict[str, str] = {}
    for (_, end, option), after in zip(marks, [*marks[1:], None], strict=False):
        words = text[end : after[0] if after else len(text)].strip(_ENDS)
        if words and not option.text:
            rest.append(words)
            words = ""
        named[option.label] = "；".join(t for t in (named.get(option.label, ""), words) if t)
    left = tuple(t for part in rest for t in re.split(r"[;；\n]", part.strip(_ENDS)) if t.strip(_ENDS))
    return Chosen(tuple(named.items()), tuple(t.strip(_ENDS) for t in left))


def _matches(options: list[Option], flat: str, worded: bool) -> list[tuple[re.Match[str], Option]]:
    """Where options are named. Among words of one's own an option begins a line or part, or bears its number."""
    by_core = {half_width(_core(o.label)): o for o in options}
    cores = "|".join(re.escape(c) for c in sorted(by_core, key=lambda c: (-len(c), c)))
    begins = r"(?:^|(?<=[;\n]))" if worded else r"(?:^|(?<=[;\n,、\s/]))"
    pattern = re.compile(rf"(?:{begins}\s*{_NUMERAL}?\s*|{_NUMERAL}\s*)({cores})", re.IGNORECASE)
    return [(m, by_core[m[1]]) for m in pattern.finditer(flat) if m[1] in by_core]


def _bare_numerals(options: list[Option], flat: str) -> list[Option]:
    """Options named by nothing but their circled numbers."""
    if not flat.strip() or re.sub(rf"[{_ENDS}①-⑳]", "", flat):
        return []
    by_numeral = {o.label[:1]: o for o in options if _CIRCLED.match(o.label)}
    numerals = _CIRCLED.findall(flat)
    return [by_numeral[n] for n in numerals] if numerals and all(n in by_numeral for n in numerals) else []


def _core(label: str) -> str:
    return re.sub(rf"^\s*{_NUMERAL}\s*", "", label)
