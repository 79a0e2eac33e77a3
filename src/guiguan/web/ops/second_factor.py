"""Resets of a lost second factor: asked for by the security administrator, decided by the system administrator."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from guiguan.apps.accounts.models import FactorReset, Person
from guiguan.apps.accounts.queries import named
from guiguan.apps.accounts.second_factor import (
    decide_factor_reset,
    propose_factor_reset,
    waiting_factor_resets,
)
from guiguan.core.permissions.table import NOTHING, About
from guiguan.core.values.finding import InputError
from guiguan.web.common.clock import now
from guiguan.web.common.door import door, person_of
from guiguan.web.common.moments import moment
from guiguan.web.ops.roles_person import page_of, said


def _person(by: Person | None, person: UUID) -> tuple[Any, About]:
    found = Person.objects.filter(pk=person).first()
    if found is None:
        raise Http404
    return found, NOTHING


def _reset(by: Person | None, reset: int) -> tuple[Any, About]:
    found = FactorReset.objects.filter(pk=reset).first()
    if found is None:
        raise Http404
    return found, NOTHING


@door("account.factor-reset", _person, methods=("POST",))
def propose(request: HttpRequest, person: Person) -> HttpResponse:
    """The reset waits for the system administrator."""
    by = person_of(request)
    assert by is not None  # the door leads everybody else to signing in
    try:
        propose_factor_reset(by, now(), person.pk, request.POST.get("factor_reason", ""))
    except InputError as error:
        return page_of(request, person, said(error))
    messages.success(request, _("已提出，待系统管理员复核。"))
    return redirect("roles-person", person=person.pk)


@door("account.factor-decide")
def waiting(request: HttpRequest) -> HttpResponse:
    """What waits for a decision, the oldest first."""
    return _page(request)


@door("account.factor-decide", _reset, methods=("POST",))
def decide(request: HttpRequest, reset: FactorReset) -> HttpResponse:
    """The reset is done or refused."""
    by = person_of(request)
    assert by is not None  # the door leads everybody else to signing in
    agree = request.POST.get("agree") == "yes"
    try:
        decide_factor_reset(by, now(), reset.pk, agree)
    except InputError as error:
        return _page(request, said(error))
    messages.success(request, _("已重置，并通知了本人。") if agree else _("已记录为不同意，账号没有变化。"))
    return redirect("factor-resets")


def _page(request: HttpRequest, fault: str = "") -> HttpResponse:
    rows = [
        {
            "id": r.pk,
            "who": named(r.person) or r.person.username,
            "username": r.person.username,
            "by": named(r.by) or r.by.username,
            "at": moment(r.at),
            "reason": r.reason,
        }
        for r in waiting_factor_resets()
    ]
    return render(request, "administration/factors.html", {"rows": rows, "fault": fault})
