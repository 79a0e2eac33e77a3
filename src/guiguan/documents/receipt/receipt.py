"""The receipt of one handing in as PDF: the same facts give the same bytes."""

from __future__ import annotations

import io
import json
import threading
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from guiguan.core.values.finding import Finding, InputError

_ONE_AT_A_TIME = threading.Lock()
_TEMPLATE = Path(__file__).with_name("receipt.typ")


@dataclass(frozen=True)
class Receipt:
    """What stands on it. `address` is what the QR code leads to; texts are shown as they are."""

    heading: str
    campaign: str
    rows: Sequence[tuple[str, str]]
    notes: Sequence[str]
    address: str
    footer: str


def receipt_pdf(receipt: Receipt) -> bytes:
    """The PDF. Raises InputError where the machine has no Chinese font: a receipt with empty boxes is none."""
    facts = {
        "heading": receipt.heading,
        "campaign": receipt.campaign,
        "rows": [list(row) for row in receipt.rows],
        "notes": list(receipt.notes),
        "qr": _qr(receipt.address),
        "footer": receipt.footer,
    }
    with _ONE_AT_A_TIME:
        pdf, warnings = _compiler().compile_with_warnings(
            input=_TEMPLATE.read_bytes(),
            sys_inputs={"facts": json.dumps(facts, ensure_ascii=False)},
            format="pdf",
        )
    if any("font" in w.message for w in warnings):
        raise InputError(
            Finding(
                "document.font",
                "服务器缺少中文字体，暂不能生成 PDF；请管理员安装 fonts-noto-cjk",
                "the server has no Chinese font and cannot make the PDF; install fonts-noto-cjk",
            )
        )
    return bytes(pdf)


@cache
def _compiler() -> Any:
    """One compiler for the process: finding the machine's fonts takes longer than setting a page."""
    import typst

    return typst.Compiler()


def _qr(address: str) -> str:
    import segno

    out = io.BytesIO()
    segno.make(address, error="m", micro=False).save(out, kind="svg", xmldecl=False, border=4)
    return out.getvalue().decode()
