"""Tells the staff what waits for them about suspected ballots. Which entry has the votes is not said: whoever decides must not know."""

from __future__ import annotations

from guiguan.apps.accounts.models import Person
from guiguan.apps.votes.brushing.hands import enough_for_appeal
from guiguan.apps.votes.models import Appeal, BrushingAct, Suspicion
from guiguan.apps.votes.telling import tell_allowed, tell_people

WAITING = ("waiting", "proposed")


def tell_staff(act: BrushingAct, campaign: str) -> None:
    """Those who may act next have a message on the site: who may propose, of a new case and of an appeal while no older one of its case
    waits (many at once are one message); who may agree, of a proposal, but not whoever made it; who made a proposal, that it was sent back.
    The two by whose word ballots are void hear of no appeal against that: they may not answer it; but leads and supervisors do where too
    few are left for an answer. Told again, after a crash, it is the same message."""
    pk = int(act.subject.partition(":")[2])
    if act.action == "raise":
        facts = {"case": str(act.detail["number"]), "count": str(act.detail["ballots"])}
        _tell(act, campaign, "brushing-raised", "brushing.propose", f"cases/{pk}/", facts)
    elif act.action == "propose":
        facts = {"case": str(act.detail["number"])}
        _tell(act, campaign, "brushing-second", "brushing.second", f"cases/{pk}/", facts, act.by)
    elif act.action == "drop":
        number = Suspicion.objects.values_list("number", flat=True).get(pk=pk)
        _tell_proposer(act, campaign, "brushing-sent-back", f"cases/{pk}/", {"case": str(number)})
    elif act.action in ("appeal", "appeal-propose", "appeal-drop"):
        _tell_of_appeal(act, campaign, pk)


def _tell_of_appeal(act: BrushingAct, campaign: str, appeal: int) -> None:
    case = Appeal.objects.select_related("suspicion").get(pk=appeal).suspicion
    deciders, facts = (str(case.by), str(case.second_by)), {"case": str(case.number)}
    page = f"appeals/{appeal}/"
    if act.action == "appeal-drop":
        _tell_proposer(act, campaign, "appeal-sent-back", page, facts)
    elif act.action == "appeal-propose":
        _tell(act, campaign, "appeal-second", "brushing.second", page, facts, act.by, *deciders)
    elif not Appeal.objects.filter(suspicion=case, state__in=WAITING, pk__lt=appeal).exists():
        _tell(act, campaign, "brushing-appeal", "brushing.propose", page, facts, *deciders)
        if not enough_for_appeal(campaign, (case.by, case.second_by)):
            _tell(act, campaign, "appeal-unstaffed", "brushing.second", page, facts)


def _tell_proposer(act: BrushingAct, campaign: str, template: str, page: str, facts: dict[str, str]) -> None:
    proposer = Person.objects.filter(pk=act.detail.get("proposed_by"), is_active=True)
    tell_people(
        act.at, template, _once(act, template), campaign, proposer, link=_link(campaign, page), facts=facts
    )


def _tell(
    act: BrushingAct, campaign: str, template: str, action: str, page: str, facts: dict[str, str], *but: str
) -> None:
    """One message for an act: what is proposed again after it was dropped is told again."""
    once, link = _once(act, template), _link(campaign, page)
    tell_allowed(act.at, template, once, campaign, action, link=link, facts=facts, but=frozenset(but))


def _once(act: BrushingAct, template: str) -> str:
    return f"{template}:{act.subject}:{act.pk}"


def _link(campaign: str, page: str) -> str:
    return f"/organiser/brushing/{campaign}/{page}"
