"""Which parts of the fence hold on this machine, tried out."""

from __future__ import annotations

import tempfile
from dataclasses import dataclass
from pathlib import Path

from guiguan.documents.intake.confined import Found, run_confined
from guiguan.documents.intake.misbehave import FORBIDDEN, FORBIDDEN_TO_C
from guiguan.documents.intake.verdict import Refused


@dataclass(frozen=True)
class Fence:
    """`leaks`: deeds that were possible though they must not be; "c-…" are those that only the kernel can refuse.

    `memory`: taking 2 GiB was refused.
    """

    leaks: tuple[str, ...]
    memory: bool

    @property
    def whole(self) -> bool:
        return self.memory and not self.leaks


def tried_fence() -> Fence:
    """The fence as it holds here and now; takes about two seconds."""
    leaks = tuple(deed for deed in (*FORBIDDEN, *FORBIDDEN_TO_C) if not _held(misbehaved(deed)))
    memory = misbehaved("memory")
    return Fence(leaks, isinstance(memory, Refused) and memory.reason == "bomb")


def misbehaved(deed: str) -> Found | Refused:
    """What comes of a check that tries this deed."""
    with tempfile.TemporaryFile() as output:
        return run_confined("misbehave", Path("/dev/null"), {"deed": deed}, output)


def _held(outcome: Found | Refused) -> bool:
    # A process that died told nothing about the fence.
    return isinstance(outcome, Found) and outcome.facts == {"done": False}
