"""Whether a unit may apply at all, in words that name the clause (D6). The rule is `applicant.eligibility_fault`."""

from __future__ import annotations

from collections.abc import Mapping

from guiguan.core.blueprint.model import Blueprint
from guiguan.core.blueprint.people import Alternative
from guiguan.core.entries.applicant import eligibility_fault
from guiguan.core.entries.standing import Reason
from guiguan.core.values.exclusion import RULES
from guiguan.core.values.regions import Regions

_KINDS = {
    "legal_person": ("独立法人", "legal persons"),
    "branch": ("非独立法人", "branches"),
    "team": ("团队", "teams"),
    "person": ("个人", "persons"),
    "public_body": ("机关、事业单位", "public bodies"),
}


def not_eligible(blueprint: Blueprint, unit: Mapping[str, str], regions: Regions) -> tuple[Reason, ...]:
    """Why the unit may not apply; nothing where it may. `unit` has the facts that are known, named as the columns of an
    entries table (applicant_kind, unit_kind, region, taxed_region, role); what is not known is not held against it."""
    fault = eligibility_fault(blueprint, unit, regions)
    if fault is None:
        return ()
    rule, found = fault
    zh, en = RULES[rule]
    clause = blueprint.applicants.clause or ""
    if rule != "entries.not-eligible":
        return (Reason(rule, f"{zh}：{found}", f"{en}: {found}", clause),)
    wanted = [_words(a, regions) for a in blueprint.applicants.who]
    return (
        Reason(
            rule,
            f"{zh}：须为{'，或'.join(w[0] for w in wanted)}",
            f"{en}; wanted: {', or '.join(w[1] for w in wanted)}",
            clause,
        ),
    )


def _words(alternative: Alternative, regions: Regions) -> tuple[str, str]:
    kind_zh, kind_en = _KINDS[alternative.kind]
    zh, en = "", ""
    if alternative.registered_in:
        place = _name(alternative.registered_in, regions)
        zh, en = f"在{place}注册登记的", f" registered in {place}"
    if alternative.taxed_in:
        place = _name(alternative.taxed_in, regions)
        zh, en = f"{zh}在{place}纳税的", f"{en} taxed in {place}"
    return zh + kind_zh, kind_en + en


def _name(code: str, regions: Regions) -> str:
    region = regions.find(code)
    return region.name if region is not None else code
