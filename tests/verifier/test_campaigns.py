"""The small campaigns use every counting rule, and `guiguan verify` and verify.py accept the bundle of each."""

from __future__ import annotations

import json
import tarfile
from collections.abc import Callable, Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from guiguan.cli.main import main
from guiguan.core.values.exclusion import RULES

NAMES = [
    "votes-exact",
    "votes-at-most",
    "votes-count-each",
    "votes-no-limit",
    "two-votes",
    "vote-without-ballots",
    "no-votes-no-scores",
    "summer-time",
    "panel-sheet-mean",
    "panel-sheet-weighted_mean",
    "panel-sheet-trimmed_mean",
    "panel-sheet-median",
    "panel-sheet-sum",
    "panel-criterion-mean",
    "panel-criterion-weighted_mean",
    "panel-criterion-trimmed_mean",
    "panel-criterion-median",
    "panel-criterion-sum",
    "rounds-last",
    "rounds-mean",
    "rounds-sum",
    "added-marks",
    "composite",
    "takes",
    "lists",
    "gates",
    "bodies",
    "funding",
]

USED: dict[str, set[Any]] = {
    "kind": {
        "registration",
        "declaration",
        "endorsement",
        "screening",
        "paper",
        "ballots",
        "panel",
        "selection",
        "notice",
        "release",
        "accept",
    },
    "undecided": {"passes", "fails"},
    "repeated": {"refuse_ballot", "drop_choice", "count_each"},
    "unknown": {"refuse_ballot", "drop_choice"},
    "over": {"refuse_ballot", "drop_choice", "all", "group"},
    "by": {"sheet", "criterion"},
    "method": {"mean", "weighted_mean", "trimmed_mean", "median", "sum"},
    "incomplete": {"drop_sheet", "use_marks"},
    "use": {"last", "mean", "sum"},
    "mapping": {"share_of_maximum", "mid_rank", "square_root", "none"},
    "rank_by": {"rounded", "exact"},
    "last": {"shared", "submitted", "lot"},
    "mode": {"half_up", "half_even", "floor", "ceil", "down"},
    "rounding": {"floor", "half_up", "ceil", "分", "万元"},
    "decided": {"all", "none"},
    "ties_at_cut": {"all", "none"},
    "everyone": {True},
    "to": {"entry", "applicant", "endorser"},
    "listed": {"ranked", "unranked"},
    "from": {"count", "quality"},
    "granted": {"ceiling", "none"},
    "after": {"granted", "approval", "acceptance"},
    "takes": {"prepaid", "all_paid"},
    "when": {"acceptance_failed", "targets_missed", "false_material"},
    "per": {"endorser"},
    "lists": {True},
}
"""Words of the rules, by key, that some campaign must use."""


def test_every_campaign_is_named_here(campaigns: ModuleType) -> None:
    assert list(campaigns.CAMPAIGNS) == NAMES


@pytest.mark.parametrize("name", NAMES)
def test_verify_accepts(
    name: str, bundle_of: Callable[[str], Path], capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["verify", str(bundle_of(name))]) == 0
    assert capsys.readouterr().err == ""


@pytest.mark.parametrize("name", NAMES)
def test_the_independent_verifier_agrees(
    name: str, bundle_of: Callable[[str], Path], verifier: ModuleType
) -> None:
    assert [line for line in verifier.verify(str(bundle_of(name))) if not line[1]] == []


def test_every_rule_kind_is_used(bundle_of: Callable[[str], Path]) -> None:
    found: dict[str, set[Any]] = {key: set() for key in USED}
    for name in NAMES:
        for key, value in pairs(json.loads(content(bundle_of(name), "rules.json"))):
            if key in found and isinstance(value, (str, bool)):
                found[key].add(value)
    assert {key: words - found[key] for key, words in USED.items() if words - found[key]} == {}


def test_every_recomputed_exclusion_occurs(bundle_of: Callable[[str], Path]) -> None:
    found = set()
    for name in NAMES:
        found |= {json.loads(x)["rule"] for x in content(bundle_of(name), "exclusions.jsonl").splitlines()}
    recomputed = {r for r in RULES if r.startswith(("votes.", "ranking.", "screening."))} - {
        "votes.bad-time",
        "votes.unknown-stage",
    }
    recomputed |= {f"entries.{n}" for n in ("withdrawn", "early", "late", "not-preregistered", "over-quota")}
    recomputed |= {"entries.not-endorsed", "entries.disqualified", "scores.incomplete-sheet"}
    assert recomputed - found == set()


def pairs(value: Any) -> Iterator[tuple[str, Any]]:
    """Every key with its value, and with each member where that is a list."""
    if isinstance(value, dict):
        for key, inner in value.items():
            yield key, inner
            if isinstance(inner, list):
                yield from ((key, x) for x in inner)
            yield from pairs(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from pairs(inner)


def content(bundle: Path, name: str) -> bytes:
    with tarfile.open(bundle) as tar:
        file = tar.extractfile(name)
        assert file is not None
        return file.read()
