"""Begins and gives up entries."""

from __future__ import annotations

from collections.abc import Mapping
from uuid import UUID

from django.db import transaction

from guiguan.apps.accounts.models import Organisation, Person
from guiguan.apps.accounts.permission import ask
from guiguan.apps.accounts.sealing import NAME, PHONE, sealer
from guiguan.apps.audit.services import record
from guiguan.apps.campaigns.models import Campaign
from guiguan.apps.campaigns.queries import blueprint_of
from guiguan.apps.entries.models import Answer, Attachment, Entry
from guiguan.apps.entries.queries import ENDED, applicant_facts, counted, entries_counting_with
from guiguan.apps.entries.sealing import pack
from guiguan.apps.entries.services.locked import locked, refuse_unless_open
from guiguan.core.blueprint.form import FormField
from guiguan.core.blueprint.lookup import fields
from guiguan.core.entries.eligible import not_eligible
from guiguan.core.entries.standing import Reason, not_start
from guiguan.core.lifecycle.moves import ENTRY
from guiguan.core.permissions.table import About
from guiguan.core.values.finding import Finding, InputError
from guiguan.core.values.regions import Regions


@transaction.atomic
def start_entry(by: Person, at: int, campaign: Campaign, organisation: Organisation) -> Entry:
    """A new draft of the unit, with what its registration already says. Raises Forbidden; InputError with every reason why not."""
    Organisation.objects.select_for_update().get(
        pk=organisation.parent_id or organisation.pk
    )  # a group's units in turn
    ask(by, "entry.create", About(campaign=campaign.pk, organisation=str(organisation.pk)))
    if campaign.state != "open":
        raise InputError(Finding("entry.campaign-closed", "活动没有开放申报", "the campaign is not open"))
    blueprint = blueprint_of(campaign)
    begun = [
        counted(e, blueprint)
        for e in entries_counting_with(organisation, campaign, blueprint).exclude(state__in=ENDED)
    ]
    may_not = not_eligible(blueprint, applicant_facts(organisation), Regions.official())
    refuse((*not_start(blueprint, at, begun), *may_not))
    entry = Entry.objects.create(
        campaign=campaign,
        organisation=organisation,
        region=organisation.region,
        made_by=by.pk,
        made_at=at,
        revision=1,
        reminded=blueprint.warning is None or blueprint.warning.gate is None,
    )
    _fill_from_registration(by, at, entry, fields(blueprint))
    record(
        str(by.pk),
        at,
        "entry.start",
        f"entry:{entry.pk}",
        campaign=campaign.pk,
        organisation=str(organisation.pk),
    )
    return entry


def _fill_from_registration(by: Person, at: int, entry: Entry, known: Mapping[str, FormField]) -> None:
    """What the unit and its contact said at registration stands in the form: nobody types it twice."""
    unit = entry.organisation
    given = {
        "applicant": unit.name,
        "credit_code": unit.credit_code,
        "company_address": unit.address,
        "company_attribute": unit.attribute,
        "company_type": unit.type,
        "account_contact": opened(by.name, NAME),
        "account_mobile": opened(by.phone, PHONE),
    }
    Answer.objects.bulk_create(
        Answer(entry=entry, field=name, value=pack(known[name], value), revision=1, by=by.pk, at=at)
        for name, value in given.items()
        if name in known and value
    )
    files = {"licence": unit.licence, "authority": unit.letter}
    Attachment.objects.bulk_create(
        Attachment(entry=entry, field=name, position=1, file=file, revision=1, by=by.pk, at=at)
        for name, file in files.items()
        if name in known and file is not None
    )


def opened(sealed: bytes | memoryview, purpose: str) -> str:
    """What lies sealed, or nothing."""
    return sealer().unseal(bytes(sealed), purpose) if sealed else ""


@transaction.atomic
def accept_reminder(by: Person, at: int, entry_id: UUID) -> None:
    """The reminder of confidentiality was read and accepted; only then does the form open."""
    entry, _ = locked(by, entry_id, "entry.write")
    refuse_unless_open(entry)
    if not entry.reminded:
        entry.reminded = True
        entry.save(update_fields=["reminded"])
        record(str(by.pk), at, "entry.remind", f"entry:{entry.pk}", campaign=entry.campaign_id)


@transaction.atomic
def abandon_entry(by: Person, at: int, entry_id: UUID) -> None:
    """A draft is given up. It stays in the records and takes up no quota. Raises NoSuchMove for one that was handed in."""
    entry, _ = locked(by, entry_id, "entry.write")
    refuse_unless_open(entry)
    entry.state = ENTRY.after(entry.state, "abandon")
    entry.save(update_fields=["state"])
    record(str(by.pk), at, "entry.abandon", f"entry:{entry.pk}", campaign=entry.campaign_id)


def refuse(reasons: tuple[Reason, ...]) -> None:
    """Raises InputError with every reason, each with its clause."""
    if reasons:
        raise InputError(*(Finding(r.rule, r.text("zh"), r.text("en")) for r in reasons))
