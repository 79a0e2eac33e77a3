"""The entries of a rehearsal: who applies with what, and when. All of them are in order; faults come after."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from guiguan.core.blueprint.base import say
from guiguan.core.blueprint.lookup import groupings_used, panels
from guiguan.core.blueprint.model import Blueprint, Category
from guiguan.core.blueprint.stages import Declaration, Registration
from guiguan.core.entries.columns import OWN
from guiguan.core.values.regions import Regions
from guiguan.replay.rehearse.answers import Answers
from guiguan.replay.rehearse.clock import Times, span_of, wall_text
from guiguan.replay.rehearse.organisations import (
    Organisation,
    association,
    company,
    group_unit,
    person,
    public_body,
    team,
)
from guiguan.replay.rehearse.places import Place, Places
from guiguan.replay.rehearse.stream import Stream, Weighted
from guiguan.replay.rehearse.topic_words import FREE_AREAS, FREE_TOPICS, Topic
from guiguan.replay.rehearse.topics import topic_for

NOBODY = "Z0000"
"""An id that no entry has."""
_TECHNIQUES = ["大数据", "物联网", "区块链", "人工智能", "5G", "云计算", "知识图谱", "北斗", "数字孪生"]
_PREFIXES = ["智", "慧", "云", "易", "联", "优"]
_KIND_WORDS = {
    "public_body": "机关",
    "institution": "事业单位",
    "team": "团队",
    "person": "个人",
    "branch": "非独立法人",
}
_TAKES_MANY = 3

Row = dict[str, str]


@dataclass(frozen=True)
class Written:
    """Entry rows in order of their ids; `free` says what each area that was written freely should be merged into."""

    columns: tuple[str, ...]
    rows: list[Row]
    free: dict[tuple[str, str], str]


@dataclass(frozen=True)
class Cell:
    """A category and one of its areas; a free area as written, with what it means."""

    category: Category
    area: str
    means: str = ""

    @property
    def topic(self) -> Topic:
        return FREE_TOPICS[self.means] if self.means else topic_for(self.area, say(self.category.title))


def write_entries(b: Blueprint, places: Places, seed: str, count: int) -> Written:
    """`count` entries that break no rule but those of quotas, which some applicants overlook."""
    writer = _Writer(b, places, Stream(seed, "entries"))
    rows = sorted((writer.row(i) for i in range(count)), key=lambda row: row["submitted"])
    for i, row in enumerate(rows):  # numbered as they come in
        row["entry"] = f"A{i + 1:04}"
    free = {(c.category.id, c.area): c.means for c in writer.cells.things if c.means and c.area != c.means}
    columns = tuple(dict.fromkeys(name for row in rows for name in row))
    return Written(columns, [{c: row.get(c, "") for c in columns} for row in rows], free)


class _Writer:
    def __init__(self, b: Blueprint, places: Places, stream: Stream) -> None:
        self.b, self.places, self.stream = b, places, stream
        self.zone = ZoneInfo(b.zone)
        self.cells = _cells(b, stream.called("cells"))
        self.kinds = {a.kind for a in b.applicants.who} or {"public_body", "legal_person"}
        declared = next((s for s in b.stages if isinstance(s, Declaration)), b.stages[0])
        span = span_of(b, declared)
        self.times = Times(span, self.zone, "office", 0 if declared.rolling else 28)
        registered = next((s for s in b.stages if isinstance(s, Registration)), None)
        self.early = Times(span_of(b, registered), self.zone, "office", 10) if registered else None
        self.registered = registered
        self.answers = Answers(b, span.start)
        self.used: set[str] = set()
        self.names: set[str] = set()
        self.before: list[tuple[Organisation, Cell]] = []
        self.groups = [self._group(stream.called("group", str(i))) for i in range(4)]
        self.judged = bool(panels(b)) or bool(b.rankings) or any(s.kind == "ballots" for s in b.stages)
        self.columns = _wanted_columns(b)

    def row(self, i: int) -> Row:
        s = self.stream.called("row", str(i))
        who, cell = self.applicant(s, i)
        title = self.title(who, cell.topic, s) if self.judged else who.name
        row: Row = {"entry": "", "title": title, "applicant": who.name}
        facts = {
            "credit_code": who.credit_code,
            "category": say(cell.category.title),
            "area": cell.area,
            "region": who.place.code if s.chance(30) else self._full(who.place),
            "taxed_region": who.place.code,
            "applicant_kind": _KIND_WORDS.get(who.kind, "独立法人"),
            "unit_kind": {"branch": "分公司", "subsidiary": "子公司"}.get(who.kind, ""),
            "parent": who.parent,
            "role": "甲方",
            "consortium": self.consortium(who, s),
            "submitted": wall_text(self.times.draw(s), self.zone),
            "withdrawn": "",
        }
        row |= {name: text for name, text in facts.items() if name in self.columns}
        if self.early is not None and self.registered is not None:
            comes = self.registered.needed or s.chance(85)
            row["preregistered"] = wall_text(self.early.draw(s), self.zone) if comes else ""
        asked = s.called("form")
        for field in self.b.form:
            if field.id not in OWN:
                row[field.id] = self.answers.answer(field, title, who, asked.called(field.id), row)
        return row

    def applicant(self, s: Stream, i: int) -> tuple[Organisation, Cell]:
        """A new applicant, or one who was here before and comes again (with a case of the same area as often as not)."""
        quotas = [q.max for q in self.b.applicants.quotas if "applicant" in q.per]
        limit = min(quotas, default=_TAKES_MANY)
        if self.before and (limit > 1 or i % 50 == 49) and s.chance(15 if limit > 1 else 100):
            who, cell = s.one(self.before)
            return who, (cell if s.chance(50) else self._near(cell, s))
        cell = self.cells.draw(s)
        who = self._new(s, cell.topic, i)
        self.before.append((who, cell))
        return who, cell

    def _near(self, cell: Cell, s: Stream) -> Cell:
        same = [c for c in self.cells.things if c.category.id == cell.category.id and not c.means]
        return s.one(same) if same else cell

    def _new(self, s: Stream, topic: Topic, i: int) -> Organisation:
        place = self.places.by_the_sea(s) if topic.needs_the_sea else self.places.draw(s)
        ways: list[str] = []
        if "public_body" in self.kinds and topic.bodies:
            ways += ["public_body"] * 11
        if "legal_person" in self.kinds:
            ways += (
                ["company"] * (5 if ways else 10)
                + ["state_company"] * 3
                + ["association"] * (1 if self.places.home else 0)
            )
        if "branch" in self.kinds:
            ways += ["branch"] * 3
        if "team" in self.kinds:
            ways = (
                ["team"] * 12
                + (["company"] * 3 if ways else [])
                + (["person"] if "person" in self.kinds else [])
            )
        elif "person" in self.kinds:
            ways += ["person"] * 2
        for _ in range(20):
            who = self._made(s, s.one(ways or ["company"]), topic, place, i)
            if who.name not in self.names:
                break
            place = self.places.draw(s)
        self.names.add(who.name)
        return who

    def _made(self, s: Stream, way: str, topic: Topic, place: Place, i: int) -> Organisation:
        match way:
            case "public_body":
                return public_body(s, topic, place)
            case "association":
                return association(s, place)
            case "branch":
                return group_unit(s, s.one(self.groups), place, "branch" if s.chance(70) else "subsidiary")
            case "team":
                return team(s, place)
            case "person":
                return person(i + 1, place)
        return company(s, topic, place, "state_company" if way == "state_company" else "company")

    def _group(self, s: Stream) -> Organisation:
        trades = Topic((), (), ("通信", "电力科技", "金融科技", "物流"), ())
        return company(s, trades, self.places.draw(s), "state_company")

    def title(self, who: Organisation, topic: Topic, s: Stream) -> str:
        """A name that no other entry has."""
        for _ in range(12):
            found = self._titled(who, s.one(topic.works), s)
            if found not in self.used:
                break
        number = 2
        while found in self.used:
            found = (
                f"{found.partition('（')[0]}（{'一二三四五六七八九十'[min(number, 10) - 1]}期）"
                if number <= 10
                else f"{found}·{number}"
            )
            number += 1
        self.used.add(found)
        return found

    def _titled(self, who: Organisation, work: str, s: Stream) -> str:
        if who.kind in ("public_body", "institution"):
            return (
                f"{who.place.name}{work}"
                if not who.name.endswith(("医院", "学院", "中学", "学校"))
                else f"{who.name}{work}"
            )
        if who.kind in ("team", "person"):
            return s.one(
                (
                    f"基于公共数据的{work}",
                    f"{s.one(_PREFIXES)}行{work}" if s.chance(20) else work,
                    f"{who.place.short}{work}",
                )
            )
        if who.kind == "association":
            return f"{who.place.city_short}{work}"
        technique = s.one([t for t in _TECHNIQUES if t not in work])
        return s.one(
            (f"基于{technique}的{work}", f"“{who.brand}”{work}" if "“" not in work else f"{who.brand}{work}")
        )

    def consortium(self, who: Organisation, s: Stream) -> str:
        """Partners who apply together, now and then; one pair of them does so twice, which the quota forbids."""
        if not s.chance(6):
            return ""
        pair = self.groups[:2] if s.chance(30) else s.some(self.groups, 2)
        return ";".join(sorted(g.name for g in pair))

    def _full(self, place: Place) -> str:
        regions = Regions.official()
        found = regions.find(place.code)
        return regions.full_name(found) if found else place.code


def _cells(b: Blueprint, s: Stream) -> Weighted[Cell]:
    """Categories and areas, some sought after and some not; of twenty and more, one in thirty stays empty."""
    cells: list[Cell] = []
    for c in b.categories:
        if c.areas == "free":
            cells += [Cell(c, written, means) for means, ways in FREE_AREAS for written in ways]
        else:
            cells += [Cell(c, area) for area in c.areas] or [Cell(c, "")]
    weights = [s.between(2, 12) if not c.means else 2 for c in cells]
    if len(cells) >= 20:
        for i in s.some([i for i, c in enumerate(cells) if not c.means], len(cells) // 30 + 1):
            weights[i] = 0
    return Weighted(cells, weights)


def _wanted_columns(b: Blueprint) -> frozenset[str]:
    """The columns that this blueprint has a use for."""
    return frozenset(_uses(b))


def _uses(b: Blueprint) -> Iterator[str]:
    yield from ("category", "submitted", "withdrawn")
    yield from (f.id for f in b.form if f.id in OWN)
    kinds = {a.kind for a in b.applicants.who}
    if any(c.areas for c in b.categories):
        yield "area"
    if kinds:
        yield "applicant_kind"
    if kinds != {"team"}:
        yield "credit_code"
    if (
        b.routing is not None
        or {"province", "city"} & groupings_used(b)
        or any(a.registered_in for a in b.applicants.who)
    ):
        yield "region"
    if any(a.taxed_in for a in b.applicants.who):
        yield "taxed_region"
    if "branch" in kinds or b.applicants.as_one:
        yield from ("unit_kind", "parent")
    if b.applicants.owner_only:
        yield "role"
    if any("consortium" in q.per for q in b.applicants.quotas):
        yield "consortium"
