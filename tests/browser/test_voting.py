"""Voting as people do it: by touch, by keyboard alone, with large type, without scripts, on a bad network, from a partner's page."""

from __future__ import annotations

import json
import re
import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest
from browser.conftest import SIZES, Site, photograph
from browser.pages import serious
from playwright.sync_api import Browser, Locator, Page, Request, Route, expect

Visit = Callable[..., Page]
TEN = {"choices": {"exactly": 10}}
BY_IP = {
    "voter": ["ip"],
    "choices": {"exactly": 1},
    "limits": [{"per": ["ip", "day"], "max": 1, "over": "refuse_ballot"}],
}


def fill(site: Site, slug: str, entries: int, **stage: Any) -> str:
    """The vote's page."""
    site.fill("vote", slug, str(entries), json.dumps(stage))
    return f"/campaigns/{slug}/vote/"


def cast(site: Site, slug: str) -> list[Any]:
    found: list[Any] = site.fill("ballots", slug)["ballots"]
    return found


def known_by_wechat(page: Page, path: str, user: str = "微信用户甲") -> None:
    """Somebody whom the stand-in knows, back on the page."""
    page.goto(path.replace("/vote/", "/vote/who"))
    page.get_by_role("link", name="用微信确认").click()
    page.get_by_role("button", name=user).click()
    page.wait_for_url("**/vote/**")


def fits(page: Page) -> bool:
    return bool(page.evaluate("document.documentElement.scrollWidth <= window.innerWidth"))


def unmarked_chinese(page: Page) -> list[str]:
    """Chinese texts that a reader for the blind would try to read as English."""
    found: list[str] = page.evaluate(
        """() => {
          const walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT), found = [];
          while (walk.nextNode()) {
            const of = walk.currentNode.parentElement;
            if (/[\\u4e00-\\u9fff]/.test(walk.currentNode.data) && !of.closest('script, style, template')
                && of.closest('[lang]').lang === 'en') found.push(walk.currentNode.data.trim());
          }
          return found;
        }"""
    )
    return found


def test_ten_cases_by_touch_with_the_identity_proved_last(site: Site, visit: Visit) -> None:
    path = fill(site, "touch", 12, **TEN)
    page = visit(f"{path}?ch=news", size="phone")
    said = page.locator("[data-said]")
    expect(said).to_have_text("还没有选，要选 10 个")
    for n in range(3):
        page.locator(".case-pick").nth(n).tap()
    expect(said).to_have_text("已选 3 个，还要选 7 个")
    photograph(page, "vote-phone")
    page.get_by_role("link", name="先确认身份，再提交").tap()
    page.get_by_role("link", name="用微信确认").tap()
    page.get_by_role("button", name="微信用户甲").tap()
    expect(page.locator(".case-pick input:checked")).to_have_count(3)
    for _ in range(7):
        page.locator(".case:not(.is-chosen) .case-pick").first.tap()
    expect(said).to_have_text("已选 10 个，可以提交")
    page.locator(".case:not(.is-chosen) .case-pick").first.tap()
    expect(said).to_contain_text("最多选 10 个")
    expect(page.locator(".case-pick input:checked")).to_have_count(10)
    assert page.locator(".case-pick").evaluate_all(
        "all => all.every(one => one.getBoundingClientRect().height >= 44)"
    )
    assert fits(page)
    page.get_by_role("button", name="提交选票").tap()
    expect(page.get_by_role("heading", level=1)).to_have_text("选票回执")
    expect(page.locator(".notice-title:visible")).to_have_text("成功：选票已经存妥")
    photograph(page, "receipt-phone")
    [(choices, channel)] = cast(site, "touch")
    assert (len(set(choices)), channel) == (10, "news")
    page.goto(path)
    expect(page.locator(".notice-title")).to_contain_text("今天的票已经投完")
    expect(page.locator("[data-tray]")).to_have_count(0)


