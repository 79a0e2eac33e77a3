"""The letter by which a unit authorises a person to register it: filled with the unit's name, to print or to edit."""

from __future__ import annotations

import io
import zipfile
from xml.sax.saxutils import escape

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.http import content_disposition_header

from guiguan.web.common.door import door

_TITLE = "注册授权书"
_BLANK = "________________"


@door("organisation.register")
def letter(request: HttpRequest) -> HttpResponse:
    """The letter as a page to print."""
    unit, contact = _named(request)
    return render(
        request,
        "applicant/units/letter.html",
        {"unit": unit, "contact": contact, "title": _TITLE, "paragraphs": _paragraphs(unit, contact)},
    )


@door("organisation.register")
def letter_docx(request: HttpRequest) -> HttpResponse:
    """The letter as a Word document."""
    unit, contact = _named(request)
    response = HttpResponse(
        _docx(_TITLE, _paragraphs(unit, contact)),
        content_type="application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    )
    response.headers["Content-Disposition"] = content_disposition_header(True, f"{_TITLE}.docx") or ""
    return response


def _named(request: HttpRequest) -> tuple[str, str]:
    """The unit's and the contact's name as typed so far, without control characters."""
    typed = (request.GET.get("name", "")[:120], request.GET.get("contact", "")[:40])
    unit, contact = ("".join(c for c in text if c.isprintable()).strip() for text in typed)
    return unit, contact


def _paragraphs(unit: str, contact: str) -> list[str]:
    return [
        f"致：{settings.GUIGUAN.site_name}主办单位",
        f"{unit or _BLANK}（统一社会信用代码：{_BLANK}）兹授权本单位人员 {contact or _BLANK}"
        f"（身份证号码：{_BLANK}，手机号：{_BLANK}）在贵平台注册本单位账号，并代表本单位办理申报相关事宜。",
        "本单位承诺：所提供的注册信息真实、准确、有效，不含任何敏感或涉密内容；被授权人在授权范围内的操作，"
        "均视为本单位的行为，由本单位承担相应责任。被授权人变更时，本单位将及时办理账号移交。",
        "授权期限：自签发之日起，至本单位书面撤回之日止。",
        f"单位名称（盖章）：{unit or _BLANK}",
        f"被授权人（签字）：{_BLANK}",
        "日期：________ 年 ____ 月 ____ 日",
    ]


_TYPES = (
    '<?xml version="1.0" encoding="UTF-8" standalone="yes"?><Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
    '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
    '<Override PartName="/word/document.xml" ContentType="application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"/>'
    "</Types>"
)
_RELATIONS = (
    '<?xml version="1.0" encoding="UTF-8" standalone="yes"?><Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
    '<Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" Target="word/document.xml"/>'
    "</Relationships>"
)
_WORD = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"


def _docx(title: str, paragraphs: list[str]) -> bytes:
    """A document of a heading and paragraphs: the three parts that Word asks for, nothing else."""
    body = _paragraph(title, size=44, font="黑体", properties='<w:jc w:val="center"/>')
    body += _paragraph(paragraphs[0], size=32, font="仿宋", properties="")
    for text in paragraphs[1:]:
        body += _paragraph(text, size=32, font="仿宋", properties='<w:ind w:firstLineChars="200"/>')
    page = '<w:sectPr><w:pgSz w:w="11906" w:h="16838"/><w:pgMar w:top="2098" w:right="1474" w:bottom="1984" w:left="1588"/></w:sectPr>'
    document = f'<?xml version="1.0" encoding="UTF-8" standalone="yes"?><w:document xmlns:w="{_WORD}"><w:body>{body}{page}</w:body></w:document>'
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in (
            ("[Content_Types].xml", _TYPES),
            ("_rels/.rels", _RELATIONS),
            ("word/document.xml", document),
        ):
            archive.writestr(zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0)), text)
    return made.getvalue()


def _paragraph(text: str, *, size: int, font: str, properties: str) -> str:
    run = f'<w:rPr><w:rFonts w:eastAsia="{font}" w:ascii="{font}" w:hAnsi="{font}"/><w:sz w:val="{size}"/></w:rPr>'
    spacing = '<w:spacing w:before="120" w:after="240" w:line="560" w:lineRule="exact"/>'
    return f'<w:p><w:pPr>{spacing}{properties}</w:pPr><w:r>{run}<w:t xml:space="preserve">{escape(text)}</w:t></w:r></w:p>'
