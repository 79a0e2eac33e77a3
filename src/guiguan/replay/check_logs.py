"""The logs of a bundle checked (SPEC, E20): signatures, roots, and that rules, ballots, voids and counts are those that were logged."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from guiguan.core.evidence.bundle import Sealed
from guiguan.core.evidence.logs import CHECKPOINTS, ENTRIES, KEY_FILES, NOTE, entries_in, manifest_text
from guiguan.core.integrity.checkpoint import Checkpoint, open_checkpoint
from guiguan.core.integrity.merkle import CompactRange, leaf_hash, root
from guiguan.core.integrity.note import Check, NotANote, NoteKey, open_note, read_vkey
from guiguan.core.integrity.public_entry import MOST, read_public_entry
from guiguan.core.values.canonical import NotCanonical, decode, encode
from guiguan.core.values.finding import Finding
from guiguan.replay.bundle_files import BundleFiles, fault

Json = dict[str, Any]
Clause = Callable[["Logged"], None]
BALLOT_KINDS = ("open", "ballot", "void", "unvoid", "close")


class Differs(Exception):
    """A clause that does not hold: the file, and what is wrong with it in Chinese and in English."""

    def __init__(self, name: str, zh: str, en: str) -> None:
        super().__init__(en)
        self.name, self.zh, self.en = name, zh, en


@dataclass
class Logged:
    """A bundle with its logs, as far as they have been read."""

    files: BundleFiles
    sealed: Sealed
    listed: Json
    check: Check
    keys: dict[str, NoteKey] = field(default_factory=dict)
    newest: dict[str, Checkpoint] = field(default_factory=dict)
    record: list[tuple[bytes, Json]] = field(default_factory=list)
    leaves: list[bytes] = field(default_factory=list)
    """Of the ballot log, by index."""
    ballots: list[bytes] = field(default_factory=list)
    """Beside each: the digest of a ballot, nothing for other kinds."""
    opens: list[Json] = field(default_factory=list)
    voids: list[tuple[int, Json]] = field(default_factory=list)
    outside: list[int] = field(default_factory=list)
    closed: int = 0
    """The size that holds the last close."""

    @property
    def campaign(self) -> str:
        return self.sealed.inputs.blueprint.campaign


def log_faults(files: BundleFiles, sealed: Sealed, listed: Json, check: Check) -> Iterator[Finding]:
    """What of the logs does not agree, clause by clause. Where the logs themselves cannot be read, the rest is not tried."""
    logged = Logged(files, sealed, listed, check)
    for rule, zh, en, clause, is_needed in CLAUSES:
        try:
            clause(logged)
        except Differs as differs:
            yield fault(rule, differs.name, f"{zh}：{differs.zh}", f"{en}: {differs.en}")
        except (NotANote, NotCanonical, LookupError, TypeError, ValueError, AttributeError) as error:
            yield fault(rule, "logs", f"{zh}：{error}", f"{en}: {error}")
        else:
            continue
        if is_needed:
            return


def _keys(logged: Logged) -> None:
    """E20.1 and E20.2: the note and both checkpoints are signed by keys of this campaign's logs."""
    text = {name: logged.files.content(path).decode() for name, path in KEY_FILES.items()}
    for name, line in text.items():
        if not line.endswith("\n"):
            raise Differs(KEY_FILES[name], "应以换行结尾", "a line end is wanted")
        logged.keys[name] = read_vkey(line[:-1])
    a, b = logged.keys["a"].name, logged.keys["b"].name
    base = a.removesuffix("/a")
    if not a.endswith(f"/log/{logged.campaign}/a") or (
        b != base and not b.removeprefix(f"{base}/").isdecimal()
    ):
        raise Differs("keys/a", f"是 {a} 和 {b} 的密钥", f"keys of {a} and {b}")
    manifest = logged.files.content("manifest.json")
    said = open_note(logged.files.content(NOTE), [logged.keys["a"]], logged.check).text
    if said != manifest_text(logged.campaign, manifest):
        raise Differs(NOTE, "签的不是这份清单", "another manifest was signed")
    for name, path in CHECKPOINTS.items():
        key = logged.keys[name]
        logged.newest[name] = open_checkpoint(logged.files.content(path), [key], logged.check, key.name)


