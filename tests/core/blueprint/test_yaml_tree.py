"""YAML becomes a plain tree of texts with places; what could hide or multiply is refused."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from guiguan.core.blueprint.yaml_tree import MAX_BYTES, read_tree
from guiguan.core.values.finding import InputError, Place


def refused(text: str) -> list[str]:
    with pytest.raises(InputError) as error:
        read_tree(text, "a.yaml")
    return [f.line() for f in error.value.findings]


def test_every_scalar_stays_the_text_that_was_written():
    text = "a: 01\nb: on\nc: 1e3\nd: 2021-06-10\ne: 0x1F\nf: yes\ng: 1.10\nh: '~'\ni: [1_000, .5]\n"
    assert read_tree(text, "a.yaml").root == {
        "a": "01",
        "b": "on",
        "c": "1e3",
        "d": "2021-06-10",
        "e": "0x1F",
        "f": "yes",
        "g": "1.10",
        "h": "~",
        "i": ["1_000", ".5"],
    }


def test_values_and_keys_have_their_places_counted_in_characters():
    tree = read_tree("甲: 乙\nlist:\n  - {id: a, 名: 丙}\n", "a.yaml")
    assert tree.place(("甲",)) == Place("a.yaml", 1, 4)
    assert tree.place(("list", 0, "名")) == Place("a.yaml", 3, 16)
    assert tree.key_place(("list", 0, "名")) == Place("a.yaml", 3, 13)


def test_what_is_not_there_has_the_place_of_what_is_around_it():
    tree = read_tree("a:\n  b: c\n", "a.yaml")
    assert tree.place(("a", "nix", 3)) == Place("a.yaml", 2, 3)
    assert tree.place(("nix",)) == Place("a.yaml", 1, 1)


REFUSED = [
    ("a: &x b", "a.yaml:1:4: [yaml.alias] 不能使用锚点（&、*），请把内容写全"),
    ("a: b\nc: *x", "a.yaml:2:4: [yaml.alias] 不能使用锚点（&、*），请把内容写全"),
    ("a: !!python/object b", "a.yaml:1:4: [yaml.tag] 不能使用类型标记 tag:yaml.org,2002:python/object"),
    ("a: !x b", "a.yaml:1:4: [yaml.tag] 不能使用类型标记 !x"),
    ("a: !!binary aGk=", "a.yaml:1:4: [yaml.tag] 不能使用类型标记 tag:yaml.org,2002:binary"),
    ("a: ~", "a.yaml:1:4: [yaml.no-value] 冒号后面没有内容；不需要的键请整行删去"),
    ("a: null", "a.yaml:1:4: [yaml.no-value] 冒号后面没有内容；不需要的键请整行删去"),
    ("? [a]\n: b", "a.yaml:1:3: [yaml.key] 键只能是文字"),
    ("a: 1\nb: 2\na: 3", "a.yaml:3:1: [yaml.twice] “a”写了两次（先在第 1 行），请合并"),
    ("a: [b\nc: d", None),
    ("a: b\n  c: d", None),
    ("\ta: b", None),
    ('a: "\\q"', None),
    ("a: b\x07", None),
    ("a: b\n---\nc: d", None),
    ("", "a.yaml:1:1: [yaml.empty] 文件里没有内容；蓝图由“键: 值”组成，从 blueprint: 1 开始"),
    ("# 只有注释\n", "a.yaml:1:1: [yaml.empty] 文件里没有内容；蓝图由“键: 值”组成，从 blueprint: 1 开始"),
    ("[a]", "a.yaml:1:1: [yaml.empty] 文件里没有内容；蓝图由“键: 值”组成，从 blueprint: 1 开始"),
    ("a: " + "[" * 25 + "b" + "]" * 25, "a.yaml:1:27: [yaml.depth] 层次太深（超过 24 层）"),
]


@pytest.mark.parametrize(("text", "line"), REFUSED)
def test_refused_with_one_finding(text, line):
    (told,) = refused(text)
    if line is None:
        assert "[yaml.syntax]" in told
        assert told.startswith("a.yaml:")
    else:
        assert told == line


def test_24_levels_are_read():
    assert read_tree("a: " + "[" * 23 + "b" + "]" * 23, "a.yaml").root["a"] != ""


def test_all_faults_come_at_once():
    assert refused("a: ~\nb: !x 1\na: 2\n") == [
        "a.yaml:1:4: [yaml.no-value] 冒号后面没有内容；不需要的键请整行删去",
        "a.yaml:2:4: [yaml.tag] 不能使用类型标记 !x",
        "a.yaml:3:1: [yaml.twice] “a”写了两次（先在第 1 行），请合并",
    ]


def test_one_byte_over_1_mb_is_refused_and_1_mb_is_not():
    text = "a: " + "b" * (MAX_BYTES - 3)
    assert len(read_tree(text, "a.yaml").root["a"]) == MAX_BYTES - 3
    assert refused(text + "b") == ["a.yaml:1:1: [yaml.too-large] 蓝图文件超过 1 MB，请检查是否选错了文件"]


@given(st.text(st.characters(codec="utf-8"), max_size=60))
def test_any_text_gives_a_tree_or_findings_with_a_place(text):
    try:
        told = ()
        root = read_tree(text, "a.yaml").root
    except InputError as error:
        told, root = error.findings, None
    assert isinstance(root, dict) or told
    assert all(f.place.line >= 1 and f.rule.startswith("yaml.") for f in told)


def test_deep_nesting_is_refused_before_it_can_exhaust_the_stack():
    (told,) = refused("a: " + "[" * 700 + "]" * 700)
    assert "[yaml.depth]" in told
