"""Money for selected entries: ceilings by tier, instalments, clawback; to the fen, never above what the rule allows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from guiguan.core.blueprint.funding import Funding
from guiguan.core.values.money import Fen

UNITS = {"分": 1, "元": 100, "万元": 1_000_000, "亿元": 10_000_000_000}


@dataclass(frozen=True)
class Facts:
    """What people decided about one funded entry; None where nothing was decided."""

    granted: Fen | None = None
    approved: bool | None = None
    accepted: bool | None = None
    targets_met: bool | None = None
    disqualified: bool = False


@dataclass(frozen=True)
class Grant:
    """The money of one entry in fen. `ceiling` is the most that may be granted; `due` pairs of instalment and amount;
    `paid` those whose condition holds; `recovered` what is clawed back, with the reason that took it."""

    funding: str
    entry: str
    base: Fen
    percent: Fraction
    ceiling: Fen
    granted: Fen
    due: tuple[tuple[str, Fen], ...]
    paid: tuple[str, ...]
    recovered: Fen
    because: str = ""
    over: bool = False

    @property
    def paid_sum(self) -> Fen:
        return Fen(sum(amount for name, amount in self.due if name in self.paid))


def ceiling(funding: Funding, base: Fen) -> tuple[Fraction, Fen]:
    """The tier's percentage and the ceiling for an investment of `base` fen: on the whole sum, cut off downwards, at most the cap."""
    tier = next(t for t in funding.tiers if t.up_to is None or base <= t.up_to)
    percent = Fraction(tier.percent)
    unit = UNITS[funding.rounding]
    most = int(base * percent / 100 // unit) * unit
    return percent, Fen(min(most, funding.cap) if funding.cap is not None else most)


def instalments(funding: Funding, granted: Fen) -> tuple[tuple[str, Fen], ...]:
    """Each instalment's amount; every one but the last is cut off to the fen, the last takes what is left."""
    early = [(p.id, Fen(int(granted * Fraction(p.percent) / 100))) for p in funding.payments[:-1]]
    left = granted - sum(amount for _, amount in early)
    return (*early, (funding.payments[-1].id, Fen(left)))


def grant(funding: Funding, entry: str, base: Fen, facts: Facts) -> Grant:
    """The money of one entry. A grant above the ceiling is cut to the ceiling and marked `over`."""
    percent, most = ceiling(funding, base)
    wanted = (
        facts.granted if facts.granted is not None else (most if funding.granted == "ceiling" else Fen(0))
    )
    granted = Fen(min(wanted, most))
    due = instalments(funding, granted)
    met = {"granted": True, "approval": facts.approved is True, "acceptance": facts.accepted is True}
    because, takes = _clawback(funding, facts)
    paid = tuple(
        p.id
        for p in funding.payments
        if met[p.after] and not (takes == "prepaid" and p.after == "acceptance")
    )
    paid_sum = sum(amount for name, amount in due if name in paid)
    return Grant(
        funding.id,
        entry,
        base,
        percent,
        most,
        granted,
        due,
        paid,
        Fen(paid_sum if because else 0),
        because,
        wanted > most,
    )


def _clawback(funding: Funding, facts: Facts) -> tuple[str, str]:
    """The first declared reason that holds and what it takes, or nothing."""
    holds = {
        "acceptance_failed": facts.accepted is False,
        "targets_missed": facts.targets_met is False,
        "false_material": facts.disqualified,
    }
    return next(((c.when, c.takes) for c in funding.clawback if holds[c.when]), ("", ""))


def base_in_fen(value: Fraction, unit: str) -> Fen | None:
    """An investment given as a number in `unit`, in fen; None where it is no whole number of fen or negative."""
    fen = value * UNITS[unit]
    return Fen(int(fen)) if fen.denominator == 1 and fen >= 0 else None


def total(grants: Sequence[Grant]) -> Fen:
    """What the grants sum to."""
    return Fen(sum(g.granted for g in grants))
