"""D1: much of one network votes for one entry. D6: many voters on one device vote for one entry."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

from ibis import _

from guiguan.core.blueprint.guard import Detectors
from guiguan.detect.chance import discoveries, surprise
from guiguan.detect.engine import Engine, joined
from guiguan.detect.flags import Detector, Found, Group


def concentrated_networks(e: Engine, limits: Detectors) -> Found:
    """D1: networks, and providers (asn), of whose voters a share voted for one entry that its votes elsewhere do not explain."""
    least, share = limits.network_voters, limits.network_share
    return joined(
        _concentrated(e, limits, "D1", by, least=least, share=share, networks=1) for by in ("net", "asn")
    )


def shared_devices(e: Engine, limits: Detectors) -> Found:
    """D6: devices that several voters used on two networks or more, nearly all of them for one entry.

    One network alone says nothing: it may be the computer room of a school or a library.
    """
    least, share = limits.device_voters, limits.device_share
    return _concentrated(e, limits, "D6", "device", least=least, share=share, networks=2)


def _concentrated(
    e: Engine, limits: Detectors, detector: Detector, by: str, *, least: int, share: int, networks: int
) -> Found:
    known = e.ballots.filter(_[by] >= 0)
    sizes = known.group_by(by).agg(voters=_.voter.nunique(), networks=_.net.nunique())
    sizes = sizes.filter(_.voters >= least, _.networks >= networks)
    picked = e.picks.select(by, "entry", "voter").join(sizes, by).select(by, "entry", "voter").distinct()
    pairs = e.kept(picked.group_by([by, "entry"]).agg(chose=_.voter.count()).join(sizes, by))
    tests = sum(n for (n,) in e.rows(pairs.agg(n=_.count())))
    wide = pairs.filter(_.chose * 100 >= _.voters * share).select(by, "entry", "chose", "voters", "networks")
    rows = e.rows(wide)
    if not rows:
        return e.found([], (by, "entry"), e.picks)
    everyone = e.rows(e.ballots.agg(n=_.voter.nunique()))[0][0]
    overall = dict(e.pairs(_voters_by_entry(e)))
    surprises = [surprise(k, n, Fraction(overall[entry], everyone)) for _by, entry, k, n, _nets in rows]
    bound = discoveries(surprises, tests, limits.false_rate)
    groups = [
        Group(detector, by, (value,), entry, figures=(
            ("voters", n), ("chose", k), ("networks", nets), ("overall", overall[entry]), ("everyone", everyone),
            ("surprise", int(s))))
        for (value, entry, k, n, nets), s in zip(rows, surprises, strict=True)
        if bound is not None and s >= bound
    ]  # fmt: skip
    return e.found(groups, (by, "entry"), e.picks)


def _voters_by_entry(e: Engine) -> Any:
    return e.picks.select("entry", "voter").distinct().group_by("entry").agg(n=_.voter.count())
