"""Tells the organiser of a new case of suspicion and of an appeal. Which entry has the votes is not said: whoever decides must not know."""

from __future__ import annotations

from guiguan.apps.accounts.staff import staff_of
from guiguan.apps.campaigns.models import Campaign
from guiguan.apps.messages.services import queue
from guiguan.apps.votes.models import Appeal, BrushingAct

WAITING = ("waiting", "proposed")


def tell_staff(act: BrushingAct, campaign: str) -> None:
    """The campaign's clerks and leads have a message on the site where the act raised a case, or brought an appeal while no older one
    of its case waits: many appeals at once are one message. Told again, after a crash, it is the same message."""
    pk = act.subject.partition(":")[2]
    if act.action == "raise":
        _tell(act, campaign, "brushing-raised", f"cases/{pk}/", {"count": str(act.detail["ballots"])})
    elif act.action == "appeal" and not _others_wait(int(pk)):
        _tell(act, campaign, "brushing-appeal", f"appeals/{pk}/", {})


def _others_wait(appeal: int) -> bool:
    case = Appeal.objects.values_list("suspicion", flat=True).get(pk=appeal)
    return Appeal.objects.filter(suspicion=case, state__in=WAITING, pk__lt=appeal).exists()


def _tell(act: BrushingAct, campaign: str, template: str, page: str, facts: dict[str, str]) -> None:
    title = Campaign.objects.filter(pk=campaign).values_list("title", flat=True).first() or campaign
    for person in staff_of(campaign, ("clerk", "lead")):
        queue(
            act.at,
            template,
            once=f"{template}:{act.subject}:{person.pk}",
            person=person.pk,
            channels=("site",),
            to={},
            campaign=campaign,
            facts={"campaign": title, "case": str(act.detail["number"]), **facts},
            link=f"/organiser/brushing/{campaign}/{page}",
        )
