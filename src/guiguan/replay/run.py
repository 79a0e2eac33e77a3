"""A campaign from files to its checkable result: read, count, write."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from pathlib import Path

from guiguan.core.blueprint.load import Loaded
from guiguan.core.evidence.bundle import Sealed
from guiguan.core.evidence.logs import LoggedPseudonyms, Logs
from guiguan.core.evidence.pseudonym import Pseudonyms
from guiguan.core.ranking.campaign import Outcome, count
from guiguan.core.values.finding import Finding
from guiguan.replay.inputs import Files, ReadInputs, read_inputs, read_regions
from guiguan.replay.notes import notes_on
from guiguan.replay.write import require_free, write_replay


@dataclass(frozen=True)
class Replayed:
    """What a replay read and counted, with notes for the user."""

    read: ReadInputs
    outcome: Outcome
    notes: tuple[Finding, ...]


def replay(
    loaded: Loaded,
    files: Files,
    out: Path,
    *,
    key: bytes | None = None,
    seed: str | None = None,
    regions: Path | None = None,
    lang: str = "zh",
    logs: Logs | None = None,
) -> Replayed:
    """The campaign counted from its files, and `out` written whole or not at all.

    `key` (32 bytes) makes the pseudonyms; without one, one is made, used and forgotten. With `logs` the ballots are those of a site's
    log, where voters and addresses are pseudonyms under that key already, and the logs come into the bundle. Raises InputError with every
    finding where an input cannot be used.
    """
    require_free(out)
    read = read_inputs(loaded.blueprint, files, seed, read_regions(regions))
    outcome = count(read.inputs)
    named = LoggedPseudonyms if logs else Pseudonyms
    pseudonyms = named(key or secrets.token_bytes(32), loaded.blueprint.campaign)
    names = {stage: v.names for stage, v in read.votes.items()}
    outcome.exclusions += [x for x in read.left_out if x not in outcome.exclusions]
    sealed = Sealed(read.inputs, outcome, names, loaded.sha256, pseudonyms, key is not None)
    write_replay(out, read, sealed, lang, logs)
    return Replayed(read, outcome, (*read.notes, *notes_on(read, outcome)))
