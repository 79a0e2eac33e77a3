"""What an upload is found to be: accepted with its facts, or refused with one reason and one finding."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Literal, get_args

from guiguan.core.values.finding import Finding
from guiguan.documents.intake.sentences import SENTENCES

Kind = Literal["jpg", "png", "pdf", "docx", "xlsx"]
KINDS: tuple[Kind, ...] = get_args(Kind)

Reason = Literal[
    "type",
    "format",
    "name",
    "empty",
    "too_large",
    "broken",
    "encrypted",
    "doctype",
    "macro",
    "active",
    "bomb",
    "traversal",
    "pixels",
    "timeout",
    "unchecked",
]
REASONS: tuple[Reason, ...] = get_args(Reason)


@dataclass(frozen=True)
class Accepted:
    """The file may be kept, under `name`.

    `size` and `sha256` are those of the file to keep. That is `replaced_by` where it is set (a picture made
    anew from its pixels; the caller moves it and throws the original away), else the file that was given.
    width, height: pixels of a picture as it is seen; pages: of a PDF.
    """

    name: str
    kind: Kind
    size: int
    sha256: str
    width: int | None = None
    height: int | None = None
    pages: int | None = None
    replaced_by: Path | None = None


@dataclass(frozen=True)
class Refused:
    """The file is not kept; the finding tells the applicant what was found and what to do."""

    reason: Reason
    finding: Finding


class RefusedHere(Exception):
    """Raised inside a check: the key of a sentence in `SENTENCES` and what was found."""

    def __init__(self, sentence: str, *facts: object) -> None:
        super().__init__(sentence, *facts)
        self.sentence = sentence
        self.facts = tuple(str(fact) for fact in facts)


def refused(sentence: str, *facts: str) -> Refused:
    """The refusal that this sentence says, each `…` in it replaced by the next fact, made fit to be shown."""
    rule, zh, en = SENTENCES[sentence]
    for fact in facts:
        shown = fit_to_show(fact)
        zh, en = zh.replace("…", shown, 1), en.replace("…", shown, 1)
    reason = rule.removeprefix("upload.").replace("-", "_")
    assert reason in REASONS
    return Refused(reason, Finding(rule, zh, en))


def fit_to_show(text: str) -> str:
    """At most 60 characters, none of which breaks a line, turns the reading direction or stands for more facts."""
    plain = "".join(c if c.isprintable() and c != "…" else "?" for c in text)
    return plain if len(plain) <= 60 else plain[:57] + "..."
