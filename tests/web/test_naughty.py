"""Every naughty string through the site's text fields and out again: the same text on the page, nothing carried out."""

from __future__ import annotations

import shutil
import subprocess
import unicodedata
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.parse import quote

import pytest
import time_machine
from apps.accounts.conftest import FRIDAY, facts
from apps.conftest import make_person, make_staff, make_unit
from apps.entries.conftest import NOON, make_campaign
from apps.entries.test_naughty import TEXT
from apps.screening.scene import AT, make_scene, newest
from chromium import usable_chromium
from django.db import connection, transaction
from django.test import Client
from naughty import naughty_strings
from web.naughty_page import Texts, visited

from guiguan.apps.accounts.models import Invitation, Organisation, Person
from guiguan.apps.accounts.units import register_unit
from guiguan.apps.audit.models import Record
from guiguan.apps.campaigns.models import Announcement, Question
from guiguan.apps.entries import services
from guiguan.apps.entries.models import Answer, Entry
from guiguan.apps.messages.models import Message
from guiguan.apps.messages.render import sms_text, subject_text
from guiguan.apps.messages.sealing import SUBJECT, opened
from guiguan.apps.messages.services import queue
from guiguan.apps.screening.models import Screening
from guiguan.core.values.finding import InputError
from guiguan.core.values.plain import plain
from guiguan.documents.intake.names import cleaned_name
from guiguan.documents.receipt.receipt import Receipt, receipt_pdf

As = Callable[[Person | None], Client]
HOSTILE = ("\0", "a\0b", "\u202e", "%", "_", "'", '"><script>alert(1)</script>')


@pytest.fixture
def declaring() -> Iterator[None]:
    with time_machine.travel(NOON / 1000, tick=False):
        yield


@pytest.fixture
def entry(db: None, declaring: None) -> Entry:
    by = make_person()
    made = services.start_entry(by, NOON, make_campaign(TEXT, "naughty"), make_unit(by, name="甲公司"))
    services.save_answer(by, NOON, made.pk, "title", "名称", 0)
    return made


def author(entry: Entry) -> Person:
    return Person.objects.get(pk=entry.made_by)


def page_of(browser: Client, path: str, status: int = 200) -> Texts:
    response = browser.get(path)
    assert response.status_code == status
    found = Texts(response.content.decode())
    assert found.active == []
    return found


def test_a_form_takes_them_all_and_shows_them_again(entry: Entry, as_person: As) -> None:
    texts = [t for t in naughty_strings() if t.strip()]
    browser = as_person(author(entry))
    place = f"/entries/{entry.pk}/answers/"
    sent = {f"scenes.{n}.name": text.replace("\n", "\r\n") for n, text in enumerate(texts, 1)}
    assert browser.post(f"{place}scenes", sent | {"scenes~seen": "0"}).status_code == 200
    assert [row["name"] for row in Answer.objects.get(entry=entry, field="scenes").value] == texts
    shown = page_of(browser, f"/entries/{entry.pk}/form/2/").boxes
    assert [shown[f"scenes.{n}.name"] for n in range(1, len(texts) + 1)] == texts


def test_what_no_database_keeps_is_refused_and_said_so(entry: Entry, as_person: As) -> None:
    answer = as_person(author(entry)).post(
        f"/entries/{entry.pk}/answers/title", {"title": "a\0b", "title~seen": "0"}
    )
    assert answer.status_code == 400
    assert "请改正后再保存" in answer.json()["errors"][0]
    assert Entry.objects.get(pk=entry.pk).title == "名称"


def test_titles_stand_in_lists_as_they_are(entry: Entry, as_person: As) -> None:
    texts = [t for t in naughty_strings() if t.strip()]
    Entry.objects.bulk_create(
        Entry(
            campaign=entry.campaign,
            organisation=entry.organisation,
            title=text,
            made_by=entry.made_by,
            made_at=NOON + 1,
        )
        for text in texts
    )
    shown = set(page_of(as_person(author(entry)), "/entries/").shown)
    assert {t.strip() for t in texts} <= shown


def test_units_keep_the_names_that_they_gave(db: None) -> None:
    taken = 0
    for text in naughty_strings():
        by = make_person()
        try:
            with transaction.atomic():
                unit = register_unit(by, FRIDAY, facts(name=text, address=text, contact=text, credit_code=""))
        except InputError as error:
            rules = {f.rule for f in error.findings}
            continue_with = {"unit.name", "unit.address", "unit.contact", "unit.credit-code", "unit.code"}
            assert rules <= continue_with, (text, rules)
            continue
        taken += 1
        unit.refresh_from_db()
        assert (unit.name, unit.address) == (plain(text), plain(text))
    assert taken > 0 or not Organisation.objects.exists()
    for record in Record.objects.filter(action="organisation.register"):
        assert record.detail == {"kind": "enterprise"}


