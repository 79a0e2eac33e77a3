"""The detectors find what was planted, wrong hardly anybody, and say the same whatever order and however many threads."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pytest

from guiguan.bench.brushing import figures, outcome_of
from guiguan.bench.traffic.attacks import ATTACKS
from guiguan.bench.traffic.made import Traffic, traffic
from guiguan.core.blueprint.guard import Detectors, Guard
from guiguan.detect.engine import on_duckdb
from guiguan.detect.flags import DETECTORS, MACHINE
from guiguan.detect.log_table import COLUMNS, log_table
from guiguan.detect.run import Suspicion, detect, fingerprint

DAY = 86_400_000
START = 1_623_254_400_000


@pytest.fixture(scope="module")
def small() -> list[Traffic]:
    """Two seeds of those on which nothing was tuned, each attack of 400 ballots in 15,000."""
    return [traffic(seed, 15_000, 400) for seed in (21, 22)]


def test_what_is_required_of_the_benchmark_holds_on_a_small_size(small):
    told = figures([outcome_of(made) for made in small])
    assert [f.id for f in told if not f.reaches(f.required)] == []
    assert {f.id for f in told if f.required is not None} == {
        "recall.lowest",
        "precision.lowest",
        "honest_suspected.highest",
        *(f"recall.{name}.mean" for name in ATTACKS),
    }


def test_shuffled_rows_on_one_thread_give_the_very_same_findings(small):
    made, guard = small[0], Guard()
    order = np.random.Generator(np.random.PCG64(7)).permutation(made.rows.num_rows)
    first, second = log_table(made.rows), log_table(made.rows.take(order))
    prints = {
        fingerprint(detect(log, guard.detectors, guard.kinds, on_duckdb(log, threads=threads)))
        for log, threads in ((first, 2), (second, 1))
    }
    assert len(prints) == 1


def test_an_index_may_not_stand_twice(small):
    rows = small[0].rows.slice(0, 3)
    with pytest.raises(ValueError, match="stands twice"):
        log_table(pa.concat_tables([rows, rows.slice(0, 1)]))


def test_an_empty_log_gives_nothing():
    found = detect(log_table(COLUMNS.empty_table()), Detectors(), 2)
    assert found.cases == ()
    assert all(len(found.found[d].groups) == 0 for d in DETECTORS)


def _ballots(rows: list[dict[str, object]]) -> pa.Table:
    """Rows with what is not said filled in: a voter, device and browser of its own, nobody's network."""
    full = []
    for i, row in enumerate(rows):
        time = START + int(row.get("ms", 0))  # type: ignore[call-overload]  # a number of the case
        ms = time - START
        full.append(
            {
                "index": i,
                "time": time,
                "minute": ms % DAY // 60_000,
                "day": f"2021-06-{10 + ms // DAY}",
                "voter": f"v{i}",
                "nym": f"n{i}",
                "net": f"a{i}",
                "asn": "",
                "device": f"d{i}",
                "agent": f"u{i}",
                "channel": "",
                "solve_ms": 20_000 + 97_711 * i % 60_000,
                "choices": [f"e{i % 40:02}"],
                **{k: v for k, v in row.items() if k != "ms"},
            }
        )
    return pa.Table.from_pylist(full, schema=COLUMNS)


CITY = [f"e{i:02}" for i in range(10)]
CROWDS: dict[str, list[dict[str, object]]] = {
    # sixty colleagues vote for their own entry within a morning
    "office": [
        {"ms": DAY + 32_400_000 + i * i * 900, "net": "office", "choices": ["ours", "e01", f"e{i % 7 + 11}"]}
        for i in range(60)
    ],
    # forty pupils, one address, one kind of machine, one lesson
    "room": [
        {"ms": DAY + 36_000_000 + i * i * 1100, "net": "school", "device": "pc", "agent": "pc",
         "choices": ["school", "e02", f"e{i % 9 + 20}"]}
        for i in range(40)
    ],
    # two hundred people tick the ten entries of their city, at home, in their own time
    "list": [{"ms": (i * 1_299_709) % (3 * DAY), "choices": CITY} for i in range(200)],
    "bot": [{"ms": DAY + i * 31_000, "net": "proxy", "choices": ["bought", "e05", f"e{i % 8 + 12}"]} for i in range(50)],
    "no challenge": [{"solve_ms": None, "ms": 7 + i * 1_000_003, "choices": [f"e{i + 3}", "e38", "e00"]} for i in range(30)],
    "just too fast": [{"solve_ms": 1999}],
    "just slow enough": [{"solve_ms": 2000}],
}  # fmt: skip
OTHERS = 2000


@pytest.fixture(scope="module")
def crowds() -> tuple[Suspicion, dict[str, range]]:
    """People without anything in common, over three days, and the crowds among them."""
    rows: list[dict[str, object]] = [
        {
            "ms": (i * 2_584_981) % (3 * DAY),
            "choices": [f"e{i * 7 % 40:02}", f"e{i * i % 37 + 3:02}x", f"f{i % 61}"],
        }
        for i in range(OTHERS)
    ]
    places = {}
    for name, people in CROWDS.items():
        places[name] = range(len(rows), len(rows) + len(people))
        rows += people
    return detect(log_table(_ballots(rows)), Detectors(), 2), places


@pytest.mark.parametrize(("crowd", "pointed_at"), [("office", {"D1"}), ("room", {"D1"}), ("list", {"D8"})])
def test_a_crowd_that_mobilised_rightfully_is_pointed_at_but_never_put_before_people(
    crowds, crowd, pointed_at
):
    found, places = crowds
    rows = list(places[crowd])
    assert {d for d in DETECTORS if found.flagged[d][rows].all()} >= pointed_at
    assert not any(found.flagged[d][rows].any() for d in MACHINE)
    assert not set(rows) & {b for case in found.cases for b in case.ballots}


def test_a_bot_with_the_patience_of_a_clock_is_one_case_and_nobody_else_is_in_any(crowds):
    found, places = crowds
    assert [case.ballots for case in found.cases] == [tuple(places["bot"])]
    [regular] = found.found["D3"].groups
    assert regular.numbers == {"gaps": 49, "close": 49, "middle_ms": 31_000}


def test_faster_than_the_floor_is_pointed_at_alone_and_without_a_challenge_nothing_is_known(crowds):
    found, places = crowds
    assert np.flatnonzero(found.flagged["D7"]).tolist() == list(places["just too fast"])
