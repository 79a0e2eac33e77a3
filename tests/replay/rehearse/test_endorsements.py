"""Endorsements: by bodies of the kinds named, of the applicant's own place, nearly always where they are needed."""

from __future__ import annotations

from collections.abc import Callable

from guiguan.core.blueprint.load import Loaded
from guiguan.core.values.regions import Regions
from guiguan.replay.rehearse.endorsements import Endorsed, endorse, endorsers
from guiguan.replay.rehearse.entries import write_entries
from guiguan.replay.rehearse.places import Places, home_of

Load = Callable[[str], Loaded]


def endorsed(loaded: Loaded, count: int = 200) -> Endorsed:
    b = loaded.blueprint
    places = Places(home_of(b))
    return endorse(b, write_entries(b, places, "a", count).rows, places, "a")


def test_types_become_bodies_and_names_stay(shipped: Load) -> None:
    guangxi = endorsers(shipped("guangxi-2021").blueprint, Places("450000"))
    assert {"自治区教育厅", "南宁市委网信办", "国家税务总局广西壮族自治区税务局", "广西物联网协会"} <= set(
        guangxi
    )
    assert "青岛市教育局" in endorsers(shipped("qingdao-2020").blueprint, Places("370200"))
    ceprei = shipped("ceprei-xinchuang-2022").blueprint
    assert ceprei.endorsers is not None
    assert endorsers(ceprei, Places("")) == ceprei.endorsers.list


def test_where_it_is_needed_nearly_everybody_is_endorsed(shipped: Load) -> None:
    table = endorsed(shipped("guangxi-scenarios-government")).table
    assert 185 <= len({e for e, _, kind in table if kind == "compile"}) < 200


def test_where_it_is_not_about_half_are(shipped: Load) -> None:
    made = endorsed(shipped("guangxi-2021"))
    assert 70 <= sum(row["endorsed_by"] != "无" for row in made.rows) <= 110


def test_nobody_endorses_another_province(shipped: Load) -> None:
    made = endorsed(shipped("ceprei-xinchuang-2022"), 300)
    regions, place = Regions.official(), {row["entry"]: row["region"] for row in made.rows}
    own = made.table[:-3]  # the last three are the slips
    assert len(own) > 40
    for entry, body, _ in own:
        found = regions.find(place[entry])
        assert found is not None
        province = regions.find(found.province_code)
        assert province is not None
        assert body.startswith(province.name)


def test_a_campaign_without_endorsers_has_none(shipped: Load) -> None:
    assert endorsed(shipped("open-data-contest-2023"), 20).table == []


def test_three_slips_end_the_table(shipped: Load) -> None:
    table = endorsed(shipped("guangxi-scenarios-social")).table
    again, stranger, kind = table[-3:]
    assert again in table[:-3]
    assert stranger[0] == "Z0000"
    assert kind[2] == "comment"
