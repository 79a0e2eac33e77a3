"""Places: where a campaign is at home, and what its places are called in short."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest

from guiguan.core.blueprint.load import load_blueprint
from guiguan.core.values.regions import Regions
from guiguan.replay.rehearse.places import PEOPLE, Places, home_of, short_name
from guiguan.replay.rehearse.stream import Stream

BLUEPRINTS = Path(__file__).parents[3] / "blueprints"


@pytest.mark.parametrize(
    ("name", "home"),
    [
        ("guangxi-2021", "450000"),
        ("qingdao-2020", "370200"),
        ("ceprei-xinchuang-2022", ""),
        ("open-data-contest-2023", "450000"),
        ("big-data-society-membership", "450000"),
        ("guangxi-scenarios-social", "450000"),
    ],
)
def test_a_campaign_is_at_home_where_its_blueprint_says(name: str, home: str) -> None:
    blueprint = load_blueprint((BLUEPRINTS / f"{name}.yaml").read_bytes(), name).blueprint
    assert home_of(blueprint) == home


@pytest.mark.parametrize(
    ("name", "short"),
    [
        ("广西壮族自治区", "广西"),
        ("内蒙古自治区", "内蒙古"),
        ("新疆维吾尔自治区", "新疆"),
        ("南宁市", "南宁"),
        ("马山县", "马山"),
        ("融水苗族自治县", "融水"),
        ("耿马傣族佤族自治县", "耿马"),
        ("黔东南苗族侗族自治州", "黔东南"),
        ("大兴安岭地区", "大兴安岭"),
        ("沛县", "沛县"),
    ],
)
def test_short_names(name: str, short: str) -> None:
    assert short_name(name) == short


@pytest.mark.parametrize(("home", "prefix"), [("450000", "45"), ("370200", "3702"), ("450103", "450103")])
def test_every_place_lies_in_the_home_region_and_has_a_name(home: str, prefix: str) -> None:
    places, s = Places(home), Stream("p", home)
    for _ in range(300):
        place = places.draw(s)
        assert place.code.startswith(prefix)
        assert place.name not in ("市辖区", "县")
        found = Regions.official().find(place.code)
        assert found is not None
        assert found.name == place.name


def test_the_whole_country_has_every_province_the_populous_ones_more() -> None:
    places, s = Places(""), Stream("p")
    counts = Counter(places.draw(s).province for _ in range(6000))
    assert set(counts) == set(PEOPLE)
    assert counts["440000"] > 10 * counts["540000"]


def test_a_region_that_nobody_knows_does_not_stop_the_rehearsal() -> None:
    assert Places("459900").draw(Stream("p")).province == "450000"


def test_elsewhere_is_never_at_home() -> None:
    for home in ("450000", "370200", "440000"):
        assert not Places(home).elsewhere(Stream("p")).code.startswith(home[:2])


def test_maritime_places_lie_by_the_sea() -> None:
    places, s = Places("450000"), Stream("p")
    assert {places.by_the_sea(s).code[:4] for _ in range(60)} == {"4505", "4506", "4507"}
