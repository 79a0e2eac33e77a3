"""`guiguan keys`: the keys of the ballots looked at, the receipts' key changed, lost ones made anew."""

from __future__ import annotations

import argparse
import time
from typing import Any

from guiguan.cli.parser import words
from guiguan.cli.say import print_findings, tell


def add(commands: Any) -> None:
    keys = commands.add_parser("keys", help=tell("选票的密钥", "the keys of the ballots"))
    acts = keys.add_subparsers(dest="part", required=True, metavar=tell("操作", "ACTION"))
    check = acts.add_parser(
        "check",
        help=tell(
            "核对密钥是不是投票开始时的那一份", "check that the keys are those with which the votes began"
        ),
    )
    check.set_defaults(run=_check)
    change = acts.add_parser(
        "change-receipt",
        help=tell(
            "换一把签回执的密钥，旧回执仍可核对", "sign receipts with a new key; earlier receipts stay valid"
        ),
    )
    change.set_defaults(run=_change)
    lost = acts.add_parser(
        "replace-lost",
        help=tell(
            "密钥确实找不回来：重做，并暂停进行中的投票",
            "keys lost for good: make new ones, and pause the votes under way",
        ),
    )
    lost.add_argument(
        "--reason",
        required=True,
        type=words,
        metavar="TEXT",
        help=tell("怎样丢的、找过哪里", "how they were lost"),
    )
    lost.set_defaults(run=_lost)


def _check(arguments: argparse.Namespace) -> int:
    from guiguan.conf import run

    run.open_site()
    if fault := run.keys_lost():
        print_findings([fault])
        return 1
    print(tell("密钥相符", "the keys are those with which the votes began"))
    return 0


def _change(arguments: argparse.Namespace) -> int:
    from guiguan.conf import run

    run.open_site()
    from guiguan.apps.votes.keeping import change_receipts

    public = change_receipts("operator", time.time_ns() // 1_000_000)
    print(
        tell(
            f"新的投票箱公钥：{public}。请重新启动网站和投票箱，并把它印在公告里；以前的公钥仍然有效。",
            f"the ballot box's new key: {public}. Restart the site and the ballot box, and announce it; earlier keys stay valid.",
        )
    )
    return 0


def _lost(arguments: argparse.Namespace) -> int:
    from guiguan.conf import run

    run.open_site()
    from guiguan.apps.votes.keeping import replace_lost

    names = replace_lost("operator", time.time_ns() // 1_000_000, arguments.reason)
    if not names:
        print(tell("没有丢失的密钥，什么也没有改", "no key is lost; nothing was changed"))
        return 1
    print(
        tell(
            f"已重做：{'、'.join(names)}。请重新启动网站和全部投票箱。丢了投票人密钥的投票已暂停：投过的人会变成没有投过，能否继续由主办单位决定。",
            f"made anew: {', '.join(names)}. Restart the site and every ballot box. Votes whose voters' keys were lost are paused: whoever"
            " has voted could vote again; the organiser decides.",
        )
    )
    return 0
