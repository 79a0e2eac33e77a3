"""Sums and uses: weights come to 100, what is measured is used, what is used is measured."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from guiguan.core.blueprint.check_names import Found
from guiguan.core.blueprint.counting import Ranking
from guiguan.core.blueprint.lookup import ballot_stages, fields, groupings_used, input_of, panels
from guiguan.core.blueprint.model import Blueprint
from guiguan.core.blueprint.stages import Ballots, Panel
from guiguan.core.blueprint.yaml_tree import Path
from guiguan.core.values.finding import Finding


def counting_faults(b: Blueprint) -> Iterator[Found]:
    for i, stage in enumerate(b.stages):
        if isinstance(stage, Panel):
            yield from _panel(stage, ("stages", i))
        if isinstance(stage, Ballots):
            yield from _ballots(stage, ("stages", i))
    for i, ranking in enumerate(b.rankings):
        yield from _ranking(b, ranking, ("rankings", i))
    for i, award in enumerate(b.organisation_awards):
        yield from _hundred([p.weight for p in award.parts], ("organisation_awards", i, "parts"))
    yield from _unused(b)
    yield from _areas(b)
    yield from _funding(b)
    yield from _budget(b)
    yield from _routing(b)


def _hundred(weights: list[Decimal], path: Path) -> Iterator[Found]:
    total = sum(weights, Decimal(0))
    if total != 100:
        yield (
            path,
            Finding(
                "blueprint.weights-sum",
                f"权重合计应为 100，现为 {total}",
                f"weights must sum to 100, found {total}",
            ),
        )


def _panel(panel: Panel, at: Path) -> Iterator[Found]:
    weights = [c.weight for c in panel.criteria if c.weight is not None]
    if weights and len(weights) < len(panel.criteria):
        bare = [c.id for c in panel.criteria if c.weight is None]
        yield (
            (*at, "criteria"),
            Finding(
                "blueprint.weights-some",
                f"有的指标写了权重，有的没有（{'、'.join(bare)}）；要么都写，要么都不写（各项分数相加）",
                f"some criteria have no weight: {', '.join(bare)}; give all or none",
            ),
        )
    elif weights:
        yield from _hundred(weights, (*at, "criteria"))
    for k, criterion in enumerate(panel.criteria):
        if criterion.weight == 0:
            yield (
                (*at, "criteria", k, "weight"),
                Finding(
                    "blueprint.unscored-criterion",
                    f"指标“{criterion.id}”权重为 0，打了分也不起作用；请删去或给出权重",
                    f"criterion {criterion.id} has weight 0: its marks count for nothing",
                ),
            )
    if panel.rounding is not None:
        never = "criterion" if panel.aggregate.by == "sheet" else "sheet"
        if never in panel.rounding.at:
            yield (
                (*at, "rounding", "at"),
                Finding(
                    "blueprint.rounding-place",
                    f"aggregate.by 为 {panel.aggregate.by} 时没有“{never}”这一步，不能在那里舍入",
                    f"with by: {panel.aggregate.by} there is no step {never} to round at",
                ),
            )


def _ballots(stage: Ballots, at: Path) -> Iterator[Found]:
    if not stage.limits:
        yield (
            at,
            Finding(
                "blueprint.no-limits",
                "没有写次数限制（limits），同一人可以无限次投票",
                "no limits: a voter may vote without end",
                severity="warning",
            ),
        )
    if stage.repeated == "count_each" and any("entry" in limit.per for limit in stage.limits):
        yield (
            (*at, "repeated"),
            Finding(
                "blueprint.repeated-limits",
                "重复选择每次都计（count_each）与按案例计的限制不能并用",
                "count_each does not go with a limit by entry",
            ),
        )
    by_ip = any("ip" in limit.per for limit in stage.limits)
    if by_ip:
        yield (
            (*at, "limits"),
            Finding(
                "blueprint.shared-ip",
                "按 IP 限票时，同一单位、学校或基站后的许多人共用一个地址，会被当作一人",
                "people behind one address count as one voter",
                severity="warning",
            ),
        )
    if stage.window is None:
        yield at, Finding("blueprint.no-window", "投票须写起止日期（window）", "a vote needs a window")


def _ranking(b: Blueprint, r: Ranking, at: Path) -> Iterator[Found]:
    yield from _hundred([p.weight for p in r.parts], (*at, "parts"))
    measures: dict[str, Ballots | Panel] = {s.id: s for s in ballot_stages(b)} | {s.id: s for s in panels(b)}
    for k, part in enumerate(r.parts):
        stage = measures.get(part.source)
        if stage is None:
            yield (
                (*at, "parts", k, "from"),
                Finding(
                    "blueprint.nothing-feeds",
                    f"“{part.source}”不是投票或评审环节，没有分数可用；可用的有：{'、'.join(measures) or '无'}",
                    f"{part.source} is no vote and no panel; there are: {', '.join(measures) or 'none'}",
                ),
            )
            continue
        hundred = isinstance(stage, Panel) and stage.scale.low == 0 and stage.scale.high == 100
        weighted = isinstance(stage, Panel) and all(c.weight is not None for c in stage.criteria)
        if part.mapping == "none" and len(r.parts) > 1 and not (hundred and weighted):
            yield (
                (*at, "parts", k, "mapping"),
                Finding(
                    "blueprint.units-differ",
                    f"“{part.source}”的分数不是百分制，不换算就加权，各部分的分量会与权重不符",
                    f"{part.source} is not on a scale of 100; without a mapping the weights mean little",
                    severity="warning",
                ),
            )
    inside = {p.source for p in r.parts}
    known = inside | {
        f"{p}.{c.id}" for p, s in measures.items() if p in inside and isinstance(s, Panel) for c in s.criteria
    }
    if r.bonus is not None:
        known |= {"bonus"}
        yield from _bonus(r, measures, at)
    for k, tie in enumerate(r.ties):
        if tie not in known:
            yield (
                (*at, "ties", k),
                Finding(
                    "blueprint.no-such",
                    f"“{tie}”不在本排名的组成部分里，不能用来分先后；可用：{'、'.join(sorted(known))}",
                    f"{tie} is no part of this ranking; there are: {', '.join(sorted(known))}",
                ),
            )
        elif tie in r.ties[:k]:
            yield (
                (*at, "ties", k),
                Finding("blueprint.repeated", f"“{tie}”在 ties 里写了两次", f"{tie} stands twice in ties"),
            )


def _bonus(r: Ranking, measures: dict[str, Ballots | Panel], at: Path) -> Iterator[Found]:
    assert r.bonus is not None
    if not isinstance(measures.get(r.bonus.to), Panel) or r.bonus.to not in {p.source for p in r.parts}:
        yield (
            (*at, "bonus", "to"),
            Finding(
                "blueprint.bonus-place",
                "加分须加在本排名的某个评审部分里",
                "a bonus goes into a panel part of this ranking",
            ),
        )
    if r.bonus.cap < r.bonus.points:
        yield (
            (*at, "bonus", "cap"),
            Finding(
                "blueprint.bonus-cap",
                "最多加分（cap）小于一次加分（points），永远加不满",
                "cap is below one bonus",
            ),
        )


def _unused(b: Blueprint) -> Iterator[Found]:
    used = {p.source for r in b.rankings for p in r.parts}
    used |= {s.by.partition(".")[0] for s in b.stages if s.kind == "selection"}
    used |= {a.by.partition(".")[0] for a in b.awards if a.by}
    for i, stage in enumerate(b.stages):
        if isinstance(stage, (Panel, Ballots)) and stage.id not in used:
            yield (
                ("stages", i),
                Finding(
                    "blueprint.unused-measure",
                    f"环节“{stage.id}”打的分或投的票没有任何排名、入围或奖项使用",
                    f"no ranking, selection or award uses {stage.id}",
                ),
            )
    for i, ranking in enumerate(b.rankings):
        for k, part in enumerate(ranking.parts):
            stages = [s.id for s in b.stages]
            if part.source in stages and ranking.of in stages and not _reaches(b, part.source, ranking.of):
                yield (
                    ("rankings", i, "parts", k),
                    Finding(
                        "blueprint.not-reached",
                        f"排名对象来自“{ranking.of}”，但“{part.source}”只面对更少的申报件，有的会没有得分",
                        f"{part.source} sees fewer entries than {ranking.of} passes",
                        severity="warning",
                    ),
                )


def _reaches(b: Blueprint, measure: str, of: str) -> bool:
    """Whether every entry that passes `of` is before the measure: `of` narrows at least as much as its input."""
    ids = [s.id for s in b.stages]
    narrowing = ("selection", "screening", "endorsement", "declaration", "registration")

    def narrows(stage_id: str) -> list[str]:
        chain: list[str] = []
        here: str | None = stage_id
        while here is not None and here in ids and len(chain) <= len(ids):
            if b.stages[ids.index(here)].kind in narrowing:
                chain.append(here)
            here = input_of(b, here)
        return chain

    return set(narrows(measure)) <= set(narrows(of))


def _areas(b: Blueprint) -> Iterator[Found]:
    wants = "area" in groupings_used(b) or any("area" in q.per for q in b.applicants.quotas)
    for i, category in enumerate(b.categories):
        if wants and not category.areas:
            yield (
                ("categories", i),
                Finding(
                    "blueprint.no-areas",
                    f"有规则按领域计，但类别“{category.id}”没有领域",
                    f"{category.id} has no areas, yet a rule counts by area",
                ),
            )
        if not isinstance(category.areas, str) and len(set(category.areas)) < len(category.areas):
            yield (
                ("categories", i, "areas"),
                Finding(
                    "blueprint.repeated",
                    f"类别“{category.id}”的领域有重复",
                    f"{category.id} names an area twice",
                ),
            )


def _funding(b: Blueprint) -> Iterator[Found]:
    known = fields(b)
    accepts = any(s.kind == "accept" for s in b.stages)
    for i, funding in enumerate(b.funding):
        base = known.get(funding.base)
        if base is not None and not (base.kind == "number" and base.unit in ("元", "万元", "亿元")):
            yield (
                ("funding", i, "base"),
                Finding(
                    "blueprint.funding-base",
                    "投资额须是以元、万元或亿元为单位的数字字段",
                    "the base must be a number in 元, 万元 or 亿元",
                ),
            )
        waits = any(p.after == "acceptance" for p in funding.payments) or any(
            c.when == "acceptance_failed" for c in funding.clawback
        )
        if waits and not accepts:
            yield (
                ("funding", i),
                Finding(
                    "blueprint.no-acceptance",
                    "拨付或追回取决于验收，但没有验收环节（kind: accept）",
                    "money waits for acceptance, but no stage accepts",
                ),
            )


def _budget(b: Blueprint) -> Iterator[Found]:
    prizes = [(a.prize, a.take.count) for a in b.awards if a.prize is not None]
    if b.budget is None or any(count is None for _, count in prizes):
        return
    total = sum(prize * (count or 0) for prize, count in prizes)
    if total > b.budget.total:
        yield (
            ("budget", "total"),
            Finding(
                "blueprint.over-budget",
                f"各奖项奖金合计 {total // 100} 元，超过总额 {b.budget.total // 100} 元",
                "prizes exceed the budget",
            ),
        )


def _routing(b: Blueprint) -> Iterator[Found]:
    seen: dict[str, int] = {}
    for i, desk in enumerate(b.routing.desks if b.routing else ()):
        for k, code in enumerate(desk.provinces):
            at: Path = ("routing", "desks", i, "provinces", k)
            if not code.endswith("0000"):
                yield (
                    at,
                    Finding(
                        "blueprint.province",
                        f"{code} 不是省级代码（应以 0000 结尾）",
                        f"{code} is no province",
                    ),
                )
            if code in seen:
                yield (
                    at,
                    Finding(
                        "blueprint.repeated",
                        f"{code} 已在第 {seen[code] + 1} 组，同省的承办单位请写在一组",
                        f"{code} stands at two desks",
                    ),
                )
            seen[code] = i
