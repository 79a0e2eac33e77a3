"""A filled Word form read in the confined process: the answers go to `output` as JSON, what they may say is judged outside."""

from __future__ import annotations

import json
from typing import Any, BinaryIO

from guiguan.documents.forms.reading.paper import paper_of
from guiguan.documents.forms.reading.read import read_form
from guiguan.documents.intake import ooxml


def look(source: BinaryIO, output: BinaryIO, wish: dict[str, Any]) -> dict[str, Any]:
    """How many answers were found. wish: as `sought.wish_of` makes it."""
    ooxml.look(source, output, {"kind": "docx"})
    source.seek(0)
    answers = read_form(paper_of(source), wish)
    told = {
        name: {"state": a.state, "value": a.value, "why": a.why, "texts": list(a.texts)}
        for name, a in answers.items()
    }
    output.write(json.dumps(told).encode())
    return {"read": sum(a.state == "read" for a in answers.values())}
