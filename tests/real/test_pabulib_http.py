"""Two real votes cast ballot by ballot through the ballots' server: every project has the votes that the city published."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from box.live import Talk, post, served
from box.scene import END, GX, add_poll, ask, own_tables, rule_of
from real.test_pabulib import sections

from guiguan.box.keys import Keys
from guiguan.box.token import issue, voter_id
from guiguan.core.values.moment import Instant, Window
from guiguan.core.votes.rule import BallotRule

PATH = "/api/v1/campaigns/gx-demo/ballots"
AT_ONCE = 15
CHANNELS = {"internet": "网络", "paper": "纸质"}
RATES = {"voter": {"burst": 99, "per_minute": 99}, "network": {"burst": 99999999, "per_minute": 99999999}}


@pytest.mark.parametrize(
    ("name", "choices", "ballots", "marks", "channels"),
    [
        ("Netherlands_Amsterdam_285", {"exactly": 5}, 5510, 27_550, {None: 5510}),
        ("Poland_Warszawa_2019_Rembertow", {"at_most": 19}, 740, 6_204, {"internet": 654, "paper": 86}),
    ],
)
def test_published_totals(
    shared_data: Path,
    tmp_path: Path,
    name: str,
    choices: dict[str, int],
    ballots: int,
    marks: int,
    channels: dict[str | None, int],
) -> None:
    published: dict[str, int] = {}
    votes: list[tuple[str, list[str], str]] = []
    for section, row in sections(shared_data / "pabulib" / f"{name}.pb"):
        if section == "PROJECTS":
            published[row["project_id"].strip()] = int(row["votes"])
        elif section == "VOTES":
            picks = [p.strip() for p in row["vote"].split(",")]
            votes.append((row["voter_id"], picks, row.get("voting_method", "").strip()))
    with own_tables("sqlite", tmp_path) as url:
        add_poll(url, rule=_rule(choices, published))
        with served(url, tmp_path) as port:
            keys = Keys(tmp_path / "keys" / "ballots")
            first, again = _cast(port, keys, "a", votes), _cast(port, keys, "b", votes[: 10 * AT_ONCE])
        assert first == [201] * ballots
        assert again == [409] * len(again)  # each has voted
        entries = [json.loads(bytes(row[0])) for row in ask(url, "SELECT entry FROM votes_ballot")]
    counted = Counter(choice for entry in entries for choice in entry["choices"])
    assert {project: counted[project] for project in published} == published
    assert (len(entries), counted.total()) == (ballots, marks)
    assert Counter(entry.get("ch") for entry in entries) == channels
    assert len({entry["nym"] for entry in entries}) == ballots


def _rule(choices: dict[str, int], projects: dict[str, int]) -> BallotRule:
    stage: dict[str, Any] = GX | {
        "choices": choices,
        "limits": [{"per": ["voter"], "max": 1, "over": "refuse_ballot"}],
        "channels": CHANNELS,
        "guard": {"rates": RATES},
    }
    found = rule_of(stage, list(projects), list(projects))
    return BallotRule(
        found.stage, found.zone, Window(Instant(0), Instant(END * 2)), found.votable, found.known
    )


def _cast(port: int, keys: Keys, key: str, votes: list[tuple[str, list[str], str]]) -> list[int]:
    """The status of each, some at once on one connection."""
    talk, statuses = Talk(port), []
    for start in range(0, len(votes), AT_ONCE):
        some = votes[start : start + AT_ONCE]
        talk.send(b"".join(_request(keys, key, *vote) for vote in some))
        statuses += [talk.answer()[0] for _ in some]
    talk.close()
    return statuses


def _request(keys: Keys, key: str, subject: str, picks: list[str], channel: str) -> bytes:
    voter = voter_id(keys.identity("gx-demo"), {"wechat": subject})
    token = issue(keys.token, "gx-demo", voter, frozenset({"wechat"}), END * 2)
    return post(PATH, token, key, picks, channel=channel)
