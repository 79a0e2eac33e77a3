"""Under whose name a quota is counted, and who may apply."""

from __future__ import annotations

from itertools import permutations
from typing import Any

import pytest

from guiguan.core.blueprint.model import Blueprint
from guiguan.core.entries.applicant import as_one_names, eligibility_fault
from guiguan.core.values.regions import Regions

CODE, OTHER = "91350100M000100Y43", "91450000000000000X"
REGIONS = Regions.official()


def blueprint(**applicants: Any) -> Blueprint:
    return Blueprint.model_validate(
        {
            "blueprint": 1,
            "campaign": "small",
            "title": "小活动",
            "organisers": {"host": ["某委员会"]},
            "categories": [{"id": "gov", "title": "政务类"}],
            "stages": [{"id": "declare", "kind": "declaration"}],
            "applicants": applicants,
        }
    )


def names(b: Blueprint, *rows: dict[str, str]) -> list[str]:
    """The name of each row, the same in any order of rows."""
    wanted = as_one_names(b, rows)
    for order in permutations(range(len(rows))):
        assert as_one_names(b, [rows[i] for i in order]) == [wanted[i] for i in order]
    return wanted


def test_the_same_name_or_the_same_code_is_one_applicant() -> None:
    found = names(
        blueprint(),
        {"applicant": "甲（集团）公司", "credit_code": CODE},
        {"applicant": "甲(集团) 公司"},
        {"applicant": "甲集团", "credit_code": CODE.lower()},
        {"applicant": "乙公司", "credit_code": OTHER},
    )
    assert found == [min("甲（集团）公司", "甲(集团) 公司", "甲集团")] * 3 + ["乙公司"]


def test_branches_count_with_their_group_and_subsidiaries_do_not() -> None:
    rows = (
        {"applicant": "甲集团"},
        {"applicant": "甲集团南宁分公司", "unit_kind": "分公司", "parent": "甲集团", "credit_code": CODE},
        {"applicant": "甲科技", "unit_kind": "子公司", "parent": "甲集团"},
    )
    assert names(blueprint(as_one=["branch"]), *rows) == ["甲集团", "甲集团", "甲科技"]
    assert len(set(names(blueprint(as_one=["branch", "subsidiary"]), *rows))) == 1
    assert len(set(names(blueprint(), *rows))) == 3


@pytest.mark.parametrize("parent", ["", "无"])
def test_branches_of_nobody_are_not_branches_of_one_another(parent: str) -> None:
    rows = tuple({"applicant": n, "unit_kind": "分公司", "parent": parent} for n in ("甲分公司", "乙分公司"))
    assert names(blueprint(as_one=["branch"]), *rows) == ["甲分公司", "乙分公司"]


@pytest.mark.parametrize("code", ["", "无", "123"])
def test_no_code_joins_nobody(code: str) -> None:
    rows = tuple({"applicant": n, "credit_code": code} for n in ("甲", "乙"))
    assert names(blueprint(), *rows) == ["甲", "乙"]


GUANGXI = {
    "who": [
        {"kind": "legal_person", "registered_in": "450000", "taxed_in": "450000"},
        {"kind": "public_body"},
    ]
}


@pytest.mark.parametrize(
    ("row", "rule"),
    [
        ({"applicant_kind": "法人", "region": "450100", "taxed_region": "广西壮族自治区"}, None),
        ({"applicant_kind": "法人", "region": "440100"}, "entries.not-eligible"),
        ({"applicant_kind": "法人", "region": "450100", "taxed_region": "440000"}, "entries.not-eligible"),
        ({"applicant_kind": "机关", "region": "440100"}, None),
        ({"applicant_kind": "个人"}, "entries.not-eligible"),
        ({}, None),
    ],
)
def test_one_alternative_must_hold_whole(row: dict[str, str], rule: str | None) -> None:
    fault = eligibility_fault(blueprint(**GUANGXI), row, REGIONS)
    assert (fault and fault[0]) == rule


def test_a_contractor_does_not_apply_alone() -> None:
    fault = eligibility_fault(blueprint(owner_only=True), {"role": "乙方"}, REGIONS)
    assert fault == ("entries.contractor-alone", "乙方")
    assert eligibility_fault(blueprint(owner_only=True), {"role": "甲方"}, REGIONS) is None
    assert eligibility_fault(blueprint(), {"role": "乙方"}, REGIONS) is None
