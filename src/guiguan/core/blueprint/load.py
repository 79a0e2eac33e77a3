"""A blueprint file to a checked model: every fault at once, each with its place and how to mend it."""

from __future__ import annotations

import difflib
import hashlib
from dataclasses import dataclass, replace
from typing import Any

from pydantic import ValidationError

from guiguan.core.blueprint.check import check
from guiguan.core.blueprint.keys import known_keys
from guiguan.core.blueprint.model import Blueprint
from guiguan.core.blueprint.prune import findings_despite
from guiguan.core.blueprint.wording import explain
from guiguan.core.blueprint.yaml_tree import Path, Tree, read_tree
from guiguan.core.values.finding import Finding, InputError, Place


@dataclass(frozen=True)
class Loaded:
    """A blueprint that may run. `sha256` is the digest of the file's bytes; `findings` are warnings and notes."""

    blueprint: Blueprint
    sha256: str
    findings: tuple[Finding, ...]


def load_blueprint(content: bytes, file: str) -> Loaded:
    """The blueprint in `content`. Raises InputError with all errors (and the warnings beside them)."""
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content[: error.start].count(b"\n") + 1
        raise InputError(
            Finding(
                "yaml.encoding",
                "文件不是 UTF-8 编码，请另存为 UTF-8",
                "the file is not UTF-8",
                Place(file, line, 1),
            )
        ) from error
    tree = read_tree(text, file)
    try:
        blueprint = Blueprint.model_validate(tree.root)
    except ValidationError as error:
        across = [_placed(f, path, tree) for path, f in findings_despite(tree.root, error, _walk)]
        raise InputError(*_in_order([*_model_findings(error, tree), *across])) from error
    findings = tuple(_placed(f, path, tree) for path, f in check(blueprint))
    errors = [f for f in findings if f.severity == "error"]
    if errors:
        raise InputError(*_in_order(findings))
    return Loaded(blueprint, hashlib.sha256(content).hexdigest(), tuple(_in_order(findings)))


def _placed(finding: Finding, path: Path, tree: Tree) -> Finding:
    return replace(finding, place=tree.place(path))


def _in_order(findings: tuple[Finding, ...] | list[Finding]) -> list[Finding]:
    return sorted(findings, key=lambda f: (f.place, f.rule, f.zh))


def _model_findings(error: ValidationError, tree: Tree) -> list[Finding]:
    """One finding a place and kind; a union's branches that failed at one place are told once."""
    found: dict[tuple[Path, str], Finding] = {}
    for problem in error.errors(include_url=False):
        path, value = _walk(tuple(problem["loc"]), tree.root)
        kind = str(problem["type"])
        if kind == "too_short" and len(value) >= int(problem["ctx"]["min_length"]):
            continue  # the list is long enough, only an item of it is faulty, and that is told on its own
        of_key = bool(problem["loc"]) and problem["loc"][-1] == "[key]"
        last = str(problem["loc"][-2 if of_key else -1]) if problem["loc"] else ""
        value = last if of_key else value
        rule, zh, en = explain(kind, dict(problem.get("ctx", {})), last, value, problem["msg"])
        place = tree.key_place(path) if of_key or kind == "extra_forbidden" else tree.place(path)
        if kind == "extra_forbidden":
            zh, en = _with_suggestion(zh, en, last)
        if kind == "missing":
            path = (*path, last)
        found.setdefault((path, rule), Finding(rule, zh, en, place))
    return _in_order(list(found.values()))


def _walk(loc: tuple[str | int, ...], root: Any) -> tuple[Path, Any]:
    """Follows pydantic's location through the tree, passing over the names of union members."""
    path: Path = ()
    here: Any = root
    for step in loc:
        inside = step in here if isinstance(here, dict) else False
        if isinstance(here, list) and isinstance(step, int):
            inside = step < len(here)
        if inside:
            here, path = here[step], (*path, step)
    return path, here


def _with_suggestion(zh: str, en: str, name: str) -> tuple[str, str]:
    near = [k for k in difflib.get_close_matches(name, known_keys(), n=2, cutoff=0.6) if k != name]
    return (
        (f"{zh}；是不是 {near[0]}？", f"{en}; did you mean {near[0]}?")
        if near and name not in known_keys()
        else (zh, en)
    )
