"""The campaign's flowchart as one SVG that needs nothing else: stages downwards, then rankings, awards and money."""

from __future__ import annotations

import itertools
from dataclasses import dataclass

from guiguan.core.blueprint.base import say
from guiguan.core.blueprint.drawing import (
    FONTS,
    INK,
    LINE,
    PAPER,
    SOFT_INK,
    TONES,
    Card,
    card,
    clean,
    line,
    text,
    wrap,
)
from guiguan.core.blueprint.facts import Facts
from guiguan.core.blueprint.lookup import input_of
from guiguan.core.blueprint.model import Blueprint
from guiguan.core.blueprint.stages import Ballots, Panel, Stage

WIDTH = 960
BOX_LEFT, BOX_WIDTH = 190, 580
GAP = 34
LANE = 22
CELL_GAP = 16
TONE_OF = {
    "registration": "intake",
    "declaration": "intake",
    "paper": "intake",
    "endorsement": "people",
    "screening": "people",
    "ballots": "count",
    "panel": "count",
    "selection": "select",
}


@dataclass(frozen=True)
class Node:
    """One box of the flow: a stage or a ranking, by its id."""

    id: str
    card: Card


@dataclass(frozen=True)
class Placed:
    """Where a box of the flow stands."""

    top: int
    bottom: int


def diagram(blueprint: Blueprint, lang: str = "zh") -> str:
    """The flowchart, ending in a line break; the same blueprint gives the same bytes."""
    facts = Facts(blueprint, lang)
    head, y = _heading(facts)
    nodes = _nodes(facts)
    boxes: list[str] = []
    placed: dict[str, Placed] = {}
    for node in nodes:
        drawn, height = card(BOX_LEFT, y, BOX_WIDTH, node.card)
        boxes.append(drawn)
        placed[node.id] = Placed(y, y + height)
        y += height + GAP
    lines = [*_flow(blueprint, nodes, placed), *_sides(blueprint, placed)]
    grids, y = _grids(facts, y, lines)
    inside = "\n".join([head, *lines, *boxes, *grids])
    return _page(facts, inside, y + 14, nodes)


def _page(facts: Facts, inside: str, height: int, nodes: list[Node]) -> str:
    title = clean(say(facts.blueprint.title, facts.lang))
    steps = facts.tell("；", "; ").join(f"{n.card.label} {n.card.title}".strip() for n in nodes)
    desc = clean(facts.tell("活动流程图，自上而下：", "Flowchart, from top to bottom: ") + steps)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{WIDTH}" height="{height}" viewBox="0 0 {WIDTH} {height}" '
        f'role="img" aria-labelledby="title desc" lang="{"en" if facts.lang == "en" else "zh-CN"}" font-family="{FONTS}">\n'
        f'<title id="title">{title}</title>\n<desc id="desc">{desc}</desc>\n'
        '<defs><marker id="tip" markerWidth="9" markerHeight="8" refX="8" refY="4" orient="auto" '
        f'markerUnits="userSpaceOnUse"><path d="M0 0L9 4L0 8Z" fill="{LINE}"/></marker></defs>\n'
        f'<rect width="{WIDTH}" height="{height}" fill="{PAPER}"/>\n{inside}\n</svg>\n'
    )


