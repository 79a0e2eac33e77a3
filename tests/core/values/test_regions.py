from __future__ import annotations

import csv
import os
from collections import Counter
from pathlib import Path

import pytest

from guiguan.core.values.finding import InputError
from guiguan.core.values.regions import AmbiguousRegion, Region, Regions, province_code

DATA = (
    Path(os.environ.get("GUIGUAN_TEST_DATA") or Path(__file__).parents[4] / "shared" / "data")
    / "cn-divisions"
)
with_data = pytest.mark.skipif(
    not DATA.is_dir(), reason="no ../shared/data/cn-divisions; set GUIGUAN_TEST_DATA"
)

GUANGXI = Region("450000", "广西壮族自治区", "450000", "", retired=False)
NANNING = Region("450100", "南宁市", "450000", "450100", retired=False)
QINGXIU = Region("450103", "青秀区", "450000", "450100", retired=False)


@pytest.fixture(scope="module")
def official() -> Regions:
    return Regions.official()


def ministry_2019_04() -> dict[str, str]:
    with (DATA / "gb2260-mca" / "201904.tsv").open(encoding="utf-8", newline="") as file:
        return {row["Code"]: row["Name"] for row in csv.DictReader(file, delimiter="\t")}


@pytest.mark.parametrize(
    ("text", "region"),
    [
        ("450000", GUANGXI),
        ("广西壮族自治区", GUANGXI),
        ("广西", GUANGXI),
        ("450100", NANNING),
        (" 南宁市 ", NANNING),
        ("广西壮族自治区南宁市", NANNING),
        ("广西壮族自治区 南宁市", NANNING),
        ("广西南宁市", NANNING),
        ("450103", QINGXIU),
        ("４５０１０３", QINGXIU),
        ("青秀区", QINGXIU),
        ("南宁市青秀区", QINGXIU),
        ("广西壮族自治区青秀区", QINGXIU),
        ("广西壮族自治区南宁市青秀区", QINGXIU),
        ("广西南宁市青秀区", QINGXIU),
    ],
)
def test_code_and_name_lead_to_the_same_region(official: Regions, text: str, region: Region) -> None:
    assert official.find(text) == region


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("东莞市", "441900"),  # a city without counties
        ("河南省济源市", "419001"),  # a county straight under its province
        ("神农架林区", "429021"),
        ("随州市", "421300"),
        ("重庆市", "500000"),
        ("重庆市渝中区", "500103"),
        ("海南省海口市", "460100"),
        ("北京市", "110000"),
        ("南宁市市辖区", "450101"),
        ("杭州市临平区", "330113"),
        ("内蒙古", "150000"),
        ("吉林", "220000"),
        ("吉林市", "220200"),
        ("香港", "810000"),
        ("新疆维吾尔自治区乌鲁木齐市", "650100"),
        ("加格达奇区", "232761"),
    ],
)
def test_odd_places_in_force(official: Regions, text: str, code: str) -> None:
    region = official.find(text)
    assert region is not None
    assert (region.code, region.retired) == (code, False)


@pytest.mark.parametrize(
    ("text", "code", "name"),
    [
        ("450127", "450127", "横县"),
        ("横县", "450127", "横县"),  # not 452122, the code before 2002
        ("452122", "452122", "横县"),
        ("南宁市新城区", "450103", "新城区"),
        ("450104", "450104", "城北区"),
        ("南宁地区", "452100", "南宁地区"),
        ("山东省莱芜市", "371200", "莱芜市"),
        ("北京市密云县", "110228", "密云县"),
        ("海南省琼山市", "469004", "琼山市"),
    ],
)
def test_retired_codes_and_names_are_found_and_flagged(
    official: Regions, text: str, code: str, name: str
) -> None:
    region = official.find(text)
    assert region is not None
    assert (region.code, region.name, region.retired) == (code, name, True)


def test_a_city_known_by_its_old_name_still_has_its_districts(official: Regions) -> None:
    assert official.find("襄樊市襄城区") == official.find("襄阳市襄城区") == official.find("420602")


@pytest.mark.parametrize(
    ("text", "codes"),
    [
        ("朝阳区", ["110105", "220104"]),
        ("通州区", ["110112", "320612"]),
        ("江北区", ["330205", "500105"]),  # the latter until 2025
        ("河北省桥东区", ["130103", "130502", "130702"]),
    ],
)
def test_a_name_that_fits_several_places_is_never_guessed(
    official: Regions, text: str, codes: list[str]
) -> None:
    with pytest.raises(AmbiguousRegion) as caught:
        official.find(text)
    assert [r.code for r in caught.value.candidates] == codes
    assert all(code in caught.value.zh and code in caught.value.en for code in codes)
    assert f"可能指 {len(codes)} 个地方" in caught.value.zh


def test_an_ambiguous_name_is_shown_with_the_full_names(official: Regions) -> None:
    with pytest.raises(
        AmbiguousRegion, match="北京市朝阳区（110105）、吉林省长春市朝阳区（220104）；请写全称"
    ):
        official.find("朝阳区")


def test_at_most_ten_candidates_are_named(official: Regions) -> None:
    with pytest.raises(AmbiguousRegion) as caught:
        official.find("郊区")
    assert len(caught.value.candidates) > 10
    assert caught.value.zh.count("（") == 10
    assert "等；" in caught.value.zh


