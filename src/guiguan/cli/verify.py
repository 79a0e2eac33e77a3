"""`guiguan verify`: an evidence bundle checked and its result counted again."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

from guiguan.cli.say import print_findings, progress, tell


def add(subparsers: Any) -> None:
    """`verify` is known to the parser."""
    parser = subparsers.add_parser(
        "verify",
        help=tell("核验证据包并重算结果", "check an evidence bundle and recompute its result"),
        description=tell(
            "核对证据包的每个文件，按其中的规则重算结果，与公布的逐项对照；全部一致才以 0 退出。包内的 verify.py 可独立再验一遍。",
            "Checks every file of a bundle, recomputes the result by its rules and compares; exits 0 only if all agree. The bundle's own verify.py checks it independently.",
        ),
    )
    parser.add_argument(
        "bundle",
        metavar="BUNDLE",
        type=Path,
        help=tell("证据包（evidence.tar 或解开的目录）", "the bundle: evidence.tar or its unpacked folder"),
    )
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Prints findings to standard error, or one line to standard output where everything agrees."""
    from guiguan.adapters.signing import check_ed25519
    from guiguan.replay.check import check_bundle

    with progress(tell("正在核验", "checking")):
        checked = check_bundle(arguments.bundle, check_ed25519)
    print_findings(checked.findings)
    if checked.findings:
        return 1
    print(
        tell(
            f"一致：{checked.campaign}，{checked.entries} 件申报、{checked.ballots} 张选票、{checked.awards} 项奖项，与重算结果逐字节相同。",
            f"agrees: {checked.campaign}, {checked.entries} entries, {checked.ballots} ballots, {checked.awards} awards, the same to the byte.",
        )
    )
    return 0
