"""The result itself: awards by group, commended bodies, money."""

from __future__ import annotations

from dataclasses import dataclass

from guiguan.core.blueprint.base import say
from guiguan.core.blueprint.counting import Award, OrganisationAward
from guiguan.core.blueprint.funding import Funding
from guiguan.core.blueprint.lookup import ballot_stages
from guiguan.core.blueprint.model import Blueprint
from guiguan.core.blueprint.selection import Take
from guiguan.core.funding.grant import Grant, total
from guiguan.core.ranking.award import Given, Measured
from guiguan.core.ranking.campaign import Outcome
from guiguan.documents.report.figures import (
    group_order,
    group_text,
    money,
    named,
    percent,
    published_or_dash,
    readable,
)
from guiguan.documents.report.words import CLAWBACKS, MAPPINGS, word


@dataclass(frozen=True)
class Winner:
    """One line of an award's list. `place` is empty where the list has no order, `other` where nothing else is to be told:
    an entry's applicant, or an applicant's entry."""

    group: str
    place: str
    recipient: str
    other: str
    figure: str


@dataclass(frozen=True)
class Honour:
    """An award with its list. `why_empty` is told where nobody received it."""

    id: str
    title: str
    basis: str
    prize: str
    heads: tuple[str, str]
    grouped: bool
    ranked: bool
    winners: tuple[Winner, ...]
    why_empty: str
    measures: tuple[str, ...] = ()
    bodies: tuple[Body, ...] = ()


@dataclass(frozen=True)
class Body:
    """One body's figures: each measure with what it became."""

    name: str
    entries: int
    figures: tuple[str, ...]
    score: str


def awards(b: Blueprint, o: Outcome) -> list[Honour]:
    """The awards in the order of the blueprint, those to entries first."""
    return [_award(b, o, a) for a in b.awards] + [_bodies(b, o, a) for a in b.organisation_awards]


def _award(b: Blueprint, o: Outcome, award: Award) -> Honour:
    by_ranking = award.by in {r.id for r in b.rankings}
    own = [g for g in o.given if g.award == award.id]
    own.sort(key=lambda g: (group_order(b, award.per, g.group), g.place or 0, g.recipient))
    basis = named(b, award.by) if award.by else ""
    return Honour(
        award.id,
        say(award.title),
        ("综合得分" if by_ranking else basis) if award.by else "",
        f"{money(award.prize)} 元" if award.prize else "",
        ("名称", "单位") if award.to == "entry" else ("单位", "申报件"),
        bool(award.per),
        award.listed == "ranked",
        tuple(
            Winner(
                group_text(b, award.per, g.group),
                str(g.place) if g.place is not None else "",
                *_names(o, g),
                _figure(b, award, g),
            )
            for g in own
        ),
        "" if own else _why_empty(award.take),
    )


def _names(o: Outcome, g: Given) -> tuple[str, str]:
    entry = o.entries[g.entry]
    if g.kind == "entry":
        return entry.title, entry.applicant
    return g.recipient, entry.title if entry.title != g.recipient else ""


def _figure(b: Blueprint, award: Award, g: Given) -> str:
    if g.value is not None and award.by in {s.id for s in ballot_stages(b)}:
        return f"{g.value} 票"
    return published_or_dash(g.value, next((r for r in b.rankings if r.id == award.by), None))


def _why_empty(take: Take) -> str:
    if take.decided == "none":
        return "数量由主办单位据实确定；尚无数量决定，暂不列出。"
    return "没有符合条件的对象。"


def _bodies(b: Blueprint, o: Outcome, award: OrganisationAward) -> Honour:
    own = sorted((g for g in o.given if g.award == award.id), key=lambda g: (g.place or 0, g.recipient))
    names = {"count": "件数", "quality": "平均综合得分"}
    return Honour(
        award.id,
        say(award.title),
        "工作得分",
        "",
        ("单位", ""),
        False,
        award.listed == "ranked",
        tuple(
            Winner("", str(g.place) if g.place is not None else "", g.recipient, "", _score(award, g))
            for g in own
        ),
        "" if own else _why_empty(award.take),
        tuple(
            f"“{named(b, p.of)}”{names[p.source]}（{percent(p.weight)}，{word(MAPPINGS, p.mapping)}）"
            for p in award.parts
        ),
        tuple(_body(award, m) for m in o.measured.get(award.id, ())),
    )


def _score(award: OrganisationAward, g: Given) -> str:
    return readable(g.value).removeprefix("≈ ") if g.value is not None else "—"


def _body(award: OrganisationAward, m: Measured) -> Body:
    figures = tuple(
        readable(raw) if raw == mapped else f"{readable(raw)} → {readable(mapped)}"
        for raw, mapped in zip(m.raw, m.mapped, strict=True)
    )
    return Body(m.body, len(m.entries), figures, readable(m.score))


@dataclass(frozen=True)
class Money:
    """One entry's money, amounts in yuan."""

    entry: str
    title: str
    base: str
    percent: str
    ceiling: str
    granted: str
    payments: tuple[str, ...]
    recovered: str


@dataclass(frozen=True)
class Route:
    """One route of money with its sum."""

    title: str
    lines: tuple[Money, ...]
    total: str


def routes(b: Blueprint, o: Outcome) -> list[Route]:
    """The money of every route of the blueprint."""
    found = []
    for funding in b.funding:
        own = [g for g in o.grants if g.funding == funding.id]
        found.append(Route(say(funding.title), tuple(_money(o, funding, g) for g in own), money(total(own))))
    return found


_AFTER = {"granted": "确定资助后", "approval": "立项获批后", "acceptance": "验收合格后"}


def _money(o: Outcome, funding: Funding, g: Grant) -> Money:
    after = {p.id: _AFTER[p.after] for p in funding.payments}
    payments = tuple(
        f"{after[name]} {money(amount)}（{'可拨付' if name in g.paid else '条件未满足'}）"
        for name, amount in g.due
    )
    recovered = f"{money(g.recovered)}（{word(CLAWBACKS, g.because)}）" if g.because else "—"
    return Money(
        g.entry,
        o.entries[g.entry].title,
        money(g.base),
        percent(g.percent),
        money(g.ceiling),
        money(g.granted),
        payments,
        recovered,
    )
