"""A campaign's public record, log A, for everybody: what was done when, the leaf of each entry, and the checkpoint over them."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from guiguan.apps.accounts.models import Person
from guiguan.apps.campaigns.models import Campaign
from guiguan.apps.campaigns.queries import blueprint_of
from guiguan.apps.gazette.models import Entry, Log
from guiguan.apps.gazette.queries import entries_of
from guiguan.apps.votes.cases import stood_in_a_vote
from guiguan.apps.votes.public_record import case_document
from guiguan.box.logfiles import LogFiles
from guiguan.core.blueprint.base import say
from guiguan.core.integrity.checkpoint import read_checkpoint
from guiguan.core.integrity.note import read_note
from guiguan.core.permissions.table import About
from guiguan.core.values.canonical import NotCanonical
from guiguan.web.common.clock import now
from guiguan.web.common.door import door
from guiguan.web.common.moments import second
from guiguan.web.public.campaign_find import public_campaign
from guiguan.web.public.campaign_words import lang
from guiguan.web.public.record_words import about, title

PER_PAGE = 50


@door("log.read", public_campaign)
def record(request: HttpRequest, campaign: Campaign) -> HttpResponse:
    """Every entry, the newest first. What is not under the checkpoint yet says so."""
    blueprint = blueprint_of(campaign)
    log = Log.objects.filter(pk=campaign.pk).first()
    signed = _checkpoint(log) if log else {}
    page = Paginator(entries_of(campaign.pk).reverse(), PER_PAGE).get_page(request.GET.get("page"))
    name = say(blueprint.title, lang())
    context = {
        "campaign": campaign,
        "title": name,
        "signed": signed,
        "page": page,
        "columns": [
            {"label": _("序号"), "number": True},
            {"label": _("时间")},
            {"label": _("事项")},
            {"label": _("指纹")},
        ],
        "rows": [_row(campaign, entry, signed.get("size", 0)) for entry in page],
        "trail": [(name, reverse("campaign-notice", args=[campaign.pk])), (_("公开记录"), "")],
    }
    return render(request, "public/record.html", context)


def find_recorded(person: Person | None, slug: str, case: str) -> tuple[Campaign, About]:
    """The campaign of a case that was ever in a vote of it, also of one that has left it. Http404 for any other entry."""
    campaign, about = public_campaign(person, slug)
    if not stood_in_a_vote(campaign, case, now()):
        raise Http404
    return campaign, about


@door("log.read", find_recorded, keep=("case",))
def case_record(request: HttpRequest, campaign: Campaign, case: str) -> HttpResponse:
    """The bytes of a case whose SHA-256 the public record names last, or once (`?sha256=`), in the language of the rules, whatever the
    reader's is."""
    document = case_document(campaign, case, request.GET.get("sha256", ""))
    if document is None:
        raise Http404
    response = HttpResponse(document, content_type="application/json")
    response["Access-Control-Allow-Origin"] = "*"
    return response


def _checkpoint(log: Log) -> dict[str, Any]:
    """Size, root and key of the newest checkpoint, as everybody can fetch them; {} while there is none."""
    files = LogFiles(settings.GUIGUAN_LOGS / log.folder)
    content = files.checkpoint()
    if not content:
        return {}
    newest = read_checkpoint(read_note(content).text)
    key = (files.folder / "key").read_text().strip()
    return {"size": newest.size, "root": newest.root.hex(), "key": key, "origin": newest.origin}


def _row(campaign: Campaign, entry: Entry, signed: int) -> dict[str, Any]:
    leaf: dict[str, Any] = {"text": f"{bytes(entry.leaf).hex()[:12]}…"}
    if entry.number >= signed:
        leaf["note"] = _("等待签名")
    return {"cells": [str(entry.number), second(entry.time), _what(campaign, entry), leaf], "actions": []}


def _what(campaign: Campaign, entry: Entry) -> dict[str, Any]:
    try:
        told = entry.told
    except NotCanonical:
        # somebody changed the row, which the sequencer and `fsck` tell; the page shows the others
        return {"text": _("无法读取，内容已被改动")}
    what: dict[str, Any] = {"text": title(told), "note": about(told)}
    if told["k"] == "case":
        what["url"] = (
            f"{reverse('vote-case-record', args=[campaign.pk, told['entry']])}?sha256={told['sha256']}"
        )
    if told["k"] == "rules":
        what["url"] = reverse("campaign-rules", args=[campaign.pk, told["version"]])
    return what
