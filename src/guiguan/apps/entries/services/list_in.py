"""Takes the rows of a workbook into a list of the form: after those that stand there, or in their place."""

from __future__ import annotations

from typing import Literal
from uuid import UUID

from guiguan.apps.accounts.models import Person
from guiguan.apps.entries.models import Answer
from guiguan.apps.entries.services.save import save_answer
from guiguan.core.entries.list_sheet import MOST_ROWS
from guiguan.core.values.finding import Finding, InputError

How = Literal["add", "replace"]
Rows = list[dict[str, str]]


def rows_standing(entry_id: UUID, field_id: str) -> tuple[Rows, int]:
    """The rows that stand in the form, blank ones left out, and the revision of the field (0: never written)."""
    answer = Answer.objects.filter(entry=entry_id, field=field_id).first()
    rows = [r for r in answer.value if any(v.strip() for v in r.values())] if answer else []
    return rows, answer.revision if answer else 0


def take_list(by: Person, at: int, entry_id: UUID, field_id: str, rows: Rows, how: How, seen: int) -> int:
    """The rows stand in the form; returns the field's revision. `seen` is the revision that the reader of the workbook saw: where
    nothing but blank rows stands, whatever was written since counts as seen. Raises Forbidden, InputError, Conflict."""
    stands, revision = rows_standing(entry_id, field_id)
    whole = [*stands, *rows] if how == "add" else rows
    if len(whole) > MOST_ROWS:
        raise InputError(
            Finding(
                "list.too-many",
                f"加上已有的各行共 {len(whole)} 行，一张清单最多 {MOST_ROWS} 行，没有填入。请减少行数，或选择替换",
                f"with the rows that stand there are {len(whole)}, a list holds {MOST_ROWS} at most; nothing was taken: "
                "have fewer rows, or replace those that stand",
            )
        )
    return save_answer(by, at, entry_id, field_id, whole, seen if stands else revision)
