"""The shipped blueprints against the figures of the documents that they come from."""

from __future__ import annotations

import re
from decimal import Decimal
from functools import cache
from pathlib import Path

import pytest

from guiguan.core.blueprint.counting import Award, Ranking
from guiguan.core.blueprint.form import ChoiceField, ConsentField, FormField, ListField, RowsField, TextField
from guiguan.core.blueprint.funding import Funding
from guiguan.core.blueprint.load import Loaded, load_blueprint
from guiguan.core.blueprint.lookup import fields, option_labels, ranking_of, stage_of
from guiguan.core.blueprint.model import Blueprint
from guiguan.core.blueprint.stages import Ballots, Panel, Registration, Release, Screening, Selection

FOLDER = Path(__file__).parents[2] / "blueprints"
WARNINGS = {
    "big-data-society-membership": [],
    "ceprei-xinchuang-2022": ["blueprint.no-time-between", "blueprint.windows-overlap"],
    "guangxi-2021": ["blueprint.paper-same-day"],
    "guangxi-scenarios-government": [],
    "guangxi-scenarios-social": [],
    "open-data-contest-2023": [],
    "qingdao-2020": ["blueprint.no-time-between", "blueprint.shared-ip"],
}
"""What each document itself gets wrong: the rule ids of the warnings, in order of place."""

SIX_CRITERIA = [15, 30, 15, 20, 10, 10]
WAN = 1_000_000
"""万元 in fen."""


@cache
def loaded(name: str) -> Loaded:
    return load_blueprint((FOLDER / f"{name}.yaml").read_bytes(), f"{name}.yaml")


def blueprint(name: str) -> Blueprint:
    return loaded(name).blueprint


def panel(b: Blueprint, name: str) -> Panel:
    stage = stage_of(b, name)
    assert isinstance(stage, Panel)
    return stage


def ballots(b: Blueprint, name: str) -> Ballots:
    stage = stage_of(b, name)
    assert isinstance(stage, Ballots)
    return stage


def selection(b: Blueprint, name: str) -> Selection:
    stage = stage_of(b, name)
    assert isinstance(stage, Selection)
    return stage


def award(b: Blueprint, name: str) -> Award:
    return next(a for a in b.awards if a.id == name)


def weights(measure: Panel | Ranking) -> list[Decimal | None]:
    items = measure.criteria if isinstance(measure, Panel) else measure.parts
    return [i.weight for i in items]


def choice(field: FormField) -> ChoiceField:
    assert isinstance(field, ChoiceField)
    return field


def limits(b: Blueprint) -> dict[str, int]:
    """Every text field's limit of characters by its id."""
    return {f.id: f.max for f in b.form if isinstance(f, TextField) and f.max is not None}


def quotas(b: Blueprint) -> list[tuple[tuple[str, ...], int]]:
    return [(q.per, q.max) for q in b.applicants.quotas]


def tiers(funding: Funding) -> list[tuple[int | None, int]]:
    """Upper edge in fen and percentage of each tier."""
    return [(t.up_to, int(t.percent)) for t in funding.tiers]


def payments(funding: Funding) -> list[tuple[int, str]]:
    """Percentage and condition of each instalment."""
    return [(int(p.percent), p.after) for p in funding.payments]


def test_the_shipped_files_are_exactly_these_seven() -> None:
    assert sorted(p.stem for p in FOLDER.glob("*.yaml")) == sorted(WARNINGS)


@pytest.mark.parametrize("name", sorted(WARNINGS))
def test_loads_with_only_the_warnings_that_the_document_causes(name: str) -> None:
    found = loaded(name)
    assert [f.rule for f in found.findings] == WARNINGS[name]
    assert {f.severity for f in found.findings} <= {"warning"}
    assert found.blueprint.campaign == name


@pytest.mark.parametrize("name", sorted(WARNINGS))
def test_every_choice_of_category_is_a_category_and_every_condition_an_option(name: str) -> None:
    b = blueprint(name)
    known = fields(b)
    titles = {c.title if isinstance(c.title, str) else c.title["zh"] for c in b.categories}
    if "category" in known:
        assert set(option_labels(choice(known["category"]))) == titles
    conditions = [*(a.when for a in b.awards), *(f.when for f in b.funding), *(f.shown_when for f in b.form)]
    for condition in conditions:
        for field_id, wanted in (condition or {}).items():
            assert set(wanted) <= set(option_labels(choice(known[field_id])))


