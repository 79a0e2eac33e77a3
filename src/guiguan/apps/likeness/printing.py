"""The duty that compares: every declaration handed in is held beside the others once, one transaction each."""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence
from uuid import UUID

from django.db import connection, transaction
from django.db.models import Count, Q

from guiguan.apps.campaigns.queries import blueprint_of
from guiguan.apps.entries.models import Entry, Submission
from guiguan.apps.entries.sealing import unpack_all
from guiguan.apps.files.models import File
from guiguan.apps.files.picture_bits import NotNow, bits_of
from guiguan.apps.likeness.models import Match, PicturePrint, TextKey, TextPrint
from guiguan.apps.likeness.scope import compared_campaigns
from guiguan.core.blueprint.lookup import fields
from guiguan.core.entries.likeness.index import keys_of
from guiguan.core.entries.likeness.picture import difference, look_the_same
from guiguan.core.entries.likeness.shingles import Likeness, likeness, shingles
from guiguan.core.entries.likeness.text import compared

AT_ONCE = 20
MOST_NAMED = 200
"""So many entries that share most keys are counted exactly; text that is in more of them is a template of the trade."""
_LOCK = 0x6775_6C69
_log = logging.getLogger(__name__)
_UNSIGNED = (1 << 64) - 1


def compare_declarations(at: int) -> int:
    """Declarations that nobody compared yet are compared, the oldest first; how many."""
    waiting = Submission.objects.filter(kind="declaration", text_print=None).order_by("at", "pk")
    return sum(
        _compare_unless_hindered(at, pk) for pk in list(waiting.values_list("pk", flat=True)[:AT_ONCE])
    )


def _compare_unless_hindered(at: int, submission_id: int) -> int:
    """0 where the server could not read a picture now: the others do not wait for this one, and its turn comes again."""
    try:
        return compare(at, submission_id)
    except NotNow as hindrance:
        _log.warning("declaration %s is compared later: %s", submission_id, hindrance)
        return 0


def compare(at: int, submission_id: int) -> int:
    """The declaration is compared, if it is not yet; 1 where it was done now. Pictures are read before anything is locked."""
    pictures = _bits(Submission.objects.select_related("entry__campaign__in_force").get(pk=submission_id))
    return _compare(at, submission_id, pictures)


@transaction.atomic
def _compare(at: int, submission_id: int, pictures: Mapping[UUID, int | None]) -> int:
    _alone()
    submission = Submission.objects.get(pk=submission_id)
    made, is_new = TextPrint.objects.get_or_create(
        submission=submission, defaults={"entry_id": submission.entry_id, "at": at}
    )
    if not is_new:
        return 0
    entry = Entry.objects.select_related("campaign__in_force").get(pk=submission.entry_id)
    newest = entry.submissions.filter(kind="declaration").order_by("-number").first()
    if newest is not None and newest.pk == submission_id:
        scope = compared_campaigns(entry.campaign)
        _compare_text(at, entry, submission, made, scope)
        _compare_pictures(at, entry, pictures, scope)
    return 1


def _alone() -> None:
    """One comparison at a time: of two at once neither would see the other's keys. SQLite has one writer anyway.

    A lock of its own, and not the entries': whoever hands in holds those and must never wait for a comparison.
    """
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_LOCK])


def text_of(submission: Submission) -> str:
    """The declaration's text as it is compared. Select `entry__campaign__in_force` with it to ask nothing more."""
    blueprint = blueprint_of(submission.entry.campaign)
    return compared(blueprint, unpack_all(fields(blueprint), submission.answers))


def _compare_text(
    at: int, entry: Entry, submission: Submission, made: TextPrint, scope: Sequence[str]
) -> None:
    TextKey.objects.filter(print__entry=entry).delete()
    submission.entry = entry
    text = text_of(submission)
    keys = keys_of(text)
    TextKey.objects.bulk_create(TextKey(print=made, key=key) for key in keys)
    mine = shingles(text)
    found = {
        other.entry_id: (other.entry, counted)
        for other in _named(entry, keys, scope)
        if (counted := likeness(mine, shingles(text_of(other)))).is_near
    }
    stale = Match.objects.filter(Q(first=entry) | Q(second=entry), kind="text")
    stale.exclude(first__in=found).exclude(second__in=found).delete()
    for other_entry, counted in found.values():
        _keep_text(at, entry, other_entry, counted)


def _named(entry: Entry, keys: Sequence[int], scope: Sequence[str]) -> list[Submission]:
    """The newest declarations of other entries in scope that share a key, those that share most first."""
    shared = (
        TextKey.objects.filter(key__in=keys, print__entry__campaign__in=scope)
        .exclude(print__entry=entry)
        .values("print__submission")
        .annotate(n=Count("pk"))
        .order_by("-n", "print__submission")
    )
    named = [row["print__submission"] for row in shared[:MOST_NAMED]]
    found = Submission.objects.select_related("entry__campaign__in_force").filter(pk__in=named)
    return list(found.order_by("pk"))


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


def _compare_pictures(
    at: int, entry: Entry, pictures: Mapping[UUID, int | None], scope: Sequence[str]
) -> None:
    PicturePrint.objects.filter(entry=entry).exclude(file__in=pictures).delete()
    PicturePrint.objects.bulk_create(
        [PicturePrint(entry=entry, file=file, bits=_signed(bits)) for file, bits in pictures.items()],
        ignore_conflicts=True,
    )
    gone = Match.objects.filter(kind="picture")
    gone.filter(first=entry).exclude(first_file__in=pictures).delete()
    gone.filter(second=entry).exclude(second_file__in=pictures).delete()
    others = (
        PicturePrint.objects.filter(entry__campaign__in=scope, bits__isnull=False)
        .exclude(entry=entry)
        .order_by("pk")
    )
    mine = [(file, bits) for file, bits in pictures.items() if bits is not None]
    alike = [
        (file, other_id, other_file, difference(bits, (kept or 0) & _UNSIGNED))
        for other_id, other_file, kept in (
            others.values_list("entry", "file", "bits").iterator() if mine else ()
        )
        for file, bits in mine
        if look_the_same(bits, (kept or 0) & _UNSIGNED)
    ]
    theirs = Entry.objects.in_bulk({other_id for _, other_id, _, _ in alike})
    for file, other_id, other_file, differing in alike:
        first, second = _in_order(entry, theirs[other_id])
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
        row.file: None if row.bits is None else row.bits & _UNSIGNED
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
