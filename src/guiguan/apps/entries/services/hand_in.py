"""Hands in: pre-registration, declaration, withdrawal. Every handing in is kept whole."""

from __future__ import annotations

import hashlib
import json
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import Max

from guiguan.apps.accounts.models import Person
from guiguan.apps.audit.services import record
from guiguan.apps.campaigns.models import Campaign
from guiguan.apps.campaigns.queries import blueprint_of
from guiguan.apps.entries.models import Entry, Submission
from guiguan.apps.entries.queries import HANDED_IN, Sheet, counted, entries_counting_with, sheet_of
from guiguan.apps.entries.sealing import pack
from guiguan.apps.entries.services.begin import refuse
from guiguan.apps.entries.services.locked import locked, refuse_unless_open
from guiguan.apps.entries.telling import clock_text, tell_applicant
from guiguan.apps.files.models import File
from guiguan.core.blueprint.lookup import fields
from guiguan.core.blueprint.model import Blueprint
from guiguan.core.entries.answers import AnswerFault
from guiguan.core.entries.standing import not_preregister, not_submit, registration_of
from guiguan.core.lifecycle.moves import ENTRY
from guiguan.core.values.finding import Finding, InputError


class NotReady(Exception):
    """The entry has faults that keep it from being handed in; all of them, to show beside their fields."""

    def __init__(self, faults: tuple[AnswerFault, ...]) -> None:
        super().__init__("; ".join(f.text() for f in faults))
        self.faults = faults


@transaction.atomic
def preregister_entry(by: Person, at: int, entry_id: UUID) -> Submission:
    """The entry is pre-registered with the fields that the blueprint names. Raises Forbidden, InputError, NotReady."""
    entry, blueprint = _locked_in_campaign(by, entry_id)
    stage = registration_of(blueprint)
    refuse(not_preregister(blueprint, at))
    assert stage is not None
    sheet = _ready(entry, blueprint, stage.form)
    entry.state = ENTRY.after(entry.state, "preregister")
    entry.preregistered_at = entry.preregistered_at or at
    entry.number = entry.number or _next_number(entry.campaign)
    entry.save(update_fields=["state", "preregistered_at", "number"])
    submission = _keep(by, at, entry, blueprint, sheet, "registration")
    record(
        str(by.pk),
        at,
        "entry.preregister",
        f"entry:{entry.pk}",
        campaign=entry.campaign_id,
        sha256=submission.sha256,
    )
    tell_applicant(at, entry, "entry-registered", f"{submission.pk}", time=clock_text(at, blueprint.zone))
    return submission


@transaction.atomic
def submit_entry(by: Person, at: int, entry_id: UUID) -> Submission:
    """The entry is handed in, first or again. Raises Forbidden, InputError with every reason why not, NotReady."""
    entry, blueprint = _locked_in_campaign(by, entry_id)
    if not ENTRY.can(entry.state, "submit"):
        raise InputError(
            Finding(
                "entry.submitted", "这一项已经提交，无须再次提交", "this entry has been handed in already"
            )
        )
    others = [
        counted(e, blueprint)
        for e in entries_counting_with(entry.organisation, entry.campaign, blueprint)
        .filter(state__in=HANDED_IN)
        .exclude(pk=entry.pk)
    ]
    term = entry.correct_until if entry.state == "returned" else None
    refuse(not_submit(blueprint, at, counted(entry, blueprint), others, term))
    sheet = _ready(entry, blueprint, None)
    entry.state = ENTRY.after(entry.state, "submit")
    entry.submitted_at = entry.submitted_at or at
    entry.correct_until = entry.withdrawn_at = None
    entry.number = entry.number or _next_number(entry.campaign)
    entry.save(update_fields=["state", "submitted_at", "correct_until", "withdrawn_at", "number"])
    submission = _keep(by, at, entry, blueprint, sheet, "declaration")
    record(
        str(by.pk),
        at,
        "entry.submit",
        f"entry:{entry.pk}",
        campaign=entry.campaign_id,
        sha256=submission.sha256,
    )
    tell_applicant(at, entry, "entry-submitted", f"{submission.pk}", time=clock_text(at, blueprint.zone))
    return submission


@transaction.atomic
def withdraw_entry(by: Person, at: int, entry_id: UUID) -> None:
    """The entry is taken back; while declaring is open it can be changed and handed in again. Raises Forbidden, InputError."""
    entry, _ = locked(by, entry_id, "entry.withdraw")
    refuse_unless_open(entry)
    if not ENTRY.can(entry.state, "withdraw"):
        raise InputError(
            Finding(
                "entry.not-withdrawable",
                "审查已有结论或尚未提交，不能撤回；如有疑问，请联系主办单位",
                "it is decided or was never handed in, and cannot be withdrawn; ask the organiser",
            )
        )
    entry.state = ENTRY.after(entry.state, "withdraw")
    entry.withdrawn_at = at
    entry.save(update_fields=["state", "withdrawn_at"])
    record(str(by.pk), at, "entry.withdraw", f"entry:{entry.pk}", campaign=entry.campaign_id)


def _locked_in_campaign(by: Person, entry_id: UUID) -> tuple[Entry, Blueprint]:
    """The entry and then its campaign, each alone in this transaction: of two entries of one unit one counts before the other,
    and what is handed in goes by the rules in force and an open campaign. Raises Forbidden, InputError."""
    entry, _ = locked(by, entry_id, "entry.submit")
    entry.campaign = (
        Campaign.objects.select_for_update(of=("self",)).select_related("in_force").get(pk=entry.campaign_id)
    )
    refuse_unless_open(entry)
    return entry, blueprint_of(entry.campaign)


def _ready(entry: Entry, blueprint: Blueprint, only: tuple[str, ...] | None) -> Sheet:
    sheet = sheet_of(entry, blueprint, only)
    if sheet.errors:
        raise NotReady(sheet.errors)
    return sheet


def _keep(by: Person, at: int, entry: Entry, blueprint: Blueprint, sheet: Sheet, kind: str) -> Submission:
    known = fields(blueprint)
    answers = {name: pack(known[name], value) for name, value in sorted(sheet.values.items())}
    ids = [a.file for rows in sheet.files.values() for a in rows]
    files = {f.pk: f for f in File.objects.filter(pk__in=ids)}
    attachments = {
        name: [
            {
                "file": str(a.file),
                "name": files[a.file].name,
                "sha256": files[a.file].sha256,
                "size": files[a.file].size,
            }
            for a in rows
        ]
        for name, rows in sorted(sheet.files.items())
        if rows
    }
    last = entry.submissions.aggregate(last=Max("number"))["last"] or 0
    assert entry.campaign.in_force is not None
    return Submission.objects.create(
        entry=entry,
        number=last + 1,
        kind=kind,
        blueprint=entry.campaign.in_force.number,
        answers=answers,
        attachments=attachments,
        sha256=_digest({"answers": answers, "attachments": attachments}),
        by=by.pk,
        at=at,
    )


def _digest(content: dict[str, Any]) -> str:
    """SHA-256 over what is stored, sealed answers as they lie: a digest of open ones would let others guess a phone."""
    text = json.dumps(content, ensure_ascii=True, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def _next_number(campaign: Campaign) -> str:
    """The campaign's next public number; the campaign's row is locked, so that none is given twice or left out."""
    Campaign.objects.select_for_update().get(pk=campaign.pk)
    given = Entry.objects.filter(campaign=campaign, number__isnull=False).count()
    return f"{campaign.pk.upper()}-{given + 1:05d}"
