"""WeChat's two steps spoken here, for a demo and for tests: a code is given in the browser and exchanged once, by the server."""

from __future__ import annotations

import hashlib
import hmac
import re
import threading
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode, urlsplit

MINUTES_5 = 300_000
_SAID = {
    40013: "invalid appid",
    40125: "invalid appsecret",
    40002: "invalid grant_type",
    40029: "invalid code",
    40163: "code been used",
    42003: "code expired",
}


@dataclass
class StandIn:
    """One public account whose users are names typed in. A code is signed, lives five minutes and is good once in this process."""

    app: str
    secret: str = field(repr=False)
    used: dict[str, int] = field(default_factory=dict)
    _lock: threading.Lock = field(default_factory=threading.Lock, repr=False)

    def faults(self, asked: Mapping[str, str], home: str) -> list[str]:
        """What is wrong with a request to authorise; WeChat shows such faults in the browser. `home` is the only host to go back to."""
        back = urlsplit(asked.get("redirect_uri", ""))
        wanted = {
            "appid": asked.get("appid") == self.app,
            "redirect_uri": back.scheme in ("http", "https") and f"{back.scheme}://{back.netloc}" == home,
            "response_type": asked.get("response_type") == "code",
            "scope": asked.get("scope") == "snsapi_base",
            "state": bool(re.fullmatch(r"[0-9A-Za-z_-]{1,128}", asked.get("state", ""))),
        }
        return [name for name, right in wanted.items() if not right]

    def back(self, asked: Mapping[str, str], user: str, at: int) -> str:
        """Where the browser goes once `user` has agreed."""
        name = user.strip().encode()[:40].hex()
        code = f"{at:x}_{name}"
        query = urlencode({"code": f"{code}_{self._sign(code)}", "state": asked["state"]})
        mark = "&" if urlsplit(asked["redirect_uri"]).query else "?"
        return f"{asked['redirect_uri']}{mark}{query}"

    def token(self, asked: Mapping[str, str], at: int) -> dict[str, Any]:
        """The answer to the server's question, as WeChat's JSON has it."""
        if asked.get("appid") != self.app:
            return _refused(40013)
        if not hmac.compare_digest(asked.get("secret", "").encode(), self.secret.encode()):
            return _refused(40125)
        if asked.get("grant_type") != "authorization_code":
            return _refused(40002)
        code, _, signed = asked.get("code", "").rpartition("_")
        if not hmac.compare_digest(signed.encode(), self._sign(code).encode()):
            return _refused(40029)
        given, _, name = code.partition("_")
        if at - int(given, 16) > MINUTES_5:
            return _refused(42003)
        with self._lock:
            self.used = {c: t for c, t in self.used.items() if at - t <= MINUTES_5}
            if code in self.used:
                return _refused(40163)
            self.used[code] = at
        openid = "o" + hashlib.sha256(f"{self.app}|{name}".encode()).hexdigest()[:27]
        return {
            "access_token": self._sign(openid),
            "expires_in": 7200,
            "refresh_token": self._sign(f"r{openid}"),
            "openid": openid,
            "scope": "snsapi_base",
        }

    def _sign(self, text: str) -> str:
        return hmac.new(self.secret.encode(), text.encode(), "sha256").hexdigest()[:32]


def _refused(code: int) -> dict[str, Any]:
    return {"errcode": code, "errmsg": _SAID[code]}
