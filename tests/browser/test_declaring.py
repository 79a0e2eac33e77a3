"""Declaring in a browser: a list pasted from a spreadsheet, what is typed without a network, two people on one entry."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from browser import acts
from browser.conftest import Demo, photograph
from browser.hands import WAYS, Keys, hand_of, size_of
from browser.pages import Watched, context_of, password_of, sign_in, turned
from playwright.sync_api import Browser, BrowserContext, Page, expect

from guiguan.core.blueprint.form import RowsField
from guiguan.core.blueprint.load import load_blueprint

SHIPPED = Path(__file__).parents[2] / "blueprints" / "guangxi-scenarios-government.yaml"


def signed_in(chromium: Browser, demo: Demo, size: str, username: str) -> tuple[BrowserContext, Page]:
    context = context_of(chromium, demo, size)
    page = context.new_page()
    sign_in(page, username, password_of(demo))
    return context, page


def begun(page: Page) -> str:
    """The address of a new entry in the campaign of scenario lists."""
    page.goto("/entries/start/sc-list-demo/")
    turned(page, page.get_by_role("button", name="以本单位名义开始申报"))
    agree = page.get_by_role("button", name="我已阅读并同意，开始填报")
    if agree.count():
        agree.click()
    expect(page.get_by_role("heading", name="填报内容")).to_be_visible()
    return page.url


def pasted() -> str:
    """Two rows as a spreadsheet puts them on the clipboard, with the heading and the running number."""
    form = load_blueprint(SHIPPED.read_bytes(), SHIPPED.name).blueprint.form
    columns = next(f for f in form if isinstance(f, RowsField)).columns
    assert len(columns) == 11
    lines = ["\t".join(["序号", *(str(c.label) for c in columns)])]
    for n in (1, 2):
        cells = []
        for column in columns:
            options = [o if isinstance(o, str) else o.label for o in column.options]
            cells.append(options[n % len(options)] if options else f"{column.label}{n}")
        lines.append("\t".join([str(n), *cells]))
    return "\n".join(lines)


@pytest.mark.parametrize("way", WAYS)
def test_a_list_of_scenarios_comes_from_a_spreadsheet_and_is_handed_in(
    demo: Demo, chromium: Browser, way: str
) -> None:
    context = context_of(chromium, demo, size_of(way))
    context.grant_permissions(["clipboard-read", "clipboard-write"])
    page = context.new_page()
    hand = hand_of(page, way)
    watched = Watched(page)
    acts.sign_in_by(hand, "demo-applicant", password_of(demo))
    acts.place(hand, "我的申报")
    entry = acts.begin_entry(hand, "广西数字应用场景征集（政府投资类）")
    hand.press(acts.link(page, re.compile("^填写")))
    hand.write(page.locator("[name=title]"), f"清单-{way}")
    hand.tick(page.locator("[name=category]").first)
    hand.tick(page.locator("[name=progress]").first)
    hand.write(page.locator("[name=investment]"), "100")
    hand.press(acts.button(page, "保存，下一步"))
    page.wait_for_url("**/form/2/")
    hand.press(page.get_by_text("从 Excel 粘贴"))
    place = page.locator("[name='list~paste']")
    if isinstance(hand, Keys):  # as out of the spreadsheet's window: from the clipboard
        page.evaluate("text => navigator.clipboard.writeText(text)", pasted())
        hand.reach(place)
        page.keyboard.press("Control+V")
    else:
        place.fill(pasted())
    hand.press(acts.button(page, "保存"))
    expect(page.locator("[data-row]")).to_have_count(2)
    expect(page.locator(".field-error")).to_have_count(0)
    photograph(page, f"walk-list-{way}")
    assert watched.faults() == []
    hand.press(acts.link(page, "返回总览"))
    page.wait_for_url(entry)
    acts.hand_in(hand, "提交申报")
    expect(page.get_by_text("SC-LIST-DEMO-")).to_be_visible()
    assert watched.faults() == []
    context.close()


def test_what_is_typed_without_a_network_is_kept_and_sent_later(demo: Demo, chromium: Browser) -> None:
    context, page = signed_in(chromium, demo, "phone", "demo-applicant")
    entry = begun(page)
    page.goto(f"{entry}form/1/")
    said = page.locator("[data-save-state]")
    page.locator("[name=title]").fill("有网时写的")
    expect(said).to_have_text("已保存")
    context.set_offline(True)
    page.locator("[name=title]").fill("断网时写的")
    expect(said).to_have_text("网络不通，已保存在本机，恢复后自动提交")
    page.close()  # the tab is lost
    context.set_offline(False)
    again = context.new_page()
    again.goto(f"{entry}form/1/")
    expect(again.locator("[name=title]")).to_have_value("断网时写的")
    for _ in range(150):  # sent by this page, or by the lost one at its very end
        if again.evaluate("localStorage.length") == 0:
            break
        again.wait_for_timeout(100)
    assert again.evaluate("localStorage.length") == 0
    again.reload()
    expect(again.locator("[name=title]")).to_have_value("断网时写的")
    context.close()


def test_two_people_see_each_other_and_choose(demo: Demo, chromium: Browser) -> None:
    mine, my_page = signed_in(chromium, demo, "desk", "demo-applicant")
    theirs, their_page = signed_in(chromium, demo, "desk", "demo-teammate")
    entry = begun(my_page)
    for page in (my_page, their_page):
        page.goto(f"{entry}form/1/")
    their_page.locator("[name=title]").fill("同事写的")
    expect(their_page.locator("[data-save-state]")).to_have_text("已保存")
    my_page.locator("[name=title]").fill("我写的")
    expect(my_page.locator("#title blockquote")).to_have_text("同事写的")
    photograph(my_page, "walk-conflict-desk")
    my_page.get_by_role("button", name="用我的").click()
    expect(my_page.locator("[data-save-state]")).to_have_text("已保存")
    their_page.reload()
    expect(their_page.locator("[name=title]")).to_have_value("我写的")
    mine.close()
    theirs.close()


def test_a_lost_session_keeps_what_was_typed(demo: Demo, chromium: Browser) -> None:
    context, page = signed_in(chromium, demo, "desk", "demo-applicant")
    entry = begun(page)
    page.goto(f"{entry}form/1/")
    context.clear_cookies(name="sessionid")
    page.locator("[name=title]").fill("登录失效后写的")
    expect(page.locator("[data-save-state]")).to_contain_text("登录已失效，内容已保存在本机")
    sign_in(page, "demo-applicant", password_of(demo))
    page.goto(f"{entry}form/1/")
    expect(page.locator("[name=title]")).to_have_value("登录失效后写的")
    expect(page.locator("[data-save-state]")).to_have_text("已保存")
    context.close()
