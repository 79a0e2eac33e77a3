"""A table in memory: rows of text under named columns."""

from __future__ import annotations

from dataclasses import dataclass

from guiguan.core.values.finding import Finding
from guiguan.tables.header import matching_form


@dataclass(frozen=True)
class Table:
    """Rows as text under unique column names.

    file: as the user named it. columns: the contract's names, others NFKC and stripped, in file order.
    rows: as many cells as columns, without outer white space. lines: of each row, the line (csv), sheet row
    (xlsx) or row number (parquet) in the file, from 1. notes: notes and warnings, no errors.
    """

    file: str
    columns: tuple[str, ...]
    rows: list[tuple[str, ...]]
    lines: list[int]
    notes: tuple[Finding, ...]

    def column(self, name: str) -> list[str]:
        """The cells of the column, one per row; "" for every row where there is no such column."""
        position = self._position(name)
        return [""] * len(self.rows) if position is None else [row[position] for row in self.rows]

    def has(self, name: str) -> bool:
        """True where the file has this column."""
        return self._position(name) is not None

    def _position(self, name: str) -> int | None:
        wanted = matching_form(name)
        return next((i for i, column in enumerate(self.columns) if matching_form(column) == wanted), None)
