"""`guiguan blueprint`: checks a blueprint, draws it, tells its dates, compares two, prints the schema and reference page."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING, Any

from guiguan.cli.files import write_file
from guiguan.cli.say import lang, print_findings, tell
from guiguan.cli.shipped import read_blueprint
from guiguan.core.values.finding import Finding, InputError

if TYPE_CHECKING:
    from guiguan.core.blueprint.load import Loaded


def add(subparsers: Any) -> None:
    """`blueprint` and its commands are known to the parser."""
    group = subparsers.add_parser(
        "blueprint",
        help=tell("检查、画图、比较活动蓝图", "check, draw and compare blueprints"),
        description=tell(
            "活动蓝图：一个 YAML 文件写明一次活动的全部规则。",
            "A blueprint: one YAML file that declares a campaign.",
        ),
    )
    commands = group.add_subparsers(
        title=tell("命令", "commands"), metavar=tell("命令", "COMMAND"), dest="what", required=True
    )
    file = tell(
        "蓝图文件，或自带蓝图的名称，如 guangxi-2021",
        "a blueprint file, or the name of a shipped one such as guangxi-2021",
    )

    zh, en = "检查蓝图，一次列出全部问题", "check blueprints and list every fault at once"
    check = _command(commands, "check", zh, en, run_check)
    check.add_argument("files", metavar=tell("文件", "FILE"), nargs="+", help=file)

    zh, en = "输出蓝图语言的 JSON Schema，供编辑器提示", "print the JSON Schema of the language, for editors"
    _command(commands, "schema", zh, en, run_schema)

    diagram = _command(
        commands, "diagram", "画出活动流程图（SVG）", "draw the campaign's flowchart (SVG)", run_diagram
    )
    diagram.add_argument("file", metavar=tell("文件", "FILE"), help=file)
    out = tell("写入这个文件；不写则输出到屏幕", "write to this file; standard output if left out")
    diagram.add_argument("-o", "--out", metavar="OUT.svg", help=out)

    zh, en = "列出日程，把工作日期限算成日期", "list all dates, terms of working days worked out"
    dates = _command(commands, "timetable", zh, en, run_timetable)
    dates.add_argument("file", metavar=tell("文件", "FILE"), help=file)
    own = tell(
        "工作日表（date、is_workday 两列），其中出现的年份以它为准",
        "a table (date, is_workday) that decides about the years in it",
    )
    dates.add_argument("--workdays", metavar="FILE", type=Path, help=own)

    diff = _command(
        commands,
        "diff",
        "逐条说明两个蓝图的差别",
        "say in words what changed between two blueprints",
        run_diff,
    )
    diff.add_argument("old", metavar=tell("旧文件", "OLD"), help=file)
    diff.add_argument("new", metavar=tell("新文件", "NEW"), help=file)

    _command(
        commands,
        "reference",
        "输出蓝图语言参考（Markdown）",
        "print the reference page (Markdown)",
        run_reference,
    )


def _command(commands: Any, name: str, zh: str, en: str, run: Any) -> argparse.ArgumentParser:
    parser: argparse.ArgumentParser = commands.add_parser(
        name, help=tell(zh, en), description=tell(f"{zh}。", f"{en}.")
    )
    parser.set_defaults(run=run)
    return parser


def run_check(arguments: argparse.Namespace) -> int:
    """Every finding of every file is told; 1 where any of them is an error."""
    from guiguan.core.blueprint.load import load_blueprint

    failed = False
    for file in arguments.files:
        try:
            findings = load_blueprint(read_blueprint(file), file).findings
        except InputError as error:
            findings = error.findings
        print_findings(findings)
        print(_verdict(file, findings), flush=True)
        failed = failed or _errors(findings) > 0
    return 1 if failed else 0


def _errors(findings: tuple[Finding, ...]) -> int:
    return sum(f.severity == "error" for f in findings)


def _verdict(file: str, findings: tuple[Finding, ...]) -> str:
    errors = _errors(findings)
    warnings = sum(f.severity == "warning" for f in findings)
    zh = f"{errors} 处错误" if errors else "没有错误"
    en = _plural(errors, "error") if errors else "no errors"
    return tell(f"{file}：{zh}，{warnings} 条提醒", f"{file}: {en}, {_plural(warnings, 'warning')}")


def _plural(count: int, noun: str) -> str:
    return f"{count} {noun}{'' if count == 1 else 's'}"


def run_schema(arguments: argparse.Namespace) -> int:
    """The language's JSON Schema stands on standard output."""
    import json

    from guiguan.core.blueprint.schema import schema

    print(json.dumps(schema(), ensure_ascii=False, indent=2))
    return 0


def run_diagram(arguments: argparse.Namespace) -> int:
    """The flowchart stands in the file, or on standard output."""
    from guiguan.core.blueprint.diagram import diagram

    (loaded,) = _load(arguments.file)
    svg = diagram(loaded.blueprint, lang())
    if arguments.out is None:
        print(svg, end="")
    else:
        write_file(arguments.out, svg.encode("utf-8"))
    return 0


def run_timetable(arguments: argparse.Namespace) -> int:
    """Every window and term stands on its own line of standard output, with its dates."""
    from guiguan.cli.timetable import lines
    from guiguan.core.blueprint.timetable import timetable
    from guiguan.replay.workdays_file import read_workdays

    (loaded,) = _load(arguments.file)
    spans = timetable(loaded.blueprint, read_workdays(arguments.workdays))
    print("\n".join(lines(loaded.blueprint, spans)))
    return 0


def run_diff(arguments: argparse.Namespace) -> int:
    """Each difference stands on its own line of standard output; none is said to be none."""
    from guiguan.core.blueprint.differ import differences

    old, new = _load(arguments.old, arguments.new)
    changes = differences(old.blueprint, new.blueprint)
    for change in changes:
        print(change.text(lang()))
    if not changes:
        print(tell("两个蓝图的内容没有差别", "the two blueprints say the same"))
    return 0


def run_reference(arguments: argparse.Namespace) -> int:
    """The reference page stands on standard output."""
    from guiguan.core.blueprint.reference import reference

    print(reference(), end="")
    return 0


def _load(*files: str) -> list[Loaded]:
    """The blueprints of all files. InputError with the findings of every file that cannot be used."""
    from guiguan.core.blueprint.load import load_blueprint

    loaded: list[Loaded] = []
    findings: list[Finding] = []
    for file in files:
        try:
            loaded.append(load_blueprint(read_blueprint(file), file))
        except InputError as error:
            findings.extend(error.findings)
    if findings:
        raise InputError(*findings)
    return loaded
