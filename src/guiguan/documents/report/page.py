"""The page put together: what each section shows, style and scripts inlined and pinned by their digests."""

from __future__ import annotations

import base64
import hashlib
from importlib import resources

from jinja2 import Environment, FunctionLoader, StrictUndefined

from guiguan.core.blueprint.base import say
from guiguan.core.blueprint.model import Blueprint
from guiguan.core.evidence.bundle import Sealed, seats_of
from guiguan.core.evidence.result_document import result_document
from guiguan.core.values.canonical import encode
from guiguan.core.values.exclusion import Exclusion
from guiguan.documents.report.cuts import cuts
from guiguan.documents.report.decided import decided
from guiguan.documents.report.funnel import left_out_by_rule, steps
from guiguan.documents.report.ranks import rankings
from guiguan.documents.report.results import awards, routes
from guiguan.documents.report.spread import spreads
from guiguan.documents.report.votes import votes
from guiguan.documents.report.words import KINDS, ORGANISERS, word

ECHARTS = "web/static/vendor/echarts-6.1.0/echarts.common.min.js"


def render(b: Blueprint, sealed: Sealed, left_out: tuple[Exclusion, ...]) -> str:
    """The whole page as text."""
    o, seats = sealed.outcome, seats_of(sealed)
    charts, script, style = (_inline(name) for name in (ECHARTS, "page.js", "page.css"))
    result = hashlib.sha256(encode(result_document(b, o, seats))).hexdigest()
    return _environment().get_template("page.html.j2").render(
        b=b,
        title=say(b.title),
        theme=say(b.theme) if b.theme else "",
        organisers=_organisers(b),
        remarks=_remarks(b),
        blueprint_sha256=sealed.sha256,
        result_sha256=result,
        seed=sealed.inputs.seed if any(r.last == "lot" for r in b.rankings) else None,
        key_is_kept=sealed.key_is_kept,
        entries=len(o.entries),
        eligible=len(o.eligible),
        honoured=len({g.entry for g in o.given if g.entry}),
        people=len({m.reviewer for m in o.marks}),
        steps=steps(b, sealed),
        strays={k: left_out_by_rule(o, left_out, k) for k in KINDS},
        kind=lambda k: word(KINDS, k),
        honours=awards(b, o),
        routes=routes(b, o),
        rankings=rankings(b, sealed, seats),
        votes=votes(b, o),
        spreads=spreads(b, o, seats),
        cuts=cuts(b, o),
        decided=decided(b, sealed, seats, left_out),
        charts=charts,
        script=script,
        style=style,
        csp=policy((charts, script), style),
    )  # fmt: skip


def policy(scripts: tuple[str, ...], style: str) -> str:
    """A content policy under which nothing is loaded from anywhere and only these very texts run."""
    run = " ".join(_pinned(s) for s in scripts)
    return f"default-src 'none'; script-src {run}; style-src {_pinned(style)}; base-uri 'none'; form-action 'none'"


def _pinned(text: str) -> str:
    return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"


def _inline(name: str) -> str:
    """A packaged script or style sheet; one that could end its element early, or that a parser would change, is refused."""
    text = _packaged(name if "/" in name else f"documents/report/{name}")
    if found := [mark for mark in ("</script", "</style", "<!--", "\r") if mark in text]:
        raise ValueError(f"{name} cannot stand inside a page: it holds {found}")
    return text


def _template(name: str) -> str:
    return _packaged(f"documents/report/{name}")


def _packaged(path: str) -> str:
    return (resources.files("guiguan") / path).read_text("utf-8")


def _environment() -> Environment:
    return Environment(
        loader=FunctionLoader(_template),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )


def _remarks(b: Blueprint) -> list[tuple[str, str]]:
    """What the notice says of its basis, its fees and its principles."""
    told = (("依据", b.basis.note if b.basis else None), ("收费", b.no_fee), ("原则", b.principles))
    return [(name, say(text)) for name, text in told if text]


def _organisers(b: Blueprint) -> list[tuple[str, str]]:
    return [
        (word(ORGANISERS, k), "、".join(getattr(b.organisers, k)))
        for k in ORGANISERS
        if getattr(b.organisers, k)
    ]
