"""What people do on the site, page by page, with any hand: register, fill a whole form from its blueprint, hand in, decide."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from pathlib import Path

from browser.conftest import Demo
from browser.hands import Hand
from playwright.sync_api import Locator, Page, expect

from guiguan.conf.demo.pictures import paper, picture, word_paper
from guiguan.core.blueprint.base import say
from guiguan.core.blueprint.form import ConsentField, FormField, ListField, RowsField, UploadField
from guiguan.core.blueprint.model import Blueprint
from guiguan.core.blueprint.sections import sections_of
from guiguan.replay.rehearse.entries import Row, write_entries
from guiguan.replay.rehearse.places import Places, home_of

PASSWORD = "winter-laurel-2026"
IDENTITY = "450102199003078472"  # nobody's: the region, a day, a number, and its check digit


@dataclass(frozen=True)
class Papers:
    """Files that a unit has at hand; the picture is of a camera's shape, not yet of the size that is wanted."""

    pdf: Path
    docx: Path
    picture: Path

    def for_field(self, field: UploadField) -> list[Path]:
        if field.kind == "pictures" or field.formats[:1] in (("jpg",), ("png",)):
            return [self.picture] * (field.count or 1)
        wanted = self.docx if field.formats and "pdf" not in field.formats else self.pdf
        return [wanted] * (field.count or 1)


def papers_in(folder: Path) -> Papers:
    """Papers and a picture of 1200 × 1000 pixels."""
    made = Papers(folder / "扫描件.pdf", folder / "申报表.docx", folder / "现场.jpg")
    made.pdf.write_bytes(paper("扫描件"))
    made.docx.write_bytes(word_paper("申报表"))
    made.picture.write_bytes(picture("walk", 1200, 1000))
    return made


def code_for(demo: Demo, phone: str, page: Page) -> str:
    """The code in the newest text message to the number, once it has gone out."""
    for _ in range(150):
        texts = sorted((demo.data / "outbox").glob("sms-*.json"), key=lambda p: p.stat().st_mtime)
        said = [json.loads(p.read_text(encoding="utf-8")) for p in texts]
        codes = [
            found[0] for s in said if phone in s["to"] and (found := re.findall(r"\b\d{6}\b", s["text"]))
        ]
        if codes:
            return str(codes[-1])
        page.wait_for_timeout(200)
    raise AssertionError(f"no text message to {phone}")


def button(page: Page, name: str) -> Locator:
    return page.locator("main").get_by_role("button", name=name, exact=True).first


def link(page: Page, name: str | re.Pattern[str]) -> Locator:
    return page.locator("main").get_by_role("link", name=name, exact=isinstance(name, str)).first


def place(hand: Hand, name: str) -> None:
    """One of one's own places, through the menu at the top of every page."""
    menu = hand.page.locator("details.site-me")
    if menu.get_attribute("open") is None:
        hand.press(menu.locator("summary"))
    hand.press(menu.get_by_role("link", name=name, exact=True))


def sign_in_by(hand: Hand, username: str, password: str) -> None:
    """Signed in with a name and a password."""
    hand.page.goto("/accounts/login/")
    hand.write(hand.page.locator("input[name=login]"), username)
    hand.write(hand.page.locator("input[name=password]"), password)
    hand.press(button(hand.page, "登录"))
    hand.page.wait_for_url(lambda address: "/accounts/login" not in address)


def sign_up(hand: Hand, demo: Demo, phone: str) -> None:
    """From the first page to an account whose number is proven."""
    page = hand.page
    page.goto("/")
    hand.press(page.locator("header").get_by_role("link", name="注册", exact=True))
    hand.write(page.locator("[name=phone]"), phone)
    hand.write(page.locator("[name=password1]"), PASSWORD)
    hand.write(page.locator("[name=password2]"), PASSWORD)
    hand.tick(page.locator("[name=consent]"))
    hand.press(button(page, "获取验证码"))
    expect(page.locator("h1")).to_have_text("填写验证码")
    hand.write(page.locator("[name=code]"), code_for(demo, phone, page))
    hand.press(button(page, "确定"))
    page.wait_for_url("**/units/**")


