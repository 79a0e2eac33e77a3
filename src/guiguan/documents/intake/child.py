"""The confined process: one file is looked at by one task, and its answer stands on standard output as JSON.

`confined.run_confined` starts it. Standard input is the file; `output_at` is the descriptor to write to.
Everything is imported and opened first; then the fence closes; only then is the first byte of the file read.
"""

from __future__ import annotations

import codecs
import importlib
import json
import logging
import os
import sys
import traceback
from collections.abc import Callable
from typing import Any, BinaryIO

from guiguan.documents.intake import fence
from guiguan.documents.intake.verdict import RefusedHere

READY = b"\n"
"""Said before the first byte of the file is read: until then any fault is the server's, not the file's."""
TASKS = (
    "picture",
    "picture_bits",
    "ooxml",
    "pdf",
    "preview",
    "form",
    "template",
    "words",
    "table",
    "misbehave",
)
CODECS = (
    "ascii",
    "latin-1",
    "charmap",
    "cp437",
    "gbk",
    "gb18030",
    "utf-16",
    "utf-16-le",
    "utf-16-be",
    "utf-32",
)
"""What libraries decode texts of a file with: a codec is imported at its first use, which the fence would refuse."""
Task = Callable[[BinaryIO, BinaryIO, dict[str, Any]], dict[str, Any]]


def main(task: str, output_at: int, wish: str) -> int:
    """Exit code 0 and an answer, also where the file set off an error that no check foresaw."""
    if task not in TASKS:
        raise ValueError(f"{task} is no task")
    fence.set_limits()
    for name in CODECS:
        codecs.lookup(name)
    look: Task = importlib.import_module(f"guiguan.documents.intake.{task}").look
    logging.disable(logging.CRITICAL)
    source, output = os.fdopen(0, "rb"), os.fdopen(output_at, "wb")
    held = fence.close()
    os.write(1, READY)
    answer = _answer(look, source, output, json.loads(wish))
    os.write(1, json.dumps({**answer, "fenced": held}).encode())
    return 0


def _answer(look: Task, source: BinaryIO, output: BinaryIO, wish: dict[str, Any]) -> dict[str, Any]:
    try:
        found = look(source, output, wish)
        output.flush()
        return {"found": found}
    except RefusedHere as refusal:
        return {"refused": refusal.sentence, "facts": [fact[:200] for fact in refusal.facts[:3]]}
    except MemoryError:
        return {"refused": "bomb-memory", "facts": []}
    except Exception:  # libraries raise whatever a crafted file sets off; the server logs what was noted here
        traceback.print_exc()
        return {"refused": "broken", "facts": [], "unforeseen": True}


def run(task: str, output_at: str, wish: str) -> None:
    """`main`, after which the process ends at once: no destructor runs on what a file left behind."""
    code = main(task, int(output_at), wish)
    sys.stderr.flush()
    os._exit(code)
