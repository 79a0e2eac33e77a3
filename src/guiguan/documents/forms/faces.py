"""Which font prints which character: the form's own where it has it, else the next that does; never an empty box.

The fonts are those that fontconfig gives LibreOffice under `CONFIGURATION`, asked by the same names.
"""

from __future__ import annotations

import re
import shutil
import subprocess
import tempfile
from dataclasses import dataclass
from functools import cache
from pathlib import Path

FALLBACKS = ("仿宋", "宋体", "Segoe UI Symbol")
"""Names written into the Word file for what the form's font lacks, in this order; every Windows and WPS has the first two."""
STAND_INS = {
    "仿宋_GB2312": ("FandolFang R", "LXGW WenKai", "Noto Serif CJK SC"),
    "楷体_GB2312": ("LXGW WenKai", "Noto Serif CJK SC"),
    "黑体": ("Noto Sans CJK SC",),
    "宋体": ("Noto Serif CJK SC",),
    "仿宋": ("LXGW WenKai", "Noto Serif CJK SC"),
    "Segoe UI Symbol": ("DejaVu Sans", "Noto Sans CJK SC"),
}
"""Free fonts that stand for those of Windows when a PDF is made, nearest first."""
_RANGE = re.compile(r"([0-9a-f]+)(?:-([0-9a-f]+))?")
_SECONDS = 30


@dataclass(frozen=True)
class Faces:
    """`own`: characters of the form's font here, None where no fontconfig is; `others`: (name, its characters) in order."""

    own: frozenset[int] | None
    others: tuple[tuple[str, frozenset[int]], ...]

    def name_for(self, sign: str) -> str | None:
        """The font that must be named for this character; None where the form's own has it on every machine."""
        if in_gb2312(sign) and (self.own is None or ord(sign) in self.own):
            return None
        return next((name for name, has in self.others if ord(sign) in has), FALLBACKS[0])

    def lacking(self, text: str) -> str:
        """The characters that no font here has, each once."""
        if self.own is None:
            return ""
        seen = dict.fromkeys(c for c in text if not c.isspace() and c.isprintable())
        return "".join(c for c in seen if not self._printable(c))

    def _printable(self, sign: str) -> bool:
        if self.name_for(sign) is None:
            return True
        return any(ord(sign) in has for _name, has in self.others)


@cache
def in_gb2312(sign: str) -> bool:
    """Whether 仿宋_GB2312, which is made for this set, has it: the Word file is read on machines that we do not see."""
    try:
        return bool(sign.encode("gb2312"))
    except UnicodeEncodeError:
        return False


@cache
def faces() -> Faces:
    """The fonts of this machine, asked once a process."""
    if shutil.which("fc-match") is None:
        return Faces(None, ())
    with tempfile.TemporaryDirectory() as folder:
        config = Path(folder) / "fonts.conf"
        config.write_text(configuration(folder), "utf-8")
        found = {name: _characters(name, config) for name in ("仿宋_GB2312", *FALLBACKS)}
    return Faces(found["仿宋_GB2312"], tuple((name, found[name]) for name in FALLBACKS))


def _characters(family: str, config: Path) -> frozenset[int]:
    answer = subprocess.run(  # noqa: S603  (a family of ours, no shell)
        ["fc-match", "--format", "%{charset}", family],  # noqa: S607  (found on the PATH, as the office is)
        env={
            "FONTCONFIG_FILE": str(config),
            "PATH": "/usr/local/bin:/usr/bin:/bin",
            "HOME": str(config.parent),
        },
        capture_output=True,
        timeout=_SECONDS,
        check=True,
    )
    found: set[int] = set()
    for low, high in _RANGE.findall(answer.stdout.decode()):
        found.update(range(int(low, 16), int(high or low, 16) + 1))
    return frozenset(found)


def configuration(cache_folder: str) -> str:
    """A fontconfig file: the machine's own fonts, with stand-ins for the fonts that Chinese offices use."""
    rules = "".join(
        f'<match target="pattern"><test name="family" compare="eq"><string>{name}</string></test>'
        f'<edit name="family" mode="prepend" binding="strong">{"".join(f"<string>{s}</string>" for s in stand_ins)}</edit></match>'
        for name, stand_ins in STAND_INS.items()
    )
    return (
        '<?xml version="1.0"?><!DOCTYPE fontconfig SYSTEM "fonts.dtd"><fontconfig>'
        f"{rules}"
        '<include ignore_missing="yes">/etc/fonts/fonts.conf</include>'
        f"<cachedir>{cache_folder}/fontconfig</cachedir></fontconfig>"
    )
