"""What a declaration is like among those compared before it: read and counted while others write, so nothing is kept here."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from django.db.models import Count

from guiguan.apps.campaigns.queries import blueprint_of
from guiguan.apps.entries.models import Entry, Submission
from guiguan.apps.entries.sealing import unpack_all
from guiguan.apps.likeness.models import PicturePrint, TextKey
from guiguan.apps.likeness.scope import compared_campaigns
from guiguan.core.blueprint.lookup import fields
from guiguan.core.entries.likeness.index import keys_of
from guiguan.core.entries.likeness.picture import difference, look_the_same
from guiguan.core.entries.likeness.shingles import Likeness, likeness, shingles
from guiguan.core.entries.likeness.text import boilerplate, compared

MOST_NAMED = 200
"""So many entries that share most keys are counted exactly; text that is in more of them is a template of the trade."""
_UNSIGNED = (1 << 64) - 1

AlikePicture = tuple[UUID, Entry, UUID, int]
"""The own file, the other entry, its file, and how many of 64 bits differ."""


@dataclass(frozen=True)
class Found:
    """The keys of the text, the entries whose texts are near, the pictures that look the same."""

    keys: tuple[int, ...]
    texts: Mapping[UUID, tuple[Entry, Likeness]]
    pictures: Sequence[AlikePicture]


def look(submission: Submission, pictures: Mapping[UUID, int | None]) -> Found:
    """What is like this declaration. Select `entry__campaign__in_force` with it. `pictures`: the bits of each of its pictures."""
    entry = submission.entry
    scope = compared_campaigns(entry.campaign)
    text = text_of(submission)
    keys = keys_of(text)
    return Found(keys, _near_texts(entry, text, keys, scope), _alike_pictures(entry, pictures, scope))


def text_of(submission: Submission, pieces: Sequence[str] | None = None) -> str:
    """The declaration's text as it is compared. Select `entry__campaign__in_force` with it to ask nothing more. `pieces`: the boilerplate
    of its blueprint, where it was made before."""
    blueprint = blueprint_of(submission.entry.campaign)
    return compared(blueprint, unpack_all(fields(blueprint), submission.answers), pieces)


def unsigned(bits: int) -> int:
    """The 64 bits of what a database keeps as a signed number."""
    return bits & _UNSIGNED


def _near_texts(
    entry: Entry, text: str, keys: Sequence[int], scope: Sequence[str]
) -> dict[UUID, tuple[Entry, Likeness]]:
    mine, pieces, found = shingles(text), dict[str, Sequence[str]](), {}
    for other in _named(entry, keys, scope):
        campaign = other.entry.campaign
        if campaign.pk not in pieces:
            pieces[campaign.pk] = boilerplate(blueprint_of(campaign))
        counted = likeness(mine, shingles(text_of(other, pieces[campaign.pk])))
        if counted.is_near:
            found[other.entry_id] = (other.entry, counted)
    return found


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


def _alike_pictures(
    entry: Entry, pictures: Mapping[UUID, int | None], scope: Sequence[str]
) -> list[AlikePicture]:
    mine = [(file, bits) for file, bits in pictures.items() if bits is not None]
    if not mine:
        return []
    others = (
        PicturePrint.objects.filter(entry__campaign__in=scope, bits__isnull=False)
        .exclude(entry=entry)
        .order_by("pk")
    )
    alike = [
        (file, other, other_file, difference(bits, unsigned(kept or 0)))
        for other, other_file, kept in others.values_list("entry", "file", "bits").iterator()
        for file, bits in mine
        if look_the_same(bits, unsigned(kept or 0))
    ]
    theirs = Entry.objects.in_bulk({other for _, other, _, _ in alike})
    return [(file, theirs[other], other_file, differing) for file, other, other_file, differing in alike]
