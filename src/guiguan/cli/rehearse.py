"""`guiguan rehearse`: a blueprint tried out on made-up entries, ballots and scores before it opens."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

from guiguan.cli.say import lang, print_findings, progress, tell
from guiguan.cli.shipped import read_blueprint


def add(subparsers: Any) -> None:
    """`rehearse` is known to the parser."""
    parser = subparsers.add_parser(
        "rehearse",
        help=tell("用虚构数据演练一个蓝图", "try a blueprint out on made-up inputs"),
        description=tell(
            "按蓝图生成规模相当的虚构申报件、选票、评分和决定，算出结果，并指出空缺、并列、取整为零的名额等问题。",
            "Makes up entries, ballots, scores and decisions of realistic size, replays them, and points out vacancies, ties and quotas that round to nothing.",
        ),
    )
    parser.add_argument(
        "file", metavar="FILE", help=tell("蓝图文件或自带蓝图的名称", "a blueprint or a shipped one's name")
    )
    parser.add_argument(
        "--seed",
        metavar="TEXT",
        help=tell(
            "种子，相同则生成的内容相同；不给则用活动代号",
            "the same seed makes the same inputs; the campaign's id by default",
        ),
    )
    parser.add_argument(
        "--entries",
        metavar="N",
        type=_count,
        help=tell("申报件数，1 至 1000000；不给则按蓝图估计", "number of entries, 1 to 1000000"),
    )
    parser.add_argument(
        "--voters",
        metavar="N",
        type=_count,
        help=tell("每次投票的人数，1 至 1000000；不给则按蓝图估计", "voters in each vote, 1 to 1000000"),
    )
    parser.add_argument(
        "--out", metavar="DIR", type=Path, required=True, help=tell("输出目录", "folder to write")
    )
    parser.set_defaults(run=run)


def _count(text: str) -> int:
    """A whole number from 1 to a million; ValueError for anything else."""
    if not (text.isascii() and text.isdigit() and len(text) <= 7 and 1 <= int(text) <= 1_000_000):
        raise ValueError(text)  # argparse tells the user
    return int(text)


def run(arguments: argparse.Namespace) -> int:
    """Makes, replays and writes; prints findings to standard error and the report to standard output."""
    from guiguan.core.blueprint.load import load_blueprint
    from guiguan.replay.rehearse.run import rehearse
    from guiguan.replay.rehearse.sizes import size_of

    loaded = load_blueprint(read_blueprint(arguments.file), arguments.file)
    size = size_of(loaded.blueprint, arguments.entries, arguments.voters)
    with progress(tell("正在演练", "rehearsing")):
        done = rehearse(loaded, arguments.out, size, seed=arguments.seed, lang=lang())
    print_findings([*loaded.findings, *done.notes])
    print(done.report, end="")
    print(
        tell(
            f"\n报告：{arguments.out / 'result' / 'report.html'}",
            f"\nReport: {arguments.out / 'result' / 'report.html'}",
        )
    )
    return 0
