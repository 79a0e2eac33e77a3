"""The oracle sees what the kills are there to find: each kind of broken promise, one by one."""

from __future__ import annotations

import copy
import hashlib
from collections.abc import Callable
from typing import Any

import pytest
from faults.oracle import Going, Oracle, Promised, broken_as_a_whole

DONE = "f" * 64


def promised() -> Oracle:
    """One save with an answer and one without, one file in place, one half sent, handed in once."""
    oracle = Oracle("e", {"title": Promised("新", 3), "summary": Promised("旧", 2, open="更新")})
    oracle.revisions = {("title", 3), ("summary", 2)}
    oracle.going = Going(b"abcdef", id="u", received=2, open=2)
    oracle.attached, oracle.handed_in = [DONE], 1
    return oracle


def found() -> dict[str, Any]:
    """A look that keeps all of it."""
    return {
        "entries": {
            "e": {
                "state": "draft",
                "answers": {"title": ["新", 3], "summary": ["旧", 2]},
                "saves": [["summary", 2], ["title", 3]],
                "files": [DONE],
                "submissions": [1],
            }
        },
        "uploads": {"u": [2, False, hashlib.sha256(b"ab").hexdigest()]},
    }


def test_what_was_kept_is_kept() -> None:
    assert promised().broken(found()) == []


def test_what_was_open_may_have_come_through() -> None:
    look = found()
    look["entries"]["e"]["answers"]["summary"] = ["更新", 4]
    look["entries"]["e"]["saves"].append(["summary", 4])
    look["uploads"]["u"] = [4, False, hashlib.sha256(b"abcd").hexdigest()]
    assert promised().broken(look) == []


def entry(look: dict[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = look["entries"]["e"]
    return found


HARMS: dict[str, Callable[[dict[str, Any]], object]] = {
    "a save is lost": lambda look: entry(look)["answers"].update(title=["旧", 1]),
    "a field is gone": lambda look: entry(look)["answers"].pop("title"),
    "a value that nobody sent": lambda look: entry(look)["answers"].update(summary=["更", 4]),
    "an open value under an old revision": lambda look: entry(look)["answers"].update(summary=["更新", 2]),
    "a save without a record": lambda look: entry(look)["saves"].remove(["title", 3]),
    "a save with two records": lambda look: entry(look)["saves"].append(["title", 3]),
    "a file is gone": lambda look: entry(look)["files"].clear(),
    "a file stands twice": lambda look: entry(look)["files"].append(DONE),
    "a file is not whole": lambda look: entry(look).update(files=["!" + DONE]),
    "an upload is gone": lambda look: look["uploads"].clear(),
    "bytes are lost": lambda look: look["uploads"].update(u=[1, False, "-"]),
    "bytes are others": lambda look: look["uploads"]["u"].__setitem__(2, "-"),
    "an upload finished by itself": lambda look: look["uploads"]["u"].__setitem__(1, True),
    "a handing in is lost": lambda look: entry(look)["submissions"].clear(),
    "a handing in too many": lambda look: entry(look)["submissions"].append(2),
    "the state is another": lambda look: entry(look).update(state="submitted"),
}


@pytest.mark.parametrize("harm", HARMS)
def test_each_harm_is_seen(harm: str) -> None:
    look = found()
    HARMS[harm](look)
    assert promised().broken(look) != []


WHOLE: dict[str, Any] = {
    "broken": [],
    "doubled": [],
    "never_taken": [],
    "never_noted": [],
    "sending": 1,
    "told": ["site", "sms"],
    "handed_in": 1,
}


@pytest.mark.parametrize(
    "harm",
    [
        {"broken": [[7, "previous"]]},
        {"doubled": [["o", "sms"]]},
        {"never_taken": ["k"]},
        {"never_noted": ["k"]},
        {"sending": 2},
        {"told": ["site"]},
        {"told": ["site", "sms", "sms"]},
    ],
)
def test_harm_to_the_trail_and_the_messages_is_seen(harm: dict[str, Any]) -> None:
    assert broken_as_a_whole(copy.deepcopy(WHOLE), kills=1) == []
    assert broken_as_a_whole(WHOLE | harm, kills=1) != []
