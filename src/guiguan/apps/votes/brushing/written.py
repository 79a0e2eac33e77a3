"""What was decided about ballots is written into the log, some at a time: no transaction is long, however large the case, and a process that
dies in between is gone on for by the next. Until all of a case is there, nothing of it is published."""

from __future__ import annotations

import logging

from django.db.models import Max, QuerySet

from guiguan.apps.votes.brushing.acts import brushing, guard_of, zone_of
from guiguan.apps.votes.log import append_entries, ballots_asked
from guiguan.apps.votes.models import Cursor, Poll, Suspect, Suspicion
from guiguan.apps.votes.voters import names_of
from guiguan.box.append import Kind
from guiguan.box.ledger import index_of, log_of
from guiguan.box.rows import Ref
from guiguan.core.values.finding import Finding, InputError
from guiguan.core.values.moment import DAY

SLICE = 500
"""Ballots of one transaction: some tens of milliseconds on SQLite, whose only writer others wait for."""
AT_ONCE = 4
"""Slices that a decision or a round of the duty writes; the duty does the rest."""
_log = logging.getLogger(__name__)


def pending(poll: int) -> QuerySet[Suspect]:
    """Ballots of the vote about which something was decided that the log does not say yet."""
    return Suspect.objects.filter(poll=poll).exclude(pending="")


def require_logged(found: Suspicion) -> None:
    """InputError while one of the case's ballots has no place in the log yet."""
    reached = dict(Cursor.objects.values_list("writer", "batch"))
    newest = found.suspects.values("writer").annotate(last=Max("batch")).values_list("writer", "last")
    if any(batch > reached.get(writer, 0) for writer, batch in newest.order_by("writer")):
        raise InputError(
            Finding(
                "brushing.not-logged",
                "有的选票刚刚投出，还没有编入日志，请一分钟后再确认",
                "some of the ballots have no place in the log yet; agree again in a minute",
            )
        )


def write_some(at: int, suspicion_id: int) -> bool:
    """The next ballots of the case stand in the log as was decided; whether it is done. A void case, once done, may be appealed against
    from now on."""
    return any(_write_slice(at, suspicion_id) for _ in range(AT_ONCE))


def write_due(at: int) -> int:
    """Every case of which something is not in the log yet has some more of it there; how many such cases. One that fails keeps no other
    from it; what it failed with is raised at the end."""
    waiting = list(
        Suspect.objects.exclude(pending="")
        .order_by("suspicion")
        .values_list("suspicion", flat=True)
        .distinct()
    )
    faults = []
    for case in waiting:
        try:
            write_some(at, case)
        except Exception as error:
            _log.exception("what was decided about case %s could not be written into the log", case)
            faults.append(error)
    if faults:
        raise faults[0]
    return len(waiting)


def _write_slice(at: int, suspicion_id: int) -> bool:
    poll_id = Suspicion.objects.values_list("poll", flat=True).get(pk=suspicion_id)
    with brushing("brushing.log", "brushing.log", poll_id) as poll:
        found = Suspicion.objects.select_for_update().get(pk=suspicion_id)
        some = list(found.suspects.exclude(pending="").order_by("writer", "batch", "place")[:SLICE])
        for kind in ("void", "unvoid"):
            _append(poll, kind, found, [s for s in some if s.pending == kind], at)
        found.suspects.filter(pk__in=[s.pk for s in some]).update(pending="")
        if len(some) == SLICE and found.suspects.exclude(pending="").exists():
            return False
        if found.state == "void" and found.appeal_until is None:
            found.appeal_until = at + guard_of(poll).appeal_days * DAY
            found.save()
    return True


def _append(poll: Poll, kind: Kind, found: Suspicion, suspects: list[Suspect], at: int) -> None:
    """The log says of each ballot that it is void, or is so no more."""
    if not suspects:
        return
    names = names_of(poll.campaign)
    people = f"{names.person(str(found.by))} {names.person(str(found.second_by))}"
    entries = []
    with ballots_asked() as ask:
        log = log_of(ask, poll.campaign)
        for suspect in suspects:
            ref = Ref(suspect.writer, suspect.batch, suspect.place)
            index = index_of(ask, log.id, poll.pk, ref) if log else None
            assert index is not None, "a decided ballot has its place in the log"
            leaf = bytes(suspect.leaf).hex()
            entries.append({"by2": people, "ev": found.evidence_sha256, "leaf": leaf, "ref": index, "rule": found.reason,
                            "s": poll.stage})  # fmt: skip
    append_entries(poll, kind, entries, at, zone_of(poll))
