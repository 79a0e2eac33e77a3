"""The security administrator's list of accounts, and a new account."""

from __future__ import annotations

from django import forms
from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy

from guiguan.apps.accounts.models import Person
from guiguan.apps.accounts.people import create_staff
from guiguan.apps.accounts.queries import named
from guiguan.apps.accounts.queries import people as people_found
from guiguan.core.permissions.roles import ROLE_TITLES, ROLES
from guiguan.core.values.finding import InputError
from guiguan.web.common.clock import now
from guiguan.web.common.door import door, person_of
from guiguan.web.common.sheets import CHUNK, of_table, send_sheet, sheet_wanted

_PAGE = 25
_FIELD_OF = {
    "account.username": "username",
    "account.username-taken": "username",
    "account.name": "name",
    "account.phone": "phone",
    "account.phone-taken": "phone",
}


class StaffForm(forms.Form):
    """Who the account is for; the service says what is wrong."""

    use_required_attribute = False
    username = forms.CharField(
        label=_lazy("用户名"),
        help_text=_lazy("用来登录：小写字母开头，可用小写字母、数字和 . _ -，3 至 32 个字符。"),
    )
    name = forms.CharField(label=_lazy("姓名"), required=False)
    phone = forms.CharField(
        label=_lazy("手机号"), required=False, help_text=_lazy("登记后可用短信验证码登录，并接收通知。")
    )


@door("account.manage")
def people(request: HttpRequest) -> HttpResponseBase:
    """Accounts with a role or made by an administrator."""
    text = request.GET.get("q", "")[:60]
    found = people_found(text).prefetch_related("grants")
    columns = [{"label": _("用户名")}, {"label": _("姓名")}, {"label": _("角色")}, {"label": _("状态")}]
    if sheet_wanted(request):
        every = (_row(p) for p in found.iterator(CHUNK))
        return send_sheet(request, "people", *of_table(columns, every), title=_("账号与角色"))
    page = Paginator(found, _PAGE).get_page(request.GET.get("page"))
    context = {"rows": [_row(p) for p in page], "columns": columns, "page": page, "q": text}
    return render(request, "administration/people.html", context)


@door("account.manage", methods=("GET", "HEAD", "POST"))
def new(request: HttpRequest) -> HttpResponse:
    """An account without a password; its page then offers the link."""
    form = StaffForm(request.POST if request.method == "POST" else None)
    if request.method == "POST":
        by = person_of(request)
        assert by is not None  # the door leads everybody else to signing in
        came = {f: request.POST.get(f, "").strip() for f in ("username", "name", "phone")}
        form.is_valid()
        try:
            made = create_staff(by, now(), came["username"], came["name"], came["phone"])
        except InputError as error:
            form.errors.clear()
            for finding in error.findings:
                form.add_error(_FIELD_OF[finding.rule], finding.text(request.LANGUAGE_CODE[:2]))
        else:
            messages.success(request, _("账号已建立。请授予角色，并给出设密链接。"))
            return redirect("roles-person", person=made.pk)
    return render(request, "administration/new.html", {"form": form})


def _row(person: Person) -> dict[str, object]:
    english = get_language() == "en"
    held = {g.role for g in person.grants.all() if g.ended_at is None}
    titles = [ROLE_TITLES[role][english] for role in ROLES if role in held]
    state = (
        {"text": _("正常"), "tag": "success"} if person.is_active else {"text": _("已停用"), "tag": "danger"}
    )
    return {
        "cells": [
            {"text": person.username, "url": reverse("roles-person", args=[person.pk])},
            named(person) or "—",
            _("、").join(titles) or "—",
            state,
        ]
    }
