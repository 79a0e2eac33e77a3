"""The examples in the pages work as they stand."""

from __future__ import annotations

import csv
import os
import re
import subprocess
from pathlib import Path

import pytest

from guiguan.cli.main import main

ROOT = Path(__file__).resolve().parents[2]
SCRIPTS = ("scripts/demo", "scripts/setup", "scripts/test", ".ci/run")


def commands(page: str) -> list[str]:
    """The lines of a page's shell blocks, without remarks and empty ones."""
    text = (ROOT / page).read_text(encoding="utf-8")
    blocks = re.findall(r"^```sh\n(.*?)^```", text, re.MULTILINE | re.DOTALL)
    lines = (re.sub(r"\s+#.*", "", line) for block in blocks for line in block.splitlines())
    return [line for line in lines if line.strip() and not line.startswith("#")]


def test_the_tables_of_the_organisers_page_are_read_and_counted(tmp_path: Path, capsys) -> None:
    page = (ROOT / "docs/organise/README.md").read_text(encoding="utf-8")
    tables = re.findall(r"^```csv\n(.*?)^```", page, re.MULTILINE | re.DOTALL)
    names = ("entries", "ballots", "scores", "endorsements", "decisions")
    arguments: list[str] = []
    for name, text in zip(names, tables, strict=True):
        (tmp_path / f"{name}.csv").write_text(text, encoding="utf-8")
        arguments += [f"--{name}", str(tmp_path / f"{name}.csv")]
    assert main(["replay", "guangxi-2021", *arguments, "--out", str(tmp_path / "out")]) == 0
    assert "table." not in capsys.readouterr().err
    with (tmp_path / "out/rejected.csv").open(encoding="utf-8-sig", newline="") as file:
        left_out = {(row["kind"], row["rule"]) for row in csv.DictReader(file)}
    # One entry only: the example ballot names nine that are not there, the score is one of six, two decisions name strangers.
    assert left_out == {
        ("ballot", "votes.unknown-choice"),
        ("score", "scores.incomplete-sheet"),
        ("entry", "ranking.no-score"),
        ("decision", "decisions.unknown-subject"),
    }


def test_both_readmes_give_the_same_commands() -> None:
    chinese, english = commands("README.zh-CN.md"), commands("README.md")
    assert [c for c in english if c != "export GUIGUAN_LANG=en"] == chinese
    assert chinese[:2] == ["scripts/demo", "scripts/test"]


@pytest.mark.parametrize("script", SCRIPTS)
def test_scripts_can_be_started_and_are_well_formed(script: str) -> None:
    assert os.access(ROOT / script, os.X_OK)
    done = subprocess.run(["bash", "-n", ROOT / script], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")


@pytest.mark.parametrize("script", SCRIPTS)
def test_scripts_name_no_address_and_no_place_of_one_machine(script: str) -> None:
    text = (ROOT / script).read_text(encoding="utf-8")
    assert re.findall(r"https?://(?!127\.0\.0\.1:)\S+|/home/\S+|/root/\S+|/opt/\S+|index-url", text) == []
