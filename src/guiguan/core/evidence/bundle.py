"""The evidence bundle: all that is needed to recompute the published result, and nothing personal."""

from __future__ import annotations

import hashlib
import io
import re
import tarfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cache
from typing import Any

from guiguan.core.blueprint.lookup import ballot_stages
from guiguan.core.blueprint.stages import Ballots
from guiguan.core.entries.entry import Decision, Entry
from guiguan.core.evidence.pseudonym import Pseudonyms, lives_a_day
from guiguan.core.evidence.result_document import result_document
from guiguan.core.evidence.rules_document import plain, rules_document
from guiguan.core.ranking.campaign import Inputs, Outcome
from guiguan.core.values.canonical import encode, encode_line
from guiguan.core.values.chinese import half_width
from guiguan.core.values.exclusion import Exclusion, reason
from guiguan.core.votes.columns import BallotColumns

MANIFEST = "gg/manifest/v1"


@dataclass(frozen=True)
class BallotNames:
    """What the columns of one vote stand for: voters and addresses by code, ballot ids (empty where none were given)."""

    voters: Sequence[str]
    addresses: Sequence[str]
    ids: tuple[str, ...]


@dataclass(frozen=True)
class Sealed:
    """A campaign ready to be written down."""

    inputs: Inputs
    outcome: Outcome
    names: Mapping[str, BallotNames]
    sha256: str
    pseudonyms: Pseudonyms
    key_is_kept: bool


def seats_of(sealed: Sealed) -> dict[str, str]:
    """The seat of every reviewer whose marks are in the bundle or who is recused."""
    recused = [subject.rpartition("/")[0] for subject in sealed.inputs.decisions.of("recusal")]
    return sealed.pseudonyms.seats([*(m.reviewer for m in sealed.outcome.marks), *recused])


def parts(sealed: Sealed, texts: Mapping[str, bytes]) -> Iterator[tuple[str, Iterable[bytes]]]:
    """Every file but the manifest, as (path, pieces), in no particular order. `texts` are the files that explain."""
    b, o = sealed.inputs.blueprint, sealed.outcome
    seats = seats_of(sealed)
    yield "rules.json", [encode(rules_document(b, sealed.sha256, sealed.inputs.seed))]
    yield "entries.jsonl", (encode_line(_entry(e)) for _, e in sorted(o.entries.items()))
    yield "ballots.jsonl", _ballots(sealed)
    yield "sheets.jsonl", _sheets(o, seats)
    yield "decisions.jsonl", _decisions(sealed, seats)
    yield "exclusions.jsonl", _exclusions(sealed, seats)
    yield "result.json", [encode(result_document(b, o, seats))]
    for path, content in texts.items():
        yield path, [content]


def manifest(sealed: Sealed, files: Iterable[tuple[str, int, str]]) -> bytes:
    """The manifest over (path, size, sha256) of every other file."""
    b = sealed.inputs.blueprint
    lives = {s.id: "day" if lives_a_day(s) else "window" for s in b.stages if s.kind == "ballots"}
    found: dict[str, Any] = {
        "format": MANIFEST,
        "campaign": b.campaign,
        "files": [{"path": p, "size": size, "sha256": digest} for p, size, digest in sorted(files)],
        "pseudonyms": [{"stage": s, "lives": life} for s, life in sorted(lives.items())],
        "key": "kept" if sealed.key_is_kept else "destroyed",
    }
    if sealed.key_is_kept:
        found["key_sha256"] = hashlib.sha256(sealed.pseudonyms.key).hexdigest()
    return encode(found)


def tar_member(path: str, size: int) -> tarfile.TarInfo:
    """A member whose bytes depend on nothing but its name and size."""
    member = tarfile.TarInfo(path)
    member.size = size
    member.mode = 0o644
    return member


def tar_of(files: Mapping[str, bytes]) -> bytes:
    """A deterministic tar in memory, for small bundles and tests."""
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w", format=tarfile.USTAR_FORMAT) as tar:
        for path in sorted(files):
            tar.addfile(tar_member(path, len(files[path])), io.BytesIO(files[path]))
    return out.getvalue()


def _entry(e: Entry) -> dict[str, Any]:
    found: dict[str, Any] = {
        "entry": e.entry,
        "title": e.title,
        "applicant": e.applicant,
        "counts_as": e.counts_as,
    }
    found |= {
        k: getattr(e, k)
        for k in ("category", "area", "province", "city", "batch", "consortium")
        if getattr(e, k)
    }
    found |= {k: int(getattr(e, k)) for k in ("submitted", "preregistered") if getattr(e, k) is not None}
    if e.withdrawn:
        found["withdrawn"] = True
    if e.endorsed:
        found["endorsed"] = [{"by": name, "kind": kind} for name, kind in e.endorsed]
    if e.facts:
        found["facts"] = [{"field": f, "value": v} for f, v in sorted(e.facts.items())]
    return found


