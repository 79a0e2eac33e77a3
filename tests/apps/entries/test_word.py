"""A Word form is read, and only what its uploader chooses is saved; papers are compared with what stands."""

from __future__ import annotations

import json
import threading
from pathlib import Path
from typing import IO

import pytest
from apps.entries.word_scene import AT, WordScene, taken, word_scene

from guiguan.apps.accounts.permission import Forbidden
from guiguan.apps.audit.models import Record
from guiguan.apps.campaigns.form_templates import form_of, forms_of
from guiguan.apps.entries import paper_readings
from guiguan.apps.entries.comparing import compared, papers_of
from guiguan.apps.entries.forms import filled_docx, filled_pdf
from guiguan.apps.entries.models import Answer, PaperReading
from guiguan.apps.entries.paper_readings import fields_read
from guiguan.apps.entries.queries import blueprint_of, sheet_of
from guiguan.apps.entries.services import save_answer
from guiguan.apps.entries.services.word import read_word_form, take_over
from guiguan.core.values.finding import InputError
from guiguan.documents.forms import office
from guiguan.documents.intake.confined import Found
from guiguan.documents.intake.verdict import Refused
from guiguan.documents.intake.words import MOST_CHARACTERS

pytestmark = pytest.mark.django_db


@pytest.fixture
def scene() -> WordScene:
    return word_scene()


def values(scene: WordScene) -> dict[str, object]:
    return dict(sheet_of(scene.entry, blueprint_of(scene.campaign)).values)


def read(scene: WordScene) -> PaperReading:
    return read_word_form(scene.keeper, AT, scene.entry.pk, "form", taken(scene.keeper))


def test_reading_changes_nothing_and_is_recorded(scene: WordScene) -> None:
    before = values(scene)
    reading = read(scene)
    assert values(scene) == before
    assert fields_read(reading)["title"].value == "一网通办平台"
    assert b"\xe5\xbc\xa0\xe9\x95\x95" not in bytes(reading.said)  # 张镕: what was read lies sealed
    assert Record.objects.filter(action="entry.read-word").count() == 1


