"""Files of an entry in a real browser: progress, cutting to size by keyboard, a network that breaks, order and removal."""

from __future__ import annotations

import hashlib
import io
import random
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pypdfium2
import pytest
from browser.conftest import Site, free_port, photograph, started
from browser.pages import serious
from PIL import Image
from playwright.sync_api import Page, Route, expect

Visit = Callable[..., Page]
PATH = "/entries/{}/form/1/"


def picture(path: Path, width: int, height: int) -> Path:
    """Left half red, right half blue, with a white band along the top."""
    made = Image.new("RGB", (width, height), (200, 0, 0))
    made.paste((0, 0, 200), (width // 2, 0, width, height))
    made.paste((255, 255, 255), (0, 0, width, height // 10))
    made.save(path, quality=95)
    return path


def colour(shown: Image.Image, at: tuple[int, int]) -> str:
    """What the picture has there, as far as JPEG keeps it."""
    red, _green, blue = shown.crop((*at, at[0] + 1, at[1] + 1)).tobytes()
    return "red" if red > 150 > blue else "blue" if blue > 150 > red else "neither"


def pdf(path: Path, size: int) -> bytes:
    """A PDF whose picture cannot be packed, so that the file has about this many bytes."""
    side = int((size / 3) ** 0.5)
    noise = Image.frombytes("RGB", (side, side), random.Random(1).randbytes(side * side * 3))
    encoded = io.BytesIO()
    noise.save(encoded, "JPEG", quality=100, subsampling=0)
    document = pypdfium2.PdfDocument.new()
    page = document.new_page(595, 842)
    shown = pypdfium2.PdfImage.new(document)
    encoded.seek(0)
    shown.load_jpeg(encoded, inline=True)
    page.insert_obj(shown)
    page.gen_content()
    document.save(path)
    return path.read_bytes()


@pytest.fixture
def entry(site: Site, request: pytest.FixtureRequest) -> dict[str, Any]:
    return site.fill("entry_with_pictures", f"c{hashlib.sha256(request.node.name.encode()).hexdigest()[:10]}")


def box(page: Page, field: str) -> Any:
    return page.locator(f'[data-field="{field}"]')


def button(place: Any, act: str, name: str) -> Any:
    """The button of a file; the file's name follows for readers alone."""
    return place.get_by_role("button", name=re.compile(rf"{act}\s*：?\s*{re.escape(name)}"))


def choose(page: Page, field: str, *paths: Path) -> None:
    box(page, field).locator("input[type=file]").set_input_files([str(p) for p in paths])


@pytest.mark.parametrize("size", ["desk", "phone"])
def test_a_picture_is_cut_to_size_by_keyboard(
    site: Site, visit: Visit, entry: dict[str, Any], tmp_path: Path, size: str
) -> None:
    page = visit(PATH.format(entry["entry"]), entry["session"], size)
    choose(page, "pictures", picture(tmp_path / "案例.jpg", 1200, 1000))
    stage = page.locator("dialog [data-stage]")
    expect(stage).to_be_focused()
    told = page.locator("dialog [data-frame]")
    expect(told).to_have_text("取景框：距左 0，距上 50，宽 1200，高 900 像素")
    page.keyboard.press("ArrowUp")
    page.keyboard.press("ArrowUp")
    page.keyboard.press("ArrowUp")
    expect(told).to_have_text("取景框：距左 0，距上 0，宽 1200，高 900 像素")  # and no further
    for _ in range(20):
        page.keyboard.press("-")
    expect(told).to_have_text("取景框：距左 200，距上 150，宽 800，高 600 像素")  # nothing is blown up
    page.keyboard.press("Shift+ArrowLeft")
    page.keyboard.press("Shift+ArrowLeft")
    page.keyboard.press("Shift+ArrowLeft")
    expect(told).to_have_text("取景框：距左 0，距上 150，宽 800，高 600 像素")
    photograph(page, f"files-crop-{size}")
    page.keyboard.press("Tab")
    for _ in range(6):
        page.keyboard.press("Tab")
    expect(page.locator("dialog [data-use]")).to_be_focused()
    page.keyboard.press("Enter")
    expect(box(page, "pictures").locator(".file-name a")).to_have_text(["案例.jpg"])
    expect(box(page, "pictures").locator("[data-say]")).to_have_text("已上传：案例.jpg")
    expect(box(page, "pictures").locator("input[type=file]")).to_have_value("")
    found = site.fill("files_of", entry["entry"], "pictures")
    assert [f[:4] for f in found["files"]] == [["案例.jpg", "jpg", 800, 600]]
    # what was within the frame: red up to x = 600 of 800, no white
    with page.expect_download() as started:
        box(page, "pictures").locator(".file-name a").click()
    shown = Image.open(str(started.value.path())).convert("RGB")
    assert [colour(shown, at) for at in ((5, 5), (590, 300), (610, 300), (795, 595))] == [
        "red",
        "red",
        "blue",
        "blue",
    ]
    expect(box(page, "pictures").locator("img")).to_have_js_property("naturalWidth", 480)
    photograph(page, f"files-form-{size}")


def test_the_frame_follows_mouse_and_buttons_and_can_be_refused(
    visit: Visit, site: Site, entry: dict[str, Any], tmp_path: Path
) -> None:
    page = visit(PATH.format(entry["entry"]), entry["session"])
    choose(page, "pictures", picture(tmp_path / "宽.jpg", 2000, 600))
    told = page.locator("dialog [data-frame]")
    expect(told).to_have_text("取景框：距左 600，距上 0，宽 800，高 600 像素")
    place = page.locator("dialog [data-stage]").bounding_box()
    assert place
    middle = (place["x"] + place["width"] / 2, place["y"] + place["height"] / 2)
    page.mouse.move(*middle)
    page.mouse.down()
    page.mouse.move(middle[0] + place["width"], middle[1], steps=4)
    page.mouse.up()
    expect(told).to_have_text("取景框：距左 1200，距上 0，宽 800，高 600 像素")
    page.get_by_role("button", name="左移").click()
    expect(told).to_have_text("取景框：距左 1184，距上 0，宽 800，高 600 像素")
    page.keyboard.press("Escape")
    expect(page.locator("dialog")).to_have_count(0)
    expect(box(page, "pictures").locator("[data-say]")).to_have_text("已取消：宽.jpg")
    expect(box(page, "pictures").locator("input[type=file]")).to_be_focused()
    assert site.fill("files_of", entry["entry"], "pictures") == {"files": [], "unfinished": 0}


def test_four_pictures_of_the_right_shape_need_no_asking_and_a_fifth_is_told(
    visit: Visit, site: Site, entry: dict[str, Any], tmp_path: Path
) -> None:
    page = visit(PATH.format(entry["entry"]), entry["session"])
    paths = [picture(tmp_path / f"图{n}.jpg", 1600 + 4 * n, 1200 + 3 * n) for n in range(5)]
    choose(page, "pictures", *paths)
    names = box(page, "pictures").locator(".file-name a")
    expect(names).to_have_text(["图0.jpg", "图1.jpg", "图2.jpg", "图3.jpg"], timeout=20_000)
    expect(box(page, "pictures").locator("[data-fault]")).to_have_text(
        "这一栏最多 4 件，请先删除不要的文件再上传。"
    )
    found = site.fill("files_of", entry["entry"], "pictures")["files"]
    assert {tuple(f[1:4]) for f in found} == {("jpg", 800, 600)}

    button(page, "下移", "图0.jpg").press("Enter")
    expect(names).to_have_text(["图1.jpg", "图0.jpg", "图2.jpg", "图3.jpg"])
    expect(box(page, "pictures").locator("[data-say]")).to_have_text("图0.jpg：现在是第 2 个")
    expect(button(page, "下移", "图0.jpg")).to_be_focused()
    button(page, "删除", "图2.jpg").press("Enter")
    expect(names).to_have_text(["图1.jpg", "图0.jpg", "图3.jpg"])
    expect(box(page, "pictures").locator("[data-say]")).to_have_text("已删除：图2.jpg")
    expect(box(page, "pictures").locator("input[type=file]")).to_be_focused()
    photograph(page, "files-ordered")
    page.reload()
    expect(names).to_have_text(["图1.jpg", "图0.jpg", "图3.jpg"])


def test_what_is_wrong_stands_beside_the_file(
    visit: Visit, site: Site, entry: dict[str, Any], tmp_path: Path
) -> None:
    page = visit(PATH.format(entry["entry"]), entry["session"], "phone")
    broken = tmp_path / "坏.jpg"
    broken.write_bytes(b"MZ no picture")
    choose(page, "pictures", picture(tmp_path / "小.jpg", 640, 480), broken)
    expect(box(page, "pictures").locator("[data-error]:visible")).to_have_text(
        [
            "图片是 640×480 像素，要求不少于 800×600 像素。请换一张更清晰的图片。",
            "浏览器打不开这张图片。请确认文件没有损坏，另存为 JPG 后再选。",
        ]
    )
    false_pdf = tmp_path / "假.pdf"
    false_pdf.write_bytes(b"MZ no document")
    choose(page, "scan", false_pdf)
    expect(box(page, "scan").locator("[data-error]:visible")).to_contain_text("EXE")
    # beyond its 20 MB: told by the server before a byte is sent
    large = tmp_path / "大.pdf"
    with large.open("wb") as file:
        file.truncate(21 * 2**20)
    choose(page, "scan", large)
    expect(box(page, "scan").locator("[data-error]:visible").nth(1)).to_have_text(
        "文件有 21.0 MB，超过 20 MB。请压缩图片或分成几个文件后再上传。"
    )
    photograph(page, "files-refused-phone")
    button(page, "知道了", "假.pdf").click()
    expect(box(page, "scan").locator(".is-waiting")).to_have_count(1)
    expect(box(page, "scan").locator("input[type=file]")).to_be_focused()
    assert site.fill("files_of", entry["entry"], "scan") == {"files": [], "unfinished": 0}
    # a picture that is large enough goes to the field of a least size as it is
    choose(page, "photos", picture(tmp_path / "景.jpg", 1200, 1000))
    expect(box(page, "photos").locator(".file-name a")).to_have_text(["景.jpg"])
    assert site.fill("files_of", entry["entry"], "photos")["files"][0][2:4] == [1200, 1000]


def test_after_a_break_of_the_network_the_upload_goes_on_where_it_stood(
    visit: Visit, site: Site, entry: dict[str, Any], tmp_path: Path
) -> None:
    content = pdf(tmp_path / "大.pdf", 9_000_000)
    assert 5_000_000 < len(content) < 20 * 2**20
    page = visit(PATH.format(entry["entry"]), entry["session"])
    offsets: list[int] = []

    def slowly(route: Route) -> None:
        # the third part meets a dead network
        offsets.append(int(route.request.url.split("offset=")[1]))
        if len(offsets) == 3:
            page.context.set_offline(True)
            route.abort("internetdisconnected")
        else:
            route.continue_()

    page.route("**/files/uploads/*?offset=*", slowly)
    choose(page, "scan", tmp_path / "大.pdf")
    row = box(page, "scan").locator(".is-waiting")
    expect(row.locator("[data-state]")).to_have_text("网络不通，恢复后自动从断开处继续。请不要关闭本页。")
    stood = row.locator("[data-bar]").evaluate("bar => bar.value")
    assert 0 < stood < 50
    photograph(page, "files-offline")
    page.context.set_offline(False)
    expect(box(page, "scan").locator(".file-name a")).to_have_text(["大.pdf"], timeout=30_000)
    assert offsets[2] == offsets[3] > 0  # from where it stood: nothing before was sent again
    assert offsets == sorted(offsets)
    found = site.fill("files_of", entry["entry"], "scan")
    assert found == {
        "files": [["大.pdf", "pdf", None, None, hashlib.sha256(content).hexdigest()]],
        "unfinished": 0,
    }


def test_after_the_server_was_killed_the_upload_goes_on_where_it_stood(chromium: Any, tmp_path: Path) -> None:
    site = started(tmp_path / "site", free_port())
    entry = site.fill("entry_with_pictures", "killed")
    content = pdf(tmp_path / "大.pdf", 9_000_000)
    context = chromium.new_context(base_url=site.address)
    context.add_cookies([{"name": "sessionid", "value": entry["session"], "url": site.address}])
    page = context.new_page()
    page.goto(PATH.format(entry["entry"]))
    offsets: list[int] = []

    def killing(route: Route) -> None:
        offsets.append(int(route.request.url.split("offset=")[1]))
        if len(offsets) == 3:
            site.kill()
        route.continue_()

    page.route("**/files/uploads/*?offset=*", killing)
    choose(page, "scan", tmp_path / "大.pdf")
    expect(box(page, "scan").locator(".is-waiting [data-state]")).to_contain_text("网络不通")
    again = started(tmp_path / "site", int(site.address.rpartition(":")[2]))
    try:
        expect(box(page, "scan").locator(".file-name a")).to_have_text(["大.pdf"], timeout=30_000)
        assert offsets[3] == offsets[2] > 0  # what had been acknowledged was not sent again
        found = again.fill("files_of", entry["entry"], "scan")["files"]
        assert [f[4] for f in found] == [hashlib.sha256(content).hexdigest()]
    finally:
        context.close()
        again.stop()


def test_a_page_closed_in_the_middle_goes_on_when_the_file_is_chosen_again(
    visit: Visit, site: Site, entry: dict[str, Any], tmp_path: Path
) -> None:
    content = pdf(tmp_path / "大.pdf", 6_000_000)
    page = visit(PATH.format(entry["entry"]), entry["session"])
    offsets: list[int] = []

    def breaking(route: Route) -> None:
        offsets.append(int(route.request.url.split("offset=")[1]))
        if len(offsets) > 2:
            route.abort("internetdisconnected")
        else:
            route.continue_()

    page.route("**/files/uploads/*?offset=*", breaking)
    choose(page, "scan", tmp_path / "大.pdf")
    expect(box(page, "scan").locator(".is-waiting [data-state]")).to_contain_text("网络不通")
    again = page.context.new_page()
    page.close()  # while its requests still fail: none of its own retries may get through
    later: list[int] = []
    again.on(
        "request",
        lambda r: later.append(int(r.url.split("offset=")[1])) if "offset=" in r.url else None,
    )
    again.goto(PATH.format(entry["entry"]))
    choose(again, "scan", tmp_path / "大.pdf")
    expect(box(again, "scan").locator(".file-name a")).to_have_text(["大.pdf"], timeout=30_000)
    assert later[0] == offsets[2] > 0
    found = site.fill("files_of", entry["entry"], "scan")["files"]
    assert [f[4] for f in found] == [hashlib.sha256(content).hexdigest()]


def test_an_upload_is_cancelled(visit: Visit, site: Site, entry: dict[str, Any], tmp_path: Path) -> None:
    pdf(tmp_path / "大.pdf", 6_000_000)
    page = visit(PATH.format(entry["entry"]), entry["session"])
    waiting: list[Route] = []
    page.route("**/files/uploads/*?offset=*", lambda route: waiting.append(route))
    choose(page, "scan", tmp_path / "大.pdf")
    expect(box(page, "scan").locator(".is-waiting [data-state]")).to_have_text("正在上传，已完成 0%")
    with page.expect_response(lambda r: r.request.method == "DELETE") as gone:
        button(page, "取消", "大.pdf").click()
    assert gone.value.status == 204
    expect(box(page, "scan").locator(".is-waiting")).to_have_count(0)
    expect(box(page, "scan").locator("[data-say]")).to_have_text("已取消：大.pdf")
    assert site.fill("files_of", entry["entry"], "scan") == {"files": [], "unfinished": 0}


def test_without_scripts_the_form_sends_its_files(
    chromium: Any, site: Site, entry: dict[str, Any], tmp_path: Path
) -> None:
    context = chromium.new_context(base_url=site.address, java_script_enabled=False)
    context.add_cookies([{"name": "sessionid", "value": entry["session"], "url": site.address}])
    page = context.new_page()
    page.goto(PATH.format(entry["entry"]))
    choose(page, "pictures", picture(tmp_path / "图.jpg", 800, 600))
    box(page, "pictures").get_by_role("button", name="上传所选文件").click()
    expect(box(page, "pictures").locator(".file-name a")).to_have_text(["图.jpg"])
    button(page, "删除", "图.jpg").click()
    expect(box(page, "pictures").locator(".file-name a")).to_have_count(0)
    context.close()


def test_a_file_is_dropped_on_its_field(visit: Visit, entry: dict[str, Any], tmp_path: Path) -> None:
    page = visit(PATH.format(entry["entry"]), entry["session"])
    content = [*picture(tmp_path / "拖.jpg", 800, 600).read_bytes()]
    drop = box(page, "pictures").locator("[data-drop]")
    transfer = page.evaluate_handle(
        """content => {
          const transfer = new DataTransfer();
          transfer.items.add(new File([new Uint8Array(content)], "拖.jpg", { type: "image/jpeg" }));
          return transfer;
        }""",
        content,
    )
    drop.dispatch_event("dragover", {"dataTransfer": transfer})
    expect(drop).to_have_class(re.compile("is-over"))
    drop.dispatch_event("drop", {"dataTransfer": transfer})
    expect(box(page, "pictures").locator(".file-name a")).to_have_text(["拖.jpg"])
    expect(drop).not_to_have_class(re.compile("is-over"))


@pytest.mark.parametrize("size", ["desk", "phone"])
def test_axe_finds_nothing_serious_on_the_files_and_in_the_dialog(
    visit: Visit, entry: dict[str, Any], tmp_path: Path, size: str
) -> None:
    page = visit(PATH.format(entry["entry"]), entry["session"], size)
    choose(page, "pictures", *(picture(tmp_path / f"图{n}.jpg", 800, 600) for n in range(2)))
    expect(box(page, "pictures").locator(".file-name a")).to_have_count(2)
    choose(page, "pictures", picture(tmp_path / "小.jpg", 640, 480))
    assert serious(page) == []
    choose(page, "pictures", picture(tmp_path / "大.jpg", 1200, 1000))
    expect(page.locator("dialog [data-stage]")).to_be_focused()
    assert serious(page) == []
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
