"""One thing in a bundle changed, as somebody would who knows the format: order, numbers and digests are put right again."""

from __future__ import annotations

import copy
import hashlib
import json
import random
import re
import tarfile
from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path
from typing import Any

from guiguan.core.evidence.bundle import tar_of

Files = dict[str, bytes]
Step = str | int
Spot = tuple[Step, ...]
Fields = dict[str, list[Spot]]
ROWS = ("entries", "ballots", "sheets", "decisions", "exclusions")
DAY = 86_400_000


def files_of(bundle: Path) -> Files:
    with tarfile.open(bundle) as tar:
        return {m.name: tar.extractfile(m).read() for m in tar}  # type: ignore[union-attr]  # every member is a file


def document(files: Files, name: str) -> Any:
    """`rules` or `result` as a value, every other file as the list of its lines' values."""
    if name in ROWS:
        return [json.loads(line) for line in files[f"{name}.jsonl"].splitlines()]
    return json.loads(files[f"{name}.json"])


def written(value: Any) -> bytes:
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()


def with_document(files: Files, name: str, value: Any) -> bytes:
    """The tar of the bundle with one file replaced and the digests in the manifest made anew."""
    if name in ROWS:
        changed = {**files, f"{name}.jsonl": b"".join(written(row) + b"\n" for row in value)}
    else:
        changed = {**files, f"{name}.json": written(value)}
    manifest = json.loads(files["manifest.json"])
    manifest["files"] = [
        {"path": p, "size": len(content), "sha256": hashlib.sha256(content).hexdigest()}
        for p, content in sorted(changed.items())
        if p != "manifest.json"
    ]
    return tar_of({**changed, "manifest.json": written(manifest)})


# ---- where something can be changed ----


def walk(
    value: Any, spot: Spot = (), field: tuple[str, ...] = ()
) -> Iterator[tuple[tuple[str, ...], Spot, Any]]:
    """(field, spot, value) of everything inside; a field is the keys on the way and the `kind` of what they are in."""
    yield field, spot, value
    if isinstance(value, dict):
        kind = (value["kind"],) if isinstance(value.get("kind"), str) and "basis" not in value else ()
        kind = () if kind and field[-1:] == ("endorsed",) else kind
        for key, inner in value.items():
            yield from walk(inner, (*spot, key), (*field, *kind, key))
    elif isinstance(value, list):
        for i, inner in enumerate(value):
            yield from walk(inner, (*spot, i), field)


def fields(name: str, doc: Any) -> Fields:
    """The spots of all single values, by field: `ballots.choices`, `rules.stages.panel.scale.low`."""
    found: Fields = {}
    for field, spot, value in walk(doc):
        if not isinstance(value, (dict, list)):
            found.setdefault(".".join((name, *field)), []).append(spot)
    return found


def lists(name: str, doc: Any) -> Fields:
    """The spots of all lists with something in them, by field."""
    found: Fields = {}
    for field, spot, value in walk(doc):
        if isinstance(value, list) and value:
            found.setdefault(".".join((name, *field)), []).append(spot)
    return found


def at(doc: Any, spot: Spot) -> Any:
    for step in spot:
        doc = doc[step]
    return doc


# ---- one value ----


def changed_value(chance: random.Random, name: str, doc: Any, field: str, seen: list[Any]) -> Any:
    """The document with one value of that field changed, left out, or put where it was left out."""
    doc = copy.deepcopy(doc)
    spots = fields(name, doc)[field]
    key = field.rpartition(".")[2]
    bare = [row for row in doc if key not in row] if name in ROWS and len(spots[0]) == 2 else []
    like = [row for row in bare if row.get("kind") == at(doc, spots[0][:1]).get("kind")]
    if like and chance.random() < 0.3:
        chance.choice(like)[key] = chance.choice(seen)
        return mended(name, doc, key)
    spot = chance.choice(spots)
    holder, last = at(doc, spot[:-1]), spot[-1]
    others = [v for v in seen if v != holder[last]]
    if isinstance(last, str) and (holder[last] is True or chance.random() < 0.1):
        del holder[last]
    elif others and chance.random() < 0.6:
        holder[last] = chance.choice(others)
    else:
        holder[last] = tweaked(chance, holder[last])
    return mended(name, doc, key)


