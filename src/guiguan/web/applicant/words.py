"""States of an entry in words."""

from __future__ import annotations

from collections.abc import Callable

from django.utils.translation import gettext as _

STATES: dict[str, Callable[[], str]] = {
    "draft": lambda: _("草稿"),
    "preregistered": lambda: _("已报名"),
    "submitted": lambda: _("已提交，待审查"),
    "returned": lambda: _("退回补正"),
    "withdrawn": lambda: _("已撤回"),
    "accepted": lambda: _("审查通过"),
    "refused": lambda: _("审查未通过"),
    "abandoned": lambda: _("已放弃"),
}

_TAGS = {
    "submitted": "info",
    "accepted": "success",
    "returned": "warning",
    "refused": "danger",
    "preregistered": "info",
}


def state_tag(state: str) -> str:
    """The colour of a state's tag."""
    return _TAGS.get(state, "neutral")
