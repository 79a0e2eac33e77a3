"""Who may apply, in words that name the clause."""

from pathlib import Path

import pytest

from guiguan.core.blueprint.load import load_blueprint
from guiguan.core.entries.eligible import not_eligible
from guiguan.core.values.regions import Regions

ROOT = Path(__file__).resolve().parents[3]
GX = load_blueprint((ROOT / "blueprints" / "guangxi-2021.yaml").read_bytes(), "gx").blueprint
REGIONS = Regions.official()


@pytest.mark.parametrize(
    "unit",
    [
        {"region": "450100"},
        {"region": "450103", "applicant_kind": "独立法人"},
        {"applicant_kind": "独立法人"},
        {},
        {"unit_kind": "分公司", "region": "440100"},  # where it pays its taxes is not known
    ],
)
def test_what_is_right_or_not_known_is_no_hindrance(unit: dict[str, str]) -> None:
    assert not_eligible(GX, unit, REGIONS) == ()


def test_a_legal_person_of_another_province_is_told_who_may_apply_and_where_it_stands() -> None:
    (reason,) = not_eligible(GX, {"applicant_kind": "独立法人", "region": "440100"}, REGIONS)
    assert reason.rule == "entries.not-eligible"
    assert reason.text() == (
        "申报主体不符合申报条件：须为在广西壮族自治区注册登记的独立法人，或在广西壮族自治区注册登记的机关、事业单位，"
        "或在广西壮族自治区纳税的非独立法人（通知四（二））"
    )
    assert reason.text("en") == (
        "the applicant is not eligible; wanted: legal persons registered in 广西壮族自治区, or public bodies registered in "
        "广西壮族自治区, or branches taxed in 广西壮族自治区 (notice, 四（二）)"
    )


def test_a_contractor_alone_is_sent_to_its_client() -> None:
    (reason,) = not_eligible(GX, {"role": "乙方"}, REGIONS)
    assert reason.rule == "entries.contractor-alone"
    assert reason.clause == "四（二）"
