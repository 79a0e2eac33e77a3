"""What the machine finds in one handing in: every fault and doubt of the answers, the windows, the quotas, who the applicant is."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from guiguan.apps.endorsing.opinions import not_endorsed
from guiguan.apps.endorsing.queries import endorsements_of
from guiguan.apps.entries.models import Entry, Submission
from guiguan.apps.entries.queries import HANDED_IN, applicant_facts, counted, entries_counting_with
from guiguan.core.blueprint.lookup import fields
from guiguan.core.blueprint.model import Blueprint
from guiguan.core.blueprint.stages import Screening
from guiguan.core.entries.answers import Value, answer_faults, cell
from guiguan.core.entries.eligible import not_eligible
from guiguan.core.entries.standing import not_submit
from guiguan.core.values.credit_code import check_credit_code
from guiguan.core.values.finding import Severity
from guiguan.core.values.regions import Regions


@dataclass(frozen=True)
class Found:
    """One thing that the machine found; `field` "" where it is about the entry as a whole."""

    field: str
    severity: Severity
    zh: str
    en: str

    def text(self, lang: str) -> str:
        return self.en if lang == "en" else self.zh


def machine_findings(
    blueprint: Blueprint, entry: Entry, submission: Submission, values: Mapping[str, Value]
) -> list[Found]:
    """Errors first, then warnings. `values` are the submission's answers as given."""
    files = {name: len(rows) for name, rows in submission.attachments.items()}
    found = [
        Found(f.field, f.severity, f.text("zh"), f.text("en"))
        for f in answer_faults(blueprint, values, files)
    ]
    found += [*_standing(blueprint, entry), *_applicant(blueprint, entry, values)]
    found += [*_endorsed(blueprint, entry)]
    return sorted(found, key=lambda f: f.severity != "error")


def _standing(blueprint: Blueprint, entry: Entry) -> Iterator[Found]:
    """Handed in outside the window, or over a quota: asked again as of the first handing in, against those that came before."""
    if entry.submitted_at is None:
        return
    before = entries_counting_with(entry.organisation, entry.campaign, blueprint).filter(
        state__in=HANDED_IN, submitted_at__lt=entry.submitted_at
    )
    others = [counted(e, blueprint) for e in before.exclude(pk=entry.pk)]
    for reason in not_submit(blueprint, entry.submitted_at, counted(entry, blueprint), others):
        yield Found("", "error", reason.text("zh"), reason.text("en"))


def _endorsed(blueprint: Blueprint, entry: Entry) -> Iterator[Found]:
    """An opinion that the rules want before the first screening and that is not there; a body that declined."""
    first = next((s.id for s in blueprint.stages if isinstance(s, Screening)), "")
    if first and not_endorsed(entry, blueprint, first):
        yield Found("", "error", "尚缺规则要求的推荐意见", "an opinion that the rules want is missing")
    for one in endorsements_of(entry):
        if one.state == "declined":
            yield Found(
                "",
                "warning",
                f"{one.body.name}不予推荐：{one.opinion}",
                f"{one.body.name} does not endorse: {one.opinion}",
            )


def _applicant(blueprint: Blueprint, entry: Entry, values: Mapping[str, Value]) -> Iterator[Found]:
    """Whether the applicant is one of those who may apply, and what is odd about its credit code."""
    unit, known = entry.organisation, fields(blueprint)
    row = {name: cell(known[name], value) for name, value in values.items()}
    for reason in not_eligible(blueprint, applicant_facts(unit) | row, Regions.official()):
        yield Found("", "error", reason.text("zh"), reason.text("en"))
    if unit.credit_code and row.get("credit_code", unit.credit_code) != unit.credit_code:
        yield Found(
            "credit_code",
            "warning",
            "填报的统一社会信用代码与单位注册的不同，请核对",
            "the credit code differs from the one with which the unit is registered; compare them",
        )
    doubt = check_credit_code(unit.credit_code)[1] if unit.credit_code else None
    if doubt is not None:
        yield Found("credit_code", "warning", doubt.zh, doubt.en)
