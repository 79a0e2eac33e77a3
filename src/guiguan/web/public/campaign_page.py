"""What the notice page of a campaign shows: everything that its blueprint says, section by section."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from guiguan.apps.campaigns.windows import Deadline, StageWindow, stage_windows
from guiguan.core.blueprint.base import Item, say
from guiguan.core.blueprint.facts import Facts
from guiguan.core.blueprint.form import ConsentField, FormField, UploadField
from guiguan.core.blueprint.model import Blueprint
from guiguan.core.blueprint.publishing import Event
from guiguan.core.values.moment import day_of
from guiguan.web.public.campaign_words import BODIES, applicant, field_asks, lang, listed, place, quota

Row = dict[str, Any]


def about(b: Blueprint) -> list[Row]:
    """Who holds it, on what paper, and what it promises."""
    rows = [
        {"label": BODIES[name](), "value": listed(getattr(b.organisers, name))}
        for name in BODIES
        if getattr(b.organisers, name)
    ]
    if b.basis:
        rows.append({"label": _("依据"), "value": _basis(b)})
    if b.period:
        rows.append({"label": _("活动时间"), "value": " — ".join(b.period)})
    for label, text in (
        (_("活动原则"), b.principles),
        (_("是否收费"), b.no_fee),
        (_("材料用途"), b.purpose),
    ):
        if text:
            rows.append({"label": label, "value": say(text, lang())})
    return rows


def _basis(b: Blueprint) -> str:
    assert b.basis is not None
    parts = [b.basis.document or "", *b.basis.under, say(b.basis.note, lang()) if b.basis.note else ""]
    if b.basis.issued:
        parts.append(_("%(day)s 发布") % {"day": b.basis.issued})
    if b.basis.in_force:
        parts.append(_("%(day)s 起施行") % {"day": b.basis.in_force})
    if b.basis.status == "draft":
        parts.append(_("征求意见稿"))
    return listed([p for p in parts if p])


def timeline(b: Blueprint, at: int) -> list[Row]:
    """Stages and events in order, what is on now marked. Dates by the blueprint's own words."""
    facts = Facts(b, lang())
    return [_event(facts, w) for w in stage_windows(b, at)]


def _event(facts: Facts, w: StageWindow) -> Row:
    state = {"past": "done", "undated": "next"}.get(w.state, w.state)
    if isinstance(w.of, Event):
        when = listed([" — ".join(w.of.window)]) if w.of.window else _("时间另行公布")
        return {"title": say(w.of.title, facts.lang), "when": when, "state": state}
    title = facts.stage_title(w.of)
    if w.correction:
        return {"title": _("%(stage)s：退回补正") % {"stage": title}, "when": _last(facts, w), "state": state}
    when = facts.when(w.of) or _("时间另行公布")
    if w.of.window is None and w.of.kind == "notice" and w.end is not None:
        when = f"{when}{_('，')}{_last(facts, w)}"
    return {"title": title, "when": when, "text": facts.who(w.of), "state": state, "now": w.state == "now"}


def _last(facts: Facts, w: StageWindow) -> str:
    """The last day, where one follows."""
    if w.end is None:
        return _("时间另行公布")
    return _("最迟到 %(day)s") % {"day": day_of(w.end - 1, ZoneInfo(facts.blueprint.zone)).isoformat()}


def deadline_words(b: Blueprint, found: Deadline | None) -> str:
    """申报截止还有 3 天."""
    if found is None:
        return ""
    facts = Facts(b, lang())
    title = say(found.of.title, lang()) if isinstance(found.of, Event) else facts.stage_title(found.of)
    if found.days == 0:
        words = _("%(stage)s今天开始") if found.begins else _("%(stage)s今天截止")
    else:
        words = (
            ngettext("距%(stage)s开始还有 %(days)s 天", "距%(stage)s开始还有 %(days)s 天", found.days)
            if found.begins
            else ngettext("距%(stage)s截止还有 %(days)s 天", "距%(stage)s截止还有 %(days)s 天", found.days)
        )
    return words % {"stage": title, "days": found.days}


def categories(b: Blueprint) -> list[Row]:
    """Each category with its areas."""
    return [
        {
            "title": say(c.title, lang()),
            "areas": [] if isinstance(c.areas, str) else list(c.areas),
            "free": isinstance(c.areas, str),
            "clause": c.clause,
        }
        for c in b.categories
    ]


