"""Files of a campaign become the core's inputs: entries, endorsements, decisions, ballots, scores."""

from __future__ import annotations

import unicodedata
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from zoneinfo import ZoneInfo

from guiguan.core.blueprint.lookup import ballot_stages, groupings_used
from guiguan.core.blueprint.model import Blueprint
from guiguan.core.blueprint.stages import Ballots
from guiguan.core.entries.columns import NAMING, OWN
from guiguan.core.entries.decide import Decisions, settle
from guiguan.core.entries.entry import Decision
from guiguan.core.entries.register import Register, register, standing_rows
from guiguan.core.ranking.campaign import Inputs
from guiguan.core.reviews.mark import MarkRow
from guiguan.core.values.chinese import same_text
from guiguan.core.values.credit_code import check_credit_code
from guiguan.core.values.exclusion import Exclusion
from guiguan.core.values.finding import Finding, InputError, Place
from guiguan.core.values.regions import Regions
from guiguan.replay.ballots import ReadBallots, homeless_ballots, read_ballots
from guiguan.tables.read import read_table
from guiguan.tables.table import Table

ENTRY_ALIASES = {
    "申报件编号": "entry",
    "案例编号": "entry",
    "编号": "entry",
    "案例名称": "title",
    "名称": "title",
    "申报单位": "applicant",
    "统一社会信用代码": "credit_code",
    "申报类别": "category",
    "类别": "category",
    "申报领域": "area",
    "领域": "area",
    "地区": "region",
    "推荐单位": "endorsed_by",
    "申报时间": "submitted",
    "报名时间": "preregistered",
    "是否撤回": "withdrawn",
}
SCORE_ALIASES = {
    "申报件编号": "entry",
    "案例编号": "entry",
    "评委": "reviewer",
    "专家": "reviewer",
    "指标": "criterion",
    "分数": "score",
    "评分": "score",
}
LONGEST = {"entry": 100, "title": 500, "applicant": 500}


@dataclass(frozen=True)
class Files:
    """The files of one replay; what a campaign has not is None."""

    entries: Path
    ballots: Path | None = None
    scores: Path | None = None
    endorsements: Path | None = None
    decisions: Path | None = None


@dataclass(frozen=True)
class ReadInputs:
    """The core's inputs, what was left out while reading, the votes with their lines, and notes for the user."""

    inputs: Inputs
    left_out: tuple[Exclusion, ...]
    votes: Mapping[str, ReadBallots]
    notes: tuple[Finding, ...]


def read_inputs(blueprint: Blueprint, files: Files, seed: str | None, regions: Regions) -> ReadInputs:
    """Everything that the files say. Raises InputError with every finding where one of them cannot be used."""
    faults: list[Finding] = []
    notes: list[Finding] = []
    left_out: list[Exclusion] = []
    with _gathering(faults):
        entries = _entries_table(blueprint, files.entries)
        notes += entries.notes
    with _gathering(faults):
        decision_rows = _decision_rows(files.decisions, notes)
    with _gathering(faults):
        endorsement_rows = _endorsement_rows(files.endorsements, notes)
    with _gathering(faults):
        score_rows = _score_rows(files.scores, notes)
    stages = ballot_stages(blueprint)
    if faults:
        with _gathering(faults):
            _try_ballots(files.ballots, stages)
        raise InputError(*faults)
    decisions, refused = settle(blueprint, decision_rows)
    left_out += refused
    rows = [dict(zip(entries.columns, map(_nfc, row), strict=True)) for row in entries.rows]
    kept, _ = standing_rows(rows, entries.lines, ZoneInfo(blueprint.zone))
    endorsed, refused_endorsements = _endorsed(blueprint, [rows[i] for i in kept], endorsement_rows)
    left_out += refused_endorsements
    notes += _credit_codes(entries, rows)
    found = register(blueprint, rows, entries.lines, frozenset(entries.columns), regions, decisions, endorsed)
    notes += _too_long(found, entries)
    votes: dict[str, ReadBallots] = {}
    for stage in stages if files.ballots is not None else ():
        assert files.ballots is not None
        known = [e.entry for e in found.entries]
        void = decisions.of("void")
        votes[stage.id], unreadable, more = read_ballots(
            files.ballots, stage, ZoneInfo(blueprint.zone), known, void, only_stage=len(stages) == 1
        )
        left_out += unreadable
        notes += [n for n in more if n not in notes]
    if files.ballots is not None and len(stages) > 1:
        left_out += homeless_ballots(files.ballots, frozenset(s.id for s in stages))
    if files.ballots is not None and not stages:
        notes.append(_unused_ballots(files.ballots))
    left_out += _strange_subjects(blueprint, decisions, found, votes)
    ballots = {name: v.columns for name, v in votes.items()}
    inputs = Inputs(blueprint, found, decisions, ballots, tuple(score_rows), seed)
    return ReadInputs(inputs, tuple(left_out), votes, tuple(notes))


