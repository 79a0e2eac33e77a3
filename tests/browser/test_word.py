"""The Word round trip of Guangxi's call: a form that LibreOffice saved is uploaded, checked, taken over, handed in, compared, accepted."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from browser.conftest import Site, photograph
from playwright.sync_api import Page, expect

from guiguan.documents.forms.office import office

Visit = Callable[..., Page]
WALK = Path(__file__).with_name("data") / "walk.docx"


@pytest.mark.parametrize("size", ["phone", "desk"])
def test_a_word_form_goes_round_to_acceptance(site: Site, visit: Visit, tmp_path: Path, size: str) -> None:
    scene = site.fill("guangxi_draft", f"gx-word-{size}")
    entry = f"/entries/{scene['entry']}/"
    page = visit(entry, scene["session"], size)
    page.get_by_role("link", name="下载或上传表格").click()
    expect(page.get_by_role("heading", name="广西信息化优秀案例申报表")).to_be_visible()
    photograph(page, f"word-forms-{size}")
    page.locator("#word-form").set_input_files(WALK)
    page.get_by_role("button", name="上传并读取").first.click()
    expect(page.get_by_role("heading", name="核对读取结果")).to_be_visible()
    photograph(page, f"word-reading-{size}")
    assert wide(page) <= page.viewport_size["width"]  # type: ignore[index]  # every context here has one
    expect(page.locator("#row-investment")).to_contain_text("120.5")
    expect(page.locator("[name='take~legal_person']")).to_be_checked()
    page.get_by_role("button", name="填入勾选的栏目").click()
    expect(page.get_by_text("已填入 25 栏。")).to_be_visible()
    expect(page.get_by_text("与网上一致", exact=True)).to_be_visible()
    if office() is None:
        pytest.skip("no LibreOffice here: the sealed form cannot be made")
    page.goto(f"{entry}forms/")
    with page.expect_download() as waiting:
        page.get_by_role("link", name="下载 PDF（已填好）").first.click()
    scan = tmp_path / "sealed.pdf"
    waiting.value.save_as(scan)
    page.goto(f"{entry}form/4/")
    page.locator("[data-field=sealed_form] input[type=file]").set_input_files(scan)
    expect(page.locator("[data-field=sealed_form] .file-name a")).to_contain_text("sealed.pdf")
    page.goto(f"{entry}papers/")
    expect(page.get_by_text("与网上一致", exact=True)).to_have_count(2)
    expect(page.get_by_text("图片，须人工核对", exact=True)).to_have_count(1)
    photograph(page, f"word-papers-{size}")
    page.goto(entry)
    photograph(page, f"word-overview-{size}")
    page.get_by_role("button", name="提交申报").click()
    expect(page.get_by_text("提交成功。")).to_be_visible()
    judge(visit, scene, size)
    page.goto(entry)
    expect(page.get_by_text("审查通过").first).to_be_visible()


def judge(visit: Visit, scene: dict[str, str], size: str) -> None:
    """The screener sees the papers beside the answers, nobody's name among them, and accepts."""
    page = visit(
        f"/organiser/screening/{scene['campaign']}/entries/{scene['entry']}/", scene["screener"], size
    )
    expect(page.get_by_role("heading", name="纸质版与网上内容的比对")).to_be_visible()
    assert "镕堃" not in page.content()
    photograph(page, f"word-screening-{size}")
    page.locator("[name=outcome][value=accept]").check()
    page.get_by_role("button", name="作出结论", exact=True).click()
    expect(page.get_by_role("heading", name="审查记录")).to_be_visible()


def wide(page: Page) -> int:
    found: int = page.evaluate("document.documentElement.scrollWidth")
    return found


def test_nothing_is_overwritten_without_a_tick(site: Site, visit: Visit) -> None:
    scene = site.fill("guangxi_draft", "gx-word-keep")
    entry = f"/entries/{scene['entry']}/"
    page = visit(f"{entry}form/2/", scene["session"])
    page.locator("[name=title]").fill("网上写的名称")
    page.get_by_role("button", name="保存", exact=True).click()
    page.goto(f"{entry}forms/")
    page.locator("#word-form").set_input_files(WALK)
    page.get_by_role("button", name="上传并读取").first.click()
    expect(page.locator("[name='take~title']")).not_to_be_checked()
    page.get_by_role("button", name="填入勾选的栏目").click()
    page.goto(f"{entry}form/2/")
    expect(page.locator("[name=title]")).to_have_value("网上写的名称")
    expect(page.locator("[name=investment]")).to_have_value("120.5")


@pytest.mark.parametrize("size", ["phone", "desk"])
def test_an_organiser_replaces_a_template_and_is_told_its_faults(
    site: Site, visit: Visit, tmp_path: Path, size: str
) -> None:
    scene = site.fill("guangxi_draft", f"gx-templates-{size}")
    page = visit(f"/organiser/campaigns/{scene['campaign']}/forms/", scene["clerk"], size)
    with page.expect_download() as waiting:
        page.get_by_role("link", name="下载现用表样").first.click()
    mine = tmp_path / "mine.docx"
    waiting.value.save_as(mine)
    page.locator("#template-form").set_input_files(WALK)
    page.get_by_role("button", name="检查并换上").first.click()
    expect(page.get_by_role("heading", name="表样没有换上")).to_be_visible()
    photograph(page, f"word-templates-{size}")
    assert wide(page) <= page.viewport_size["width"]  # type: ignore[index]  # every context here has one
    page.locator("#template-form").set_input_files(mine)
    page.get_by_role("button", name="检查并换上").first.click()
    expect(page.get_by_text("自己的表样")).to_be_visible()
