"""From nothing to an approved unit: the phone with its code, the unit with its papers, the approval; on a phone and at a desk."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from browser.acts import IDENTITY, PASSWORD, code_for
from browser.conftest import Demo, photograph
from browser.pages import Watched, context_of, password_of, sign_in
from browser.test_files import pdf
from playwright.sync_api import Browser, expect

UNITS = {
    "phone": ("13900001001", "桂冠走查甲有限公司", "91450100MA5KWA0010"),
    "desk": ("13900001002", "桂冠走查乙有限公司", "91450100MA5KWB0019"),
}


def faults_of(watched: Watched, name: str, size: str) -> None:
    """The page as it stands is without fault, and photographed."""
    photograph(watched.page, f"walk-registration-{name}-{size}")
    assert watched.faults() == []


@pytest.mark.parametrize("size", ["phone", "desk"])
def test_from_a_phone_number_to_an_approved_unit(
    demo: Demo, chromium: Browser, tmp_path: Path, size: str
) -> None:
    phone, unit, code = UNITS[size]
    context = context_of(chromium, demo, size)
    page = context.new_page()
    watched = Watched(page)
    page.goto("/accounts/signup/")
    page.locator("[name=phone]").fill(phone)
    page.locator("[name=password1]").fill(PASSWORD)
    page.locator("[name=password2]").fill(PASSWORD)
    page.locator("[name=consent]").check()
    faults_of(watched, "1-sign-up", size)
    page.get_by_role("button", name="获取验证码").click()
    expect(page.locator("h1")).to_have_text("填写验证码")
    page.locator("[name=code]").fill(code_for(demo, phone, page))
    faults_of(watched, "2-code", size)
    page.get_by_role("button", name="确定").click()
    page.wait_for_url("**/units/**")

    page.goto("/units/register/enterprise")
    page.locator("[name=name]").fill(unit)
    page.locator("[name=address]").fill("南宁市示例路 1 号")
    page.locator("[name=region]").select_option("450100")
    page.locator("[name=attribute]").select_option(index=1)
    page.locator("[name=type]").select_option(index=1)
    page.locator("[name=credit_code]").fill(code)
    page.locator("[name=contact]").fill("走查人")
    page.locator("[name=identity]").fill(IDENTITY)
    pdf(tmp_path / "授权书.pdf", 60_000)
    page.locator("[name=licence]").set_input_files(tmp_path / "授权书.pdf")
    page.locator("[name=letter]").set_input_files(tmp_path / "授权书.pdf")
    faults_of(watched, "3-unit", size)
    page.locator("main form[enctype] [type=submit]").first.click()
    expect(page).to_have_url(re.compile("/units/[0-9a-f-]{36}$"))
    address = page.url
    expect(page.locator("main")).to_contain_text(unit)
    faults_of(watched, "4-waiting", size)

    staff = context_of(chromium, demo, size)
    desk = staff.new_page()
    seen = Watched(desk)
    sign_in(desk, "demo-lead", password_of(demo))
    desk.goto("/organiser/units/")
    desk.get_by_role("link", name=unit).click()
    expect(desk.locator("main")).to_contain_text(unit)
    expect(desk.locator("main")).not_to_contain_text(IDENTITY)  # masked for everybody
    faults_of(seen, "5-review", size)
    desk.get_by_role("button", name="通过", exact=True).click()
    expect(desk.locator("main")).to_contain_text("已通过")
    staff.close()

    page.goto(address)
    expect(page.locator("main")).to_contain_text("已通过")
    faults_of(watched, "6-approved", size)
    context.close()
