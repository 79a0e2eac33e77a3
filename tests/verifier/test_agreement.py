"""What `guiguan verify` refuses or accepts of decisions, seats and reasons, verify.py does too, by the clause that says so."""

from __future__ import annotations

import importlib.util
import json
import sys
from collections.abc import Callable
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from guiguan.adapters.signing import check_ed25519
from guiguan.core.values.finding import InputError
from guiguan.replay.check import check_bundle

PANEL = "panel-sheet-trimmed_mean"
Lines = list[dict[str, Any]]


@pytest.fixture(scope="module")
def mutate() -> ModuleType:
    """`mutate.py` beside this file."""
    spec = importlib.util.spec_from_file_location("verifier_mutate", Path(__file__).with_name("mutate.py"))
    assert spec is not None
    assert spec.loader is not None
    module = sys.modules.setdefault(spec.name, importlib.util.module_from_spec(spec))
    spec.loader.exec_module(module)
    return module


@pytest.fixture
def verdicts(verifier: ModuleType, tmp_path: Path) -> Callable[[bytes], tuple[set[str], set[str]]]:
    """The rules by which the product refuses these bytes, and the clauses by which verify.py does."""

    def of(content: bytes) -> tuple[set[str], set[str]]:
        path = tmp_path / "evidence.tar"
        path.write_bytes(content)
        try:
            found = check_bundle(path, check_ed25519).findings
        except InputError as error:
            found = error.findings
        return {f.rule for f in found}, {clause for clause, good, _ in verifier.verify(str(path)) if not good}

    return of


@pytest.fixture
def altered(mutate: ModuleType, bundle_of: Callable[[str], Path]) -> Callable[..., bytes]:
    """The bundle of a campaign with the lines of one file changed and put in order, the manifest made anew."""

    def bundle(campaign: str, name: str, change: Callable[[Lines], Any]) -> bytes:
        files = mutate.files_of(bundle_of(campaign))
        lines = mutate.document(files, name)
        change(lines)
        return bytes(mutate.with_document(files, name, mutate.mended(name, lines)))

    return bundle


def decision(kind: str, subject: str, outcome: str, **more: str) -> dict[str, str]:
    people = {"by": "0" * 8, "by2": "1" * 8}
    return {"kind": kind, "subject": subject, "outcome": outcome, "reason": "查证属实", **people, **more}


@pytest.mark.parametrize(
    ("campaign", "kind", "subject", "outcome"),
    [
        ("gates", "disqualify", "e99", "disqualified"),
        ("gates", "screening", "e99", "fail"),
        ("gates", "screening", "nowhere/e1", "fail"),
        ("gates", "screening", "declare/e99", "fail"),
        ("gates", "merge_area", "GOV/金融", "银行"),
        ("gates", "merge_area", "nothing", "银行"),
        ("gates", "size", "nothing", "3"),
        ("gates", "size", "nothing/gov", "3"),
        ("gates", "void", "1", "void"),
        ("votes-exact", "void", "41", "void"),
        (PANEL, "recusal", "s001/e99", "recused"),
        ("funding", "grant", "e99", "100"),
        ("funding", "approval", "e99", "approved"),
        ("funding", "acceptance", "e99", "failed"),
        ("funding", "performance", "e99", "missed"),
    ],
)
def test_a_decision_about_what_is_not_in_the_bundle_is_refused(
    campaign: str, kind: str, subject: str, outcome: str, altered: Any, verdicts: Any
) -> None:
    content = altered(campaign, "decisions", lambda d: d.append(decision(kind, subject, outcome)))
    ours, theirs = verdicts(content)
    assert ours != set()
    assert theirs == {"E8.2"}


@pytest.mark.parametrize(
    ("campaign", "kind", "subject", "outcome"),
    [
        ("gates", "disqualify", "?", "disqualified"),
        ("gates", "screening", "?", "fail"),
        ("gates", "merge_area", "?", "银行"),
        ("gates", "size", "?", "3"),
        ("votes-exact", "void", "?", "void"),
        (PANEL, "recusal", "s001/?", "recused"),
        ("funding", "grant", "?", "100"),
    ],
)
def test_the_same_behind_a_question_mark_changes_nothing_and_is_accepted(
    campaign: str, kind: str, subject: str, outcome: str, altered: Any, verdicts: Any
) -> None:
    made = [decision(kind, subject, outcome, reason=why) for why in ("一", "二")]
    assert verdicts(altered(campaign, "decisions", lambda d: d.extend(made))) == (set(), set())


@pytest.mark.parametrize("subject", ["?/e5", "s001/e5/x", "s1/e5", "e5"])
def test_a_recusal_names_a_seat_and_one_entry(subject: str, altered: Any, verdicts: Any) -> None:
    made = decision("recusal", subject, "recused")
    ours, theirs = verdicts(altered(PANEL, "decisions", lambda d: d.append(made)))
    assert ours != set()
    assert "E8.2" in theirs


@pytest.mark.parametrize(
    ("keys", "outcome"),
    [
        ({"reason": " \u3000"}, "disqualified"),
        ({"time": "昨天"}, "disqualified"),
        ({"time": "1" * 41}, "disqualified"),
    ],
)
def test_a_decision_has_a_reason_and_a_time_that_looks_like_one(
    keys: dict[str, str], outcome: str, altered: Any, verdicts: Any
) -> None:
    made = decision("disqualify", "?", outcome, **keys)
    ours, theirs = verdicts(altered("gates", "decisions", lambda d: d.append(made)))
    assert ours != set()
    assert "E8.1" in theirs


