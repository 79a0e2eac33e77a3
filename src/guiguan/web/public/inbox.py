"""A person's in-site messages."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from guiguan.apps.accounts.models import Person
from guiguan.apps.messages.models import Message
from guiguan.apps.messages.queries import Letter, inbox, letter, unread
from guiguan.apps.messages.resend import mark_read
from guiguan.core.permissions.table import NOTHING, About
from guiguan.web.common.clock import now
from guiguan.web.common.door import door
from guiguan.web.common.moments import moment

_PER_PAGE = 20


def _own(person: Person | None) -> tuple[UUID | None, About]:
    """The person's own inbox."""
    return (person.pk, About(person=str(person.pk))) if person else (None, NOTHING)


def _own_letter(person: Person | None, message: UUID) -> tuple[Any, About]:
    """One message, and whose it is. Http404 for one that is nobody's in-site message."""
    found = Message.objects.filter(pk=message, channel="site").first()
    if person and found is None:
        raise Http404
    return found, About(person=str(found.person)) if found else NOTHING


@door("message.read", _own)
def listing(request: HttpRequest, person: UUID) -> HttpResponse:
    """Newest first, what is unread marked."""
    page = Paginator(inbox(person), _PER_PAGE).get_page(request.GET.get("page"))
    language = get_language()
    return render(
        request,
        "public/inbox/list.html",
        {
            "page": page,
            "unread": unread(person),
            "columns": [{"label": _("消息")}, {"label": _("时间")}, {"label": _("状态")}],
            "rows": [_row(letter(m, language)) for m in page],
        },
    )


def _row(found: Letter) -> dict[str, Any]:
    state = {"text": _("未读"), "tag": "warning"} if found.unread else _("已读")
    return {
        "cells": [
            {"text": found.subject, "url": reverse("inbox-one", args=[found.id])},
            moment(found.at),
            state,
        ]
    }


@door("message.read", _own_letter)
def one(request: HttpRequest, message: Message) -> HttpResponse:
    """The message, which from now on counts as read."""
    assert message.person is not None
    mark_read(message.person, now(), message.pk)
    found = letter(message, get_language())
    return render(request, "public/inbox/one.html", {"letter": found, "when": moment(found.at)})


@door("message.read", _own, methods=("POST",))
def all_read(request: HttpRequest, person: UUID) -> HttpResponse:
    """Nothing is unread any more."""
    mark_read(person, now())
    messages.success(request, _("已全部标为已读"))
    return redirect("inbox-list")
