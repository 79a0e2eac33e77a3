"""A blueprint as a command names it: by its path, or by the name of one that comes with the program."""

from __future__ import annotations

import difflib
import re
from pathlib import Path

from guiguan.cli.files import read_file
from guiguan.core.values.finding import Finding, InputError, Place
from guiguan.shipped import shipped_blueprint, shipped_names

_NAME = re.compile(r"[a-z0-9][a-z0-9-]{0,63}")


def read_blueprint(file: str) -> bytes:
    """The bytes of a blueprint, named by its path, or by the name of a shipped one. InputError where there is none.

    A file of that name comes first, so that nobody's own file is passed over.
    """
    if _NAME.fullmatch(file) and not Path(file).is_file():
        found = shipped_blueprint(file)
        if found is not None:
            return found
        if not Path(file).exists():
            raise InputError(_nothing_called(file))
    return read_file(file)


def _nothing_called(name: str) -> Finding:
    names = shipped_names()
    near = difflib.get_close_matches(name, names, n=1, cutoff=0.5)
    hint = f"是不是 {near[0]}？" if near else f"自带的有：{'、'.join(names) or '无'}"
    hint_en = f"did you mean {near[0]}?" if near else f"shipped are: {', '.join(names) or 'none'}"
    return Finding(
        "file.unreadable",
        f"无法读取：没有这个文件，也没有叫这个名字的自带蓝图；{hint}",
        f"cannot be read: no such file, and no shipped blueprint of that name; {hint_en}",
        Place(name, 0, 0),
    )
