"""Walks from the formal review to what goes on: a province's tenth, an endorser's opinion, a county's list to its release."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from browser.conftest import Site, photograph
from browser.pages import serious, too_wide, turned
from playwright.sync_api import Page, expect
from python_calamine import CalamineWorkbook

Visit = Callable[..., Page]
SIZES = ["phone", "desk"]


def fit(page: Page, name: str) -> None:
    """The page is within the screen, keeps nobody out, and is photographed."""
    photograph(page, name)
    assert [*too_wide(page), *serious(page)] == []


@pytest.mark.parametrize(
    ("size", "rounding", "places"), [("phone", "floor", (2, 1, 0)), ("desk", "half_up", (3, 1, 1))]
)
def test_from_the_formal_review_over_each_provinces_list_to_the_recommended_tenth(
    site: Site, visit: Visit, size: str, rounding: str, places: tuple[int, int, int]
) -> None:
    slug = f"xc-{size}"
    who = site.fill("regions", slug, rounding)
    queue = visit(f"/organiser/screening/{slug}/", who["clerk"], size)
    turned(queue, queue.get_by_role("link", name="从最早提交的一件开始审查"))
    queue.locator("[name='point~1'][value=yes]").check()
    queue.locator("[name=outcome][value=accept]").check()
    queue.get_by_role("button", name="作出结论", exact=True).click()
    expect(queue.get_by_text("已通过。").first).to_be_visible()
    queue.goto(f"/organiser/screening/{slug}/")
    _tick(queue, "submission")
    turned(queue, queue.get_by_role("button", name="批量通过选中的申报件"))
    _tick(queue, "holds")
    queue.get_by_role("button", name="全部通过").click()
    expect(queue.get_by_text("43 件已办理。")).to_be_visible()
    queue.goto(f"/organiser/screening/{slug}/statistics/")
    fit(queue, f"lists-statistics-{size}")

    lists = f"/organiser/recommendations/{slug}/"
    undertaker = visit(lists, who["first"], size)
    expect(undertaker.get_by_role("link", name="广东省")).to_be_visible()
    expect(undertaker.get_by_role("link", name="上海市")).to_have_count(0)
    answer = undertaker.goto(f"{lists}recommended/310000/")
    assert answer is not None
    assert answer.status == 404
    second = visit(f"{lists}recommended/440000/", who["second"], size)
    for n in range(places[0]):
        page = (undertaker, second)[n % 2]
        _put(page, f"{lists}recommended/440000/")
    undertaker.goto(f"{lists}recommended/440000/")
    expect(undertaker.get_by_text("名额已满")).to_be_visible()
    expect(undertaker.get_by_role("link", name="列入名单")).to_have_count(0)
    fit(undertaker, f"lists-guangdong-draft-{size}")
    undertaker.get_by_role("button", name="报送主办单位").click()
    expect(undertaker.get_by_text("名单已报送，并通知了主办单位。")).to_be_visible()

    shanghai = visit(f"{lists}recommended/310000/", who["shanghai"], size)
    _put(shanghai, f"{lists}recommended/310000/")
    turned(shanghai, shanghai.get_by_role("button", name="报送主办单位"))
    host = visit(f"{lists}recommended/460000/", who["clerk"], size)
    if places[2]:
        _put(host, f"{lists}recommended/460000/")
        turned(host, host.get_by_role("button", name="报送主办单位"))
    else:
        expect(host.get_by_text("名额已满")).to_be_visible()
    host.goto(lists)
    rows = host.locator("tbody tr")
    told = {
        r.locator("th").inner_text().split("\n")[0]: r.locator("td").all_inner_texts() for r in rows.all()
    }
    seats = {k: [_figure(t) for t in v[1:4]] for k, v in told.items()}
    assert seats == {
        "上海市": [10, places[1], places[1]],
        "广东省": [25, places[0], places[0]],
        "海南省": [9, places[2], places[2]],
    }
    fit(host, f"lists-overview-{size}")

    lead = visit(f"{lists}recommended/440000/change", who["lead"], size)
    inputs = lead.locator("input[name^='place~']")
    inputs.nth(0).fill("")
    inputs.nth(places[0]).fill("9")
    lead.locator("[name=entry_reason]").fill("质量保证措施完整")
    lead.locator("[name=reason]").fill("第一项单位来函退出")
    fit(lead, f"lists-change-{size}")
    lead.get_by_role("button", name="提出变更").click()
    expect(lead.get_by_role("heading", name="有变更待复核")).to_be_visible()
    expect(lead.get_by_role("button", name="确认，使其生效")).to_have_count(0)
    undertaker.goto(f"{lists}recommended/440000/")
    undertaker.get_by_role("button", name="确认，使其生效").click()
    expect(undertaker.get_by_text("变更已生效。")).to_be_visible()
    fit(undertaker, f"lists-guangdong-changed-{size}")


@pytest.mark.parametrize("size", SIZES)
def test_an_endorser_seals_its_opinion_and_the_applicant_reads_it(
    site: Site, visit: Visit, size: str, tmp_path: Path
) -> None:
    slug = f"qd-{size}"
    who = site.fill("endorsed", slug)
    sealed = tmp_path / "意见.pdf"
    sealed.write_bytes(bytes.fromhex(site.fill("scan")["pdf"]))
    page = visit("/endorsing/", who["endorser"], size)
    turned(page, page.get_by_role("link", name="青岛市教育局"))
    fit(page, f"lists-body-{size}")
    turned(page, page.get_by_role("link", name="智慧教育平台"))
    page.get_by_role("button", name="出具意见").click()
    expect(page.get_by_text("本活动的推荐意见须盖章").first).to_be_visible()
    fit(page, f"lists-opinion-{size}")
    page.locator("[name=opinion]").fill("同意推荐")
    page.locator("[name=seal]").set_input_files(sealed)
    page.get_by_role("button", name="出具意见").click()
    expect(page.get_by_text("意见已出具，并通知了申报单位。")).to_be_visible()
    applicant = visit(f"/entries/{who['entry']}/", who["author"], size)
    expect(applicant.get_by_text("已出具意见")).to_be_visible()
    fit(applicant, f"lists-applicant-{size}")
    with applicant.expect_download() as download:
        applicant.get_by_role("link", name="盖章扫描件").click()
    assert Path(download.value.path()).read_bytes().startswith(b"%PDF")
    screener = visit(f"/organiser/screening/{slug}/entries/{who['entry']}/", who["screener"], size)
    expect(screener.get_by_role("heading", name="推荐意见")).to_be_visible()
    screener.locator("[name=outcome][value=accept]").check()
    screener.get_by_role("button", name="作出结论", exact=True).click()
    expect(screener.get_by_text("已通过。").first).to_be_visible()
    clerk = visit(f"/organiser/bodies/{slug}/", who["clerk"], size)
    fit(clerk, f"lists-bodies-{size}")
    with clerk.expect_download() as table:
        clerk.get_by_role("link", name="下载推荐意见表").click()
    content = Path(table.value.path()).read_text(encoding="utf-8-sig")
    assert content == f"entry,endorser,kind\n{slug}-1,青岛市教育局,recommend\n".replace(slug, slug.upper())


@pytest.mark.parametrize("size", SIZES)
def test_from_a_countys_list_over_the_citys_to_a_half_yearly_release(
    site: Site, visit: Visit, size: str
) -> None:
    slug = f"sc-{size}"
    who = site.fill("scenarios", slug)
    county = visit(f"/endorsing/{slug}/{who['county_body']}/", who["county"], size)
    turned(county, county.get_by_role("button", name="拟定清单"))
    _tick(county, "entries")
    turned(county, county.get_by_role("button", name="列入清单"))
    county.locator("#opinion").fill("同意报送")
    fit(county, f"lists-county-{size}")
    county.get_by_role("button", name="报送", exact=True).click()
    expect(county.get_by_text("清单已报送。")).to_be_visible()

    city = visit(f"/endorsing/{slug}/{who['city_body']}/", who["city"], size)
    expect(city.get_by_role("link", name="南宁市青秀区第 1 份清单")).to_be_visible()
    turned(city, city.get_by_role("button", name="拟定清单"))
    turned(city, city.get_by_role("button", name="汇总到本清单"))
    city.locator("label", has_text="城市内涝预警").locator("input").check()
    turned(city, city.get_by_role("button", name="列入清单"))
    turned(city, city.get_by_role("button", name=re.compile("上移.*城市内涝预警")))
    fit(city, f"lists-city-{size}")
    city.get_by_role("button", name="报送", exact=True).click()
    expect(city.get_by_text("清单已报送。")).to_be_visible()

    clerk = visit(f"/organiser/bodies/{slug}/", who["clerk"], size)
    turned(clerk, clerk.get_by_role("link", name="南宁市第 1 份清单"))
    titles = clerk.locator("tbody th a").all_inner_texts()
    assert titles == ["数智大市场", "城市内涝预警", "智慧养老服务"]
    fit(clerk, f"lists-handed-{size}")
    with clerk.expect_download() as workbook:
        clerk.get_by_role("link", name="下载清单（Excel）").click()
    cells = [[str(c) for c in row] for row in sheet_of(Path(workbook.value.path()))]
    listed = [row for row in cells if any("的需求" in c for c in row)]
    assert [row[1] for row in listed] == [f"{title}的需求" for title in titles]
    clerk.goto(f"/organiser/releases/{slug}/")
    turned(clerk, clerk.get_by_role("button", name="拟定"))
    _tick(clerk, "entries", 2)
    clerk.locator("[name=reason]").fill("重大任务牵引作用明显")
    turned(clerk, clerk.get_by_role("button", name="列入本批"))
    clerk.locator("[name=document]").fill("桂数据〔2026〕1号")
    fit(clerk, f"lists-release-draft-{size}")
    clerk.get_by_role("button", name="提交复核").click()
    expect(clerk.get_by_text("已提交，待另一人复核发布")).to_be_visible()

    lead = visit(f"/organiser/releases/{slug}/", who["lead"], size)
    turned(lead, lead.locator("tbody th a").first)
    lead.get_by_role("button", name="复核无误，发布").click()
    expect(lead.get_by_text("已发布。")).to_be_visible()
    public = visit(f"/campaigns/{slug}/", "", size)
    turned(public, public.get_by_role("link", name="发布清单"))
    turned(public, public.get_by_role("link", name="第 1 批"))
    expect(public.get_by_text("桂数据〔2026〕1号")).to_be_visible()
    assert public.locator("main li h2").all_inner_texts() == ["1. 数智大市场", "2. 智慧养老服务"]

    clerk.goto(clerk.url)
    turned(clerk, clerk.get_by_role("link", name=re.compile("更正.*数智大市场")))
    clerk.locator("[name=field][value=title]").check()
    clerk.locator("[name=after]").fill("数智大市场（二期）")
    clerk.locator("[name=reason]").fill("名称漏写期次")
    fit(clerk, f"lists-correct-{size}")
    turned(clerk, clerk.get_by_role("button", name="提出更正"))
    lead.reload()
    turned(lead, lead.get_by_role("button", name="确认并公布"))
    fit(lead, f"lists-release-{size}")
    public.reload()
    expect(public.get_by_role("heading", name="数智大市场（二期）")).to_be_visible()
    expect(public.get_by_text("名称漏写期次")).to_be_visible()
    fit(public, f"lists-public-{size}")


def sheet_of(path: Path) -> list[list[object]]:
    """The cells of a workbook's first sheet."""
    return CalamineWorkbook.from_path(path).get_sheet_by_index(0).to_python()


def _put(page: Page, address: str) -> None:
    """The first entry that may be listed is put on the list."""
    page.goto(address)
    turned(page, page.get_by_role("link", name="列入名单").first)
    page.locator("[name=reason]").fill("适配充分，应用效果好")
    page.get_by_role("button", name="列入名单").click()
    expect(page.get_by_text("已列入名单。")).to_be_visible()


def _tick(page: Page, name: str, most: int = 100) -> None:
    boxes = page.locator(f"input[type=checkbox][name={name}]")
    expect(boxes.first).to_be_attached()
    for n in range(min(boxes.count(), most)):
        boxes.nth(n).check()


def _figure(text: str) -> int:
    """The first whole number that a cell shows."""
    found = re.search(r"\d+", text)
    assert found is not None, text
    return int(found[0])
