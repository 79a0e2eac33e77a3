"""Every rule that an answer can name, with its texts: the API's own, and those that `docs/rules.md` lists."""

from __future__ import annotations

import html
import re
from functools import cache

from guiguan.core.values.exclusion import RULES as LEFT_OUT
from guiguan.shipped import shipped
from guiguan.tables.rules import RULES as TABLES

Texts = tuple[tuple[str, str], ...]

OWN: dict[str, tuple[str, str]] = {
    "api.not-found": (
        "没有找到：地址可能有误，或者尚未公开。请从活动列表重新查找",
        "not found: the address may be wrong, or it is not public yet; look it up in the list of campaigns",
    ),
    "api.invalid": (
        "请求的参数不合规定，请按 errors 中逐条说明改正",
        "a parameter is not as wanted; mend what errors lists",
    ),
    "api.signature": (
        "请求没有有效的签名：请核对 GUIGUAN_SMS_SECRET、签名方法和双方的时钟",
        "the request has no valid signature; compare the secret, the way of signing and both clocks",
    ),
    "api.too-many": (
        "请求过于频繁，请等 Retry-After 所写的秒数后再试",
        "too many requests; wait for the seconds in Retry-After",
    ),
    "api.keys": (
        "本站暂时不能核实投票人的身份，不收选票；已投出的选票都在，请过一段时间再试",
        "voters cannot be identified at the moment, so no ballots are taken; all ballots cast are there, try again later",
    ),
    "api.no-rules": (
        "这次投票的规则文本读不出来，投票暂停；已投出的选票都在，请过一段时间再试",
        "the rules of this vote cannot be read, so it is paused; all ballots cast are there, try again later",
    ),
    "api.broken": (
        "系统出了差错，已经记录，请稍后再试",
        "something broke; it has been recorded, try again later",
    ),
}
_LINE = re.compile(r"\| `([a-z][a-z.-]*[a-z0-9-]*)` \| (.*) \| (.*) \|")


@cache
def rules_known() -> dict[str, Texts]:
    """All rules by id. The page of rules is read once; where it is not installed, the tables in the code stand alone."""
    found: dict[str, Texts] = {rule: (texts,) for rule, texts in {**LEFT_OUT, **TABLES, **OWN}.items()}
    page = shipped("docs/rules.md", "rules.md")
    if page.is_file():
        for line in page.read_text(encoding="utf-8").split("\n"):
            match = _LINE.fullmatch(line)
            if match and match[1] not in found:
                found[match[1]] = tuple(zip(_texts(match[2]), _texts(match[3]), strict=False))
    return dict(sorted(found.items()))


def _texts(cell: str) -> list[str]:
    """What one cell of the page holds: texts parted by line breaks, with what the table escapes put back."""
    return [html.unescape(text).replace("\\|", "|") for text in cell.split("<br>")]