@pytest.mark.parametrize("name", sorted(WARNINGS))
def test_no_mobile_number_and_no_private_contact_stands_in_a_shipped_file(name: str) -> None:
    text = (FOLDER / f"{name}.yaml").read_text("utf-8")
    assert not re.search(r"(?<!\d)1[3-9]\d{9}(?!\d)|\*{4}|联系人：|答疑人", text)


def test_guangxi_2021() -> None:
    b = blueprint("guangxi-2021")
    assert len(b.categories) == 10
    assert b.categories[-1].areas == "free"
    assert quotas(b) == [(("applicant", "area"), 2)]
    assert b.applicants.as_one == ("branch",)
    vote = ballots(b, "vote")
    assert (vote.window, vote.voter, vote.choices.exactly) == (("2021-06-10", "2021-06-16"), ("wechat",), 10)
    assert [(limit.per, limit.max) for limit in vote.limits] == [(("voter", "entry", "day"), 1)]
    assert weights(panel(b, "experts")) == SIX_CRITERIA
    final = ranking_of(b, "final")
    assert final.within == ("category", "area")
    assert [(p.source, int(p.weight)) for p in final.parts] == [("vote", 20), ("experts", 80)]
    assert award(b, "best").take.count == 1
    assert award(b, "excellent").take.decided == "none"
    assert b.organisation_awards[0].honour == "commendation"


def test_qingdao_2020() -> None:
    b = blueprint("qingdao-2020")
    assert len(b.organisers.undertaker) == 7
    assert [len(c.areas) for c in b.categories if not isinstance(c.areas, str)] == [8, 8, 4, 9, 9, 7, 9, 7, 4]
    assert b.categories[-1].areas == "free"
    assert quotas(b) == [(("applicant", "area"), 2)]
    vote = ballots(b, "vote")
    assert (vote.window, vote.voter, vote.choices.exactly) == (("2020-08-22", "2020-08-31"), ("ip",), 1)
    assert [(limit.per, limit.max) for limit in vote.limits] == [(("ip", "day"), 1)]
    assert len(vote.channels) == len(vote.partners) == 1 + 9 + 7  # the service system, 9 accounts, 7 sites
    assert weights(panel(b, "media")) == weights(panel(b, "experts")) == SIX_CRITERIA
    final = ranking_of(b, "final")
    assert final.within == ("category",)
    assert [(p.source, int(p.weight)) for p in final.parts] == [("vote", 55), ("media", 15), ("experts", 30)]
    assert final.bonus is not None
    assert (final.bonus.to, final.bonus.per) == ("experts", "entry")
    assert final.bonus.points == final.bonus.cap == 2
    assert award(b, "typical").trophy
    assert [(o.title, o.honour) for o in b.organisation_awards] == [
        ("2020青岛信息化典型案例评选活动优秀组织奖", "award")
    ]
    fixed = {"about": 200, "honours": 100, "summary": 200, "description": 800}
    assert fixed.items() <= limits(b).items()


def test_the_operating_date_of_qingdao_is_the_last_day_of_may() -> None:
    running = next(f for f in blueprint("qingdao-2020").form if f.kind == "date")
    assert (running.id, running.until, running.within) == ("running_since", "2020-05-31", None)


def test_ceprei_routes_31_provinces_to_14_undertakers_or_the_host() -> None:
    b = blueprint("ceprei-xinchuang-2022")
    assert b.routing is not None
    desks = [(d.provinces, len(d.undertakers)) for d in b.routing.desks]
    assert len(desks) == 13
    assert [count for provinces, count in desks if provinces == ("440000",)] == [2]
    assert [u for d in b.routing.desks for u in d.undertakers] == list(b.organisers.undertaker)
    assert len(b.organisers.undertaker) == 14
    areas = [c for c in b.contacts if c.area]
    assert len(areas) == 7
    answered = [p for c in areas for p in c.provinces]
    assert len(answered) == len(set(answered)) == 31
    assert {p for provinces, _ in desks for p in provinces} <= set(answered)


