"""PDFs: pages only; nothing that runs, opens, hides or unpacks to too much."""

from __future__ import annotations

import io
import zlib
from collections.abc import Callable

import pytest
from pypdf import PdfReader, PdfWriter

from guiguan.documents.intake.pdf import simplest_pdf

Judge = Callable[..., str]


def object_stream(objects: list[bytes], number: int = 4) -> bytes:
    """A PDF whose further objects stand compressed in an object stream, found by a stream of references."""
    numbers = [number + 1 + i for i in range(len(objects))]
    starts, at = [], 0
    for body in objects:
        starts.append(at)
        at += len(body) + 1
    index = b" ".join(b"%d %d" % pair for pair in zip(numbers, starts, strict=True)) + b" "
    packed = zlib.compress(index + b" ".join(objects))
    head = b"<</Type/ObjStm/N %d/First %d/Length %d/Filter/FlateDecode>>" % (
        len(objects),
        len(index),
        len(packed),
    )
    return head + b"stream\n" + packed + b"\nendstream"


def test_good_ones_pass(judge: Judge) -> None:
    assert judge("pdf", simplest_pdf()) == "accepted"
    writer = PdfWriter()
    for _ in range(3):
        writer.add_blank_page(200, 100)
    writer.add_outline_item(title="第二章", page_number=1)
    made = io.BytesIO()
    writer.write(made)
    assert judge("pdf", made.getvalue()) == "accepted"


@pytest.mark.parametrize(
    ("root", "verdict"),
    [
        (b"/OpenAction<</S/JavaScript/JS(app.alert(1))>>", "active"),
        (b"/OpenAction<</S/#4aavaScript/#4a#53(app.alert(1))>>", "active"),
        (b"/OpenAction % a comment\n<< /S /Launch /F (cmd.exe) >>", "active"),
        (b"/OpenAction<</S/URI/URI(http://evil)>>", "active"),
        (b"/OpenAction<</S/Named/N/Print>>", "active"),
        (b"/OpenAction 4 0 R", "active"),
        (b"/AA<</WC<</S/JavaScript/JS 4 0 R>>>>", "active"),
        (b"/Names<</JavaScript<</Names[(a)4 0 R]>>>>", "active"),
        (b"/Names<</EmbeddedFiles<</Names[(a)4 0 R]>>>>", "active"),
        (b"/AcroForm<</XFA[(a)4 0 R]>>", "active"),
        (b"/AF[<</Type/Filespec/EF<</F 4 0 R>>>>]", "active"),
        (b"/OpenAction[3 0 R/Fit]", "accepted"),
        (b"/OpenAction<</S/GoTo/D[3 0 R/Fit]>>", "accepted"),
        (b"/AcroForm<</Fields[]>>", "accepted"),
        (b"/PageMode/UseOutlines/Lang(zh-CN)", "accepted"),
    ],
)
def test_what_the_catalogue_may_hold(judge: Judge, root: bytes, verdict: str) -> None:
    assert (
        judge("pdf", simplest_pdf(b"<</S/Launch/F(cmd.exe)>>" if b"4 0 R" in root else b"null", root=root))
        == verdict
    )


@pytest.mark.parametrize(
    ("extra", "verdict"),
    [
        (b"<</Type/Annot/Subtype/Link/A<</S/Launch/F(a.exe)>>>>", "active"),
        (b"<</Type/Annot/Subtype/RichMedia>>", "active"),
        (b"<</Type/Annot/Subtype/FileAttachment>>", "active"),
        (b"<</Type/Annot/Subtype/Movie/Movie<<>>>>", "active"),
        (b"<</Type/Annot/Subtype/3D>>", "active"),
        (b"<</Type/Annot/Subtype/Widget/A<</S/SubmitForm/F(http://evil)>>>>", "active"),
        (
            b"<</Type/Annot/Subtype/Link/A<</S/URI/URI(https://developer.mozilla.org/docs/Web/JavaScript)>>>>",
            "accepted",
        ),
        (b"<</Type/Annot/Subtype/Link/A<</S/URI/URI(https://www.gov.cn/JS/Launch)>>>>", "accepted"),
        (b"<</Title(2D/3D \xe5\x9b\xbe)>>", "accepted"),
    ],
)
def test_what_an_object_may_hold(judge: Judge, extra: bytes, verdict: str) -> None:
    assert judge("pdf", simplest_pdf(extra)) == verdict