def _heading(facts: Facts) -> tuple[str, int]:
    b = facts.blueprint
    parts: list[str] = []
    y = 28
    for row in wrap(say(b.title, facts.lang), 26, WIDTH - 80):
        y += 30
        parts.append(text(WIDTH // 2, y, row, 26, bold=True, anchor="middle"))
    hosts = facts.tell("主办：", "Host: ") + facts.join(list(b.organisers.host))
    y += 6
    for row in wrap(hosts, 14, WIDTH - 120, 2):
        y += 22
        parts.append(text(WIDTH // 2, y, row, 14, SOFT_INK, anchor="middle"))
    return "".join(parts), y + 30


def _nodes(facts: Facts) -> list[Node]:
    """Stages in order; each ranking right after the last stage that it needs."""
    b = facts.blueprint
    ids = [s.id for s in b.stages]
    after: dict[str, list[Node]] = {}
    for ranking in b.rankings:
        needed = [ids.index(i) for i in (ranking.of, *(p.source for p in ranking.parts)) if i in ids]
        label = facts.tell("排名", "Ranking")
        shown = Card(TONES["select"], label, facts.ranking_title(ranking), tuple(facts.ranking(ranking)))
        after.setdefault(ids[max(needed)], []).append(Node(ranking.id, shown))
    nodes: list[Node] = []
    for number, stage in enumerate(b.stages, 1):
        nodes.append(Node(stage.id, _stage_card(facts, stage, number)))
        nodes.extend(after.get(stage.id, []))
    return nodes


def _stage_card(facts: Facts, stage: Stage, number: int) -> Card:
    label = f"{number} {facts.kind(stage)}" if stage.title else str(number)
    context = " · ".join(w for w in (facts.when(stage), facts.who(stage)) if w)
    lines = tuple(w for w in (context, *facts.rules(stage)) if w)
    tone = TONES[TONE_OF.get(stage.kind, "tell")]
    return Card(tone, label, facts.stage_title(stage), lines, tuple(_weights(facts, stage)))


def _weights(facts: Facts, stage: Stage) -> list[str]:
    """What the stage counts for: `占综合排名 20%`."""
    if not isinstance(stage, (Ballots, Panel)):
        return []
    return [
        facts.tell(f"占{facts.ranking_title(r)} {p.weight:f}%", f"{p.weight:f}% of {facts.ranking_title(r)}")
        for r in facts.blueprint.rankings
        for p in r.parts
        if p.source == stage.id
    ]


def _flow(b: Blueprint, nodes: list[Node], placed: dict[str, Placed]) -> list[str]:
    """Arrows down the middle; a stage that takes from an earlier one has a dashed line round the left instead."""
    middle = BOX_LEFT + BOX_WIDTH // 2
    stages = {s.id: s for s in b.stages}
    lines: list[str] = []
    lane = 0
    for before, here in itertools.pairwise(nodes):
        stage = stages.get(here.id)
        previous = [n.id for n in nodes[: nodes.index(here)] if n.id in stages]
        source = input_of(b, here.id) if stage else None
        if stage is None or source is None or source == previous[-1]:
            lines.append(line([(middle, placed[before.id].bottom), (middle, placed[here.id].top - 1)]))
            continue
        lane += 1
        x = BOX_LEFT - LANE * lane
        start = placed[source].bottom - 16
        end = placed[here.id].top + 24
        lines.append(line([(BOX_LEFT, start), (x, start), (x, end), (BOX_LEFT - 1, end)], dashed=True))
    return lines


def _sides(b: Blueprint, placed: dict[str, Placed]) -> list[str]:
    """From each vote and panel down the right side to its ranking; the longer line lies outside, so none cross."""
    right = BOX_LEFT + BOX_WIDTH
    colour = TONES["count"].deep
    lines: list[str] = []
    for ranking in b.rankings:
        parts = [p.source for p in ranking.parts if p.source in placed]
        nearest_first = sorted(parts, key=lambda source: -placed[source].top)
        for k, source in enumerate(nearest_first):
            x = right + 26 + LANE * k
            start, end = placed[source].top + 24, placed[ranking.id].top + 20 + 18 * k
            lines.append(line([(right, start), (x, start), (x, end), (right + 1, end)], colour=colour))
    return lines


def _grids(facts: Facts, y: int, lines: list[str]) -> tuple[list[str], int]:
    """Awards, organisation awards and money under the flow, in rows; each row is reached by an arrow."""
    b = facts.blueprint
    award, other, money = (
        facts.tell("奖项", "Awards"),
        facts.tell("组织奖与表扬", "For organisers"),
        facts.tell("资助", "Funding"),
    )
    groups = [
        (
            award,
            [Card(TONES["award"], "", say(a.title, facts.lang), tuple(facts.award(a))) for a in b.awards],
        ),
        (
            other,
            [
                Card(TONES["people"], "", say(a.title, facts.lang), tuple(facts.organisation_award(a)))
                for a in b.organisation_awards
            ],
        ),
        (
            money,
            [Card(TONES["count"], "", say(f.title, facts.lang), tuple(facts.funding(f))) for f in b.funding],
        ),
    ]
    drawn: list[str] = []
    middle = BOX_LEFT + BOX_WIDTH // 2
    first = True
    for heading, cards in groups:
        if not cards:
            continue
        if first:
            lines.append(line([(middle, y - GAP), (middle, y - 2)]))
        first = False
        drawn.append(text(middle, y + 20, heading, 16, INK, bold=True, anchor="middle"))
        rows, y = _rows(cards, y + 34)
        drawn.extend(rows)
        y += 12
    return drawn, y


def _rows(cards: list[Card], y: int) -> tuple[list[str], int]:
    """The cards in rows of up to three, equally high within a row; centred under the flow."""
    drawn: list[str] = []
    columns = 2 if len(cards) in (1, 2, 4) else 3
    total = BOX_WIDTH + 160
    left = BOX_LEFT + BOX_WIDTH // 2 - total // 2
    width = (total - CELL_GAP * (columns - 1)) // columns
    for start in range(0, len(cards), columns):
        row = cards[start : start + columns]
        height = max(card(0, 0, width, c)[1] for c in row)
        used = len(row) * width + (len(row) - 1) * CELL_GAP
        x = left + (total - used) // 2
        for content in row:
            drawn.append(card(x, y, width, content, least=height)[0])
            x += width + CELL_GAP
        y += height + CELL_GAP
    return drawn, y
