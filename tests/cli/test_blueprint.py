"""`guiguan blueprint …`: what goes to which stream, and the exit code."""

from __future__ import annotations

import json
import xml.etree.ElementTree as ET
from pathlib import Path

import pytest

from guiguan.cli.main import main

GX = Path(__file__).parents[2] / "blueprints" / "guangxi-2021.yaml"


@pytest.fixture
def bad(tmp_path):
    text = GX.read_text(encoding="utf-8").replace("copies: 5", "copies: five").replace("theme:", "thme:")
    file = tmp_path / "bad.yaml"
    file.write_text(text, encoding="utf-8")
    return str(file)


def place(file: str, needle: str) -> str:
    before = Path(file).read_text(encoding="utf-8").partition(needle)[0]
    return f"{file}:{before.count(chr(10)) + 1}:{len(before) - before.rfind(chr(10))}"


def test_check_tells_every_fault_of_every_file(bad, capsys):
    assert main(["blueprint", "check", bad, str(GX), "guangxi-2021"]) == 1
    out, err = capsys.readouterr()
    lines = err.splitlines()
    assert f"{place(bad, 'thme:')}: [blueprint.unknown-key] 这里没有“thme”这个键；是不是 theme？" in lines
    assert f"{place(bad, 'five')}: [blueprint.number] 应为整数，写了“five”" in lines
    assert (
        sum(
            "[blueprint.paper-same-day] 提醒：" in line and line.startswith("guangxi-2021:") for line in lines
        )
        == 1
    )
    assert out.splitlines()[1:] == [f"{GX}：没有错误，1 条提醒", "guangxi-2021：没有错误，1 条提醒"]
    assert out.startswith(f"{bad}：2 处错误，")


def test_check_speaks_english(bad, capsys, monkeypatch):
    monkeypatch.setenv("GUIGUAN_LANG", "en")
    assert main(["blueprint", "check", "guangxi-2021"]) == 0
    out, err = capsys.readouterr()
    assert out == "guangxi-2021: no errors, 1 warning\n"
    assert "[blueprint.paper-same-day] warning: paper is due on 2021-06-06" in err


def test_one_unreadable_file_does_not_hide_the_others(tmp_path, capsys):
    assert main(["blueprint", "check", str(tmp_path), "guangxi-2012", "guangxi-2021"]) == 1
    out, err = capsys.readouterr()
    assert err.splitlines()[:2] == [
        f"{tmp_path}:0:0: [file.unreadable] 无法读取：这是文件夹，需要的是文件",
        "guangxi-2012:0:0: [file.unreadable] 无法读取：没有这个文件，也没有叫这个名字的自带蓝图；是不是 guangxi-2021？",
    ]
    assert out.splitlines()[2] == "guangxi-2021：没有错误，1 条提醒"


def test_diagram_goes_to_the_file_or_to_standard_output(tmp_path, capsys):
    out = tmp_path / "gx.svg"
    assert main(["blueprint", "diagram", "guangxi-2021", "-o", str(out)]) == 0
    assert capsys.readouterr() == ("", "")
    assert main(["blueprint", "diagram", str(GX)]) == 0
    assert capsys.readouterr().out == out.read_text(encoding="utf-8")
    assert ET.parse(out).getroot().tag == "{http://www.w3.org/2000/svg}svg"


def test_diagram_that_cannot_be_written_is_a_finding(tmp_path, capsys):
    target = str(tmp_path / "none" / "gx.svg")
    assert main(["blueprint", "diagram", "guangxi-2021", "-o", target]) == 1
    assert (
        capsys.readouterr().err
        == f"{target}:0:0: [file.unwritable] 无法写入：没有这个文件或文件夹，请核对路径\n"
    )


def test_diff_says_what_changed_or_that_nothing_did(tmp_path, capsys):
    new = tmp_path / "new.yaml"
    new.write_text(GX.read_text(encoding="utf-8").replace("{exactly: 10}", "{exactly: 8}"), encoding="utf-8")
    assert main(["blueprint", "diff", "guangxi-2021", str(new)]) == 0
    assert capsys.readouterr().out == "stages[vote].choices.exactly（须恰好选几个）：10 → 8\n"
    assert main(["blueprint", "diff", "guangxi-2021", str(GX)]) == 0
    assert capsys.readouterr().out == "两个蓝图的内容没有差别\n"


