"""Six real votes through `guiguan replay`: every project has the votes that the city published."""

from __future__ import annotations

import csv
import datetime as dt
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from guiguan.cli.main import main

DAY = "2026-06-10"


def sections(path: Path) -> Iterator[tuple[str, dict[str, str]]]:
    """Each row of a .pb file with the name of its section; a row of one cell begins a section, the next is its header."""
    csv.field_size_limit(10**9)
    with path.open(encoding="utf-8-sig", newline="") as stream:
        section, header = "", None
        for row in csv.reader(stream, delimiter=";"):
            if len(row) == 1 and row[0].strip() in ("META", "PROJECTS", "VOTES"):
                section, header = row[0].strip(), None
            elif any(row) and header is None:
                header = [cell.strip() for cell in row]
            elif any(row) and header is not None:
                yield section, dict(zip(header, row, strict=False))


def blueprint(choices: dict[str, int], repeated: str) -> dict[str, Any]:
    # A repeated choice that counts each time cannot go with a limit by case, so the voter is limited by day alone.
    return {
        "blueprint": 1,
        "campaign": "city-vote",
        "title": "城市投票",
        "organisers": {"host": ["某市"]},
        "categories": [{"id": "all", "title": "全部"}],
        "stages": [
            {"id": "declare", "kind": "declaration"},
            {
                "id": "vote",
                "kind": "ballots",
                "window": [DAY, "2026-06-11"],
                "voter": ["account"],
                "choices": choices,
                "repeated": repeated,
                "unknown": "refuse_ballot",
                "limits": [{"per": ["voter", "day"], "max": 1, "over": "refuse_ballot"}],
                "counts": "hidden",
            },
        ],
        "rankings": [
            {
                "id": "final",
                "of": "vote",
                "parts": [{"from": "vote", "weight": 100, "mapping": "none"}],
                "rounding": {"digits": 0, "mode": "half_up", "at": ["composite"]},
                "last": "shared",
            }
        ],
    }


def replayed(
    source: Path, folder: Path, choices: dict[str, int], repeated: str
) -> tuple[dict[str, int], list[dict[str, str]], list[dict[str, str]]]:
    """(published votes by project, rows of result.csv, rows of rejected.csv)."""
    published: dict[str, int] = {}
    clock = dt.datetime.fromisoformat(f"{DAY}T09:00:00+08:00")
    with (
        (folder / "entries.csv").open("w", encoding="utf-8", newline="") as entries,
        (folder / "ballots.csv").open("w", encoding="utf-8", newline="") as ballots,
    ):
        to_entries, to_ballots = csv.writer(entries), csv.writer(ballots)
        to_entries.writerow(["entry", "title", "applicant"])
        to_ballots.writerow(["time", "voter", "choices", "channel"])
        for n, (section, row) in enumerate(sections(source)):
            if section == "PROJECTS":
                name = row["project_id"].strip()
                published[name] = int(row["votes"])
                to_entries.writerow([name, row.get("name", "").strip()[:500] or name, f"unit {name}"])
            elif section == "VOTES":
                picks = [p.strip() for p in row["vote"].split(",") if p.strip()]
                # The files carry no times; all of a day, one after another.
                time = (clock + dt.timedelta(milliseconds=500 * n)).isoformat(timespec="milliseconds")
                to_ballots.writerow([time, row["voter_id"], ";".join(picks), row.get("voting_method", "")])
    rules = folder / "city.yaml"
    rules.write_text(json.dumps(blueprint(choices, repeated), ensure_ascii=False), encoding="utf-8")
    files = ["--entries", str(folder / "entries.csv"), "--ballots", str(folder / "ballots.csv")]
    assert main(["replay", str(rules), *files, "--out", str(folder / "out")]) == 0
    return published, rows(folder / "out" / "result.csv"), rows(folder / "out" / "rejected.csv")


def rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))


@pytest.mark.parametrize(
    ("name", "choices", "projects", "marks", "first"),
    [
        ("Poland_Wroclaw_2017", {"at_most": 2}, 50, 111_961, ["10=10857", "50=10796", "18=8640"]),
        ("Poland_Warszawa_2026", {"at_most": 5}, 83, 287_475, ["214=14126", "1109=12500", "93=10720"]),
        (
            "Poland_Warszawa_2026_Sady_Zoliborskie",
            {"at_most": 5},
            21,
            5_997,
            ["2086=730", "1740=629", "786=542"],
        ),
        ("Poland_Warszawa_2019_Rembertow", {"at_most": 19}, 23, 6_204, ["1211=420", "2141=418", "731=402"]),
        ("Netherlands_Amsterdam_285", {"exactly": 5}, 97, 27_550, ["36773=1502", "36761=1079", "36824=874"]),
        ("Switzerland_Zurich_S5", {"exactly": 5}, 24, 900, ["14=82", "5=68", "6=67"]),
    ],
)
def test_published_totals(
    shared_data: Path,
    tmp_path: Path,
    name: str,
    choices: dict[str, int],
    projects: int,
    marks: int,
    first: list[str],
) -> None:
    published, result, rejected = replayed(
        shared_data / "pabulib" / f"{name}.pb", tmp_path, choices, "count_each"
    )
    assert {r["entry"]: int(r["votes"]) for r in result} == published
    assert (len(published), sum(published.values())) == (projects, marks)
    # Where two have as many votes, the smaller id is shown first; both have the same rank.
    assert [f"{r['entry']}={r['votes']}" for r in result][: len(first)] == first
    assert rejected == []
    counts = [int(r["votes"]) for r in result]
    assert [int(r["rank"]) for r in result] == [1 + sum(c > own for c in counts) for own in counts]


TRAP = {"1740": (629, 627), "558": (511, 510), "1125": (272, 271), "1594": (253, 252)}
"""Projects that a ballot names twice: votes as published, and with each ballot counting once."""


@pytest.mark.parametrize("repeated", ["count_each", "drop_choice", "refuse_ballot"])
def test_ballots_that_name_a_project_twice(shared_data: Path, tmp_path: Path, repeated: str) -> None:
    source = shared_data / "pabulib" / "Poland_Warszawa_2026_Sady_Zoliborskie.pb"
    published, result, rejected = replayed(source, tmp_path, {"at_most": 5}, repeated)
    votes = {r["entry"]: int(r["votes"]) for r in result}
    twice = [
        p
        for section, row in sections(source)
        if section == "VOTES" and len(set(p := row["vote"].split(","))) < len(p)
    ]
    lost = {e: published[e] - votes[e] for e in votes if votes[e] != published[e]}
    once = {e: with_both - without for e, (with_both, without) in TRAP.items()}
    assert len(twice) == 3
    match repeated:
        case "count_each":
            assert (lost, rejected) == ({}, [])
        case "drop_choice":
            assert {e: (published[e], votes[e]) for e in lost} == TRAP
            assert [r["rule"] for r in rejected] == ["votes.repeated-choice"] * sum(once.values())
            assert {r["scope"] for r in rejected} == {"choice"}
        case "refuse_ballot":
            assert lost == {e: n for e in votes if (n := sum(p.count(e) for p in twice))}
            assert [(r["rule"], r["scope"]) for r in rejected] == [("votes.repeated-choice", "row")] * 3
