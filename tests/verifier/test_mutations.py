"""Bundles with one byte or one value changed: both verifiers refuse every one, verify.py by the clause that covers it.

Seeds are fixed, so the same 2,000 bundles are tried every time.
"""

from __future__ import annotations

import importlib.util
import itertools
import json
import random
import re
import sys
from collections import Counter
from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from guiguan.adapters.signing import check_ed25519
from guiguan.core.values.finding import InputError
from guiguan.replay.bundle_files import NAMES
from guiguan.replay.check import check_bundle


def beside(name: str) -> ModuleType:
    """A module in this folder."""
    spec = importlib.util.spec_from_file_location(f"verifier_{name}", Path(__file__).with_name(f"{name}.py"))
    assert spec is not None
    assert spec.loader is not None
    module = sys.modules.setdefault(spec.name, importlib.util.module_from_spec(spec))
    spec.loader.exec_module(module)
    return module


mutate, recount, covers = beside("mutate"), beside("recount"), beside("covers")
BYTE_CHUNKS = 10
BYTES_A_CHUNK = 100
HEAVY = ("README.txt", "SPEC.md", "verify.py")
"""Three quarters of every small bundle, so that half of the bytes are taken from elsewhere."""
COUNTS = {
    ("entries", "value"): 60,
    ("entries", "removed"): 28,
    ("entries", "doubled"): 24,
    ("entries", "moved"): 32,
    ("ballots", "value"): 54,
    ("ballots", "removed"): 32,
    ("ballots", "doubled"): 32,
    ("ballots", "moved"): 32,
    ("sheets", "value"): 54,
    ("sheets", "removed"): 32,
    ("sheets", "doubled"): 32,
    ("sheets", "moved"): 32,
    ("decisions", "value"): 60,
    ("decisions", "removed"): 24,
    ("decisions", "doubled"): 16,
    ("decisions", "moved"): 24,
    ("exclusions", "value"): 50,
    ("exclusions", "removed"): 28,
    ("exclusions", "doubled"): 28,
    ("exclusions", "moved"): 28,
    ("result", "value"): 80,
    ("result", "removed"): 28,
    ("result", "doubled"): 28,
    ("result", "moved"): 28,
    ("rules", "value"): 82,
    ("rules", "weight"): 24,
    ("rules", "removed"): 12,
    ("rules", "doubled"): 8,
    ("rules", "moved"): 8,
}
"""How many mutations of each file and kind must count."""


NOTHING_RECOMPUTES = re.compile(
    r"entries\.(title|applicant)|(decisions|exclusions)\..*reason|decisions\..*(by|by2|time)"
    r"|rules\.(zone|blueprint_sha256|format)"
)
"""Fields of E19.1, and one that has a single value: a change of these never counts."""
SECTIONS = {
    f"result.{s}" for s in ("eligible", "funnel", "tallies", "panels", "rankings", "cuts", "awards", "bodies")
}
NEEDED = {
    ("entries", "value"): {
        f"entries.{f}"
        for f in [
            "submitted",
            "preregistered",
            "withdrawn",
            "counts_as",
            "category",
            "area",
            "batch",
            "consortium",
            "endorsed",
            "facts",
        ]
    },
    ("ballots", "value"): {f"ballots.{f}" for f in ["t", "stage", "nym", "net", "channel", "choices"]},
    ("sheets", "value"): {f"sheets.{f}" for f in ["entry", "seat", "round", "marks.value", "marks.weight"]},
    ("decisions", "value"): {
        f"decisions.{k}"
        for k in [
            "screening",
            "void",
            "recusal",
            "disqualify",
            "size",
            "grant",
            "approval",
            "acceptance",
            "performance",
        ]
    },
    ("exclusions", "value"): {f"exclusions.{k}.id" for k in ["entry", "ballot", "score"]},
    ("rules", "value"): {
        *(
            "rules.quotas.max",
            "rules.stages.registration.end",
            "rules.rankings.parts.mapping",
            "rules.rankings.rounding",
            "rules.rankings.bonus",
        ),
        *("rules.awards.take", "rules.awards.to", "rules.organisation_awards.parts", "rules.funding.tiers"),
        *(f"rules.stages.{s}" for s in ["declaration", "endorsement", "screening", "selection"]),
        *(f"rules.stages.ballots.{k}" for k in ("high", "limits.max", "limits.over")),
        *(f"rules.stages.panel.{k}" for k in ("aggregate.method", "aggregate.trim", "rounding")),
    },
    ("rules", "weight"): {"rules.rankings", "rules.stages.panel", "rules.organisation_awards"},
    ("rules", "removed"): {"rules.awards", "rules.quotas", "rules.funding", "rules.organisation_awards"},
    ("result", "value"): {*SECTIONS, "result.funding", "result.entries", "result.campaign", "result.format"},
    ("result", "removed"): {*SECTIONS, "result.funding"},
    ("result", "doubled"): {*SECTIONS, "result.funding"},
    ("result", "moved"): {*SECTIONS, "result.funding"},
}
"""What must be among the fields that counted."""


