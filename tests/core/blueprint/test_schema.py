"""The JSON Schema describes what an author writes."""

from __future__ import annotations

import json

from guiguan.core.blueprint.keys import known_keys
from guiguan.core.blueprint.schema import schema


def properties(part: object) -> set[str]:
    if isinstance(part, dict):
        own = set(part.get("properties", {}))
        return own.union(*(properties(v) for v in part.values()), set())
    if isinstance(part, list):
        return set().union(*(properties(v) for v in part), set())
    return set()


def test_it_knows_every_key_as_written_and_no_other():
    assert properties(schema()) == set(known_keys())
    assert "from" in known_keys()
    assert "source" not in known_keys()


def test_money_is_a_text_with_its_unit_and_texts_may_be_by_language():
    shapes = schema()["$defs"]
    assert shapes["Budget"]["properties"]["total"]["pattern"] == "(元|分)$"
    assert shapes["Part"]["properties"]["weight"] == {
        "type": "number",
        "minimum": 0,
        "maximum": 100,
        "description": "权重（百分数）",
        "examples": [20],
    }
    title = shapes["Category"]["properties"]["title"]["anyOf"]
    assert title[0] == {"type": ["string", "number", "boolean"]}
    assert title[1]["required"] == ["zh"]


def test_nothing_may_be_null_and_nothing_unknown_is_allowed():
    text = json.dumps(schema())
    assert '"null"' not in text
    assert "null" not in text
    assert all(shape["additionalProperties"] is False for shape in schema()["$defs"].values())


def test_the_same_each_time_with_chinese_titles():
    assert json.dumps(schema()) == json.dumps(schema())
    assert schema()["title"] == "活动蓝图"
    assert schema()["$defs"]["Ballots"]["description"] == "网络投票"
