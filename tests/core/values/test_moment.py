from __future__ import annotations

import datetime
from datetime import date
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from guiguan.core.values.moment import (
    DAY,
    Instant,
    NoSuchTime,
    Window,
    day_of,
    day_start,
    instant_text,
    parse_instant,
    window_of_dates,
)

SHANGHAI = ZoneInfo("Asia/Shanghai")
BERLIN = ZoneInfo("Europe/Berlin")
SAO_PAULO = ZoneInfo("America/Sao_Paulo")  # put its clocks forward at midnight, until 2018
APIA = ZoneInfo("Pacific/Apia")  # left out 2011-12-30
ST_JOHNS = ZoneInfo("America/St_Johns")  # put its clocks back at 00:01, until 2011
UTC = ZoneInfo("UTC")

ZONES = st.sampled_from([SHANGHAI, BERLIN, SAO_PAULO, UTC])
INSTANTS = st.integers(
    int(datetime.datetime(1971, 1, 1, tzinfo=datetime.UTC).timestamp()) * 1000,
    int(datetime.datetime(2037, 1, 1, tzinfo=datetime.UTC).timestamp()) * 1000,
)

JUNE_10 = 1_623_254_400_000  # 2021-06-10T00:00+08:00


@pytest.mark.parametrize(
    ("text", "after_midnight"),
    [
        ("2021-06-10", 0),
        ("2021/6/10", 0),
        ("2021-6-10", 0),
        ("2021-06-10T00:00:00", 0),
        ("2021-06-10 00:00", 0),
        ("2021-06-10T00:00", 0),
        ("2021/6/10 8:05", 29_100_000),
        ("2021/06/10 08:05:07", 29_107_000),
        ("2021-06-10 8:05", 29_100_000),
        ("2021-06-10T08:05:07", 29_107_000),
        ("2021-06-10 08:05:07", 29_107_000),
        ("2021-06-10T08:05:07.5", 29_107_500),
        ("2021-06-10T08:05:07,25", 29_107_250),
        ("2021-06-10T08:05:07.9999999", 29_107_999),
        ("2021/6/10 8:05:07.0009", 29_107_000),
        ("2021-06-10T08:05:07+08:00", 29_107_000),
        ("2021-06-10T00:05:07Z", 29_107_000),
        ("2021-06-10T00:05:07.123Z", 29_107_123),
        ("2021-06-10T00:05Z", 29_100_000),
        ("2021-06-10T01:05+01:00", 29_100_000),
        ("2021-06-09T19:05:07-05:00", 29_107_000),
        ("2021-06-10 05:35:07 +0530", 29_107_000),
        ("2021-06-10T08:05:07+08", 29_107_000),
        ("2021-06-10t08:05:07", 29_107_000),
        (" 2021-06-10  08:05:07 ", 29_107_000),
        ("２０２１-０６-１０　０８：０５：０７", 29_107_000),
        ("2021-06-10T23:59:59.999", DAY - 1),
    ],
)
def test_a_time_is_read_in_the_campaigns_zone(text: str, after_midnight: int) -> None:
    assert parse_instant(text, SHANGHAI) == JUNE_10 + after_midnight


def test_before_1970_parts_of_a_millisecond_are_still_cut_off_downwards() -> None:
    assert parse_instant("1969-12-31T23:59:59.9999Z", UTC) == -1
    assert parse_instant("1969-12-31T23:59:59.0001Z", UTC) == -1000


