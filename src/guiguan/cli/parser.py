"""argparse in the user's language: usage, headings and the words for wrong usage."""

from __future__ import annotations

import argparse
import re
import sys
from collections.abc import Iterable
from typing import Any, NoReturn

from guiguan.cli.say import lang, one_line, tell

# argparse's own words, and what a Chinese reader is told instead; {0}, {1} are what the pattern caught.
_WRONG: tuple[tuple[str, str], ...] = (
    (r"the following arguments are required: (.+)", "缺少参数：{0}"),
    (r"unrecognized arguments: (.+)", "不认识的参数：{0}"),
    (r"argument (.+): invalid choice: (.+?) \(choose from (.+)\)", "{0} 不能是 {1}，可以是：{2}"),
    (r"argument (.+): expected one argument", "{0} 后面要有一个值"),
    (r"argument (.+): expected at least one argument", "{0} 后面至少要有一个值"),
    (r"argument (.+): expected (\d+) arguments?", "{0} 后面要有 {1} 个值"),
    (r"argument (.+): invalid (?:\w+) value: (.+)", "{0} 不接受 {1}"),
    (r"argument (.+): ignored explicit argument (.+)", "{0} 不带值，收到 {1}"),
    (r"argument (.+): not allowed with argument (.+)", "{0} 不能与 {1} 同用"),
    (r"ambiguous option: (.+) could match (.+)", "{0} 可以指 {1}，请写全"),
    (r"one of the arguments (.+) is required", "以下参数须给一个：{0}"),
)


class Parser(argparse.ArgumentParser):
    """A parser that speaks Chinese, or English with GUIGUAN_LANG=en. Wrong usage exits with 2."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("allow_abbrev", False)
        kwargs.setdefault("formatter_class", _Formatter)
        super().__init__(*args, **{**kwargs, "add_help": False})
        self._positionals.title = tell("参数", "arguments")
        self._optionals.title = tell("选项", "options")
        self.add_argument(
            "-h", "--help", action="help", help=tell("显示本说明后退出", "show this help and exit")
        )

    def parse_known_args(self, args: Any = None, namespace: Any = None) -> Any:
        """What a command does not know it says itself, with its own usage, not the program's."""
        found, unknown = super().parse_known_args(args, namespace)
        if unknown:
            self.error(f"unrecognized arguments: {' '.join(unknown)}")
        return found, unknown

    def error(self, message: str) -> NoReturn:
        """The usage and what was wrong with it stand on standard error; the program ends with 2."""
        self.print_usage(sys.stderr)
        hint = tell(f"用 {self.prog} --help 查看用法", f"see {self.prog} --help")
        self.exit(2, f"{self.prog}: {one_line(_in_words(message))}{tell('；', '; ')}{hint}\n")


def words(text: str) -> str:
    """The text of an argument that goes into a database. ArgumentTypeError where the shell sent bytes that are no characters."""
    if any("\ud800" <= c <= "\udfff" for c in text):
        raise argparse.ArgumentTypeError(
            tell("含有无法识别的字符", "holds bytes that are no characters of this encoding")
        )
    return text


class _Formatter(argparse.HelpFormatter):
    def __init__(self, prog: str) -> None:
        super().__init__(prog, max_help_position=32)

    def add_usage(
        self,
        usage: str | None,
        actions: Iterable[argparse.Action],
        groups: Iterable[Any],
        prefix: str | None = None,
    ) -> None:
        super().add_usage(usage, actions, groups, tell("用法：", "usage: ") if prefix is None else prefix)


def _in_words(message: str) -> str:
    if lang() == "en":
        return message
    for pattern, words in _WRONG:
        match = re.fullmatch(pattern, message)
        if match:
            return words.format(*match.groups())
    return message
