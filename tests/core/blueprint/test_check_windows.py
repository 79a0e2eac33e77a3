"""Dates that collide are told as warnings, because the notices themselves collide."""

from __future__ import annotations

import pytest

CASES = [
    (
        "window: [2021-06-10, 2021-06-16]",
        "window: [2021-06-05, 2021-06-16]",
        [
            (
                "[2021-06-05,",
                "warning blueprint.windows-overlap",
                "“vote”在“declare”结束（2021-06-06）之前或当天就开始了",
            )
        ],
    ),
    (
        "window: [2021-06-10, 2021-06-16]",
        "window: [2021-06-07, 2021-06-16]",
        [
            (
                "[2021-06-07,",
                "warning blueprint.no-time-between",
                "“declare”在 2021-06-06 结束，“vote”紧接着开始，中间没有审查的时间",
            )
        ],
    ),
    (
        "window: [2021-06-10, 2021-06-16]",
        "window: [2021-06-07 23:59:59, 2021-06-16]",
        [
            (
                "[2021-06-07 ",
                "warning blueprint.no-time-between",
                "“declare”在 2021-06-06 结束，“vote”紧接着开始，中间没有审查的时间",
            )
        ],
    ),
    ("window: [2021-06-10, 2021-06-16]", "window: [2021-06-08, 2021-06-16]", []),
    ("until: 2021-06-06,", "until: 2021-06-07,", []),
]


@pytest.mark.parametrize(("old", "new", "told"), CASES, ids=[case[1].strip()[:40] for case in CASES])
def test_one_change_gives_exactly_these_findings(faults, old, new, told):
    assert faults(old, new) == told
