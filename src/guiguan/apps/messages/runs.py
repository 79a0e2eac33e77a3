"""Notes that the worker lives, duty by duty."""

from __future__ import annotations

from django.db import transaction
from django.db.models import F

from guiguan.apps.messages.models import DutyRun


@transaction.atomic
def note_run(name: str, at: int, done: int, fault: str = "") -> None:
    """The duty was done at `at` and did `done` things since the last note; or failed with an error of the kind `fault`."""
    failure = {"failed_at": at, "fault": fault[:80]} if fault else {}
    run, fresh = DutyRun.objects.get_or_create(name=name, defaults={"at": at, "done": done, **failure})
    if not fresh:
        DutyRun.objects.filter(pk=run.pk).update(at=at, done=F("done") + done, **failure)