# ---- any byte ----


def refused_by_the_product(path: Path) -> bool:
    try:
        return bool(check_bundle(path, check_ed25519).findings)
    except InputError as error:
        return bool(error.findings)


def failing(verifier: ModuleType, path: Path) -> tuple[set[str], set[str]]:
    """The clauses that fail, and those of them that could be checked."""
    failed = {clause: text for clause, good, text in verifier.verify(str(path)) if not good}
    assert [t for t in failed.values() if "could not be checked" in t] == []
    return set(failed), {c for c, text in failed.items() if "not checked, because" not in text}


def regions(content: bytes) -> Iterator[tuple[str, int, int]]:
    """(what, first byte, end) of every header, file and filling of a tar, and its end."""
    place = 0
    while content[place]:
        name = content[place : place + 100].rstrip(b"\0").decode()
        size = int(content[place + 124 : place + 135], 8)
        start, padded = place + 512, -(-size // 512) * 512
        yield "header", place, start
        yield name, start, start + size
        yield "filling", start + size, start + padded
        place = start + padded
    yield "filling", place, len(content)


@pytest.mark.parametrize("chunk", range(BYTE_CHUNKS))
def test_any_byte_changed_under_the_old_manifest_is_refused(
    chunk: int, verifier: ModuleType, bundle_of: Callable[[str], Path], campaigns: ModuleType, tmp_path: Path
) -> None:
    chance = random.Random(f"byte {chunk}")
    names = list(campaigns.CAMPAIGNS)
    where: Counter[str] = Counter()
    light_names = ["header", "filling", *(f for f in NAMES if f not in HEAVY)]
    for n in range(BYTES_A_CHUNK):
        content = bytearray(bundle_of(names[(chunk * BYTES_A_CHUNK + n) % len(names)]).read_bytes())
        parts = [r for r in regions(bytes(content)) if r[1] < r[2]]
        light = [r for r in parts if r[0] not in HEAVY]
        own = [r[1:] for r in light if r[0] == light_names[n // 2 % len(light_names)]]
        spot = chance.randrange(len(content)) if n % 2 or not own else chance.randrange(*chance.choice(own))
        what = next(w for w, start, end in parts if start <= spot < end)
        other = chance.choice([b for b in range(256) if b != content[spot]])
        if (
            what == "manifest.json"
            and is_key_digest(bytes(content), spot)
            and chr(other) in "0123456789abcdef"
        ):
            other = ord("g")  # a digit would make another digest that nothing recomputes: see the last test
        content[spot] = other
        path = tmp_path / "evidence.tar"
        path.write_bytes(content)
        _, failed = failing(verifier, path)
        wanted = {"header": {"E1.2"}, "filling": {"E1.2"}, "manifest.json": {"E2.1", "E2.2", "E3.1"}}
        assert failed & wanted.get(what, {"E2.2"}), (what, spot, other)
        assert refused_by_the_product(path), (what, spot, other)
        where[what] += 1
    print(dict(where))
    assert where.total() == BYTES_A_CHUNK
    assert min(where[w] for w in ("header", "filling", "manifest.json", "result.json", "rules.json")) > 2
    assert sum(where[w] for w in HEAVY) > BYTES_A_CHUNK // 5


def is_key_digest(content: bytes, spot: int) -> bool:
    start = content.index(b'"key_sha256":"') + len(b'"key_sha256":"')
    return start <= spot < start + 64


# ---- any value, and the manifest made anew ----


@dataclass
class Source:
    """One campaign's bundle, its documents, and which values each field of a document has."""

    files: dict[str, bytes]
    documents: dict[str, Any]
    seen: dict[str, list[Any]]


@dataclass
class Counted:
    """What has been counted of one kind."""

    fields: Counter[str] = field(default_factory=Counter)
    tries: Counter[tuple[str, str]] = field(default_factory=Counter)
    campaigns: Counter[str] = field(default_factory=Counter)


@pytest.fixture(scope="session")
def sources(campaigns: ModuleType, bundle_of: Callable[[str], Path]) -> dict[str, Source]:
    found = {}
    for name in campaigns.CAMPAIGNS:
        files = mutate.files_of(bundle_of(name))
        documents = {f: mutate.document(files, f) for f in (*mutate.ROWS, "rules", "result")}
        found[name] = Source(files, documents, {})
    rules: dict[str, list[Any]] = {}
    for source in found.values():
        for name, doc in source.documents.items():
            pool = rules if name == "rules" else source.seen
            for spot_field, spots in mutate.fields(name, doc).items():
                values = pool.setdefault(spot_field, [])
                values += [v for v in (mutate.at(doc, s) for s in spots) if v not in values]
    for source in found.values():
        source.seen |= rules
    return found


def choices(name: str, how: str, sources: dict[str, Source]) -> dict[str, list[str]]:
    """The fields that can be changed so, each with its campaigns."""
    found: dict[str, list[str]] = {}
    for campaign, source in sources.items():
        doc = source.documents[name]
        if how in ("value", "weight"):
            own = set(mutate.fields(name, doc))
            own = {f for f in own if f.endswith(".weight")} if how == "weight" else own
        elif name in mutate.ROWS:
            own = {row_field(name, row) for row in doc} if len(doc) > 1 else set()
        else:
            own = set(mutate.lists(name, doc))
        for f in own:
            found.setdefault(f, []).append(campaign)
    return found


def row_field(name: str, row: Any) -> str:
    return f"{name}.{row['kind']}" if "kind" in row else name


def one_mutation(chance: random.Random, name: str, how: str, spot_field: str, source: Source) -> Any:
    doc = source.documents[name]
    if how == "weight":
        return mutate.shifted_weight(chance, doc, spot_field)
    if how == "value":
        return mutate.changed_value(chance, name, doc, spot_field, source.seen[spot_field])
    if name in mutate.ROWS:
        own = [i for i, row in enumerate(doc) if row_field(name, row) == spot_field]
        return mutate.changed_rows(chance, name, how, doc, chance.choice(own))
    return mutate.changed_list(chance, name, how, doc, spot_field)


@pytest.mark.parametrize(("name", "how"), COUNTS, ids=[" ".join(k) for k in COUNTS])
def test_one_value_changed_is_refused_by_its_clause(
    name: str, how: str, verifier: ModuleType, sources: dict[str, Source], tmp_path: Path
) -> None:
    chance = random.Random(f"{name} {how}")
    path = tmp_path / "evidence.tar"
    counted = Counted()
    possible = choices(name, how, sources)
    needed = NEEDED.get((name, how), set())
    turns = sorted(fair_order(possible), key=lambda f: f not in needed)
    missed: Counter[str] = Counter()
    while counted.fields.total() < COUNTS[name, how]:
        assert turns, "nothing is left to change"
        spot_field = turns.pop(0)
        if tried_once(
            chance, verifier, path, (name, how, spot_field), sources, possible[spot_field], counted
        ):
            missed[spot_field] = 0
            turns.append(spot_field)
        else:
            missed[spot_field] += 1
            if missed[spot_field] < most_tries(
                spot_field, len(possible[spot_field]), needed - set(counted.fields)
            ):
                at_once = spot_field in needed or missed[spot_field] % 4
                turns.insert(0 if at_once else len(turns), spot_field)
    print(
        name, how, "of", counted.tries.total(), dict(sorted(counted.fields.items())), dict(counted.campaigns)
    )
    assert needed <= {head for f in counted.fields for head in heads(f)}
    assert [f for f in counted.fields if NOTHING_RECOMPUTES.fullmatch(f)] == []
    if (name, how) == ("result", "value"):
        assert set(counted.campaigns) == set(sources)


def fair_order(possible: Collection[str]) -> list[str]:
    """The fields, one of each section of the document in turn."""
    sections: dict[str, list[str]] = {}
    for f in sorted(possible):
        sections.setdefault(".".join(f.split(".")[:3]), []).append(f)
    rows = itertools.zip_longest(*sections.values())
    return [f for row in rows for f in row if f is not None]


def most_tries(spot_field: str, campaigns: int, needed: set[str]) -> int:
    """After so many in a row that do not count, a field is left alone."""
    if NOTHING_RECOMPUTES.fullmatch(spot_field):
        return 4
    if spot_field in needed:
        return 200
    return min(6 * campaigns, 24 if spot_field.startswith("rules.") else 40)


def heads(name: str) -> set[str]:
    steps = name.split(".")
    return {".".join(steps[:n]) for n in range(1, len(steps) + 1)}


def tried_once(
    chance: random.Random,
    verifier: ModuleType,
    path: Path,
    kind: tuple[str, str, str],
    sources: dict[str, Source],
    campaigns: list[str],
    counted: Counted,
) -> bool:
    """Whether a change of this field, in the campaign that has been tried least, counts."""
    name, how, spot_field = kind
    campaign = min(
        campaigns, key=lambda c: (counted.tries[spot_field, c], counted.campaigns[c], chance.random())
    )
    counted.tries[spot_field, campaign] += 1
    source = sources[campaign]
    doc = one_mutation(chance, name, how, spot_field, source)
    if doc == source.documents[name]:
        return False
    path.write_bytes(mutate.with_document(source.files, name, doc))
    if not counts(verifier, path, spot_field, how, (campaign, counted.tries.total())):
        return False
    counted.fields[spot_field] += 1
    counted.campaigns[campaign] += 1
    return True


def counts(verifier: ModuleType, path: Path, spot_field: str, how: str, told: tuple[str, int]) -> bool:
    """Whether the bundle's result is not that of its input. If it is not, both verifiers refuse the bundle; and where
    its form is right, verify.py fails just those clauses by which the core's recount differs. Of the others every fifth is looked at:
    verify.py never refuses what the product accepts. `told`: campaign and number of the try."""
    right, said = recount.recounted(path), recount.stated(path)
    plainly = right is not None and right != said
    if not plainly and told[1] % 5:  # most of those that do not count are of a kind
        return False
    failed, checked = failing(verifier, path)
    refused = refused_by_the_product(path)
    assert refused or not failed, told
    if not plainly:
        return False
    assert refused, told
    assert checked & covers.covering(spot_field, how), (told, spot_field, sorted(checked))
    rules = json.loads(mutate.files_of(path)["rules.json"])
    apart = recount.clauses_apart(right, said, rules, verifier.RECOUNTED)
    if checked <= set(RECOMPUTED):
        assert failed == apart, (told, spot_field)
    return True


RECOMPUTED = ("E9.3", "E9.4", "E10.7", "E11.3", "E12.6", "E13.6", "E14.4", "E15.3", "E16.4", "E17.5", "E18.1")
"""The clauses that compare a recount; all others are about the form of a bundle."""


def test_a_thousand_of_each_are_tried() -> None:
    assert BYTE_CHUNKS * BYTES_A_CHUNK == 1000
    assert sum(COUNTS.values()) == 1000
    assert min(COUNTS.values()) >= 8


def test_of_the_manifest_only_the_digest_of_the_key_can_be_another(
    verifier: ModuleType, bundle_of: Callable[[str], Path], tmp_path: Path
) -> None:
    """Nobody without the key can tell what its digest is (E19.1): the one byte changed that no bundle shows."""
    content = bundle_of("no-votes-no-scores").read_bytes()
    start, end = next((start, end) for what, start, end in regions(content) if what == "manifest.json")
    path = tmp_path / "evidence.tar"
    accepted = []
    for spot in range(start, end):
        other = b"0" if content[spot] != ord("0") else b"1"
        path.write_bytes(content[:spot] + other + content[spot + 1 :])
        if all(good for _, good, _ in verifier.verify(str(path))):
            accepted.append(spot)
    assert accepted == [spot for spot in range(start, end) if is_key_digest(content, spot)]
