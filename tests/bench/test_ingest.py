"""What `guiguan bench ingest` makes of its rounds."""

from __future__ import annotations

from guiguan.bench.figure import Figure
from guiguan.bench.ingest import Round, figures

WAYS = (
    "postgresql",
    "pgbench",
    "pgbench_32",
    "pgbench_16",
    "postgresql_256",
    "django",
    "sqlite",
    "postgresql_batches",
    "sqlite_batches",
)


def at(*rates: float) -> list[Round]:
    """Rounds with so many ballots a second."""
    return [Round(rate, 1, 2, 3e-6) for rate in rates]


def shown(**seen: list[Round]) -> dict[str, Figure]:
    """The figures of these rounds, where every other way had one ballot a second."""
    rounds = min(map(len, seen.values()))
    return {figure.id: figure for figure in figures(dict.fromkeys(WAYS, at(*[1.0] * rounds)) | seen)}


def met(figure: Figure) -> bool:
    return bool(figure.as_json()["met"])


def test_each_side_is_taken_with_as_many_clients_as_suit_it_best() -> None:
    ours = {"postgresql": at(20.0, 20.0), "postgresql_256": at(30.0, 30.0)}
    found = shown(**ours, pgbench=at(10.0, 10.0), pgbench_32=at(24.0, 24.0), pgbench_16=at(12.0, 12.0))
    assert found["ratio_to_pgbench"].value == 30 / 24
    assert found["ratio_to_pgbench_64"].value == 20 / 10


def test_a_ratio_is_of_measurements_that_stand_beside_each_other() -> None:
    """While the machine grows slower from round to round; the medians of the rates would give 18 / 11."""
    found = shown(postgresql=at(40.0, 18.0, 12.0), pgbench=at(20.0, 11.0, 5.0))
    assert found["ratio_to_pgbench"].value == found["ratio_to_pgbench_64"].value == 2.0
    assert found["ratio_to_pgbench_64_least"].value == 18 / 11
    assert found["ratio_to_pgbench_64_most"].value == 2.4


def test_what_is_taken_twice_a_round_stands_beside_the_others_by_its_mean() -> None:
    pair = {"postgresql": at(10.0, 30.0, 40.0, 40.0), "pgbench": at(10.0, 15.0, 20.0, 10.0)}
    found = shown(django=at(2.0, 4.0), sqlite=at(1.0, 1.0), **pair)
    assert found["ratio_to_pgbench_64"].value == 2.0  # of 1, 2, 2 and 4
    assert found["ratio_to_django"].value == 10.0  # of 20 to 2 and 40 to 4


def test_what_is_required_can_be_missed() -> None:
    good = shown(postgresql=at(30.0), pgbench=at(25.0), django=at(1.0))
    bad = shown(postgresql=at(30.0), pgbench=at(25.1), django=at(1.01))
    for name in ("ratio_to_pgbench_64", "ratio_to_django"):
        assert (met(good[name]), met(bad[name])) == (True, False)


def test_more_clients_on_our_side_alone_do_not_help_to_what_is_required() -> None:
    found = shown(postgresql=at(29.0), postgresql_256=at(90.0), pgbench=at(25.0))
    assert found["ratio_to_pgbench"].required is None
    assert not met(found["ratio_to_pgbench_64"])


def test_who_waits_too_long_with_64_clients_is_told() -> None:
    for p99, wanted in ((40.0, True), (40.1, False)):
        assert met(shown(postgresql=[Round(1, 1, p99, 0)])["postgresql_p99"]) is wanted


def test_one_request_that_broke_is_one_too_many() -> None:
    found = shown(postgresql=[Round(1, 1, 1, 0), Round(1, 1, 1, 0, broken=1)])
    assert (found["postgresql_broken"].value, met(found["postgresql_broken"])) == (1, False)