def test_ceprei_counts() -> None:
    b = blueprint("ceprei-xinchuang-2022")
    assert len(b.categories) == 6
    assert quotas(b) == [(("applicant",), 3), (("consortium",), 1)]
    assert weights(panel(b, "initial")) == weights(panel(b, "final_panel")) == [25, 25, 25, 25]
    assert panel(b, "initial").per_region
    recommended = selection(b, "recommended")
    assert (recommended.by, recommended.within) == ("regional", ("province",))
    take = recommended.take
    # "Not more than 10 %": never rounded up, and a tie at the cut must not carry it above.
    assert (take.percent, take.minimum) == (Decimal(10), 0)
    assert (take.of, take.rounding, take.ties_at_cut) == ("declare", "floor", "none")
    assert [a.by for a in b.awards] == [
        "final",
        "final_panel.quality",
        "final_panel.compatibility",
        "final_panel.promotion",
        "final_panel.fullstack",
    ]
    assert {h.needs for h in b.halls} == {("disclosure",)}
    register = stage_of(b, "register")
    assert isinstance(register, Registration)
    assert not register.needed
    notices = [s.window for s in b.stages if s.kind == "notice"]
    assert notices == [("2023-03-01", "2023-03-15"), ("2023-04-01", "2023-04-15")]


def test_ceprei_form() -> None:
    b = blueprint("ceprei-xinchuang-2022")
    known = fields(b)
    advisory = {f.id: f.max for f in b.form if isinstance(f, TextField) and f.limit == "advisory"}
    assert advisory == {"about_long": 500, "outline": 500, "structure": 1000}
    hard = {"title": 100, "intro": 500, "about": 200, "summary": 300, "highlights": 300}
    assert hard.items() <= limits(b).items()
    assert len(choice(known["industries"]).options) == 21
    scenes = choice(known["scenes"])
    groups = [o.group for o in scenes.options if not isinstance(o, str)]
    assert [groups.count(g) for g in dict.fromkeys(groups)] == [6, 6, 6, 6, 2, 4]
    assert scenes.other
    disclosure = known["disclosure"]
    assert isinstance(disclosure, ConsentField)
    assert disclosure.answers == ("自愿", "经审批后", "不愿")


@pytest.mark.parametrize("name", ["guangxi-scenarios-government", "guangxi-scenarios-social"])
def test_scenarios_roll_and_are_released_by_the_half_year(name: str) -> None:
    b = blueprint(name)
    assert b.basis is not None
    assert (b.basis.status, b.basis.in_force, b.basis.issued) == ("draft", "2025-01-01", None)
    assert stage_of(b, "declare").rolling
    titles = [c.title for c in panel(b, "review").criteria]
    assert titles == ["重大任务牵引", "创新突破", "预期目标", "经济效益", "社会效益"]
    assert weights(panel(b, "review")) == [20] * 5
    release = stage_of(b, "release")
    assert isinstance(release, Release)
    assert release.every == "half_year"
    assert [(a.of, a.take.everyone, a.listed) for a in b.awards] == [("release", True, "unranked")]
    assert {f.cap for f in b.funding} == {3 * 100 * WAN}
    assert {f.granted for f in b.funding} == {"none"}


def test_scenarios_of_government() -> None:
    b = blueprint("guangxi-scenarios-government")
    kinds = [s.kind for s in b.stages if s.kind not in ("panel", "selection")]
    assert kinds == ["declaration", "endorsement", "release", "build", "accept", "evaluate", "promote"]
    for funding in b.funding:
        assert tiers(funding) == [(500 * WAN, 10), (1000 * WAN, 15), (None, 20)]
        assert {c.when: c.takes for c in funding.clawback} == {
            "acceptance_failed": "prepaid",
            "targets_missed": "prepaid",
        }
    planned, built = b.funding
    assert payments(planned) == [(50, "approval"), (50, "acceptance")]
    assert payments(built) == [(100, "acceptance")]
    assert (planned.when, built.when) == ({"progress": ("拟建",)}, {"progress": ("已建",)})
    rows = fields(b)["list"]
    assert isinstance(rows, RowsField)
    assert len(rows.columns) == 11
    assert [c.group for c in rows.columns] == ["重大需求"] * 3 + ["多跨场景应用"] * 6 + ["改革任务"] * 2
    assert [len(c.options) for c in rows.columns if c.options] == [6, 2, 5]


