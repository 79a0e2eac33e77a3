"""`guiguan fsck`: everything about the logs checked, by whoever has the database and the keys."""

from __future__ import annotations

import argparse
import os
import sys
import time
from typing import Any

from guiguan.cli.say import one_line, progress, tell


def add(commands: Any) -> None:
    """`fsck` is known to the parser."""
    fsck = commands.add_parser(
        "fsck", help=tell("核对每张选票、每个哈希和检查点", "check every stored ballot, leaf and checkpoint")
    )
    fsck.add_argument(
        "--alarm",
        action="store_true",
        help=tell(
            "发现不符时报警，并暂停有关活动的投票（定序进程每天这样运行一次）",
            "raise the alarm and pause the votes concerned where something is found, as the sequencer does once a day",
        ),
    )
    fsck.add_argument("--leashed", action="store_true", help=argparse.SUPPRESS)
    fsck.set_defaults(run=_check)


def _check(arguments: argparse.Namespace) -> int:
    from guiguan.conf import run

    if arguments.leashed:
        from guiguan.conf.leash import on_leash

        on_leash()
        os.nice(19)  # people come first
    run.open_site()
    from guiguan.apps.votes.checking import check_everything, entries_checked
    from guiguan.apps.votes.nightly import check_and_tell, check_trail

    found, trail_holds, at = 0, True, time.time_ns() // 1_000_000
    with progress(tell("正在核对", "checking")):
        if arguments.alarm:
            trail_holds = check_trail(at)
        damages = check_and_tell(at) if arguments.alarm else check_everything()
        for campaign, damage in damages:
            found += 1
            print(one_line(f"{campaign or '-'}: {tell(damage.zh, str(damage))}"), file=sys.stderr)
    if not trail_holds:
        words = (
            "审计记录前后不符，请运行 guiguan audit verify",
            "the audit trail does not hold: run guiguan audit verify",
        )
        print(tell(*words), file=sys.stderr)
    if found:
        print(
            tell(
                f"发现 {found} 处不符，怎么办见 docs/operate/log.md“guiguan fsck 报的”",
                f"faults found: {found}; docs/operate/log.md says what to do",
            ),
            file=sys.stderr,
        )
        return 1
    logs, entries = entries_checked()
    print(tell(f"全部相符：{logs} 个日志，{entries} 条记录", f"all agrees: {logs} logs, {entries} entries"))
    return 0 if trail_holds else 1