def test_by_keyboard_alone_with_type_twice_as_large(site: Site, visit: Visit) -> None:
    path = fill(site, "keys", 4)
    page = visit(path, size="desk")
    known_by_wechat(page, path)
    page.evaluate("document.documentElement.style.fontSize = '200%'")
    page.locator("#find").focus()
    chosen = 0
    for _ in range(40):
        page.keyboard.press("Tab")
        kind = page.evaluate("document.activeElement.type || ''")
        if kind == "checkbox" and chosen < 2:
            page.keyboard.press("Space")
            chosen += 1
        if kind == "submit":
            break
        covered = page.evaluate(
            """() => {
              const own = document.activeElement.getBoundingClientRect();
              const tray = document.querySelector('[data-tray]');
              if (tray.contains(document.activeElement) || getComputedStyle(tray).position !== 'sticky') return false;
              return own.top >= tray.getBoundingClientRect().top;
            }"""
        )
        assert not covered, "what has the focus is not under the tray"
    expect(page.locator("[data-said]")).to_have_text("已选 2 个，可以提交")
    assert fits(page)
    photograph(page, "vote-desk-200")
    drop_both(page)
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("选票回执")
    assert len(cast(site, "keys")) == 1


def test_the_phone_at_twice_the_type_leaves_room_for_the_cases(site: Site, visit: Visit) -> None:
    path = fill(site, "large", 4)
    page = visit(path, size="phone")
    page.evaluate("document.documentElement.style.fontSize = '200%'")
    assert fits(page)
    page.locator(".case").first.scroll_into_view_if_needed()
    share = page.evaluate(
        "(() => { const t = document.querySelector('[data-tray]'); "
        "return getComputedStyle(t).position === 'sticky' ? t.getBoundingClientRect().height / innerHeight : 0 })()"
    )
    assert share < 0.5
    photograph(page, "vote-phone-200")


PICTURE = """() => {
  document.documentElement.style.fontSize = '200%';
  for (const head of document.querySelectorAll('.case-head')) {
    const picture = document.createElement('img');
    Object.assign(picture, {className: 'case-picture', width: 240, height: 180, alt: ''});
    head.after(picture);
  }
}"""
WIDTHS = "one => [...document.querySelectorAll(one)].map(found => found.getBoundingClientRect().width)"


def lines_of(button: Locator) -> list[str]:
    """The button's text as it is broken into lines."""
    found: list[str] = button.evaluate(
        """one => {
          const text = one.firstChild, range = document.createRange(), lines = new Map();
          for (let i = 0; i < text.length; i += 1) {
            range.setStart(text, i);
            range.setEnd(text, i + 1);
            const at = Math.round(range.getBoundingClientRect().top);
            lines.set(at, (lines.get(at) ?? '') + text.data[i]);
          }
          return [...lines.values()];
        }"""
    )
    return found


def test_texts_beside_pictures_and_labels_keep_room_at_twice_the_type(site: Site, visit: Visit) -> None:
    path = fill(site, "room", 3)
    page = visit(path, size="phone")
    page.evaluate(PICTURE)
    assert fits(page)
    assert min(page.evaluate(WIDTHS, ".case-body")) >= 240
    tray = page.locator(".vote-tray a.button")
    assert lines_of(tray) == ["先确认身份，", "再提交"], "no word is parted"
    above = "() => [...document.querySelectorAll('.case')].every(one => one.querySelector('img').getBoundingClientRect().bottom"
    assert page.evaluate(f"{above} <= one.querySelector('.case-body').getBoundingClientRect().top)")
    page.evaluate("document.documentElement.style.fontSize = ''")
    assert not page.evaluate(f"{above} <= one.querySelector('.case-body').getBoundingClientRect().top)"), (
        "side by side where there is room"
    )
    assert lines_of(tray) == ["先确认身份，再提交"]
    for where in (f"{path}counts", "/campaigns/room/record/"):
        page.goto(where)
        columns = "() => [...document.querySelectorAll('.table-cards td[data-label]')].map(one => getComputedStyle(one).gridTemplateColumns.split(' '))"
        beside = page.evaluate(columns)
        page.evaluate("document.documentElement.style.fontSize = '200%'")
        above_values = page.evaluate(columns)
        assert beside
        assert {len(one) for one in beside} == {2}, where
        assert {len(one) for one in above_values} == {1}, where
        assert fits(page), where


