"""The rows of a bundle read back into what the core counts from. Seats and pseudonyms stand for the people they hide."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any, NoReturn, TypeVar

from guiguan.core.blueprint.model import Blueprint
from guiguan.core.entries.decide import Decisions, settle
from guiguan.core.entries.entry import Decision, Entry
from guiguan.core.entries.register import GIVEN_RULES
from guiguan.core.reviews.mark import MarkRow
from guiguan.core.values.canonical import decode
from guiguan.core.values.exclusion import RULES, Exclusion, reason
from guiguan.core.values.finding import Finding, InputError
from guiguan.core.values.moment import Instant
from guiguan.core.values.rounding import decimal_text, parse_fraction_text
from guiguan.replay.bundle_files import BundleFiles, fault

T = TypeVar("T")
MOST_FINDINGS = 20
_RECOMPUTED = ("scores.incomplete-sheet",)
_ID = re.compile(r"[a-z][a-z0-9_]{0,31}")
_SEAT = re.compile(r"s[0-9]{3,}")
_ROW = re.compile(r"row (0|[1-9][0-9]{0,8})")
_NUMBER = re.compile(r"[1-9][0-9]{0,14}")
_PERSON = re.compile(r"[0-9a-f]{8}")


class Row:
    """One line of a file. Whatever is not as it must be raises InputError with the line's place."""

    def __init__(self, file: str, line: int, value: Any) -> None:
        self.file, self.line, self.value = file, line, value
        if not isinstance(value, dict):
            self.wrong("应为一组键值", "keys and values are wanted")

    def wrong(self, zh: str, en: str) -> NoReturn:
        raise InputError(self.fault(zh, en))

    def fault(self, zh: str, en: str) -> Finding:
        return fault("verify.row", self.file, zh, en, self.line)

    def text(self, key: str, default: str | None = None, form: re.Pattern[str] | None = None) -> str:
        value = self.value.get(key, default)
        if not isinstance(value, str) or (form and value != default and not form.fullmatch(value)):
            self.wrong(f"“{key}”缺少或不合规定", f"{key} is missing or not of the required form")
        return value

    def number(self, key: str) -> int:
        value = self.value.get(key)
        if type(value) is not int:
            self.wrong(f"“{key}”应为整数", f"{key} must be a whole number")
        return value

    def instant(self, key: str) -> Instant | None:
        return Instant(self.number(key)) if key in self.value else None

    def rows(self, key: str) -> list[Row]:
        value = self.value.get(key, [])
        if not isinstance(value, list):
            self.wrong(f"“{key}”应为列表", f"{key} must be a list")
        return [Row(self.file, self.line, item) for item in value]


def read_rows(files: BundleFiles, name: str, read: Callable[[Row], T]) -> list[T]:
    """Every line of a file, read. InputError with the first findings where some cannot be."""
    found: list[T] = []
    faults: list[Finding] = []
    for number, line in enumerate(files.lines(name), 1):
        try:
            found.append(read(Row(name, number, decode(line[:-1]))))
        except InputError as error:
            faults += error.findings
        except ValueError as error:
            zh, en = f"不是规范编码（GGC1）：{error}", f"not canonical (GGC1): {error}"
            faults.append(fault("verify.canonical", name, zh, en, number))
        if len(faults) >= MOST_FINDINGS:
            break
    if faults:
        raise InputError(*faults)
    return found


def read_entry(row: Row) -> Entry:
    """An entry as the count sees it."""
    entry = row.text("entry")
    if entry in ("", "?"):
        row.wrong("申报件编号不能为空或“?”", "an entry's id is neither empty nor ?")
    area = row.text("area", "")
    if "/" in area:
        row.wrong("领域不能含“/”", "an area has no slash")
    withdrawn = row.value.get("withdrawn", False)
    if not isinstance(withdrawn, bool):
        row.wrong("“withdrawn”应为 true", "withdrawn must be true")
    return Entry(
        entry=entry,
        title=row.text("title"),
        applicant=row.text("applicant"),
        counts_as=row.text("counts_as"),
        category=row.text("category", ""),
        area=area,
        province=row.text("province", ""),
        city=row.text("city", ""),
        batch=row.text("batch", ""),
        consortium=row.text("consortium", ""),
        submitted=row.instant("submitted"),
        preregistered=row.instant("preregistered"),
        withdrawn=withdrawn,
        endorsed=tuple(sorted({(e.text("by"), e.text("kind", form=_ID)) for e in row.rows("endorsed")})),
        facts={f.text("field"): f.text("value") for f in row.rows("facts")},
        line=row.line,
    )


def read_sheet(row: Row) -> list[MarkRow]:
    """The marks of one sheet, as a scores table would have them, with the seat for the reviewer."""
    return [
        MarkRow(
            entry=row.text("entry"),
            reviewer=row.text("seat", form=_SEAT),
            criterion=mark.text("criterion"),
            score=_written_out(mark, "value"),
            weight=_written_out(mark, "weight"),
            panel=row.text("panel"),
            round=str(row.number("round")),
            line=row.line,
        )
        for mark in row.rows("marks")
    ]


def _written_out(mark: Row, key: str) -> str:
    """The fraction as a decimal text; empty where there is none."""
    if key not in mark.value:
        return ""
    try:
        value = parse_fraction_text(mark.text(key))
        return decimal_text(value, _decimals(value))
    except ValueError:
        mark.wrong(f"“{key}”不是最简分数 n/d", f"{key} is no fraction n/d in lowest terms")