def test_a_script_inside_an_object_stream(judge: Judge) -> None:
    made = simplest_pdf(object_stream([b"<</S/JavaScript/JS(app.alert(1))>>"]))
    assert b"JavaScript" not in made
    assert judge("pdf", made) == "active"
    assert judge("pdf", simplest_pdf(object_stream([b"<</S/GoTo/D[3 0 R/Fit]>>"]))) == "accepted"


def test_a_script_inside_an_object_stream_that_nothing_lists(judge: Judge) -> None:
    hidden = object_stream([b"<</S/JavaScript/JS(app.alert(1))>>"])
    padded = hidden.replace(b"<</Type/ObjStm", b"<</Type/ObjStm/Note(" + b"x" * 5_000 + b")")
    for stream in (hidden, padded):
        whole = simplest_pdf().replace(b"xref\n", b"9 0 obj " + stream + b" endobj\nxref\n", 1)
        assert judge("pdf", whole) == "active"


def test_an_object_stream_bomb(judge: Judge) -> None:
    assert judge("pdf", simplest_pdf(object_stream([b" " * 201_000_000]))) == "bomb"


def test_a_script_that_the_table_does_not_list(judge: Judge) -> None:
    hidden = b"9 0 obj<</S/JavaScript/JS(app.alert(1))>>endobj\n"
    whole = simplest_pdf()
    assert judge("pdf", whole.replace(b"xref\n", hidden + b"xref\n", 1)) == "active"
    assert judge("pdf", whole + hidden) == "active"


def test_a_script_between_two_false_streams(judge: Judge) -> None:
    hidden = b"% stream\n9 0 obj<</S/JavaScript/JS(app.alert(1))>>endobj\n% endstream\n"
    assert judge("pdf", simplest_pdf().replace(b"xref\n", hidden + b"xref\n", 1)) == "active"


def test_short_names_in_pixels_are_only_pixels(judge: Judge) -> None:
    pixels = b"\x00/JS(\x01/AA<<\x02/XFA[\x03"
    stream = b"<</Length %d>>stream\n%b\nendstream" % (len(pixels), pixels)
    assert judge("pdf", simplest_pdf(stream)) == "accepted"


@pytest.mark.parametrize("password", ["", "geheim"])
def test_encrypted(judge: Judge, password: str) -> None:
    writer = PdfWriter()
    writer.add_blank_page(200, 100)
    writer.encrypt(password, "owner", algorithm="RC4-128")
    made = io.BytesIO()
    writer.write(made)
    assert PdfReader(io.BytesIO(made.getvalue())).is_encrypted
    assert judge("pdf", made.getvalue()) == "encrypted"


@pytest.mark.parametrize(
    "made",
    [
        b"<html><script>alert(1)</script>" + simplest_pdf(),
        simplest_pdf() + b"<script>" + b"x" * 1100,
        simplest_pdf()[:60],
        b"%PDF-1.4\n",
        simplest_pdf().replace(b"/Kids[3 0 R]", b"/Kids[     ]").replace(b"/Count 1", b"/Count 0"),
        simplest_pdf().replace(b"/Kids[3 0 R]", b"/Kids[2 0 R]"),
    ],
)
def test_broken_or_beside_itself(judge: Judge, made: bytes) -> None:
    assert judge("pdf", made) == "broken"


def test_deep_nesting_does_not_break_the_check(judge: Judge) -> None:
    assert judge("pdf", simplest_pdf(b"[" * 100_000 + b"]" * 100_000)) in ("broken", "bomb", "accepted")
