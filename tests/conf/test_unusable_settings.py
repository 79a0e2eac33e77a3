"""A setting that cannot be used is told by its name, in one line, without its value: it may be a password."""

from __future__ import annotations

from pathlib import Path

import pytest
from commanded import commanded

from guiguan.conf.environment import environment
from guiguan.core.values.finding import InputError


@pytest.mark.parametrize(
    ("variable", "value", "zh"),
    [
        ("GUIGUAN_CHECK_AT", "3:30", "GUIGUAN_CHECK_AT：应为时:分，如 03:30，或 off (HH:MM, such as 03:30, or off)"),
        ("GUIGUAN_CHECK_AT", "24:00", "GUIGUAN_CHECK_AT：应为时:分，如 03:30，或 off (HH:MM, such as 03:30, or off)"),
        ("GUIGUAN_SITE_PROCESSES", "0", "GUIGUAN_SITE_PROCESSES 的值不能用（不得小于 1）"),
        ("GUIGUAN_SITE_PROCESSES", "65", "GUIGUAN_SITE_PROCESSES 的值不能用（不得大于 64）"),
        ("GUIGUAN_SITE_PROCESSES", "two", "GUIGUAN_SITE_PROCESSES 的值不能用（应为整数）"),
        ("GUIGUAN_HTTPS", "maybe", "GUIGUAN_HTTPS 的值不能用（应为 true 或 false）"),
        ("GUIGUAN_HOSTS", "gg.example.cn", "GUIGUAN_HOSTS 的值不能用（应为 JSON 数组）"),
        ("GUIGUAN_LOG_LEVEL", "LOUD", "GUIGUAN_LOG_LEVEL 的值不能用（应为 'DEBUG'、'INFO'、'WARNING'、'ERROR'）"),
        ("GUIGUAN_ADDRESS", "gg.example.cn", "GUIGUAN_ADDRESS 的值不能用（应为网址）"),
    ],
)  # fmt: skip
def test_each_is_told_in_chinese(monkeypatch: pytest.MonkeyPatch, variable: str, value: str, zh: str) -> None:
    monkeypatch.setenv(variable, value)
    with pytest.raises(InputError) as told:
        environment.__wrapped__()
    (finding,) = told.value.findings
    assert (finding.rule, finding.zh.removesuffix("，怎么写见 docs/operate/settings.md")) == (
        "settings.unusable",
        zh,
    )


@pytest.mark.parametrize("value", ["off", "00:00", "23:59"])
def test_a_time_of_day_or_off_is_taken(monkeypatch: pytest.MonkeyPatch, value: str) -> None:
    monkeypatch.setenv("GUIGUAN_CHECK_AT", value)
    assert environment.__wrapped__().check_at == value


def test_all_are_told_at_once_and_no_secret_is(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GUIGUAN_DATA_KEY", "geheim")
    monkeypatch.setenv("GUIGUAN_SITE_PROCESSES", "0")
    with pytest.raises(InputError) as told:
        environment.__wrapped__()
    assert len(told.value.findings) == 2
    assert "geheim" not in str(told.value)


@pytest.mark.parametrize(
    ("variable", "value"),
    [
        ("GUIGUAN_SITE_PROCESSES", "geheim"),
        ("DATABASE_URL", "mysql://someone:geheim@host/name"),
        ("DATABASE_URL", "postgresql://someone:geheim@host:77777/name"),
        ("GUIGUAN_BALLOTS_URL", "geheim"),
        ("GUIGUAN_STORAGE", "geheim"),
        ("GUIGUAN_OIDC", "name|geheim"),
    ],
)
def test_a_command_says_so_in_one_line(tmp_path: Path, variable: str, value: str) -> None:
    done = commanded(tmp_path, "fsck", **{variable: value})
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr.startswith(f"[settings.unusable] {variable}")
    assert (done.stderr.count("\n"), "geheim" in done.stderr) == (1, False)