def test_two_decisions_on_an_entry_whose_id_holds_a_question_mark(
    campaigns: ModuleType, mutate: ModuleType, verdicts: Any, tmp_path: Path
) -> None:
    text, tables = campaigns.CAMPAIGNS["votes-exact"]()
    for row in tables["entries"][1:]:
        row[0] = "e?2" if row[0] == "e2" else row[0]
    tables["decisions"].append(["disqualify", "e?2", "取消资格", "查证属实", "甲", "乙", ""])
    files = mutate.files_of(campaigns.write_bundle(tmp_path / "odd", (text, tables)))
    assert verdicts(mutate.tar_of(files)) == (set(), set())
    twice = mutate.document(files, "decisions")
    twice.append(decision("disqualify", "e?2", "disqualified", reason="又一次"))
    ours, theirs = verdicts(mutate.with_document(files, "decisions", mutate.mended("decisions", twice)))
    assert ours != set()
    assert theirs == {"E8.1"}


def renumbered(mutate: ModuleType, bundle: Path, old: str, new: str) -> bytes:
    """The bundle with one seat under another number in every file; the numbers keep their order."""
    files = mutate.files_of(bundle)
    for name in files:
        if name.endswith((".json", ".jsonl")):
            files[name] = files[name].replace(old.encode(), new.encode())
    return bytes(mutate.with_document(files, "sheets", mutate.document(files, "sheets")))


def test_seats_with_a_gap_or_too_many_digits_are_refused(
    mutate: ModuleType, bundle_of: Callable[[str], Path], verdicts: Any
) -> None:
    bundle = bundle_of(PANEL)
    seats = {row["seat"] for row in mutate.document(mutate.files_of(bundle), "sheets")}
    recused = mutate.document(mutate.files_of(bundle), "decisions")
    last = max(seats | {row["subject"].partition("/")[0] for row in recused if row["kind"] == "recusal"})
    assert last == "s006"
    assert verdicts(renumbered(mutate, bundle, last, last)) == (set(), set())
    for other in ("s007", "s999"):
        assert verdicts(renumbered(mutate, bundle, last, other)) == ({"verify.seats"}, {"E7.1"})
    ours, theirs = verdicts(renumbered(mutate, bundle, last, "s0006"))
    assert ours == {"verify.seats"}
    assert "E7.1" in theirs  # the longer number also stands in another order


def test_an_exclusion_of_a_mark_names_no_seat_that_the_bundle_lacks(
    mutate: ModuleType, bundle_of: Callable[[str], Path], verdicts: Any
) -> None:
    lines = mutate.document(mutate.files_of(bundle_of(PANEL)), "exclusions")
    at = next(i for i, row in enumerate(lines) if row["rule"] == "scores.out-of-range")
    for seat, wanted in (("s099", ({"verify.row-differs"}, {"E9.2"})), ("?", (set(), set()))):
        name = f"e3/{seat}/{lines[at]['id'].rpartition('/')[2]}"
        rows = [{**row, "id": name} if i == at else row for i, row in enumerate(lines)]
        files = mutate.files_of(bundle_of(PANEL))
        content = mutate.with_document(files, "exclusions", mutate.mended("exclusions", rows))
        assert verdicts(content) == wanted


# ---- reasons of exclusions ----


@pytest.mark.parametrize("campaign", ["gates", "composite", PANEL, "two-votes"])
def test_rules_in_other_words_are_accepted(campaign: str, altered: Any, verdicts: Any) -> None:
    def reword(lines: Lines) -> None:
        assert lines != []
        for row in lines:
            row["reason"] = f"旧版说法（{row['rule'][::-1]}）"

    assert verdicts(altered(campaign, "exclusions", reword)) == (set(), set())


def test_a_rule_in_other_words_still_has_to_be_the_one_that_was_broken(altered: Any, verdicts: Any) -> None:
    def swap(lines: Lines) -> None:
        for row in lines:
            row["reason"] += "。"
        next(x for x in lines if x["rule"] == "entries.late")["rule"] = "entries.early"

    ours, theirs = verdicts(altered("gates", "exclusions", swap))
    assert ours != set()
    assert theirs & {"E9.1", "E9.3"} != set()


@pytest.mark.parametrize("reason", ["", "另一种说法"])
def test_no_reason_or_two_for_one_rule_are_refused(reason: str, altered: Any, verdicts: Any) -> None:
    def change(lines: Lines) -> None:
        several = [x for x in lines if sum(y["rule"] == x["rule"] for y in lines) > 1]
        several[0]["reason"] = reason

    ours, theirs = verdicts(altered("gates", "exclusions", change))
    assert ours == {"verify.row"}
    assert "E9.1" in theirs


def test_no_reason_at_all_is_refused(altered: Any, verdicts: Any) -> None:
    ours, theirs = verdicts(altered("gates", "exclusions", lambda x: [row.update(reason="") for row in x]))
    assert ours == {"verify.row"}
    assert "E9.1" in theirs


def test_a_rule_that_nobody_knows_is_refused_whatever_its_reason(altered: Any, verdicts: Any) -> None:
    made = {"kind": "entry", "id": "e1", "rule": "entries.ugly", "reason": "不好看"}
    assert verdicts(altered("gates", "exclusions", lambda x: x.append(made))) == ({"verify.row"}, {"E9.2"})


def test_rows_with_an_id_that_cannot_be_one_are_accepted_as_left_out(
    campaigns: ModuleType, mutate: ModuleType, verdicts: Any, tmp_path: Path
) -> None:
    text, tables = campaigns.CAMPAIGNS["gates"]()
    tables["entries"] += [[name, *tables["entries"][1][1:]] for name in ("x;y", "?")]
    files = mutate.files_of(campaigns.write_bundle(tmp_path / "odd", (text, tables)))
    assert "entries.bad-id" in {json.loads(x)["rule"] for x in files["exclusions.jsonl"].splitlines()}
    assert verdicts(mutate.tar_of(files)) == (set(), set())
