"""`guiguan replay`: a whole campaign from files to its checkable result."""

from __future__ import annotations

import argparse
import re
from pathlib import Path
from typing import Any

from guiguan.cli.say import lang, print_findings, progress, tell
from guiguan.cli.shipped import read_blueprint
from guiguan.core.values.finding import Finding, InputError, Place


def add(subparsers: Any) -> None:
    """`replay` is known to the parser."""
    parser = subparsers.add_parser(
        "replay",
        help=tell("由文件得出可复算的评选结果", "count a campaign from files to its checkable result"),
        description=tell(
            "读入申报件、选票、评分和决定，按蓝图计算，写出结果、报告和证据包。",
            "Reads entries, ballots, scores and decisions, counts them by the blueprint, and writes result, report and evidence.",
        ),
    )
    parser.add_argument(
        "file", metavar="FILE", help=tell("蓝图文件或自带蓝图的名称", "a blueprint or a shipped one's name")
    )
    parser.add_argument(
        "--entries", metavar="E", type=Path, required=True, help=tell("申报件表", "table of entries")
    )
    parser.add_argument("--ballots", metavar="B", type=Path, help=tell("选票表", "table of ballots"))
    parser.add_argument("--scores", metavar="S", type=Path, help=tell("评分表", "table of scores"))
    parser.add_argument(
        "--endorsements", metavar="N", type=Path, help=tell("推荐意见表", "table of endorsements")
    )
    parser.add_argument("--decisions", metavar="D", type=Path, help=tell("决定表", "table of decisions"))
    parser.add_argument(
        "--pseudonym-key",
        metavar="FILE",
        type=Path,
        help=tell(
            "化名密钥文件（32 字节，十六进制）；不给则临时生成，用后即毁",
            "pseudonym key (32 bytes, hex); without it one is made and destroyed",
        ),
    )
    parser.add_argument(
        "--regions",
        metavar="FILE",
        type=Path,
        help=tell(
            "替换自带行政区划的表（code、name 两列）",
            "a table (code, name) in place of the divisions that come with it",
        ),
    )
    parser.add_argument("--seed", metavar="TEXT", help=tell("抽签用的公开种子", "public seed for lots"))
    parser.add_argument(
        "--out", metavar="DIR", type=Path, required=True, help=tell("输出目录", "folder to write")
    )
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Counts and writes; prints warnings and notes to standard error and where to look to standard output."""
    from guiguan.core.blueprint.load import load_blueprint
    from guiguan.replay.inputs import Files
    from guiguan.replay.run import replay

    loaded = load_blueprint(read_blueprint(arguments.file), arguments.file)
    key = read_key(arguments.pseudonym_key) if arguments.pseudonym_key else None
    files = Files(
        arguments.entries, arguments.ballots, arguments.scores, arguments.endorsements, arguments.decisions
    )
    with progress(tell("正在计算", "counting")):
        done = replay(
            loaded, files, arguments.out, key=key, seed=arguments.seed, regions=arguments.regions, lang=lang()
        )
    print_findings([*loaded.findings, *done.notes])
    entries, left = len(done.outcome.eligible), len(done.outcome.entries) - len(done.outcome.eligible)
    print(
        tell(
            f"完成：{entries} 件参评，{left} 件未通过，{len(done.outcome.given)} 项奖项。报告：{arguments.out / 'report.html'}",
            f"done: {entries} entries eligible, {left} not, {len(done.outcome.given)} awards. Report: {arguments.out / 'report.html'}",
        )
    )
    return 0


def read_key(path: Path) -> bytes:
    """The 32 bytes that the file gives as 64 hex digits."""
    text = path.read_text(encoding="ascii", errors="replace").strip()
    if not re.fullmatch(r"[0-9a-fA-F]{64}", text):
        raise InputError(
            Finding(
                "replay.key",
                "化名密钥应为 64 个十六进制数字（32 字节），可用 openssl rand -hex 32 生成",
                "the pseudonym key is 64 hex digits (32 bytes); make one with: openssl rand -hex 32",
                Place(str(path), 1, 1),
            )
        )
    return bytes.fromhex(text)