def test_diff_of_two_bad_files_tells_the_findings_of_both(bad, tmp_path, capsys):
    assert main(["blueprint", "diff", bad, str(tmp_path / "none.yaml")]) == 1
    out, err = capsys.readouterr()
    assert out == ""
    assert f"{place(bad, 'five')}: [blueprint.number]" in err
    assert "none.yaml:0:0: [file.unreadable]" in err


def test_schema_is_json(capsys):
    assert main(["blueprint", "schema"]) == 0
    assert json.loads(capsys.readouterr().out)["$schema"] == "https://json-schema.org/draft/2020-12/schema"


def term_of(tmp_path: Path, year: str) -> str:
    """A blueprint whose declaring lasts until 6 June of that year, with a notice of five working days after it."""
    file = tmp_path / "term.yaml"
    file.write_text(
        "\n".join(
            [
                "blueprint: 1",
                "campaign: term",
                "title: 期限",
                "organisers: {host: [某委员会]}",
                "categories: [{id: all, title: 全部}]",
                "stages:",
                f"  - {{id: declare, kind: declaration, window: [{year}-05-07, {year}-06-06]}}",
                "  - {id: check, kind: screening, undecided: fails, during: declare, correction: {working_days: 1}}",
                "  - {id: notice, kind: notice, working_days: 5}",
            ]
        ),
        encoding="utf-8",
    )
    return str(file)


def test_timetable_gives_every_window_and_term_its_dates(tmp_path, capsys, monkeypatch):
    file = term_of(tmp_path, "2021")
    assert main(["blueprint", "timetable", file]) == 0
    out, err = capsys.readouterr()
    assert out.splitlines() == [
        "开始        结束        事项",
        "2021-05-07  2021-06-06  申报（declare）",
        "                        形式审查（check）：与“申报”同时进行",
        "            2021-06-07  形式审查（check）：退回补正，1 个工作日，"
        "按“申报（declare）”最后一天（2021-06-06）退回，从次日起算",
        "            2021-06-11  公示（notice），5 个工作日，从“形式审查（check）”结束（2021-06-06）的次日起算",
    ]
    assert err == ""
    monkeypatch.setenv("GUIGUAN_LANG", "en")
    assert main(["blueprint", "timetable", file]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[:2] == ["begins      ends        what", "2021-05-07  2021-06-06  Declaration (declare)"]
    assert lines[3] == (
        "            2021-06-07  Screening (check): correction, 1 working day"
        " from the day after a return on the last day of Declaration (declare), 2021-06-06"
    )
    assert lines[4] == (
        "            2021-06-11  Public notice (notice), 5 working days from the day after"
        " Screening (check) ends (2021-06-06)"
    )


def test_timetable_of_a_year_that_nobody_knows_asks_for_a_file_and_takes_it(tmp_path, capsys):
    file = term_of(tmp_path, "2033")
    assert main(["blueprint", "timetable", file]) == 1
    out, err = capsys.readouterr()
    assert out == ""
    assert err.startswith("[workdays.no-data] 没有 2033 年的工作日安排")
    assert "请用 --workdays 另附工作日表（csv、xlsx 或 parquet）：两列 date、is_workday" in err
    own = tmp_path / "workdays.csv"
    own.write_text("date,is_workday\n2033-06-07,否\n", encoding="utf-8")
    assert main(["blueprint", "timetable", file, "--workdays", str(own)]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert [line[:24].split() for line in lines[3:]] == [["2033-06-08"], ["2033-06-14"]]
    own.write_text("date,is_workday\n2033-06-07,也许\n", encoding="utf-8")
    assert main(["blueprint", "timetable", file, "--workdays", str(own)]) == 1
    out, err = capsys.readouterr()
    assert (out, err) == (
        "",
        f"{own}:2:2: [workdays.no-answer] is_workday 应为“是”或“否”，写了“也许”\n",
    )


def test_timetable_of_every_shipped_blueprint(capsys):
    names = [path.stem for path in GX.parent.glob("*.yaml")]
    assert len(names) >= 7
    for name in names:
        assert main(["blueprint", "timetable", name]) == 0
        out, err = capsys.readouterr()
        assert out.startswith("开始")
        assert err == ""
