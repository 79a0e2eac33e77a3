"""The demo's WeChat: a page on which one says who one is, and the address at which this site then asks. Nowhere else is it there."""

from __future__ import annotations

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from guiguan.web.common.clock import now
from guiguan.web.common.door import door
from guiguan.web.public.wechat_account import home, stand_in

KEYS = ("appid", "redirect_uri", "response_type", "scope", "state")


@door("portal.read", methods=("GET", "HEAD", "POST"))
def authorize(request: HttpRequest) -> HttpResponse:
    """As WeChat's page: who agrees goes back with a code."""
    _only_in_a_demo()
    sent = request.POST if request.method == "POST" else request.GET
    asked = {key: sent.get(key, "") for key in KEYS}
    faults = stand_in().faults(asked, home(request))
    user = request.POST.get("user", "").strip()[:20]
    if request.method == "POST" and not faults and user:
        return HttpResponseRedirect(stand_in().back(asked, user, now()))
    context = {
        "asked": asked.items(),
        "faults": faults,
        "users": [_("微信用户甲"), _("微信用户乙"), _("微信用户丙")],
        "error": _("请写一个名字，或选一个") if request.method == "POST" and not user else "",
    }
    return render(request, "vote/wechat_stand_in.html", context, status=400 if faults else 200)


@door("portal.read")
def token(request: HttpRequest) -> HttpResponse:
    """As WeChat's answer to the server that asks."""
    _only_in_a_demo()
    return JsonResponse(stand_in().token(request.GET.dict(), now()))


def _only_in_a_demo() -> None:
    if not settings.GUIGUAN.demo or settings.GUIGUAN.wechat.get_secret_value():
        raise Http404
