"""The clock's view of a timetable: over, on, to come, undated, and the next deadline."""

from __future__ import annotations

from zoneinfo import ZoneInfo

import pytest

from guiguan.apps.campaigns.windows import next_deadline, stage_windows
from guiguan.core.blueprint.load import load_blueprint
from guiguan.core.values.moment import parse_instant


def instant(text: str) -> int:
    return parse_instant(text, ZoneInfo("Asia/Shanghai"))


@pytest.mark.parametrize(
    ("at", "declare", "vote"),
    [
        ("2021-05-06 23:59:59", "next", "next"),
        ("2021-05-07 00:00:00", "now", "next"),
        ("2021-06-06 23:59:59", "now", "next"),
        ("2021-06-07 00:00:00", "past", "next"),
        ("2021-06-10 00:00:00", "past", "now"),
        ("2021-06-17 00:00:00", "past", "past"),
    ],
)
def test_a_window_includes_its_last_day_whole(gx: str, at: str, declare: str, vote: str) -> None:
    blueprint = load_blueprint(gx.encode(), "gx").blueprint
    states = {w.of.id: w.state for w in stage_windows(blueprint, instant(at)) if not w.correction}
    assert (states["declare"], states["vote"], states["experts"]) == (declare, vote, "undated")
    assert states["check"] == declare  # screening goes along with declaring


@pytest.mark.parametrize(
    ("at", "told"),
    [
        ("2021-05-01 12:00:00", ("declare", True, 6)),
        ("2021-06-05 12:00:00", ("declare", False, 1)),
        ("2021-06-06 23:59:59", ("declare", False, 0)),
        ("2021-06-07 00:00:00", ("vote", True, 3)),
        ("2021-06-16 12:00:00", ("vote", False, 0)),
    ],
)
def test_the_next_deadline_is_told_in_calendar_days(gx: str, at: str, told: tuple[str, bool, int]) -> None:
    blueprint = load_blueprint(gx.encode(), "gx").blueprint
    found = next_deadline(blueprint, instant(at))
    assert found is not None
    assert (found.of.id, found.begins, found.days) == told


def test_nothing_dated_is_left_at_the_end(gx: str) -> None:
    blueprint = load_blueprint(gx.encode(), "gx").blueprint
    assert next_deadline(blueprint, instant("2030-01-01 00:00:00")) is None


def test_a_year_without_published_working_days_shows_the_written_dates_alone(gx: str) -> None:
    later = gx.replace("2021-0", "2091-0").replace("[2019-01-01, 2020-12-31]", "[2089-01-01, 2090-12-31]")
    later = later.replace(
        "  - id: experts\n", "  - {id: tell, kind: notice, working_days: 3}\n  - id: experts\n"
    )
    blueprint = load_blueprint(later.encode(), "gx").blueprint
    states = {w.of.id: w.state for w in stage_windows(blueprint, instant("2091-06-12 00:00:00"))}
    assert (states["vote"], states["tell"]) == ("now", "undated")
