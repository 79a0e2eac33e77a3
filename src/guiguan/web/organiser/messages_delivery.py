"""How a campaign's messages fare on their way, and sending again what did not arrive."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from guiguan.apps.accounts.models import Person
from guiguan.apps.accounts.permission import held_by
from guiguan.apps.campaigns.models import Campaign
from guiguan.apps.messages.models import Message
from guiguan.apps.messages.queries import RESENDABLE, STATES, by_state, delivery, masked_address
from guiguan.apps.messages.resend import resend_messages
from guiguan.apps.messages.templates import TEMPLATES
from guiguan.core.permissions.table import About, may
from guiguan.web.common.clock import now
from guiguan.web.common.door import door, person_of
from guiguan.web.common.moments import moment
from guiguan.web.common.scope import campaigns_for
from guiguan.web.common.sheets import CHUNK, send_sheet, sheet_wanted
from guiguan.web.organiser.messages_words import (
    STATE_TAGS,
    channel_title,
    fault_title,
    state_title,
    template_title,
)

_PER_PAGE = 50


def in_campaign(person: Person | None, campaign: str) -> tuple[Campaign, About]:
    """The campaign, and that it is the one that permission asks about."""
    return get_object_or_404(Campaign, slug=campaign), About(campaign=campaign)


@door("account.places")
def home(request: HttpRequest) -> HttpResponse:
    """The campaigns whose messages the person may see."""
    person = person_of(request)
    assert person is not None
    return render(
        request,
        "organiser/messages/home.html",
        {
            "cards": [
                {"title": c.title, "url": reverse("messages-delivery", args=[c.slug])}
                for c in campaigns_for(person, "message.delivery")
            ]
        },
    )


@door("message.delivery", in_campaign)
def listing(request: HttpRequest, campaign: Campaign) -> HttpResponseBase:
    """Every message by phone and mail: to whom (masked), when, how it stands, and why it failed."""
    everything = delivery(campaign.slug)
    counts = by_state(everything)
    state = request.GET.get("state", "")
    shown = everything.filter(state=state) if state in STATES else everything
    template = request.GET.get("template", "")
    shown = shown.filter(template=template) if template in TEMPLATES else shown
    if sheet_wanted(request):
        return _sheet(request, campaign, shown)
    page = Paginator(shown, _PER_PAGE).get_page(request.GET.get("page"))
    may_resend = may(held_by(person_of(request)), "message.resend", About(campaign=campaign.slug))
    return render(
        request,
        "organiser/messages/delivery.html",
        {
            "campaign": campaign,
            "page": page,
            "rows": [_row(m, may_resend) for m in page],
            "resendable": may_resend and any(m.state in RESENDABLE for m in page),
            "unsure": counts["unsure"],
            "state": state,
            "template": template,
            "templates": [(t, template_title(t)) for t in TEMPLATES],
            "states": [(s, f"{state_title(s)} ({counts[s]})") for s in STATES],
            "tabs": tabs(request, campaign, "delivery"),
        },
    )


@door("message.resend", in_campaign, methods=("POST",))
def resend(request: HttpRequest, campaign: Campaign) -> HttpResponse:
    """The chosen messages wait again."""
    person = person_of(request)
    assert person is not None
    chosen = _ids(request.POST.getlist("message"))
    many = resend_messages(person.pk, now(), campaign.slug, chosen)
    if not chosen:
        messages.warning(request, _("没有选中消息，请先勾选要重新发送的消息"))
    elif many < len(chosen):
        messages.warning(
            request,
            _("%(many)s 条已重新排队；其余的状态已经变化，没有重发") % {"many": many},
        )
    else:
        messages.success(request, _("%(many)s 条已重新排队") % {"many": many})
    return redirect("messages-delivery", campaign=campaign.slug)


def tabs(request: HttpRequest, campaign: Campaign, current: str) -> list[tuple[str, str, bool, None]]:
    """Delivery and texts, the two pages of a campaign's messages; texts for those alone who may change them."""
    found = [(_("发送情况"), reverse("messages-delivery", args=[campaign.slug]), current == "delivery", None)]
    if may(held_by(person_of(request)), "message.templates", About(campaign=campaign.slug)):
        found.append(
            (_("消息文字"), reverse("messages-texts", args=[campaign.slug]), current == "texts", None)
        )
    return found


def _row(message: Message, may_resend: bool) -> dict[str, Any]:
    return {
        "id": str(message.pk),
        "title": template_title(message.template),
        "channel": channel_title(message.channel),
        "to": masked_address(message),
        "state": state_title(message.state),
        "tag": STATE_TAGS[message.state],
        "made": moment(message.made_at),
        "sent": moment(message.sent_at) if message.sent_at else "",
        "due": moment(message.due_at) if message.state == "waiting" else "",
        "tries": message.tries,
        "fault": fault_title(message.fault),
        "choose": may_resend and message.state in RESENDABLE,
    }


def _sheet(request: HttpRequest, campaign: Campaign, shown: QuerySet[Message]) -> HttpResponseBase:
    """The list to keep, recipients masked as on the page."""
    rows = (_row(m, False) for m in shown.iterator(CHUNK))
    names = ("title", "channel", "to", "state", "fault", "made", "due", "sent", "tries")
    columns = [
        _("事项"),
        _("方式"),
        _("收件人"),
        _("状态"),
        _("原因"),
        _("生成时间"),
        _("最早发出"),
        _("发出时间"),
        _("已试次数"),
    ]
    texts = ([str(r[n]) for n in names] for r in rows)
    return send_sheet(request, "messages", columns, texts, campaign=campaign.slug, title=_("发送情况"))


def _ids(texts: list[str]) -> list[UUID]:
    """The ids among what came; what is none was not on our page."""
    found = []
    for text in texts:
        try:
            found.append(UUID(text))
        except ValueError:
            continue
    return found
