"""WeChat's web authorisation (网页授权): a voter is sent to WeChat and comes back with a code, which gives an open id.

Scope `snsapi_base`: no nickname, no picture, nothing to agree to; the open id is all that is learnt, and it is the same person's
only within one public account. https://developers.weixin.qq.com/doc/offiaccount/OA_Web_Apps/Wechat_webpage_authorization.html
"""

from __future__ import annotations

import json
import logging
import re
from dataclasses import dataclass, field
from typing import Any
from urllib.error import URLError
from urllib.parse import urlencode
from urllib.request import Request, urlopen

WEB, API = "https://open.weixin.qq.com", "https://api.weixin.qq.com"
SECONDS = 6
MOST_ANSWER = 8192
_CODE = re.compile(r"[0-9A-Za-z_-]{1,128}")
_OPENID = re.compile(r"[0-9A-Za-z_-]{8,64}")
_log = logging.getLogger(__name__)


class NotAuthorised(Exception):
    """WeChat gave no open id. `used`: the code was wrong, used up or too old, and a new one may do; else WeChat could not be asked."""

    def __init__(self, reason: str, *, used: bool) -> None:
        super().__init__(reason)
        self.used = used


@dataclass(frozen=True)
class WeChat:
    """One public account. `web` is where browsers are sent, `api` where this server asks; both are WeChat's own by default."""

    app: str
    secret: str = field(repr=False)
    web: str = WEB
    api: str = API

    def authorize_url(self, back: str, state: str) -> str:
        """Where to send the browser; it comes back to `back` with `code` and the same `state`."""
        asked = urlencode(
            {
                "appid": self.app,
                "redirect_uri": back,
                "response_type": "code",
                "scope": "snsapi_base",
                "state": state,
            }
        )
        return f"{self.web}/connect/oauth2/authorize?{asked}#wechat_redirect"

    def openid_of(self, code: str) -> str:
        """Whose code it is. Raises NotAuthorised. The secret goes to WeChat alone and stands in no log."""
        if not _CODE.fullmatch(code):
            raise NotAuthorised("not a code", used=True)
        asked = urlencode(
            {"appid": self.app, "secret": self.secret, "code": code, "grant_type": "authorization_code"}
        )
        answer = _get(f"{self.api}/sns/oauth2/access_token?{asked}")
        openid = answer.get("openid")
        if isinstance(openid, str) and _OPENID.fullmatch(openid):
            return openid
        _log.warning("WeChat refused a code: %s", answer.get("errcode", "no open id"))
        raise NotAuthorised(
            f"errcode {answer.get('errcode')}", used=answer.get("errcode") in (40029, 40163, 42003)
        )


def wechat_of(text: str) -> WeChat | None:
    """The account that a setting names, `app|secret` or `app|secret|web|api`; None for an empty one."""
    return WeChat(*text.split("|")) if text else None


def _get(url: str) -> dict[str, Any]:
    try:
        with urlopen(Request(url), timeout=SECONDS) as answer:  # noqa: S310  (the address is the setting's, never a visitor's)
            said = json.loads(answer.read(MOST_ANSWER))
    except (URLError, TimeoutError, OSError, ValueError) as error:
        _log.warning("WeChat could not be asked: %s", type(error).__name__)
        raise NotAuthorised(type(error).__name__, used=False) from None
    return said if isinstance(said, dict) else {}
