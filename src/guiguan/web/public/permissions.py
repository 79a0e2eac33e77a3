"""The table of permissions as everybody may read it: by action, and by role."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from guiguan.core.permissions.roles import ROLE_TITLES, ROLES
from guiguan.core.permissions.table import TABLE
from guiguan.core.permissions.titles import ACTION_TITLES, GROUPS, Texts, reach_title, rights_of, roles_in
from guiguan.web.common.door import door
from guiguan.web.public.campaign_words import lang


@door("permission.read")
def table(request: HttpRequest) -> HttpResponse:
    """Every action and every role; what is not there is not allowed."""
    context = {"groups": [_group(title, rows) for title, rows in GROUPS], "roles": _roles()}
    return render(request, "public/permissions.html", context)


def _group(title: Texts, rows: dict[str, Texts]) -> dict[str, Any]:
    roles = roles_in(rows)
    return {
        "title": _said(title),
        "columns": [_said(ROLE_TITLES[role]) for role in roles],
        "rows": [
            (_said(texts), [_said(reach_title(r, row[r])) if r in row else "" for r in roles])
            for texts, row in ((texts, TABLE[action]) for action, texts in rows.items())
        ],
    }


def _roles() -> list[tuple[str, list[tuple[str, str]]]]:
    """Each role with the actions that it allows and how far."""
    return [
        (
            _said(ROLE_TITLES[role]),
            [
                (_said(ACTION_TITLES[action]), _said(reach_title(role, reach)))
                for action, reach in rights_of(role)
            ],
        )
        for role in ROLES
    ]


def _said(texts: Texts) -> str:
    return texts[lang() == "en"]
