"""Everything that a form asks, looked for in one document. What is wished for comes as plain data made by `sought`."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from guiguan.documents.forms.reading.answer import (
    EMPTY,
    Answer,
    patterned,
    plain_answer,
    ticked_answer,
    unread,
)
from guiguan.documents.forms.reading.paper import Block, Table
from guiguan.documents.forms.reading.places import Place, places
from guiguan.documents.forms.reading.strip import BOXES, TICKS, Control, Strip, folded, is_blank, joined, key

TAG = "guiguan:"
Wish = Mapping[str, Any]


def read_form(blocks: Sequence[Block], wish: Wish) -> dict[str, Answer]:
    """field → its answer, for every field that the form asks."""
    controls = list(_controls(blocks))
    found = places(blocks, _labels(wish), (key(e) for e in wish["end"]))
    _share_patterns(wish, found)
    answers: dict[str, Answer] = {}
    for name, one in wish["fields"].items():
        answer = _tagged(name, one, controls)
        if answer is None or answer.state == "empty":
            looked = _looked_for(name, one, found, blocks, wish)
            # A control left as it was and words typed beside it: the words count.
            answer = looked if answer is None or looked.state != "unread" else answer
        answers[name] = answer
    for name, (option, other) in wish["one_of"].items():
        answers[name] = _one_of(answers[name], option, answers.get(other, EMPTY))
    return answers


def _one_of(own: Answer, option: str, other: Answer) -> Answer:
    """An option that the form has as a cell of its own: filled, it is chosen; filled and another ticked, nobody can tell."""
    if other.state == "unread":
        return other if own.state != "unread" else own
    if own.state == "read" and other.state == "read":
        return unread("several-ticked", str(own.value), str(other.value))
    return Answer("read", option) if other.state == "read" else own


def _labels(wish: Wish) -> set[str]:
    names = {key(label) for one in wish["fields"].values() for label in one["labels"]}
    names |= {key(label) for label in wish["heads"]}
    names |= {key(label) for pattern in wish["patterns"] for label in pattern["labels"]}
    return {n for n in names if n}


def _controls(blocks: Iterable[Block]) -> Iterable[Control]:
    for block in blocks:
        if isinstance(block, Strip):
            yield from (c for c in block.controls if c.tag.startswith(TAG))
        else:
            for cell in block.cells:
                yield from (c for c in cell.strip.controls if c.tag.startswith(TAG))
                yield from _controls(cell.inner)


def _tagged(name: str, one: Wish, controls: Sequence[Control]) -> Answer | None:
    """The answer by the controls that we put into the form; None where they are not there, all of them."""
    if one["kind"] == "rows":
        return _tagged_rows(one, controls)
    if one["kind"] in ("choice", "choices", "consent") and one["boxes"]:
        return _tagged_boxes(name, one, controls)
    mine = [c for c in controls if c.tag == (TAG + name)[:64]]
    texts = [c.text for c in mine if not c.hint and not is_blank(c.text) and not _is_hint(c.text, one)]
    if not mine:
        return None
    if not texts:
        return EMPTY
    if len(set(texts)) > 1:
        return unread("different", *texts)
    return _exact(one, texts[0])


def _exact(one: Wish, text: str) -> Answer:
    """What stands in a control of ours is the answer, character by character; several lines are the items of a list."""
    if one["kind"] == "list":
        return Answer("read", [line for line in text.split("\n") if line.strip()])
    if one["options"]:
        return ticked_answer(one, [(Strip(text, [False] * len(text)), "")])
    return Answer("read", text)


def _is_hint(text: str, one: Wish) -> bool:
    return folded(text)[0] in {folded(h)[0] for h in one.get("hints", ())}


def _tagged_boxes(name: str, one: Wish, controls: Sequence[Control]) -> Answer | None:
    chosen = []
    for option in one["boxes"]:
        mine = [c for c in controls if c.tag == f"{TAG}{name}?{option}"[:64] and c.checked is not None]
        if len(mine) != 1:
            return None
        if mine[0].checked:
            beside = [c for c in controls if c.tag == f"{TAG}{name}!{option}"[:64]]
            words = "".join(c.text for c in beside if not c.hint and not is_blank(c.text))
            chosen.append(f"{option}：{words}" if words else option)
    if len(chosen) > 1 and not one["many"]:
        return unread("several-ticked", *chosen)
    return Answer("read", chosen if one["many"] else chosen[0]) if chosen else EMPTY


def _tagged_rows(one: Wish, controls: Sequence[Control]) -> Answer | None:
    columns = {f"{TAG}row.{c}"[:64]: c for c in one["columns"]}
    mine = [c for c in controls if c.tag in columns]
    if not mine:
        return None
    rows: list[dict[str, str]] = []
    width = len(columns)
    if len(mine) % width:
        return None
    for start in range(0, len(mine), width):
        row = {
            columns[c.tag]: c.text for c in mine[start : start + width] if not c.hint and not is_blank(c.text)
        }
        if row:
            rows.append(row)
    return Answer("read", rows) if rows else EMPTY


def _looked_for(name: str, one: Wish, found: list[Place], blocks: Sequence[Block], wish: Wish) -> Answer:
    if one["kind"] == "rows":
        return _rows(one, blocks)
    if name in wish["sections"]:
        return _section(one, wish["sections"][name], blocks, wish["stops"])
    mine = _own_places(name, one, found, wish)
    if one["options"] and one["boxes"]:
        strips = [(joined(p.strips), _group_of(p.label, one)) for p in mine if p.strips]
        if not mine and one["free"]:
            strips = [(s, "") for s in _free(one, blocks)]
            if not strips:
                return unread("not-found")
        elif not mine:
            return unread("not-found")
        elif one["free"] and not strips:
            strips = [(s, "") for s in _free(one, blocks)]
        if len(strips) > 1 and len({p.label for p in mine}) < len(mine):
            return unread("different", *(s.text for s, _ in strips))
        return ticked_answer(one, strips)
    if not mine:
        return unread("not-found")
    split = next((p for p in mine if len(p.strips) > 1), None)
    if split is not None:
        return unread("split", *(s.text for s in split.strips))
    answers = [_at(one, p) for p in mine]
    return _agreed(answers, one["places"])


def _at(one: Wish, place: Place) -> Answer:
    if not place.strips:
        return EMPTY
    if one["options"]:
        return ticked_answer(one, [(place.strips[0], "")])
    return plain_answer(one, place.strips[0].text)


def _agreed(answers: list[Answer], known_places: int) -> Answer:
    """One answer of several places: all must say the same. Only where the form itself asks twice may one be left empty."""
    bad = next((a for a in answers if a.state == "unread"), None)
    if bad is not None:
        return bad
    said = [a for a in answers if a.state == "read"]
    if any(a.value != said[0].value for a in said):
        return unread("different", *(str(a.value) for a in said))
    if said and len(said) < len(answers) and len(answers) > known_places:
        return unread("twice", *(str(a.value) for a in said))
    return said[0] if said else EMPTY


def _own_places(name: str, one: Wish, found: list[Place], wish: Wish) -> list[Place]:
    """The field's places; a label that several fields share counts beside the large cell of each."""
    labels = {key(label) for label in one["labels"]}
    group = key(one["within"]) if one["within"] else ""
    shared = {key(label) for other, w in wish["fields"].items() if other != name for label in w["labels"]} | {
        key(h) for h in wish["heads"]
    }
    return [
        p for p in found if p.label in labels and (not group or p.label not in shared or group in p.groups)
    ]


