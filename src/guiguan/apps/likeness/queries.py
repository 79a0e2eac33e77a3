"""Reads what is alike: for those who review an entry, and for the unit that hands one in."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from uuid import UUID

from django.db.models import OuterRef, Q, Subquery

from guiguan.apps.accounts.models import Person
from guiguan.apps.accounts.permission import held_by
from guiguan.apps.campaigns.queries import blueprint_of
from guiguan.apps.entries.models import Entry, Submission
from guiguan.apps.entries.queries import HANDED_IN, about, entries_counting_with
from guiguan.apps.entries.sealing import unpack_all
from guiguan.apps.likeness.looking import text_of
from guiguan.apps.likeness.models import Match, TextPrint
from guiguan.core.blueprint.lookup import fields
from guiguan.core.blueprint.model import Blueprint
from guiguan.core.entries.answers import Answers
from guiguan.core.entries.likeness.passages import SideBySide, side_by_side
from guiguan.core.entries.likeness.shingles import SAME, Likeness, likeness, shingles
from guiguan.core.entries.likeness.text import boilerplate, compared, written_in
from guiguan.core.permissions.roles import Held
from guiguan.core.permissions.table import About, may

MOST_OWN = 20


@dataclass(frozen=True)
class Alike:
    """One match as it stands beside `entry`. `open_to` whoever asks: whether the other entry may be opened, and its text read."""

    match: Match
    other: Entry
    file: UUID | None
    other_file: UUID | None
    may_read: bool  # its passages and pictures
    may_open: bool  # all of it, on its own page

    @property
    def counted(self) -> Likeness:
        return Likeness(self.match.common or 0, self.match.either or 0)

    @property
    def is_same(self) -> bool:
        return self.match.kind == "picture" or self.counted.is_same


def matches_of(person: Person, entry: Entry) -> list[Alike]:
    """Everything found to be like the entry, open before dismissed, the most alike first, texts before pictures.

    Asks a constant number of things. What of the other entry may be read: all of it by whoever may open it; its passages also
    by those who review the whole of this campaign where the other's notice allows comparing. Nobody else.
    """
    held = held_by(person)
    rows = Match.objects.filter(Q(first=entry) | Q(second=entry)).select_related(
        "first__organisation", "first__campaign", "second__organisation", "second__campaign"
    )
    found = [_alike(held, entry, row) for row in rows]
    return sorted(
        found,
        key=lambda a: (
            a.match.dismissed_at is not None,
            a.match.kind != "text",
            -a.counted.jaccard,
            a.match.differing or 0,
            a.match.pk,
        ),
    )


def match_of(person: Person, entry: Entry, match_id: int) -> Alike | None:
    """One of them."""
    return next((a for a in matches_of(person, entry) if a.match.pk == match_id), None)


def _alike(held: Sequence[Held], entry: Entry, match: Match) -> Alike:
    is_first = match.first_id == entry.pk
    other = match.second if is_first else match.first
    files = (match.first_file, match.second_file) if is_first else (match.second_file, match.first_file)
    opens = may(held, "screening.open", about(other))
    across = other.campaign_id != entry.campaign_id and may(
        held, "likeness.across", About(campaign=entry.campaign_id)
    )
    return Alike(match, other, *files, may_read=opens or across, may_open=opens)


def was_compared(entry: Entry) -> bool:
    """Whether the newest declaration was held beside the others already: right after handing in it was not."""
    newest = entry.submissions.filter(kind="declaration").order_by("-number").values_list("pk", flat=True)[:1]
    return TextPrint.objects.filter(submission__in=list(newest)).exists()


@dataclass(frozen=True)
class FieldsBeside:
    """Passages of one field of this entry beside one of the other; ids of fields."""

    field: str
    other_field: str
    texts: SideBySide


def passages(entry: Entry, other: Entry) -> list[FieldsBeside]:
    """Each field of this entry with the field of the other with which it shares most, where they share a passage; in the form's order."""
    (mine, own), (theirs, others) = _written(entry), _written(other)
    pieces = tuple(sorted({*boilerplate(own), *boilerplate(others)}, key=lambda p: (-len(p), p)))
    found = []
    for field, text in mine.items():
        beside = [(name, side_by_side(text, t, pieces)) for name, t in theirs.items()]
        beside = [(name, s) for name, s in beside if s.passages]
        if beside:
            name, texts = max(beside, key=lambda b: (b[1].characters, b[0] == field))
            found.append(FieldsBeside(field, name, texts))
    return found


def _written(entry: Entry) -> tuple[dict[str, str], Blueprint]:
    blueprint = blueprint_of(entry.campaign)
    newest = entry.submissions.filter(kind="declaration").order_by("-number").first()
    answers = unpack_all(fields(blueprint), newest.answers) if newest else {}
    return written_in(blueprint, answers), blueprint


@dataclass(frozen=True)
class Own:
    """What the unit itself has handed in already, and how much of it stands in the new entry too."""

    entry: Entry
    counted: Likeness


def own_alike(entry: Entry, answers: Answers) -> list[Own]:
    """The unit's own declarations in this campaign that are much the same as these answers: never anybody else's."""
    blueprint = blueprint_of(entry.campaign)
    mine = shingles(compared(blueprint, answers))
    last = Submission.objects.filter(entry=OuterRef("pk"), kind="declaration").order_by("-number")
    others = (
        entries_counting_with(entry.organisation, entry.campaign, blueprint)
        .filter(state__in=HANDED_IN, organisation=entry.organisation)
        .exclude(pk=entry.pk)
        .prefetch_related(None)
        .annotate(newest=Subquery(last.values("pk")[:1]))
        .order_by("-submitted_at")[:MOST_OWN]
    )
    return _same(mine, others)


def _same(mine: frozenset[str], others: Iterable[Entry]) -> list[Own]:
    by_id = {e.newest: e for e in others if e.newest is not None}  # type: ignore[attr-defined]  # annotated
    found = []
    for submission in Submission.objects.select_related("entry__campaign__in_force").filter(pk__in=by_id):
        counted = likeness(mine, shingles(text_of(submission)))
        if counted.is_near and counted.jaccard >= SAME:
            found.append(Own(by_id[submission.pk], counted))
    return sorted(found, key=lambda o: -o.counted.jaccard)
