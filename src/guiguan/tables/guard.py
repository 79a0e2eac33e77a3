"""Cells that a spreadsheet would run as a formula, made harmless in csv and restored on reading.

A cell that begins with = + - @ (or the full-width ＝ ＋ － ＠), also after white space, or with TAB or CR
gets one leading apostrophe, unless it is a plain number such as -1.50. A cell that already has apostrophes
before such a character gets one more, so that taking exactly one away always restores what was written.
Source: OWASP, CSV Injection.
"""

from __future__ import annotations

import re

_NUMBER = re.compile(r"-?[0-9]+(\.[0-9]+)?")
# Any mix of apostrophes and white space before the character counts. Were it less, some cell that is written
# as it is would look guarded when it is read.
_RISKY = re.compile(r"[\s']*[=+\-@＝＋－＠\t\r]")


def is_risky(cell: str) -> bool:
    """Whether a spreadsheet that opens the cell as it stands might run it."""
    return bool(_RISKY.match(cell)) and not _NUMBER.fullmatch(cell)


def guarded(cell: str) -> str:
    """The cell as it may be opened in Excel."""
    return "'" + cell if is_risky(cell) else cell


def unguarded(cell: str) -> str:
    """The cell without the one apostrophe that `guarded` put before it."""
    return cell[1:] if cell[:1] == "'" and _RISKY.match(cell) else cell


def cleaned(cells: list[str]) -> list[str]:
    """The cells of a row without guards and outer white space."""
    return [text if (text := cell.strip())[:1] != "'" else unguarded(cell.lstrip()).strip() for cell in cells]
