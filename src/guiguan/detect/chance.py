"""How surprising a share is: bounds on binomial tails in decimals of fixed precision, the same on every machine."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Context, Decimal, localcontext
from fractions import Fraction

_CONTEXT = Context(prec=28)


def surprise(k: int, n: int, share: Fraction) -> Decimal:
    """A lower bound on -ln P(at least k of n), each with chance `share`: Chernoff's n·KL(k/n ‖ share), 0 where k is not above.

    So exp(-surprise) is never less than the p-value, and a test that uses it errs to the side of silence.
    """
    if n <= 0 or Fraction(k, n) <= share:
        return Decimal(0)
    if share <= 0:
        return Decimal("Infinity")
    with localcontext(_CONTEXT):
        p = Decimal(share.numerator) / Decimal(share.denominator)
        seen = Decimal(k) / Decimal(n)
        found = Decimal(k) * (seen / p).ln()
        if k < n:
            found += Decimal(n - k) * ((1 - seen) / (1 - p)).ln()
        return found


def discoveries(surprises: Sequence[Decimal], tests: int, per_10k: int) -> Decimal | None:
    """The smallest surprise that counts, so that at most `per_10k` of ten thousand finds are false (Benjamini and Hochberg 1995).

    `tests` counts every comparison made, also those not in `surprises`. None where nothing counts.
    """
    with localcontext(_CONTEXT):
        base = (Decimal(tests) * 10_000 / Decimal(per_10k)).ln() if tests else Decimal(0)
        least = None
        for rank, value in enumerate(sorted(surprises, reverse=True), 1):
            if value >= base - Decimal(rank).ln():
                least = value
        return least
