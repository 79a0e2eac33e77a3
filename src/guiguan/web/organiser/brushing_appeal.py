"""An appeal against what was made void, and its answer."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from guiguan.apps.accounts.permission import held_by
from guiguan.apps.campaigns.models import Campaign
from guiguan.apps.sealer import sealer
from guiguan.apps.votes.brushing.appeals import GROUNDS, propose_answer, second_answer
from guiguan.apps.votes.models import Appeal, Poll
from guiguan.core.permissions.table import About, may
from guiguan.core.values.finding import InputError
from guiguan.web.common.clock import now
from guiguan.web.common.door import door, person_of
from guiguan.web.common.moments import moment
from guiguan.web.organiser.brushing_find import one_appeal
from guiguan.web.organiser.brushing_words import ANSWERS, APPEAL_STATES
from guiguan.web.public.campaign_words import lang


@door("brushing.read", one_appeal, methods=("GET", "HEAD", "POST"))
def appeal(request: HttpRequest, found: tuple[Campaign, Poll, Appeal]) -> HttpResponse:
    """What is appealed and why; a POST proposes an answer, agrees to it or drops it."""
    campaign, _poll, made = found
    person = person_of(request)
    assert person is not None
    errors: list[str] = []
    if request.method == "POST":
        given = request.POST
        try:
            if "propose" in given:
                propose_answer(person, now(), made.pk, given.get("outcome", ""), given.get("answer", ""))
                messages.success(request, _("已提出，等待另一人复核。"))
            else:
                second_answer(person, now(), made.pk, agree="agree" in given)
                messages.success(request, _("已办理。"))
            return redirect("brushing-appeal", campaign=campaign.pk, appeal=made.pk)
        except InputError as error:
            errors = [f.text(lang()) for f in error.findings]
    held, about, mine = held_by(person), About(campaign=campaign.pk), made.by == person.pk
    context = {
        "campaign": campaign,
        "made": made,
        "case": made.suspicion,
        "grounds": sealer().unseal(bytes(made.grounds), GROUNDS),
        "when": moment(made.made_at),
        "state": APPEAL_STATES[made.state](),
        "outcome": ANSWERS[made.outcome]() if made.outcome else "",
        "outcomes": [(o, word(), "") for o, word in ANSWERS.items()],
        "errors": errors,
        "given": request.POST,
        "may_propose": made.state == "waiting" and may(held, "brushing.propose", about),
        "may_agree": made.state == "proposed" and not mine and may(held, "brushing.second", about),
        "may_drop": made.state == "proposed"
        and may(held, "brushing.propose" if mine else "brushing.second", about),
        "mine": mine,
    }
    return render(request, "organiser/brushing/appeal.html", context, status=400 if errors else 200)
