"""What a campaign's public record, log A, says of its votes. Called once for each act, together with the audit trail's record of it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from contextlib import suppress
from hashlib import sha256
from typing import Any

from guiguan.adapters.signing import Ed25519
from guiguan.apps.audit.models import Record
from guiguan.apps.campaigns.models import Campaign
from guiguan.apps.campaigns.queries import blueprint_of
from guiguan.apps.entries.public import case_documents, public_cases
from guiguan.apps.gazette.queries import document_about, entries_of
from guiguan.apps.gazette.services import publish, publish_documents, trail_of
from guiguan.apps.votes.models import Act, BrushingAct, Poll, Suspicion
from guiguan.apps.votes.queries import read_document
from guiguan.apps.votes.voters import keys
from guiguan.core.evidence.bundle import without_personal
from guiguan.core.evidence.rules_document import plain
from guiguan.core.values.canonical import NotCanonical, encode

_DIGEST = re.compile("[0-9a-f]{64}")
PUBLIC = ("open", "pause", "resume", "close", "remove")
"""Acts on a vote that everybody may know of at once; a proposal is none of theirs yet."""


def publish_act(act: Act, campaign: str, stage: str, record: Record) -> None:
    """The act is in the public record with its reason; who it was is not. Before an opening stand the key of receipts and the cases."""
    if act.act not in PUBLIC:
        return
    if act.act == "open":
        document = read_document(Poll.objects.get(pk=act.poll).document)
        publish_cases(campaign, stage, changed_cases(campaign, stage, document.rule.votable), act.at)
    if act.act in ("open", "resume"):
        key = Ed25519(keys().receipt).public.hex()
        if named_key(campaign, "receipt") != key:
            publish(campaign, "key", act.at, use="receipt", key=key)
    fields: dict[str, Any] = {"act": act.act, "s": stage, "trail": trail_of(record)}
    if act.reason:
        fields["reason"] = without_personal(act.reason)
    if act.entry:
        fields["entry"] = act.entry
    publish(campaign, "admin", act.at, **fields)


def changed_cases(campaign: str, stage: str, votable: Iterable[str]) -> dict[str, bytes]:
    """What the public reads of every case that stands in the vote, by number, unless the record names it so already. A campaign that this
    site's database has not (one of the two databases was restored) has no cases to tell of."""
    found = Campaign.objects.select_related("in_force").filter(pk=campaign).first()
    if found is None:
        return {}
    documents = case_documents(public_cases(found, blueprint_of(found), votable))
    named = _named_cases(campaign, stage)
    return {n: d for n, d in documents.items() if named.get(n) != sha256(d).hexdigest()}


def publish_cases(campaign: str, stage: str, documents: Mapping[str, bytes], at: int) -> None:
    """These are what the public reads of the cases from now on."""
    if documents:
        publish_documents(campaign, "case", at, documents, s=stage)


def _named_cases(campaign: str, stage: str) -> dict[str, str]:
    """The digest that the public record names last of each case in the vote. What somebody changed names nothing."""
    named = {}
    for row in entries_of(campaign).filter(kind="case"):
        with suppress(NotCanonical):
            told = row.told
            if told.get("s") == stage:
                named[told.get("entry", "")] = told.get("sha256", "")
    return named


def case_document(campaign: Campaign, case: str, digest: str = "") -> bytes | None:
    """The bytes of a case that the public record names last, or those of the digest that it named once; None where there are none. Of
    records from before they were kept, what the public reads now."""
    if digest and not _DIGEST.fullmatch(digest):
        return None
    kept = document_about(campaign.pk, case, digest)
    if kept is not None:
        return kept
    read = case_documents(public_cases(campaign, blueprint_of(campaign), [case])).get(case)
    return read if read is not None and digest in ("", sha256(read).hexdigest()) else None


def named_key(campaign: str, use: str) -> str:
    """The key that the public record names last for this use: `receipt`, or `log` for the ballot log's; "" where it names none."""
    named = (e.told for e in entries_of(campaign).filter(kind="key").reverse())
    return next((told["key"] for told in named if told["use"] == use), "")


def publish_brushing_act(act: BrushingAct, poll: Poll, record: Record) -> None:
    """A run of the detectors, by digests; and that ballots were made void, or count again: which case, by which rule, not how many."""
    if act.action == "done":
        thresholds = encode(plain(read_document(poll.document).rule.stage.guard.detectors.model_dump()))
        publish(
            poll.campaign,
            "detect",
            act.at,
            s=poll.stage,
            version=act.detail["version"],
            thresholds=sha256(thresholds).hexdigest(),
            sha256=act.detail["digest"],
            ballots=act.detail["ballots"],
        )
    elif act.action == "void":
        case = Suspicion.objects.only("number", "reason").get(pk=int(act.subject.partition(":")[2]))
        about = {"case": case.number, "rule": case.reason, "s": poll.stage, "trail": trail_of(record)}
        publish(poll.campaign, "admin", act.at, act="void", **about)
    elif act.action == "appeal-uphold":
        publish(poll.campaign, "admin", act.at, act="unvoid", s=poll.stage, trail=trail_of(record))
