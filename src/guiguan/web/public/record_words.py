"""What the page of a public record calls its entries."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from django.utils.translation import gettext as _

from guiguan.web.organiser.brushing_words import reason
from guiguan.web.public.vote_words import ACTS

Words = dict[str, Callable[[], str]]
Told = Mapping[str, Any]

TITLES: Words = {
    "rules": lambda: _("评选规则"),
    "key": lambda: _("公钥"),
    "case": lambda: _("参评案例"),
    "bcheck": lambda: _("选票日志的检查点"),
    "detect": lambda: _("刷票检测"),
    "tally": lambda: _("投票结果"),
    "notice": lambda: _("公告"),
    "admin": lambda: _("办理"),
}
MORE_ACTS: Words = {
    "void": lambda: _("选票作废"),
    "unvoid": lambda: _("选票恢复"),
    "end": lambda: _("活动结束"),
}


def title(told: Told) -> str:
    """What kind of entry it is; of an act, which."""
    if told["k"] == "admin":
        return (ACTS | MORE_ACTS).get(told["act"], TITLES["admin"])()
    return TITLES[told["k"]]()


def about(told: Told) -> str:
    """The rest in one line; digests shortened, since the files hold them whole."""
    match told["k"]:
        case "rules":
            return _("第 %(n)s 版，SHA-256 %(digest)s") % {
                "n": told["version"],
                "digest": _short(told["sha256"]),
            }
        case "key":
            uses = {"log": _("选票日志"), "receipt": _("回执")}
            return f"{uses.get(told['use'], told['use'])} {told['key']}"
        case "case":
            return f"{told['entry']} · SHA-256 {_short(told['sha256'])}"
        case "bcheck":
            return _("%(n)s 条，根 %(root)s") % {"n": told["size"], "root": _short(told["root"])}
        case "detect":
            return _("%(n)s 张选票，结果 %(digest)s") % {
                "n": told["ballots"],
                "digest": _short(told["sha256"]),
            }
        case "tally":
            votes = sum(n for _entry, n in told["votes"])
            return _("%(cases)s 个案例共 %(votes)s 票，按前 %(n)s 条选票日志计") % {
                "cases": len(told["votes"]),
                "votes": votes,
                "n": told["size"],
            }
        case "notice":
            if told.get("withdrawn"):
                return _("第 %(n)s 号公告撤回") % {"n": told["notice"]}
            return _("第 %(n)s 号公告，SHA-256 %(digest)s") % {
                "n": told["notice"],
                "digest": _short(told["sha256"]),
            }
    return _act(told)


def _act(told: Told) -> str:
    parts = [told[name] for name in ("entry", "reason") if name in told]
    if told["act"] == "void":
        parts = [_("第 %(n)s 组") % {"n": told["case"]}, reason(told["rule"])]
    return " · ".join(parts)


def _short(digest: str) -> str:
    return f"{digest[:16]}…"
