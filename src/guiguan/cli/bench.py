"""`guiguan bench`: the project's own benchmarks."""

from __future__ import annotations

import argparse
import json
import sys
from typing import Any

from guiguan.bench.registry import BENCHMARKS, benchmark
from guiguan.cli.say import tell


def add(subparsers: Any) -> None:
    """`bench` is known to the parser."""
    parser = subparsers.add_parser("bench", help=tell("运行性能基准", "run the benchmarks"))
    parser.add_argument(
        "name", metavar="NAME", nargs="?", choices=[*BENCHMARKS], help=tell("基准名称", "a benchmark")
    )
    parser.add_argument("--json", action="store_true", help=tell("以 JSON 输出", "print JSON"))
    parser.add_argument("--list", action="store_true", help=tell("列出全部基准", "list the benchmarks"))
    parser.set_defaults(run=run, parser=parser)


def run(arguments: argparse.Namespace) -> int:
    """Prints the figures; 1 where a required one is not met, 2 where nothing was asked for."""
    from guiguan.bench.figure import as_json

    if arguments.list:
        for name, (zh, en) in BENCHMARKS.items():
            print(f"{name}\t{tell(zh, en)}")
        return 0
    if arguments.name is None:
        arguments.parser.print_usage(sys.stderr)
        return 2
    figures = benchmark(arguments.name).measure()
    if arguments.json:
        print(json.dumps(as_json(arguments.name, figures), ensure_ascii=False, indent=2))
    else:
        for f in figures:
            asked = f"  {tell('要求', 'required')} {f.required:g}" if f.required is not None else ""
            aimed = f"  {tell('目标', 'goal')} {f.goal:g}" if f.goal is not None else ""
            print(f"{f.id}: {f.value:.3f} {f.unit}{asked}{aimed}")
    return 0 if all(f.reaches(f.required) for f in figures) else 1
