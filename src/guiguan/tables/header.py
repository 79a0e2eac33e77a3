"""Header cells as the names that the contract uses."""

from __future__ import annotations

import unicodedata
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from guiguan.tables.collected import Collected, listed, shown

_OTHER_SEPARATORS = "\t;；，|"


@dataclass(frozen=True)
class Header:
    """names: one per column of the file, "" where the header cell is empty; kept: positions with a name."""

    names: tuple[str, ...]
    kept: tuple[int, ...]


def matching_form(name: str) -> str:
    """The form in which names are compared: NFKC, no outer white space, no letter case."""
    return unicodedata.normalize("NFKC", name).strip().casefold()


def read_header(
    cells: Sequence[str],
    line: int,
    found: Collected,
    *,
    required: Sequence[str],
    known: Collection[str],
    aliases: Mapping[str, str],
) -> Header:
    """The names of the columns; missing, doubled and unknown ones are findings.

    aliases: other name to the contract's.
    """
    contract = {matching_form(alias): name for alias, name in aliases.items()}
    contract |= {matching_form(name): name for name in (*aliases.values(), *known, *required)}
    names = tuple(
        contract.get(matching_form(cell), unicodedata.normalize("NFKC", cell).strip()) for cell in cells
    )
    _find_doubled(cells, names, line, found)
    _find_missing(cells, names, line, found, required, aliases)
    wanted = set(contract.values())
    unknown = [(name, i) for i, name in enumerate(names, start=1) if name and name not in wanted]
    if unknown:
        every = [name for name, _ in unknown]
        found.add(
            "table.unknown-columns",
            f"有 {len(every)} 列不在约定之内，内容保留，不参与计算：{listed(every, '、')}。如系笔误，"
            "请改正列名。",
            f"{len(every)} columns are not part of the contract; they are kept and count for nothing: "
            f"{listed(every, ', ')}. If a name is misspelt, please mend it.",
            line=line,
            column=unknown[0][1],
            severity="note",
        )
    return Header(names, tuple(i for i, name in enumerate(names) if name))


def _find_doubled(cells: Sequence[str], names: tuple[str, ...], line: int, found: Collected) -> None:
    first: dict[str, int] = {}
    for column, name in enumerate(names, start=1):
        earlier = first.setdefault(matching_form(name), column)
        if name and earlier != column:
            here, there = shown(cells[column - 1]), shown(cells[earlier - 1])
            found.add(
                "table.duplicate-column",
                f"第 {column} 列“{here}”与第 {earlier} 列“{there}”是同一列（{shown(name)}）。请只保留一列。",
                f"Column {column} “{here}” is the same as column {earlier} “{there}” ({shown(name)}). Keep "
                "only one.",
                line=line,
                column=column,
            )


def _find_missing(
    cells: Sequence[str],
    names: tuple[str, ...],
    line: int,
    found: Collected,
    required: Sequence[str],
    aliases: Mapping[str, str],
) -> None:
    missing = [name for name in required if name not in names]
    if not missing:
        return
    chinese: dict[str, str] = {}
    for alias, name in aliases.items():
        chinese.setdefault(name, alias)
    labels = [f"{name}（{chinese[name]}）" if name in chinese else name for name in missing]
    found.add(
        "table.missing-column",
        f"缺少必填的列：{'、'.join(labels)}。请在第一行补上这些列名，并填好各行。",
        f"Required columns are missing: {', '.join(missing)}. Add them to the first row and fill them in.",
        line=line,
    )
    separator = next((mark for mark in _OTHER_SEPARATORS if mark in cells[0]), "")
    if len(cells) == 1 and separator:
        said_zh, said_en = ("制表符", "a tab") if separator == "\t" else (f"“{separator}”", f"“{separator}”")
        found.add(
            "table.separator",
            f"各列似乎用{said_zh}分隔，应为英文逗号。请另存为“CSV UTF-8（逗号分隔）”。",
            f"The columns seem to be separated by {said_en}; a comma is wanted. Save as "
            "“CSV UTF-8 (comma delimited)”.",
            line=line,
        )