@pytest.mark.parametrize(
    "text", ["", "市辖区", "县", "省直辖县级行政单位", "999999", "45", "南宁", "火星市", "450103000000"]
)
def test_what_is_no_region_is_not_found(official: Regions, text: str) -> None:
    assert official.find(text) is None


def test_full_names(official: Regions) -> None:
    assert official.full_name(GUANGXI) == "广西壮族自治区"
    assert official.full_name(QINGXIU) == "广西壮族自治区南宁市青秀区"
    names = {code: official.find(code) for code in ("419001", "110105", "441900")}
    assert [official.full_name(r) for r in names.values() if r] == [
        "河南省济源市",
        "北京市朝阳区",
        "广东省东莞市",
    ]


def test_every_place_in_force_is_found_by_its_code_and_its_full_name(official: Regions) -> None:
    wrong = [r for r in official.current if official.find(r.code) != r]
    assert wrong == []
    placeholders = ("市辖区", "县", "省直辖县级行政单位", "自治区直辖县级行政单位")
    named = [r for r in official.current if r.name not in placeholders]
    assert [r for r in named if official.find(official.full_name(r)) != r] == []


@pytest.mark.parametrize("code", ["450103", "450100", "450000"])
def test_the_province_of_a_code(code: str) -> None:
    assert province_code(code) == "450000"


@pytest.mark.parametrize("code", ["", "45010", "4501033", "45o103", "４５０１０３"])
def test_the_province_of_what_is_no_code(code: str) -> None:
    with pytest.raises(ValueError, match="six-digit"):
        province_code(code)


def test_a_file_replaces_the_official_list() -> None:
    ours = Regions.from_rows(
        [("450000", "广西壮族自治区"), ("450100", "[-1999]邕州市,[2000-]南宁市"), ("450103", "青秀区")]
    )
    assert ours.current == (GUANGXI, NANNING, QINGXIU)
    assert ours.find("广西邕州市青秀区") == QINGXIU
    assert ours.find("邕州市") == Region("450100", "邕州市", "450000", "450100", retired=True)
    assert ours.find("朝阳区") is None


def test_every_unusable_row_of_a_file_is_reported() -> None:
    rows = [("45", "广西"), ("450100", ""), ("450103", "青秀区"), ("450103", "青秀区"), ("450103", "新城区")]
    with pytest.raises(InputError) as caught:
        Regions.from_rows(rows)
    assert [f.rule for f in caught.value.findings] == ["regions.row", "regions.row", "regions.twice"]


@with_data
def test_the_ministrys_list_of_april_2019_can_replace_the_official_one() -> None:
    ministry = Regions.from_rows(ministry_2019_04().items())
    assert len(ministry.current) == 3219
    assert sum(r.city_code == "" for r in ministry.current) == 34
    counties = Counter(r.province_code for r in ministry.current if not r.code.endswith("00"))
    assert counties["450000"] == 111
    assert counties["370000"] == 137
    assert ministry.find("广西壮族自治区南宁市横县") == Region(
        "450127", "横县", "450000", "450100", retired=False
    )
    # Beijing's districts have no row for a city above them there.
    assert ministry.find("北京市东城区") == Region("110101", "东城区", "110000", "110100", retired=False)


@with_data
def test_what_differs_from_the_ministrys_list_of_april_2019(official: Regions) -> None:
    theirs = ministry_2019_04()
    ours = {
        r.code: r.name for r in official.current if r.name not in ("市辖区", "县") and "直辖" not in r.name
    }
    assert len(theirs) == 3219
    assert len(ours) == 3216
    # What has come since is mostly made out of what has gone; all that has gone is still found.
    assert len(ours.keys() - theirs.keys()) == 72
    gone = theirs.keys() - ours.keys()
    assert len(gone) == 75
    found = {code: official.find(code) for code in gone}
    assert [code for code, r in found.items() if r is None or not r.retired or r.name != theirs[code]] == []
    renamed = {
        code: (theirs[code], ours[code]) for code in theirs.keys() & ours.keys() if theirs[code] != ours[code]
    }
    assert renamed == {"130502": ("桥东区", "襄都区"), "130503": ("桥西区", "信都区")}


@with_data
def test_provinces_and_counties_of_guangxi_and_shandong(official: Regions) -> None:
    assert sum(r.city_code == "" for r in official.current) == 34
    counties = Counter(
        r.province_code for r in official.current if not r.code.endswith("00") and r.name != "市辖区"
    )
    assert counties["450000"] == 111
    assert counties["370000"] == 136  # 137 until 长岛县 went into 蓬莱区 in 2020


@with_data
def test_codes_of_the_ministrys_lists_since_2002_that_are_not_known(official: Regions) -> None:
    unknown: set[str] = set()
    for path in sorted((DATA / "gb2260-mca").glob("20*.tsv")):
        with path.open(encoding="utf-8", newline="") as file:
            codes = [row["Code"] for row in csv.DictReader(file, delimiter="\t")]
        unknown |= {code for code in codes if official.find(code) is None}
    # In 2002-12 only, and other codes than here for five places that their names find: 江津市, …, 安西县.
    assert unknown == {"500181", "500182", "500183", "500184", "620925"}
    assert [r.code for name in ("江津市", "安西县") if (r := official.find(name))] == ["500381", "620922"]
