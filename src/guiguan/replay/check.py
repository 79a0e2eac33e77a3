"""`guiguan verify`: a bundle read back, counted again by the core and written again; every file must be the same bytes.

So whatever the core and the writer of bundles say of a file is checked at once: its form, its order, its completeness. The
verifier inside the bundle shares nothing with this; both must agree.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from guiguan.core.entries.entry import Entry
from guiguan.core.entries.register import Register
from guiguan.core.evidence.bundle import Sealed, manifest, parts
from guiguan.core.evidence.logs import NOTE
from guiguan.core.evidence.pseudonym import Pseudonyms
from guiguan.core.integrity.note import Check
from guiguan.core.ranking.campaign import Inputs, Outcome, count
from guiguan.core.values.canonical import NotCanonical, decode, encode_line
from guiguan.core.values.exclusion import reason
from guiguan.core.values.finding import Finding, InputError
from guiguan.replay.ballots_back import read_ballots_back
from guiguan.replay.bundle_files import BundleFiles, fault, open_bundle
from guiguan.replay.check_logs import log_faults
from guiguan.replay.rows_back import (
    MOST_FINDINGS,
    Given,
    given,
    is_given,
    numbers_of,
    read_decision,
    read_decisions,
    read_entry,
    read_exclusions,
    read_rows,
    read_sheet,
    seats_in,
)
from guiguan.replay.rules_back import blueprint_of, facts_used

Json = dict[str, Any]
TEXTS = ("README.txt", "SPEC.md", "verify.py")


@dataclass(frozen=True)
class Checked:
    """What a bundle says, and the findings against it: none where everything agrees."""

    campaign: str
    entries: int
    ballots: int
    awards: int
    findings: tuple[Finding, ...]


class AsWritten(Pseudonyms):
    """Names that are pseudonyms already."""

    def voter(self, voter: str, day: str) -> str:
        return voter

    def network(self, address: str, day: str) -> str:
        return address

    def person(self, name: str) -> str:
        return name

    def hidden(self, names: Iterable[str]) -> frozenset[str]:
        return frozenset()

    def seats(self, reviewers: Iterable[str]) -> dict[str, str]:
        return {r: r for r in reviewers}


def check_bundle(path: Path, check: Check) -> Checked:
    """The bundle at `path`, checked whole; signatures over its logs by `check`. InputError where it cannot be read far enough to be counted."""
    files = open_bundle(path)
    listed = _document(files, "manifest.json")
    faults = list(_manifest_faults(files, listed))
    if faults:
        raise InputError(*faults)
    sealed, reasons, seeming = _read_back(files)
    try:
        faults += _against(files, sealed, reasons, listed)
        if files.has_logs:
            faults += log_faults(files, sealed, listed, check)
    except NotCanonical as error:
        raise InputError(_not_countable(str(error))) from error
    o = sealed.outcome
    ballots = sum(map(len, sealed.inputs.ballots.values()))
    return Checked(
        sealed.inputs.blueprint.campaign, len(o.entries), ballots, len(o.given), (*seeming, *faults)
    )


def _document(files: BundleFiles, name: str) -> Any:
    try:
        found = decode(files.content(name))
    except NotCanonical as error:
        zh, en = f"不是规范编码（GGC1）：{error}", f"not canonical (GGC1): {error}"
        raise InputError(fault("verify.canonical", name, zh, en)) from error
    if not isinstance(found, dict):
        raise InputError(fault("verify.canonical", name, "应为一组键值", "keys and values are wanted"))
    return found


def _manifest_faults(files: BundleFiles, listed: Json) -> Iterator[Finding]:
    """Files whose size or digest is not as listed; files listed that are not there, and the other way round."""
    rows = listed.get("files")
    if not isinstance(rows, list) or not all(isinstance(r, dict) for r in rows):
        yield fault("verify.manifest", "manifest.json", "没有文件清单（files）", "there is no list of files")
        return
    by_name = {r.get("path"): r for r in rows if isinstance(r.get("path"), str)}
    wanted = [n for n in files.names if n not in ("manifest.json", NOTE)]
    for name in wanted:
        row = by_name.get(name)
        if row is None:
            yield fault(
                "verify.not-listed", name, "清单里没有这个文件", "the manifest does not list this file"
            )
        elif row.get("size") != files.size(name):
            zh = f"清单写 {row.get('size')} 字节，实为 {files.size(name)} 字节"
            en = f"the manifest says {row.get('size')} bytes, there are {files.size(name)}"
            yield fault("verify.size", name, zh, en)
        elif row.get("sha256") != files.digest(name):
            zh, en = (
                "内容与清单中的摘要不符，文件已被改动",
                "the content is not what the manifest's digest says",
            )
            yield fault("verify.digest", name, zh, en)
    if [r.get("path") for r in rows] != wanted:
        zh = "清单应依次列出每个文件，不多不少"
        yield fault(
            "verify.manifest", "manifest.json", zh, "the manifest must list every file once, in order"
        )


def _read_back(files: BundleFiles) -> tuple[Sealed, dict[str, str], list[Finding]]:
    """The campaign counted again from the bundle's rules and rows; the reasons it gives by rule; and rows that stand
    though they should not."""
    rules = _document(files, "rules.json")
    entries = {e.entry: e for e in read_rows(files, "entries.jsonl", read_entry)}
    rows = read_rows(files, "decisions.jsonl", read_decision)
    merged = [d.subject.partition("/")[0] for d in rows if d.kind == "merge_area" and "/" in d.subject]
    categories = {e.category for e in entries.values() if e.category} | set(merged)
    blueprint = blueprint_of(rules, files.content("rules.json"), categories)
    _require_facts(rules, entries)
    decisions = read_decisions(blueprint, rows)
    marks = list(itertools.chain(*read_rows(files, "sheets.jsonl", read_sheet)))
    exclusions, reasons = read_exclusions(files)
    stated = given(exclusions, entries)
    seats_in(marks, decisions)
    held = _votes_held(_document(files, "result.json"))
    votes = read_ballots_back(files, blueprint, sorted(entries), numbers_of(decisions), stated.twice, held)
    register = Register(tuple(e for _, e in sorted(entries.items())), stated.faults, stated.no_entries)
    ballots = {stage: columns for stage, (columns, _) in votes.items()}
    inputs = Inputs(blueprint, register, decisions, ballots, tuple(marks), rules.get("seed"))
    outcome = _counted(inputs)
    names = {stage: names for stage, (_, names) in votes.items()}
    sealed = Sealed(
        inputs, outcome, names, rules["blueprint_sha256"], AsWritten(bytes(32), blueprint.campaign), False
    )
    return sealed, reasons, list(_standing_wrongly(outcome, stated))


def _require_facts(rules: Json, entries: Mapping[str, Entry]) -> None:
    wanted = facts_used(rules)
    faults = [
        fault(
            "verify.facts",
            "entries.jsonl",
            f"facts 应恰为：{'、'.join(wanted) or '无'}",
            f"facts must be: {wanted}",
            e.line,
        )
        for e in entries.values()
        if sorted(e.facts) != wanted
    ]
    if faults:
        raise InputError(*faults[:MOST_FINDINGS])


def _votes_held(result: Json) -> frozenset[str]:
    """The votes that the result has a tally of: one without any ballot leaves no line behind."""
    tallies = result.get("tallies", [])
    rows = tallies if isinstance(tallies, list) else []
    return frozenset(str(t.get("stage")) for t in rows if isinstance(t, dict))


def _counted(inputs: Inputs) -> Outcome:
    try:
        return count(inputs)
    except (
        ArithmeticError,
        AssertionError,
        AttributeError,
        LookupError,
        RecursionError,
        TypeError,
        ValueError,
    ) as error:
        # The rows come from strangers: what no checked blueprint and no table of ours could bring about ends here.
        raise InputError(_not_countable(f"{type(error).__name__} {error}")) from error


def _not_countable(found: str) -> Finding:
    return Finding(
        "verify.not-countable",
        f"证据包的内容自相矛盾，无法重算（{found[:200]}）",
        f"the bundle contradicts itself and cannot be counted ({found[:200]})",
    )


def _standing_wrongly(outcome: Outcome, stated: Given) -> Iterator[Finding]:
    """Marks on the sheets that the rules refuse: an honest bundle has only marks that stand."""
    for x in outcome.exclusions:
        if x.kind == "score" and is_given(x.kind, x.rule):
            zh, en = (
                f"评分表里有不应计入的分数：{x.id}（{x.rule}）",
                f"a mark that does not stand: {x.id} ({x.rule})",
            )
            yield fault("verify.mark", "sheets.jsonl", zh, en, x.line)
    outcome.exclusions += stated.rows


def _against(
    files: BundleFiles, sealed: Sealed, reasons: Mapping[str, str], listed: Json
) -> Iterator[Finding]:
    """Where the bundle differs from what the core writes for what was read from it."""
    for name, pieces in parts(sealed, {}):
        if name == "exclusions.jsonl":
            yield from _lines_apart(files, name, _reworded(pieces, reasons))
        elif name.endswith(".jsonl"):
            yield from _lines_apart(files, name, pieces)
        else:
            written, found = b"".join(pieces), files.content(name)
            if written != found:
                zh, en = first_difference(decode(written), decode(found))
                yield fault("verify.result", name, f"与重算的不一致：{zh}", f"not what was recomputed: {en}")
    rows = ((r["path"], r["size"], r["sha256"]) for r in listed["files"])
    wanted = decode(manifest(sealed, rows))
    kept = listed.get("key") == "kept" and isinstance(listed.get("key_sha256"), str)
    if kept and len(listed["key_sha256"]) == 64 and set(listed["key_sha256"]) <= set("0123456789abcdef"):
        wanted |= {"key": "kept", "key_sha256": listed["key_sha256"]}
    if wanted != listed:
        zh, en = first_difference(wanted, listed)
        yield fault(
            "verify.manifest", "manifest.json", f"清单不合规定：{zh}", f"not of the required form: {en}"
        )


def _reworded(lines: Iterable[bytes], reasons: Mapping[str, str]) -> Iterable[bytes]:
    """The lines of exclusions with the bundle's reasons in place of today's, in order."""
    if all(why == reason(rule) for rule, why in reasons.items()):
        return lines
    rows = (decode(line[:-1]) for line in lines)
    return sorted(encode_line(row | {"reason": reasons.get(row["rule"], row["reason"])}) for row in rows)


def _lines_apart(files: BundleFiles, name: str, pieces: Iterable[bytes]) -> Iterator[Finding]:
    pairs = itertools.zip_longest(pieces, files.lines(name), fillvalue=b"")
    for number, (wanted, found) in enumerate(pairs, 1):
        if wanted != found:
            zh = f"与重算的不一致：应为 {_short(wanted, '没有这一行')}，写了 {_short(found, '没有这一行')}"
            en = f"not what was recomputed: wanted {_short(wanted, 'no line')}, found {_short(found, 'no line')}"
            yield fault("verify.row-differs", name, zh, en, number)
            return


def first_difference(wanted: Any, found: Any, path: str = "") -> tuple[str, str]:
    """Where two values first differ, in Chinese and in English."""
    if isinstance(wanted, dict) and isinstance(found, dict):
        for key in sorted({*wanted, *found}):
            if key not in wanted or key not in found or wanted[key] != found[key]:
                return first_difference(wanted.get(key), found.get(key), f"{path}.{key}".strip("."))
    if isinstance(wanted, list) and isinstance(found, list):
        for i in range(max(len(wanted), len(found))):
            pair = [v[i] if i < len(v) else None for v in (wanted, found)]
            if pair[0] != pair[1]:
                return first_difference(pair[0], pair[1], f"{path}[{i}]")
    return (
        f"{path} 应为 {_value(wanted, '没有')}，写了 {_value(found, '没有')}",
        f"{path}: wanted {_value(wanted, 'nothing')}, found {_value(found, 'nothing')}",
    )


def _value(value: Any, nothing: str) -> str:
    return nothing if value is None else str(value)[:120]


def _short(line: bytes, nothing: str) -> str:
    text = line.decode("utf-8", "replace").rstrip("\n")
    return nothing if not line else text if len(text) <= 160 else text[:160] + "…"