def _entries(logged: Logged) -> None:
    """E20.3: the entries give the roots of the checkpoints."""
    for entry in entries_in(logged.files.pieces(ENTRIES["a"])):
        told = read_public_entry(entry)
        logged.record.append((leaf_hash(entry), told))
        _belongs(logged, "a", told)
    _read_ballots(logged)
    for name, leaves in (("a", [leaf for leaf, _ in logged.record]), ("b", logged.leaves)):
        signed = logged.newest[name]
        if (signed.size, signed.root) != (len(leaves), root(leaves)):
            zh = f"{len(leaves)} 条的根与检查点（{signed.size} 条）不符"
            raise Differs(
                ENTRIES[name], zh, f"{len(leaves)} entries do not give the checkpoint's root of {signed.size}"
            )


def _read_ballots(logged: Logged) -> None:
    known = logged.sealed.outcome.entries
    begun: set[str] = set()
    over: set[str] = set()
    has_openings = False
    for index, entry in enumerate(entries_in(logged.files.pieces(ENTRIES["b"]))):
        told = decode(entry)
        kind, stage = told["k"], told["s"]
        if kind not in BALLOT_KINDS or told["v"] != 1 or type(told["t"]) is not int or len(entry) > MOST:
            raise Differs(
                ENTRIES["b"], f"第 {index} 条不是选票日志的记录", f"entry {index} is none of a ballot log"
            )
        _belongs(logged, "b", told)
        logged.leaves.append(leaf_hash(entry))
        logged.ballots.append(_digest(told, "s", "ch", known) if kind == "ballot" else b"")
        has_openings = has_openings or (index == 0 and kind == "open")
        match kind:
            case "open":
                begun.add(stage)
                logged.opens.append(told)
            case "close":
                over.add(stage)
                logged.closed = index + 1
            case "ballot" if stage in over or (has_openings and stage not in begun):
                logged.outside.append(index)
            case "void" | "unvoid":
                logged.voids.append((index, told))


def _belongs(logged: Logged, name: str, told: Json) -> None:
    if told["c"] != logged.campaign:
        raise Differs(ENTRIES[name], f"有 {told['c']} 的记录", f"an entry of {told['c']}")


def _embedded(logged: Logged) -> None:
    """E20.4: every checkpoint in the record is one of this ballot log, and one is from after the close."""
    key: NoteKey | None = None
    tree = CompactRange()
    for told in (told for _, told in logged.record):
        if told["k"] == "key" and told["use"] == "log":
            key = read_vkey(told["key"])
        elif told["k"] == "bcheck":
            if key is None:
                raise Differs(ENTRIES["a"], "检查点之前没有公钥", "a checkpoint before its key")
            found = open_checkpoint(told["note"].encode(), [key], logged.check, key.name)
            if (found.size, found.root.hex()) != (told["size"], told["root"]):
                raise Differs(ENTRIES["a"], "检查点与所记的不符", "not the checkpoint that it says")
            if key.name == logged.keys["b"].name:
                tree = _grown(logged, tree, found)
    if key != logged.keys["b"]:
        raise Differs(ENTRIES["a"], "最后记的公钥不是选票日志的", "the last key is not the ballot log's")
    if tree.size < logged.closed:
        raise Differs(ENTRIES["a"], "没有投票结束之后的检查点", "no checkpoint from after the close")


def _grown(logged: Logged, tree: CompactRange, found: Checkpoint) -> CompactRange:
    grown = tree.extended(logged.leaves[tree.size : found.size])
    if (grown.size, grown.root()) != (found.size, found.root):
        zh = f"{found.size} 条的检查点不是这份选票日志的"
        raise Differs(ENTRIES["a"], zh, f"the checkpoint of {found.size} is of another ballot log")
    return grown


def _rules(logged: Logged) -> None:
    """E20.5: the bundle's rules are the last that the record names, and openings cite rules of the record."""
    named = {n: (leaf.hex(), told) for n, (leaf, told) in enumerate(logged.record) if told["k"] == "rules"}
    last = named[max(named)][1]
    counting = {k: v for k, v in decode(logged.files.content("rules.json")).items() if k != "seed"}
    wanted = (logged.sealed.sha256, hashlib.sha256(encode(counting)).hexdigest())
    if (last["sha256"], last["counting"]) != wanted:
        raise Differs("rules.json", "不是公开记录里最后的规则", "not the last rules of the record")
    if last.get("pseudonym_key", logged.listed.get("key_sha256")) != logged.listed.get("key_sha256"):
        raise Differs("manifest.json", "化名密钥不是公开记录里的", "not the pseudonym key of the record")
    for told in logged.opens:
        if told["a"] not in named or named[told["a"]][0] != told["rules"]:
            raise Differs(ENTRIES["b"], "投票开始时引用的规则不在公开记录里", "an opening cites other rules")