def read_regions(path: Path | None) -> Regions:
    """The divisions that a file lists (columns code, name), or GB/T 2260 as it comes with the program."""
    if path is None:
        return Regions.official()
    table = read_table(path, required=["code", "name"], aliases={"代码": "code", "名称": "name"})
    return Regions.from_rows(zip(table.column("code"), table.column("name"), strict=True))


class _gathering:  # noqa: N801  (reads as a verb where it stands)
    """Keeps the findings of one file, so that the faults of all files are told at once."""

    def __init__(self, faults: list[Finding]) -> None:
        self.faults = faults

    def __enter__(self) -> None:
        return None

    def __exit__(self, kind: object, error: BaseException | None, trace: object) -> bool:
        if isinstance(error, InputError):
            self.faults.extend(error.findings)
            return True
        return False


def _nfc(text: str) -> str:
    return unicodedata.normalize("NFC", text)


def _entries_table(blueprint: Blueprint, path: Path) -> Table:
    used = groupings_used(blueprint) | {n for q in blueprint.applicants.quotas for n in q.per}
    required = [*NAMING]
    if len(blueprint.categories) > 1 or "category" in used or "area" in used:
        required.append("category")
    if "area" in used:
        required.append("area")
    if {"province", "city"} & used or blueprint.routing is not None:
        required.append("region")
    if any(s.kind == "registration" and s.needed for s in blueprint.stages):
        required.append("preregistered")
    forms = [f.id for f in blueprint.form]
    # Without them nobody would be paid, or everybody would stand in one group, and nobody would be told.
    counted = [f.base for f in blueprint.funding] + [w for f in blueprint.funding for w in f.when or {}]
    counted += [w for a in blueprint.awards for w in a.when or {}]
    required += sorted(({*counted, *used} & set(forms)) - set(required) - set(OWN))
    return read_table(path, required=required, known=(*OWN, *forms), aliases=ENTRY_ALIASES)


def _decision_rows(path: Path | None, notes: list[Finding]) -> list[Decision]:
    if path is None:
        return []
    table = read_table(path, required=["kind", "subject", "outcome", "reason", "by"], known=("by2", "time"))
    notes += table.notes
    columns = [table.column(n) for n in ("kind", "subject", "outcome", "reason", "by", "by2", "time")]
    # `cells` are seven texts; the checker sees a list of any length. An unknown kind is refused by `settle`.
    return [
        Decision(*map(_nfc, cells), line=line)  # type: ignore[arg-type, misc]  # cells in the order of the fields
        for *cells, line in zip(*columns, table.lines, strict=True)
    ]


def _endorsement_rows(path: Path | None, notes: list[Finding]) -> list[tuple[str, str, str, int]]:
    if path is None:
        return []
    table = read_table(path, required=["entry", "endorser", "kind"])
    notes += table.notes
    columns = [list(map(_nfc, table.column(n))) for n in ("entry", "endorser", "kind")]
    return list(zip(*columns, table.lines, strict=True))


def _score_rows(path: Path | None, notes: list[Finding]) -> list[MarkRow]:
    if path is None:
        return []
    table = read_table(
        path,
        required=["entry", "reviewer", "criterion", "score"],
        known=("weight", "panel", "round"),
        aliases=SCORE_ALIASES,
    )
    notes += table.notes
    columns = [
        table.column(n) for n in ("entry", "reviewer", "criterion", "score", "weight", "panel", "round")
    ]
    # As above: `cells` are seven texts.
    return [
        MarkRow(*map(_nfc, cells), line=line)  # type: ignore[arg-type, misc]  # cells in the order of the fields
        for *cells, line in zip(*columns, table.lines, strict=True)
    ]


