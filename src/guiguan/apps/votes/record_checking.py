"""The check of a public record, log A: its rows, and what it says of rules, audit trail, ballot log and counts."""

from __future__ import annotations

import hashlib
import math
from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Any

from guiguan.adapters.signing import check_ed25519
from guiguan.apps.audit.queries import stands
from guiguan.apps.campaigns.models import Campaign, Version
from guiguan.apps.campaigns.queries import loaded_with
from guiguan.apps.gazette.models import Log
from guiguan.apps.gazette.queries import documents_of, entries_of
from guiguan.apps.votes.embedding import newest_tally, votes_kept
from guiguan.apps.votes.queries import read_document
from guiguan.apps.votes.sequencing import signer
from guiguan.box import ledger
from guiguan.box.damage import Damage, Rule
from guiguan.box.polls import PollRow, polls
from guiguan.box.read import Ask
from guiguan.box.rows import OPENER
from guiguan.core.blueprint.lookup import ballot_stages
from guiguan.core.integrity.checkpoint import open_checkpoint
from guiguan.core.integrity.merkle import leaf_hash
from guiguan.core.integrity.note import NotANote
from guiguan.core.integrity.tiles import BadTile, edge_root
from guiguan.core.values.canonical import NotCanonical, decode
from guiguan.core.votes.rule import ballot_rule


def check_record(log: Log) -> Iterator[Damage]:
    """Every entry of the record has its index, canonical bytes that hash to its leaf and tell of its row; the rules that it names are the
    versions that are or were in force, what is kept of cases is what it names, and the audit trail still has the heads that it names."""
    expected, rules = 0, ""
    kept = {n: hashlib.sha256(content).hexdigest() for n, content in documents_of(log.campaign)}
    first = min(kept, default=math.inf)  # before it none were kept
    for row in entries_of(log.campaign).iterator(chunk_size=1_000):
        where = f"{log.origin} {row.number}"
        if row.number != expected:
            yield Damage("order", f"{log.origin} {expected}", f"the next entry in the record is {row.number}")
        expected = row.number + 1
        if leaf_hash(bytes(row.entry)) != bytes(row.leaf):
            yield Damage("row", where, "the bytes do not hash to the leaf")
        try:
            told = row.told
        except NotCanonical as error:
            yield Damage("row", where, f"the bytes are no entry: {error}")
            continue
        if (told["c"], told["k"], told["t"]) != (row.campaign, row.kind, row.time):
            yield Damage("row", where, "the bytes do not tell of the row")
        try:
            rules = told["sha256"] if row.kind == "rules" else rules
            wanted = row.kind == "case" and row.number >= first
            faults = list(_faults_of(log.campaign, told, kept.get(row.number, "") if wanted else None))
        except (LookupError, TypeError, ValueError):
            faults = [("row", f"an entry of kind {row.kind} does not look like this")]
        yield from (Damage(rule, where, found) for rule, found in faults)
    campaign = Campaign.objects.select_related("in_force").filter(pk=log.campaign).first()
    if rules and campaign and campaign.in_force and campaign.in_force.sha256 != rules:
        yield Damage("rules", log.origin, f"{campaign.in_force.sha256} is in force, the record says {rules}")


def _faults_of(campaign: str, told: dict[str, Any], kept: str | None) -> Iterator[tuple[Rule, str]]:
    """`kept`: the digest of the bytes that are kept with an entry about a case, "" where they are missing; None where none are wanted."""
    trail = told.get("trail")
    if trail and not stands(trail["number"], trail["sha256"]):
        yield "trail", f"the audit trail has no record {trail['number']} with that digest"
    if kept is not None and kept != told["sha256"]:
        found = "those that are kept are others" if kept else "they are gone"
        yield "case", f"the bytes that the entry names: {found}"
    if told["k"] == "rules":
        version = Version.objects.filter(campaign=campaign, number=told["version"]).first()
        if version is None or hashlib.sha256(version.text.encode()).hexdigest() != told["sha256"]:
            yield "rules", f"version {told['version']} is not the text that the record names"


