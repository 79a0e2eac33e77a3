"""The WeChat account by which voters are known here."""

from __future__ import annotations

from functools import cache

from django.conf import settings
from django.http import HttpRequest

from guiguan.adapters.wechat import WeChat, wechat_of
from guiguan.adapters.wechat_stand_in import StandIn

DEMO = "wx-demo"


def account_of(request: HttpRequest) -> WeChat | None:
    """The account of the settings; in a demo without one the stand-in, which is this site itself; None where there is neither."""
    if settings.GUIGUAN.wechat.get_secret_value():
        return wechat_of(settings.GUIGUAN.wechat.get_secret_value())
    if not settings.GUIGUAN.demo:
        return None
    here = f"{home(request)}/demo/wechat"
    return WeChat(DEMO, stand_in().secret, here, here)


def home(request: HttpRequest) -> str:
    """This site as the browser called it; Django has checked the name against the hosts of the settings."""
    return f"{request.scheme}://{request.get_host()}"


@cache
def stand_in() -> StandIn:
    """The demo's own WeChat. Its secret is drawn from the installation's, so that every process has the same."""
    from django.utils.crypto import salted_hmac

    return StandIn(DEMO, salted_hmac("wechat stand-in", DEMO, algorithm="sha256").hexdigest()[:32])