@pytest.mark.parametrize("size", SIZES)
def test_one_vote_an_address_without_scripts(site: Site, chromium: Browser, size: str) -> None:
    slug = f"plain-{size}"
    path = fill(site, slug, 3, **BY_IP)
    context = chromium.new_context(base_url=site.address, viewport=SIZES[size], java_script_enabled=False)
    page = context.new_page()
    page.goto(path)
    page.get_by_role("radio").nth(1).check()
    photograph(page, f"vote-plain-{size}")
    page.get_by_role("button", name="提交选票").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("选票回执")
    page.goto(path)
    page.get_by_role("radio").nth(0).check()
    page.get_by_role("button", name="提交选票").click()
    expect(page.get_by_role("alert")).to_be_visible()
    assert (
        page.get_by_role("radio").nth(0).is_checked()
        or page.locator("input[name=choice]:checked").count() == 1
    )
    assert len(cast(site, slug)) == 1
    context.close()


def test_a_lost_network_keeps_the_ballot_and_sends_the_same_again(site: Site, visit: Visit) -> None:
    """The answer is lost after the ballot was stored: the same key brings the same receipt, and no second ballot."""
    path = fill(site, "lost", 4)
    page = visit(path, size="phone")
    known_by_wechat(page, path)
    sent: list[tuple[str, str]] = []

    def lose(route: Route, request: Request) -> None:
        sent.append((request.headers["idempotency-key"], request.post_data or ""))
        if len(sent) == 1:
            route.fetch()  # it arrives and is stored; only the answer is lost
            route.abort()
        else:
            route.continue_()

    page.route("**/ballots", lose)
    for n in range(2):
        page.locator(".case-pick").nth(n).tap()
    page.get_by_role("button", name="提交选票").tap()
    expect(page.locator("[data-problem]")).to_contain_text("网络不通")
    assert page.locator(".case-pick input:not(:disabled)").count() == 0, "a ballot on its way is not changed"
    page.reload()
    expect(page.get_by_role("heading", level=1)).to_have_text("选票回执")
    assert len(sent) >= 2
    assert len(set(sent)) == 1
    assert len(cast(site, "lost")) == 1


def test_after_a_refusal_the_tray_says_again_how_many_are_chosen(site: Site, visit: Visit) -> None:
    path = fill(site, "tray", 4)
    page = visit(path, size="phone")
    known_by_wechat(page, path)
    said, problem = page.locator("[data-said]"), page.locator("[data-problem]")
    page.locator(".case-pick").nth(0).tap()
    page.get_by_role("button", name="提交选票").tap()
    expect(problem).to_have_text("还不能提交：还要选 1 个")
    expect(said).to_have_text("已选 1 个，还要选 1 个")
    page.locator(".case-pick").nth(1).tap()
    expect(problem).to_be_hidden()
    over = {"type": "/problems/votes.over-limit", "title": "超过次数限制", "detail": "over the limit"}
    page.route("**/ballots", lambda route: route.fulfill(status=409, json=over))
    page.get_by_role("button", name="提交选票").tap()
    expect(problem).to_have_text("所选案例里有您今天已经投过的，请改选其他案例")
    expect(said).to_have_text("已选 2 个，可以提交")
    photograph(page, "vote-refused-phone")
    page.unroute("**/ballots")
    page.route("**/ballots", lambda route: route.abort())
    page.get_by_role("button", name="提交选票").tap()
    expect(problem).to_contain_text("网络不通")
    expect(said).to_have_text("已选 2 个，可以提交")


