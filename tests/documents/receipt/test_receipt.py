"""The receipt: what stands on it is text, the same facts give the same bytes."""

import subprocess
from dataclasses import replace
from pathlib import Path

import pytest

from guiguan.documents.receipt.receipt import Receipt, receipt_pdf

FACTS = Receipt(
    heading="申报回执",
    campaign="征集",
    rows=[("编号", "CASE-00001"), ("名称", '#import "x" *粗* $a$ \\ <b>')],
    notes=["请妥善保存。"],
    address="http://localhost/progress?number=CASE-00001",
    footer="桂冠",
)


def test_the_same_facts_give_the_same_bytes_and_others_others() -> None:
    assert receipt_pdf(FACTS) == receipt_pdf(FACTS)
    assert receipt_pdf(FACTS) != receipt_pdf(replace(FACTS, heading="报名回执"))


def test_what_people_typed_is_text_and_never_code(tmp_path: Path) -> None:
    file = tmp_path / "receipt.pdf"
    file.write_bytes(receipt_pdf(FACTS))
    told = subprocess.run(
        ["pdftotext", "-layout", file, "-"], capture_output=True, text=True, check=True
    ).stdout
    assert "CASE-00001" in told
    assert '#import "x" *粗* $a$ \\ <b>' in told


@pytest.mark.parametrize("text", ["", "长" * 300, "一\n二", "🏆"])
def test_any_title_makes_a_receipt(text: str) -> None:
    assert receipt_pdf(replace(FACTS, rows=[("名称", text)]))[:5] == b"%PDF-"
