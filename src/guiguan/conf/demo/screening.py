"""The demo's screener decides about most of what was handed in."""

from __future__ import annotations

from collections.abc import Sequence

from guiguan.apps.accounts.models import Person
from guiguan.apps.campaigns.models import Campaign
from guiguan.apps.campaigns.queries import blueprint_of
from guiguan.apps.screening.deciding import decide_screening
from guiguan.apps.screening.judgement import Fault, Judgement, points
from guiguan.apps.screening.order import screening_stages
from guiguan.conf.demo.entries import Made
from guiguan.conf.demo.people import username_of
from guiguan.core.blueprint.stages import Screening as Stage

_DAY = 86_400_000


def screen(campaign: Campaign, made: Sequence[Made], now: int, all_of_them: bool) -> None:
    """All are accepted but one returned and one refused; where the call is still open, the newest third waits."""
    stage = next(iter(screening_stages(blueprint_of(campaign))), None)
    if stage is None:
        return
    screener = Person.objects.get(username=username_of("screener"))
    decided = made if all_of_them else made[: len(made) * 2 // 3]
    for number, one in enumerate(decided):
        submission = one.entry.submissions.order_by("-number")[0]
        at = min(now, submission.at + _DAY)
        decide_screening(screener, at, submission.pk, stage.id, _judgement(stage, number, all_of_them))


def _judgement(stage: Stage, number: int, all_of_them: bool) -> Judgement:
    checklist = dict.fromkeys(points(stage), "yes")
    if number == 1 and stage.reasons:
        return Judgement("refuse", checklist, reason=next(iter(stage.reasons)), note="材料不全，经提醒未补。")
    if number == 2 and not all_of_them:
        faults = (Fault("", "盖章页不清晰，请重新扫描上传。"),)
        return Judgement("return", checklist, faults=faults, days=None if stage.correction else 15)
    return Judgement("accept", checklist)
