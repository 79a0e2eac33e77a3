"""The words of a PDF, page by page, drawn from it in the confined process. A scan without words has none."""

from __future__ import annotations

import encodings.utf_16_le  # noqa: F401  (pypdfium2 asks for it by name, and behind the fence nothing can be loaded)
import json
from typing import Any, BinaryIO

import pypdfium2

from guiguan.documents.intake.verdict import RefusedHere

MOST_PAGES = 200
MOST_CHARACTERS = 400_000


def look(source: BinaryIO, output: BinaryIO, wish: dict[str, Any]) -> dict[str, Any]:
    """How many pages; `output` gets their texts as JSON."""
    try:
        document = pypdfium2.PdfDocument(source.read())
        pages: list[str] = []
        for number in range(min(len(document), MOST_PAGES)):
            text = document[number].get_textpage().get_text_range()
            pages.append(text.encode("utf-8", "replace").decode()[: MOST_CHARACTERS - sum(map(len, pages))])
    except pypdfium2.PdfiumError as error:
        raise RefusedHere("not-of-kind", "PDF") from error
    output.write(json.dumps(pages).encode())
    return {"pages": len(document)}