def _group_of(label: str, one: Wish) -> str:
    return next((g for g in one["groups"].values() if g and key(g) == label), "")


def _free(one: Wish, blocks: Sequence[Block]) -> list[Strip]:
    """The paragraphs outside tables that hold options with boxes, or nothing but options, as one strip."""
    names = [folded(o)[0] for o in one["options"]]
    found = []
    for block in blocks:
        if not isinstance(block, Strip):
            continue
        plain = folded(block.text)[0]
        if not any(n in plain for n in names):
            continue
        rest = plain
        for n in sorted(names, key=len, reverse=True):
            rest = rest.replace(n, "")
        opening = next((o for o in one["free"] if o and folded(o)[0] in plain), "")
        if is_blank(rest.strip(",，、;/")) or any(c in TICKS | BOXES for c in block.text) or opening:
            found.append(_inside(block, one["free"]))
    return [joined(found)] if found else []


def _inside(block: Strip, around: Sequence[str]) -> Strip:
    """The part of the paragraph between the printed words before and after the options."""
    plain, origin = folded(block.text)
    start, stop = 0, len(plain)
    before, after = (folded(a)[0] for a in (*around, "", "")[:2])
    if before and before in plain:
        start = plain.index(before) + len(before)
    if after and after in plain[start:]:
        stop = plain.index(after, start)
    if start >= stop:
        return Strip()
    first, last = origin[start], origin[stop - 1] + 1
    return Strip(block.text[first:last], block.bold[first:last])