def register_unit(hand: Hand, name: str, code: str, papers: Papers) -> None:
    """The registration of an enterprise is handed in and waits."""
    page = hand.page
    hand.press(link(page, "注册单位"))
    hand.write(page.locator("[name=name]"), name)
    hand.write(page.locator("[name=address]"), "南宁市示例路 1 号")
    hand.pick(page.locator("[name=region]"), "450100")
    for kind in ("attribute", "type"):
        choices = page.locator(f"[name={kind}]")
        hand.pick(choices, choices.locator("option").nth(1).get_attribute("value") or "")
    hand.give(page.locator("[name=licence]"), papers.picture)
    hand.write(page.locator("[name=credit_code]"), code)
    hand.give(page.locator("[name=letter]"), papers.pdf)
    hand.write(page.locator("[name=contact]"), "走查人")
    hand.write(page.locator("[name=identity]"), IDENTITY)
    hand.press(button(page, "提交注册"))
    expect(page.locator("main")).to_contain_text("注册申请正在审核")


def approve_unit(hand: Hand, name: str) -> None:
    """Staff approves the unit out of the queue."""
    page = hand.page
    place(hand, "单位审核")
    hand.press(link(page, name))
    expect(page.locator("main")).not_to_contain_text(IDENTITY)  # masked for everybody
    hand.press(button(page, "通过"))
    expect(page.locator("main")).to_contain_text("已通过")


def begin_entry(hand: Hand, campaign: str) -> str:
    """From the list of campaigns to the overview of a new entry; its address."""
    page = hand.page
    hand.press(page.get_by_role("link", name="查看正在征集的活动").first)
    hand.press(page.locator("main").get_by_role("link", name=campaign).first)
    hand.press(link(page, "开始申报"))
    hand.press(button(page, "以本单位名义开始申报"))
    page.wait_for_url(re.compile("/entries/[0-9a-f-]{36}/$"))
    agree = page.get_by_role("button", name="我已阅读并同意，开始填报")
    if agree.count():
        hand.press(agree)
    expect(page.get_by_role("heading", name="填报内容")).to_be_visible()
    return page.url


def invented(blueprint: Blueprint, seed: str) -> Row:
    """Answers that break no rule of the form."""
    return write_entries(blueprint, Places(home_of(blueprint)), seed, 1).rows[0]


def fill_form(hand: Hand, blueprint: Blueprint, row: Row, papers: Papers, only: tuple[str, ...] = ()) -> None:
    """Every step of the form from the first, each by its own button; `only` these fields where some are named."""
    page = hand.page
    sections = sections_of(blueprint)
    hand.press(link(page, re.compile("^(填写|修改)")))
    for number, section in enumerate(sections, 1):
        page.wait_for_url(f"**/form/{number}/")
        for field in section.fields:
            if not only or field.id in only:
                fill_field(hand, field, row, papers)
        hand.press(button(page, "保存，返回总览" if number == len(sections) else "保存，下一步"))
        faults = page.locator(".error-summary")
        assert faults.count() == 0, faults.inner_text()
    expect(page.get_by_role("heading", name="填报内容")).to_be_visible()


def fill_section(hand: Hand, blueprint: Blueprint, title: str, row: Row, papers: Papers) -> None:
    """One step of the form, opened from the overview, is filled and saved."""
    section = next(s for s in sections_of(blueprint) if s.title and say(s.title) == title)
    hand.press(hand.page.locator("main .summary-row", has_text=title).get_by_role("link"))
    hand.page.wait_for_url("**/form/*/")
    for field in section.fields:
        fill_field(hand, field, row, papers)
    hand.press(button(hand.page, "保存"))
    expect(hand.page.locator("main")).to_contain_text("已保存")


