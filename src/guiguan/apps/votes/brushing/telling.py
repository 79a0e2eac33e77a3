"""Tells the staff what waits for them about suspected ballots. Which entry has the votes is not said: whoever decides must not know."""

from __future__ import annotations

from guiguan.apps.votes.models import Appeal, BrushingAct
from guiguan.apps.votes.telling import tell_allowed

WAITING = ("waiting", "proposed")


def tell_staff(act: BrushingAct, campaign: str) -> None:
    """Those who may act next have a message on the site: who may propose, of a new case and of an appeal while no older one of its case
    waits (many at once are one message); who may agree, of a proposal, but not whoever made it. The two by whose word ballots are void
    hear of no appeal against that: they may not answer it. Told again, after a crash, it is the same message."""
    pk = int(act.subject.partition(":")[2])
    if act.action == "raise":
        facts = {"case": str(act.detail["number"]), "count": str(act.detail["ballots"])}
        _tell(act, campaign, "brushing-raised", "brushing.propose", f"cases/{pk}/", facts)
    elif act.action == "propose":
        facts = {"case": str(act.detail["number"])}
        _tell(act, campaign, "brushing-second", "brushing.second", f"cases/{pk}/", facts, act.by)
    elif act.action in ("appeal", "appeal-propose"):
        _tell_of_appeal(act, campaign, pk)


def _tell_of_appeal(act: BrushingAct, campaign: str, appeal: int) -> None:
    case = Appeal.objects.select_related("suspicion").get(pk=appeal).suspicion
    deciders, facts = (str(case.by), str(case.second_by)), {"case": str(case.number)}
    page = f"appeals/{appeal}/"
    if act.action == "appeal-propose":
        _tell(act, campaign, "appeal-second", "brushing.second", page, facts, act.by, *deciders)
    elif not Appeal.objects.filter(suspicion=case, state__in=WAITING, pk__lt=appeal).exists():
        _tell(act, campaign, "brushing-appeal", "brushing.propose", page, facts, *deciders)


def _tell(
    act: BrushingAct, campaign: str, template: str, action: str, page: str, facts: dict[str, str], *but: str
) -> None:
    """One message for an act: what is proposed again after it was dropped is told again."""
    once = f"{template}:{act.subject}:{act.pk}"
    link = f"/organiser/brushing/{campaign}/{page}"
    tell_allowed(act.at, template, once, campaign, action, link=link, facts=facts, but=frozenset(but))
