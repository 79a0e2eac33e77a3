"""What a campaign's public record, log A, says of its votes. Called once for each act, together with the audit trail's record of it."""

from __future__ import annotations

from hashlib import sha256
from typing import Any

from guiguan.adapters.signing import Ed25519
from guiguan.apps.audit.models import Record
from guiguan.apps.campaigns.models import Campaign
from guiguan.apps.campaigns.queries import blueprint_of
from guiguan.apps.entries.public import case_documents, public_cases
from guiguan.apps.gazette.queries import entries_of
from guiguan.apps.gazette.services import publish, publish_all, trail_of
from guiguan.apps.votes.models import Act, BrushingAct, Poll, Suspicion
from guiguan.apps.votes.queries import read_document
from guiguan.apps.votes.voters import keys
from guiguan.core.evidence.bundle import without_personal
from guiguan.core.evidence.rules_document import plain
from guiguan.core.values.canonical import encode

PUBLIC = ("open", "pause", "resume", "close", "remove")
"""Acts on a vote that everybody may know of at once; a proposal is none of theirs yet."""


def publish_act(act: Act, campaign: str, stage: str, record: Record) -> None:
    """The act is in the public record with its reason; who it was is not. Before an opening stand the key of receipts and the cases."""
    if act.act not in PUBLIC:
        return
    if act.act == "open":
        publish_cases(act, campaign, stage)
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


def publish_cases(act: Act, campaign: str, stage: str) -> None:
    """The digest of what the public reads of every case that stands in the vote. A campaign that this site's database has not (one of the
    two databases was restored) has no cases to tell of."""
    found = Campaign.objects.select_related("in_force").filter(pk=campaign).first()
    if found is None:
        return
    votable = read_document(Poll.objects.get(pk=act.poll).document).rule.votable
    documents = case_documents(public_cases(found, blueprint_of(found), votable))
    publish_all(
        campaign,
        "case",
        act.at,
        [{"entry": n, "s": stage, "sha256": sha256(d).hexdigest()} for n, d in documents.items()],
    )


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
