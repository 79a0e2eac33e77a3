"""Bad input: one clear line for each fault, the contract's exit code, and never a half-written folder."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import xlsxwriter

LINE = re.compile(
    r"^(?P<file>.+?):(?P<line>\d+):(?P<column>\d+): \[(?P<rule>[a-z-]+\.[a-z0-9-]+)\] (?P<text>.+)$"
)


def told(capsys: Any) -> list[str]:
    """Every line of standard error that is no note and no warning."""
    lines = capsys.readouterr().err.splitlines()
    return [x for x in lines if "] 说明：" not in x and "] 提醒：" not in x]


def refused(case: Any, capsys: Any, **run: Any) -> list[tuple[str, str, int, int]]:
    """(file, rule, line, column) of every error; the exit code is 1 and the folder is not there."""
    assert case.run(**run) == 1
    assert not case.out.exists()
    assert [p for p in case.folder.iterdir() if p.name.startswith(".")] == []
    found = [LINE.match(x) for x in told(capsys)]
    assert all(m is not None and re.search("[\u4e00-\u9fff]", m["text"]) for m in found)
    return [(Path(m["file"]).name, m["rule"], int(m["line"]), int(m["column"])) for m in found if m]


@pytest.mark.parametrize(
    ("table", "column"),
    [
        ("entries", "title"),
        ("entries", "category"),
        ("ballots", "voter"),
        ("ballots", "choices"),
        ("scores", "score"),
        ("endorsements", "endorser"),
        ("decisions", "reason"),
    ],
)
def test_missing_column(case: Any, capsys: Any, table: str, column: str) -> None:
    at = case.tables[table][0].index(column)
    case.tables[table] = [[c for i, c in enumerate(row) if i != at] for row in case.tables[table]]
    assert case.run() == 1
    assert not case.out.exists()
    (line,) = told(capsys)
    assert f"{table}.csv:1:0: [table.missing-column]" in line
    assert column in line


@pytest.mark.parametrize("column", ["invest", "tier"])
def test_a_field_that_counting_uses_must_have_its_column(case: Any, capsys: Any, column: str) -> None:
    """Without it nobody would get money, or all would stand in one group, and nobody would be told."""
    case.campaign["stages"].append({"id": "accept", "kind": "accept"})
    case.campaign["funding"] = [
        {
            "id": "reward",
            "title": "奖励",
            "of": "experts",
            "base": "invest",
            "tiers": [{"percent": 10}],
            "granted": "ceiling",
            "payments": [{"id": "once", "percent": 100, "after": "granted"}],
        }
    ]
    case.campaign["rankings"][0]["within"] = ["tier"]
    at = case.tables["entries"][0].index(column)
    case.tables["entries"] = [[c for i, c in enumerate(row) if i != at] for row in case.tables["entries"]]
    assert refused(case, capsys) == [("entries.csv", "table.missing-column", 1, 0)]


def test_all_faults_of_all_files_at_once(case: Any, capsys: Any) -> None:
    case.tables["entries"][0][1] = "没有这列"
    case.tables["scores"][0][3] = "没有这列"
    case.tables["decisions"][0][3] = "没有这列"
    case.tables["ballots"][0][1] = "没有这列"
    rules = [(file, rule) for file, rule, _, _ in refused(case, capsys)]
    assert sorted(rules) == [
        (f"{t}.csv", "table.missing-column") for t in ("ballots", "decisions", "entries", "scores")
    ]


def test_gb18030_as_chinese_excel_writes_it_is_read(case: Any, capsys: Any) -> None:
    path = case.write("entries")
    path.write_bytes(path.read_text(encoding="utf-8").encode("gb18030"))
    assert case.run(files={"entries": path}) == 0
    assert [r["title"] for r in case.result()] == ["四号", "一号", "二号", "三号"]
    assert "[table.read-as-gb18030]" in capsys.readouterr().err


@pytest.mark.parametrize("table", ["entries", "ballots", "scores"])
def test_wrong_encoding(case: Any, capsys: Any, table: str) -> None:
    path = case.write(table)
    path.write_bytes(path.read_text(encoding="utf-8").encode("utf-16"))
    assert refused(case, capsys, files={table: path}) == [(f"{table}.csv", "table.encoding", 1, 0)]


def test_utf8_with_a_damaged_byte_is_not_read_as_something_else(case: Any, capsys: Any) -> None:
    path = case.write("entries")
    path.write_bytes(path.read_bytes().replace("乙局".encode(), "乙局".encode()[:-1], 1))
    assert refused(case, capsys, files={"entries": path}) == [("entries.csv", "table.encoding", 3, 0)]


@pytest.mark.parametrize("table", ["entries", "ballots", "scores", "endorsements", "decisions"])
def test_empty_file(case: Any, capsys: Any, table: str) -> None:
    path = case.folder / "empty.csv"
    path.touch()
    assert refused(case, capsys, files={table: path}) == [("empty.csv", "table.empty", 0, 0)]


@pytest.mark.parametrize(
    ("name", "rule"), [("b.xlsx", "table.not-its-name"), ("b.parquet", "table.not-its-name")]
)
@pytest.mark.parametrize("table", ["entries", "ballots"])
def test_not_what_its_name_says(case: Any, capsys: Any, table: str, name: str, rule: str) -> None:
    path = case.write(table, file=name)
    assert refused(case, capsys, files={table: path}) == [(name, rule, 0, 0)]


def test_a_parquet_file_called_csv(case: Any, capsys: Any) -> None:
    path = case.folder / "b.csv"
    pq.write_table(pa.table({"time": ["x"] * 9}), path)
    assert refused(case, capsys, files={"ballots": path}) == [("b.csv", "table.not-its-name", 0, 0)]


@pytest.mark.parametrize("table", ["entries", "ballots", "scores"])
def test_no_such_file(case: Any, capsys: Any, table: str) -> None:
    path = case.folder / "nowhere.csv"
    assert refused(case, capsys, files={table: path}) == [("nowhere.csv", "table.no-file", 0, 0)]


def xlsx(path: Path, rows: list[list[str]], touch: Any = None) -> Path:
    with xlsxwriter.Workbook(path) as book:
        sheet = book.add_worksheet()
        for i, row in enumerate(rows):
            for k, cell in enumerate(row):
                sheet.write_string(i, k, cell)
        if touch:
            touch(sheet)
    return path


def test_xlsx_counts_as_csv_does(case: Any) -> None:
    assert case.run() == 0
    wanted = (case.out / "result.csv").read_bytes()
    files = {name: xlsx(case.folder / f"{name}.xlsx", rows) for name, rows in case.tables.items()}
    assert case.run(files=files) == 0
    assert (case.out / "result.csv").read_bytes() == wanted


def test_formula_cell(case: Any, capsys: Any) -> None:
    path = xlsx(
        case.folder / "s.xlsx", case.tables["scores"], lambda s: s.write_formula(2, 3, "=80+9", None, 89)
    )
    assert refused(case, capsys, files={"scores": path}) == [("s.xlsx", "table.formula", 3, 4)]


def test_merged_cells(case: Any, capsys: Any) -> None:
    path = xlsx(case.folder / "s.xlsx", case.tables["scores"], lambda s: s.merge_range(1, 0, 3, 0, "G1"))
    ((file, rule, line, _),) = refused(case, capsys, files={"scores": path})
    assert (file, rule, line) == ("s.xlsx", "table.merged", 2)


def test_as_many_rows_as_excel_holds(case: Any, capsys: Any) -> None:
    """1,048,576 rows may have been cut off: counted, with one warning that says so; that most are blank changes nothing."""
    path = case.folder / "many.csv"
    rows = "".join(f"2021-06-10 08:00,v{n},G1\n" for n in range(1_000))
    path.write_text("time,voter,choices\n" + rows + ",,\n" * 1_047_575, encoding="utf-8")
    assert case.run(files={"ballots": path}) == 0
    lines = [x for x in capsys.readouterr().err.splitlines() if "table.too-many-rows" in x]
    assert len(lines) == 1
    assert "many.csv:0:0" in lines[0]
    assert {r["entry"]: r["votes"] for r in case.result()} == {
        "B1": "0",
        "G1": "1000",
        "G2": "0",
        "G3": "0",
    }


def test_duplicate_entry_id(case: Any) -> None:
    case.tables["entries"].append(
        ["G1", "假的一号", "丁局", "政务类", "2021-05-02 09:01", "市住建局", "1", "甲"]
    )
    case.tables["entries"].append(["G1", "假的一号", "戊局", "政务类", "", "", "1", "甲"])
    assert case.run() == 0
    assert case.rejected()[:2] == [
        ("endorsement", "G1", "2", "row", "endorsements.duplicate"),
        ("entry", "G1", "6", "row", "entries.duplicate-id"),
    ]
    assert ("entry", "G1", "7", "row", "entries.duplicate-id") in case.rejected()
    (row,) = [r for r in case.result() if r["entry"] == "G1"]
    assert (row["title"], row["applicant"]) == ("一号", "甲局")
    assert row["bonus"] == "3.00"


def test_a_rejected_row_recommends_nobody(case: Any) -> None:
    """A second row with the same id must not bring its recommendation, and with it a bonus, to the first."""
    case.tables["entries"].append(
        ["G2", "假的二号", "乙局", "政务类", "2021-05-09 09:00", "市住建局", "1", "乙"]
    )
    assert case.run() == 0
    assert [r["bonus"] for r in case.result() if r["entry"] == "G2"] == ["0.00"]


def test_a_rejected_row_makes_no_two_applicants_one(case: Any) -> None:
    """Neither a row without an applicant nor one with a used id joins the credit codes of others."""
    code, other = "91350100M000100Y43", "91450000000000000X"
    for row, text in zip(case.tables["entries"], ["credit_code", code, other, code, ""], strict=True):
        row.append(text)
    case.tables["entries"] += [
        ["", "x", "", "政务类", "", "", "1", "甲", code],
        ["", "y", "", "政务类", "", "", "1", "甲", other],
        ["G1", "z", "乙局", "政务类", "2021-05-30", "", "1", "甲", code],
    ]
    case.campaign["applicants"]["quotas"] = [{"per": ["applicant"], "max": 2}]
    assert case.run() == 0
    assert [r[4] for r in case.rejected() if r[0] == "entry"] == [
        "entries.blank",
        "entries.blank",
        "entries.duplicate-id",
    ]
    assert [r["entry"] for r in case.result()] == ["B1", "G1", "G2", "G3"]


@pytest.mark.parametrize(
    ("row", "rule"),
    [
        (["G3", "Z3", "use", "90.5"], "scores.too-fine"),
        (["G3", "Z3", "use", "101"], "scores.out-of-range"),
        (["G3", "Z3", "use", "-1"], "scores.out-of-range"),
        (["G3", "Z3", "use", "九十"], "scores.unreadable"),
        (["G3", "Z3", "use", "1e2"], "scores.unreadable"),
        (["G3", "Z3", "use", "nan"], "scores.unreadable"),
        (["G3", "路人", "use", "90"], "scores.unknown-reviewer"),
        (["G9", "Z3", "use", "90"], "scores.unknown-entry"),
        (["G3", "Z3", "美观", "90"], "scores.unknown-criterion"),
        (["G3", "", "use", "90"], "scores.blank"),
    ],
)
def test_bad_score(case: Any, row: list[str], rule: str) -> None:
    assert case.run() == 0
    before = case.result()
    case.tables["scores"].append(row)
    assert case.run() == 0
    assert case.result() == before
    found = [(r[0], r[2], r[4]) for r in case.rejected() if r[0] == "score"]
    assert found == [("score", "12", rule)]


@pytest.mark.parametrize(
    ("row", "scope", "rule"),
    [
        (["2021-06-10 10:00", "v1", "G9;G1", "n9", "web"], "choice", "votes.unknown-choice"),
        (["2021-06-10 10:00", "v9", "G9", "n9", "web"], "row", "votes.wrong-number"),
        (["2021-06-31 10:00", "v9", "G1", "n9", "web"], "row", "votes.bad-time"),
        (["2021-06-10 24:00", "v9", "G1", "n9", "web"], "row", "votes.bad-time"),
        (["2021-06-10 10:60", "v9", "G1", "n9", "web"], "row", "votes.bad-time"),
        (["", "v9", "G1", "n9", "web"], "row", "votes.bad-time"),
        (["昨天", "v9", "G1", "n9", "web"], "row", "votes.bad-time"),
        (["9999-12-31 23:59:59", "v9", "G1", "n9", "web"], "row", "votes.bad-time"),
        (["0001-01-01 00:00:00", "v9", "G1", "n9", "web"], "row", "votes.bad-time"),
        (["2021-06-10 10:00", "", "G1", "n9", "web"], "row", "votes.no-voter"),
        (["2021-06-10 10:00", "v9", "", "n9", "web"], "row", "votes.wrong-number"),
        (["2021-06-10 10:00", "v9", "G1", "n1", "web"], "row", "votes.duplicate-id"),
    ],
)
def test_bad_ballot(case: Any, row: list[str], scope: str, rule: str) -> None:
    assert case.run() == 0
    before = case.result()
    case.tables["ballots"].append(row)
    assert case.run() == 0
    assert case.result() == before
    found = [(r[2], r[3], r[4]) for r in case.rejected() if r[0] == "ballot"]
    assert found[0] == ("5", scope, rule)
    assert found[1:] == ([("5", "choice", "votes.over-limit")] if scope == "choice" else [])


def test_a_time_that_no_clock_shows(case: Any) -> None:
    """Warsaw put its clocks forward over 02:30 of 2021-03-28: text and parquet say the same."""
    case.campaign["zone"] = "Europe/Warsaw"
    case.campaign["stages"][0]["window"] = ["2021-03-01", "2021-03-20"]
    case.campaign["stages"][2]["window"] = ["2021-03-25", "2021-03-30"]
    for row in case.tables["entries"][1:]:
        row[4] = "2021-03-02"
    case.tables["ballots"] = [
        ["time", "voter", "choices"],
        ["2021-03-28 02:30:00", "v1", "G1"],
        ["2021-03-28 03:30:00", "v2", "G1"],
    ]
    assert case.run() == 0
    wanted = [(r[2], r[4]) for r in case.rejected() if r[0] == "ballot"]
    assert wanted == [("2", "votes.bad-time")]
    import datetime as dt

    times = [dt.datetime.fromisoformat(r[0]) for r in case.tables["ballots"][1:]]
    table = pa.table(
        {"time": pa.array(times, pa.timestamp("ms")), "voter": ["v1", "v2"], "choices": ["G1", "G1"]}
    )
    path = case.folder / "b.parquet"
    pq.write_table(table, path)
    votes = [r["votes"] for r in case.result()]
    assert case.run(files={"ballots": path}) == 0
    assert [(r[2], r[4]) for r in case.rejected() if r[0] == "ballot"] == [("1", "votes.bad-time")]
    assert [r["votes"] for r in case.result()] == votes


def test_ballots_that_no_stage_takes_are_told(case: Any) -> None:
    """With several votes a row names its stage; a row with another name is not dropped silently."""
    second = dict(case.campaign["stages"][2], id="again")
    case.campaign["stages"].insert(3, second)
    case.campaign["awards"].append({"id": "loved", "title": "人气", "by": "again", "take": {"count": 1}})
    case.tables["ballots"][0].append("stage")
    for row, stage in zip(case.tables["ballots"][1:], ["vote", "again", "votes"], strict=True):
        row.append(stage)
    assert case.run() == 0
    assert [(r[2], r[4]) for r in case.rejected() if r[0] == "ballot"] == [("4", "votes.unknown-stage")]


def test_ballots_without_a_vote_are_told(case: Any, capsys: Any) -> None:
    del case.campaign["stages"][2]
    case.campaign["rankings"][0]["parts"] = [{"from": "experts", "weight": 100, "mapping": "none"}]
    case.campaign["rankings"][0]["ties"] = ["experts"]
    assert case.run() == 0
    assert "[replay.ballots-unused]" in capsys.readouterr().err


def test_wrong_usage_is_2(case: Any, capsys: Any) -> None:
    from guiguan.cli.main import main

    assert main(["replay", "x.yaml", "--out", str(case.out)]) == 2
    assert "--entries" in capsys.readouterr().err


@pytest.mark.parametrize("text", ["", "abc", "zz" * 32, "ab" * 31])
def test_bad_key(case: Any, capsys: Any, text: str) -> None:
    key = case.folder / "bad-key"
    key.write_text(text, encoding="ascii")
    assert case.run("--pseudonym-key", str(key)) == 1
    (line,) = told(capsys)
    assert "bad-key:1:1: [replay.key]" in line
    assert not case.out.exists()


def test_a_broken_blueprint_writes_nothing(case: Any, capsys: Any) -> None:
    case.campaign["rankings"][0]["parts"][0]["weight"] = 30
    assert case.run() == 1
    (line,) = told(capsys)
    assert "[blueprint.weights-sum]" in line
    assert not case.out.exists()