def test_the_forms_of_a_receipts_pages_are_taken(site: Site, visit: Visit) -> None:
    """A browser sends with each form where it comes from; pages of receipts must not have it say that it comes from nowhere."""
    path = fill(site, "forms", 3, **BY_IP)
    page = visit(path, size="phone")
    page.get_by_role("radio").first.check()
    page.get_by_role("button", name="提交选票").tap()
    expect(page.get_by_role("heading", level=1)).to_have_text("选票回执")
    receipt = page.url
    page.get_by_role("button", name="English").tap()
    expect(page.locator("html")).to_have_attribute("lang", "en")
    assert page.url == receipt
    expect(page.get_by_role("heading", level=1)).to_have_text("Receipt of a ballot")
    page.goto("/campaigns/forms/receipts/")
    page.get_by_role("textbox").fill(receipt)
    page.get_by_role("button", name="Check").tap()
    expect(page.get_by_role("heading", level=1)).to_have_text("Receipt of a ballot")
    assert page.url == receipt


def test_finding_among_many_cases_and_choosing_on_a_cases_own_page(site: Site, visit: Visit) -> None:
    path = fill(site, "find", 40)
    page = visit(path, size="phone")
    page.get_by_label("查找").fill("案例37")
    expect(page.locator("[data-find-said]")).to_have_text("找到 1 个案例")
    expect(page.locator(".case:visible")).to_have_count(1)
    page.get_by_role("link", name="查看详情").first.tap()
    page.get_by_role("button", name="选这个案例").tap()
    expect(page.get_by_role("button", name="取消选择")).to_be_visible()
    photograph(page, "case-phone")
    page.get_by_role("link", name="回到投票页").tap()
    expect(page.locator(".case-pick input:checked")).to_have_count(1)
    page.get_by_label("类别").select_option("two")
    expect(page.locator("[data-find-said]")).to_have_text("找到 20 个案例")
    page.get_by_label("查找").fill("没有这样的词")
    expect(page.locator("[data-find-said]")).to_contain_text("没有找到")


def test_hidden_counts_are_nowhere_on_the_page(site: Site, visit: Visit) -> None:
    path = fill(site, "hidden", 3, counts="hidden")
    asked: list[str] = []
    page = visit(path)
    page.on("request", lambda request: asked.append(request.url))
    page.reload(wait_until="networkidle")
    assert not [url for url in asked if "counts" in url]
    assert page.locator(".case-votes:visible").count() == 0


