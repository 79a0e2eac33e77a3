"""Files as an office program saves them: what an applicant honestly sends is taken, or refused with what to do."""

from __future__ import annotations

import json
import shutil
import subprocess
from pathlib import Path

import docx
import pytest
import xlsxwriter

from guiguan.documents.intake.check import check_upload
from guiguan.documents.intake.verdict import Refused

OFFICE = shutil.which("soffice")
SHEET = """<?xml version="1.0" encoding="UTF-8"?>
<office:document xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0" xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0"
 xmlns:draw="urn:oasis:names:tc:opendocument:xmlns:drawing:1.0" xmlns:svg="urn:oasis:names:tc:opendocument:xmlns:svg-compatible:1.0"
 xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0" office:version="1.3" office:mimetype="application/vnd.oasis.opendocument.text">
<office:body><office:text><text:p>嵌入的表格</text:p><text:p><draw:frame svg:width="8cm" svg:height="3cm" text:anchor-type="as-char"><draw:object>
<office:document office:mimetype="application/vnd.oasis.opendocument.spreadsheet" office:version="1.3"><office:body><office:spreadsheet>
<table:table table:name="S"><table:table-row><table:table-cell office:value-type="float" office:value="1"><text:p>1</text:p></table:table-cell>
</table:table-row></table:table></office:spreadsheet></office:body></office:document></draw:object></draw:frame></text:p></office:text></office:body></office:document>
"""
RESTRICTED = json.dumps(
    {
        "RestrictPermissions": {"type": "boolean", "value": "true"},
        "PermissionPassword": {"type": "string", "value": "owner"},
        "Changes": {"type": "long", "value": "0"},
    }
)


@pytest.fixture(scope="module")
def saved(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with what LibreOffice made of a document, a workbook with a chart, and a document with a sheet inside."""
    if OFFICE is None:
        pytest.skip("no LibreOffice here")
    folder = tmp_path_factory.mktemp("office")
    document = docx.Document()
    document.add_heading("案例申报书")
    document.add_table(2, 2).cell(0, 0).text = "单位"
    document.save(str(folder / "申报书.docx"))
    with xlsxwriter.Workbook(folder / "数据.xlsx") as book:
        sheet = book.add_worksheet("数据")
        sheet.write_column(0, 0, [1, 2, 3])
        sheet.write_formula(3, 0, "=SUM(A1:A3)")
        chart = book.add_chart({"type": "column"})
        chart.add_series({"values": "=数据!$A$1:$A$3"})
        sheet.insert_chart("C1", chart)
    (folder / "嵌入.fodt").write_text(SHEET, encoding="utf-8")
    for target, *names in (
        ("docx", "申报书.docx", "嵌入.fodt"),
        ("odt", "申报书.docx"),
        ("xlsx", "数据.xlsx"),
        ("pdf", "数据.xlsx"),
        (f"pdf:writer_pdf_Export:{RESTRICTED}", "申报书.docx"),
    ):
        command = [OFFICE, f"-env:UserInstallation={(folder / 'profile').as_uri()}", "--headless"]
        command += ["--convert-to", target, "--outdir", str(folder / "saved")]
        subprocess.run(
            [*command, *(str(folder / n) for n in names)], check=True, capture_output=True, timeout=120
        )
    return folder / "saved"


@pytest.mark.parametrize("name", ["申报书.docx", "数据.xlsx", "数据.pdf"])
def test_what_it_saves_is_taken(saved: Path, tmp_path: Path, name: str) -> None:
    verdict = check_upload(saved / name, name, work=tmp_path)
    assert not isinstance(verdict, Refused), verdict.finding


@pytest.mark.parametrize(
    ("name", "told"),
    [
        ("嵌入.docx", "请选中它并剪切，用“选择性粘贴”贴为图片，另存后再上传"),
        ("申报书.pdf", "请用浏览器打开它，选“打印—另存为 PDF”，再上传新的文件"),
        ("申报书.odt", "请另存为 PDF、DOCX、XLSX、JPG 或 PNG 后再上传"),
    ],
)
def test_what_is_not_taken_says_what_to_do(saved: Path, tmp_path: Path, name: str, told: str) -> None:
    verdict = check_upload(saved / name, name, work=tmp_path)
    assert isinstance(verdict, Refused)
    assert told in verdict.finding.zh
