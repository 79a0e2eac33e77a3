"""One file given to a confined process; whatever happens to that process, the server gets an answer."""

from __future__ import annotations

import json
import logging
import signal
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

from guiguan.documents.intake.child import READY
from guiguan.documents.intake.sentences import SENTENCES
from guiguan.documents.intake.verdict import Refused, refused

MOST_ANSWER = 4096
WALL_SECONDS = 20
_START = "import sys; from guiguan.documents.intake.child import run; run(*sys.argv[1:])"
log = logging.getLogger("guiguan.intake")


@dataclass(frozen=True)
class Found:
    """What the task found; the process ended well. `fenced`: the kernel held the fence, not only Python."""

    facts: dict[str, Any]
    fenced: bool


def run_confined(task: str, source: Path, wish: Mapping[str, Any], output: IO[bytes]) -> Found | Refused:
    """The task's answer about `source`; what it wrote stands in `output`.

    A process that dies, says nonsense or too much gives a refusal as broken, one that takes too long as timeout,
    one that does not get as far as the file (a library is missing, no memory is left) as unchecked.
    The notes of such a process are logged as warnings of `guiguan.intake`. OSError only where the server itself
    cannot open `source` or start a process.
    """
    with source.open("rb") as file, tempfile.TemporaryFile() as said, tempfile.TemporaryFile() as notes:
        command = [sys.executable, "-I", "-X", "utf8", "-c", _START, task, str(output.fileno())]
        process = subprocess.Popen(  # noqa: S603  (our own interpreter, no shell, no word of the applicant's)
            [*command, json.dumps(dict(wish))],
            stdin=file,
            stdout=said,
            stderr=notes,
            pass_fds=(output.fileno(),),
            env={},
            cwd="/",
        )
        try:
            code = process.wait(WALL_SECONDS)
        except subprocess.TimeoutExpired:
            code = -signal.SIGXCPU
        finally:
            process.kill()
            process.wait()
        said.seek(0)
        notes.seek(max(0, notes.seek(0, 2) - MOST_ANSWER))  # the last words tell most
        return _judged(task, code, said.read(MOST_ANSWER + 1), notes.read(MOST_ANSWER))


def _judged(task: str, code: int, said: bytes, notes: bytes) -> Found | Refused:
    if code in (-signal.SIGXCPU, -signal.SIGALRM, -signal.SIGKILL):
        log.warning("the check %s took too long and was ended", task)
        return refused("timeout")
    if not said.startswith(READY):
        log.error("the check %s did not start: %s", task, notes.decode(errors="replace"))
        return refused("unchecked")
    answer = _read(said) if code == 0 else None
    if answer is None:
        log.warning("the check %s ended with %s: %s", task, code, notes.decode(errors="replace"))
        return refused("broken")
    if answer.get("unforeseen"):
        log.warning("the check %s met an unforeseen error: %s", task, notes.decode(errors="replace"))
    if not answer["fenced"]:
        log.warning("no system-call filter here: uploads are checked behind limits and the audit hook only")
    if "refused" in answer:
        return refused(answer["refused"], *answer["facts"])
    return Found(answer["found"], answer["fenced"])


def _read(said: bytes) -> dict[str, Any] | None:
    """The answer where it has the form that a sound process gives; None for anything else."""
    if len(said) > MOST_ANSWER:
        return None
    try:
        answer = json.loads(said)
    except (ValueError, RecursionError):
        return None
    if not isinstance(answer, dict) or not isinstance(answer.get("fenced"), bool):
        return None
    if "refused" in answer:
        facts = answer.get("facts")
        known = isinstance(answer["refused"], str) and answer["refused"] in SENTENCES
        sound = known and isinstance(facts, list) and all(isinstance(fact, str) for fact in facts)
    else:
        found = answer.get("found")
        sound = isinstance(found, dict) and all(isinstance(v, int | bool | str) for v in found.values())
    return answer if sound else None
