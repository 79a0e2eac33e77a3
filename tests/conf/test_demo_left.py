"""A real site does not start on what a demo left behind: everybody knows its passwords."""

from __future__ import annotations

from pathlib import Path

from pytest_django import Settings

from guiguan.conf.run import demo_left


def test_only_a_demo_runs_on_demo_data(tmp_path: Path, settings: Settings) -> None:
    settings.GUIGUAN_DATA = tmp_path
    assert demo_left() is None
    (tmp_path / "demo.json").write_text("{}", encoding="utf-8")
    found = demo_left()
    assert found is not None
    assert found.rule == "site.demo-data"
    settings.GUIGUAN = settings.GUIGUAN.model_copy(update={"demo": True})
    assert demo_left() is None
