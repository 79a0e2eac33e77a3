"""One's own account: the privacy notice, a forgotten password, and the first password of staff."""

from __future__ import annotations

import time
from uuid import UUID

from allauth.account import views
from allauth.account.decorators import reauthentication_required
from allauth.account.forms import SetPasswordForm
from django.contrib import messages
from django.contrib.auth import update_session_auth_hash
from django.contrib.auth.tokens import default_token_generator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters

from guiguan.apps.accounts.models import Person
from guiguan.apps.accounts.people import set_password
from guiguan.core.permissions.table import About
from guiguan.web.common.clock import now
from guiguan.web.common.door import door, person_of

FRESH = 900  # seconds for which a code that was just typed counts as the proof that a new password needs


@door("portal.read")
def privacy(request: HttpRequest) -> HttpResponse:
    return render(request, "applicant/units/privacy.html")


@door("account.register")
def overview(request: HttpRequest) -> HttpResponse:
    return redirect("account_change_password" if person_of(request) else "account_login")


@door("account.register")
def forgotten(request: HttpRequest) -> HttpResponse:
    """Leads to signing in by code, and from there to a new password."""
    way = f"{reverse('account_request_login_code')}?next={reverse('units-new-password')}"
    return render(request, "applicant/units/forgotten.html", {"way": way})


def _oneself(person: Person | None) -> tuple[Person | None, About]:
    return person, About(person=str(person.pk) if person else "")


@sensitive_post_parameters()
@door("account.own", methods=("GET", "HEAD", "POST"), find=_oneself)
def new_password(request: HttpRequest, person: Person) -> HttpResponse:
    """A new password without the old one, for who has just proven the phone by a code."""
    if not _proven_by_code(request):
        messages.warning(request, _("请先用短信验证码登录，再设新密码。"))
        return redirect(
            "account_change_password" if person.has_usable_password() else "account_reset_password"
        )
    return _set(request, person, signed_in=True)


@door("account.own", methods=("GET", "HEAD", "POST"), find=_oneself)
def change_phone(request: HttpRequest, person: Person) -> HttpResponse:
    """Another number, by a code to it and for who has just proven to be the person: whoever finds a signed-in browser would else
    keep the account, since a code signs in."""
    answer: HttpResponse = reauthentication_required(views.change_phone)(request)
    return answer


@sensitive_post_parameters()
@door("account.register", methods=("GET", "HEAD", "POST"))
def welcome(request: HttpRequest, person: str, token: str) -> HttpResponse:
    """The first password, by the link that a security administrator gave; it works until one is set, for three days at most."""
    found = _invited(person)
    if found is None or not default_token_generator.check_token(found, token):
        return render(request, "applicant/units/welcome_over.html", status=410)
    return _set(request, found, signed_in=False)


def gone(request: HttpRequest, *args: str, **kwargs: str) -> HttpResponse:
    raise Http404


gone.action = "portal.read"  # type: ignore[attr-defined]  # the test of every page reads which action it is


def _set(request: HttpRequest, person: Person, *, signed_in: bool) -> HttpResponse:
    form = SetPasswordForm(person, request.POST or None)
    form.fields["password1"].label, form.fields["password2"].label = _("新密码"), _("再次输入新密码")
    form.fields["password1"].help_text = _("至少 10 个字符，不能全是数字，也不要用常见密码。")
    for field in form.fields.values():
        field.widget.attrs.pop("placeholder", None)
        field.error_messages["required"] = _("请填写密码。")
    if request.method != "POST" or not form.is_valid():
        return render(request, "applicant/units/new_password.html", {"form": form, "name": person.username})
    set_password(person, now(), form.cleaned_data["password1"])
    messages.success(request, _("新密码已生效。"))
    if not signed_in:
        return redirect("account_login")
    update_session_auth_hash(request, person)
    request.session.pop("account_authentication_methods", None)
    return redirect("home")


def _proven_by_code(request: HttpRequest) -> bool:
    done = request.session.get("account_authentication_methods", [])
    return any(one.get("method") == "code" and one.get("at", 0) > time.time() - FRESH for one in done)


def _invited(person: str) -> Person | None:
    try:
        return Person.objects.filter(pk=UUID(person), is_active=True).first()
    except ValueError:
        return None
