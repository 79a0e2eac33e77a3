"""pydantic's errors in the words of an organiser: what was found, what is allowed, how to mend it."""

from __future__ import annotations

from typing import Any


def _shown(value: Any) -> str:
    if isinstance(value, str):
        return f"“{value[:40]}{'…' if len(value) > 40 else ''}”"
    return "一组键值" if isinstance(value, dict) else "一个列表" if isinstance(value, list) else str(value)


def _allowed(text: Any) -> str:
    return str(text).replace("'", "").replace(" or ", "、").replace(", ", "、")


def explain(kind: str, ctx: dict[str, Any], name: str, value: Any, message: str) -> tuple[str, str, str]:
    """(rule id, Chinese, English) for one pydantic error."""
    found = _shown(value)
    if "zh" in ctx and "en" in ctx:
        return f"blueprint.{kind}", str(ctx["zh"]), str(ctx["en"])
    match kind:
        case "missing":
            return "blueprint.missing-key", f"缺少“{name}”，请补上", f"the key {name} is missing"
        case "extra_forbidden":
            return "blueprint.unknown-key", f"这里没有“{name}”这个键", f"no key {name} here"
        case "literal_error":
            allowed = _allowed(ctx["expected"])
            return (
                "blueprint.not-allowed",
                f"写了{found}，只能是：{allowed}",
                f"found {found}, allowed: {allowed}",
            )
        case "union_tag_invalid":
            allowed = _allowed(ctx["expected_tags"])
            return (
                "blueprint.not-allowed",
                f"kind 写了“{ctx['tag']}”，只能是：{allowed}",
                f"kind {ctx['tag']} is not one of: {allowed}",
            )
        case "union_tag_not_found":
            return "blueprint.missing-key", "缺少“kind”（种类），请补上", "the key kind is missing"
        case "int_parsing" | "int_type" | "int_from_float":
            return "blueprint.number", f"应为整数，写了{found}", f"wanted a whole number, found {found}"
        case "decimal_parsing" | "decimal_type" | "decimal_max_places" | "decimal_max_digits":
            return (
                "blueprint.number",
                f"应为数字（小数不超过 6 位），写了{found}",
                f"wanted a number, found {found}",
            )
        case "bool_parsing" | "bool_type":
            return (
                "blueprint.yes-no",
                f"应为 true 或 false，写了{found}",
                f"wanted true or false, found {found}",
            )
        case "greater_than" | "greater_than_equal" | "less_than" | "less_than_equal":
            sign = {
                "greater_than": "大于",
                "greater_than_equal": "不小于",
                "less_than": "小于",
                "less_than_equal": "不大于",
            }[kind]
            bound = next(iter(v for k, v in ctx.items() if k in ("gt", "ge", "lt", "le")))
            return "blueprint.range", f"应{sign} {bound}，写了{found}", f"{message}, found {found}"
        case "string_pattern_mismatch":
            return (
                "blueprint.form",
                f"{found}不合写法，应符合 {ctx['pattern']}（代号用小写字母开头，只含小写字母、数字和下划线）",
                f"{found} does not fit {ctx['pattern']}",
            )
        case "string_too_short" | "too_short":
            return "blueprint.too-few", "不能为空，请至少写一项", "must not be empty"
        case "string_too_long" | "too_long":
            return "blueprint.too-many", f"太长或太多：至多 {ctx.get('max_length')}", message
        case "tuple_type" | "list_type":
            return "blueprint.list", f"应为列表，如 [a, b]，写了{found}", f"wanted a list, found {found}"
        case "string_type":
            return "blueprint.text", f"应为文字，写了{found}", f"wanted text, found {found}"
        case "dict_type" | "model_type" | "model_attributes_type":
            return "blueprint.mapping", f"应为“键: 值”，写了{found}", f"wanted keys and values, found {found}"
    return "blueprint.invalid", f"这里写得不对，写了{found}（{message}）", f"{message}, found {found}"
