"""A name of a case is read from a table as what it was on the ballot."""

from __future__ import annotations

import pytest

from guiguan.core.votes.names import is_name


@pytest.mark.parametrize("name", ["1", "GX-2021-00001", "案例 一", "x" * 64, "字" * 64, "a b"])
def test_what_can_be_a_name(name: str) -> None:
    assert is_name(name)


@pytest.mark.parametrize(
    "text",
    [
        "",
        " ",
        "a;b",
        "a；b",
        ";",
        " a",
        "a ",
        "a\u3000",
        "a\n",
        "\ta",
        "a\0b",
        "e\u0301",
        "x" * 65,
        "字" * 65,
    ],
)
def test_what_cannot(text: str) -> None:
    assert not is_name(text)