def check_between(ask: Ask, log: Log) -> Iterator[Damage]:
    """The checkpoints in the record are those of the ballot log, the ballot log cites rules of the record, and the counts in the record
    are those kept now, where nothing was added since."""
    ballots = ledger.log_of(ask, log.campaign)
    if ballots is None:
        return
    if not belongs(ballots.origin, log.origin):
        yield Damage("origin", ballots.origin, f"the record of the same campaign is {log.origin}")
    for row in entries_of(log.campaign).filter(kind="bcheck"):
        found = _fault_of_checkpoint(ballots, row.told)
        if found:
            yield Damage("bcheck", f"{log.origin} {row.number}", found)
    leaves = {n: bytes(leaf) for n, leaf in entries_of(log.campaign).values_list("number", "leaf")}
    mine = {p.id: p for p in polls(ask).values() if p.campaign == log.campaign}
    told_from_the_start = set()  # votes from before there were records are not
    for poll, entry in ask("SELECT poll, entry FROM votes_ballot WHERE writer = %s", [OPENER]):
        if poll in mine and (cited := _citation(bytes(entry))) is not None:
            number, leaf = cited
            told_from_the_start.add(poll)
            if leaves.get(number, b"").hex() != leaf:
                found = f"the opening cites entry {number} of the record, which is another"
                yield Damage("open", f"{ballots.origin} {mine[poll].stage}", found)
    cases = _cases_named(log)
    for p in mine.values():
        if p.id in told_from_the_start and p.is_readable:
            where = f"{log.origin} {p.stage}"
            yield from (
                Damage("rules", where, found) for found in _faults_of_rules(p, cases.get(p.stage, set()))
            )
    size = ledger.size_of(ask, ballots.id)
    for p in mine.values():
        told = newest_tally(log.campaign, p.stage)
        if told is None or told.size != size:
            continue
        if not _same(told.votes, votes_kept(ask, p)):
            yield Damage("tally", f"{log.origin} {p.stage}", "the counts are not those that are kept")


def _cases_named(log: Log) -> dict[str, set[str]]:
    """The entries that the record names, by stage."""
    named: dict[str, set[str]] = {}
    for row in entries_of(log.campaign).filter(kind="case"):
        named.setdefault(row.told["s"], set()).add(row.told["entry"])
    return named


def _faults_of_rules(poll: PollRow, named: set[str]) -> Iterator[str]:
    """A vote goes by the text that it began with, and about the cases that the record names: whoever changes either in the table of votes
    could let ballots in that the rules keep out."""
    document = read_document(poll.document)
    rule = document.rule
    try:
        blueprint = loaded_with(document.rules).blueprint
    except Version.DoesNotExist:
        yield f"the vote goes by {document.rules}, which is no version of the rules"
        return
    stage = next((s for s in ballot_stages(blueprint) if s.id == poll.stage), None)
    wanted = ballot_rule(blueprint, stage, rule.votable, rule.known) if stage else None
    if wanted is None or (wanted.stage, wanted.zone, wanted.window) != (rule.stage, rule.zone, rule.window):
        yield f"the vote does not go by the rules {document.rules} that it names"
    if named != rule.votable | rule.removed:
        yield "the cases in the vote are not those that the record names"


def untold_counts(ask: Ask, campaign: str) -> list[str]:
    """The campaign's closed votes whose counts, as they are kept now, its record does not tell yet."""
    closed = [p for p in polls(ask).values() if (p.campaign, p.state) == (campaign, "closed")]
    return sorted(
        p.stage
        for p in closed
        if (told := newest_tally(campaign, p.stage)) is None or not _same(told.votes, votes_kept(ask, p))
    )


def _same(told: Mapping[str, int], kept: Mapping[str, int]) -> bool:
    return +Counter(told) == +Counter(kept)


def belongs(ballots: str, record: str) -> bool:
    """Whether a ballot log of this origin is the record's: HOST/log/SLUG, or HOST/log/SLUG/2 after a loss, beside HOST/log/SLUG/a. Both
    verifiers ask for it."""
    base = record.removesuffix("/a")
    return ballots == base or ballots.startswith(f"{base}/")


def _citation(entry: bytes) -> tuple[int, str] | None:
    """Index and leaf of the rules that an opening cites. Bytes that are no entry at all are told elsewhere."""
    try:
        found = decode(entry)
    except NotCanonical:
        return None
    return found.get("a", -1), found.get("rules", "")


def _fault_of_checkpoint(ballots: ledger.Log, told: dict[str, Any]) -> str:
    """What is wrong with an embedded checkpoint; "" where nothing is. Of an earlier log (`/2` was begun since) only the form is known."""
    own = signer()
    try:
        note = told["note"].encode()
        origin = told["note"].partition("\n")[0]
        checkpoint = open_checkpoint(note, [own.key(origin)], check_ed25519, origin)
        if (checkpoint.size, checkpoint.root.hex()) != (told["size"], told["root"]):
            return "size and root are not those of the signed note"
        if origin != ballots.origin:
            return ""
        if checkpoint.size and edge_root(checkpoint.size, own.files(ballots).read) != checkpoint.root:
            return f"the ballot log of size {checkpoint.size} has another root"
    except (NotANote, BadTile, OSError) as error:
        return str(error)
    except (LookupError, TypeError, AttributeError):
        return "a checkpoint does not look like this"
    return ""
