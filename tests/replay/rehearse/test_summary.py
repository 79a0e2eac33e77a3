"""The page that a rehearsal prints."""

from __future__ import annotations

from pathlib import Path

import pytest

from guiguan.cli.main import main
from guiguan.replay.rehearse.run import Rehearsed


def test_the_page_tells_stages_awards_refusals_and_what_to_look_at(guangxi: tuple[Rehearsed, Path]) -> None:
    done, _ = guangxi
    lines = done.report.splitlines()
    assert lines[0] == "演练：广西信息化优秀案例征集评选活动"
    assert lines[1] == "活动 guangxi-2021，种子 guangxi-2021；数据全部为虚构，仅用于检查规则。"
    assert lines[2].startswith("输入：申报件 300 件，“网络投票”选票 ")
    o = done.replayed.outcome
    assert f"申报       300   {len(o.passed['declare'])}" in lines
    best = sum(g.award == "best" for g in o.given)
    assert any(line.split()[:2] == ["最佳案例", str(best)] for line in lines)
    assert any(line.endswith("entries.contractor-alone") for line in lines)
    # The blueprint's own warning, as one of what to look at.
    assert any(line.startswith("- [blueprint.paper-same-day] ") for line in lines)
    assert done.report.endswith("\n")
    assert all(line == line.rstrip() for line in lines)


def test_the_command_prints_the_page_and_the_findings(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "out"
    small = ["--entries", "30", "--voters", "40", "--seed", "甲"]
    assert main(["rehearse", "open-data-contest-2023", *small, "--out", str(out)]) == 0
    told = capsys.readouterr()
    assert told.out.startswith(
        "演练：广西公共数据开放创新应用大赛（社会赛道）\n活动 open-data-contest-2023，种子 甲；"
    )
    assert told.out.endswith(f"报告：{out / 'result' / 'report.html'}\n")
    for line in told.err.splitlines():
        assert "[" in line


def test_the_command_speaks_english(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GUIGUAN_LANG", "en")
    small = ["--entries", "30", "--voters", "40"]
    assert main(["rehearse", "open-data-contest-2023", *small, "--out", str(tmp_path / "out")]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[0] == "Rehearsal: Guangxi Public Data Open Innovation Contest (Open Track)"
    assert any(line.startswith("Grand prize ") and "prizes of 90000.00 yuan in all" in line for line in lines)


@pytest.mark.parametrize("number", ["0", "-1", "x", "1000001", "９"])
def test_sizes_that_are_none_are_wrong_usage(
    number: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "out"
    assert main(["rehearse", "guangxi-2021", f"--entries={number}", "--out", str(out)]) == 2
    assert "--entries" in capsys.readouterr().err
    assert not out.exists()
