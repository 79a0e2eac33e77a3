from __future__ import annotations

import csv
import os
from pathlib import Path

import pytest

from guiguan.core.values.credit_code import check_credit_code

DATA = Path(os.environ.get("GUIGUAN_TEST_DATA") or Path(__file__).parents[4] / "shared" / "data") / "cn-uscc"
with_data = pytest.mark.skipif(not DATA.is_dir(), reason="no ../shared/data/cn-uscc; set GUIGUAN_TEST_DATA")

STANDARD_EXAMPLE = "91350100M000100Y43"


def rule_of(code: str) -> str | None:
    _, finding = check_credit_code(code)
    return finding.rule if finding else None


def codes_in(name: str) -> list[str]:
    with (DATA / name).open(encoding="utf-8", newline="") as file:
        return [row["uscc"] for row in csv.DictReader(file)]


def test_the_example_of_the_standard_passes() -> None:
    assert check_credit_code(STANDARD_EXAMPLE) == (STANDARD_EXAMPLE, None)


@pytest.mark.parametrize(
    "text",
    [
        " 91350100m000100y43\n",
        "９１３５０１００Ｍ０００１００Ｙ４３",
        "91350100 M000100Y 43",
        "91-350100-M000100Y4-3",
    ],
)
def test_the_code_is_brought_to_its_normal_form(text: str) -> None:
    assert check_credit_code(text) == (STANDARD_EXAMPLE, None)


def test_a_wrong_check_character_warns_and_names_the_right_one() -> None:
    code, finding = check_credit_code("91350100M000100Y4A")
    assert code == "91350100M000100Y4A"
    assert finding is not None
    assert (finding.rule, finding.severity) == ("credit-code.check", "warning")
    assert "末位是 A，按国标应为 3" in finding.zh
    assert "ends in A, the standard wants 3" in finding.en


def test_a_real_code_that_fails_the_check_only_warns() -> None:
    code, finding = check_credit_code("91350211M0000XUF46")
    assert code == "91350211M0000XUF46"
    assert finding is not None
    assert (finding.rule, finding.severity) == ("credit-code.check", "warning")


@pytest.mark.parametrize("first", ["A1", "N2", "Y1", "G1"])
def test_issuers_with_a_letter_are_not_malformed(first: str) -> None:
    assert rule_of(first + "350100M000100Y43") in (None, "credit-code.check")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "有 0 位，应为 18 位"),
        ("12345", "有 5 位，应为 18 位"),
        ("91350100M000100Y433", "有 19 位，应为 18 位"),
        ("91350100M00O100Y43", "第 12 位“O”"),
        ("9135O100M000100Y43", "第 5 位“O”"),
        ("91A50100M000100Y43", "第 3 位“A”"),
        ("9111000060003IOZSV", "第 14 位“I”、第 15 位“O”、第 16 位“Z”、第 17 位“S”、第 18 位“V”"),
        ("91350100M000100Y4三", "第 18 位“三”"),
    ],
)
def test_a_malformed_code_warns_and_says_where(text: str, said: str) -> None:
    code, finding = check_credit_code(text)
    assert code == text
    assert finding is not None
    assert (finding.rule, finding.severity) == ("credit-code.format", "warning")
    assert said in finding.zh


@pytest.mark.parametrize("place", range(18))
def test_any_one_character_changed_is_noticed(place: int) -> None:
    for c in "0123456789ABCDEFGHJKLMNPQRTUWXY":
        changed = STANDARD_EXAMPLE[:place] + c + STANDARD_EXAMPLE[place + 1 :]
        assert (rule_of(changed) is None) == (changed == STANDARD_EXAMPLE)


@with_data
def test_200_real_codes_pass() -> None:
    codes = codes_in("valid_codes.csv")
    assert len(codes) == 200
    assert [code for code in codes if check_credit_code(code) != (code, None)] == []


@with_data
def test_4_wrong_codes_fail() -> None:
    assert {code: rule_of(code) for code in codes_in("invalid_codes.csv")} == {
        "12345": "credit-code.format",
        "A1110000600037341L": "credit-code.check",
        "9111000060003IOZSV": "credit-code.format",
        "91110000600037341N": "credit-code.check",
    }
