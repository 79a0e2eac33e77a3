"""Who an applicant is: groups with their branches as one, and who may apply at all."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from guiguan.core.blueprint.model import Blueprint
from guiguan.core.blueprint.people import Alternative
from guiguan.core.entries.fill import NONE
from guiguan.core.values.chinese import same_text
from guiguan.core.values.credit_code import check_credit_code
from guiguan.core.values.regions import AmbiguousRegion, Regions

_UNIT_KINDS = {
    "branch": ("分公司", "分支机构", "branch"),
    "subsidiary": ("子公司", "独立子公司", "subsidiary"),
}
_APPLICANT_KINDS = {
    "legal_person": ("独立法人", "法人", "legal_person", "子公司", "独立子公司", "subsidiary"),
    "branch": ("非独立法人", "分公司", "分支机构", "branch"),
    "public_body": ("机关", "事业单位", "政府部门", "public_body"),
    "team": ("团队", "创业团队", "team"),
    "person": ("个人", "个人开发者", "person"),
}


def as_one_names(blueprint: Blueprint, rows: Sequence[Mapping[str, str]]) -> list[str]:
    """For each row the name under which its quota is counted: rows that share a credit code or a name are one applicant,
    and a unit whose kind the blueprint counts with its parent takes the parent's. Independent of row order."""
    joined: dict[str, str] = {}

    def root(x: str) -> str:
        joined.setdefault(x, x)
        while joined[x] != x:
            x = joined[x]
        return x

    def join(a: str, b: str) -> None:
        first, second = sorted((root(a), root(b)))
        joined[second] = first

    def keys(row: Mapping[str, str]) -> list[str]:
        found = ["name:" + same_text(row["applicant"])]
        parent = "" if row.get("parent", "") == NONE else row.get("parent", "")
        counted = {same_text(w) for k in blueprint.applicants.as_one for w in _UNIT_KINDS[k]}
        if parent and same_text(row.get("unit_kind", "")) in counted:
            return [*found, "name:" + same_text(parent)]
        code, _ = check_credit_code(row.get("credit_code", ""))
        return [*found, "code:" + code] if len(code) == 18 else found

    for row in rows:
        for a, b in zip(keys(row), keys(row)[1:], strict=False):
            join(a, b)
    shown: dict[str, str] = {}
    for row in rows:
        top = root(keys(row)[0])
        shown[top] = min(shown.get(top, row["applicant"]), row["applicant"])
    return [shown[root(keys(row)[0])] for row in rows]


def eligibility_fault(
    blueprint: Blueprint, row: Mapping[str, str], regions: Regions
) -> tuple[str, str] | None:
    """The rule by which this applicant may not apply, with what was found; what a row does not say is not held against it."""
    rules = blueprint.applicants
    if rules.owner_only and same_text(row.get("role", "")) in (
        "乙方",
        "承建单位",
        "服务提供方",
        "contractor",
    ):
        return "entries.contractor-alone", row.get("role", "")
    if rules.who and not any(_fits(a, row, regions) for a in rules.who):
        told = "、".join(
            row[c] for c in ("applicant_kind", "unit_kind", "region", "taxed_region") if row.get(c)
        )
        return "entries.not-eligible", told
    return None


def _fits(alternative: Alternative, row: Mapping[str, str], regions: Regions) -> bool:
    kind = same_text(row.get("applicant_kind", "") or row.get("unit_kind", ""))
    known = {same_text(w) for words in _APPLICANT_KINDS.values() for w in words}
    if kind in known and kind not in {same_text(w) for w in _APPLICANT_KINDS[alternative.kind]}:
        return False
    return _lies_in(row.get("region", ""), alternative.registered_in, regions) and _lies_in(
        row.get("taxed_region", ""), alternative.taxed_in, regions
    )


def _lies_in(text: str, wanted: str | None, regions: Regions) -> bool:
    if wanted is None or not text:
        return True
    try:
        region = regions.find(text)
    except AmbiguousRegion:
        return True
    if region is None:
        return True
    # A row that names only the city of a wanted district does not say that it lies elsewhere.
    found, asked = _stem(region.code), _stem(wanted)
    return found.startswith(asked) or asked.startswith(found)


def _stem(code: str) -> str:
    """The digits of a GB/T 2260 code that say something: two of a province, four of a city, six of a county."""
    return code[:2] if code.endswith("0000") else code[:4] if code.endswith("00") else code
