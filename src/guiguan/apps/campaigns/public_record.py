"""What a campaign's public record, log A, says of its rules."""

from __future__ import annotations

import hashlib

from django.conf import settings

from guiguan.apps.audit.models import Record
from guiguan.apps.campaigns.models import Campaign, Version
from guiguan.apps.campaigns.queries import current_version, loaded_with
from guiguan.apps.gazette.models import Entry
from guiguan.apps.gazette.queries import newest
from guiguan.apps.gazette.services import publish, trail_of
from guiguan.box.held import lost_finding
from guiguan.box.keys import Keys, LostKeys
from guiguan.core.blueprint.lookup import ballot_stages
from guiguan.core.blueprint.model import Blueprint
from guiguan.core.evidence.rules_document import rules_document
from guiguan.core.values.canonical import encode
from guiguan.core.values.finding import InputError


def publish_rules(version: Version, blueprint: Blueprint, at: int, record: Record | None = None) -> Entry:
    """The public record says by which rules the campaign goes from now on: the digests of the blueprint as uploaded (`sha256`) and of its
    counting rules without a seed (`counting`), and, where there are votes, of the key of their pseudonyms. InputError where that key is
    lost, or is not the one that the record named before."""
    counting = rules_document(blueprint, version.sha256, None)
    fields = {
        "version": version.number,
        "sha256": version.sha256,
        "counting": hashlib.sha256(encode(counting)).hexdigest(),
    }
    if ballot_stages(blueprint):
        fields["pseudonym_key"] = _pseudonym_key(version.campaign_id)
    if record is not None:
        fields["trail"] = trail_of(record)
    return publish(version.campaign_id, "rules", at, **fields)


def _pseudonym_key(campaign: str) -> str:
    """The digest of the key: made with the first record that names it, and never again."""
    keys, last = Keys(settings.GUIGUAN_DATA / "keys" / "ballots"), newest(campaign, "rules")
    before = last.told.get("pseudonym_key") if last is not None else None
    if before is None:
        keys.make_campaign(campaign)
    try:
        digest = hashlib.sha256(keys.pseudonym(campaign)).hexdigest()
    except LostKeys as error:
        raise InputError(lost_finding(error.names)) from error
    if before not in (None, digest):
        raise InputError(lost_finding([f"{campaign}.pseudonym"]))
    return digest


def rules_published(campaign: Campaign, at: int) -> Entry:
    """The entry with the rules in force. A campaign that was opened before there were public records has it from now on."""
    version, last = current_version(campaign), newest(campaign.pk, "rules")
    if last is not None and last.told["sha256"] == version.sha256:
        return last
    return publish_rules(version, loaded_with(version.sha256).blueprint, at)
