"""Unified social credit codes (统一社会信用代码, GB 32100-2015): a wrong one warns and never blocks."""

from __future__ import annotations

import re
import unicodedata

from stdnum.cn import uscc

from guiguan.core.values.finding import Finding

# 登记管理部门 and 机构类别 one character each, 行政区划 6 digits, 主体标识 9 characters, 1 to check; never
# I, O, S, V, Z. python-stdnum's `validate` wants a digit in front and so refuses the A1, N2, Y1 that exist.
_CHARACTER = "[0-9A-HJ-NPQRTUWXY]"
_CODE = re.compile(_CHARACTER + "{2}[0-9]{6}" + _CHARACTER + "{10}")


def check_credit_code(text: str) -> tuple[str, Finding | None]:
    """The code in normal form (NFKC, upper case, no spaces or hyphens), and a warning where it looks wrong.

    `credit-code.format`: not 18 characters of the standard's alphabet. `credit-code.check`: the last one does
    not agree with the 17 before it. Only a warning: codes were issued whose check character is wrong.
    """
    code = uscc.compact(unicodedata.normalize("NFKC", text))
    if not _CODE.fullmatch(code):
        return code, _malformed(code)
    wanted = uscc.calc_check_digit(code[:17])
    if code[17] == wanted:
        return code, None
    zh = f"统一社会信用代码 {code} 的末位是 {code[17]}，按国标应为 {wanted}；请对照证照核对，确认无误可继续。"
    en = (
        f"credit code {code} ends in {code[17]}, the standard wants {wanted}; "
        "compare it with the certificate, and go on if it is so written there"
    )
    return code, Finding("credit-code.check", zh, en, severity="warning")


def _malformed(code: str) -> Finding:
    shown = code if len(code) <= 40 else code[:40] + "…"
    if len(code) != 18:
        zh = f"统一社会信用代码“{shown}”有 {len(code)} 位，应为 18 位；请对照证照核对，确认无误可继续。"
        en = f"credit code “{shown}” has {len(code)} characters, not 18; compare it with the certificate"
        return Finding("credit-code.format", zh, en, severity="warning")
    wrong = [
        (i, c) for i, c in enumerate(code, 1) if not re.fullmatch("[0-9]" if 3 <= i <= 8 else _CHARACTER, c)
    ]
    places_zh = "、".join(f"第 {i} 位“{c}”" for i, c in wrong)
    places_en = ", ".join(f"“{c}” in place {i}" for i, c in wrong)
    zh = (
        f"统一社会信用代码 {shown} 中{places_zh}不应出现：第 3 至 8 位只用数字，其余不用字母 I、O、S、V、Z；"
        "请对照证照核对，确认无误可继续。"
    )
    en = (
        f"credit code {shown} has {places_en}: places 3 to 8 are digits, the others never I, O, S, V, Z; "
        "compare it with the certificate"
    )
    return Finding("credit-code.format", zh, en, severity="warning")
