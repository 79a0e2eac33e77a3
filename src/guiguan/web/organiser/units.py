"""Registrations of units: the queue, the page on which one is decided, and what follows later."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, cast
from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from guiguan.apps.accounts.approving import approve_unit, refuse_unit, restore_unit, suspend_unit
from guiguan.apps.accounts.models import Organisation, Person
from guiguan.apps.accounts.permission import held_by
from guiguan.apps.accounts.queries import (
    counts_by_state,
    days_left,
    overdue,
    units_in,
    units_waiting,
    warnings_about,
)
from guiguan.apps.accounts.reveal import reveal_contact
from guiguan.core.permissions.table import About, may
from guiguan.core.values.finding import InputError
from guiguan.web.common.clock import now
from guiguan.web.common.door import door, person_of
from guiguan.web.common.sheets import CHUNK, of_table, send_sheet, sheet_wanted
from guiguan.web.common.units_file import file_row, send_unit_file
from guiguan.web.common.units_shown import COLOURS, facts, history, state_title
from guiguan.web.organiser.units_rows import contact_rows, unit_row

_BOTH = ("GET", "HEAD", "POST")
_PAGE = 25
STATES = ("waiting", "approved", "refused", "suspended")


def _find(person: Person | None, unit: UUID, **parts: Any) -> tuple[Any, About]:
    try:
        found = Organisation.objects.select_related("parent").get(pk=unit)
    except Organisation.DoesNotExist as error:
        raise Http404 from error
    return (found, parts) if parts else found, About(organisation=str(found.pk))


@door("organisation.approve")
def queue(request: HttpRequest) -> HttpResponseBase:
    """Units by state; those that wait stand oldest first, with the day until which they are to be decided on."""
    state = request.GET.get("state", "waiting")
    if state not in STATES:
        raise Http404
    text = request.GET.get("q", "")[:60]
    units = units_waiting() if state == "waiting" else units_in(state, text)
    at = now()
    columns = [{"label": _("单位")}, {"label": _("类别")}, {"label": _("提交时间")}, {"label": _("办理期限")}]
    if sheet_wanted(request):
        every = (unit_row(u, late=overdue(u, at), left=days_left(u, at)) for u in units.iterator(CHUNK))
        return send_sheet(request, f"units-{state}", *of_table(columns, every), title=state_title(state))
    page = Paginator(units, _PAGE).get_page(request.GET.get("page"))
    counts = counts_by_state()
    tabs = [
        (state_title(s), f"{reverse('units-queue')}?state={s}", s == state, counts.get(s, 0)) for s in STATES
    ]
    rows = [unit_row(unit, late=overdue(unit, at), left=days_left(unit, at)) for unit in page]
    context = {"tabs": tabs, "rows": rows, "columns": columns, "page": page, "state": state, "q": text}
    return render(request, "organiser/units/queue.html", context)


@door("organisation.approve", _find)
def review(request: HttpRequest, unit: Organisation) -> HttpResponse:
    return _page(request, unit)


@door("organisation.approve", _find, methods=("POST",))
def approve(request: HttpRequest, unit: Organisation) -> HttpResponse:
    return _decided(request, unit, approve_unit, _("已通过，并通知了单位。"))


@door("organisation.approve", _find, methods=("POST",))
def refuse(request: HttpRequest, unit: Organisation) -> HttpResponse:
    return _decided(
        request, unit, refuse_unit, _("已退回，并把原因通知了单位。"), request.POST.get("reason", "")
    )


@door("organisation.suspend", _find, methods=_BOTH)
def suspend(request: HttpRequest, unit: Organisation) -> HttpResponse:
    text = _("停用后，该单位的成员不能再代表它办理任何事项，直到恢复。理由单位会看到。")
    return _with_reason(request, unit, suspend_unit, _("停用这个单位？"), text, _("停用"))


@door("organisation.suspend", _find, methods=_BOTH)
def restore(request: HttpRequest, unit: Organisation) -> HttpResponse:
    return _with_reason(
        request, unit, restore_unit, _("恢复这个单位？"), _("恢复后，该单位可以继续办理。"), _("恢复")
    )


@door("organisation.reveal", _find, methods=_BOTH)
def contact(request: HttpRequest, unit: Organisation) -> HttpResponse:
    """The contact in plain text, for a reason that goes on record; shown on this answer only."""
    if request.method != "POST":
        return _ask_reason(request, unit, _("查看联系人的完整信息？"), _reveal_text(), _("查看"), "")
    try:
        opened = reveal_contact(_person(request), now(), unit.pk, request.POST.get("reason", ""))
    except InputError as error:
        return _ask_reason(
            request, unit, _("查看联系人的完整信息？"), _reveal_text(), _("查看"), _said(request, error)
        )
    rows = [
        {"label": _("联系人"), "value": opened.name},
        {"label": _("手机号"), "value": opened.phone},
        {"label": _("身份证"), "value": opened.identity or _("已按期删除")},
    ]
    return render(request, "organiser/units/contact.html", {"unit": unit, "rows": rows})


@door("organisation.approve", _find)
def file(request: HttpRequest, found: tuple[Organisation, dict[str, Any]]) -> HttpResponseBase:
    """The licence or the letter."""
    unit, parts = found
    if parts["part"] not in ("licence", "letter"):
        raise Http404
    return send_unit_file(unit, parts["part"])


def _page(request: HttpRequest, unit: Organisation, fault: str = "", typed: str = "") -> HttpResponse:
    at, person = now(), _person(request)
    held, about = held_by(person), About(organisation=str(unit.pk))
    files = [
        file_row(unit, part, title, reverse("units-review-file", args=[unit.pk, part]))
        for part, title in (("licence", _("营业执照")), ("letter", _("注册授权书")))
    ]
    context = {
        "unit": unit,
        "state": state_title(unit.state),
        "colour": COLOURS[unit.state],
        "facts": facts(unit),
        "contact": contact_rows(unit),
        "history": history(unit),
        "files": files,
        "warnings": [w.text(request.LANGUAGE_CODE[:2]) for w in warnings_about(unit)],
        "late": overdue(unit, at),
        "own": unit.memberships.filter(person=person).exists(),
        "may_suspend": may(held, "organisation.suspend", about),
        "may_reveal": may(held, "organisation.reveal", about),
        "fault": fault,
        "typed": typed,
    }
    return render(request, "organiser/units/review.html", context)


def _decided(
    request: HttpRequest, unit: Organisation, service: Callable[..., Organisation], done: str, *reason: str
) -> HttpResponse:
    try:
        service(_person(request), now(), unit.pk, *reason)
    except InputError as error:
        return _page(request, unit, _said(request, error), *reason)
    messages.success(request, done)
    return redirect("units-queue")


def _with_reason(
    request: HttpRequest,
    unit: Organisation,
    service: Callable[..., Organisation],
    title: str,
    text: str,
    confirm: str,
) -> HttpResponse:
    fault = ""
    if request.method == "POST":
        try:
            service(_person(request), now(), unit.pk, request.POST.get("reason", ""))
        except InputError as error:
            fault = _said(request, error)
        else:
            messages.success(request, _("已办理。"))
            return redirect("units-review", unit=unit.pk)
    return _ask_reason(request, unit, title, text, confirm, fault)


def _ask_reason(
    request: HttpRequest, unit: Organisation, title: str, text: str, confirm: str, fault: str
) -> HttpResponse:
    context = {
        "unit": unit,
        "title": title,
        "text": text,
        "confirm": confirm,
        "reason": _("理由"),
        "reason_error": fault,
        "reason_value": request.POST.get("reason", ""),
    }
    return render(request, "organiser/units/confirm.html", context)


def _reveal_text() -> str:
    return _("联系人的姓名、手机号和身份证号码平时只显示一部分。查看完整内容须写明理由，并记入审计。")


def _said(request: HttpRequest, error: InputError) -> str:
    return " ".join(f.text(cast(Any, request).LANGUAGE_CODE[:2]) for f in error.findings)


def _person(request: HttpRequest) -> Person:
    person = person_of(request)
    assert person is not None  # the door leads everybody else to signing in
    return person
