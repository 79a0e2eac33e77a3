"""Applicants: plausible names, codes that pass the standard's check, nobody who exists by his own name."""

from __future__ import annotations

import re

from guiguan.core.values.credit_code import check_credit_code
from guiguan.replay.rehearse.organisations import (
    association,
    company,
    group_unit,
    person,
    public_body,
    team,
)
from guiguan.replay.rehearse.places import Place, Places
from guiguan.replay.rehearse.stream import Stream
from guiguan.replay.rehearse.topic_words import TOPICS
from guiguan.replay.rehearse.topics import topic_for

NANNING = next(p for p in Places("450000").cities if p.code == "450100")


def test_every_credit_code_is_right_in_both_checks() -> None:
    s, places = Stream("codes"), Places("450000")
    for topic in TOPICS:
        for make in (public_body, company):
            code = make(s, topic, places.draw(s)).credit_code
            assert check_credit_code(code) == (code, None)
            assert code[16] == _organisation_check(code[8:16])


def _organisation_check(body: str) -> str:
    total = sum(w * int(c, 36) for w, c in zip((3, 7, 9, 10, 5, 8, 4, 2), body, strict=True))
    return "0123456789X0"[11 - total % 11]


def test_bodies_are_those_of_the_place_and_the_field() -> None:
    who = public_body(Stream("b"), topic_for("医疗保障", ""), NANNING)
    assert who.name in ("南宁市医疗保障局", "南宁市医疗保障事业管理中心")
    assert who.credit_code.startswith(("11450100", "12450100"))


def test_where_no_body_works_a_company_does() -> None:
    who = public_body(Stream("b"), topic_for("智能工厂", ""), NANNING)
    assert who.kind == "state_company"
    assert re.fullmatch(r"广西..\S+集团有限公司", who.name)


def test_companies_are_called_after_their_place_and_a_made_up_brand() -> None:
    who = company(Stream("c"), topic_for("农业", ""), NANNING)
    assert re.fullmatch(r"(广西|南宁)(..)\S+(有限公司|股份有限公司|有限责任公司)", who.name)
    assert who.name.removeprefix("广西").removeprefix("南宁").startswith(who.brand)


def test_branches_and_subsidiaries_name_their_group() -> None:
    s = Stream("g")
    parent = company(s, topic_for("物流", ""), NANNING, "state_company")
    branch = group_unit(s, parent, NANNING, "branch")
    assert (branch.name, branch.parent) == (f"{parent.name}南宁分公司", parent.name)
    subsidiary = group_unit(s, parent, NANNING, "subsidiary")
    assert subsidiary.name.startswith(f"南宁{parent.brand}")
    assert subsidiary.parent == parent.name


def test_teams_associations_and_persons() -> None:
    s = Stream("t")
    assert re.fullmatch(r"....团队", team(s, NANNING).name)
    assert re.fullmatch(r"南宁\S+(协会|促进会)", association(s, NANNING).name)
    assert person(7, NANNING).name == "个人开发者（007号）"


def test_a_district_company_goes_by_its_city() -> None:
    district = Place("450103", "青秀区", "青秀", "450000", "广西", "南宁")
    names = {company(Stream("d", str(i)), TOPICS[0], district).name[:2] for i in range(30)}
    assert names == {"广西", "南宁"}
