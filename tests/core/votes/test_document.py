"""What a ballot box knows of a vote is the vote's rule, whole."""

from __future__ import annotations

from pathlib import Path

import pytest

from guiguan.core.blueprint.load import load_blueprint
from guiguan.core.blueprint.lookup import ballot_stages
from guiguan.core.values.canonical import decode, encode
from guiguan.core.votes.document import NoDocument, PollDocument, poll_text, read_poll_text
from guiguan.core.votes.rule import ballot_rule

BLUEPRINTS = Path(__file__).resolve().parents[3] / "blueprints"


@pytest.mark.parametrize("name", ["guangxi-2021", "qingdao-2020"])
def test_the_rule_comes_back_as_it_was_written(name: str) -> None:
    blueprint = load_blueprint((BLUEPRINTS / f"{name}.yaml").read_bytes(), name).blueprint
    rule = ballot_rule(
        blueprint, ballot_stages(blueprint)[0], frozenset({"1", "2"}), frozenset({"1", "2", "3"})
    )
    document = PollDocument(blueprint.campaign, "ab" * 32, rule)
    text = poll_text(document)
    assert read_poll_text(text) == document
    assert poll_text(read_poll_text(text)) == text


@pytest.mark.parametrize("text", ["", "{}", "[]", '{"v":1}', '{"v":2}', ' {"v":1}'])
def test_another_text_is_no_document(text: str) -> None:
    with pytest.raises(NoDocument):
        read_poll_text(text)


def test_nothing_of_a_document_can_be_left_out_or_be_of_another_kind() -> None:
    """Whoever reads it expects this one error and goes on with the other votes."""
    blueprint = load_blueprint((BLUEPRINTS / "guangxi-2021.yaml").read_bytes(), "g").blueprint
    rule = ballot_rule(blueprint, ballot_stages(blueprint)[0], frozenset({"1"}), frozenset({"1", "2"}))
    value = decode(poll_text(PollDocument("gx", "ab" * 32, rule, {"receipt": "ab"})).encode())
    for name, held in value.items():
        rest = {k: v for k, v in value.items() if k != name}
        others = [True, [1], {"a": 1}, "x" if not isinstance(held, str) else 7]
        for text in [*(rest | {name: other} for other in others), *([rest] if name != "keys" else [])]:
            with pytest.raises(NoDocument):
                read_poll_text(encode(text).decode())
    for more in ({"zone": "Mars/Olympus"}, {"more": 1}, {"start": True}):
        with pytest.raises(NoDocument):
            read_poll_text(encode(value | more).decode())
