"""The reference page: every section and key of the language, generated from the model."""

from __future__ import annotations

from pydantic.fields import FieldInfo

from guiguan.core.blueprint.base import Item
from guiguan.core.blueprint.form import FieldBase
from guiguan.core.blueprint.keys import all_models, hints_of, homes, key_of, kinds_of, short, title_of_model
from guiguan.core.blueprint.model import Blueprint
from guiguan.core.blueprint.stages import StageBase
from guiguan.core.blueprint.type_words import anchor, bound_words, example, words, yaml_flow

SHARED: dict[type[Item], str] = {FieldBase: "各种字段共有的键", StageBase: "各种环节共有的键"}
"""What every field and every stage has: told once, not in each of their sections."""

_INTRO = """# 蓝图语言参考

本页由 `guiguan blueprint reference` 从语言的模型生成，请勿手改；写法入门见 [README.md](README.md)。

## 通则

- 一个活动一个文件，UTF-8 编码的 YAML，不超过 1 MB。键用英文，文字用中文。
- 所有值都先当作文字原样读入，再按下表的类型理解，因此 `01` 不会丢掉 0，`on` 也只是文字。
- 不用的键整行不写；键后留空是错误。锚点（`&`、`*`）和类型标记（`!`）不能用。
- 任何一组键里都可以写 `clause`（{clause}），下面各表不再重复。

| 类型 | 写法 |
|---|---|
| 代号 | 小写字母开头，只含小写字母、数字和下划线，至多 32 个字符 |
| 文字（可按语言分写） | 直接写中文；或写 `{{zh: 优秀案例, en: Excellent case}}`，其中 zh 必写 |
| 日期或时刻 | `2021-06-10`，或活动时区的 `2021-06-10 09:00` |
| 起止 [首, 末] | `[2021-06-10, 2021-06-16]`，含最后一天，到当天 24:00 为止 |
| 金额（带单位） | `300万元`、`310000元`、`50000分` |
| 百分数 | `20` 即 20%；至多 6 位小数 |
| 六位区划代码 | GB/T 2260 代码，如 `450000` |
| 列表 | `[a, b]`，或每项一行，以“- ”开头 |
| 映射 | `{{键: 值}}`，或每键一行 |
"""


def reference() -> str:
    """The page in Markdown, ending in a line break; deterministic."""
    clause = Blueprint.model_fields["clause"].description or ""
    models = all_models()
    parts = [
        _INTRO.format(clause=clause),
        "## 目录\n",
        *(f"- [{heading(m)}](#{anchor(m)})" for m in models),
        "",
    ]
    told: set[type[Item]] = set()
    for model in models:
        for base, title in SHARED.items():
            if issubclass(model, base) and base not in told:
                told.add(base)
                parts.append(_shared(base, title))
        parts.append(section(model))
    return "\n".join(parts)


def heading(model: type[Item]) -> str:
    """`stages[] kind: ballots　网络投票`: where the section stands in a file, and its name."""
    if model is Blueprint:
        return "最外层"
    kinds = f" · kind: {'、'.join(kinds_of(model))}" if kinds_of(model) else ""
    name = "、".join(title_of_model(model).split("、")[:3]) + ("等" if len(kinds_of(model)) > 3 else "")
    return f"{_escaped(homes()[model][0])}{kinds}　{name}"


def section(model: type[Item]) -> str:
    """One model's part of the page: where it may stand, and a row for each key."""
    lines = [f'<a id="{anchor(model)}"></a>', f"## {heading(model)}", ""]
    others = homes()[model][1:]
    if others:
        lines += [f"也用在：{'、'.join(f'`{p}`' for p in others)}", ""]
    for base, title in SHARED.items():
        if issubclass(model, base):
            lines += [f"另有[{title}](#{anchor(base)})。", ""]
    return "\n".join([*lines, *_table(model, own_keys(model)), ""])


def own_keys(model: type[Item]) -> list[str]:
    """The fields that the model's own table lists: without those told once for all."""
    told = {"clause"}.union(*(base.model_fields for base in SHARED if issubclass(model, base)))
    names = [name for name in model.model_fields if name not in told]
    # `id` and `kind` first: they say what the rest is about.
    return sorted(names, key=lambda name: {"id": 0, "kind": 1}.get(name, 2))


def _shared(base: type[Item], title: str) -> str:
    names = [name for name in base.model_fields if name != "clause"]
    return "\n".join([f'<a id="{anchor(base)}"></a>', f"## {title}", "", *_table(base, names), ""])


def _table(model: type[Item], names: list[str]) -> list[str]:
    rows = [_row(model, name, model.model_fields[name]) for name in names]
    return ["| 键 | 类型 | 必写或默认 | 含义 | 例 |", "|---|---|---|---|---|", *rows]


def _row(model: type[Item], name: str, field: FieldInfo) -> str:
    hint = hints_of(model)[name]
    key = key_of(name, field)
    kind = words(hint) + bound_words(field)
    return f"| `{key}` | {_cell(kind)} | {_default(field)} | {_cell(field.description or '')} | {_example(model, name, key)} |"


def _default(field: FieldInfo) -> str:
    if field.is_required():
        return "必写"
    value = field.get_default(call_default_factory=True)
    if value is None or value == () or value == {}:
        return "可不写"
    if isinstance(value, Item):
        return "各键的默认"
    return f"默认 `{_cell(yaml_flow(value))}`"


def _example(model: type[Item], name: str, key: str) -> str:
    given = example_of(model, name)
    if given is None:
        return "见该节"
    return f"`{_cell(f'{key}: {yaml_flow(given)}')}`"


def example_of(model: type[Item], name: str) -> object:
    """The key's example: its own, else its default, else one from its type; None where a section of its own has them."""
    field = model.model_fields[name]
    if field.examples:
        return field.examples[0]
    default = None if field.is_required() else field.get_default(call_default_factory=True)
    empty = default is None or default == () or default == {} or isinstance(default, Item)
    return example(hints_of(model)[name], short(field.description or "")) if empty else default


def _cell(text: str) -> str:
    return text.replace("|", "\\|").replace("\n", " ")


def _escaped(text: str) -> str:
    return text.replace("[", "\\[").replace("]", "\\]").replace("|", "\\|")