def _endorsed(
    blueprint: Blueprint,
    rows: list[dict[str, str]],
    table: list[tuple[str, str, str, int]],
) -> tuple[dict[str, tuple[tuple[str, str], ...]], list[Exclusion]]:
    """Endorsements by entry. The column `endorsed_by` is one endorsement of kind `recommend`; the same one twice counts once.

    `rows` are those that stand: a rejected row recommends nobody.
    """
    ids = frozenset(r["entry"] for r in rows)
    kinds = set(blueprint.endorsers.kinds) if blueprint.endorsers else {"recommend"}
    found: dict[str, dict[tuple[str, str], str]] = defaultdict(dict)
    out: list[Exclusion] = []
    for row in rows:
        if row.get("endorsed_by") and row["endorsed_by"] != "无":
            found[row["entry"]][(same_text(row["endorsed_by"]), "recommend")] = row["endorsed_by"]
    for entry, endorser, kind, line in sorted(table):
        kind = kind or "recommend"
        fault = (
            "endorsements.blank"
            if not entry or not endorser
            else "endorsements.unknown-entry"
            if entry not in ids
            else "endorsements.unknown-kind"
            if kind not in kinds
            else "endorsements.duplicate"
            if (same_text(endorser), kind) in found[entry]
            else None
        )
        if fault is not None:
            out.append(Exclusion("endorsement", entry, fault, line=line, detail=f"{endorser} {kind}"))
        else:
            found[entry][(same_text(endorser), kind)] = endorser
    return {
        e: tuple((name, kind) for (_, kind), name in sorted(pairs.items())) for e, pairs in found.items()
    }, out


def _credit_codes(table: Table, rows: list[dict[str, str]]) -> list[Finding]:
    """A wrong check character warns and never blocks: real ones exist."""
    notes: list[Finding] = []
    if not table.has("credit_code"):
        return notes
    column = table.columns.index("credit_code") + 1
    for row, line in zip(rows, table.lines, strict=True):
        if row["credit_code"] and row["credit_code"] != "无":
            warning = check_credit_code(row["credit_code"])[1]
            if warning is not None:
                notes.append(warning.at(Place(table.file, line, column)))
    return notes


def _too_long(found: Register, table: Table) -> list[Finding]:
    faults = [
        Finding(
            "entries.too-long",
            f"{name} 有 {len(getattr(e, name))} 字，最多 {most} 字，请检查是否错列",
            f"{name} has {len(getattr(e, name))} characters, at most {most} are allowed",
            Place(table.file, e.line, 0),
        )
        for e in found.entries
        for name, most in LONGEST.items()
        if len(getattr(e, name)) > most
    ]
    if faults:
        raise InputError(*faults)
    return []


def _try_ballots(path: Path | None, stages: tuple[Ballots, ...]) -> None:
    """Reads for the faults alone, when another file has made counting impossible."""
    if path is not None and stages:
        read_ballots(path, stages[0], ZoneInfo("UTC"), [], (), only_stage=len(stages) == 1)


def _unused_ballots(path: Path) -> Finding:
    return Finding(
        "replay.ballots-unused",
        "蓝图没有网络投票环节，选票文件未读取；如有投票，请核对蓝图",
        "the blueprint has no vote, so the ballots were not read; check the blueprint if there was one",
        Place(str(path)),
        "warning",
    )


def _strange_subjects(
    blueprint: Blueprint, decisions: Decisions, found: Register, votes: Mapping[str, ReadBallots]
) -> list[Exclusion]:
    """Decisions about things that are not there: reported, since they change nothing."""
    entries = {e.entry for e in found.entries}
    ballots = {name for v in votes.values() for name in v.names.ids}
    screenings = {s.id for s in blueprint.stages if s.kind == "screening"}
    selections = {s.id for s in blueprint.stages if s.kind == "selection" and s.lists}
    sizes = {s.id for s in blueprint.stages} | {a.id for a in blueprint.awards}
    sizes |= {a.id for a in blueprint.organisation_awards}
    categories = {c.id for c in blueprint.categories}
    out: list[Exclusion] = []
    for (kind, subject), d in decisions.standing.items():
        head, _, tail = subject.partition("/")
        match kind:
            case "void":
                known = subject in ballots
            case "recusal":
                known = subject.rpartition("/")[2] in entries
            case "size":
                known = head in sizes
            case "merge_area":
                known = head in categories
            case "screening":
                known = subject in entries or (head in screenings and tail in entries)
            case "listed":
                known = head in selections and tail in entries
            case _:
                known = subject in entries
        if not known:
            out.append(
                Exclusion(
                    "decision",
                    subject,
                    "decisions.unknown-subject",
                    line=d.line,
                    detail=f"{kind}：{d.outcome}",
                )
            )
    return out
