"""`guiguan detect`: the detectors of vote-brushing, over the log of the votes for which a run was asked."""

from __future__ import annotations

import argparse
import time
from typing import Any

from guiguan.cli.say import tell


def add(commands: Any) -> None:
    """`detect` is known to the parser."""
    parser = commands.add_parser(
        "detect", help=tell("运行刷票检测器", "run the detectors of vote-brushing that were asked for")
    )
    parser.add_argument(
        "--now",
        metavar="CAMPAIGN",
        help=tell("先为这个活动的每个投票要求一次检测", "first ask for a run of every vote of this campaign"),
    )
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Every run that was asked for is done. 1 where one failed or there is no such vote."""
    from guiguan.conf import run as site

    site.prepare()
    from guiguan.apps.votes.brushing.running import ask_run, do_run
    from guiguan.apps.votes.models import Poll

    if arguments.now:
        polls = list(Poll.objects.filter(campaign=arguments.now).exclude(state="draft"))
        if not polls:
            print(
                tell(f"没有正在进行或已结束的投票：{arguments.now}", f"no vote has opened: {arguments.now}")
            )
            return 1
        for poll in polls:
            ask_run("installation", _now(), poll.pk)
    while done := do_run(_now()):
        told = ", ".join(f"{d.upper()} {n['ballots']}" for d, n in sorted(done.found.items()))
        print(tell(f"检测 {done.ballots} 张选票：{told}", f"{done.ballots} ballots: {told}"))
    return 0


def _now() -> int:
    return time.time_ns() // 1_000_000