@pytest.fixture
def partner() -> Iterator[str]:
    """Another site, on a loopback port of its own; `/ADDRESS` is a page with that address in a frame."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200)
            self.send_header("Content-Type", "text/html; charset=utf-8")
            self.end_headers()
            frame = f'<!doctype html><title>p</title><iframe src="{self.path[1:]}" width="340" height="600"></iframe>'
            self.wfile.write(frame.encode())

        def log_message(self, *args: Any) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()
    thread.join()


def test_a_partners_page_shows_the_cases_and_opens_the_vote_in_a_window_of_its_own(
    site: Site, chromium: Browser, partner: str
) -> None:
    stage = BY_IP | {"partners": [{"name": "某新闻网", "site": partner, "channel": "news"}]}
    path = fill(site, "frame", 3, **stage)
    context = chromium.new_context(viewport=SIZES["phone"])
    page = context.new_page()
    page.goto(f"{partner}/{site.address}{path}embed?ch=news")
    frame = page.frame_locator("iframe")
    expect(frame.locator(".case")).to_have_count(3)
    assert context.cookies() == []
    photograph(page, "embed-phone")
    with context.expect_page() as opened:
        frame.get_by_role("link", name="去投票（打开新页面）").first.click()
    top = opened.value
    top.get_by_role("radio").first.check()
    top.get_by_role("button", name="提交选票").click()
    expect(top.get_by_role("heading", level=1)).to_have_text("选票回执")
    assert [channel for _choices, channel in cast(site, "frame")] == ["news"]
    other = context.new_page()
    refused: list[str] = []
    other.on("console", lambda said: refused.append(said.text))
    other.goto(f"{partner.replace('127.0.0.1', 'localhost')}/{site.address}{path}embed")
    other.wait_for_timeout(300)
    assert any("frame-ancestors" in text for text in refused)
    expect(other.frame_locator("iframe").locator(".case")).to_have_count(0)
    context.close()


def drop_both(page: Page) -> None:
    """Two choices taken back in the tray by keyboard, and made again: the focus is never lost. It stays on the button that sends."""
    chosen = page.locator("[data-chosen]")
    chosen.locator("summary").focus()
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(chosen.locator("summary")).to_be_focused()
    page.keyboard.press("Tab")
    expect(chosen.get_by_role("button", name=re.compile("^取消：案例"))).to_be_focused()
    page.keyboard.press("Enter")
    expect(chosen).to_be_hidden()
    expect(page.locator("[data-send]")).to_be_focused()
    for n in range(2):
        page.locator(".case-pick input").nth(n).focus()
        page.keyboard.press("Space")
    page.locator("[data-send]").focus()


@pytest.mark.parametrize("size", SIZES)
def test_a_whole_vote_in_english_on_long_pages(site: Site, visit: Visit, size: str) -> None:
    """Browsers ask for compressed pages, and long ones are compressed; what is Chinese in them is marked as such."""
    slug = f"english-{size}"
    path = fill(site, slug, 120, **TEN)
    page = visit("/", size=size)
    page.context.add_cookies([{"name": "language", "value": "en", "url": site.address}])
    for part in ("counts", "embed", "who", ""):
        answer = page.goto(path + part)
        assert answer is not None
        assert (answer.status, unmarked_chinese(page), fits(page)) == (200, [], True), part
        if part in ("embed", ""):
            assert answer.header_value("content-encoding") == "gzip"
    page.evaluate("document.querySelectorAll('main [lang]').forEach(one => one.removeAttribute('lang'))")
    assert unmarked_chinese(page) != []
    for n in range(10):
        page.locator(".case-pick").nth(n).click()
    page.get_by_role("link", name="Confirm who you are, then hand in").click()
    page.get_by_role("link", name="Confirm with WeChat").click()
    page.locator("main form button").first.click()
    expect(page.locator(".case-pick input:checked")).to_have_count(10)
    page.get_by_role("button", name="Hand in the ballot").click()
    expect(page.locator(".notice-title:visible")).to_contain_text("The ballot is")
    assert (unmarked_chinese(page), fits(page)) == ([], True)
    photograph(page, f"receipt-english-{size}")
    [(choices, _)] = cast(site, slug)
    assert len(set(choices)) == 10


@pytest.mark.parametrize("size", SIZES)
def test_axe_finds_nothing_serious(site: Site, visit: Visit, size: str) -> None:
    slug = f"axe-{size}"
    path = fill(site, slug, 3, voter=["wechat", "phone"])
    page = visit(path, size=size)
    for part in ("", "who", "counts", "embed"):
        page.goto(path + part)
        assert serious(page) == [], part
        assert fits(page), part
        photograph(page, f"vote-{part or 'page'}-{size}")
    page.goto(f"{path}who")
    page.get_by_label("手机号").fill(f"138 0000 {1000 + len(size)}")
    page.get_by_role("button", name="获取验证码").click()
    expect(page.get_by_label("短信验证码")).to_be_focused()
    expect(page.get_by_label("手机号")).to_be_hidden()
    page.get_by_text("没有收到").click()
    expect(page.get_by_label("手机号")).to_be_visible()
    assert serious(page) == []
    assert fits(page)
    photograph(page, f"vote-code-{size}")
    page.goto(f"/campaigns/{slug}/cases/{slug.upper()}-00001/")
    assert serious(page) == []
    page.goto(f"/campaigns/{slug}/receipts/")
    assert serious(page) == []
    page.goto(path)
    with page.expect_response("**/display"):
        page.get_by_role("button", name="适老版").click()
    page.reload()
    expect(page.locator("html")).to_have_attribute("data-mode", "elder")
    assert serious(page) == []
    assert fits(page)
    photograph(page, f"vote-elder-{size}")
