"""`guiguan`: finds the command, runs it, and turns whatever went wrong into findings and an exit code."""

from __future__ import annotations

import importlib
import importlib.util
import os
import sys
from collections.abc import Sequence
from typing import IO

from guiguan import __version__
from guiguan.cli.files import unusable
from guiguan.cli.parser import Parser
from guiguan.cli.say import print_findings, tell
from guiguan.core.values.finding import InputError

GROUPS = (
    "blueprint",
    "replay",
    "rehearse",
    "verify",
    "site",
    "lists",
    "imports",
    "fsck",
    "log",
    "keys",
    "detect",
    "bench",
)
"""The modules of this package that hold commands, in the order in which `--help` lists them."""


def main(argv: Sequence[str] | None = None) -> int:
    """Runs one command and returns its exit code: 0 done, 1 a check failed or a file is unusable, 2 wrong usage."""
    for stream in (sys.stdout, sys.stderr):
        _write_utf8(stream)
    try:
        code = _run(argv)
        if sys.stdout is not None:
            sys.stdout.flush()
        return code
    except InputError as error:
        print_findings(error.findings)
    except BrokenPipeError:
        _forget_output()
    except OSError as error:
        print_findings([unusable(error)])
    except KeyboardInterrupt:
        print(tell("已中断", "interrupted"), file=sys.stderr)
        return 130
    return 1


def _run(argv: Sequence[str] | None) -> int:
    parser = _parser()
    try:
        arguments = parser.parse_args(argv)
    except SystemExit as end:
        return end.code if isinstance(end.code, int) else 2
    return int(arguments.run(arguments))


def _parser() -> Parser:
    parser = Parser(
        prog="guiguan",
        description=tell(
            "桂冠：征集评选全流程，结果人人可复算",
            "Guiguan runs open calls and awards whose published result any stranger can recompute",
        ),
        epilog=tell("设 GUIGUAN_LANG=en 可改用英文。", "Unset GUIGUAN_LANG for Chinese."),
    )
    parser.add_argument(
        "--version",
        action="version",
        version=f"guiguan {__version__}",
        help=tell("显示版本后退出", "show the version and exit"),
    )
    commands = parser.add_subparsers(
        title=tell("命令", "commands"), metavar=tell("命令", "COMMAND"), dest="command", required=True
    )
    for name in GROUPS:
        module = f"guiguan.cli.{name}"
        if importlib.util.find_spec(module) is not None:
            importlib.import_module(module).add(commands)
    return parser


def _write_utf8(stream: IO[str] | None) -> None:
    """What goes into a file or a pipe is UTF-8 anywhere; a terminal keeps its own encoding and never fails on it."""
    if stream is None or not hasattr(stream, "reconfigure"):
        return
    if stream.isatty():
        stream.reconfigure(errors="backslashreplace")
    else:
        stream.reconfigure(encoding="utf-8", errors="backslashreplace")


def _forget_output() -> None:
    """The reader went away (`| head`): what is still in the buffer must not fail again when Python exits."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