def test_announcements_questions_and_answers(db: None, as_person: As, declaring: None) -> None:
    texts = [t for t in naughty_strings() if t.strip()]
    made, by = make_campaign(TEXT, "naughty"), make_person()
    Announcement.objects.bulk_create(
        Announcement(campaign=made, number=n, title=t[:120], text=t, by=by.pk, at=NOON)
        for n, t in enumerate(texts, 1)
    )
    Question.objects.bulk_create(
        Question(
            campaign=made,
            text=t,
            by=by.pk,
            at=NOON,
            answer=t,
            answered_by=by.pk,
            answered_at=NOON,
            public=True,
        )
        for t in texts
    )
    shown = "\n".join(page_of(as_person(None), "/campaigns/naughty/").shown)
    flat = " ".join(shown.split())
    assert [t for t in texts if " ".join(t.split()) not in flat] == []


def test_announcing_and_asking_keep_the_text(db: None, as_person: As, declaring: None) -> None:
    made = make_campaign(TEXT, "naughty")
    clerk = as_person(make_staff("clerk", made.pk))
    for text in (t for t in naughty_strings()[::12] if plain(t)):
        answer = clerk.post("/organiser/campaigns/naughty/announcements/add", {"title": text, "text": text})
        title_fits = len(plain(text)) <= 120
        assert answer.status_code == (302 if title_fits else 422) or answer.status_code == 400
        if title_fits:
            assert Announcement.objects.latest("pk").text == plain(text)
        asker = as_person(make_person())  # one person may not ask without end
        assert asker.post("/campaigns/naughty/questions", {"text": text}).status_code == 302
        assert Question.objects.filter(text=plain(text)).count() == 1


SEARCHES = {
    "/campaigns/?search={}": "",
    "/organiser/screening/naughty/?q={}": "screener",
    "/organiser/screening/naughty/?category={}": "screener",
    "/organiser/screening/naughty/?region={}": "screener",
    "/organiser/units/?state=approved&q={}": "clerk",
    "/administration/people?q={}": "security_admin",
    "/supervisor/audit/naughty?action={}": "supervisor",
    "/supervisor/audit/naughty?subject={}": "supervisor",
    "/supervisor/audit/naughty?by={}": "supervisor",
    "/organiser/messages/naughty?template={}": "lead",
    "/progress?number={}": "",
    "/units/credit-code?credit_code={}": "",
}


@pytest.mark.parametrize("address", SEARCHES)
def test_searches_find_or_do_not_find_and_never_break(address: str, db: None, as_person: As) -> None:
    make_campaign(TEXT, "naughty")
    role = SEARCHES[address]
    place = "" if role == "security_admin" else "naughty"
    browser = as_person(make_staff(role, place) if role else None)  # type: ignore[arg-type]  # a role of the table
    for text in (*HOSTILE, *naughty_strings()[::8]):
        response = browser.get(address.format(quote(text)))
        assert response.status_code in (200, 302, 400, 404), text
        assert Texts(response.content.decode()).active == [], text


def test_messages_keep_to_their_line(db: None) -> None:
    person = make_person()
    for number, text in enumerate((*naughty_strings(), "a\r\nBcc: b", "a\u2028b")):
        sms = sms_text("{unit}已通过", {"unit": text, "site": "桂冠", "link": ""}, "桂冠")
        subject = subject_text("{unit}", {"unit": text, "site": "桂冠", "link": ""})
        assert sms.splitlines() == [sms]
        assert subject.splitlines() in ([subject], [])
        with transaction.atomic():
            queue(
                NOON,
                "unit-approved",
                once=str(number),
                person=person.pk,
                channels=("site",),
                to={},
                facts={"unit": text},
            )
    for message in Message.objects.all():
        assert "\n" not in opened(bytes(message.subject), SUBJECT)


def test_file_names_are_harmless_or_refused() -> None:
    for text in naughty_strings():
        for name in (text, f"{text}.pdf", f"../{text}.pdf"):
            kept = cleaned_name(name)
            assert kept is None or not set(kept) & set('/\\<>:"|?*')
            assert not {unicodedata.category(c) for c in kept or ""} & {"Cc", "Cf", "Cs", "Zl", "Zp"}


@pytest.mark.skipif(shutil.which("pdftotext") is None, reason="no pdftotext here")
def test_receipts_hold_them_as_text(tmp_path: Path) -> None:
    texts = [t for t in naughty_strings() if t.isascii() and t.isprintable() and t.strip()]
    everything = [t for t in naughty_strings() if t.strip()]
    pdf = tmp_path / "receipt.pdf"
    pdf.write_bytes(
        receipt_pdf(
            Receipt("回执", "活动", [("名称", t) for t in everything], everything[:5], "https://x.cn", "桂冠")
        )
    )
    said = subprocess.run(
        ["pdftotext", "-layout", pdf, "-"], check=True, stdout=subprocess.PIPE, text=True
    ).stdout
    flat = "".join(said.split())
    lost = [t for t in texts if "".join(t.split()) not in flat and len(t) < 40]
    assert lost == []
    content = pdf.read_bytes()
    assert b"/JavaScript" not in content
    assert b"/Launch" not in content


