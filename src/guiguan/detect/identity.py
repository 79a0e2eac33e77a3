"""D4: nearly all voters of a group vote for the first time, far more than among everybody that day."""

from __future__ import annotations

from fractions import Fraction

from ibis import _

from guiguan.core.blueprint.guard import Detectors
from guiguan.detect.chance import discoveries, surprise
from guiguan.detect.engine import Engine, joined
from guiguan.detect.flags import Found, Group


def fresh_identities(e: Engine, limits: Detectors) -> Found:
    """D4 for networks, browsers and entries, a day at a time. On the first day everybody is new, so it says nothing."""
    return joined(_fresh(e, limits, by) for by in ("net", "agent", "entry"))


def _fresh(e: Engine, limits: Detectors, by: str) -> Found:
    first = e.ballots.group_by("voter").agg(first=_.day.min())
    rows = e.picks if by == "entry" else e.ballots
    seen = rows.filter(_[by] >= 0).select(by, "day", "voter").distinct().join(first, "voter")
    groups_of = seen.group_by([by, "day"]).agg(
        voters=_.voter.count(), new=(_.first == _.day).cast("int64").sum()
    )
    wide = groups_of.filter(_.voters >= limits.new_voters)
    tests = e.rows(wide.agg(n=_.voters.count()))[0][0]
    hits = e.rows(wide.filter(_.new * 100 >= _.voters * limits.new_share).select(by, "day", "voters", "new"))
    daily = e.ballots.select("day", "voter").distinct().join(first, "voter")
    by_day = {
        day: Fraction(new, all_of_it)
        for day, new, all_of_it in e.rows(
            daily.group_by("day").agg(new=(_.first == _.day).cast("int64").sum(), n=_.voter.count())
        )
    }
    surprises = [surprise(new, n, by_day[day]) for _by, day, n, new in hits]
    bound = discoveries(surprises, tests, limits.false_rate)
    groups = [
        Group("D4", by, (value, day), value if by == "entry" else -1, figures=(
            ("voters", n), ("new", new), ("usual_per_1000", int(by_day[day] * 1000)), ("surprise", int(s))))
        for (value, day, n, new), s in zip(hits, surprises, strict=True)
        if bound is not None and s >= bound
    ]  # fmt: skip
    return e.found(groups, (by, "day"), rows)
