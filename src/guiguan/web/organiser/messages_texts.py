"""What a campaign's messages say: every text, and the organiser's own wording of it with a preview."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from guiguan.apps.accounts.models import Person
from guiguan.apps.campaigns.models import Campaign
from guiguan.apps.messages.queries import own_wordings, wordings
from guiguan.apps.messages.render import SMS_LIMIT, allowed, body_text, sms_text, subject_text
from guiguan.apps.messages.templates import CHANNELS, TEMPLATES, languages_of, shipped
from guiguan.apps.messages.wording import LONGEST, change_wording, faults_in, restore_wording
from guiguan.core.permissions.table import About
from guiguan.core.values.finding import InputError
from guiguan.web.common.clock import now
from guiguan.web.common.door import door, person_of
from guiguan.web.organiser.messages_delivery import in_campaign, tabs
from guiguan.web.organiser.messages_words import channel_title, language_title, name_title, template_title

SAMPLES = {
    "unit": "桂林示例科技有限公司",
    "campaign": "2026 年度优秀案例征集",
    "entry": "GX2026-000128",
    "title": "灵渠水务数据平台",
    "reason": "营业执照照片不清晰，请重新上传",
    "faults": "3",
    "until": "4月8日 17:00",
    "days": "3",
    "count": "5",
    "time": "2026-04-01 12:00",
    "role": "初审",
    "body": "示例市教育局",
    "list": "示例省推荐终评名单",
    "number": "1",
    "case": "12",
    "site": "桂冠",
    "link": "https://localhost/…",
}


@dataclass(frozen=True)
class Text:
    """One text of one campaign, as its address names it."""

    campaign: Campaign
    template: str
    channel: str
    language: str

    @property
    def key(self) -> tuple[str, str]:
        return self.channel, self.language

    @property
    def parts(self) -> tuple[str, str, str, str]:
        return self.campaign.slug, self.template, self.channel, self.language


def _text(
    person: Person | None, campaign: str, template: str, channel: str, language: str
) -> tuple[Text, About]:
    """The text that the address names. Http404 where there is none."""
    found, about = in_campaign(person, campaign)
    if template not in TEMPLATES or channel not in CHANNELS or language not in languages_of(channel):
        raise Http404
    return Text(found, template, channel, language), about


@door("message.templates", in_campaign)
def listing(request: HttpRequest, campaign: Campaign) -> HttpResponse:
    """Every event with its texts; those that the campaign changed are marked."""
    own = {(w.template, w.channel, w.language) for w in own_wordings(campaign.slug)}
    events = [
        {
            "title": template_title(template),
            "texts": [
                {
                    "label": _label(channel, language),
                    "url": reverse("messages-text", args=[campaign.slug, template, channel, language]),
                    "changed": (template, channel, language) in own,
                }
                for channel in CHANNELS
                for language in languages_of(channel)
            ],
        }
        for template in TEMPLATES
    ]
    return render(
        request,
        "organiser/messages/texts.html",
        {"campaign": campaign, "events": events, "tabs": tabs(request, campaign, "texts")},
    )


@door("message.templates", _text, methods=("GET", "HEAD", "POST"))
def one(request: HttpRequest, text: Text) -> HttpResponse:
    """The text with its variables and a preview; a POST previews, or saves and returns to the list."""
    if request.method != "POST":
        return _page(request, text, *wordings(text.campaign.slug, text.template)[text.key])
    subject, body = request.POST.get("subject", ""), request.POST.get("text", "")
    if "preview" in request.POST:
        return _page(request, text, subject, body)
    person = person_of(request)
    assert person is not None
    try:
        change_wording(person.pk, now(), *text.parts, subject, body)
    except InputError:
        return _page(request, text, subject, body, status=422)
    messages.success(request, _("已保存。此后发出的消息用新的文字，已排队的不变"))
    return redirect("messages-texts", campaign=text.campaign.slug)


@door("message.templates", _text, methods=("POST",))
def restore(request: HttpRequest, text: Text) -> HttpResponse:
    """The shipped text holds again."""
    person = person_of(request)
    assert person is not None
    restore_wording(person.pk, now(), *text.parts)
    messages.success(request, _("已恢复默认文字"))
    return redirect("messages-text", *text.parts)


def _page(request: HttpRequest, text: Text, subject: str, body: str, status: int = 200) -> HttpResponse:
    faults = faults_in(text.template, text.channel, subject, body)
    language = "en" if get_language() == "en" else "zh"
    return render(
        request,
        "organiser/messages/text.html",
        {
            "campaign": text.campaign,
            "tabs": tabs(request, text.campaign, "texts"),
            "title": template_title(text.template),
            "label": _label(text.channel, text.language),
            "channel": text.channel,
            "subject": subject,
            "text": body,
            "longest": LONGEST[text.channel],
            "subject_error": " ".join(f.text(language) for field, f in faults if field == "subject"),
            "text_error": " ".join(f.text(language) for field, f in faults if field == "text"),
            "errors": [(f.text(language), field) for field, f in faults],
            "variables": [
                {"label": "{" + name + "}", "value": name_title(name), "note": SAMPLES[name]}
                for name in allowed(text.template)
            ],
            "preview": None if faults else _preview(text, subject, body),
            "restore": reverse("messages-restore", args=text.parts),
            "changed": (subject, body) != shipped(text.template, *text.key),
        },
        status=status,
    )


def _preview(text: Text, subject: str, body: str) -> dict[str, Any]:
    """The message as it would arrive with sample facts; an in-site message has its link as a button."""
    facts = {name: SAMPLES[name] for name in allowed(text.template)}
    if text.channel == "sms":
        sms = sms_text(body, facts, facts["site"])
        return {"text": sms, "length": len(sms), "long": len(sms) > SMS_LIMIT, "limit": SMS_LIMIT}
    inside = facts | ({"link": ""} if text.channel == "site" else {})
    return {"subject": subject_text(subject, inside), "text": body_text(body, inside)}


def _label(channel: str, language: str) -> str:
    """The channel, and the language where it has several."""
    many = len(languages_of(channel)) > 1
    return channel_title(channel) + (f" ({language_title(language)})" if many else "")
