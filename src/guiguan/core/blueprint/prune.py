"""What can still be said across keys when some keys are wrong: the wrong ones are cut out and the rest is checked.

So an author sees a misspelt key in one place and weights that do not sum in another in one go, and is never told of a
fault that only the cutting made.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from pydantic import ValidationError

from guiguan.core.blueprint.check import check
from guiguan.core.blueprint.model import Blueprint
from guiguan.core.blueprint.yaml_tree import Path
from guiguan.core.values.finding import Finding

TRIES = 8
_ABOUT_OTHERS = (
    "blueprint.no-such",
    "blueprint.nothing-feeds",
    "blueprint.not-reached",
    "blueprint.unused-measure",
    "blueprint.bonus-place",
    "blueprint.no-acceptance",
    "blueprint.no-declaration",
    "blueprint.no-endorsers",
    "blueprint.no-areas",
    "blueprint.funding-base",
)
"""Rules that look elsewhere: not to be trusted where more than an unknown key was cut out."""

Walk = Callable[[tuple[str | int, ...], Any], tuple[Path, Any]]


class Kept(list[Any]):
    """A list that remembers where its items stood before some were cut out."""

    def __init__(self, items: Iterable[tuple[int, Any]]) -> None:
        pairs = list(items)
        super().__init__(value for _, value in pairs)
        self.origin = [place for place, _ in pairs]


def findings_despite(root: Any, error: ValidationError, walk: Walk) -> list[tuple[Path, Finding]]:
    """The findings across keys that hold whatever the faulty parts may come to say, with their paths in the file."""
    tree = _copy(root)
    cut_lists: set[Path] = set()
    for _ in range(TRIES):
        problems = error.errors(include_url=False)
        wrong = {_where(p, tree, walk): p["type"] == "extra_forbidden" for p in problems}
        for path in sorted(wrong, key=lambda p: [str(step).zfill(6) for step in p], reverse=True):
            container = _original(tree, path)[:-1]
            gone = _cut(tree, path)
            if gone is not None and not wrong[path]:
                cut_lists.add(container)
        try:
            blueprint = Blueprint.model_validate(tree)
        except ValidationError as again:
            error = again
            continue
        found = [(_original(tree, path), finding) for path, finding in check(blueprint)]
        return [(p, f) for p, f in found if _holds(p, f, cut_lists)]
    return []


def _holds(path: Path, finding: Finding, cut_lists: set[Path]) -> bool:
    if cut_lists and finding.rule in _ABOUT_OTHERS:
        return False
    return not any(cut[: len(path)] == path or path[: len(cut)] == cut for cut in cut_lists if cut)


def _copy(value: Any) -> Any:
    if isinstance(value, dict):
        return {k: _copy(v) for k, v in value.items()}
    return Kept(enumerate(map(_copy, value))) if isinstance(value, list) else value


def _where(problem: Any, tree: Any, walk: Walk) -> Path:
    """What to cut for one problem: the wrong key itself; where a key is missing, the list item that lacks it."""
    path, _ = walk(tuple(problem["loc"]), tree)
    if problem["type"] == "missing":
        while path and not isinstance(path[-1], int):
            path = path[:-1]
    return path


def _cut(tree: Any, path: Path) -> Any:
    """The part cut out, or None where it is gone already."""
    if not path:
        return None
    here = tree
    for step in path[:-1]:
        try:
            here = here[step]
        except (KeyError, IndexError, TypeError):
            return None
    last = path[-1]
    if isinstance(here, dict):
        return here.pop(last, None)
    if isinstance(here, Kept) and isinstance(last, int) and last < len(here):
        del here.origin[last]
        return here.pop(last)
    return None


def _original(tree: Any, path: Path) -> Path:
    """The path as it stood in the file."""
    here: Any = tree
    out: Path = ()
    for step in path:
        if isinstance(here, Kept) and isinstance(step, int):
            out = (*out, here.origin[step] if step < len(here.origin) else step)
        else:
            out = (*out, step)
        try:
            here = here[step]
        except (KeyError, IndexError, TypeError):
            here = None
    return out
