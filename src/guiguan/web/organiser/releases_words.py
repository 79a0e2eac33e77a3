"""Words of the pages of batches."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _

from guiguan.apps.accounts.models import Person
from guiguan.apps.releasing.models import ReleaseCorrection
from guiguan.web.common.moments import moment
from guiguan.web.organiser.screening_words import Words, name_of

STATES: Words = {
    "draft": lambda: _("拟定中"),
    "proposed": lambda: _("待复核"),
    "published": lambda: _("已发布"),
    "dropped": lambda: _("已取消"),
}
COLOURS = {"draft": "info", "proposed": "warning", "published": "success", "dropped": "neutral"}


def period_text(period: str) -> str:
    """2025-H1 as people say it."""
    year, _dash, part = period.partition("-")
    words = {
        "": _("%(year)s 年"),
        "H1": _("%(year)s 年上半年"),
        "H2": _("%(year)s 年下半年"),
        "Q1": _("%(year)s 年第一季度"),
        "Q2": _("%(year)s 年第二季度"),
        "Q3": _("%(year)s 年第三季度"),
        "Q4": _("%(year)s 年第四季度"),
    }
    return words[part] % {"year": year}


def correction_text(found: ReleaseCorrection) -> str:
    """What a correction changes, in one sentence."""
    fact = {
        "entry": found.row.entry.number,
        "label": next((p["label"] for p in found.row.public if p["field"] == found.field), found.field),
        "before": found.before,
        "after": found.after,
    }
    if not found.field:
        return _("%(entry)s 撤出本批") % fact
    return _("%(entry)s 的“%(label)s”由“%(before)s”更正为“%(after)s”") % fact


def correction_event(found: ReleaseCorrection, people: dict[UUID, Person] | None = None) -> dict[str, Any]:
    """A correction as an event; with `people` it says who, which the public does not read."""
    words = {"proposed": _("提出更正"), "stands": _("更正"), "dropped": _("更正未采用")}
    when = moment(found.second_at or found.at)
    if people is not None:
        names = [name_of(people, found.by), *([name_of(people, found.second_by)] if found.second_by else [])]
        when = f"{when} · {_('、').join(names)}"
    told = [correction_text(found), _("理由：%(reason)s") % {"reason": found.reason}]
    if found.why and people is not None:
        told.append(_("不同意的理由：%(why)s") % {"why": found.why})
    return {
        "title": words[found.state],
        "when": when,
        "text": _("；").join(told),
        "state": {"proposed": "now", "stands": "done", "dropped": "stopped"}[found.state],
    }
