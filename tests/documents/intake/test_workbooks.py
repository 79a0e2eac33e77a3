"""Charts with their data, as Word and WPS save them, are taken; the same workbook anywhere else is a hidden file."""

from __future__ import annotations

import io
from collections.abc import Callable
from pathlib import Path

import pytest
from documents.intake.test_ooxml import LINK, LINKS, docx
from pypdf import PdfWriter

from guiguan.bench.uploads import good_file, office_parts, packed
from guiguan.documents.intake.check import check_upload
from guiguan.documents.intake.sentences import SENTENCES
from guiguan.documents.intake.verdict import Refused

Judge = Callable[..., str]
BOOK = "word/embeddings/Microsoft_Excel_Worksheet.xlsx"
CHART = (
    "word/charts/chart1.xml",
    "<c:chartSpace xmlns:c='c'><c:externalData r:id='a' xmlns:r='r'/></c:chartSpace>",
)


def pointing(target: str, sort: str = "package", mode: str = "") -> str:
    return LINKS % (LINK % (sort, target, mode))


def chart(book: bytes, target: str = "../embeddings/Microsoft_Excel_Worksheet.xlsx", mode: str = "") -> bytes:
    rels = ("word/charts/_rels/chart1.xml.rels", pointing(target, mode=mode))
    return docx(CHART, rels, (BOOK, book))


def xlsx(*extra: tuple[str, bytes]) -> bytes:
    return packed([*(dict(office_parts("xlsx")) | dict(extra)).items()])


@pytest.mark.parametrize(
    "target",
    ["../embeddings/Microsoft_Excel_Worksheet.xlsx", "/word/embeddings/Microsoft_Excel_Worksheet.xlsx"],
)
def test_a_chart_with_its_data_is_taken(judge: Judge, target: str) -> None:
    assert judge("ooxml", chart(good_file("xlsx"), target), kind="docx") == "accepted"


def test_a_workbook_to_which_no_chart_points_is_a_hidden_file(judge: Judge) -> None:
    assert judge("ooxml", docx((BOOK, good_file("xlsx"))), kind="docx") == "active"
    elsewhere = ("word/_rels/document.xml.rels", pointing("embeddings/Microsoft_Excel_Worksheet.xlsx"))
    assert judge("ooxml", docx(elsewhere, (BOOK, good_file("xlsx"))), kind="docx") == "active"


@pytest.mark.parametrize(
    ("target", "mode"),
    [
        ("../embeddings/other.bin", ""),
        ("../../word/media/image1.png", ""),
        ("../embeddings/../../evil.xlsx", ""),
        ("http://evil/a.xlsx", ' TargetMode="External"'),
        ("../embeddings/Microsoft_Excel_Worksheet.xlsx", ' TargetMode="External"'),
    ],
)
def test_a_chart_points_nowhere_else(judge: Judge, target: str, mode: str) -> None:
    assert judge("ooxml", chart(good_file("xlsx"), target, mode), kind="docx") == "active"


@pytest.mark.parametrize(
    ("book", "reason"),
    [
        (xlsx(("xl/vbaProject.bin", b"\xd0\xcf\x11\xe0")), "macro"),
        (xlsx(("xl/macrosheets/sheet1.xml", b"<a/>")), "macro"),
        (xlsx(("xl/embeddings/oleObject1.bin", b"x")), "active"),
        (xlsx(("word/embeddings/a.xlsx", b"x")), "active"),  # one level and no more
        (xlsx(("xl/a.xml", b"<!DOCTYPE a><a/>")), "doctype"),
        (xlsx(("xl/zeros.bin", bytes(150_000_000))), "bomb"),
        (xlsx(("../../evil.xml", b"<a/>")), "traversal"),
        (good_file("docx"), "type"),
        (b"MZ no workbook", "broken"),
        (b"", "broken"),
    ],
    ids=["macro", "sheet", "ole", "nested", "doctype", "bomb", "traversal", "docx", "exe", "empty"],
)
def test_the_data_is_looked_at_like_any_other_workbook(judge: Judge, book: bytes, reason: str) -> None:
    assert judge("ooxml", chart(book), kind="docx") == reason


def test_document_and_data_together_unpack_to_no_more_than_either_may(judge: Judge) -> None:
    rows = b"<a>" + b"0123456789abcdef" * 60_000 + b"</a>"
    many = [(f"xl/rows{n}.xml", rows) for n in range(110)]
    both = docx(
        CHART,
        ("word/charts/_rels/chart1.xml.rels", pointing("../embeddings/Microsoft_Excel_Worksheet.xlsx")),
        (BOOK, xlsx(*many)),
        *((f"word/{n}.xml", rows.decode()) for n in range(110)),
    )
    assert judge("ooxml", both, kind="docx") == "bomb"


def test_in_a_workbook_nothing_is_embedded(judge: Judge) -> None:
    assert judge("ooxml", xlsx((BOOK, good_file("xlsx"))), kind="xlsx") == "active"


def test_behind_the_fence_too(tmp_path: Path) -> None:
    path = tmp_path / "图表.docx"
    path.write_bytes(chart(good_file("xlsx")))
    assert not isinstance(check_upload(path, path.name, work=tmp_path), Refused)


@pytest.mark.parametrize(
    ("password", "algorithm", "sentence"),
    [
        ("", "RC4-128", "restricted"),
        ("", "AES-256", "restricted"),
        ("geheim", "RC4-128", "encrypted"),
        ("geheim", "AES-256", "encrypted"),
    ],
)
def test_a_pdf_under_permissions_alone_is_told_how_to_become_free_of_them(
    tmp_path: Path, password: str, algorithm: str, sentence: str
) -> None:
    writer = PdfWriter()
    writer.add_blank_page(200, 100)
    writer.encrypt(password, "owner", algorithm=algorithm)
    made = io.BytesIO()
    writer.write(made)
    path = tmp_path / "证照.pdf"
    path.write_bytes(made.getvalue())
    verdict = check_upload(path, path.name, work=path.parent)
    assert isinstance(verdict, Refused)
    assert (verdict.reason, verdict.finding.zh) == ("encrypted", SENTENCES[sentence][1])
