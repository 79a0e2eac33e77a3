"""D2: bursts. D3: gaps as regular as a clock. D7: ballots faster than anybody chooses, or all equally fast."""

from __future__ import annotations

from collections import Counter
from fractions import Fraction

import ibis
from ibis import _

from guiguan.core.blueprint.guard import Detectors
from guiguan.detect.chance import discoveries, surprise
from guiguan.detect.engine import Engine, Expression, joined
from guiguan.detect.flags import Found, Group

BAND = 1000  # ms: the width of the band in which solving times crowd
CELL = 120  # minutes


def bursts(e: Engine, limits: Detectors) -> Found:
    """D2: ten minutes in which an entry got several times what its share and the hour of the day let expect.

    Expected is (the entry's share on the other days) × (the campaign's ballots in these ten minutes, on other days on
    average, scaled to this day). While there is no other day yet, its share of this day × the ballots of these ten minutes.
    """
    picks = e.picks.mutate(slot=_.minute // 10)
    counts = e.rows(picks.group_by(["entry", "day", "slot"]).agg(n=_.index.count()))
    traffic = e.rows(e.ballots.mutate(slot=_.minute // 10).group_by(["day", "slot"]).agg(n=_.index.count()))
    of_slot, of_day, of_slot_on = Counter[int](), Counter[int](), Counter[tuple[int, int]]()
    for day, slot, n in traffic:
        of_slot[slot] += n
        of_day[day] += n
        of_slot_on[day, slot] += n
    total = sum(of_day.values())
    of_entry, of_entry_on = Counter[int](), Counter[tuple[int, int]]()
    for entry, day, _slot, n in counts:
        of_entry[entry] += n
        of_entry_on[entry, day] += n
    groups = []
    for entry, day, slot, n in counts:
        if n < limits.burst_ballots:
            continue
        others = total - of_day[day]
        if others:
            share = Fraction(of_entry[entry] - of_entry_on[entry, day], others)
            usual = Fraction((of_slot[slot] - of_slot_on[day, slot]) * of_day[day], others)
        else:
            share, usual = Fraction(of_entry_on[entry, day], of_day[day]), Fraction(of_slot_on[day, slot])
        expected = share * usual
        if n >= limits.burst_factor * expected:
            figures = (("ballots", n), ("expected_per_1000", int(expected * 1000)))
            groups.append(Group("D2", "slot", (day, slot), entry, figures))
    return e.found(groups, ("day", "slot", "entry"), picks)


def regular_gaps(e: Engine, limits: Detectors) -> Found:
    """D3: ballots of one network, device or browser that follow each other at nearly the same distance, a day at a time."""
    return joined(_regular(e, limits, by) for by in ("net", "device", "agent"))


def _regular(e: Engine, limits: Detectors, by: str) -> Found:
    in_turn = ibis.window(group_by=[by, "day"], order_by=["time", "index"])
    known = e.ballots.filter(_[by] >= 0).select("index", "time", "day", by)
    gaps = known.mutate(
        gap=_.time - _.time.lag().over(in_turn), before=_["index"].lag().over(in_turn)
    ).filter(_.gap.notnull())
    by_size = ibis.window(group_by=[by, "day"], order_by=["gap", "index"])
    ranked = gaps.mutate(
        rank=ibis.row_number().over(by_size), n=_.gap.count().over(ibis.window(group_by=[by, "day"]))
    ).filter(_.n >= limits.gap_ballots)
    middle = ranked.filter(_.rank == _.n // 2).select(by, "day", middle=_.gap)
    near = ranked.join(middle, [by, "day"]).filter((_.gap - _.middle).abs() * 8 <= _.middle)
    series = near.group_by([by, "day", "middle", "n"]).agg(close=_.gap.count())
    hits = series.filter(_.close * 100 >= _.n * limits.gap_share)
    rows = e.rows(hits.select(by, "day", "middle", "n", "close"))
    groups = [
        Group("D3", by, (value, day), -1, (("gaps", n), ("close", close), ("middle_ms", middle)))
        for value, day, middle, n, close in rows
    ]
    both = near.select(by, "day", "index").union(near.select(by, "day", index=_.before))
    return e.found(groups, (by, "day"), both)


def solving_times(e: Engine, limits: Detectors) -> Found:
    """D7: from the challenge to the ballot in less time than it takes to choose; or many of one group within the same second."""
    keys = ("net", "asn", "device", "agent")
    ballots = [_in_a_band(e, limits, by, e.ballots, (by, "day")) for by in keys]
    cells = [c for _grid, c in sorted(cells_of(e.picks).items())]
    walked = [_in_a_band(e, limits, "entry", c, ("entry", "day", "cell")) for c in cells]
    return joined([_too_fast(e, limits), *ballots, *walked])


def _too_fast(e: Engine, limits: Detectors) -> Found:
    fast = e.ballots.filter(_.solve >= 0, _.solve < limits.solve_floor).mutate(floor=ibis.literal(0, "int64"))
    count = e.rows(fast.agg(n=_.index.count()))[0][0]
    if not count:
        return e.found([], ("floor",), fast)
    figures = (("ballots", count), ("floor_ms", limits.solve_floor))
    return e.found([Group("D7", "floor", (0,), -1, figures)], ("floor",), fast)


def _in_a_band(e: Engine, limits: Detectors, by: str, rows: Expression, keys: tuple[str, ...]) -> Found:
    """Groups by `keys` of which many solving times fall into one second, measured by how common that second is overall."""
    solved = rows.filter(_[by] >= 0, _.solve >= limits.solve_floor)
    everyone = e.ballots.filter(_.solve >= limits.solve_floor)
    sizes = solved.group_by(list(keys)).agg(n=_.index.count()).filter(_.n >= limits.solve_ballots)
    found = []
    for shift in (0, BAND // 2):  # two grids: a band may lie across the border of one
        banded = solved.mutate(band=(_.solve + shift) // BAND)
        common = dict(
            e.pairs(everyone.mutate(band=(_.solve + shift) // BAND).group_by("band").agg(n=_.index.count()))
        )
        total = sum(common.values())
        counts = e.kept(banded.group_by([*keys, "band"]).agg(k=_.index.count()).join(sizes, list(keys)))
        tests = e.rows(counts.agg(t=_.k.count()))[0][0]
        hits = e.rows(counts.filter(_.k * 100 >= _.n * limits.solve_share).select(*keys, "band", "k", "n"))
        surprises = [surprise(k, n, Fraction(common[band], total)) for *_key, band, k, n in hits]
        bound = discoveries(surprises, tests, limits.false_rate)
        groups = [
            Group("D7", by, (*key, band), -1, (("ballots", n), ("close", k), ("from_ms", band * BAND - shift),
                ("common", common[band]), ("everyone", total), ("surprise", int(s))))
            for (*key, band, k, n), s in zip(hits, surprises, strict=True)
            if bound is not None and s >= bound
        ]  # fmt: skip
        found.append(e.found(groups, (*keys, "band"), banded))
    return joined(found)


def cells_of(rows: Expression) -> dict[str, Expression]:
    """The rows with their two-hour cell, on two grids an hour apart."""
    return {
        "even": rows.mutate(cell=_.minute // CELL),
        "odd": rows.mutate(cell=(_.minute + CELL // 2) // CELL),
    }