def _decimals(value: Fraction) -> int:
    return next((n for n in range(13) if (value * 10**n).denominator == 1), 12)


def read_decision(row: Row) -> Decision:
    """A decision. What it hides behind ? gets a subject of its own, so that two such are not one."""
    kind, subject = row.text("kind"), row.text("subject")
    if kind == "recusal":
        seat, _, entry = subject.rpartition("/")
        subject = f"{seat}/{_hidden(row)}" if entry == "?" else subject
    elif subject == "?":
        subject = _hidden(row)
    by, by2 = (row.text(k, "", _PERSON) for k in ("by", "by2"))
    why, when, outcome = row.text("reason"), row.text("time", ""), row.text("outcome")
    if kind == "grant":
        outcome += "分"  # a table gives an amount in yuan unless it names another unit, the bundle in fen
    # An unknown kind is refused by `settle`, as it would be in a table.
    return Decision(kind, subject, outcome, why, by, by2, when, row.line)  # type: ignore[arg-type]  # as said


def _hidden(row: Row) -> str:
    return f"?{row.line}"


def read_decisions(blueprint: Blueprint, rows: Iterable[Decision]) -> Decisions:
    """The decisions, each of which must stand. InputError names those that do not."""
    decisions, refused = settle(blueprint, rows)
    if refused:
        raise InputError(
            *(
                fault("verify.decision", "decisions.jsonl", reason(x.rule), reason(x.rule, "en"), x.line)
                for x in refused[:MOST_FINDINGS]
            )
        )
    return decisions


@dataclass(frozen=True)
class Given:
    """Exclusions that nobody outside recomputes: faults of entries, rows that became no entry, ballots whose id stood
    before, and rows that are not in the bundle at all."""

    faults: tuple[Exclusion, ...]
    no_entries: tuple[Exclusion, ...]
    twice: frozenset[int]
    rows: tuple[Exclusion, ...]


def read_exclusions(files: BundleFiles) -> tuple[list[Exclusion], dict[str, str]]:
    """The exclusions, each of a known rule, and the reason that the bundle gives for each rule, the same in all lines.

    The wording is the bundle's own: one written before a rule was reworded is as good. Ballots keep their number or row as `id`.
    """
    reasons: dict[str, str] = {}

    def read(row: Row) -> Exclusion:
        rule, why = row.text("rule"), row.text("reason")
        if rule not in RULES:
            row.wrong("没有这条规则", "no such rule")
        if not why:
            row.wrong("理由不能为空", "the reason must not be empty")
        if reasons.setdefault(rule, why) != why:
            row.wrong("同一规则的理由前后不一", "one rule has two reasons")
        kind, name = row.text("kind"), row.text("id")
        return Exclusion(kind, name, rule, line=row.line)  # type: ignore[arg-type]  # an unknown kind is in no table

    return read_rows(files, "exclusions.jsonl", read), reasons


def given(found: Iterable[Exclusion], entries: Mapping[str, Entry]) -> Given:
    """The exclusions that stand as given; those that are recomputed are passed over here and compared later."""
    faults: list[Exclusion] = []
    no_entries: list[Exclusion] = []
    twice: set[int] = set()
    rows: list[Exclusion] = []
    for x in found:
        match x.kind, x.rule:
            case "entry", rule if rule in GIVEN_RULES and x.id in entries:
                faults.append(x)
            case "entry", "entries.blank" | "entries.bad-id" | "entries.duplicate-id":
                no_entries.append(x)
            case "ballot", "votes.duplicate-id" if _NUMBER.fullmatch(x.id):
                twice.add(int(x.id))
            case "ballot", "votes.bad-time" | "votes.unknown-stage" if _ROW.fullmatch(x.id):
                rows.append(Exclusion("ballot", "", x.rule, line=int(x.id[4:])))
            case ("score" | "decision" | "endorsement") as kind, rule if is_given(kind, rule):
                rows.append(x)
    return Given(tuple(faults), tuple(no_entries), frozenset(twice), tuple(rows))


def is_given(kind: str, rule: str) -> bool:
    """Whether an exclusion of a score, decision or endorsement rests on rows that are not in the bundle."""
    heads = {"score": "scores.", "decision": "decisions.", "endorsement": "endorsements."}
    return rule.startswith(heads[kind]) and rule not in _RECOMPUTED


def seats_in(marks: Iterable[MarkRow], decisions: Decisions) -> frozenset[str]:
    """The seats that sheets and recusals name. InputError where they are not s001, s002 … without a gap."""
    recused = (subject.rpartition("/")[0] for subject in decisions.of("recusal"))
    seats = frozenset([*(m.reviewer for m in marks), *recused])
    width = max(3, len(str(len(seats))))
    if seats != {f"s{i:0{width}}" for i in range(1, len(seats) + 1)}:
        zh, en = "评委席位应从 s001 起连续编号", "seats must be numbered s001, s002 … without a gap"
        raise InputError(fault("verify.seats", "sheets.jsonl", zh, en))
    return seats


def numbers_of(decisions: Decisions) -> Iterator[int]:
    """The numbers of the ballots that are void."""
    return (int(s) for s in decisions.of("void") if _NUMBER.fullmatch(s))