@pytest.mark.skipif(connection.vendor != "sqlite", reason="the pages are the same on every database")
def test_a_browser_carries_nothing_out(entry: Entry, as_person: As) -> None:
    texts = [t for t in naughty_strings() if t.strip()]
    by = author(entry)
    services.save_answer(by, NOON, entry.pk, "scenes", [{"name": t, "use": t} for t in texts], 0)
    services.save_answer(by, NOON, entry.pk, "partners", texts, 0)
    services.save_answer(by, NOON, entry.pk, "contact", texts[400], 0)
    Entry.objects.bulk_create(
        Entry(campaign=entry.campaign, organisation=entry.organisation, title=t, made_by=by.pk, made_at=NOON)
        for t in texts
    )
    Announcement.objects.bulk_create(
        Announcement(campaign=entry.campaign, number=n, title=t[:120], text=t, by=by.pk, at=NOON)
        for n, t in enumerate(texts, 1)
    )
    browser = as_person(by)
    answers = {
        p: browser.get(p) for p in (f"/entries/{entry.pk}/form/2/", "/entries/", "/campaigns/naughty/")
    }
    assert [r.status_code for r in answers.values()] == [200, 200, 200]
    found = visited(usable_chromium(), {p: (r.content, dict(r.headers)) for p, r in answers.items()})
    assert found == {"dialogs": [], "violations": [], "marks": [], "elsewhere": []}


ODD = ("a\0b", "\0", "结论\0")


@pytest.mark.parametrize("odd", ODD)
def test_announcements_and_questions_refuse_what_cannot_be_kept(
    odd: str, db: None, as_person: As, declaring: None
) -> None:
    made = make_campaign(TEXT, "naughty")
    clerk = as_person(make_staff("clerk", made.pk))
    place = odd.index("\0") + 1
    answer = clerk.post("/organiser/campaigns/naughty/announcements/add", {"title": "题", "text": odd})
    assert answer.status_code == 422
    assert f"正文的第 {place} 个字符无法识别" in answer.content.decode()
    answer = as_person(make_person()).post("/campaigns/naughty/questions", {"text": odd})
    assert answer.status_code == 422
    assert f"问题的第 {place} 个字符无法识别" in answer.content.decode()
    assert not Announcement.objects.exists()
    assert not Question.objects.exists()


def test_screening_notes_and_faults_keep_the_text_or_say_why_not(db: None, as_person: As) -> None:
    scene = make_scene(term=False)
    with time_machine.travel(AT / 1000, tick=False):
        entry = scene.handed_in()
        screener = as_person(scene.screener)
        place = f"/organiser/screening/{scene.campaign.pk}/entries/{entry.pk}/decide"
        sent = {"submission": str(newest(entry)), "stage": "check", "outcome": "return", "days": "5"}
        for text in ODD:
            answer = screener.post(place, sent | {"fault~": text, "fault~title": text, "note": text})
            assert answer.status_code == 400
            assert answer.content.decode().count("个字符无法识别") >= 3
        texts = [t.strip() for t in naughty_strings() if t.strip() and len(t) <= 500]
        faults = {
            "fault~": "\n".join(texts)[:500],
            "fault~title": next(t for t in texts if "<script>alert" in t),
        }
        note = "\n".join(t for t in texts if "alert(" in t)[:1000].strip()
        answer = screener.post(
            place, sent | {n: t.replace("\n", "\r\n") for n, t in faults.items()} | {"note": note}
        )
        assert answer.status_code == 302
        made = Screening.objects.get(outcome="return")
        assert made.note == note
        assert [f["text"] for f in made.faults] == [t.strip() for t in faults.values()]
        shown = " ".join(page_of(as_person(scene.author), f"/entries/{entry.pk}/").shown)
        flat = "".join(shown.split())
        for text in (*faults.values(), note):
            assert "".join(text.split()) in flat
        page_of(screener, f"/organiser/screening/{scene.campaign.pk}/entries/{entry.pk}/")


def test_invitations_take_numbers_alone(db: None, as_person: As) -> None:
    keeper = make_person()
    unit = make_unit(keeper)
    browser = as_person(keeper)
    for text in (*ODD, *naughty_strings()[::6]):
        answer = browser.post(f"/units/{unit.pk}/members", {"phone": text})
        assert answer.status_code == 200, text
        shown = Texts(answer.content.decode())
        assert shown.active == [], text
        assert any("手机号" in one for one in shown.shown)
    assert not Invitation.objects.exists()
    for text in naughty_strings()[::6]:
        if "/" not in text and text.strip():
            answer = browser.get(f"/units/invitations/{quote(text)}")
            assert answer.status_code in (200, 404), text
            assert Texts(answer.content.decode()).active == [], text
