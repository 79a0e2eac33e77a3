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


def test_units_of_whom_a_file_says_little_are_nobodys_branches() -> None:
    """No column for the parent, or none for the kind of unit."""
    rows = (
        {"applicant": "甲分公司", "unit_kind": "分公司"},
        {"applicant": "乙分公司", "unit_kind": "分公司"},
    )
    assert names(blueprint(as_one=["branch"]), *rows) == ["甲分公司", "乙分公司"]
    rows = ({"applicant": "甲公司", "parent": "集团"}, {"applicant": "乙公司", "parent": "集团"})
    assert names(blueprint(as_one=["branch"]), *rows) == ["甲公司", "乙公司"]


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


@pytest.mark.parametrize("role", ["乙方", "承建单位", "服务提供方", "Contractor", " 承建 单位"])
def test_a_contractor_by_any_name(role: str) -> None:
    found = eligibility_fault(blueprint(owner_only=True), {"role": role}, REGIONS)
    assert found == ("entries.contractor-alone", role)


def test_a_role_that_nobody_asked_for_is_not_held_against_anybody() -> None:
    assert eligibility_fault(blueprint(owner_only=True), {}, REGIONS) is None


def test_what_was_found_is_told_whole() -> None:
    row = {"applicant_kind": "法人", "unit_kind": "子公司", "region": "440100", "taxed_region": "440000"}
    fault = eligibility_fault(blueprint(**GUANGXI), row, REGIONS)
    assert fault == ("entries.not-eligible", "法人、子公司、440100、440000")


@pytest.mark.parametrize(
    ("row", "may"),
    [
        ({"unit_kind": "子公司"}, True),
        ({"unit_kind": "分公司"}, False),
        ({"applicant_kind": "", "unit_kind": "分公司"}, False),
        ({"applicant_kind": "法人", "unit_kind": "分公司"}, True),
        ({"applicant_kind": "某种没有写明的单位"}, True),
    ],
)
def test_the_kind_of_unit_speaks_where_the_kind_of_applicant_is_silent(
    row: dict[str, str], may: bool
) -> None:
    b = blueprint(who=[{"kind": "legal_person"}])
    assert (eligibility_fault(b, row, REGIONS) is None) == may


@pytest.mark.parametrize(
    ("wanted", "text", "may"),
    [
        ("450000", "450100", True),
        ("450000", "451200", True),
        ("450000", "440100", False),
        ("450100", "450100", True),
        ("450100", "450123", True),
        ("450100", "450200", False),
        ("450103", "450103", True),
        ("450103", "450102", False),
        ("450103", "450100", True),  # a row that names the city alone is not held against it
        ("450103", "450200", False),
        ("450000", "鼓楼区", True),
        ("450000", "火星", True),
        ("450000", "", True),
    ],
)
@pytest.mark.parametrize("column", ["region", "taxed_region"])
def test_a_place_includes_what_lies_in_it(wanted: str, text: str, may: bool, column: str) -> None:
    """What cannot be read, or names several places, is for people to look at: nobody is put out by it."""
    key = {"region": "registered_in", "taxed_region": "taxed_in"}[column]
    b = blueprint(who=[{"kind": "legal_person", key: wanted}])
    assert (eligibility_fault(b, {"applicant_kind": "法人", column: text}, REGIONS) is None) == may
