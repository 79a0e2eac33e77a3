"""Rows of an entries table become entries, each with every rule that it breaks."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from guiguan.core.blueprint.base import say
from guiguan.core.blueprint.lookup import fields, groupings_used, option_labels
from guiguan.core.blueprint.model import Blueprint
from guiguan.core.blueprint.selection import GROUPS
from guiguan.core.entries.applicant import as_one_names, eligibility_fault
from guiguan.core.entries.batch import batch_of
from guiguan.core.entries.columns import ABOUT_THE_ENTRY, NAMING
from guiguan.core.entries.decide import Decisions
from guiguan.core.entries.entry import Entry
from guiguan.core.entries.fill import faults
from guiguan.core.values.chinese import same_text
from guiguan.core.values.exclusion import Exclusion
from guiguan.core.values.moment import Instant, NoSuchTime, parse_instant
from guiguan.core.values.regions import AmbiguousRegion, Regions

Row = Mapping[str, str]
GIVEN_RULES = (
    "entries.bad-time",
    "entries.unknown-category",
    "entries.unknown-area",
    "entries.unknown-region",
    "entries.not-eligible",
    "entries.contractor-alone",
    "form.required",
    "form.too-long",
    "form.outside-term",
    "form.unreadable",
    "form.out-of-range",
    "form.not-an-option",
    "form.not-eligible",
)
"""Rules whose facts are private or free text: the evidence bundle states their outcome, nobody outside recomputes it."""


@dataclass(frozen=True)
class Register:
    """`entries` by id in order; `given` the faults that a row carries in itself; `rejected` rows that are no entry at all."""

    entries: tuple[Entry, ...]
    given: tuple[Exclusion, ...]
    rejected: tuple[Exclusion, ...]


def register(
    blueprint: Blueprint,
    rows: Sequence[Row],
    lines: Sequence[int],
    columns: frozenset[str],
    regions: Regions,
    decisions: Decisions,
    endorsed: Mapping[str, tuple[tuple[str, str], ...]],
) -> Register:
    """The entries in `rows` (cell texts by column). The outcome does not depend on the order of rows."""
    zone = ZoneInfo(blueprint.zone)
    kept, rejected = standing_rows(rows, lines, zone)
    one = as_one_names(blueprint, [rows[i] for i in kept])
    reader = _Reader(blueprint, columns, regions, decisions, zone)
    entries: list[Entry] = []
    given: list[Exclusion] = []
    for i, counts_as in zip(kept, one, strict=True):
        name = rows[i]["entry"]
        entry, broken = reader.entry(rows[i], lines[i], counts_as, endorsed.get(name, ()))
        entries.append(entry)
        given.extend(Exclusion("entry", name, rule, line=lines[i], detail=detail) for rule, detail in broken)
    return Register(tuple(entries), tuple(given), rejected)


def standing_rows(
    rows: Sequence[Row], lines: Sequence[int], zone: ZoneInfo
) -> tuple[tuple[int, ...], tuple[Exclusion, ...]]:
    """Positions of the rows that are entries, by id, and the rows that are none: blank ones, and ids used already.

    Of several rows with one id the earliest submitted stands, else the smallest text. Nothing that another of them says
    may touch an entry: not its recommendation, not its credit code.
    """
    rejected: list[Exclusion] = []
    best: dict[str, tuple[tuple[object, ...], int]] = {}
    for i, row in enumerate(rows):
        name = row["entry"]
        if not name or not row["title"] or not row["applicant"]:
            rejected.append(Exclusion("entry", name, "entries.blank", line=lines[i]))
            continue
        if name == "?" or ";" in name or "；" in name:
            rejected.append(Exclusion("entry", name, "entries.bad-id", line=lines[i]))
            continue
        submitted = _time(row.get("submitted", ""), zone)
        order = (submitted is None, submitted or 0, tuple(sorted(row.items())))
        if name in best:
            later = i if best[name][0] <= order else best[name][1]
            rejected.append(Exclusion("entry", name, "entries.duplicate-id", line=lines[later]))
            if later == i:
                continue
        best[name] = (order, i)
    return tuple(best[name][1] for name in sorted(best)), tuple(rejected)


def _time(text: str, zone: ZoneInfo) -> Instant | None:
    try:
        return parse_instant(text, zone) if text else None
    except (NoSuchTime, ValueError):
        return None


class _Reader:
    def __init__(
        self,
        blueprint: Blueprint,
        columns: frozenset[str],
        regions: Regions,
        decisions: Decisions,
        zone: ZoneInfo,
    ) -> None:
        self.blueprint, self.columns, self.regions, self.zone = blueprint, columns, regions, zone
        self.merged = decisions.of("merge_area")
        self.form = {
            name: f
            for name, f in fields(blueprint).items()
            if name in columns and name not in (*NAMING, *ABOUT_THE_ENTRY)
        }
        self.categories = {
            same_text(t): c for c in blueprint.categories for t in (c.id, say(c.title), *c.also)
        }
        used = (groupings_used(blueprint) & set(fields(blueprint))) - set(GROUPS)
        used |= {name for a in blueprint.awards for name in (a.when or {})}
        used |= {name for f in blueprint.funding for name in (*(f.when or {}), f.base)}
        self.facts = sorted(used)
        self.options = {
            name: {same_text(o): o for o in option_labels(f)}
            for name, f in fields(blueprint).items()
            if name in used and f.kind == "choice"
        }
        self.wants_region = blueprint.routing is not None or bool(
            {"province", "city"} & groupings_used(blueprint)
        )
        self.wants_area = "area" in groupings_used(blueprint) or any(
            "area" in q.per for q in blueprint.applicants.quotas
        )

    def entry(
        self, row: Row, line: int, counts_as: str, endorsed: tuple[tuple[str, str], ...]
    ) -> tuple[Entry, list[tuple[str, str]]]:
        broken: list[tuple[str, str]] = []
        category, area = self.category(row, broken)
        province, city = self.region(row, broken)
        times: dict[str, Instant | None] = {}
        for name in ("submitted", "preregistered"):
            text = row.get(name, "")
            times[name] = _time(text, self.zone)
            if text and times[name] is None:
                broken.append(("entries.bad-time", f"{name}：{text}"))
        fault = eligibility_fault(self.blueprint, row, self.regions)
        if fault is not None:
            broken.append(fault)
        for name, form_field in self.form.items():
            broken.extend(faults(form_field, row.get(name, ""), self.zone))
        members = sorted(
            {same_text(m) for m in row.get("consortium", "").replace("；", ";").split(";") if m.strip()}
        )
        entry = Entry(
            entry=row["entry"],
            title=row["title"],
            applicant=row["applicant"],
            counts_as=counts_as,
            category=category,
            area=area,
            province=province,
            city=city,
            batch=self.batch(times["submitted"]),
            consortium=";".join(members),
            submitted=times["submitted"],
            preregistered=times["preregistered"],
            withdrawn=same_text(row.get("withdrawn", "")) in _YES,
            endorsed=tuple(sorted(set(endorsed))),
            facts={name: self.fact(name, row.get(name, "")) for name in self.facts},
            line=line,
        )
        return entry, broken

    def fact(self, name: str, text: str) -> str:
        """The answer to a field that counting uses; one of several ways to write an option is that option."""
        return self.options.get(name, {}).get(same_text(text), text.strip())

    def category(self, row: Row, broken: list[tuple[str, str]]) -> tuple[str, str]:
        """Category id and area, after the organiser's merging of free-text areas."""
        text = row.get("category", "")
        found = self.categories.get(same_text(text))
        if found is None and not text and len(self.blueprint.categories) == 1:
            found = self.blueprint.categories[0]
        if found is None:
            broken.append(("entries.unknown-category", text or "（空）"))
            return "", row.get("area", "").replace("/", "／")
        area = row.get("area", "").replace("/", "／").strip()
        if found.areas == "free":
            if not area and self.wants_area:
                broken.append(("entries.unknown-area", "（空）"))
            merged = self.merged.get(f"{found.id}/{area}")
            return found.id, merged.outcome if merged else area
        by_name = {same_text(a): a for a in found.areas}
        if area and same_text(area) in by_name:
            return found.id, by_name[same_text(area)]
        if (area and found.areas) or self.wants_area:
            broken.append(("entries.unknown-area", f"{say(found.title)}：{area or '（空）'}"))
        return found.id, area

    def region(self, row: Row, broken: list[tuple[str, str]]) -> tuple[str, str]:
        text = row.get("region", "")
        if not text and not self.wants_region:
            return "", ""
        try:
            region = self.regions.find(text) if text else None
        except AmbiguousRegion:
            region = None
        if region is None:
            if self.wants_region:
                broken.append(("entries.unknown-region", text or "（空）"))
            return "", ""
        return region.province_code, region.city_code

    def batch(self, submitted: Instant | None) -> str:
        every = next((s.every for s in self.blueprint.stages if s.kind == "release"), None)
        return "" if every is None or submitted is None else batch_of(every, submitted, self.zone)


_YES = ("1", "true", "yes", "y", "是", "已撤回", "撤回")
