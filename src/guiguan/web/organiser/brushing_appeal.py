"""An appeal against what was made void, and its answer."""

from __future__ import annotations

from collections.abc import Callable

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from guiguan.apps.accounts.models import Person
from guiguan.apps.accounts.permission import held_by
from guiguan.apps.campaigns.models import Campaign
from guiguan.apps.sealer import sealer
from guiguan.apps.votes.brushing.appeals import GROUNDS, propose_answer, second_answer, take_back_answer
from guiguan.apps.votes.brushing.hands import enough_for_appeal
from guiguan.apps.votes.models import Appeal, Poll
from guiguan.core.permissions.table import About, may
from guiguan.core.values.finding import InputError
from guiguan.web.common.clock import now
from guiguan.web.common.door import door, person_of
from guiguan.web.common.moments import moment
from guiguan.web.organiser.brushing_find import one_appeal
from guiguan.web.organiser.brushing_words import ANSWERS, APPEAL_STATES, sent_back
from guiguan.web.public.campaign_words import lang

Found = tuple[Campaign, Poll, Appeal]
_PLACES = {"appeal.outcome": "outcome", "appeal.answer": "answer", "second.why": "why"}


@door("brushing.read", one_appeal)
def appeal(request: HttpRequest, found: Found) -> HttpResponse:
    """What is appealed and why, and what may be done."""
    return _page(request, found, [])


@door("brushing.propose", one_appeal, methods=("POST",))
def answering(request: HttpRequest, found: Found) -> HttpResponse:
    """Proposes an answer."""
    given = request.POST
    said = given.get("outcome", ""), given.get("answer", "")
    return _acted(request, found, lambda person, made: propose_answer(person, now(), made.pk, *said))


@door("brushing.propose", one_appeal, methods=("POST",))
def taking_back(request: HttpRequest, found: Found) -> HttpResponse:
    """Takes one's own answer back."""
    return _acted(request, found, lambda person, made: take_back_answer(person, now(), made.pk), _("已收回"))


@door("brushing.second", one_appeal, methods=("POST",))
def seconding(request: HttpRequest, found: Found) -> HttpResponse:
    """Agrees, or sends back."""
    agree, why = request.POST.get("agree") == "yes", request.POST.get("why", "")
    done = "" if agree else _("已退回，提出人会收到消息。")
    return _acted(
        request, found, lambda person, made: second_answer(person, now(), made.pk, agree=agree, why=why), done
    )


def _acted(
    request: HttpRequest, found: Found, act: Callable[[Person, Appeal], Appeal], done: str = ""
) -> HttpResponse:
    campaign, _poll, made = found
    person = person_of(request)
    assert person is not None
    try:
        after = act(person, made)
    except InputError as error:
        made.refresh_from_db(fields=["state", "outcome", "answer", "by", "last"])
        return _page(request, found, [(f.text(lang()), _PLACES.get(f.rule, "")) for f in error.findings])
    messages.success(request, done or _("已办理：%(state)s。") % {"state": APPEAL_STATES[after.state]()})
    return redirect("brushing-appeal", campaign=campaign.pk, appeal=made.pk)


def _page(request: HttpRequest, found: Found, errors: list[tuple[str, str]]) -> HttpResponse:
    campaign, _poll, made = found
    person = person_of(request)
    assert person is not None
    held, about, mine = held_by(person), About(campaign=campaign.pk), made.by == person.pk
    deciders = (made.suspicion.by, made.suspicion.second_by)
    own, waits = person.pk in deciders, made.state in ("waiting", "proposed")
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
        "outcome_error": next((t for t, p in errors if p == "outcome"), ""),
        "answer_error": next((t for t, p in errors if p == "answer"), ""),
        "why_error": next((t for t, p in errors if p == "why"), ""),
        "why_given": request.POST.get("why", ""),
        "given": request.POST or made.last,
        "last": sent_back(made.last, ANSWERS) if waits else None,
        "short_handed": waits and not enough_for_appeal(campaign.pk, deciders),
        "may_propose": made.state == "waiting" and not own and may(held, "brushing.propose", about),
        "may_agree": made.state == "proposed"
        and not mine
        and not own
        and may(held, "brushing.second", about),
        "may_take_back": made.state == "proposed" and mine and may(held, "brushing.propose", about),
        "mine": mine,
        "own": own and waits,
    }
    return render(request, "organiser/brushing/appeal.html", context, status=400 if errors else 200)
