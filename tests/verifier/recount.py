"""What the core counts from the input in a bundle, and by which clauses the bundle's result is not that."""

from __future__ import annotations

import json
import tarfile
from collections.abc import Collection, Mapping
from pathlib import Path
from typing import Any

from guiguan.core.evidence.bundle import parts
from guiguan.core.evidence.canonical import NotCanonical
from guiguan.core.values.finding import InputError
from guiguan.replay import check
from guiguan.replay.bundle_files import open_bundle

Pair = tuple[bytes, bytes]
SECTIONS = {
    "entries": "E18.1",
    "eligible": "E10.7",
    "funnel": "E10.7",
    "tallies": "E11.3",
    "panels": "E12.6",
    "rankings": "E13.6",
    "bodies": "E16.4",
    "funding": "E17.5",
    "format": "E18.1",
    "campaign": "E18.1",
}
"""The clause of every key of the result whose items all belong to one clause."""


def recounted(bundle: Path) -> Pair | None:
    """`result.json` and `exclusions.jsonl` as the input in the bundle has them, with its own wording of reasons; None
    where it cannot be counted."""
    try:
        sealed, reasons, _ = check._read_back(open_bundle(bundle))
        found = dict(parts(sealed, {}))
        found["exclusions.jsonl"] = check._reworded(found["exclusions.jsonl"], reasons)
        pair = b"".join(found["result.json"]), b"".join(found["exclusions.jsonl"])
    except (InputError, NotCanonical):
        return None
    return pair


def stated(bundle: Path) -> Pair:
    """`result.json` and `exclusions.jsonl` as they stand in the bundle."""
    with tarfile.open(bundle) as tar:
        # Every bundle of these tests has both.
        return tar.extractfile("result.json").read(), tar.extractfile("exclusions.jsonl").read()  # type: ignore[union-attr]  # both are files


def clauses_apart(right: Pair, said: Pair, rules: Any, recomputed: Mapping[str, Collection[str]]) -> set[str]:
    """The clauses of E9.3 to E18.1 whose part of the recount and of what is said differ; `recomputed` are rules by kind."""
    wanted, found = json.loads(right[0]), json.loads(said[0])
    apart = {c for key, c in SECTIONS.items() if wanted.get(key) != found.get(key)}
    apart |= {"E18.1"} if set(found) != set(wanted) else set()
    clause_of = {a["id"]: "E15.3" for a in rules["awards"]}
    clause_of |= {a["id"]: "E16.4" for a in rules["organisation_awards"]}
    for key, name, other in (("cuts", "what", "E14.4"), ("awards", "award", "E15.3")):
        pair = [[(clause_of.get(x.get(name), other), x) for x in doc.get(key, [])] for doc in (wanted, found)]
        for clause in ("E14.4", "E15.3", "E16.4"):
            if [x for c, x in pair[0] if c == clause] != [x for c, x in pair[1] if c == clause]:
                apart.add(clause)
        if [c for c, _ in pair[0]] != [c for c, _ in pair[1]]:
            apart.add(other)
    lines = [set(text.splitlines()) for text in (right[1], said[1])]
    for line in map(json.loads, lines[0] ^ lines[1]):
        if line["rule"] in recomputed.get(line["kind"], ()):
            apart.add("E9.4" if line["kind"] == "ballot" else "E9.3")
    return apart
