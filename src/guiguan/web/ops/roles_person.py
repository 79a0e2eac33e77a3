"""One account, as the security administrator sees it: its roles, its first password, closing and unlocking it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, cast
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.tokens import default_token_generator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from guiguan.apps.accounts.grants import end_grant, grant_role
from guiguan.apps.accounts.models import Grant, Person
from guiguan.apps.accounts.people import deactivate, reactivate, unlock, void_password
from guiguan.apps.accounts.queries import grants_of, masked_phone_of, named
from guiguan.apps.accounts.second_factor import factor_of
from guiguan.apps.campaigns.models import Campaign
from guiguan.core.permissions.roles import IMPLIED, ROLE_TITLES, ROLES, Role, everywhere
from guiguan.core.permissions.table import NOTHING, About
from guiguan.core.values.finding import InputError
from guiguan.core.values.regions import AmbiguousRegion, Regions
from guiguan.web.common.clock import now
from guiguan.web.common.door import door, person_of
from guiguan.web.common.units_shown import moment, region_name

_POST = ("POST",)


def _find(by: Person | None, person: UUID, **parts: Any) -> tuple[Any, About]:
    found = Person.objects.filter(pk=person).first()
    if found is None:
        raise Http404
    return (found, parts) if parts else found, NOTHING


@door("account.manage", _find)
def person(request: HttpRequest, person: Person) -> HttpResponse:
    return page_of(request, person)


@door("role.grant", _find, methods=_POST)
def grant(request: HttpRequest, person: Person) -> HttpResponse:
    """A role for a campaign, for undertakers in their regions; administrators' roles are for the whole site."""
    role = request.POST.get("role", "")
    campaign = "" if role in ROLES and everywhere(role) else request.POST.get("campaign", "")
    written = request.POST.get("regions", "")
    regions, unknown = _regions(written)
    if unknown:
        return page_of(
            request, person, _("这些地区认不出来：%(names)s。请写全称或六位代码。") % {"names": unknown}
        )
    if role == "undertaker" and not regions:
        return page_of(request, person, _("区域承办须写明负责的地区。"))
    titles = dict(Campaign.objects.values_list("slug", "title"))
    if (
        campaign and campaign not in titles
    ):  # else the role would wait for whoever makes a campaign of that name
        return page_of(request, person, _("请从列表中选择活动。"))
    try:
        title = titles.get(campaign, "")
        grant_role(_by(request), now(), person, cast(Role, role), campaign, regions, title)
    except InputError as error:
        return page_of(request, person, said(error))
    messages.success(request, _("角色已授予，对方下一次打开页面时生效。"))
    return redirect("roles-person", person=person.pk)


@door("role.grant", _find, methods=_POST)
def end(request: HttpRequest, found: tuple[Person, dict[str, int]]) -> HttpResponse:
    person, parts = found
    held = Grant.objects.filter(pk=parts["grant"], person=person).first()
    if held is None:
        raise Http404
    end_grant(_by(request), now(), held)
    messages.success(request, _("角色已收回，立即生效。"))
    return redirect("roles-person", person=person.pk)


@door("account.manage", _find, methods=_POST)
def link(request: HttpRequest, person: Person) -> HttpResponse:
    """The old password is void, and the link for a new one stands on this answer only."""
    void_password(_by(request), now(), person.pk)
    person.refresh_from_db()
    token = default_token_generator.make_token(person)
    way = reverse("units-welcome", kwargs={"person": str(person.pk), "token": token})
    context = {"person": person, "address": request.build_absolute_uri(way)}
    return render(request, "administration/link.html", context)


@door("account.manage", _find, methods=_POST)
def unlocked(request: HttpRequest, person: Person) -> HttpResponse:
    return _done(request, person, unlock, _("登录锁定已解除。"))


@door("account.manage", _find, methods=_POST)
def close(request: HttpRequest, person: Person) -> HttpResponse:
    return _done(request, person, deactivate, _("账号已停用，立即生效。"))


@door("account.manage", _find, methods=_POST)
def reopen(request: HttpRequest, person: Person) -> HttpResponse:
    return _done(request, person, reactivate, _("账号已恢复。"))


def page_of(request: HttpRequest, person: Person, fault: str = "") -> HttpResponse:
    titles = dict(Campaign.objects.values_list("slug", "title"))
    grants = [
        {
            "id": g.pk,
            "role": _title(g.role),
            "scope": titles.get(g.campaign, g.campaign) or _("全站"),
            "regions": _("、").join(region_name(code) for code in g.regions),
            "since": moment(g.at),
            "ended": moment(g.ended_at) if g.ended_at else "",
        }
        for g in grants_of(person)
    ]
    context = {
        "person": person,
        "factor": factor_of(person),
        "name": named(person),
        "phone": masked_phone_of(person),
        "grants": grants,
        "roles": [(role, _title(role)) for role in ROLES if role not in IMPLIED],
        "campaigns": list(titles.items()),
        "fault": fault,
        "typed": request.POST,
        "me_is": person == person_of(request),
    }
    return render(request, "administration/person.html", context)


def _done(
    request: HttpRequest, person: Person, service: Callable[[Person, int, UUID], object], done: str
) -> HttpResponse:
    try:
        service(_by(request), now(), person.pk)
    except InputError as error:
        return page_of(request, person, said(error))
    messages.success(request, done)
    return redirect("roles-person", person=person.pk)


def _regions(text: str) -> tuple[tuple[str, ...], str]:
    """The codes of the places written, and those that name none or several."""
    codes, unknown = [], []
    for word in text.replace("，", "、").replace(",", "、").replace(" ", "、").split("、"):
        if not word.strip():
            continue
        try:
            found = Regions.official().find(word)
        except AmbiguousRegion:
            found = None
        if found:
            codes.append(found.code)
        else:
            unknown.append(word.strip()[:20])
    return tuple(dict.fromkeys(codes)), _("、").join(unknown)


def _title(role: str) -> str:
    return ROLE_TITLES[cast(Role, role)][get_language() == "en"]


def said(error: InputError) -> str:
    return " ".join(f.text("en" if get_language() == "en" else "zh") for f in error.findings)


def _by(request: HttpRequest) -> Person:
    person = person_of(request)
    assert person is not None  # the door leads everybody else to signing in
    return person
