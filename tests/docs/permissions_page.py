"""docs/permissions.md made anew from the table: `python tests/docs/permissions_page.py > docs/permissions.md`."""

from __future__ import annotations

import sys
from collections.abc import Iterator

from guiguan.core.permissions.roles import ROLE_TITLES, ROLES
from guiguan.core.permissions.table import TABLE
from guiguan.core.permissions.titles import (
    GROUPS,
    REACH_TITLES,
    Texts,
    reach_title,
    rights_of,
    roles_in,
)

HEAD = """# 角色与权限

谁可以做什么，网站每一页、每一项操作都按这张表放行；表中空白处一律不允许。登录用户同时是公众，申报单位的成员同时是登录用户。\
本页由程序代码生成（`tests/docs/permissions_page.py`），有测试保证两者一致；网站上的 `/permissions` 页显示同一张表。

Who may do what; an empty cell allows nothing. Everybody is the public, whoever signed in is a person too. Generated from the code.
"""
REACH_NOTES: dict[str, Texts] = {
    "any": ("不限对象", "whatever it is about"),
    "campaign": ("只在授予角色时指定的活动里", "in the campaign for which the role was given"),
    "region": (
        "只在该活动里，且在授予时指定的行政区划内",
        "there, and in the regions for which it was given",
    ),
    "own": (
        "只对自己所在的单位；登录用户写“本人”，只对自己",
        "one's own unit; of a signed-in person: about oneself",
    ),
    "assigned": ("只对逐件指定给本人办理的", "what was given to this person to work on"),
}


def page() -> str:
    """The whole page: the reaches, then one table for each group of actions, then the roles without a right of their own."""
    return "".join([HEAD, *_reaches(), *(part for group in GROUPS for part in _group(*group)), *_without()])


def _reaches() -> Iterator[str]:
    yield "\n| 范围 | 含义 | Reach |\n|---|---|---|\n"
    for reach, (zh, en) in REACH_TITLES.items():
        note, note_en = REACH_NOTES[reach]
        yield f"| {zh} | {note} | {en}: {note_en} |\n"


def _group(title: Texts, rows: dict[str, Texts]) -> Iterator[str]:
    roles = roles_in(rows)
    yield f"\n## {title[0]} {title[1]}\n\n"
    yield f"| 操作 | Action | 代号 | {' | '.join(ROLE_TITLES[r][0] for r in roles)} |\n"
    yield "|" + "---|" * (3 + len(roles)) + "\n"
    for action, (zh, en) in rows.items():
        cells = (reach_title(r, TABLE[action][r])[0] if r in TABLE[action] else "" for r in roles)
        yield f"| {zh} | {en} | `{action}` | {' | '.join(cells)} |\n"


def _without() -> Iterator[str]:
    idle = [ROLE_TITLES[role] for role in ROLES if not rights_of(role)]
    if idle:
        yield "\n## 暂无权限的角色 Roles without a right of their own yet\n\n"
        yield "、".join(zh for zh, _ in idle) + "（" + ", ".join(en for _, en in idle) + "）。\n"


if __name__ == "__main__":
    sys.stdout.write(page())
