"""Small pictures and papers for the demo's entries, drawn here: nobody's photograph."""

from __future__ import annotations

import colorsys
import hashlib
import io
import uuid
import zipfile
from functools import cache
from html import escape

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage

from guiguan.apps.files.models import File


def picture(seed: str, width: int = 800, height: int = 600) -> bytes:
    """A calm drawing of bars and a horizon, the same for the same seed."""
    from PIL import Image, ImageDraw

    digest = hashlib.sha256(seed.encode()).digest()
    hue = digest[0] / 255
    paint = [
        tuple(round(255 * c) for c in colorsys.hls_to_rgb(hue, light, 0.4))
        for light in (0.92, 0.72, 0.5, 0.35)
    ]
    image = Image.new("RGB", (width, height), paint[0])
    draw = ImageDraw.Draw(image)
    draw.rectangle((0, height * 3 // 4, width, height), fill=paint[1])
    step = width // 12
    for i in range(10):
        top = height * 3 // 4 - digest[i + 1] * height // 500
        draw.rectangle(
            (step * (i + 1), top, step * (i + 1) + step * 2 // 3, height * 3 // 4), fill=paint[2 + i % 2]
        )
    out = io.BytesIO()
    image.save(out, "JPEG", quality=80)
    return out.getvalue()


@cache
def paper(title: str) -> bytes:
    """A one-page PDF with a title."""
    import typst

    source = f'#set document(date: none)\n#set page(paper: "a5")\n#align(center)[= {"".join(c for c in title if c.isalnum())}]\n演示材料，内容从略。'
    return bytes(typst.compile(source.encode(), format="pdf"))


_WORD = "http://schemas.openxmlformats.org"
_DOCX = {
    "[Content_Types].xml": f'<Types xmlns="{_WORD}/package/2006/content-types"><Default Extension="rels" '
    'ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Override PartName="/word/document.xml" '
    'ContentType="application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"/></Types>',
    "_rels/.rels": f'<Relationships xmlns="{_WORD}/package/2006/relationships"><Relationship Id="r1" '
    f'Type="{_WORD}/officeDocument/2006/relationships/officeDocument" Target="word/document.xml"/></Relationships>',
}


def word_paper(title: str) -> bytes:
    """A Word document of one line."""
    out = io.BytesIO()
    body = f"<w:body><w:p><w:r><w:t>{escape(title)}</w:t></w:r></w:p></w:body>"
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in _DOCX.items():
            archive.writestr(name, text)
        archive.writestr(
            "word/document.xml",
            f'<w:document xmlns:w="{_WORD}/wordprocessingml/2006/main">{body}</w:document>',
        )
    return out.getvalue()


def keep(
    content: bytes, name: str, kind: str, by: uuid.UUID, at: int, size: tuple[int, int] | None = None
) -> File:
    """The content as a kept file; it was made here, so no check is needed."""
    stored = default_storage.save(f"{uuid.uuid4().hex}.{kind}", ContentFile(content))
    digest = hashlib.sha256(content).hexdigest()
    width, height = size or (None, None)
    return File.objects.create(
        name=name,
        kind=kind,
        size=len(content),
        sha256=digest,
        original_sha256=digest,
        width=width,
        height=height,
        stored=stored,
        by=by,
        at=at,
    )