@pytest.mark.parametrize(
    ("text", "zh", "en"),
    [
        ("2021-02-30", "日期不存在", "no calendar has"),
        ("2021-02-29T08:00:00", "日期不存在", "no calendar has"),
        ("2021-13-01 08:00", "日期不存在", "no calendar has"),
        ("0000-01-01", "日期不存在", "no calendar has"),
        ("2021-06-10T25:00:00", "钟点不存在", "no clock shows"),
        ("2021-06-10 08:60", "钟点不存在", "no clock shows"),
        ("2021-06-10T08:05:60", "钟点不存在", "no clock shows"),
        ("2021-06-10T24:00:01", "钟点不存在", "no clock shows"),
        ("2021-06-10T24:00:00", "次日 00:00", "00:00 of the next day"),
        ("2021-06-10 24:00", "次日 00:00", "00:00 of the next day"),
        ("2021/6/10 24:00", "次日 00:00", "00:00 of the next day"),
        ("2021-06-10T08:00:00+24:00", "时差不成立", "offset that cannot be"),
        ("2021-06-10T08:00:00+08:60", "时差不成立", "offset that cannot be"),
        ("2021-06-10T08:00:00+08:00:61", "时差不成立", "offset that cannot be"),
        ("", "不是可识别的时间", "not a time"),
        ("昨天", "不是可识别的时间", "not a time"),
        ("44357.336", "不是可识别的时间", "not a time"),
        ("20210610", "不是可识别的时间", "not a time"),
        ("20210610T080507", "不是可识别的时间", "not a time"),
        ("2021-W23-4T08:00:00", "不是可识别的时间", "not a time"),
        ("2021-06/10 08:00", "不是可识别的时间", "not a time"),
        ("10/6/2021", "不是可识别的时间", "not a time"),
        ("2021-06-10x08:05:07", "不是可识别的时间", "not a time"),
        ("2021-06-10T08", "不是可识别的时间", "not a time"),
        ("2021-06-10T08:05:07.", "不是可识别的时间", "not a time"),
        ("2021-06-10T08:05:07.5x", "不是可识别的时间", "not a time"),
        ("2021-06-10T08:05:07+08:00:00.5", "不是可识别的时间", "not a time"),
        ("2021-06-10 8:05 PM", "不是可识别的时间", "not a time"),
        ("2021-06-10+08:00", "不是可识别的时间", "not a time"),
        ("2021-06-10 00:00:00\n2021-06-11", "不是可识别的时间", "not a time"),
        ("2021-06-1٠T08:05:07", "不是可识别的时间", "not a time"),
    ],
)
def test_what_no_clock_or_calendar_shows_is_refused(text: str, zh: str, en: str) -> None:
    with pytest.raises(NoSuchTime) as caught:
        parse_instant(text, SHANGHAI)
    assert zh in caught.value.zh
    assert en in caught.value.en
    assert str(caught.value) == caught.value.zh


@pytest.mark.parametrize(
    ("text", "zone"),
    [
        ("1986-05-04T02:30:00", SHANGHAI),  # the first summer time of the People's Republic
        ("2021-03-28 02:00", BERLIN),
        ("2021-03-28T02:59:59.999", BERLIN),
        ("2018-11-04T00:00:00", SAO_PAULO),
        ("2011-12-30T12:00:00", APIA),
    ],
)
def test_a_time_that_clocks_were_put_forward_over_is_refused(text: str, zone: ZoneInfo) -> None:
    with pytest.raises(NoSuchTime) as caught:
        parse_instant(text, zone)
    assert f"{zone.key} 的钟表" in caught.value.zh
    assert "put forward" in caught.value.en


def test_the_same_time_with_an_offset_is_an_instant_all_the_same() -> None:
    assert parse_instant("2021-03-28T02:30:00+01:00", BERLIN) == parse_instant("2021-03-28T03:30:00", BERLIN)


def test_the_hours_around_a_change_of_clocks_are_one_hour_apart() -> None:
    before = parse_instant("2021-03-28T01:59:59.999", BERLIN)
    assert parse_instant("2021-03-28T03:00:00", BERLIN) == before + 1


def test_a_time_that_comes_twice_is_the_earlier() -> None:
    assert parse_instant("2021-10-31T02:30:00", BERLIN) == parse_instant("2021-10-31T00:30:00Z", BERLIN)
    assert parse_instant("1986-09-14T01:30:00", SHANGHAI) == parse_instant("1986-09-13T16:30:00Z", SHANGHAI)


def test_the_last_day_of_the_calendar_can_be_read() -> None:
    assert parse_instant("9999-12-31T23:59:59", UTC) == 253_402_300_799_000