def _ballots(sealed: Sealed) -> Iterator[bytes]:
    """One line a ballot, numbered in canonical order through every vote of the campaign."""
    first = 1
    for stage in ballot_stages(sealed.inputs.blueprint):
        if stage.id in sealed.inputs.ballots:
            yield from _votes(sealed, stage, first)
            first += len(sealed.inputs.ballots[stage.id])


def _votes(sealed: Sealed, stage: Ballots, first: int) -> Iterator[bytes]:
    ballots, names = sealed.inputs.ballots[stage.id], sealed.names[stage.id]
    per_day = lives_a_day(stage)
    with_ip = any("ip" in limit.per for limit in stage.limits)
    voter_name = cache(sealed.pseudonyms.voter)
    network_name = cache(sealed.pseudonyms.network)
    voters, days = ballots.voter.tolist(), ballots.day.tolist()
    addresses = ballots.ip.tolist() if with_ip and ballots.ip is not None else [-1] * len(ballots)
    channels = ballots.channel.tolist() if ballots.channel is not None else [-1] * len(ballots)
    for i in range(len(ballots)):
        day = ballots.days[days[i]]
        life = day if per_day else ""
        found: dict[str, Any] = {"b": first + i, "stage": stage.id, "t": int(ballots.time[i]), "day": day}
        if voters[i] >= 0:
            found["nym"] = voter_name(names.voters[voters[i]], life)
        if addresses[i] >= 0:
            found["net"] = network_name(names.addresses[addresses[i]], life)
        if channels[i] >= 0:
            found["channel"] = ballots.channels[channels[i]]
        codes = ballots.choice[ballots.start[i] : ballots.start[i + 1]].tolist()
        found["choices"] = [ballots.entries[c] if c >= 0 else "?" for c in codes]
        yield encode_line(found)


def _sheets(o: Outcome, seats: Mapping[str, str]) -> Iterator[bytes]:
    sheets: dict[tuple[str, int, str, str], list[dict[str, Any]]] = {}
    for m in o.marks:
        mark: dict[str, Any] = {"criterion": m.criterion}
        if m.value is not None:
            mark["value"] = m.value
        if m.weight != Fraction(1):
            mark["weight"] = m.weight
        sheets.setdefault((m.panel, m.round, m.entry, seats[m.reviewer]), []).append(mark)
    for (panel, number, entry, seat), marks in sorted(sheets.items()):
        yield encode_line(
            plain({"panel": panel, "round": number, "entry": entry, "seat": seat, "marks": marks})
        )


def _decisions(sealed: Sealed, seats: Mapping[str, str]) -> Iterator[bytes]:
    """Every decision that stands, sorted; one about ballots that share an id stands once for each of them."""
    numbers = _ballot_numbers(sealed)
    hidden = _names_in_reasons(sealed)
    lines: list[bytes] = []
    for d in sealed.inputs.decisions.standing.values():
        found = {
            "kind": d.kind,
            "outcome": without_personal(d.outcome) if d.kind == "merge_area" else d.outcome,
            "reason": without_personal(d.reason, hidden),
        }
        found |= {k: sealed.pseudonyms.person(getattr(d, k)) for k in ("by", "by2") if getattr(d, k)}
        found |= {"time": d.time} if _TIME.fullmatch(d.time) else {}
        lines += [encode_line(found | {"subject": s}) for s in _public_subjects(sealed, d, seats, numbers)]
    return iter(sorted(lines))


def _public_subjects(
    sealed: Sealed, d: Decision, seats: Mapping[str, str], numbers: Mapping[str, list[int]]
) -> list[str]:
    """What a decision is about, as the bundle names it; `?` for what is not in the bundle, whatever was written there."""
    b, entries = sealed.inputs.blueprint, sealed.outcome.entries
    head, _, tail = d.subject.partition("/")
    match d.kind:
        case "void":
            return [str(n) for n in numbers.get(d.subject, [])] or ["?"]
        case "recusal":
            reviewer, _, entry = d.subject.rpartition("/")
            return [f"{seats.get(reviewer, '?')}/{entry if entry in entries else '?'}"]
        case "size":
            known = head in {x.id for x in (*b.stages, *b.awards, *b.organisation_awards)}
        case "merge_area":
            known = bool(tail) and head in {c.id for c in b.categories}
        case "screening":
            known = d.subject in entries or (head in {s.id for s in b.stages} and tail in entries)
        case "listed":
            known = head in {s.id for s in b.stages if s.kind == "selection" and s.lists} and tail in entries
        case _:
            known = d.subject in entries
    return [without_personal(d.subject) if d.kind == "merge_area" else d.subject] if known else ["?"]


def _names_in_reasons(sealed: Sealed) -> list[str]:
    """The names of deciders, reviewers and voters that somebody wrote into a reason, longest first."""
    standing = sealed.inputs.decisions.standing.values()
    people = {n for d in standing for n in (d.by, d.by2)} | {m.reviewer for m in sealed.outcome.marks}
    people |= {s.rpartition("/")[0] for s in sealed.inputs.decisions.of("recusal")}
    reasons = "\n".join(d.reason for d in standing)
    voters = {
        v for names in sealed.names.values() for v in names.voters if reasons and v in reasons and _tells(v)
    }
    return sorted(sealed.pseudonyms.hidden(n for n in people | voters if n), key=lambda n: (-len(n), n))


