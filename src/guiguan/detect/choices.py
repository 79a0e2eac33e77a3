"""D5: voters who share three entries at the same time of day. D8: voters whose whole ballots are the same."""

from __future__ import annotations

from typing import Any

import ibis
import pyarrow as pa
from ibis import _

from guiguan.core.blueprint.guard import Detectors
from guiguan.detect.engine import Engine, joined
from guiguan.detect.flags import NOTHING, Found, Group
from guiguan.detect.timing import cells_of

PAIR_LIFT = 3  # a pair of entries stands together this many times as often as by chance


def lockstep(e: Engine, limits: Detectors) -> Found:
    """D5: within two hours many voters choose the same three entries, far more than if each chose alone (CopyCatch's core,
    Beutel et al. 2013). One group for all such sets of a cell that begin with the same entry; `days` tells on how many days one of
    them walked together. Ballots of less than three choices are not judged."""
    total = e.rows(e.ballots.agg(n=_.index.count()))[0][0]
    single: dict[int, int] = dict(e.pairs(e.picks.group_by("entry").agg(n=_.index.count())))
    pairs = _pairs(e, limits, single, total)
    if not pairs:
        return NOTHING
    linked = _linked(e, pairs)
    triples = _triples(linked)
    return joined(
        _walking(e, limits, grid, cells, single, total) for grid, cells in sorted(cells_of(triples).items())
    )


def _pairs(e: Engine, limits: Detectors, single: dict[int, int], total: int) -> list[tuple[int, int]]:
    """Pairs (a < b) of entries that stand together far more often than by chance."""
    left = e.picks.select("index", a=_.entry)
    right = e.picks.select("index", b=_.entry)
    together = left.join(right, ["index", left.a < right.b]).group_by(["a", "b"]).agg(n=_.index.count())
    return [
        (a, b)
        for a, b, n in e.rows(together.filter(_.n >= limits.lockstep_voters))
        if n * total >= PAIR_LIFT * single[a] * single[b]
    ]


def _linked(e: Engine, pairs: list[tuple[int, int]]) -> Any:
    """(ballot, a, b) for every such pair on a ballot."""
    wanted = ibis.memtable(
        pa.table({"a": pa.array([a for a, _b in pairs], pa.int32()), "b": pa.array([b for _a, b in pairs], pa.int32())})
    )  # fmt: skip
    left = e.picks.select("index", "minute", "day", "voter", entry_a=_.entry)
    right = e.picks.select("index", entry_b=_.entry)
    first = left.join(wanted, left.entry_a == wanted.a)
    both = first.join(right, [first["index"] == right["index"], first.b == right.entry_b])
    return both.select("index", "minute", "day", "voter", "a", "b")


def _triples(linked: Any) -> Any:
    """(ballot, a, b, c) of which every two are such a pair."""
    second = linked.select("index", b=_.a, c=_.b)
    third = linked.select("index", a=_.a, c=_.b)
    return linked.join(second, ["index", "b"]).join(third, ["index", "a", "c"])


def _walking(
    e: Engine, limits: Detectors, grid: str, triples: Any, single: dict[int, int], total: int
) -> Found:
    keys = ["a", "b", "c", "day", "cell"]
    walked = triples.group_by(keys).agg(voters=_.voter.nunique()).filter(_.voters >= limits.lockstep_voters)
    sizes = {
        (day, cell): n
        for day, cell, n in e.rows(cells_of(e.ballots)[grid].group_by(["day", "cell"]).agg(n=_.index.count()))
    }
    hits = [
        row
        for row in e.rows(walked.select(*keys, "voters"))
        if _unlikely(row, single, total, sizes[row[3], row[4]], limits.lockstep_factor)
    ]
    days: dict[tuple[int, ...], set[int]] = {}
    crowds: dict[tuple[int, int, int], list[tuple[int, ...]]] = {}
    for row in hits:
        days.setdefault(row[:3], set()).add(row[3])
        crowds.setdefault((row[0], row[3], row[4]), []).append(row)
    groups: list[Group] = []
    places: list[tuple[int, ...]] = []
    for place, (key, rows) in enumerate(crowds.items()):
        figures = (
            ("voters", max(r[5] for r in rows)),
            ("sets", len(rows)),
            ("days", max(len(days[r[:3]]) for r in rows)),
        )
        groups.append(Group("D5", grid, key, -1, figures))
        places.extend((place, *r[:5]) for r in rows)
    return e.hit(groups, places, keys, triples)


def _unlikely(row: tuple[int, ...], single: dict[int, int], total: int, size: int, factor: int) -> bool:
    a, b, c, _day, _cell, voters = row
    return voters * total**3 >= factor * size * single[a] * single[b] * single[c]


def same_ballots(e: Engine, limits: Detectors) -> Found:
    """D8: ballots of three choices or more that name exactly the same entries, by many voters. A list that somebody published
    does that too, so it never stands alone."""
    long = e.ballots.filter(_["size"] >= 3).select("index", "voter")
    # sorted as texts: any order will do that is the same for all, and every engine has this one
    sets = e.picks.group_by("index").agg(fill=_.entry.cast("string").collect().sort().join(","))
    whole = long.join(sets, "index")
    hits = whole.group_by("fill").agg(voters=_.voter.nunique(), sample=_.index.min())
    hits = hits.filter(_.voters >= limits.same_ballots)
    named = hits.select("fill", "voters", "sample")
    rows = e.rows(named.select("sample", "voters"))
    groups = [Group("D8", "set", (sample,), -1, (("voters", n),)) for sample, n in rows]
    return e.found(groups, ("sample",), whole.join(named.select("fill", "sample"), "fill"))
