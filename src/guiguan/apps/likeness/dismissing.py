"""Dismisses what looked alike, with a reason; and takes the dismissal back."""

from __future__ import annotations

import hashlib

from django.db import transaction

from guiguan.apps.accounts.models import Person
from guiguan.apps.accounts.permission import Forbidden
from guiguan.apps.audit.services import record
from guiguan.apps.entries.models import Entry
from guiguan.apps.entries.queries import about
from guiguan.apps.entries.services.locked import locked
from guiguan.apps.likeness.models import Match
from guiguan.apps.likeness.queries import match_of
from guiguan.core.values.finding import Finding, InputError

LONGEST = 500


@transaction.atomic
def dismiss_match(by: Person, at: int, entry: Entry, match_id: int, reason: str) -> Match:
    """The match is dismissed as seen from the entry, with its reason. Raises Forbidden (also to a member of either unit and to
    whoever may not read the other side), InputError."""
    match = _locked(by, entry, match_id)
    text = reason.strip()
    if not text or len(text) > LONGEST or "\0" in text:
        raise InputError(
            Finding(
                "likeness.reason",
                f"请写明排除的理由，不超过 {LONGEST} 字，供监督人员和其他审查人查看",
                f"give the reason in at most {LONGEST} characters; supervisors and other screeners read it",
            )
        )
    if match.dismissed_at is not None:
        raise InputError(
            Finding(
                "likeness.dismissed",
                "这条疑似重复已由他人排除，请刷新页面查看理由",
                "somebody has dismissed this meanwhile; reload the page to read why",
            )
        )
    match.dismissed_by, match.dismissed_at, match.reason = by.pk, at, text
    match.save(update_fields=["dismissed_by", "dismissed_at", "reason"])
    _record(by, at, "likeness.dismiss", entry, match, text)
    return match


@transaction.atomic
def reopen_match(by: Person, at: int, entry: Entry, match_id: int) -> Match:
    """The match is open again. Raises Forbidden, InputError where it is open already."""
    match = _locked(by, entry, match_id)
    if match.dismissed_at is None:
        raise InputError(
            Finding(
                "likeness.open", "这条疑似重复没有被排除，请刷新页面", "it is open already; reload the page"
            )
        )
    match.dismissed_by, match.dismissed_at, match.reason = None, None, ""
    match.save(update_fields=["dismissed_by", "dismissed_at", "reason"])
    _record(by, at, "likeness.reopen", entry, match, "")
    return match


def _locked(by: Person, entry: Entry, match_id: int) -> Match:
    locked(by, entry.pk, "likeness.dismiss")
    alike = match_of(by, entry, match_id)
    if alike is None or not alike.may_read:
        raise Forbidden("likeness.dismiss", about(entry))
    for side in (entry, alike.other):
        if side.organisation.memberships.filter(person=by).exists():
            raise Forbidden("likeness.dismiss", about(side))
    return Match.objects.select_for_update().get(pk=match_id)


def _record(by: Person, at: int, action: str, entry: Entry, match: Match, reason: str) -> None:
    other = match.second_id if match.first_id == entry.pk else match.first_id
    detail = {"match": match.pk, "kind": match.kind, "other": str(other)}
    if reason:
        detail["sha256"] = hashlib.sha256(reason.encode()).hexdigest()
    record(str(by.pk), at, action, f"entry:{entry.pk}", campaign=entry.campaign_id, **detail)
