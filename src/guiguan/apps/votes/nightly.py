"""The whole check once a day, in a process of its own whose memory ends with it: it finds what the slices in between do not look at, such
as counts that somebody changed or a batch that is gone."""

from __future__ import annotations

import logging
import subprocess
import sys
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from django.conf import settings

from guiguan.apps.audit.queries import VERIFIED, broken
from guiguan.apps.messages.models import DutyRun
from guiguan.apps.messages.runs import note_run
from guiguan.apps.votes.alarm import concerned, raise_alarm
from guiguan.apps.votes.checking import check_everything
from guiguan.box.damage import Damage

_log = logging.getLogger(__name__)

OFF = "off"
RUN = "log.fsck"
"""The mark of a check that came to its end."""


@dataclass
class Night:
    """When the last one was begun (ms, 0 where that is still to be read), and the one under way."""

    since: int = 0
    child: subprocess.Popen[bytes] | None = None

    def stop(self) -> None:
        """What is under way ends, and is done again another time."""
        if self.child is not None:
            self.child.terminate()
            self.child.wait()
            self.child = None


_NIGHT = Night()


def last_time(at: int, clock: str) -> int:
    """The last moment (ms) up to `at` at which the site's clocks showed `clock` (HH:MM)."""
    zone = ZoneInfo(settings.TIME_ZONE)
    now = datetime.fromtimestamp(at / 1000, zone)
    then = datetime.combine(now.date(), time.fromisoformat(clock), zone)
    return int((then if then <= now else then - timedelta(days=1)).timestamp() * 1000)


def check_whole_due(at: int, night: Night = _NIGHT) -> int:
    """Once a day, or later where the site was down then, everything is checked; how many checks were begun. RuntimeError where one broke
    off."""
    if settings.GUIGUAN_CHECK_AT == OFF:
        return 0
    if night.child is not None:
        code = night.child.poll()
        if code is None:
            return 0
        night.child = None
        if _last_ended() < night.since:
            raise RuntimeError(f"guiguan fsck broke off with {code}: not everything was checked")
    if not night.since:
        night.since = _last_ended() or at
    if night.since >= last_time(at, settings.GUIGUAN_CHECK_AT):
        return 0
    night.since = at
    night.child = subprocess.Popen(
        [sys.executable, "-m", "guiguan", "fsck", "--alarm", "--leashed"], stdin=subprocess.PIPE
    )
    return 1


def _last_ended() -> int:
    """When the last check that came to its end was begun (ms), 0 where none did."""
    last = DutyRun.objects.filter(name=RUN).first()
    return last.at if last else 0


def stop_checking() -> None:
    """The check under way ends."""
    _NIGHT.stop()


def check_and_tell(at: int) -> list[tuple[str, Damage]]:
    """What is damaged, seen twice, and has raised the alarm of each campaign that it concerns."""
    found = _seen_twice()
    for campaign in sorted({c for name, _ in found for c in ([name] if name else concerned())}):
        own = [damage for name, damage in found if name in ("", campaign)]
        raise_alarm(campaign, "fsck", f"{len(own)}: {own[0]}", at)
    note_run(RUN, at, 1, "Damage" if found else "")
    return found


def check_trail(at: int) -> bool:
    """Whether the audit trail holds. A broken one is told to the administrator and stops no vote: it tells who did what, and nothing is
    counted from it."""
    fault = next(broken(), None)
    if fault is not None:
        _log.critical("the audit trail is broken at record %d (%s); guiguan audit verify tells all", *fault)
    note_run(VERIFIED, at, 1, "Damage" if fault else "")
    return fault is None


def _seen_twice() -> list[tuple[str, Damage]]:
    """An alarm stops a vote, so what is found is looked at again."""
    found = list(check_everything())
    if not found:
        return found
    again = {_place(campaign, damage) for campaign, damage in check_everything()}
    return [(campaign, damage) for campaign, damage in found if _place(campaign, damage) in again]


def _place(campaign: str, damage: Damage) -> tuple[str, str, str]:
    return campaign, damage.rule, damage.where
