"""What the core counts from the input in a bundle, and by which clauses the bundle's result is not that."""

from __future__ import annotations

import json
import tarfile
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from guiguan.core.evidence.bundle import parts
from guiguan.core.evidence.canonical import NotCanonical
from guiguan.core.values.finding import InputError
from guiguan.replay import check
from guiguan.replay.bundle_files import open_bundle

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
LEFT_OUT = {"entry": "E9.3", "score": "E9.3", "ballot": "E9.4"}


def recounted(bundle: Path) -> tuple[bytes, bytes] | None:
    """`result.json` and `exclusions.jsonl` as the input in the bundle has them; None where it cannot be counted."""
    try:
        sealed, _ = check._read_back(open_bundle(bundle))
        found = {name: b"".join(pieces) for name, pieces in parts(sealed, {})}
    except (InputError, NotCanonical):
        return None
    return found["result.json"], found["exclusions.jsonl"]


def stated(bundle: Path) -> tuple[bytes, bytes]:
    """`result.json` and `exclusions.jsonl` as they stand in the bundle."""
    with tarfile.open(bundle) as tar:
        return tar.extractfile("result.json").read(), tar.extractfile("exclusions.jsonl").read()  # type: ignore[union-attr]


def clauses_apart(right: tuple[bytes, bytes], said: tuple[bytes, bytes], rules: Any) -> set[str]:
    """The clauses under which something in the recount is missing from, or otherwise in, what is said."""
    wanted, found = json.loads(right[0]), json.loads(said[0])
    apart = {c for key, c in SECTIONS.items() if wanted.get(key) != found.get(key)}
    apart |= {"E18.1"} if set(found) != set(wanted) else set()
    clause_of = {a["id"]: "E15.3" for a in rules["awards"]} | {
        a["id"]: "E16.4" for a in rules["organisation_awards"]
    }
    for key, name, other in (("cuts", "what", "E14.4"), ("awards", "award", "E15.3")):
        for clause in ("E14.4", "E15.3", "E16.4"):
            own = [
                [x for x in doc.get(key, []) if clause_of.get(x.get(name), other) == clause]
                for doc in (wanted, found)
            ]
            apart |= {clause} if own[0] != own[1] else set()
        if not apart and wanted[key] != found.get(key):
            apart.add(other)
    return apart | set(_exclusions_apart(right[1].splitlines(), said[1].splitlines()))


def _exclusions_apart(wanted: Iterable[bytes], found: Iterable[bytes]) -> Iterator[str]:
    """Nothing recomputes what is given, so what is missing is always of E9.3 or E9.4."""
    lines = set(found)
    for line in wanted:
        if line not in lines:
            yield LEFT_OUT[json.loads(line)["kind"]]
