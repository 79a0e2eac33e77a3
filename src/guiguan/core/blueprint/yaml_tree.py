"""YAML text to a plain tree of dicts, lists and texts, with the place of every node.

Every scalar stays the text that the author wrote: its type comes from the model, so `01` keeps its zero, `on` stays a
word and no float ever arises. Anchors, aliases and tags are refused: a blueprint says what it means where it stands,
and a small file cannot become a large one.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError, YAMLError
from ruamel.yaml.events import AliasEvent, CollectionEndEvent, CollectionStartEvent
from ruamel.yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode

from guiguan.core.values.finding import Finding, InputError, Place

Path = tuple[str | int, ...]
MAX_BYTES = 1_000_000
MAX_DEPTH = 24
_PLAIN_TAGS = ("str", "int", "float", "bool", "null", "timestamp", "map", "seq")


@dataclass(frozen=True)
class Tree:
    """What a file says, and where. `places` maps each path to its value's place, `keys` to its key's place."""

    root: Any
    places: dict[Path, Place]
    keys: dict[Path, Place]

    def place(self, path: Path) -> Place:
        """The place of the value at `path`, or of the nearest thing around it."""
        while path and path not in self.places:
            path = path[:-1]
        return self.places[path]

    def key_place(self, path: Path) -> Place:
        """The place of the key that `path` ends with."""
        return self.keys.get(path) or self.place(path)


def read_tree(text: str, file: str) -> Tree:
    """The tree of a YAML text. Raises InputError with every fault found while building it."""
    if len(text.encode("utf-8", "surrogatepass")) > MAX_BYTES:
        raise InputError(
            _fault(file, "yaml.too-large", "蓝图文件超过 1 MB，请检查是否选错了文件", "the file is over 1 MB")
        )
    try:
        _refuse_events(text, file)
        node = YAML(typ="rt", pure=True).compose(text)
    except MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        raise InputError(
            _fault(
                file,
                "yaml.syntax",
                f"不是合格的 YAML，请检查这里的缩进、冒号和引号（{error.problem or error.context}）",
                f"not well-formed YAML: {error.problem or error.context}",
                mark,
            )
        ) from error
    except YAMLError as error:
        raise InputError(
            _fault(
                file,
                "yaml.syntax",
                f"文件中有 YAML 不允许的字符（{error}）",
                f"not well-formed YAML: {error}",
            )
        ) from error
    if not isinstance(node, MappingNode):
        raise InputError(
            _fault(
                file,
                "yaml.empty",
                "文件里没有内容；蓝图由“键: 值”组成，从 blueprint: 1 开始",
                "the file holds no mapping",
            )
        )
    builder = _Builder(file)
    root = builder.build(node, ())
    if builder.faults:
        raise InputError(*builder.faults)
    return Tree(root, builder.places, builder.keys)


def _refuse_events(text: str, file: str) -> None:
    """Anchors, aliases and depth are refused while the text is being read, before anything grows or recurses."""
    depth = 0
    for event in YAML(typ="rt", pure=True).parse(text):
        if isinstance(event, AliasEvent) or getattr(event, "anchor", None):
            zh, en = "不能使用锚点（&、*），请把内容写全", "anchors and aliases are not allowed; write it out"
            raise InputError(_fault(file, "yaml.alias", zh, en, event.start_mark))
        depth += isinstance(event, CollectionStartEvent) - isinstance(event, CollectionEndEvent)
        if depth > MAX_DEPTH:
            zh, en = f"层次太深（超过 {MAX_DEPTH} 层）", f"nested too deeply (over {MAX_DEPTH})"
            raise InputError(_fault(file, "yaml.depth", zh, en, event.start_mark))


def _fault(file: str, rule: str, zh: str, en: str, mark: Any = None) -> Finding:
    place = Place(file, mark.line + 1, mark.column + 1) if mark is not None else Place(file, 1, 1)
    return Finding(rule, zh, en, place)


class _Builder:
    def __init__(self, file: str) -> None:
        self.file = file
        self.places: dict[Path, Place] = {}
        self.keys: dict[Path, Place] = {}
        self.faults: list[Finding] = []

    def build(self, node: Node, path: Path) -> Any:
        self.places[path] = Place(self.file, node.start_mark.line + 1, node.start_mark.column + 1)
        if str(node.tag).rsplit(":", 1)[-1] not in _PLAIN_TAGS:
            self.fault(
                node, "yaml.tag", f"不能使用类型标记 {node.tag}", f"tags such as {node.tag} are not allowed"
            )
        if isinstance(node, MappingNode):
            return self.mapping(node, path)
        if isinstance(node, SequenceNode):
            return [self.build(item, (*path, i)) for i, item in enumerate(node.value)]
        assert isinstance(node, ScalarNode)
        if str(node.tag).endswith(":null") and node.style is None:
            self.fault(
                node,
                "yaml.no-value",
                "冒号后面没有内容；不需要的键请整行删去",
                "no value; delete the key if it is not needed",
            )
        return str(node.value)

    def mapping(self, node: MappingNode, path: Path) -> dict[str, Any]:
        built: dict[str, Any] = {}
        for key, value in node.value:
            if not isinstance(key, ScalarNode):
                self.fault(key, "yaml.key", "键只能是文字", "a key must be a plain word")
                continue
            name = str(key.value)
            here = (*path, name)
            if name in built:
                first = self.keys[here].line
                self.fault(
                    key,
                    "yaml.twice",
                    f"“{name}”写了两次（先在第 {first} 行），请合并",
                    f"{name} stands twice (first in line {first})",
                )
                continue
            self.keys[here] = Place(self.file, key.start_mark.line + 1, key.start_mark.column + 1)
            built[name] = self.build(value, here)
        return built

    def fault(self, node: Node, rule: str, zh: str, en: str) -> None:
        self.faults.append(_fault(self.file, rule, zh, en, node.start_mark))