def test_scenarios_of_society() -> None:
    b = blueprint("guangxi-scenarios-social")
    # Built already: nothing is built or accepted on this route.
    assert not {"build", "accept", "evaluate"} & {s.kind for s in b.stages}
    (funding,) = b.funding
    assert tiers(funding) == [(None, 20)]
    assert payments(funding) == [(100, "granted")]
    assert funding.when == {"progress": ("已建",)}
    qualify = stage_of(b, "qualify")
    assert isinstance(qualify, Screening)
    assert qualify.undecided == "fails"
    assert "not_built" in qualify.reasons
    proofs = [f for f in b.form if f.clause is not None and f.clause.startswith("附件2第三部分（")]
    assert len(proofs) == 6
    assert not any(f.none_accepted for f in proofs)
    assert {"background": 300, "plan": 500, "benefits": 100, "report_plan": 5000}.items() <= limits(b).items()
    assert "公司主体5年内不搬离广西" in b.applicants.obligations


def test_contest_prizes_sum_to_exactly_310000_yuan() -> None:
    b = blueprint("open-data-contest-2023")
    prizes = [a for a in b.awards if a.prize is not None]
    assert [(a.id, a.take.count) for a in prizes] == [
        ("special", 1),
        ("first", 2),
        ("second", 4),
        ("third", 6),
    ]
    total = sum(a.prize * a.take.count for a in prizes if a.prize is not None and a.take.count is not None)
    assert b.budget is not None
    assert total == b.budget.total == 31 * WAN
    assert [a.after for a in prizes] == [
        (),
        ("special",),
        ("special", "first"),
        ("special", "first", "second"),
    ]
    # A shared last place would give more prizes than the budget holds.
    assert ranking_of(b, "final").last == "submitted"


def test_contest_final() -> None:
    b = blueprint("open-data-contest-2023")
    assert (len(b.categories), b.languages) == (7, ("zh", "en"))
    assert all(isinstance(c.title, dict) and set(c.title) == {"zh", "en"} for c in b.categories)
    assert selection(b, "finalists").take.count == 25
    final = panel(b, "final_panel")
    assert final.window == ("2023-03-10", "2023-03-10")
    assert final.seats == 11
    assert final.defence is not None
    assert final.defence.place == "both"
    named = {a.id: a.by for a in b.awards if a.id.startswith("best_")}
    assert named == {
        "best_popularity": "popularity",
        "best_creativity": "final_panel.creativity",
        "best_potential": "final_panel.potential",
        "best_team": "final_panel.team",
        "best_integration": "final_panel.integration",
        "best_empowerment": "final_panel.empowerment",
    }


def test_membership_admits_without_ranking() -> None:
    b = blueprint("big-data-society-membership")
    assert b.rankings == ()
    assert not {"ballots", "panel", "selection"} & {s.kind for s in b.stages}
    admit = stage_of(b, "admit")
    assert isinstance(admit, Screening)
    assert (len(admit.checklist), admit.undecided) == (3, "fails")
    names = ["会长单位", "常务副会长单位", "副会长单位", "理事单位", "会员单位"]
    assert [a.title for a in b.awards] == names
    assert [a.when for a in b.awards] == [{"tier": (t,)} for t in names]
    assert {(a.of, a.take.everyone, a.listed) for a in b.awards} == {("admit", True, "unranked")}
    assert b.directory is not None
    assert b.directory.as_of == "2023-03-31"
    assert b.directory.tiers == tuple(a.id for a in b.awards)


def test_lists_in_order_have_the_maximum_of_their_form() -> None:
    found = {
        (name, f.id): f.max
        for name in ("guangxi-2021", "qingdao-2020")
        for f in blueprint(name).form
        if isinstance(f, ListField)
    }
    assert found == {("guangxi-2021", "partners"): 2, ("qingdao-2020", "builders"): 3}
