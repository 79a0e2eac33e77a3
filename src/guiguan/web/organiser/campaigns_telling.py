"""What organisers tell the public: announcements, answers, files to download."""

from __future__ import annotations

import uuid

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from guiguan.apps.accounts.models import Person
from guiguan.apps.campaigns.models import Campaign
from guiguan.apps.campaigns.queries import (
    announcements_of,
    blueprint_of,
    downloads_of,
    questions_waiting_first,
)
from guiguan.apps.campaigns.telling import (
    MAX_TEXT,
    MAX_TITLE,
    announce,
    answer_question,
    put_download,
    withdraw_announcement,
)
from guiguan.apps.files.services import take_file
from guiguan.core.values.finding import Finding, InputError
from guiguan.web.common.clock import now
from guiguan.web.common.door import door, person_of
from guiguan.web.organiser.campaigns_find import frame, one_campaign
from guiguan.web.public.campaign_words import document, lang

FORMATS = ("pdf", "docx", "xlsx", "jpg", "png")
MEGABYTES = 20


def _me(request: HttpRequest) -> Person:
    person = person_of(request)
    assert person is not None  # the door lets in nobody else
    return person


@door("campaign.inspect", one_campaign)
def announcements(request: HttpRequest, campaign: Campaign) -> HttpResponse:
    return _announcements(request, campaign, ())


@door("campaign.announce", one_campaign, methods=("POST",))
def announcement_add(request: HttpRequest, campaign: Campaign) -> HttpResponse:
    title, text = request.POST.get("title", ""), request.POST.get("text", "").replace("\r\n", "\n")
    try:
        announce(_me(request), now(), campaign.pk, title, text)
    except InputError as error:
        return _announcements(request, campaign, error.findings)
    messages.success(request, _("公告已发布"))
    return redirect("campaign-announcements", slug=campaign.pk)


@door("campaign.announce", one_campaign, methods=("POST",))
def announcement_withdraw(request: HttpRequest, campaign: Campaign) -> HttpResponse:
    number = request.POST.get("number", "")
    if number.isascii() and number.isdigit() and len(number) < 18:
        withdraw_announcement(_me(request), now(), campaign.pk, int(number))
        messages.success(request, _("公告已撤下"))
    return redirect("campaign-announcements", slug=campaign.pk)


def _announcements(request: HttpRequest, campaign: Campaign, faults: tuple[Finding, ...]) -> HttpResponse:
    context = frame(campaign, person_of(request), "campaign-announcements") | {
        "rows": list(announcements_of(campaign)),
        "title": request.POST.get("title", ""),
        "text": request.POST.get("text", ""),
        "max_title": MAX_TITLE,
        "max_text": MAX_TEXT,
        "title_error": _for("title", faults),
        "text_error": _for("text", faults),
        "errors": [(f.text(lang()), _field(f)) for f in faults],
    }
    status = 422 if faults else 200
    return render(request, "organiser/campaigns/announcements.html", context, status=status)


def _field(finding: Finding) -> str:
    """The field that a finding is about: its rule id names it."""
    return finding.rule.removeprefix("campaign.").partition("-")[0]


def _for(field: str, faults: tuple[Finding, ...]) -> str:
    return "".join(f.text(lang()) for f in faults if _field(f) == field)


@door("campaign.inspect", one_campaign)
def questions(request: HttpRequest, campaign: Campaign) -> HttpResponse:
    return _questions(request, campaign, "", ())


@door("campaign.announce", one_campaign, methods=("POST",))
def answer(request: HttpRequest, campaign: Campaign) -> HttpResponse:
    """A question is answered, publicly if so wished."""
    try:
        question = uuid.UUID(request.POST.get("question", ""))
    except ValueError:
        raise Http404 from None
    if not campaign.questions.filter(pk=question).exists():
        raise Http404
    text, public = request.POST.get("answer", "").replace("\r\n", "\n"), request.POST.get("public") == "on"
    try:
        answer_question(_me(request), now(), campaign.pk, question, text, public)
    except InputError as error:
        return _questions(request, campaign, str(question), error.findings)
    messages.success(request, _("答复已保存"))
    return redirect("campaign-questions", slug=campaign.pk)


def _questions(
    request: HttpRequest, campaign: Campaign, faulty: str, faults: tuple[Finding, ...]
) -> HttpResponse:
    rows = [
        {
            "question": q,
            "answer": request.POST.get("answer", "") if str(q.pk) == faulty else q.answer,
            "error": _for("answer", faults) if str(q.pk) == faulty else "",
            "id": f"answer-{q.pk}",
        }
        for q in questions_waiting_first(campaign)[:200]
    ]
    context = frame(campaign, person_of(request), "campaign-questions") | {
        "rows": rows,
        "errors": [(f.text(lang()), f"answer-{faulty}") for f in faults],
    }
    status = 422 if faults else 200
    return render(request, "organiser/campaigns/questions.html", context, status=status)


@door("campaign.inspect", one_campaign)
def downloads(request: HttpRequest, campaign: Campaign) -> HttpResponse:
    return _downloads(request, campaign, "", ())


@door("campaign.draft", one_campaign, methods=("POST",))
def download_put(request: HttpRequest, campaign: Campaign) -> HttpResponse:
    """The file stands behind the document; one that the check refuses is not kept."""
    name, uploaded = request.POST.get("document", ""), request.FILES.get("file")
    if name not in {d.id for d in blueprint_of(campaign).documents}:
        raise Http404
    person, at = _me(request), now()
    try:
        if uploaded is None:
            raise InputError(Finding("campaign.file-missing", "请选择文件", "choose a file"))
        kept = take_file(person.pk, at, uploaded, formats=FORMATS, megabytes=MEGABYTES)
        put_download(person, at, campaign.pk, name, kept.pk)
    except InputError as error:
        return _downloads(request, campaign, name, error.findings)
    messages.success(request, _("文件已上传，公告页可以下载"))
    return redirect("campaign-downloads", slug=campaign.pk)


def _downloads(
    request: HttpRequest, campaign: Campaign, faulty: str, faults: tuple[Finding, ...]
) -> HttpResponse:
    there = downloads_of(campaign)
    rows = [
        {
            "document": d,
            "kind": document(d),
            "there": d.id in there,
            "id": f"file-{d.id}",
            "error": "".join(f.text(lang()) for f in faults) if d.id == faulty else "",
        }
        for d in blueprint_of(campaign).documents
    ]
    context = frame(campaign, person_of(request), "campaign-downloads") | {
        "rows": rows,
        "accept": ",".join(f".{f}" for f in FORMATS),
        "megabytes": MEGABYTES,
        "errors": [(f.text(lang()), f"file-{faulty}") for f in faults],
    }
    status = 422 if faults else 200
    return render(request, "organiser/campaigns/downloads.html", context, status=status)
