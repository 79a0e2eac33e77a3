"""Whole campaigns as people go through them: at a desk, on a phone, and by keyboard alone."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pypdfium2
import pytest
from browser import acts
from browser.acts import Papers, button
from browser.conftest import Demo, filled, photograph
from browser.hands import WAYS, Hand, Keys, hand_of, size_of
from browser.pages import Watched, context_of, password_of
from playwright.sync_api import Browser, expect

from guiguan.core.blueprint.load import load_blueprint
from guiguan.core.blueprint.model import Blueprint

XC, GX = "ceprei-xinchuang-2022", "guangxi-2021"
UNITS = {
    "desk": ("13900002001", "走查桌面科技有限公司", "91450100MA5KWC001X"),
    "phone": ("13900002002", "走查手机科技有限公司", "91450100MA5KWD0015"),
    "keys": ("13900002003", "走查键盘科技有限公司", "91450100MA5KWE001C"),
    "desk gx": ("13900002004", "走查桌面案例有限公司", "91450100MA5KWF001K"),
    "phone gx": ("13900002005", "走查手机案例有限公司", "91450100MA5KWG001T"),
    "keys gx": ("13900002006", "走查键盘案例有限公司", "91450100MA5KWH0012"),
}


def blueprint_in(text: str) -> Blueprint:
    loaded = load_blueprint(text.encode(), "walk.yaml").blueprint
    assert loaded is not None
    return loaded


@pytest.fixture
def papers(tmp_path: Path) -> Papers:
    return acts.papers_in(tmp_path)


class Walk:
    """One person's browser and hand; faults of any page they saw stand in `seen`."""

    def __init__(self, chromium: Browser, demo: Demo, way: str) -> None:
        self.context = context_of(chromium, demo, size_of(way))
        self.context.set_default_timeout(60_000)  # a walk is long, and the machine may be busy
        self.hand: Hand = hand_of(self.context.new_page(), way)
        self.page = self.hand.page
        self.seen = Watched(self.page)
        self.way = way

    def look(self, name: str) -> None:
        """The page as it stands is without fault, and photographed."""
        photograph(self.page, f"walk-{name}-{self.way}")
        assert self.seen.faults() == []


@pytest.fixture
def walk(chromium: Browser, demo: Demo) -> Iterator[Callable[[str], Walk]]:
    walks: list[Walk] = []

    def begin(way: str) -> Walk:
        walks.append(Walk(chromium, demo, way))
        return walks[-1]

    yield begin
    for one in walks:
        one.context.close()


def read_receipt(walk: Walk, number: str) -> None:
    """The receipt behind its link names the entry and its unit."""
    link = acts.link(walk.page, "回执")
    if isinstance(walk.hand, Keys):
        walk.hand.reach(link)
    answer = walk.page.request.get(link.get_attribute("href") or "")
    assert answer.headers["content-type"] == "application/pdf"
    text = "".join(page.get_textpage().get_text_range() for page in pypdfium2.PdfDocument(answer.body()))
    assert number in text
    assert UNITS[walk.way][1] in text


def number_of(walk: Walk) -> str:
    """The number that the entry now has."""
    number = walk.page.locator("main p strong").first.inner_text()
    assert re.fullmatch(r"[A-Z0-9-]+-\d{4,}", number), number
    return number


def registered(walk: Walk, staff: Walk, demo: Demo, papers: Papers, unit: tuple[str, str, str]) -> None:
    """A new account, its unit registered and approved, and the applicant who sees it."""
    phone, name, code = unit
    acts.sign_up(walk.hand, demo, phone)
    walk.look("1-account")
    acts.register_unit(walk.hand, name, code, papers)
    walk.look("2-unit-waits")
    acts.sign_in_by(staff.hand, "demo-lead", password_of(demo))
    acts.approve_unit(staff.hand, name)
    staff.look("3-unit-approved")
    acts.place(walk.hand, "我的单位")
    expect(walk.page.locator("main")).to_contain_text("已通过")


@pytest.mark.parametrize("way", WAYS)
def test_a_solution_from_registration_to_its_receipt(
    demo: Demo, walk: Callable[[str], Walk], papers: Papers, way: str
) -> None:
    slug = f"xc-walk-{way}"
    campaign = filled(demo.data, "open_campaign", slug, XC, "2022-12-10")  # while people register
    blueprint = blueprint_in(campaign["text"])
    applicant, staff = walk(way), walk(way)
    registered(applicant, staff, demo, papers, UNITS[way])
    acts.place(applicant.hand, "我的申报")
    overview = acts.begin_entry(applicant.hand, campaign["title"])
    applicant.look("xc-4-begun")
    row = acts.invented(blueprint, slug)
    acts.fill_section(applicant.hand, blueprint, "方案报名", row, papers)
    acts.to_overview(applicant.hand)
    acts.hand_in(applicant.hand, "提交报名")
    expect(applicant.page.locator("main")).to_contain_text("（报名）")
    applicant.look("xc-5-preregistered")
    expect(button(applicant.page, "提交申报")).to_have_count(0)  # not yet
    moved = filled(demo.data, "time_passes", slug, XC, "2023-01-14")  # while people declare
    blueprint = blueprint_in(moved["text"])
    applicant.page.goto(overview)
    acts.fill_form(applicant.hand, blueprint, row, papers)
    applicant.look("xc-6-filled")
    expect(applicant.page.get_by_text(re.compile("查看还缺的"))).to_have_count(0)
    acts.hand_in(applicant.hand, "提交申报")
    number = number_of(applicant)
    assert number.startswith(slug.upper())
    applicant.look("xc-7-declared")
    read_receipt(applicant, number)


@pytest.mark.parametrize("way", WAYS)
def test_a_case_from_registration_to_its_acceptance(
    demo: Demo, walk: Callable[[str], Walk], papers: Papers, way: str
) -> None:
    slug = f"gx-walk-{way}"
    campaign = filled(demo.data, "open_campaign", slug, GX, "2021-05-20")  # while people declare
    blueprint = blueprint_in(campaign["text"])
    applicant, staff = walk(way), walk(way)
    phone, name, code = UNITS[f"{way} gx"]
    registered(applicant, staff, demo, papers, (phone, name, code))
    acts.place(applicant.hand, "我的申报")
    acts.begin_entry(applicant.hand, campaign["title"])
    acts.fill_form(applicant.hand, blueprint, acts.invented(blueprint, slug), papers)
    applicant.look("gx-4-filled")
    acts.hand_in(applicant.hand, "提交申报")
    number = number_of(applicant)
    applicant.look("gx-5-declared")

    screener = walk(way)
    acts.sign_in_by(screener.hand, "demo-screener", password_of(demo))
    acts.open_in_screening(screener.hand, campaign["title"], number)
    screener.look("gx-6-screening")
    acts.accept_entry(screener.hand)
    screener.look("gx-7-accepted")

    acts.place(applicant.hand, "我的申报")
    applicant.hand.press(acts.link(applicant.page, re.compile(".+")))
    expect(applicant.page.locator("main")).to_contain_text("形式审查通过")
    applicant.look("gx-8-told")
