"""A shipped blueprint goes by its name; a file of one's own comes first."""

from __future__ import annotations

import pytest

from guiguan import shipped
from guiguan.cli.shipped import read_blueprint
from guiguan.core.values.finding import InputError
from guiguan.shipped import shipped_names


def test_guangxi_2021_is_shipped():
    assert "guangxi-2021" in shipped_names()
    assert b"campaign: guangxi-2021" in read_blueprint("guangxi-2021")


def test_a_file_of_that_name_comes_first_and_a_folder_does_not(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "guangxi-2021").mkdir()
    assert b"campaign: guangxi-2021" in read_blueprint("guangxi-2021")
    (tmp_path / "guangxi-2021").rmdir()
    (tmp_path / "guangxi-2021").write_bytes(b"mine")
    assert read_blueprint("guangxi-2021") == b"mine"


def test_names_never_lead_out_of_the_folder():
    for name in ("../pyproject", "../blueprints/guangxi-2021", "guangxi-2021/../guangxi-2021"):
        with pytest.raises(InputError) as error:
            read_blueprint(name)
        assert [f.rule for f in error.value.findings] == ["file.unreadable"]


def test_without_any_shipped_the_message_says_so(tmp_path, monkeypatch):
    monkeypatch.setattr(shipped, "shipped_folder", lambda: tmp_path / "none")
    with pytest.raises(InputError) as error:
        read_blueprint("guangxi-2021")
    assert error.value.findings[0].zh == "无法读取：没有这个文件，也没有叫这个名字的自带蓝图；自带的有：无"
