"""Who endorses what: bodies of the kinds that the blueprint names, and of the applicant's own place."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from guiguan.core.blueprint.model import Blueprint
from guiguan.core.blueprint.stages import Endorsement
from guiguan.core.values.regions import Regions
from guiguan.replay.rehearse.entries import NOBODY, Row
from guiguan.replay.rehearse.places import Places, short_name
from guiguan.replay.rehearse.stream import Stream, Weighted

COLUMNS = ("entry", "endorser", "kind")
_OFFICES = [
    "教育",
    "民政",
    "财政",
    "人力资源和社会保障",
    "自然资源",
    "生态环境",
    "住房和城乡建设",
    "交通运输",
    "农业农村",
    "商务",
    "卫生健康",
    "应急管理",
    "市场监督管理",
]
_GROUPS = ["数字经济", "软件和信息服务业", "物联网", "工业互联网", "智慧城市"]
OF_HUNDRED_NEEDED, OF_HUNDRED_FREE = 96, 45


@dataclass(frozen=True)
class Endorsed:
    """Entry rows with `endorsed_by` filled where the form asks for it, and the rows of the endorsements table."""

    rows: list[Row]
    table: list[tuple[str, str, str]]


def endorse(b: Blueprint, rows: list[Row], places: Places, seed: str) -> Endorsed:
    """Endorsements of every kind: nearly everybody's where a stage needs one, else not quite half."""
    s = Stream(seed, "endorsements")
    needed = {x.opinion: x.needed for x in b.stages if isinstance(x, Endorsement)}
    kinds = list(dict.fromkeys((*(b.endorsers.kinds if b.endorsers else ()), *needed)))
    own_column = any(f.id == "endorsed_by" for f in b.form)
    if not kinds:
        return Endorsed([row | ({"endorsed_by": "无"} if own_column else {}) for row in rows], [])
    near = _Near(endorsers(b, places), places)
    out: list[Row] = []
    table: list[tuple[str, str, str]] = []
    for row in rows:
        row = dict(row)
        often = near.to(row.get("region", ""))
        for kind in kinds:
            names = _names(often, s, OF_HUNDRED_NEEDED if needed.get(kind) else OF_HUNDRED_FREE)
            if kind == "recommend" and own_column:
                row["endorsed_by"] = names[0] if names else "无"
                names = names[1:]
            table += [(row["entry"], name, kind) for name in names]
        out.append(row)
    if table or not own_column:
        table += _faults(table, s)
    return Endorsed(out, table)


class _Near:
    """Which bodies endorse the applicants of a place: those of that place most, those of no place too, others never."""

    def __init__(self, bodies: Sequence[str], places: Places) -> None:
        self.regions = Regions.official()
        local = [p.name for p in (*places.cities, *places.districts)]
        local += [places.names[p] for p in places.by_province] if places.nationwide else []
        # The longest name that a body's own begins with; none for a department of the whole region.
        self.of = {b: max((n for n in local if b.startswith(n)), key=len, default="") for b in bodies}
        self._known: dict[str, Weighted[str] | None] = {}

    def to(self, region: str) -> Weighted[str] | None:
        """None where nobody is there to endorse."""
        if region not in self._known:
            found = self.regions.find(region) if region else None
            here = self.regions.full_name(found) if found else ""
            weights = [1 if not here or not of else 3 if of in here else 0 for of in self.of.values()]
            self._known[region] = Weighted(tuple(self.of), weights) if any(weights) else None
        return self._known[region]


def _names(often: Weighted[str] | None, s: Stream, of_hundred: int) -> list[str]:
    if often is None or not s.chance(of_hundred):
        return []
    return often.draw_different(s, 2 if s.chance(8) else 1)


def _faults(table: list[tuple[str, str, str]], s: Stream) -> list[tuple[str, str, str]]:
    """The same one twice, one for an entry that is not there, one of an unknown kind."""
    if len(table) < 6:
        return []
    first, second, third = s.some(table, 3)
    return [first, (NOBODY, second[1], second[2]), (third[0], third[1], "comment")]


def endorsers(b: Blueprint, places: Places) -> tuple[str, ...]:
    """Names of bodies: those that the blueprint names, and some of each type where it names types (各设区市)."""
    labels = b.endorsers.list if b.endorsers else tuple(s.by for s in b.stages if isinstance(s, Endorsement))
    found: list[str] = []
    for label in labels:
        found += _named(label, places) or [label]
    return tuple(dict.fromkeys(found))


def _named(label: str, places: Places) -> list[str]:
    home, short = places.home_name, short_name(places.home_name)
    cities = [p.name for p in places.cities] if places.home.endswith("0000") else []
    below = cities or [p.name for p in places.districts]
    autonomous = home.endswith("自治区")
    if "中央" in label:
        return [
            f"国家税务总局{home}税务局",
            f"{home}气象局",
            f"{home}通信管理局" if cities else f"{home}邮政管理局",
        ]
    if "行业协会" in label:
        return [f"{short}{g}协会" for g in _GROUPS]
    if "党委网信办" in label:
        return [f"{name}委网信办" for name in below]
    if "信息化主管部门" in label:
        return [f"{name}工业和信息化局" for name in below]
    if "部门" in label:
        if cities:
            return [f"{'自治区' if autonomous else home}{o}厅" for o in _OFFICES[:9]]
        return [f"{home}{o}局" for o in _OFFICES]
    if label.startswith("各") and ("市" in label or "区" in label or "县" in label):
        return [f"{name}人民政府" for name in below]
    return []
