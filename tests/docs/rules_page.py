"""docs/rules.md made anew from the code: `python tests/docs/rules_page.py > docs/rules.md`."""

from __future__ import annotations

import ast
import re
import sys
from collections.abc import Iterator
from pathlib import Path

from guiguan.core.entries.answers import FORM_RULES
from guiguan.core.values.exclusion import RULES as LEFT_OUT
from guiguan.tables.rules import RULES as TABLES

ROOT = Path(__file__).resolve().parents[2]
SOURCE = ROOT / "src" / "guiguan"
RULE = re.compile(r"[a-z][a-z-]*\.(?!json$|jsonl$|tar$|py$|csv$)[a-z][a-z0-9-]*")
CHINESE = re.compile(r"[\u4e00-\u9fff]")

ODD = (
    "…的第 … 个字符无法识别（多半是从损坏的文件粘贴来的），请删去后再提交",
    "character … of … cannot be kept (it often comes from a damaged file); delete it and send again",
)

Texts = dict[str, list[tuple[str, str]]]
BUILT = {
    "campaign.note-odd": ODD,
    "screening.note-odd": ODD,
    "screening.fault-odd": ODD,
    "campaign.change-refused": ("改动不予生效：…", "the change may not come into force: …"),
    "list.cell": ("（清单的一格有错）…：…", "(a faulty cell of a list) …: …"),
    "list.note": ("（清单的一格须知）…：…", "(to be known of a cell of a list) …: …"),
    "file.unreadable": ("无法读取：…", "cannot be read: …"),
    "file.unwritable": ("无法写入：…", "cannot be written: …"),
    "verify.decision": ("决定不应成立：…", "a decision must not stand: …"),
    "verify.row": ("这一行不合规定：…", "the line is not of the required form: …"),
}
"""Findings whose texts are put together elsewhere than at their rule id."""

HEAD = """# 规则与提示一览

命令行每条提示形如 `文件:行:列: [规则号] 说明`，`rejected.csv` 的 `rule` 一列写同样的规则号。本页由程序代码生成（`tests/docs/rules_page.py`），有测试保证两者一致。`…` 处在实际提示中是具体的内容。

Every rule id that the program gives, with its text in Chinese and English; `…` stands for what was found. Generated from the code.
"""


def page() -> str:
    """The whole page: what is left out of the count, tables, and all other findings by their first word."""
    found = findings_in_source()
    parts = [
        HEAD,
        "\n## 不计入的申报件、选票、评分与决定（`rejected.csv`）\n\n",
        *_table({rule: [texts] for rule, texts in LEFT_OUT.items()}),
        "\n## 网上填报\n\n",
        *_table({rule: [texts] for rule, texts in FORM_RULES.items()}),
        "\n## 表格文件\n\n",
        *_table({rule: [texts] for rule, texts in TABLES.items()}),
        "\n## 蓝图\n\n",
        *_table({r: t for r, t in found.items() if r.startswith(("yaml.", "blueprint."))}),
        "\n## 其他提示\n\n",
        *_table({r: t for r, t in found.items() if not r.startswith(("yaml.", "blueprint."))}),
    ]
    return "".join(parts)


def findings_in_source() -> Texts:
    """Every rule id that stands in the source before its Chinese and English text, other than those of the two tables."""
    found: Texts = {}
    for file in sorted(SOURCE.rglob("*.py")):
        for rule, zh, en in _triples(ast.parse(file.read_text(encoding="utf-8"))):
            texts = found.setdefault(rule, [])
            if rule not in (*LEFT_OUT, *TABLES, *FORM_RULES) and (zh, en) not in texts:
                texts.append((zh, en))
    for rule, texts_in_parts in BUILT.items():
        found[rule] = [*found.get(rule, []), texts_in_parts]
    return {rule: sorted(texts) for rule, texts in sorted(found.items()) if texts}


def _triples(tree: ast.Module) -> Iterator[tuple[str, str, str]]:
    """(rule, Chinese, English) of every call, tuple and default that holds the three one after another."""
    known = [node for node in ast.walk(tree) if isinstance(node, ast.Assign)]
    for node in ast.walk(tree):
        items: list[ast.expr] = []
        if isinstance(node, ast.Call):
            items = node.args
        elif isinstance(node, ast.Tuple):
            items = node.elts
        for i in range(len(items) - 2):
            rule = _rule(node, i, items[i])
            if rule is None:
                continue
            for at in (i + 1, i + 2):  # a file's name may stand between the rule and its texts
                zh, en = (*(_text(item, known) for item in items[at : at + 2]), None, None)[:2]
                if zh is not None and en is not None and CHINESE.search(zh):
                    yield rule, zh, en
                    break


def _rule(node: ast.AST, i: int, item: ast.expr) -> str | None:
    if not isinstance(item, ast.Constant) or not isinstance(item.value, str):
        return None
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "wrong" and i == 0:
        return f"blueprint.{item.value}"
    return item.value if RULE.fullmatch(item.value) else None


def _text(item: ast.expr, known: list[ast.Assign]) -> str | None:
    """A text as it stands, `…` for what is put into it; a name means what was last assigned to it above."""
    match item:
        case ast.Constant(value=str(text)):
            return text
        case ast.JoinedStr(values=values):
            joined = "".join(str(v.value) if isinstance(v, ast.Constant) else "…" for v in values)
            return re.sub("…{2,}", "…", joined)
        case ast.Name(id=name):
            above = [a for a in known if a.lineno < item.lineno]
            for assign in sorted(above, key=lambda a: -a.lineno):
                value = _assigned(assign, name)
                if value is not None:
                    return _text(value, known)
            return "…"
        case ast.IfExp(body=body, orelse=orelse):
            either = [_text(body, known), _text(orelse, known)]
            return "／".join(t for t in either if t)
        case ast.Call() | ast.Subscript() | ast.Attribute():
            return "…"
    return None


def _assigned(assign: ast.Assign, name: str) -> ast.expr | None:
    match assign.targets[0], assign.value:
        case ast.Name(id=target), value if target == name:
            return value
        case ast.Tuple(elts=targets), ast.Tuple(elts=values):
            for target, value in zip(targets, values, strict=False):
                if isinstance(target, ast.Name) and target.id == name:
                    return value
    return None


def _table(rules: Texts) -> Iterator[str]:
    yield "| 规则号 | 中文 | English |\n|---|---|---|\n"
    for rule, texts in rules.items():
        zh, en = ("<br>".join(map(_cell, column)) for column in zip(*texts, strict=True))
        yield f"| `{rule}` | {zh} | {en} |\n"


def _cell(text: str) -> str:
    return text.replace("|", "\\|").replace("<", "&lt;").replace("\n", " ")


if __name__ == "__main__":
    sys.stdout.write(page())
