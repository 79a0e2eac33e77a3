"""A ballots' server in a process of its own, its database, and voters for it."""

from __future__ import annotations

from pathlib import Path

from box.live import Talk, post
from box.scene import CASES, END, GX, add_poll, ask, rule_of

from guiguan.box.keys import Keys
from guiguan.box.token import issue, voter_id
from guiguan.core.values.moment import Instant, Window
from guiguan.core.votes.rule import BallotRule

PATH = "/api/v1/campaigns/gx-demo/ballots"
TEN = list(CASES[:10])
RATES = {"voter": {"burst": 1000, "per_minute": 1000}, "network": {"burst": 100000, "per_minute": 100000}}


def open_vote(url: str) -> None:
    """An open vote by the rules of Guangxi, whatever the time."""
    now = rule_of(GX | {"guard": {"rates": RATES}})
    always = Window(Instant(0), Instant(END * 2))
    add_poll(url, rule=BallotRule(now.stage, now.zone, always, now.votable, now.known))


class Place:
    """A server, its database, and voters for it."""

    def __init__(self, port: int, url: str, folder: Path) -> None:
        self.port, self.url, self.folder = port, url, folder
        self.keys = Keys(folder / "keys" / "ballots")
        self.keys.make("gx-demo")

    def ballot(self, subject: str, key: str = "k", choices: list[str] = TEN, more: str = "") -> bytes:
        voter = voter_id(self.keys.identity("gx-demo"), {"wechat": subject})
        token = issue(self.keys.token, "gx-demo", voter, frozenset({"wechat"}), END * 2)
        return post(PATH, token, key, choices, more)

    def stored(self) -> int:
        return int(ask(self.url, "SELECT count(*) FROM votes_ballot")[0][0])

    def works(self, subject: str) -> None:
        """One more ballot is taken, by a new connection."""
        talk = Talk(self.port)
        talk.send(self.ballot(subject))
        assert talk.answer()[0] == 201
        talk.close()
