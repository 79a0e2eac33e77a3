"""Sample campaigns moved in time, so that each is at its own stage on the day of the first start."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass

_DAY = re.compile(r"\b20\d\d-\d\d-\d\d\b")


@dataclass(frozen=True)
class Sample:
    """A shipped blueprint under a name of its own; `anchor`, a day of its notice, becomes today. None: dates stay."""

    slug: str
    shipped: str
    anchor: str | None
    entries: int
    closed: bool = False


SAMPLES = (
    Sample("gx-demo", "guangxi-2021", "2021-06-12", 24),  # the third day of voting
    Sample("xc-demo", "ceprei-xinchuang-2022", "2023-01-14", 12),  # declaring, the tenth day
    Sample("sc-demo", "guangxi-scenarios-social", None, 8),  # rolling
    Sample(
        "sc-list-demo", "guangxi-scenarios-government", None, 6
    ),  # rolling, with the list of eleven columns
    Sample("gx-done", "guangxi-2021", "2021-09-01", 12, closed=True),
)


def moved(text: str, sample: Sample, today: dt.date) -> str:
    """The blueprint's text with every date moved by the same number of days, and with the sample's name."""
    days = (today - dt.date.fromisoformat(sample.anchor)).days if sample.anchor else 0

    def move(found: re.Match[str]) -> str:
        return (dt.date.fromisoformat(found[0]) + dt.timedelta(days=days)).isoformat()

    shifted = _DAY.sub(move, text) if days else text
    shifted = re.sub(r"(?m)^campaign: .*$", f"campaign: {sample.slug}", shifted, count=1)
    return re.sub(r"(?m)^(title: [^#\n]*?)\s*(#.*)?$", r"\1（演示）", shifted, count=1)