def test_the_longest_words_of_a_pdf_are_read_whole(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    def long(task: str, path: Path, wish: object, output: IO[bytes]) -> Found:
        output.write(json.dumps(["字" * MOST_CHARACTERS]).encode())
        return Found({"pages": 1}, True)

    monkeypatch.setattr(paper_readings, "run_confined", long)
    assert paper_readings._words(tmp_path / "paper") == ["字" * MOST_CHARACTERS]


@pytest.mark.parametrize("said", [b"", b"[", b"{}", b"7", b"[" * 100_000])
def test_nonsense_of_the_reading_process_is_a_refusal(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, said: bytes
) -> None:
    def mad(task: str, path: Path, wish: object, output: IO[bytes]) -> Found:
        output.write(said)
        return Found({"pages": 1}, True)

    monkeypatch.setattr(paper_readings, "run_confined", mad)
    found = paper_readings._words(tmp_path / "paper")
    assert isinstance(found, Refused)
    assert found.reason == "broken"


def test_more_readings_than_the_machine_takes_at_once_are_put_off(
    scene: WordScene, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(paper_readings, "_AT_ONCE", threading.BoundedSemaphore(1))
    monkeypatch.setattr(paper_readings, "PATIENCE", 0.0)
    with paper_readings._AT_ONCE, pytest.raises(InputError) as busy:
        read(scene)
    assert [f.rule for f in busy.value.findings] == ["upload.unchecked"]
    assert not PaperReading.objects.exists()
    assert fields_read(read(scene))["title"].value == "一网通办平台"


def test_more_pdfs_than_the_machine_makes_at_once_are_put_off(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(office, "office", lambda: "/bin/false")
    monkeypatch.setattr(office, "_AT_ONCE", threading.BoundedSemaphore(1))
    monkeypatch.setattr(office, "PATIENCE", 0.0)
    with office._AT_ONCE, pytest.raises(InputError) as busy:
        office.pdf_of(b"")
    assert [f.rule for f in busy.value.findings] == ["form.office-busy"]


def test_only_what_was_chosen_is_saved(scene: WordScene) -> None:
    reading = read(scene)
    done = take_over(scene.keeper, AT, reading, {"title": 0, "investment": 0})
    assert sorted(done.saved) == ["investment", "title"]
    assert (values(scene)["title"], values(scene)["investment"]) == ("一网通办平台", "120.5")
    assert "legal_person" not in values(scene)


def test_what_somebody_changed_meanwhile_stays(scene: WordScene) -> None:
    reading = read(scene)
    save_answer(scene.mate, AT, scene.entry.pk, "title", "同事写的", 0)
    done = take_over(scene.keeper, AT, reading, {"title": 0, "investment": 0})
    assert (done.saved, list(done.conflicts)) == (["investment"], ["title"])
    assert values(scene)["title"] == "同事写的"


def test_the_unit_itself_is_never_taken_from_a_file(scene: WordScene) -> None:
    done = take_over(scene.keeper, AT, read(scene), {"applicant": 99, "no_such": 0, "pictures": 0})
    assert (done.saved, done.conflicts, done.refused) == ([], {}, {})


def test_strangers_neither_read_nor_take(scene: WordScene) -> None:
    with pytest.raises(Forbidden):
        read_word_form(scene.stranger, AT, scene.entry.pk, "form", taken(scene.stranger))
    with pytest.raises(Forbidden):
        take_over(scene.stranger, AT, read(scene), {"title": 0})
    assert not Answer.objects.filter(entry=scene.entry, field="title").exists()


def test_a_file_of_another_form_is_told(scene: WordScene) -> None:
    form = form_of(scene.campaign, blueprint_of(scene.campaign), "commitment")
    assert form is not None
    letter = filled_docx(scene.entry, blueprint_of(scene.campaign), form)
    from documents.forms.samples import changed

    other = changed(letter, lambda xml: xml.replace("guiguan:", "").replace("申报单位名称", "名称"))
    with pytest.raises(InputError) as error:
        read_word_form(scene.keeper, AT, scene.entry.pk, "form", taken(scene.keeper, other))
    assert [f.rule for f in error.value.findings] == ["form.nothing-read"]


def test_reading_again_reads_no_file_again(scene: WordScene, monkeypatch: pytest.MonkeyPatch) -> None:
    file = taken(scene.keeper)
    first = read_word_form(scene.keeper, AT, scene.entry.pk, "form", file)
    monkeypatch.setattr("guiguan.apps.entries.paper_readings.read_back", None)
    assert read_word_form(scene.keeper, AT, scene.entry.pk, "form", file) == first


def test_differences_are_shown_and_sameness_forgives_width(scene: WordScene) -> None:
    reading = read(scene)
    take_over(scene.keeper, AT, reading, dict.fromkeys(fields_read(reading), 0))
    stands = values(scene)
    found = compared(scene.keeper.pk, AT, scene.entry, stands, {"word_form": [reading.file]})
    assert [(c.kind, c.same, c.differences) for c in found] == [("word", 26, ())]
    typed = stands | {"landline": "0771-5551234", "title": "一网通办　平台", "investment": "121"}
    (one,) = compared(scene.keeper.pk, AT, scene.entry, typed, {"word_form": [reading.file]})
    assert [(d.field.id, d.online, d.paper) for d in one.differences] == [("investment", "121", "120.5")]


def test_a_picture_is_for_the_eye(scene: WordScene) -> None:
    from guiguan.bench.uploads import good_file

    scan = taken(scene.keeper, good_file("pdf"), "扫描件.pdf", "pdf")
    (one,) = compared(scene.keeper.pk, AT, scene.entry, values(scene), {"sealed_form": [scan.pk]})
    assert (one.kind, one.by_eye, one.differences) == ("scan", True, ())


@pytest.mark.skipif(office.office() is None, reason="no LibreOffice here")
def test_the_text_of_a_scan_is_compared(scene: WordScene) -> None:
    reading = read(scene)
    take_over(scene.keeper, AT, reading, dict.fromkeys(fields_read(reading), 0))
    blueprint = blueprint_of(scene.campaign)
    form = form_of(scene.campaign, blueprint, "form")
    assert form is not None
    scan = taken(scene.keeper, filled_pdf(scene.entry, blueprint, form), "扫描件.pdf", "pdf")
    (one,) = compared(scene.keeper.pk, AT, scene.entry, values(scene), {"sealed_form": [scan.pk]})
    assert (one.by_eye, one.same, one.differences) == (False, 24, ())
    typed = values(scene) | {"title": "改过的名称"}
    (one,) = compared(scene.keeper.pk, AT, scene.entry, typed, {"sealed_form": [scan.pk]})
    assert [(d.field.id, d.why) for d in one.differences] == [("title", "not-in-text")]


def test_which_fields_take_which_form(scene: WordScene) -> None:
    blueprint = blueprint_of(scene.campaign)
    pairs = papers_of(blueprint, forms_of(scene.campaign, blueprint))
    assert [(f.id, form.id) for f, form in pairs] == [
        ("sealed_form", "form"),
        ("word_form", "form"),
        ("commitment", "commitment"),
    ]


def test_without_libreoffice_one_sentence_says_what_to_do(
    scene: WordScene, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(office, "office", lambda: None)
    blueprint = blueprint_of(scene.campaign)
    form = form_of(scene.campaign, blueprint, "form")
    assert form is not None
    with pytest.raises(InputError) as error:
        filled_pdf(scene.entry, blueprint, form)
    assert "请下载 Word 版" in error.value.findings[0].text("zh")


def test_a_character_without_a_font_is_refused_not_printed(
    scene: WordScene, monkeypatch: pytest.MonkeyPatch
) -> None:
    from guiguan.documents.forms.faces import Faces

    monkeypatch.setattr("guiguan.apps.entries.forms.faces", lambda: Faces(frozenset(range(0x9FFF)), ()))
    save_answer(scene.keeper, AT, scene.entry.pk, "title", "罕\U00020087字", 0)
    blueprint = blueprint_of(scene.campaign)
    form = form_of(scene.campaign, blueprint, "form")
    assert form is not None
    with pytest.raises(InputError) as error:
        filled_pdf(scene.entry, blueprint, form)
    assert [f.rule for f in error.value.findings] == ["form.no-glyph"]
    assert "\U00020087" in error.value.findings[0].text("zh")
