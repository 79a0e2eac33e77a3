"""What a benchmark reports: figures with what is required and what is aimed for."""

from __future__ import annotations

import datetime as dt
import os
import platform
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal


@dataclass(frozen=True)
class Figure:
    """One measured figure. `required` and `goal` bound it in the direction of `better`; None where nothing is asked."""

    id: str
    unit: str
    value: float
    better: Literal["lower", "higher"] = "lower"
    required: float | None = None
    goal: float | None = None

    def reaches(self, bound: float | None) -> bool:
        if bound is None:
            return True
        return self.value <= bound if self.better == "lower" else self.value >= bound

    def as_json(self) -> dict[str, Any]:
        return {
            "id": self.id,
            "unit": self.unit,
            "value": round(self.value, 4),
            "better": self.better,
            "required": self.required,
            "goal": self.goal,
            "met": self.reaches(self.required),
        }


def machine() -> str:
    """The machine in a few words, without its name."""
    model = platform.processor() or platform.machine()
    try:
        with open("/proc/cpuinfo", encoding="utf-8") as file:
            model = next(
                (line.split(":", 1)[1].strip() for line in file if line.startswith("model name")), model
            )
    except OSError:
        pass
    return f"{platform.system()} {platform.machine()}, {os.cpu_count()} × {model}, Python {platform.python_version()}"


def as_json(name: str, figures: Sequence[Figure]) -> dict[str, Any]:
    """The report of one benchmark, in the form of the contract."""
    return {
        "name": name,
        "machine": machine(),
        "date": dt.datetime.now(dt.UTC).date().isoformat(),
        "load": round(os.getloadavg()[0], 2) if hasattr(os, "getloadavg") else None,
        "results": [f.as_json() for f in figures],
    }