def _section(one: Wish, head: str, blocks: Sequence[Block], stops: Sequence[str]) -> Answer:
    """What was written under a heading, up to the next heading that the form prints."""
    wanted, lead = folded(head)[0], _lead(head)
    starts = [n for n, b in enumerate(blocks) if isinstance(b, Strip) and folded(b.text)[0].startswith(lead)]
    if not starts:
        return unread("not-found")
    if len(starts) > 1:
        return unread("different", *(str(getattr(blocks[n], "text", ""))[:200] for n in starts))
    others = [_lead(s) for s in stops if s != head]
    following = [_lead(s) for s in stops[stops.index(head) + 1 :]][:1]
    lines: list[str] = []
    for number in range(starts[0], len(blocks)):
        block = blocks[number]
        if isinstance(block, Table):
            return (
                unread("table-inside", *lines)
                if not any(_stands(b, others) for b in blocks[starts[0] + 1 : number])
                else EMPTY
            )
        plain = folded(block.text)[0]
        if number == starts[0]:
            if len(plain) <= len(wanted) and wanted.startswith(plain):
                continue
            if not plain.startswith(wanted):
                return unread("heading-changed", block.text)
            lines.append(block.text[folded(block.text)[1][len(wanted)] :])
        elif _stands(block, others):
            if not _stands(block, following):
                return unread(
                    "heading-changed", *lines
                )  # the next heading is gone: some of this may belong under it
            break
        else:
            lines.append(block.text)
    return plain_answer(one, "\n".join(lines))


def _lead(head: str) -> str:
    """What a heading begins with however its note was changed: up to its first mark of punctuation after the numbering."""
    plain = folded(head)[0]
    stops = [at for at, sign in enumerate(plain) if at > 3 and sign in "。(,，"]
    return plain[: min([*stops, 40])]


def _stands(block: Block, leads: Sequence[str]) -> bool:
    return isinstance(block, Strip) and any(lead and folded(block.text)[0].startswith(lead) for lead in leads)


def _rows(one: Wish, blocks: Sequence[Block]) -> Answer:
    """The rows under the heading row that has every column."""
    wanted = [key(label) for label in one["column_labels"]]
    for table in (b for b in blocks if isinstance(b, Table)):
        for head in sorted({c.row for c in table.cells}):
            cells = {key(c.strip.text): c for c in table.row(head)}
            if not all(w in cells for w in wanted):
                continue
            columns = {cells[w].column: c for w, c in zip(wanted, one["columns"], strict=True)}
            found: list[dict[str, str]] = []
            for number in sorted({c.row for c in table.cells if c.row > head}):
                row = {
                    columns[c.column]: c.strip.text.strip()
                    for c in table.row(number)
                    if c.column in columns and not c.strip.blank
                }
                if row:
                    found.append(row)
            return Answer("read", found) if found else EMPTY
    return unread("not-found")


def _share_patterns(wish: Wish, found: list[Place]) -> None:
    """Cells that hold several answers between printed words are cut, so that each field has a place of its own."""
    for pattern in wish["patterns"]:
        names = [content for kind, content in pattern["pieces"] if kind == "field"]
        labels = {key(label) for label in pattern["labels"]}
        for place in [p for p in found if p.label in labels]:
            if len(place.strips) > 1:
                cut: dict[str, str] | None = None
            else:
                text = place.strips[0].text if place.strips else ""
                cut = patterned(pattern["pieces"], text) if text else dict.fromkeys(names, "")
                if cut is None and len(names) == 1 and folded(text)[0].isdigit():
                    cut = {names[0]: text}
            for name in names:
                strips = (
                    [Strip(cut[name], [False] * len(cut[name]))] if cut is not None and cut.get(name) else []
                )
                if cut is None:
                    strips = [*place.strips, *place.strips][:2]  # not to be cut: told as it stands
                found.append(Place(key(f"cut/{name}"), strips, place.groups))
            found.remove(place)
