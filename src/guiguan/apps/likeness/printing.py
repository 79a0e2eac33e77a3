"""The duty that compares: every declaration handed in is held beside the others once, and what is alike is kept in one transaction each."""

from __future__ import annotations

import logging
import time
from collections.abc import Mapping, Sequence
from uuid import UUID

from django.db import connection, transaction
from django.db.models import Max, Q

from guiguan.apps.campaigns.queries import blueprint_of
from guiguan.apps.entries.models import Entry, Submission
from guiguan.apps.files.models import File
from guiguan.apps.files.picture_bits import NotNow, bits_of
from guiguan.apps.likeness.looking import AlikePicture, Found, look, unsigned
from guiguan.apps.likeness.models import Match, PicturePrint, TextKey, TextPrint
from guiguan.core.blueprint.lookup import fields
from guiguan.core.entries.likeness.shingles import Likeness

AT_ONCE = 20
A_WHILE = 0.5
"""Seconds after which the worker's other duties have their turn: somebody waits for a code by SMS."""
_TRIES = 3
_LOCK = 0x6775_6C69
_log = logging.getLogger(__name__)


def compare_declarations(at: int) -> int:
    """Declarations that nobody compared yet are compared, the oldest first, for a while; how many."""
    waiting = Submission.objects.filter(kind="declaration", text_print=None).order_by("at", "pk")
    done, until = 0, time.monotonic() + A_WHILE
    for pk in list(waiting.values_list("pk", flat=True)[:AT_ONCE]):
        done += _compare_unless_hindered(at, pk)
        if done and time.monotonic() >= until:
            break
    return done


def _compare_unless_hindered(at: int, submission_id: int) -> int:
    """0 where the server could not read a picture now: the others do not wait for this one, and its turn comes again."""
    try:
        return compare(at, submission_id)
    except NotNow as hindrance:
        _log.warning("declaration %s is compared later: %s", submission_id, hindrance)
        return 0


def compare(at: int, submission_id: int) -> int:
    """The declaration is compared, if it is not yet; 1 where it was done now. Its pictures are read and it is held beside the others while
    everybody writes, and only what was found is kept under the lock; where another process compared one meanwhile, it looks once more, and
    at last under the lock."""
    pictures = _bits(_submission(submission_id))
    for _ in range(_TRIES):
        newest = _newest_print()
        found = look(_submission(submission_id), pictures)
        with transaction.atomic():
            _alone()
            if newest == _newest_print():
                return _keep(at, submission_id, pictures, found)
    with transaction.atomic():
        _alone()
        return _keep(at, submission_id, pictures, look(_submission(submission_id), pictures))


def _submission(submission_id: int) -> Submission:
    return Submission.objects.select_related("entry__campaign__in_force").get(pk=submission_id)


def _newest_print() -> int:
    """What tells that another declaration was compared meanwhile."""
    found: int | None = TextPrint.objects.aggregate(newest=Max("pk"))["newest"]
    return found or 0


def _alone() -> None:
    """One comparison at a time: of two at once neither would see the other's keys. SQLite has one writer anyway.

    A lock of its own, and not the entries': whoever hands in holds those and must never wait for a comparison.
    """
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_LOCK])


def _keep(at: int, submission_id: int, pictures: Mapping[UUID, int | None], found: Found) -> int:
    """What was found is kept, if the declaration was not compared yet; a declaration that has a newer one is only marked."""
    entry = Entry.objects.get(submissions=submission_id)
    made, is_new = TextPrint.objects.get_or_create(
        submission_id=submission_id, defaults={"entry": entry, "at": at}
    )
    if not is_new:
        return 0
    newest = entry.submissions.filter(kind="declaration").order_by("-number").first()
    if newest is not None and newest.pk == submission_id:
        _keep_texts(at, entry, made, found)
        _keep_pictures(at, entry, pictures, found.pictures)
    return 1


def _keep_texts(at: int, entry: Entry, made: TextPrint, found: Found) -> None:
    TextKey.objects.filter(print__entry=entry).delete()
    TextKey.objects.bulk_create(TextKey(print=made, key=key) for key in found.keys)
    stale = Match.objects.filter(Q(first=entry) | Q(second=entry), kind="text")
    stale.exclude(first__in=found.texts).exclude(second__in=found.texts).delete()
    for other_entry, counted in found.texts.values():
        _keep_text(at, entry, other_entry, counted)


def _keep_text(at: int, entry: Entry, other: Entry, counted: Likeness) -> None:
    first, second = _in_order(entry, other)
    match, is_new = Match.objects.get_or_create(
        first=first,
        second=second,
        kind="text",
        defaults={"common": counted.common, "either": counted.either, "at": at},
    )
    if is_new or (match.common, match.either) == (counted.common, counted.either):
        return
    before = Likeness(match.common or 0, match.either or 0)
    match.common, match.either = counted.common, counted.either
    if counted.jaccard > before.jaccard:  # whoever dismissed it saw less in common
        match.dismissed_by, match.dismissed_at, match.reason, match.at = None, None, "", at
    match.save()


def _keep_pictures(
    at: int, entry: Entry, pictures: Mapping[UUID, int | None], alike: Sequence[AlikePicture]
) -> None:
    PicturePrint.objects.filter(entry=entry).exclude(file__in=pictures).delete()
    PicturePrint.objects.bulk_create(
        [PicturePrint(entry=entry, file=file, bits=_signed(bits)) for file, bits in pictures.items()],
        ignore_conflicts=True,
    )
    gone = Match.objects.filter(kind="picture")
    gone.filter(first=entry).exclude(first_file__in=pictures).delete()
    gone.filter(second=entry).exclude(second_file__in=pictures).delete()
    for file, other, other_file, differing in alike:
        first, second = _in_order(entry, other)
        files = (file, other_file) if first == entry else (other_file, file)
        Match.objects.get_or_create(
            first=first,
            second=second,
            kind="picture",
            first_file=files[0],
            second_file=files[1],
            defaults={"differing": differing, "at": at},
        )


def _bits(submission: Submission) -> dict[UUID, int | None]:
    """The bits of every picture of the declaration; a picture that stands in it twice once."""
    known = fields(blueprint_of(submission.entry.campaign))
    ids = [
        UUID(row["file"])
        for name, rows in submission.attachments.items()
        if name in known and known[name].kind == "pictures"
        for row in rows
    ]
    kept = {
        row.file: None if row.bits is None else unsigned(row.bits)
        for row in PicturePrint.objects.filter(file__in=ids)
    }
    files = File.objects.in_bulk([i for i in ids if i not in kept])
    return kept | {pk: bits_of(file) for pk, file in files.items()}


def _signed(bits: int | None) -> int | None:
    """As databases keep 64 bits."""
    return None if bits is None else bits - (1 << 64) if bits >> 63 else bits


def _in_order(entry: Entry, other: Entry) -> tuple[Entry, Entry]:
    """The one that was handed in first, first."""
    one, two = sorted((entry, other), key=lambda e: (e.submitted_at or 0, str(e.pk)))
    return one, two
