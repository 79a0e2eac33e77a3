"""Where applicants are: the places of the blueprint's own region, or of the whole country."""

from __future__ import annotations

import re
from dataclasses import dataclass

from guiguan.core.blueprint.base import say
from guiguan.core.blueprint.lookup import groupings_used
from guiguan.core.blueprint.model import Blueprint
from guiguan.core.values.regions import Region, Regions
from guiguan.replay.rehearse.stream import Stream, Weighted

# Inhabitants in 100,000 by province, census of 2020 (National Bureau of Statistics).
PEOPLE: dict[str, int] = {
    "110000": 219, "120000": 139, "130000": 746, "140000": 349, "150000": 240, "210000": 426, "220000": 241,
    "230000": 319, "310000": 249, "320000": 847, "330000": 646, "340000": 610, "350000": 415, "360000": 452,
    "370000": 1015, "410000": 994, "420000": 578, "430000": 664, "440000": 1260, "450000": 501, "460000": 101,
    "500000": 321, "510000": 837, "520000": 386, "530000": 472, "540000": 36, "610000": 395, "620000": 250,
    "630000": 59, "640000": 72, "650000": 259,
}  # fmt: skip
MUNICIPALITIES = ("110000", "120000", "310000", "500000")
_PEOPLES = [
    "壮族",
    "回族",
    "藏族",
    "苗族",
    "侗族",
    "瑶族",
    "彝族",
    "满族",
    "傣族",
    "白族",
    "黎族",
    "羌族",
    "佤族",
    "土族",
    "水族",
    "怒族",
    "畲族",
    "京族",
    "各族",
    "朝鲜族",
    "土家族",
    "布依族",
    "哈尼族",
    "仫佬族",
    "毛南族",
    "傈僳族",
    "景颇族",
    "拉祜族",
    "仡佬族",
    "普米族",
    "纳西族",
    "独龙族",
    "布朗族",
    "撒拉族",
    "东乡族",
    "保安族",
    "裕固族",
    "维吾尔",
    "蒙古族",
    "蒙古",
    "哈萨克族",
    "哈萨克",
    "柯尔克孜",
    "锡伯",
    "达斡尔族",
    "鄂温克族",
]
_ENDING = "(?:自治区|自治州|自治县|地区|省|市|县|区|盟|旗)$"
_LONG = re.compile(f"(?:{'|'.join(_PEOPLES)})*{_ENDING}")
# Prefectures by the sea: the others have no sea port and no maritime bureau.
_COAST = [
    "1201",
    "1302",
    "1303",
    "1309",
    "2102",
    "2106",
    "2107",
    "2108",
    "2109",
    "2114",
    "3101",
    "3206",
    "3207",
    "3209",
    "3302",
    "3303",
    "3304",
    "3307",
    "3309",
    "3310",
    "3501",
    "3502",
    "3503",
    "3505",
    "3506",
    "3509",
    "3702",
    "3705",
    "3706",
    "3707",
    "3710",
    "3711",
    "3716",
    "4401",
    "4403",
    "4404",
    "4405",
    "4407",
    "4408",
    "4409",
    "4413",
    "4415",
    "4417",
    "4420",
    "4451",
    "4452",
    "4505",
    "4506",
    "4507",
    "4601",
    "4602",
]


@dataclass(frozen=True)
class Place:
    """A city, district or county with its province. `name` as in 南宁市, `short` as in 南宁."""

    code: str
    name: str
    short: str
    province: str
    province_short: str
    city_short: str = ""

    @property
    def is_city(self) -> bool:
        return self.code.endswith("00")

    @property
    def lies_by_the_sea(self) -> bool:
        return self.code[:4] in _COAST


def short_name(name: str) -> str:
    """The name without what kind of division it is: 广西 for 广西壮族自治区, 南宁 for 南宁市; 马山县 stays."""
    for cut in (_LONG.sub("", name), re.sub(_ENDING, "", name)):  # 内蒙古 must not become 内
        if len(cut) >= 2:
            return cut
    return name


def home_of(blueprint: Blueprint) -> str:
    """The code of the region that the campaign is for; empty where it is open to the whole country."""
    for alternative in blueprint.applicants.who:
        code = alternative.registered_in or alternative.taxed_in
        if code:
            return code
    if blueprint.routing is not None or "province" in groupings_used(blueprint):
        return ""
    text = say(blueprint.title) + "".join(blueprint.organisers.host)
    found = [r for r in Regions.official().current if _may_be_home(r) and short_name(r.name) in text]
    # The longest name, the highest division: 广西 and not a district that happens to be called so.
    return min(found, key=lambda r: (r.city_code != "", -len(r.name), r.code)).code if found else ""


def _may_be_home(region: Region) -> bool:
    return region.code in PEOPLE or (region.code.endswith("00") and "直辖" not in region.name)


class Places:
    """The places that applicants come from, the bigger the more often."""

    def __init__(self, home: str) -> None:
        self.home = home
        every = [r for r in Regions.official().current if r.province_code in PEOPLE and _is_named(r)]
        self.names = {r.code: r.name for r in Regions.official().current}
        # A region that has since been abolished is taken as its province.
        narrow = [r for r in every if r.code.startswith(_prefix(home))]
        inside = narrow or [r for r in every if r.code.startswith(home[:2])] or every
        self.by_province: dict[str, Weighted[Place]] = {}
        for province in sorted({r.province_code for r in inside}):
            own = [r for r in inside if r.province_code == province and r.code != province]
            self.by_province[province] = Weighted(
                [self._place(r) for r in own], [_weight(r, home) for r in own]
            )
        provinces = sorted(self.by_province)
        self._provinces = Weighted(provinces, [PEOPLE[p] for p in provinces])
        self.cities = tuple(self._place(r) for r in inside if r.code.endswith("00") and r.city_code)
        self.districts = tuple(self._place(r) for r in inside if not r.code.endswith("00"))

    @property
    def nationwide(self) -> bool:
        return not self.home

    @property
    def home_name(self) -> str:
        return self.names.get(self.home, "全国")

    def draw(self, stream: Stream) -> Place:
        return self.by_province[self._provinces.draw(stream)].draw(stream)

    def by_the_sea(self, stream: Stream) -> Place:
        """A place on the coast, where the region has one."""
        coast = [p for p in (*self.cities, *self.districts) if p.lies_by_the_sea]
        return stream.one(coast) if coast else self.draw(stream)

    def elsewhere(self, stream: Stream) -> Place:
        """A place outside the home region (outside the district or city where the home is one)."""
        away = Places("440000" if not self.home.startswith("44") else "330000")
        return away.draw(stream)

    def _place(self, region: Region) -> Place:
        province = short_name(self.names[region.province_code])
        city = self.names.get(region.city_code, "")
        city_short = short_name(city) if city and _is_named_text(city) else province
        return Place(
            region.code, region.name, short_name(region.name), region.province_code, province, city_short
        )


def _prefix(home: str) -> str:
    """What codes inside the home begin with: 45 for 450000, 3702 for 370200."""
    return home[:2] if home.endswith("0000") else home[:4] if home.endswith("00") else home


def _is_named(region: Region) -> bool:
    return _is_named_text(region.name)


def _is_named_text(name: str) -> bool:
    return name not in ("市辖区", "县", "市", "林区") and "直辖" not in name


def _weight(region: Region, home: str) -> int:
    """A province's capital most, its other cities less, districts and counties least."""
    if region.code.endswith("0100"):
        return 60
    if region.code.endswith("00"):
        return 16 if home != region.code else 30
    return 4 if region.name.endswith("区") else 2
