"""What the detectors found becomes cases of suspicion: new ballots join the open case of their day and subject, and none is raised twice."""

from __future__ import annotations

import hashlib

from django.db.models import Max

from guiguan.apps.votes.brushing.acts import write_act
from guiguan.apps.votes.brushing.evidence import evidence_of
from guiguan.apps.votes.brushing.reading import ReadLog
from guiguan.apps.votes.models import Poll, Run, Suspect, Suspicion
from guiguan.core.lifecycle.moves import SUSPICION
from guiguan.core.values.canonical import encode
from guiguan.detect.flags import DETECTORS
from guiguan.detect.run import Suspicion as Suspected


def write_cases(poll: Poll, run: Run, read: ReadLog, suspected: Suspected, at: int) -> int:
    """Every suspected ballot stands in a case; how many cases are new or grew. Inside `acts.brushing`."""
    known = set(Suspect.objects.filter(poll=poll.pk).values_list("writer", "batch", "place"))
    changed = 0
    for case in suspected.cases:
        day, subject = read.table.names["day"][case.day], read.table.names["entry"][case.subject]
        fresh = [row for row in case.ballots if tuple(read.ref(row)) not in known]
        if not fresh:
            continue
        found = Suspicion.objects.filter(poll=poll.pk, day=day, subject=subject, state="open").first()
        rows = sorted({*fresh, *(_rows_of(found, read) if found else ())})
        evidence = evidence_of(read.table, suspected, rows)
        values = {
            "ballots": len(rows) if found is None else found.ballots + len(fresh),
            "evidence": evidence,
            "evidence_sha256": hashlib.sha256(encode(evidence)).hexdigest(),
            "run": run.pk,
        }
        if found is None:
            number = (Suspicion.objects.filter(poll=poll.pk).aggregate(n=Max("number"))["n"] or 0) + 1
            found = Suspicion.objects.create(
                poll=poll.pk, number=number, day=day, subject=subject, found_at=at, **values
            )
            act = "raise"
        else:
            found.state = SUSPICION.after(found.state, "grow")
            for name, value in values.items():
                setattr(found, name, value)
            found.save()
            act = "grow"
        Suspect.objects.bulk_create(
            Suspect(
                suspicion=found, poll=poll.pk, writer=ref.writer, batch=ref.batch, place=ref.place,
                leaf=read.leaves[row].tobytes(),
                detectors=" ".join(d for d in DETECTORS if suspected.flagged[d][row]),
            )
            for row in fresh
            if (ref := read.ref(row))
        )  # fmt: skip
        write_act(poll, f"suspicion:{found.pk}", run.asked_by, at, act, number=found.number, ballots=found.ballots,
                  sha256=found.evidence_sha256, run=run.pk)  # fmt: skip
        changed += 1
    return changed


def _rows_of(found: Suspicion, read: ReadLog) -> list[int]:
    """The rows of the log that stand in the case already."""
    place = {tuple(ref): row for row, ref in enumerate(read.refs.tolist())}
    refs = found.suspects.values_list("writer", "batch", "place")
    return [place[ref] for ref in refs if ref in place]
