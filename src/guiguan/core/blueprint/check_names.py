"""Names: each stands once, and each reference leads somewhere."""

from __future__ import annotations

import difflib
from collections.abc import Collection, Iterator
from zoneinfo import ZoneInfo

from guiguan.core.blueprint.base import say
from guiguan.core.blueprint.lookup import groupings, sources
from guiguan.core.blueprint.model import Blueprint
from guiguan.core.blueprint.stages import Endorsement, Panel, Registration, Screening, Selection
from guiguan.core.blueprint.yaml_tree import Path
from guiguan.core.values.finding import Finding

Found = tuple[Path, Finding]
RESULT_COLUMNS = (
    "group",
    "rank",
    "entry",
    "title",
    "applicant",
    "votes",
    "bonus",
    "composite",
    "award",
    "ranking",
)


def name_faults(b: Blueprint) -> Iterator[Found]:
    yield from _repeated(b)
    yield from _references(b)
    try:
        ZoneInfo(b.zone)
    except (KeyError, ValueError, OSError):
        yield (
            ("zone",),
            Finding(
                "blueprint.zone", f"没有“{b.zone}”这个时区，应如 Asia/Shanghai", f"no time zone {b.zone}"
            ),
        )
    if not any(s.kind == "declaration" for s in b.stages):
        yield (
            ("stages",),
            Finding(
                "blueprint.no-declaration",
                "没有申报环节（kind: declaration）",
                "no stage of kind declaration",
            ),
        )


def _repeated(b: Blueprint) -> Iterator[Found]:
    named: dict[str, list[tuple[Path, str]]] = {
        "环节、排名和奖项代号": [
            *((("stages", i, "id"), s.id) for i, s in enumerate(b.stages)),
            *((("rankings", i, "id"), r.id) for i, r in enumerate(b.rankings)),
            *((("awards", i, "id"), a.id) for i, a in enumerate(b.awards)),
            *((("organisation_awards", i, "id"), a.id) for i, a in enumerate(b.organisation_awards)),
        ],
        "类别代号": [(("categories", i, "id"), c.id) for i, c in enumerate(b.categories)],
        "类别名称": [(("categories", i, "title"), say(c.title)) for i, c in enumerate(b.categories)],
        "字段代号": [(("form", i, "id"), f.id) for i, f in enumerate(b.form)],
        "资助代号": [(("funding", i, "id"), f.id) for i, f in enumerate(b.funding)],
        "展厅代号": [(("halls", i, "id"), h.id) for i, h in enumerate(b.halls)],
    }
    for i, stage in enumerate(b.stages):
        if isinstance(stage, Panel):
            named[f"{stage.id} 的指标代号"] = [
                (("stages", i, "criteria", k, "id"), c.id) for k, c in enumerate(stage.criteria)
            ]
        if stage.id in RESULT_COLUMNS:
            yield (
                ("stages", i, "id"),
                Finding(
                    "blueprint.reserved",
                    f"环节代号不能用“{stage.id}”，它是结果表的列名，请另取",
                    f"{stage.id} is a column of result.csv; take another id",
                ),
            )
    for what, items in named.items():
        seen: set[str] = set()
        for path, name in items:
            if name in seen:
                yield (
                    path,
                    Finding(
                        "blueprint.repeated", f"{what}“{name}”重复，请改用不同的名字", f"{name} stands twice"
                    ),
                )
            seen.add(name)


def _missing(path: Path, what: str, name: str, known: Collection[str]) -> Iterator[Found]:
    if name not in known:
        near = difflib.get_close_matches(name, sorted(known), n=1, cutoff=0.5)
        hint = f"；是不是 {near[0]}？" if near else f"；现有：{'、'.join(sorted(known)) or '无'}"
        hint_en = (
            f"; did you mean {near[0]}?" if near else f"; there are: {', '.join(sorted(known)) or 'none'}"
        )
        yield (
            path,
            Finding(
                "blueprint.no-such",
                f"没有叫“{name}”的{what}{hint}",
                f"nothing is called {name} here{hint_en}",
            ),
        )


