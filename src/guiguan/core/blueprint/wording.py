"""pydantic's errors in the words of an organiser: what was found, what is allowed, how to mend it."""

from __future__ import annotations

from typing import Any

_BOUNDS = {
    "greater_than": ("gt", "大于", "more than"),
    "greater_than_equal": ("ge", "不小于", "at least"),
    "less_than": ("lt", "小于", "less than"),
    "less_than_equal": ("le", "不大于", "at most"),
}
_FORMS: tuple[tuple[str, str, str], ...] = (
    (r"^[a-z][a-z0-9_]*(", "代号，或“评审.指标”", "an id, or panel.criterion"),
    (
        r"^[a-z][a-z0-9_]",
        "代号：小写字母开头，只含小写字母、数字和下划线，至多 32 个",
        "an id: a small letter, then small letters, digits, _",
    ),
    (
        r"^[a-z0-9]",
        "小写字母、数字和连字符，如 guangxi-2021",
        "small letters, digits and hyphens, such as guangxi-2021",
    ),
    (r"^\d{6}$", "六位区划代码，如 450000", "a region code of six digits, such as 450000"),
    (r"^\d+x\d+$", "宽x高，如 800x600（中间是字母 x）", "width x height, such as 800x600"),
    (
        r"^[^{}]*(\{(award|number)",
        "编号格式，须含 {number} 或 {award}，如 GX2021-{award}-{number:04}",
        "a serial such as GX2021-{award}-{number:04}",
    ),
)


def _shown(value: Any) -> tuple[str, str]:
    """The value as found, in Chinese and in English."""
    if isinstance(value, str):
        short = f"“{value[:40]}{'…' if len(value) > 40 else ''}”"
        return short, short
    if isinstance(value, dict):
        return "一组键值", "keys and values"
    return ("一个列表", "a list") if isinstance(value, list) else (str(value), str(value))


def _allowed(text: Any) -> tuple[str, str]:
    names = str(text).replace("'", "").replace(" or ", ", ")
    return names.replace(", ", "、"), names


def explain(kind: str, ctx: dict[str, Any], name: str, value: Any, message: str) -> tuple[str, str, str]:
    """(rule id, Chinese, English) for one pydantic error."""
    zh, en = _shown(value)
    if "zh" in ctx and "en" in ctx:
        return f"blueprint.{kind}", str(ctx["zh"]), str(ctx["en"])
    if kind in _BOUNDS:
        key, sign, sign_en = _BOUNDS[kind]
        return (
            "blueprint.range",
            f"应{sign} {ctx[key]}，写了{zh}",
            f"must be {sign_en} {ctx[key]}, found {en}",
        )
    match kind:
        case "missing" if name.isdigit():
            place = int(name) + 1
            return (
                "blueprint.missing-key",
                f"这里要写 {place} 项，缺少第 {place} 项",
                f"item {place} of this list is missing",
            )
        case "missing":
            return "blueprint.missing-key", f"缺少“{name}”，请补上", f"the key {name} is missing"
        case "extra_forbidden":
            return "blueprint.unknown-key", f"这里没有“{name}”这个键", f"no key {name} here"
        case "literal_error" | "union_tag_invalid":
            return _not_allowed(ctx, zh, en)
        case "union_tag_not_found":
            return "blueprint.missing-key", "缺少“kind”（种类），请补上", "the key kind is missing"
        case "string_pattern_mismatch":
            want, want_en = _form(str(ctx["pattern"]))
            return "blueprint.form", f"{zh}不合写法，应为{want}", f"{en} should be {want_en}"
        case "string_too_long":
            most = ctx["max_length"]
            return "blueprint.too-many", f"文字太长，至多 {most} 个字", f"too long, at most {most} characters"
        case "too_long":
            most = ctx["max_length"]
            return "blueprint.too-many", f"项数太多，至多 {most} 项", f"too many items, at most {most}"
        case "string_too_short":
            return (
                "blueprint.too-few",
                "不能为空，请填写文字，或把这一项删去",
                "must not be empty; write something or delete it",
            )
        case "too_short":
            least = ctx["min_length"]
            return "blueprint.too-few", f"项数太少，请至少写 {least} 项", f"too few items, at least {least}"
    return _wrong_type(kind, zh, en, message)


def _not_allowed(ctx: dict[str, Any], zh: str, en: str) -> tuple[str, str, str]:
    if "tag" in ctx:
        allowed, allowed_en = _allowed(ctx["expected_tags"])
        tag = ctx["tag"]
        return (
            "blueprint.not-allowed",
            f"kind 写了“{tag}”，只能是：{allowed}",
            f"kind {tag} is not one of: {allowed_en}",
        )
    allowed, allowed_en = _allowed(ctx["expected"])
    return "blueprint.not-allowed", f"写了{zh}，只能是：{allowed}", f"found {en}, allowed: {allowed_en}"


def _form(pattern: str) -> tuple[str, str]:
    for start, zh, en in _FORMS:
        if pattern.startswith(start):
            return zh, en
    return f"符合 {pattern} 的文字", f"a text that fits {pattern}"


def _wrong_type(kind: str, zh: str, en: str, message: str) -> tuple[str, str, str]:
    match kind:
        case "int_parsing" | "int_type" | "int_from_float" | "int_parsing_size":
            return "blueprint.number", f"应为整数，写了{zh}", f"wanted a whole number, found {en}"
        case "decimal_parsing" | "decimal_type" | "finite_number":
            return "blueprint.number", f"应为数字，写了{zh}", f"wanted a number, found {en}"
        case "decimal_max_places" | "decimal_max_digits" | "decimal_whole_digits":
            return (
                "blueprint.number",
                f"数字位数太多，写了{zh}",
                f"the number has too many digits, found {en}",
            )
        case "bool_parsing" | "bool_type":
            return "blueprint.yes-no", f"应为 true 或 false，写了{zh}", f"wanted true or false, found {en}"
        case "tuple_type" | "list_type":
            return "blueprint.list", f"应为列表，如 [a, b]，写了{zh}", f"wanted a list, found {en}"
        case "string_type":
            return "blueprint.text", f"应为文字，写了{zh}", f"wanted text, found {en}"
        case "dict_type" | "model_type" | "model_attributes_type":
            return "blueprint.mapping", f"应为“键: 值”，写了{zh}", f"wanted keys and values, found {en}"
    return "blueprint.invalid", f"这里写得不对，写了{zh}（{message}）", f"{message}, found {en}"
