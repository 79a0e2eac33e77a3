"""The output folder: written whole or not at all, and nobody else's files are touched."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import pytest

from guiguan.replay import write

ALWAYS = {"result.csv", "awards.csv", "rejected.csv", "result.json", "report.html", "evidence.tar"}


def content(folder: Path) -> dict[str, bytes]:
    return {str(p.relative_to(folder)): p.read_bytes() for p in sorted(folder.rglob("*")) if p.is_file()}


def left_behind(case: Any) -> list[str]:
    """What lies in the campaign's folder beside its inputs and the output."""
    inputs = {"campaign.yaml", "key", "out", *(f"{t}.csv" for t in case.tables)}
    return sorted(p.name for p in case.folder.iterdir() if p.name not in inputs)


def test_the_folder_holds_what_the_contract_names(case: Any) -> None:
    assert case.run() == 0
    assert {p.name for p in case.out.iterdir()} == ALWAYS
    assert left_behind(case) == []


def test_an_earlier_replay_is_replaced_whole(case: Any) -> None:
    assert case.run() == 0
    (case.out / "funding.csv").write_text("from a campaign with money", encoding="utf-8")
    assert case.run() == 0
    assert {p.name for p in case.out.iterdir()} == ALWAYS


def test_the_same_inputs_give_the_same_bytes(make_case: Any) -> None:
    one, two = make_case("one"), make_case("two")
    assert (one.run(), two.run()) == (0, 0)
    first, second = content(one.out), content(two.out)
    assert first.keys() == second.keys()
    assert [name for name in first if first[name] != second[name]] == []


@pytest.mark.parametrize("name", ["notes.txt", ".hidden", "inputs/entries.csv", "result.csv", "report.html"])
def test_files_of_others_are_never_overwritten(case: Any, capsys: Any, name: str) -> None:
    """Also where a file only has a name of ours: without the evidence beside it no replay wrote it."""
    path = case.out / name
    path.parent.mkdir(parents=True)
    path.write_text("theirs", encoding="utf-8")
    assert case.run() == 1
    assert content(case.out) == {name: b"theirs"}
    assert "[replay.folder-in-use]" in capsys.readouterr().err
    assert left_behind(case) == []


def test_one_foreign_file_among_a_replays_own_keeps_them_all(case: Any) -> None:
    assert case.run() == 0
    (case.out / "my-notes.txt").write_text("theirs", encoding="utf-8")
    before = content(case.out)
    case.tables["ballots"].append(["2021-06-11 10:00", "v7", "G2", "n7", "web"])
    assert case.run() == 1
    assert content(case.out) == before


@pytest.mark.parametrize("kind", ["file", "link", "dangling"])
def test_a_file_or_a_link_in_its_place(case: Any, kind: str) -> None:
    elsewhere = case.folder.parent / "elsewhere"
    if kind == "link":
        elsewhere.mkdir()
    if kind == "file":
        case.out.write_text("theirs", encoding="utf-8")
    else:
        case.out.symlink_to(elsewhere)
    assert case.run() == 1
    assert case.out.is_symlink() == (kind != "file")
    assert not elsewhere.exists() or list(elsewhere.iterdir()) == []
    if kind == "file":
        assert case.out.read_text(encoding="utf-8") == "theirs"


def test_an_unwritable_place(case: Any, capsys: Any) -> None:
    """A file where a folder is needed refuses even root."""
    (case.folder / "blocked").write_text("theirs", encoding="utf-8")
    assert case.run(out=case.folder / "blocked" / "out") == 1
    (line,) = [x for x in capsys.readouterr().err.splitlines() if "说明：" not in x]
    assert "[replay.unwritable]" in line
    assert str(case.folder / "blocked" / "out") in line
    assert (case.folder / "blocked").read_text(encoding="utf-8") == "theirs"


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write anywhere")
def test_a_folder_without_the_right_to_write(case: Any, capsys: Any) -> None:
    closed = case.folder / "closed"
    closed.mkdir(mode=0o500)
    assert case.run(out=closed / "out") == 1
    assert "[replay.unwritable]" in capsys.readouterr().err


class PowerCut(RuntimeError):
    """A failure that nobody expects."""


STEPS = (
    "write_csv",
    "result_rows",
    "award_rows",
    "rejected_rows",
    "report",
    "manifest",
    "parts",
    "_digested",
    "tar_member",
)


@pytest.mark.parametrize("there_before", [True, False])
@pytest.mark.parametrize(
    "error", [OSError(28, "No space left on device"), PowerCut(), KeyboardInterrupt()], ids=repr
)
@pytest.mark.parametrize("step", STEPS)
def test_a_failure_while_writing_leaves_what_was_there(
    case: Any, monkeypatch: Any, step: str, error: BaseException, there_before: bool
) -> None:
    if there_before:
        assert case.run() == 0
    before = content(case.out) if there_before else None
    case.tables["ballots"].append(["2021-06-11 10:00", "v7", "G2", "n7", "web"])

    def fail(*_: Any, **__: Any) -> None:
        raise error

    monkeypatch.setattr(write, step, fail)
    if isinstance(error, PowerCut):
        with pytest.raises(PowerCut):
            case.run()
    else:
        assert case.run() == (130 if isinstance(error, KeyboardInterrupt) else 1)
    assert (content(case.out) if case.out.exists() else None) == before
    assert left_behind(case) == []


@pytest.mark.parametrize("error", [OSError(16, "busy"), KeyboardInterrupt()], ids=repr)
def test_a_failure_of_the_very_last_step(case: Any, monkeypatch: Any, error: BaseException) -> None:
    """The old folder is aside already and the new one cannot take its place: the old one comes back."""
    assert case.run() == 0
    before = content(case.out)
    rename = os.rename

    def fail(source: Any, target: Any) -> None:
        if Path(source).name == "made":
            raise error
        rename(source, target)

    monkeypatch.setattr(write.os, "rename", fail)
    assert case.run() in (1, 130)
    assert content(case.out) == before
    assert left_behind(case) == []