def tweaked(chance: random.Random, value: Any) -> Any:
    """Another value of the same look."""
    if isinstance(value, bool):
        return not value
    if isinstance(value, int):
        if value > 10**11:
            return value + chance.choice((-1, 1)) * chance.choice((1, 3_600_000, DAY, 20 * DAY))
        return chance.choice([n for n in (value - 1, value + 1, value * 2) if n >= 0 and n != value])
    if re.fullmatch(r"-?[0-9]+/[0-9]+", value):
        found = Fraction(value) + chance.choice((-20, -5, -1, 1, 5, 20)) / Fraction(chance.choice((1, 2, 10)))
        return f"{found.numerator}/{found.denominator}"
    if re.fullmatch("[0-9a-f]{32}", value):
        return value[::-1]
    if match := re.fullmatch("(s[0-9]+/e)[0-9]+", value):
        return f"{match[1]}{chance.randrange(1, 9)}"
    if value.isdigit():
        return str(int(value) + chance.choice((1, 2, 5)))
    return value + chance.choice(("x", "甲"))


def shifted_weight(chance: random.Random, doc: Any, field: str) -> Any:
    """The rules with one weight changed, or a piece of it moved to a sister so that the sum stays."""
    doc = copy.deepcopy(doc)
    spots = fields("rules", doc)[field]
    spot = chance.choice(spots)
    sisters = [s for s in spots if s[:-2] == spot[:-2] and s != spot]
    old = Fraction(at(doc, spot))
    piece = old / chance.choice((2, 4, 5, 10))
    for place, number in [(spot, old - piece)] + (
        [(chance.choice(sisters), piece)] if sisters and chance.random() < 0.8 else []
    ):
        total = number if place == spot else Fraction(at(doc, place)) + number
        at(doc, place[:-1])["weight"] = f"{total.numerator}/{total.denominator}"
    return doc


# ---- one row, or one item of a list ----


def changed_rows(chance: random.Random, name: str, how: str, doc: Any, i: int) -> Any:
    """The lines with the one at i removed, doubled (under another name, mostly), or moved to another's place."""
    doc = copy.deepcopy(doc)
    if how == "removed":
        del doc[i]
        return mended(name, doc)
    if how == "doubled":
        doc.insert(i + 1, twin(chance, name, doc, doc[i]))
        return mended(name, doc)
    others = [n for n in range(len(doc)) if n != i]
    j = chance.choice([n for n in others if doc[n].get("kind") == doc[i].get("kind")] or others)
    a, b = doc[i], doc[j]
    if name == "exclusions" and chance.random() < 0.4:
        doc[i], doc[j] = b, a
        return doc
    for key in {
        "entries": ("entry",),
        "ballots": ("b", "t", "day", "stage"),
        "sheets": chance.choice((("entry", "panel", "round"), ("marks",), ("seat",))),
        "decisions": ("subject",),
        "exclusions": ("id",),
    }[name]:
        a[key], b[key] = b[key], a[key]
    return mended(name, doc)


def twin(chance: random.Random, name: str, doc: Any, row: Any) -> Any:
    found = copy.deepcopy(row)
    match name:
        case "entries":
            found["entry"] += "x"
        case "sheets":
            found["seat"] = chance.choice([f"s{len({r['seat'] for r in doc}) + 1:03}", row["seat"]])
        case "decisions" if row["kind"] == "recusal":
            found["subject"] = tweaked(chance, row["subject"])
        case "decisions":
            found["subject"] = chance.choice([r["subject"] for r in doc if r["kind"] == row["kind"]])
            if "/" not in found["subject"] and row["kind"] != "size":
                found["subject"] = (
                    str(chance.randrange(1, 30)) if row["kind"] == "void" else f"e{chance.randrange(1, 9)}"
                )
        case "exclusions":
            found["id"] = chance.choice([r["id"] for r in doc])
    return found


def changed_list(chance: random.Random, name: str, how: str, doc: Any, field: str) -> Any:
    """The document with one item of a list of that field removed, doubled (an id gets an x) or moved."""
    doc = copy.deepcopy(doc)
    own = at(doc, chance.choice(lists(name, doc)[field]))
    i = chance.randrange(len(own))
    if how == "removed":
        del own[i]
    elif how == "doubled":
        own.insert(i + 1, copy.deepcopy(own[i]))
        if name == "rules" and isinstance(own[i], dict) and "id" in own[i]:
            own[i + 1]["id"] += "x"
    else:
        own.insert(chance.randrange(len(own)), own.pop(i))
    return doc


def mended(name: str, doc: Any, key: str = "") -> Any:
    """The lines in the order, and ballots with the numbers, that the specification asks for."""
    match name:
        case "entries":
            doc.sort(key=lambda row: row.get("entry", ""))
        case "sheets":
            doc.sort(key=lambda row: [str(row.get(k, "")) for k in ("panel", "round", "entry", "seat")])
        case "decisions" | "exclusions":
            doc.sort(key=written)
        case "ballots" if key != "b":
            stages = list(dict.fromkeys(row.get("stage", "") for row in doc))
            doc.sort(key=lambda row: (stages.index(row.get("stage", "")), row.get("t", 0)))
            for number, row in enumerate(doc, 1):
                row["b"] = number
    return doc
