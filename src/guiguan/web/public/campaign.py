"""A campaign's public pages: its notice, its flowchart, the versions of its rules, its questions."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from guiguan.apps.accounts.models import Person
from guiguan.apps.campaigns.models import Campaign, Version
from guiguan.apps.campaigns.queries import (
    announcements_of,
    blueprint_of,
    current_version,
    downloads_of,
    loaded_with,
    questions_asked_by,
    questions_public,
    versions_published,
)
from guiguan.apps.campaigns.telling import MAX_QUESTION, ask_question
from guiguan.apps.campaigns.windows import next_deadline
from guiguan.apps.releasing.queries import published
from guiguan.apps.votes.queries import vote_now
from guiguan.core.blueprint.base import say
from guiguan.core.blueprint.diagram import diagram
from guiguan.core.blueprint.differ import differences
from guiguan.core.blueprint.model import Blueprint
from guiguan.core.values.finding import InputError
from guiguan.web.common.clock import now
from guiguan.web.common.door import door, person_of
from guiguan.web.public import campaign_page as shown
from guiguan.web.public.campaign_find import public_campaign
from guiguan.web.public.campaign_words import STATE_TAGS, STATES, document, lang
from guiguan.web.public.vote_words import PHASES, until

BOXES = ("applicant/campaign_box.html", "public/campaign_box_none.html")
"""What a signed-in person's unit may still do here; the first of these templates that exists."""
DIAGRAM_POLICY = "default-src 'none'; style-src 'unsafe-inline'; sandbox"


@door("portal.read", public_campaign)
def notice(request: HttpRequest, campaign: Campaign) -> HttpResponse:
    return render(request, "public/campaign.html", _notice(request, campaign))


@door("campaign.ask", public_campaign, methods=("POST",))
def ask(request: HttpRequest, campaign: Campaign) -> HttpResponse:
    """A question is sent, and waits for the organiser's answer."""
    person = person_of(request)
    assert isinstance(person, Person)  # the door lets in nobody else
    text = request.POST.get("text", "")
    try:
        ask_question(person, now(), campaign.pk, text)
    except InputError as error:
        faults = [f.text(lang()) for f in error.findings]
        context = _notice(request, campaign) | {"question": text, "question_error": _("；").join(faults)}
        return render(request, "public/campaign.html", context, status=422)
    messages.success(request, _("问题已送达主办方，答复后会通知您；公开答复时不显示提问人"))
    return redirect("campaign-notice", slug=campaign.pk)


@door("portal.read", public_campaign)
def flowchart(request: HttpRequest, campaign: Campaign) -> HttpResponse:
    return drawn(blueprint_of(campaign))


@door("portal.read", public_campaign)
def versions(request: HttpRequest, campaign: Campaign) -> HttpResponse:
    """Every version that is or was in force, newest first, and what each changed."""
    found = list(versions_published(campaign))
    older: list[Version | None] = [*found[1:], None]
    rows = [
        {
            "version": v,
            "current": v.pk == campaign.in_force_id,
            "changes": [c.text(lang()) for c in _changes(before, v)],
            "two": v.second_by is not None,
        }
        for v, before in zip(found, older, strict=True)
    ]
    title = say(blueprint_of(campaign).title, lang())
    trail = [*_trail(), (title, reverse("campaign-notice", args=[campaign.pk])), (_("规则版本"), "")]
    context = {"campaign": campaign, "title": title, "rows": rows, "trail": trail}
    return render(request, "public/campaign_versions.html", context)


def _published_version(person: Person | None, slug: str, number: int) -> tuple[Any, Any]:
    campaign, about = public_campaign(person, slug)
    version = campaign.versions.filter(number=number).exclude(in_force_at=None).first()
    if version is None:
        raise Http404
    return version, about


@door("portal.read", _published_version)
def rules(request: HttpRequest, version: Version) -> HttpResponse:
    """The blueprint's very bytes, whose SHA-256 the page names."""
    response = HttpResponse(version.text.encode(), content_type="application/yaml; charset=utf-8")
    response.headers["Content-Disposition"] = (
        f'attachment; filename="{version.campaign_id}-v{version.number}.yaml"'
    )
    return response


def drawn(blueprint: Blueprint) -> HttpResponse:
    """The flowchart as a picture of its own, which may do nothing else."""
    response = HttpResponse(diagram(blueprint, lang()), content_type="image/svg+xml; charset=utf-8")
    response.headers["Content-Security-Policy"] = DIAGRAM_POLICY
    return response


def _changes(before: Version | None, after: Version) -> tuple[Any, ...]:
    if before is None:
        return ()
    return differences(loaded_with(before.sha256).blueprint, loaded_with(after.sha256).blueprint)


def _voting(campaign: Campaign, at: int) -> tuple[str, str] | None:
    """What the notice says of the vote that the public may look at, and the words that lead to it."""
    vote = vote_now(campaign, at)
    if vote is None or vote.poll is None or vote.phase == "before":
        return None
    if vote.phase != "open":
        return PHASES[vote.phase](), _("查看投票")
    return _("网络投票正在进行，到 %(until)s 结束") % {"until": until(vote)}, _("去投票")


def _trail() -> list[tuple[str, str]]:
    return [(_("首页"), reverse("home")), (_("全部活动"), reverse("campaign-portal"))]


def _notice(request: HttpRequest, campaign: Campaign) -> dict[str, Any]:
    b, at = blueprint_of(campaign), now()
    files = downloads_of(campaign)
    found = versions_published(campaign)
    person = person_of(request)
    return {
        "campaign": campaign,
        "blueprint": b,
        "title": say(b.title, lang()),
        "trail": [*_trail(), (say(b.title, lang()), "")],
        "boxes": BOXES,
        "aim": say(b.theme, lang()) if b.theme else "",
        "tag": STATES[campaign.state](),
        "tag_state": STATE_TAGS[campaign.state],
        "deadline": shown.deadline_words(b, next_deadline(b, at)) if campaign.state == "open" else "",
        "voting": _voting(campaign, at),
        "warnings": shown.warnings(b),
        "about": shown.about(b),
        "timeline": shown.timeline(b, at),
        "categories": shown.categories(b),
        "eligibility": shown.eligibility(b),
        "obligations": shown.obligations(b),
        "entitlements": shown.entitlements(b),
        "form": shown.form_rows(b, uploads=False),
        "attachments": shown.form_rows(b, uploads=True),
        "stages": shown.stages(b),
        "outcomes": shown.outcomes(b),
        "contacts": shown.contacts(b),
        "documents": [
            {"title": d.title, "kind": document(d), "layout": d.layout, "there": d.id in files, "id": d.id}
            for d in b.documents
        ],
        "released": published(campaign).exists(),
        "announcements": list(announcements_of(campaign)),
        "questions": list(questions_public(campaign)),
        "version": current_version(campaign),
        "version_count": found.count(),
        "max_question": MAX_QUESTION,
        "asked": list(questions_asked_by(campaign, person)) if person else [],
        "signed_in": person is not None,
    }
