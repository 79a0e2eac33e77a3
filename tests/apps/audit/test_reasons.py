"""Reasons that people give: what is kept of them, and what is too long to be looked through."""

from __future__ import annotations

import pytest

from guiguan.apps.audit import reasons
from guiguan.apps.audit.reasons import reason_kept, reason_to_send_back, why_on_record
from guiguan.core.values.finding import InputError


def rules(error: pytest.ExceptionInfo[InputError]) -> list[str]:
    return [finding.rule for finding in error.value.findings]


def test_personal_data_are_blacked_out() -> None:
    assert reason_kept("  请致电 13812345678\r\n谢谢 ") == "请致电 ＊＊＊\n谢谢"


def test_a_text_of_millions_of_characters_is_refused_before_anybody_looks_through_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    looked: list[str] = []
    monkeypatch.setattr(reasons, "without_personal", lambda text: (looked.append(text), text)[1])
    with pytest.raises(InputError) as error:
        reason_kept("1" * 2_000_000)
    assert rules(error) == ["reason.long"]
    with pytest.raises(InputError) as error:
        reason_to_send_back("长" * 2_001)
    assert rules(error) == ["reason.long"]
    assert looked == []
    assert reason_kept("长" * 2_000) == "长" * 2_000


@pytest.mark.parametrize(
    ("text", "fits"), [("不", False), ("不同意", False), ("不能同意", True), ("长" * 201, False)]
)
def test_why_somebody_does_not_agree_has_a_length(text: str, fits: bool) -> None:
    if fits:
        assert reason_to_send_back(f" {text} ") == text
        return
    with pytest.raises(InputError) as error:
        reason_to_send_back(text)
    assert rules(error) == ["second.why"]


def test_the_trail_holds_a_digest_and_nothing_where_nothing_was_said() -> None:
    assert why_on_record("") == {}
    assert why_on_record("abcd") == {
        "why_sha256": "88d4266fd4e6338d13b845fcf289579d209c897823b9217da3e161936f031589"
    }
