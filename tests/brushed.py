"""A vote with honest ballots and one bot, as the box would have stored them, for tests of what stands against brushing."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from ballotlog import START, ZONE, make_poll, store, stored
from django.conf import settings

from guiguan.apps.messages.models import Message
from guiguan.apps.votes.brushing.acts import brushing
from guiguan.apps.votes.brushing.cases import write_cases
from guiguan.apps.votes.brushing.reading import read_log
from guiguan.apps.votes.brushing.running import ask_run, do_run
from guiguan.apps.votes.models import Poll, Run, Signal, Suspicion
from guiguan.apps.votes.sequencing import sequence_due
from guiguan.box.asked import Sender
from guiguan.box.keys import Keys
from guiguan.box.rows import Ref, Stored
from guiguan.box.signals import sealed_signals
from guiguan.detect.flags import DETECTORS, NOTHING, Found, Group
from guiguan.detect.run import Case
from guiguan.detect.run import Suspicion as Suspected

NOW = START + 40 * 3_600_000
HONEST, BOT = 300, 40
OFFICE = range(100, 130)  # of the honest: thirty colleagues behind one address, for the same case as the bot


def brushed_poll(campaign: str = "gx-demo") -> Poll:
    """An open vote, its ballots in order in the log: HONEST people, thirty of them one office, and BOT ballots of a bot for c2."""
    poll = make_poll(campaign)
    rows, senders = [], []
    for i in range(HONEST):
        office = i in OFFICE
        choices = ["c2", "c1"] if office else [f"c{i % 4 + 1}", f"c{(i * 7 + 1) % 4 + 1}"][: 1 + i % 2]
        at = START + (
            36_000_000 + (i * i * 9_176_351) % 5_400_000 if office else (i * 7_777_777) % 86_400_000
        )
        add(
            rows,
            senders,
            poll,
            i,
            choices,
            at,
            Sender(
                "10.1.1.1" if office else f"10.0.{i // 250}.{i % 250}",
                f"ua{i % 40}",
                f"d{i}",
                20_000 + i * 911 % 50_000,
            ),
        )
    for i in range(BOT):
        sender = Sender("2001:db8:1:2::%x" % (i + 1), "bot", f"b{i}", 20_000 + i * 1733 % 30_000)
        add(
            rows,
            senders,
            poll,
            HONEST + i,
            ["c2", f"c{i % 2 * 2 + 1}"],
            START + 50_000_000 + i * 31_000,
            sender,
        )
    store(*rows)
    sealed = sealed_signals(Keys(settings.GUIGUAN_DATA / "keys" / "ballots").signal, senders)
    Signal.objects.filter(writer=1, batch=1).update(at=START, sealed=sealed)
    while sequence_due(NOW):
        pass
    return poll


def add(
    rows: list[Stored],
    senders: list[tuple[bytes, Sender]],
    poll: Poll,
    i: int,
    choices: list[str],
    at: int,
    sender: Sender,
) -> None:
    row = stored(poll, 1, 1, i, choices=list(dict.fromkeys(choices)), time=at)
    rows.append(row)
    senders.append((row.leaf, sender))


def run_detectors(poll: Poll) -> Suspicion:
    """The one case that the detectors make of it."""
    ask_run("brushing.due", NOW, poll.pk)
    do_run(NOW)
    return Suspicion.objects.get(poll=poll.pk)


def suspected(campaign: str = "gx-demo") -> Suspicion:
    """The same case without the seconds that detectors take: their findings put together by hand."""
    poll = brushed_poll(campaign)
    return suspect(poll, "c2", lambda ref: ref.place >= HONEST)


def suspect(poll: Poll, subject: str, pointed_at: Callable[[Ref], bool], at: int = NOW) -> Suspicion:
    """A case of the ballots that are pointed at, as the detectors would have written it."""
    read = read_log(poll, ZONE)
    bot = tuple(i for i in range(len(read.table)) if pointed_at(read.ref(i)))
    pointed = np.zeros(len(read.table), dtype=np.bool_)
    pointed[list(bot)] = True
    nobody = np.zeros_like(pointed)
    rows, n = np.array(bot), len(bot)
    groups = {
        "D1": Group("D1", "net", (0,), 1, (("voters", n), ("chose", n), ("networks", 1), ("overall", 150), ("everyone", 340))),
        "D3": Group("D3", "net", (0, 0), -1, (("gaps", n - 1), ("close", n - 1), ("middle_ms", 31_000))),
    }  # fmt: skip
    found = {
        d: Found((groups[d],), np.zeros(n, np.int64), rows) if d in groups else NOTHING for d in DETECTORS
    }
    number = read.table.names["entry"].index(subject)
    flagged = {d: pointed if d in groups else nobody for d in DETECTORS}
    with brushing("brushing.run", "brushing.run", poll.pk) as held:
        run = Run.objects.create(
            poll=poll.pk, asked_at=at, asked_by="brushing.due", state="done", ended_at=at
        )
        write_cases(held, run, read, Suspected(found, flagged, (Case(0, number, bot),)), at)
    return Suspicion.objects.get(poll=poll.pk)


def told(template: str) -> list[tuple[str, str]]:
    """To whom the messages of a template went, and where each leads."""
    found = Message.objects.filter(template=template).order_by("made_at", "once")
    return [(str(m.person), m.link) for m in found]