def test_a_day_begins_and_ends_at_midnight() -> None:
    assert day_start(date(2021, 6, 10), SHANGHAI) == JUNE_10
    assert day_of(JUNE_10, SHANGHAI) == date(2021, 6, 10)
    assert day_of(JUNE_10 - 1, SHANGHAI) == date(2021, 6, 9)
    assert day_of(JUNE_10, UTC) == date(2021, 6, 9)


@pytest.mark.parametrize(
    ("day", "zone", "start"),
    [
        (date(2018, 11, 4), SAO_PAULO, "2018-11-04T01:00:00.000-02:00"),
        (date(2018, 2, 18), SAO_PAULO, "2018-02-18T00:00:00.000-03:00"),
        (date(2011, 12, 30), APIA, "2011-12-31T00:00:00.000+14:00"),
        (date(2010, 11, 7), ST_JOHNS, "2010-11-07T00:00:00.000-02:30"),
        (date(2021, 3, 28), BERLIN, "2021-03-28T00:00:00.000+01:00"),
    ],
)
def test_the_first_instant_of_a_day_where_midnight_is_odd(day: date, zone: ZoneInfo, start: str) -> None:
    assert instant_text(day_start(day, zone), zone) == start
    assert parse_instant(day.isoformat(), zone) == day_start(day, zone)


def test_the_first_instant_is_found_where_the_gap_begins_before_midnight() -> None:
    toronto = ZoneInfo("America/Toronto")  # 1919-03-30 23:30 was followed by 00:30
    start = day_start(date(1919, 3, 31), toronto)
    assert day_of(start, toronto) == date(1919, 3, 31)
    assert day_of(start - 1, toronto) == date(1919, 3, 30)
    assert instant_text(start, toronto) == "1919-03-31T00:30:00.000-04:00"


@given(INSTANTS, ZONES)
def test_an_instant_lies_in_its_day(at: int, zone: ZoneInfo) -> None:
    day = day_of(at, zone)
    assert day_start(day, zone) <= at < day_start(day + datetime.timedelta(days=1), zone)


@given(INSTANTS, ZONES)
def test_an_instant_comes_back_from_its_text(at: int, zone: ZoneInfo) -> None:
    assert parse_instant(instant_text(Instant(at), zone), SHANGHAI) == at


@given(INSTANTS, ZONES)
def test_the_fast_and_the_slow_way_agree(at: int, zone: ZoneInfo) -> None:
    wall = instant_text(Instant(at), zone)[:19]
    assert parse_instant(wall, zone) == parse_instant(wall.replace("-", "/").replace("T", " "), zone)


def test_an_instant_as_text() -> None:
    assert instant_text(Instant(JUNE_10), SHANGHAI) == "2021-06-10T00:00:00.000+08:00"
    assert instant_text(Instant(JUNE_10 + 7), UTC) == "2021-06-09T16:00:00.007+00:00"


def test_a_window_of_dates_includes_its_last_day_and_no_instant_more() -> None:
    window = window_of_dates(date(2021, 6, 10), date(2021, 6, 16), SHANGHAI)
    assert window == Window(Instant(JUNE_10), Instant(JUNE_10 + 7 * DAY))
    assert not window.contains(JUNE_10 - 1)
    assert window.contains(JUNE_10)
    assert window.contains(parse_instant("2021-06-16T23:59:59.999", SHANGHAI))
    assert not window.contains(parse_instant("2021-06-17 00:00", SHANGHAI))


def test_a_window_of_one_day_is_as_long_as_that_day() -> None:
    window = window_of_dates(date(2021, 3, 28), date(2021, 3, 28), BERLIN)
    assert window.end - window.start == DAY - 3_600_000


def test_a_window_never_ends_before_it_starts() -> None:
    with pytest.raises(ValueError, match="ends before it starts"):
        window_of_dates(date(2021, 6, 10), date(2021, 6, 8), SHANGHAI)
    assert not Window(Instant(5), Instant(5)).contains(5)
