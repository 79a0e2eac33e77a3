"""On an English page every Chinese word that people wrote is marked as Chinese, so that a screen reader speaks it so."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from html.parser import HTMLParser

import pytest
import time_machine
from django.test import Client
from hypothesis import given
from hypothesis import strategies as st
from web.scene import AT, Scene, build

from guiguan.apps.accounts.models import Person
from guiguan.apps.campaigns.models import Announcement, Campaign, Question
from guiguan.apps.entries.models import Entry
from guiguan.web.common.spoken import marked

As = Callable[[Person | None], Client]
HAN = re.compile("[\u2e80-\u2fdf\u3005-\u3007\u3400-\u9fff]")
EMPTY = {"meta", "link", "img", "input", "br", "hr", "source", "use", "path", "wbr", "area"}


class Unmarked(HTMLParser):
    """The Chinese on a page that stands in no element of that language. Titles of pages can hold no mark."""

    def __init__(self, page: str) -> None:
        super().__init__(convert_charrefs=True)
        self.found: list[str] = []
        self._open: list[tuple[str, str]] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag not in EMPTY:
            language = dict(attrs).get("lang") or (self._open[-1][1] if self._open else "")
            self._open.append((tag, language))

    def handle_endtag(self, tag: str) -> None:
        while self._open and self._open.pop()[0] != tag:
            pass

    def handle_data(self, data: str) -> None:
        tags = {tag for tag, _ in self._open}
        language = self._open[-1][1] if self._open else ""
        if (
            HAN.search(data)
            and not language.lower().startswith("zh")
            and not tags & {"title", "script", "textarea"}
        ):
            self.found.append(" > ".join(t for t, _ in self._open[-3:]) + ": " + data.strip()[:60])


@pytest.fixture
def scene(db: None) -> Iterator[Scene]:
    with time_machine.travel(AT / 1000, tick=False):
        made = build()
        campaign = Campaign.objects.get(pk="one")
        by = made.things["own"].keeper
        Announcement.objects.create(
            campaign=campaign, number=1, title="延期", text="申报延期。\n\n请留意。", by=by.pk, at=AT
        )
        Question.objects.create(
            campaign=campaign,
            text="何时？",
            by=by.pk,
            at=AT,
            answer="六月。",
            answered_by=by.pk,
            answered_at=AT,
            public=True,
        )
        yield made


PAGES = {
    "": (
        "/",
        "/campaigns/",
        "/campaigns/one/",
        "/campaigns/one/versions/",
        "/help",
        "/permissions",
        "/progress",
    ),
    "applicant": (
        "/entries/",
        "/entries/start/one/",
        "/units/",
        "/units/{unit}",
        "/inbox/",
        "/entries/{entry}/",
    ),
    "screener": (
        "/organiser/screening/",
        "/organiser/screening/one/",
        "/organiser/screening/one/entries/{entry}/",
    ),
    "lead": ("/organiser/", "/organiser/units/", "/organiser/campaigns/one/", "/organiser/messages/one"),
    "supervisor": ("/supervisor/audit/one",),
}


@pytest.mark.parametrize("role", PAGES)
def test_chinese_is_marked_on_english_pages(scene: Scene, as_person: As, role: str) -> None:
    thing = scene.things["own"]
    client = as_person(scene.visitors[role] if role else None)
    client.cookies["language"] = "en"
    faults, seen = [], 0
    for path in PAGES[role]:
        answer = client.get(path.format(entry=thing.entry.pk, unit=thing.unit.pk))
        if answer.status_code == 200:
            seen += 1
            faults += [f"{path} {one}" for one in Unmarked(answer.content.decode()).found]
    assert seen >= len(PAGES[role]) - 1
    assert faults == []


@pytest.mark.parametrize("number", range(1, 5))
def test_chinese_is_marked_on_the_form(scene: Scene, as_person: As, number: int) -> None:
    thing = scene.things["own"]
    Entry.objects.filter(pk=thing.entry.pk).update(state="draft", reminded=True)
    client = as_person(thing.keeper)
    client.cookies["language"] = "en"
    answer = client.get(f"/entries/{thing.entry.pk}/form/{number}/")
    assert answer.status_code == 200
    assert Unmarked(answer.content.decode()).found == []
    client.cookies["language"] = "zh-hans"
    assert "zh-Hans" not in client.get(f"/entries/{thing.entry.pk}/form/{number}/").content.decode()


SPAN = '<span lang="zh-Hans">'


@pytest.mark.parametrize(
    ("page", "made"),
    [
        ("<p>Entry: 案例 1（一） of</p>", f"<p>Entry: {SPAN}案例 1（一）</span> of</p>"),
        ("<p>no Han，only width</p>", "<p>no Han，only width</p>"),
        ("<p lang='zh-hans'>甲<b>乙</b></p>丙", f"<p lang='zh-hans'>甲<b>乙</b></p>{SPAN}丙</span>"),
        ("<p lang=en>甲</p>", f"<p lang=en>{SPAN}甲</span></p>"),
        ('<option value="1">甲</option>', '<option lang="zh-Hans" value="1">甲</option>'),
        (
            "<title>甲</title><textarea>乙<b></textarea>丙",
            f"<title>甲</title><textarea>乙<b></textarea>{SPAN}丙</span>",
        ),
        (
            '<script>"<b>甲"</script><!-- 乙 --><br>丙',
            f'<script>"<b>甲"</script><!-- 乙 --><br>{SPAN}丙</span>',
        ),
        ("“甲”&amp;乙", f"{SPAN}“甲”</span>&amp;{SPAN}乙</span>"),
        ("甲\n乙", f"{SPAN}甲</span>\n{SPAN}乙</span>"),
        ("<p>（12）中文</p>", f"<p>{SPAN}（12）中文</span></p>"),
        pytest.param(
            f"<p>{'。' * 50_000}a中</p>",
            f"<p>{'。' * 50_000}a{SPAN}中</span></p>",
            id="a long row of marks is read once, not once for each of them",
        ),
    ],
)
def test_what_is_marked(page: str, made: str) -> None:
    assert marked(page) == made


@given(st.text(alphabet="甲乙，。“”aB1 \n<>/&;!-p=\"'", max_size=60))
def test_nothing_but_marks_is_added(page: str) -> None:
    made = marked(page).replace('<option lang="zh-Hans"', "<option")
    assert made.replace(SPAN, "").replace("</span>", "") == page.replace("</span>", "")
