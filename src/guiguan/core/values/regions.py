"""Administrative divisions (GB/T 2260) by code or name, also those abolished or renamed."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from types import MappingProxyType

from stdnum import numdb

from guiguan.core.values.chinese import half_width, same_text
from guiguan.core.values.finding import Finding, InputError

# Where the list in python-stdnum (from Wikipedia) is wrong, after the ministry's lists 2002-12 to 2019-04 and
# the statistics bureau's of 2023: two districts left out, three old codes never closed (closed here by
# the first list that lacks them), four names in traditional characters.
CORRECTIONS: Mapping[str, str] = MappingProxyType(
    {
        "232761": "[2018-]加格达奇区",
        "232762": "[2018-]松岭区",
        "232763": "[2018-]新林区",
        "232764": "[2018-]呼中区",
        "330113": "[2021-]临平区",
        "330114": "[2021-]钱塘区",
        "422900": "[-2002]林区",
        "422921": "[-2002]神农架林区",
        "429001": "[-2000]随州市",
    }
)

_CODE = re.compile("[0-9]{6}")
_SPELL = re.compile(r"(?:\[(?P<since>[0-9]{4})?-(?P<until>[0-9]{4})?\])?(?P<name>[^\[\],]+)")
_PROVINCE_ENDING = re.compile("(?:壮族|回族|维吾尔)?自治区$|特别行政区$|省$|市$")
# 海南 left 广东 in 1988, 重庆 left 四川 in 1997: the same places under codes of another province.
_SPLIT_OFF = frozenset({("440000", "460000"), ("510000", "500000")})
_NAMED_AT_MOST = 10


@dataclass(frozen=True, order=True)
class Region:
    """A division under one of its names. `retired`: since abolished, renamed or given another code.

    Codes are 6 digits; `city_code` is empty for a province and its own code for a city.
    """

    code: str
    name: str
    province_code: str
    city_code: str
    retired: bool


class AmbiguousRegion(ValueError):
    """The name fits several divisions; `candidates` are these, `zh` and `en` name them."""

    def __init__(self, text: str, candidates: tuple[Region, ...], full_names: Iterable[str]) -> None:
        named = [f"{name}（{r.code}）" for name, r in zip(full_names, candidates, strict=True)]
        listed = "、".join(named[:_NAMED_AT_MOST])
        more = "等" if len(named) > _NAMED_AT_MOST else ""
        self.zh = f"“{text}”可能指 {len(named)} 个地方：{listed}{more}；请写全称或六位区划代码。"
        self.en = f"“{text}” fits {len(named)} places: {listed}; give the full name or the six-digit code"
        self.candidates = candidates
        super().__init__(self.zh)


@dataclass(frozen=True)
class _Spell:
    """A region and the years its name was in force; None: from the first list, or still."""

    region: Region
    since: int | None
    until: int | None


@dataclass(frozen=True)
class Regions:
    """A list of divisions that is looked up by code or by name; see `official` and `from_rows`."""

    _by_code: Mapping[str, tuple[_Spell, ...]]
    _by_name: Mapping[str, tuple[_Spell, ...]]
    _by_short_name: Mapping[str, tuple[_Spell, ...]]

    @staticmethod
    def official() -> Regions:
        """GB/T 2260 as the installed python-stdnum knows it, since 1980, with CORRECTIONS."""
        return _official()

    @staticmethod
    def from_rows(rows: Iterable[tuple[str, str]]) -> Regions:
        """The list that a file gives, code and name a row; nothing is added from the official one.

        A name is plain (`青秀区`) or carries its years (`[1983-2003]新城区,[2004-]青秀区`). InputError with
        every finding where a row is unusable or contradicts another.
        """
        by_code: dict[str, tuple[_Spell, ...]] = {}
        findings: list[Finding] = []
        for code, name in rows:
            spells = _spells(code, name)
            if not spells:
                findings.append(_unusable_row(code, name))
            elif by_code.setdefault(code, spells) != spells:
                findings.append(_given_twice(code, name))
        if findings:
            raise InputError(*findings)
        return Regions(
            MappingProxyType(by_code),
            MappingProxyType(_index_of_names(by_code, short=False)),
            MappingProxyType(_index_of_names(by_code, short=True)),
        )

    @property
    def current(self) -> tuple[Region, ...]:
        """Every division in force, by code."""
        spells = (s.region for code in sorted(self._by_code) for s in self._by_code[code])
        return tuple(region for region in spells if not region.retired)

    def find(self, text: str) -> Region | None:
        """The division with that 6-digit code or name; None if none fits, AmbiguousRegion if several do.

        A name stands alone (`南宁市`) or behind those above it (`广西壮族自治区南宁市青秀区`). Only a text
        that fits nothing is read with the province in short (`广西南宁市`).
        """
        plain = half_width(text).strip()
        if _CODE.fullmatch(plain):
            spells = self._by_code.get(plain, ())
            return spells[-1].region if spells else None
        name = same_text(text)
        fitting = self._by_name.get(name) or self._by_short_name.get(name) or ()
        regions = _likeliest(fitting)
        if len(regions) > 1:
            raise AmbiguousRegion(text, regions, (self.full_name(r) for r in regions))
        return regions[0] if regions else None

    def full_name(self, region: Region) -> str:
        """The name behind the latest names of its province and city: `广西壮族自治区南宁市青秀区`."""
        return "".join(chain[-1] for chain in _names_above(self._by_code, region)) + region.name


def province_code(code: str) -> str:
    """The code of the province that a 6-digit code lies in; ValueError where it is no 6 digits."""
    if not _CODE.fullmatch(code):
        raise ValueError(f"{code!r} is not a six-digit division code")
    return code[:2] + "0000"


@cache
def _official() -> Regions:
    names = {
        province + rest: properties["county"]
        for _, province, _, _, children in numdb.get("cn/loc").prefixes
        for _, rest, _, properties, _ in children
    }
    return Regions.from_rows((names | dict(CORRECTIONS)).items())


def _spells(code: str, text: str) -> tuple[_Spell, ...]:
    """The names of one code, the one in force last; empty where the row cannot be read."""
    matches = [_SPELL.fullmatch(part) for part in text.strip().split(",")]
    if not _CODE.fullmatch(code):
        return ()
    spells = []
    for match in matches:
        if match is None:
            return ()
        since, until = (int(match[g]) if match[g] else None for g in ("since", "until"))
        spells.append(_Spell(_region(code, match["name"].strip(), retired=until is not None), since, until))
    return tuple(sorted(spells, key=lambda s: s.until or 9999))


def _region(code: str, name: str, *, retired: bool) -> Region:
    city = "" if code.endswith("0000") else code[:4] + "00"
    return Region(code, name, code[:2] + "0000", city, retired)


def _names_above(by_code: Mapping[str, tuple[_Spell, ...]], region: Region) -> list[list[str]]:
    """The names, latest last, of each division above it, the highest first; placeholders are no names."""
    above = sorted({region.province_code, region.city_code} - {region.code, ""})
    chains = [[s.region.name for s in by_code.get(code, ())] for code in above]
    return [names for names in chains if names and not _is_placeholder(names[-1])]


def _index_of_names(
    by_code: Mapping[str, tuple[_Spell, ...]], *, short: bool
) -> dict[str, tuple[_Spell, ...]]:
    index: dict[str, list[_Spell]] = defaultdict(list)
    for spells in by_code.values():
        for spell in spells:
            for written in _ways_to_write(by_code, spell.region, short=short):
                index[same_text(written)].append(spell)
    return {name: tuple(spells) for name, spells in index.items()}


def _ways_to_write(by_code: Mapping[str, tuple[_Spell, ...]], region: Region, *, short: bool) -> set[str]:
    """The name alone or behind those above it; with `short`, always behind the province in short."""
    if region.code == region.province_code:
        return {_PROVINCE_ENDING.sub("", region.name) if short else region.name}
    own = set() if _is_placeholder(region.name) else {region.name}
    above = _names_above(by_code, region)
    has_province = region.province_code in by_code
    provinces = above[0] if has_province else []
    cities = [name for names in above[1 if has_province else 0 :] for name in names]
    below = {city + region.name for city in cities}
    if short:
        return {_PROVINCE_ENDING.sub("", province) + rest for province in provinces for rest in own | below}
    return own | below | {province + rest for province in provinces for rest in own | below}


def _likeliest(fitting: tuple[_Spell, ...]) -> tuple[Region, ...]:
    """The places that the name may mean, each under its latest code.

    A place in force goes before a vanished one of the same name, but not before a vanished district: 江北区
    is in 宁波, and until 2025 was in 重庆 as well; a campaign may be older than the list.
    """
    last = {s.region for s in fitting if not any(_continues(later, s) for later in fitting)}
    likely = {r for r in last if not r.retired or _is_district(r)}
    in_force = any(not r.retired for r in last)
    return tuple(sorted(likely if in_force else last))


def _continues(later: _Spell, earlier: _Spell) -> bool:
    """Whether it is the same place with a later code. Both have the same name.

    No province has two counties or cities of one name. Districts are the same within one city, or where one
    ends as the other begins.
    """
    if earlier.until is None or _years(later) <= _years(earlier):
        return False
    provinces = (earlier.region.province_code, later.region.province_code)
    if provinces[0] != provinces[1] and provinces not in _SPLIT_OFF:
        return False
    follows_at_once = later.since is not None and 0 <= later.since - earlier.until <= 1
    same_city = earlier.region.city_code == later.region.city_code
    return same_city or follows_at_once or not _is_district(earlier.region)


def _years(spell: _Spell) -> tuple[int, int]:
    return spell.until or 9999, spell.since or 0


def _is_district(region: Region) -> bool:
    return region.name.endswith("区") and not region.name.endswith(("自治区", "林区", "特区"))


def _is_placeholder(name: str) -> bool:
    """Rows such as 省直辖县级行政单位 only hold the table together; nobody's address ends there."""
    return name in ("市辖区", "市", "县", "林区") or "直辖" in name


def _unusable_row(code: str, name: str) -> Finding:
    return Finding(
        "regions.row",
        f"区划表中的“{code}，{name}”无法使用：代码应为六位数字，名称不能为空。",
        f"the row “{code}, {name}” of the table of divisions is unusable: give a six-digit code and a name",
    )


def _given_twice(code: str, name: str) -> Finding:
    return Finding(
        "regions.twice",
        f"区划表中代码 {code} 出现两次且名称不同（后一次为“{name}”）；请只保留一行。",
        f"the table of divisions names the code {code} twice and differently (then “{name}”); keep one row",
    )