def _tells(voter: str) -> bool:
    """Whether a voter's name is more than some figure or syllable that any reason may hold."""
    return len(voter) >= (6 if voter.isdigit() else 3)


def _ballot_numbers(sealed: Sealed) -> dict[str, list[int]]:
    """The numbers of the ballots that an id names: the first of each vote, since a repeated id never counts."""
    numbers: dict[str, list[int]] = {}
    first = 1
    void = sealed.inputs.decisions.of("void")
    for stage in ballot_stages(sealed.inputs.blueprint):
        if stage.id not in sealed.inputs.ballots:
            continue
        seen: set[str] = set()
        for i, name in enumerate(sealed.names[stage.id].ids if void else ()):
            if name in void and name not in seen:
                seen.add(name)
                numbers.setdefault(name, []).append(first + i)
        first += len(sealed.inputs.ballots[stage.id])
    return numbers


def _exclusions(sealed: Sealed, seats: Mapping[str, str]) -> Iterator[bytes]:
    """Every exclusion, sorted, each once; ballots by their number, reviewers by their seat."""
    lines: set[bytes] = set()
    for x in sealed.outcome.exclusions:
        found: dict[str, Any] = {
            "kind": x.kind,
            "id": _public_id(sealed, x, seats),
            "rule": x.rule,
            "reason": reason(x.rule),
        }
        lines.add(encode_line(found))
    first = 1
    for stage, ballots in sealed.inputs.ballots.items():
        tally = sealed.outcome.tallies[stage]
        for i, rule, at in tally.judged.refused:
            found = {"kind": "ballot", "id": str(first + i), "rule": rule, "reason": reason(rule)}
            if at is not None:
                found |= {"choice": _choice(ballots, i, at), "at": at}
            lines.add(encode_line(found))
        first += len(ballots)
    return iter(sorted(lines))


def _choice(ballots: BallotColumns, i: int, at: int) -> str:
    code = int(ballots.choice[int(ballots.start[i]) + at])
    return ballots.entries[code] if code >= 0 else "?"


def _public_id(sealed: Sealed, x: Exclusion, seats: Mapping[str, str]) -> str:
    known = sealed.outcome.entries
    match x.kind:
        case "score":
            return _public_score(sealed, x.id, seats)
        case "decision":
            return x.id if x.id in known else "?"
        case "ballot":
            return f"row {x.line}"
    return x.id if x.id in known else "?"


def _public_score(sealed: Sealed, name: str, seats: Mapping[str, str]) -> str:
    """`entry/reviewer` or `entry/reviewer/criterion` with the seat for the reviewer; entries and reviewers may hold slashes."""
    parts = name.split("/")
    heads = [h for h in ("/".join(parts[:i]) for i in range(1, len(parts))) if h in sealed.outcome.entries]
    rests = {h: name[len(h) + 1 :] for h in heads}
    criteria = {c.id for s in sealed.inputs.blueprint.stages if s.kind == "panel" for c in s.criteria}
    # Where one entry's name begins another's, the split that leaves a reviewer's name is the right one.
    sheet = next((h for h in heads if rests[h] in seats), None)
    if sheet is not None:
        return f"{sheet}/{seats[rests[sheet]]}"
    entry = next((h for h in heads if rests[h].rpartition("/")[0] in seats), heads[0] if heads else "?")
    reviewer, _, criterion = rests.get(entry, name.partition("/")[2]).rpartition("/")
    return "/".join(
        p for p in (entry, seats.get(reviewer, "?"), criterion if criterion in criteria else "") if p
    )


_TIME = re.compile(r"[0-9０-９年月日时分秒点 T:：./+Z-]{1,40}")
_PERSONAL = re.compile(
    r"(?<!\d)(\+?86[ -]?)?1[3-9]\d([ -]?\d{4}){2}(?!\d)"  # a mobile telephone
    r"|(?<!\d)0\d{2,3}-\d{7,8}(?!\d)"  # a fixed one
    r"|(?<![0-9A-Za-z])\d{17}[0-9Xx](?![0-9A-Za-z])"  # an identity number
    r"|[\w.+-]+@[\w-]+(\.[\w-]+)+"
    r"|(?<!\d)(\d{1,3}\.){3}\d{1,3}(?!\d)"
    r"|(?<![0-9A-Za-z:])([0-9A-Fa-f]{0,4}:){3,7}[0-9A-Fa-f]{0,4}(?![0-9A-Za-z:])",
    re.ASCII,
)
_BLACK = "＊＊＊"


def without_personal(text: str, names: Iterable[str] = ()) -> str:
    """A free text with telephone and identity numbers, e-mail and network addresses, and the given names blacked out.

    What is black already stays as it is: the text of the text is itself.
    """
    for name in names:
        text = text.replace(name, _BLACK)
    found = _PERSONAL.search(half_width(text))
    while found is not None:
        text = text[: found.start()] + _BLACK + text[found.end() :]
        found = _PERSONAL.search(half_width(text))
    return text
