"""Findings keep their one line, the language follows GUIGUAN_LANG, a bar appears on a terminal only."""

from __future__ import annotations

import threading

import pytest

from guiguan.cli import say
from guiguan.core.values.finding import Finding, Place


@pytest.mark.parametrize(
    ("value", "spoken"),
    [("", "zh"), ("zh", "zh"), ("en", "en"), ("EN", "en"), ("en_GB", "en"), ("fr", "zh"), ("enough", "zh")],
)
def test_language(value, spoken, monkeypatch):
    monkeypatch.setenv("GUIGUAN_LANG", value)
    assert say.lang() == spoken


@pytest.mark.parametrize(
    ("severity", "zh", "en"),
    [
        ("error", "a.yaml:3:7: [x.y] 甲", "a.yaml:3:7: [x.y] A"),
        ("warning", "a.yaml:3:7: [x.y] 提醒：甲", "a.yaml:3:7: [x.y] warning: A"),
        ("note", "a.yaml:3:7: [x.y] 说明：甲", "a.yaml:3:7: [x.y] note: A"),
    ],
)
def test_a_line_in_either_language(severity, zh, en, monkeypatch):
    finding = Finding("x.y", "甲", "A", Place("a.yaml", 3, 7), severity)
    monkeypatch.setenv("GUIGUAN_LANG", "")
    assert say.finding_line(finding) == zh
    monkeypatch.setenv("GUIGUAN_LANG", "en")
    assert say.finding_line(finding) == en


def test_what_a_file_says_can_neither_break_the_line_nor_steer_the_terminal(monkeypatch):
    monkeypatch.setenv("GUIGUAN_LANG", "")
    line = say.finding_line(Finding("x.y", "写了“a\nb\x1b[2J\u202e”", "", Place("a\nb.yaml", 1, 1)))
    assert line == "a\\nb.yaml:1:1: [x.y] 写了“a\\nb\\x1b[2J\\u202e”"


def test_no_bar_and_no_thread_without_a_terminal(capsys):
    before = threading.active_count()
    with say.progress("计票", 3) as bar:
        bar.advance(2)
        assert threading.active_count() == before
    assert bar.done == 2
    assert capsys.readouterr() == ("", "")


def test_a_bar_that_has_closed_does_not_come_back(capsys):
    bar = say.Bar("计票", 3)
    bar.close()
    bar.show()
    assert capsys.readouterr() == ("", "")