def eligibility(b: Blueprint) -> list[Row]:
    """Who may apply and how much, each rule with its clause."""
    return [{"text": text, "clause": item.clause or b.applicants.clause} for text, item in _eligibility(b)]


def _eligibility(b: Blueprint) -> Iterator[tuple[str, Item]]:
    a = b.applicants
    yield from ((applicant(one), one) for one in a.who)
    if a.owner_only:
        yield _("一般由甲方申报；乙方不单独申报，可请甲方申报"), a
    kinds = {"branch": _("分公司"), "subsidiary": _("子公司")}
    if a.as_one:
        yield _("集团与其%(kinds)s合并按一个申报主体计") % {"kinds": listed([kinds[k] for k in a.as_one])}, a
    yield from ((quota(one), one) for one in a.quotas)
    yield from ((say(text, lang()), a) for text in a.conditions)
    if b.endorsers:
        yield _("可以推荐的单位：%(names)s") % {"names": listed(b.endorsers.list)}, b.endorsers


def obligations(b: Blueprint) -> list[str]:
    """What winners must keep doing, and what they receive."""
    return [say(text, lang()) for text in b.applicants.obligations]


def entitlements(b: Blueprint) -> list[str]:
    return [say(text, lang()) for text in b.entitlements]


def form_rows(b: Blueprint, uploads: bool) -> list[Row]:
    """The fields to prepare, or the attachments: what each asks for, whether it is public, its help."""
    return [
        {
            "label": say(f.label, lang()),
            "asks": field_asks(f),
            "help": _help(f),
            "required": f.required,
            "public": f.public,
            "clause": f.clause,
        }
        for f in b.form
        if isinstance(f, UploadField) is uploads
    ]


def _help(field: FormField) -> str:
    """What stands beside the field: a consent's own text, else the field's help."""
    text = field.text if isinstance(field, ConsentField) else field.help
    return say(text, lang()) if text else ""


def stages(b: Blueprint) -> list[Row]:
    """How each stage decides, in words."""
    facts = Facts(b, lang())
    return [
        {
            "title": facts.stage_title(s),
            "context": [w for w in (facts.when(s), facts.who(s)) if w],
            "rules": facts.rules(s),
            "criteria": _criteria(s),
            "clause": s.clause,
        }
        for s in b.stages
    ]


def _criteria(stage: Any) -> list[Row]:
    """A panel's criteria with their weights and guides."""
    return [
        {
            "title": say(c.title, lang()),
            "weight": "" if c.weight is None else f"{c.weight:f}%",
            "guide": say(c.guide, lang()) if c.guide else "",
        }
        for c in getattr(stage, "criteria", ())
    ]


def outcomes(b: Blueprint) -> list[Row]:
    """Rankings, awards, honours for organisers, and money."""
    facts = Facts(b, lang())
    groups: list[tuple[str, list[tuple[str, list[str], str | None]]]] = [
        (_("排名"), [(facts.ranking_title(r), facts.ranking(r), r.clause) for r in b.rankings]),
        (_("奖项"), [(say(a.title, lang()), facts.award(a), a.clause) for a in b.awards]),
        (
            _("组织奖与表扬"),
            [(say(a.title, lang()), facts.organisation_award(a), a.clause) for a in b.organisation_awards],
        ),
        (_("资助"), [(say(f.title, lang()), facts.funding(f), f.clause) for f in b.funding]),
    ]
    return [
        {"heading": heading, "rows": [{"title": t, "lines": lines, "clause": c} for t, lines, c in items]}
        for heading, items in groups
        if items
    ]


def contacts(b: Blueprint) -> list[Row]:
    """The question desks, by topic and region."""
    return [
        {
            "topic": c.topic,
            "area": c.area or "",
            "places": listed([place(code) for code in c.provinces]),
            "reach": c.reach or "",
            "clause": c.clause,
        }
        for c in b.contacts
    ]


def warnings(b: Blueprint) -> list[str]:
    """What stands above every form."""
    w = b.warning
    return [say(t, lang()) for t in ((w.standing, w.gate) if w else ()) if t]
