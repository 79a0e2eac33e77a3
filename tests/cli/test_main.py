"""The program as a whole: exit codes, where things are printed, both languages, odd surroundings."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from guiguan.cli.main import main

GX = Path(__file__).parents[2] / "blueprints" / "guangxi-2021.yaml"


def run(*arguments: str, lang: str = "", shell: str = "") -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "GUIGUAN_LANG": lang}
    command = [sys.executable, "-m", "guiguan", *arguments]
    if shell:
        command = ["bash", "-c", f'"$0" -m guiguan "$@" {shell}', sys.executable, *arguments]
    return subprocess.run(command, capture_output=True, text=True, env=environment, timeout=60, check=False)


def test_help_is_chinese_and_english_where_asked():
    chinese, english = run("--help"), run("--help", lang="en")
    assert (chinese.returncode, english.returncode) == (0, 0)
    assert chinese.stdout.startswith("用法：guiguan ")
    assert "检查、画图、比较活动蓝图" in chinese.stdout
    assert english.stdout.startswith("usage: guiguan ")
    assert "check, draw and compare blueprints" in english.stdout
    assert not any("一" <= c <= "鿿" for c in english.stdout)


def test_help_loads_nothing_heavy():
    code = "import sys; from guiguan.cli.main import main; main(['--help']); print(sorted(sys.modules), file=sys.stderr)"
    told = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, timeout=60, check=True
    )
    for heavy in ("pydantic", "numpy", "pyarrow", "rich", "ruamel", "jinja2"):
        assert f"'{heavy}'" not in told.stderr


@pytest.mark.parametrize(
    "command", [["blueprint", c] for c in ("check", "schema", "diagram", "diff", "reference")]
)
def test_every_command_has_help(command):
    assert run(*command, "--help").returncode == 0


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        ([], "guiguan: 缺少参数：命令；用 guiguan --help 查看用法"),
        (
            ["blueprint", "check"],
            "guiguan blueprint check: 缺少参数：文件；用 guiguan blueprint check --help 查看用法",
        ),
        (
            ["blueprint", "check", "--nix", "a"],
            "guiguan blueprint check: 不认识的参数：--nix；用 guiguan blueprint check --help 查看用法",
        ),
        (
            ["export", "ballots", "gx", "vote", "-o", "f"],
            "guiguan export: 不认识的参数：gx vote；用 guiguan export --help 查看用法",
        ),
        (
            ["blueprint", "diagram", "a", "-o"],
            "guiguan blueprint diagram: -o/--out 后面要有一个值；用 guiguan blueprint diagram --help 查看用法",
        ),
    ],
)
def test_wrong_usage_exits_2_and_says_what_is_wrong(arguments, told, capsys, monkeypatch):
    monkeypatch.delenv("GUIGUAN_LANG", raising=False)
    assert main(arguments) == 2
    out, err = capsys.readouterr()
    assert out == ""
    assert err.splitlines()[-1] == told


def test_a_missing_file_is_one_finding_and_exit_1():
    told = run("blueprint", "diagram", "missing.yaml")
    assert (told.returncode, told.stdout) == (1, "")
    assert told.stderr == "missing.yaml:0:0: [file.unreadable] 无法读取：没有这个文件或文件夹，请核对路径\n"
    told = run("blueprint", "diagram", "missing.yaml", lang="en")
    assert (
        told.stderr
        == "missing.yaml:0:0: [file.unreadable] cannot be read: no such file or folder; check the path\n"
    )


def test_no_input_and_no_output_do_no_harm():
    assert run("blueprint", "check", str(GX), shell="<&-").returncode == 0
    assert run("blueprint", "check", str(GX), shell=">&-").returncode == 0
    told = run("blueprint", "schema", shell=">&-")
    assert (told.returncode, told.stderr) == (0, "")


def test_a_reader_that_goes_away_is_no_error_to_tell():
    told = run("blueprint", "reference", shell="| head -1")
    assert told.stdout == "# 蓝图语言参考\n"
    assert told.stderr == ""


def test_output_into_a_file_is_utf_8_whatever_the_locale(tmp_path):
    environment = {**os.environ, "PYTHONIOENCODING": "ascii", "GUIGUAN_LANG": ""}
    command = [sys.executable, "-m", "guiguan", "blueprint", "check", str(GX)]
    told = subprocess.run(command, capture_output=True, env=environment, timeout=60, check=False)
    assert told.stdout.decode("utf-8") == f"{GX}：没有错误，1 条提醒\n"