def to_overview(hand: Hand) -> None:
    """From a step of the form back to the entry."""
    hand.press(link(hand.page, "返回总览"))
    expect(hand.page.get_by_role("heading", name="填报内容")).to_be_visible()


def open_in_screening(hand: Hand, campaign: str, number: str) -> None:
    """The screener finds the entry in the queue by its number, and opens it."""
    page = hand.page
    place(hand, "形式审查")
    hand.press(page.locator("main").get_by_role("link", name=campaign).first)
    hand.write(page.locator("main [name=q]"), number)
    hand.press(button(page, "筛选"))
    row = page.locator("main tr", has_text=number)
    hand.press(row.get_by_role("link").first)
    expect(page.get_by_role("heading", name="审查结论")).to_be_visible()


def accept_entry(hand: Hand) -> None:
    """Every point of the checklist holds, and the entry passes."""
    page = hand.page
    for point in page.locator("main [name^='point~'][value=yes]").all():
        hand.tick(point)
    hand.tick(page.locator("main [name=outcome][value=accept]"))
    hand.press(button(page, "作出结论"))
    expect(page.locator("main")).to_contain_text("已通过")


def fill_field(hand: Hand, field: FormField, row: Row, papers: Papers) -> None:
    """The field holds the row's answer, or a file of its kind. A field that is not asked for stays."""
    box = hand.page.locator(f'[data-field="{field.id}"]')
    if not box.is_visible() or field.id == "applicant":
        return
    if isinstance(field, UploadField):
        if field.required or field.count:
            _upload(hand, box, field, papers)
    elif isinstance(field, RowsField):
        for column in field.columns:
            if column.kind == "text":
                hand.write(box.locator(f'[name="{field.id}.1.{column.id}"]'), f"{say(column.label)}示例")
    elif isinstance(field, ConsentField):
        hand.tick(box.locator(f'input[value="{row.get(field.id) or field.answers[0]}"]'))
    elif isinstance(field, ListField):
        for n, text in enumerate(filter(None, re.split("[;；]", row.get(field.id, ""))), 1):
            hand.write(box.locator(f'[name="{field.id}.{n}"]'), text)
    else:
        _answer(hand, box, row.get(field.id) or ("无" if field.required else ""))


def _answer(hand: Hand, box: Locator, text: str) -> None:
    if box.locator("select").count():
        listed = box.locator(f'select option[value="{text}"]:not([disabled])').count()
        if listed:
            hand.pick(box.locator("select"), text)
        else:
            hand.write(box.locator("input[name='area~free']"), text)
    elif box.locator("input[type=radio], input[type=checkbox]").count():
        for part in re.split("[;；]", text):
            label, _colon, words = part.partition("：")
            hand.tick(box.locator(f'input[value="{label}"]'))
            if words:
                hand.write(box.locator(f'input[name$="~{label}"]'), words)
    elif text:
        hand.write(box.locator("input:not([type=hidden]), textarea").first, text)


def _upload(hand: Hand, box: Locator, field: UploadField, papers: Papers) -> None:
    """One file after another, so that each picture can be framed; the last is there when this returns."""
    names = box.locator(".file-name a")
    there = names.count()
    for n, path in enumerate(papers.for_field(field)[there:], there + 1):
        hand.give(box.locator("input[type=file]"), path)
        if field.kind == "pictures" and field.pixels and field.pixels_are == "exact":
            hand.frame(hand.page.locator("dialog"))
        expect(names).to_have_count(n, timeout=20_000)


def hand_in(hand: Hand, button_name: str) -> None:
    """The button of the overview has done its work: no fault is left to be told."""
    with hand.page.expect_navigation():  # the page before it has the same number
        hand.press(button(hand.page, button_name))
    faults = hand.page.locator(".error-summary")
    assert faults.count() == 0, faults.inner_text()
