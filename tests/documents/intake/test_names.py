"""File names: what is cleaned, what is refused."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from guiguan.documents.intake.names import MOST_BYTES, cleaned_name, extension_of


@pytest.mark.parametrize(
    ("sent", "kept"),
    [
        ("案例图片1.jpg", "案例图片1.jpg"),
        ("../../etc/passwd.pdf", "passwd.pdf"),
        ("C:\\fakepath\\简介.docx", "简介.docx"),
        ("a\r\nSet-Cookie: x=1.jpg", "aSet-Cookie_ x=1.jpg"),
        ("照片\u202egpj.exe", "照片gpj.exe"),
        ("\u2066a\u200b\ufeff.png", "a.png"),
        ("CON.pdf", "_CON.pdf"),
        ("com1.2021.pdf", "_com1.2021.pdf"),
        ("  .hidden. .pdf  ", "hidden.pdf"),
        ('a<b>"c|d?e*.xlsx', "a_b__c_d_e_.xlsx"),
        ("e\u0301.jpg", "\u00e9.jpg"),
        ("㐂\ue000.jpg", "㐂\ue000.jpg"),
    ],
)
def test_cleaned(sent: str, kept: str) -> None:
    assert cleaned_name(sent) == kept


@pytest.mark.parametrize(
    "sent",
    [
        "",
        ".",
        "..",
        "/",
        ".jpg",
        "图片",
        "图片.",
        "a.图片",
        "a\0.jpg",
        "\ud800.jpg",
        "\u202e.jpg",
        "x." + "a" * 300,
    ],
)
def test_refused(sent: str) -> None:
    assert cleaned_name(sent) is None


def test_a_long_name_keeps_its_extension_and_no_half_sign() -> None:
    kept = cleaned_name("桂" * 200 + ".docx")
    assert kept == "桂" * 83 + ".docx"
    assert len(kept.encode()) <= MOST_BYTES


def test_the_extension_that_decides_is_the_last() -> None:
    assert extension_of("a.PHP.JPG") == "jpg"


@given(st.text(max_size=300))
def test_whatever_is_sent(sent: str) -> None:
    kept = cleaned_name(sent)
    if kept is not None:
        assert len(kept.encode()) <= MOST_BYTES
        assert not set(kept) & set('/\\\r\n\0<>:"|?*\u202e\u2066')
        assert kept == kept.strip(" .")
        assert cleaned_name(kept) == kept
