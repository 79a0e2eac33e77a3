"""An organiser's own template: every fault told before it is put in place, and what could not be read back from it."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from guiguan.core.blueprint.base import say
from guiguan.core.blueprint.form import FormField, RowsField, UploadField
from guiguan.core.blueprint.lookup import fields
from guiguan.core.blueprint.model import Blueprint
from guiguan.core.values.finding import Finding
from guiguan.documents.forms.answers import options_of
from guiguan.documents.forms.layout import Layout
from guiguan.documents.intake.confined import run_confined
from guiguan.documents.intake.verdict import Refused


@dataclass(frozen=True)
class Looked:
    """`faults`: why it cannot be used; `lacking`: fields that the shipped form prints and this one does not."""

    faults: tuple[Finding, ...]
    lacking: tuple[str, ...] = ()


def look_at_template(
    path: Path, blueprint: Blueprint, layout: Layout | None, work: Path | None = None
) -> Looked:
    """What is wrong with the Word file as a template of this blueprint's form."""
    known = {n: f for n, f in fields(blueprint).items() if not isinstance(f, UploadField)}
    rows = {n: [c.id for c in f.columns] for n, f in known.items() if isinstance(f, RowsField)}
    with tempfile.TemporaryFile(dir=work) as output:
        outcome = run_confined("template", path, {"rows": rows}, output)
        if isinstance(outcome, Refused):
            return Looked((outcome.finding,))
        output.seek(0)
        said = json.load(output)
    faults = [_fault(str(kind), str(text)) for kind, text in said["faults"]]
    names = [str(n) for n in said["names"]]
    faults += [_unknown(n, known) for n in names if n not in known]
    calls = [(str(c), str(f), str(o)) for c, f, o in said["calls"]]
    faults += [f for call in calls if (f := _call_fault(call, known)) is not None]
    if not names and not calls and not faults:
        faults.append(
            Finding(
                "form.no-places",
                "文件里没有一处 {{ 栏目代号 }}，填不进内容。请下载现用表样，在它的基础上修改",
                "the file has no {{ field }} at all; download the present template and change that one",
            )
        )
    return Looked(tuple(faults), _lacking(layout, {*names, *(f for _c, f, _o in calls)}))


def _lacking(layout: Layout | None, there: set[str]) -> tuple[str, ...]:
    if layout is None:
        return ()
    wanted = [p.field for p in layout.pieces() if p.kind in ("answer", "box")]
    return tuple(dict.fromkeys(n for n in wanted if n not in there))


def _fault(kind: str, text: str) -> Finding:
    if kind == "syntax":
        return Finding(
            "form.template-syntax",
            f"表样中这一处写法不对：{text}。花括号要成对，如 {{{{ title }}}}",
            f"this place of the template is not well written: {text}; braces come in pairs, as in {{{{ title }}}}",
        )
    return Finding(
        "form.template-not-allowed",
        f'表样中不能用“{text}”。只可用 {{{{ 代号 }}}}、{{{{ 代号 or "提示" }}}}、tick、words，以及清单的行',
        f'the template may not use {text}; only {{{{ field }}}}, {{{{ field or "hint" }}}}, tick, words and the rows of a list',
    )


def _unknown(name: str, known: Mapping[str, FormField]) -> Finding:
    near = "、".join(f"{n}（{say(f.label)}）" for n, f in list(known.items())[:6])
    return Finding(
        "form.template-unknown-field",
        f"表样中的 {{{{ {name} }}}} 不是申报表的栏目代号；可用的如 {near}，全部代号见蓝图的 form",
        f"{{{{ {name} }}}} of the template is no field of the form; the ids are those of the blueprint's form",
    )


def _call_fault(call: tuple[str, str, str], known: Mapping[str, FormField]) -> Finding | None:
    name, field, option = call
    if field not in known:
        return _unknown(field, known)
    options: Any = options_of(known[field])
    if option in options:
        return None
    return Finding(
        "form.template-unknown-option",
        f'表样中 {name}("{field}", "{option}") 的选项不在“{say(known[field].label)}”的选项中：{"、".join(options) or "本栏没有选项"}',
        f'the option of {name}("{field}", "{option}") is none of the field\'s',
    )
