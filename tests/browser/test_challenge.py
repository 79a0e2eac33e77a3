"""A ballot cast on a phone: the browser solves the challenge while one chooses, and the box takes the proof."""

from __future__ import annotations

import json
import re

import pytest
from browser.conftest import SIZES, Site, photograph
from playwright.sync_api import Browser, Page, expect

CHALLENGE = {"cost": 2000, "tries": 40, "hardest": 16, "minutes": 5}

pytestmark = pytest.mark.usefixtures("chromium")


def test_the_browser_solves_what_the_box_asks_for_and_each_proof_is_another(
    chromium: Browser, site: Site
) -> None:
    stage = {"voter": ["wechat"], "choices": {"exactly": 10}, "guard": {"challenge": CHALLENGE}}
    site.fill("vote", "guarded", "12", json.dumps(stage))
    context = chromium.new_context(viewport=SIZES["phone"], locale="zh-CN", has_touch=True)
    page = context.new_page()
    faults: list[str] = []
    page.on("pageerror", lambda error: faults.append(str(error)))
    page.on(
        "console", lambda said: faults.append(said.text) if "Content Security Policy" in said.text else None
    )
    page.goto(f"{site.address}/campaigns/guarded/vote/who")
    page.locator("main a, main button").filter(has_text="微信").first.click()
    page.locator("main form button").first.click()
    page.wait_for_url(re.compile("/campaigns/guarded/vote/"))
    boxes = page.locator("input[name=choice]:not(:disabled)")
    for i in range(10):
        boxes.nth(i).check(force=True)
    asked = "async () => (await window.guiguanVote.headers(document.querySelector('[data-vote]')))['Guiguan-Challenge']"
    first, second = page.evaluate(asked), page.evaluate(asked)
    assert first != second
    with page.expect_request(re.compile(r"/api/v1/campaigns/guarded/ballots$")) as sent:
        page.locator("[data-send]").click()
    assert sent.value.headers["guiguan-challenge"] not in (first, second)
    assert re.fullmatch(r"[0-9a-f]{32}", sent.value.headers["guiguan-device"])
    page.wait_for_url(re.compile("/campaigns/guarded/receipts/"))
    photograph(page, "challenge-receipt-phone")
    context.close()
    assert faults == []


@pytest.mark.parametrize("size", ["phone", "desk"])
def test_without_scripts_a_code_by_phone_pays_for_the_ballot(
    chromium: Browser, site: Site, size: str
) -> None:
    slug = f"silent-{size}"
    stage = {"voter": ["phone"], "choices": {"exactly": 2}, "guard": {"challenge": CHALLENGE}}
    site.fill("vote", slug, "4", json.dumps(stage))
    context = chromium.new_context(viewport=SIZES[size], locale="zh-CN", java_script_enabled=False)
    page = context.new_page()
    page.goto(f"{site.address}/campaigns/{slug}/vote/who")
    _prove(page, site, "13900001001" if size == "phone" else "13900001002")
    page.wait_for_url(re.compile(f"/campaigns/{slug}/vote/"))
    photograph(page, f"challenge-paid-{size}")
    assert "可以直接提交一张选票" in page.locator("noscript .notice").inner_text()
    for i in range(2):
        page.locator("input[name=choice]:not(:disabled)").nth(i).check(force=True)
    page.locator("[data-send]").click()
    page.wait_for_url(re.compile(f"/campaigns/{slug}/receipts/"))
    page.goto(f"{site.address}/campaigns/{slug}/vote/")
    photograph(page, f"challenge-wants-code-{size}")
    page.locator("noscript .notice a").click()
    expect(page.get_by_label("手机号")).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")
    context.close()


def _prove(page: Page, site: Site, phone: str) -> None:
    page.get_by_label("手机号").fill(phone)
    page.get_by_role("button", name="获取验证码").click()
    page.get_by_label("短信验证码").wait_for()
    newest = max((site.data / "outbox").glob("sms-*.json"), key=lambda p: p.stat().st_mtime)
    code = re.search(r"\d{6}", json.loads(newest.read_text())["text"])
    assert code is not None
    page.get_by_label("短信验证码").fill(code[0])
    page.get_by_role("button", name="确认", exact=True).click()