def _ballots(logged: Logged) -> None:
    """E20.6: ballots, and those that are void, are the same in the log and in the bundle."""
    if logged.outside:
        index = logged.outside[0]
        raise Differs(ENTRIES["b"], f"第 {index} 条不在投票期间", f"ballot {index} is outside of its vote")
    void = _void(logged)
    mine = Counter((digest, i in void) for i, digest in enumerate(logged.ballots) if digest)
    known = logged.sealed.outcome.entries
    decided = {s for s in logged.sealed.inputs.decisions.of("void") if s != "?"}
    theirs: Counter[tuple[bytes, bool]] = Counter()
    for number, line in enumerate(logged.files.lines("ballots.jsonl"), 1):
        theirs[_digest(decode(line[:-1]), "stage", "channel", known), str(number) in decided] += 1
    if mine != theirs:
        missing, more = (mine - theirs).total(), (theirs - mine).total()
        zh = f"日志里有 {missing} 张不在包里，包里有 {more} 张不在日志里（作废的须同样作废）"
        en = f"{missing} of the log are not in the bundle, {more} of the bundle not in the log (void ones as void)"
        raise Differs("ballots.jsonl", zh, en)


def _void(logged: Logged) -> set[int]:
    found: set[int] = set()
    for index, told in logged.voids:
        ref = told["ref"]
        if not 0 <= ref < index or not logged.ballots[ref] or logged.leaves[ref].hex() != told["leaf"]:
            raise Differs(ENTRIES["b"], f"第 {index} 条指的不是选票", f"entry {index} names no ballot")
        (found.add if told["k"] == "void" else found.discard)(ref)
    return found


def _digest(told: Json, stage: str, channel: str, known: Mapping[str, Any]) -> bytes:
    choices = [c if c in known else "?" for c in told["choices"]]
    about = [
        told[stage],
        told["t"],
        told["day"],
        told.get("nym", ""),
        told.get("net", ""),
        told.get(channel, ""),
    ]
    return hashlib.sha256(encode([*about, choices])).digest()[:16]


def _tallies(logged: Logged) -> None:
    """E20.7: the counts that the record tells last are those counted from the bundle."""
    told: dict[str, dict[str, int]] = {}
    for counts in (counts for _, counts in logged.record if counts["k"] == "tally"):
        if counts["part"] == 1:
            told[counts["s"]] = {}
        told[counts["s"]] |= dict(counts["votes"])
        if not 0 <= counts["size"] <= len(logged.leaves):
            raise Differs(
                ENTRIES["a"],
                f"票数来自 {counts['size']} 条，选票日志没有这么多",
                f"counts from {counts['size']} entries, more than there are",
            )
    for stage, tally in logged.sealed.outcome.tallies.items():
        votes = tally.votes
        if stage not in told:
            raise Differs(ENTRIES["a"], f"没有 {stage} 的票数", f"no counts of {stage}")
        for entry in sorted(votes):
            if told[stage].get(entry, 0) != votes[entry]:
                zh = f"{stage} {entry}：公开记录为 {told[stage].get(entry, 0)} 票，重算为 {votes[entry]} 票"
                en = f"{stage} {entry}: {told[stage].get(entry, 0)} votes in the record, {votes[entry]} recounted"
                raise Differs(ENTRIES["a"], zh, en)


CLAUSES: tuple[tuple[str, str, str, Clause, bool], ...] = (
    ("verify.log-signature", "日志的签名不符", "the signatures of the logs do not agree", _keys, True),
    (
        "verify.log-entries",
        "日志条目与检查点不符",
        "the entries are not those of the checkpoints",
        _entries,
        True,
    ),
    (
        "verify.log-checkpoints",
        "公开记录与选票日志不符",
        "the record is not of this ballot log",
        _embedded,
        False,
    ),
    ("verify.log-rules", "规则与日志所记的不符", "the rules are not those of the logs", _rules, False),
    ("verify.log-ballots", "选票与选票日志不符", "the ballots are not those of the log", _ballots, False),
    ("verify.log-counts", "票数与公开记录不符", "the counts are not those of the record", _tallies, False),
)
"""Each clause, the rule that it is reported under, what it means that it fails, and whether nothing after it makes sense without it."""