def _references(b: Blueprint) -> Iterator[Found]:
    stages = [s.id for s in b.stages]
    field_ids = {f.id for f in b.form}
    awards = [a.id for a in b.awards]
    honours = {*awards, *(a.id for a in b.organisation_awards)}
    kinds = set(b.endorsers.kinds) if b.endorsers else set()
    for i, s in enumerate(b.stages):
        at: Path = ("stages", i)
        if s.takes is not None:
            yield from _missing((*at, "takes"), "在它之前的环节", s.takes, stages[:i])
        if isinstance(s, Screening) and s.during is not None:
            yield from _missing((*at, "during"), "环节", s.during, stages)
        if isinstance(s, Endorsement):
            yield from _missing((*at, "opinion"), "推荐意见种类（endorsers.kinds）", s.opinion, kinds)
        if isinstance(s, Registration):
            for k, name in enumerate(s.form):
                yield from _missing((*at, "form", k), "字段", name, field_ids)
        if isinstance(s, Panel):
            for k, c in enumerate(s.criteria):
                for j, name in enumerate(c.fed_by):
                    yield from _missing((*at, "criteria", k, "fed_by", j), "字段", name, field_ids)
        if isinstance(s, Selection):
            yield from _missing((*at, "by"), "投票、评审或排名", s.by, sources(b))
            yield from _measured_before(b, (*at, "by"), s.by, stages[:i])
            yield from _groups(b, (*at, "within"), s.within)
            if s.take.of is not None:
                yield from _missing((*at, "take", "of"), "在它之前的环节", s.take.of, stages[:i])
    for i, r in enumerate(b.rankings):
        yield from _missing(("rankings", i, "of"), "环节", r.of, stages)
        yield from _groups(b, ("rankings", i, "within"), r.within)
        if r.bonus is not None:
            yield from _missing(
                ("rankings", i, "bonus", "opinion"), "推荐意见种类（endorsers.kinds）", r.bonus.opinion, kinds
            )
    for i, a in enumerate(b.awards):
        at = ("awards", i)
        if a.by is not None:
            yield from _missing((*at, "by"), "投票、评审或排名", a.by, sources(b))
        if a.of is not None:
            yield from _missing((*at, "of"), "环节", a.of, stages)
        if a.take.of is not None:
            yield from _missing((*at, "take", "of"), "环节", a.take.of, stages)
        yield from _groups(b, (*at, "per"), a.per)
        for name in a.when or {}:
            yield from _missing((*at, "when", name), "字段", name, field_ids)
        for k, name in enumerate(a.after):
            yield from _missing((*at, "after", k), "排在它之前的奖项", name, awards[:i])
    for i, o in enumerate(b.organisation_awards):
        for k, p in enumerate(o.parts):
            wanted = stages if p.source == "count" else [r.id for r in b.rankings]
            yield from _missing(("organisation_awards", i, "parts", k, "of"), "环节或排名", p.of, wanted)
        if o.to == "endorser" and b.endorsers is None:
            yield (
                ("organisation_awards", i),
                Finding(
                    "blueprint.no-endorsers",
                    "授予推荐单位的奖项须先写 endorsers",
                    "endorsers are not declared",
                ),
            )
    for i, f in enumerate(b.funding):
        yield from _missing(("funding", i, "of"), "环节", f.of, stages)
        yield from _missing(("funding", i, "base"), "字段", f.base, field_ids)
        for name in f.when or {}:
            yield from _missing(("funding", i, "when", name), "字段", name, field_ids)
    for i, field in enumerate(b.form):
        for name in field.shown_when or {}:
            yield from _missing(("form", i, "shown_when", name), "字段", name, field_ids)
    shown = {*stages, *honours}
    for i, hall in enumerate(b.halls):
        yield from _missing(("halls", i, "of"), "环节或奖项", hall.of, shown)
        for k, name in enumerate(hall.needs):
            yield from _missing(("halls", i, "needs", k), "字段", name, field_ids)
    for i, event in enumerate(b.events):
        for k, name in enumerate(event.shows):
            yield from _missing(("events", i, "shows", k), "环节或奖项", name, shown)
    for k, name in enumerate(b.compendium.of if b.compendium else ()):
        yield from _missing(("compendium", "of", k), "环节或奖项", name, shown)
    for k, name in enumerate(b.directory.tiers if b.directory else ()):
        yield from _missing(("directory", "tiers", k), "奖项", name, awards)


def _measured_before(b: Blueprint, path: Path, by: str, before: Collection[str]) -> Iterator[Found]:
    """What a selection goes by must be known when it is reached."""
    ranking = next((r for r in b.rankings if r.id == by), None)
    needed = [by.partition(".")[0]] if ranking is None else [ranking.of, *(p.source for p in ranking.parts)]
    late = [name for name in needed if name in {s.id for s in b.stages} and name not in before]
    if late:
        yield (
            path,
            Finding(
                "blueprint.not-yet-known",
                f"到这一环节时还没有“{'、'.join(late)}”的结果，不能据以入围；请调整环节的先后",
                f"{', '.join(late)} is not known yet at this stage; change the order of stages",
            ),
        )


def _groups(b: Blueprint, path: Path, names: tuple[str, ...]) -> Iterator[Found]:
    for k, name in enumerate(names):
        yield from _missing((*path, k), "分组方式（或单选字段）", name, groupings(b))
