"""One ballot decided: core judges it, given what the voter's stored ballots and the address have used up. Pure."""

from __future__ import annotations

import json
from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass

import msgspec

from guiguan.box.asked import Asked
from guiguan.box.poll import Poll
from guiguan.box.refusals import REASONS, Reason
from guiguan.box.rows import Stored
from guiguan.core.values.canonical import encode
from guiguan.core.votes.judge import Ballot, Judgement, Refusal, judge_ballot
from guiguan.core.votes.plain import is_plain

Used = dict[Hashable, int]
LONGEST_ENTRY = 16_384
"""Bytes of the longest entry of a log."""


@dataclass(frozen=True)
class Taken:
    """The ballot is to be stored; `used` is what all limits have counted with it."""

    dropped: tuple[Refusal, ...]
    used: Used


@dataclass(frozen=True)
class Again:
    """The same ballot with the same key is stored already."""

    stored: Stored
    dropped: tuple[Refusal, ...]


class _Entry(msgspec.Struct):
    choices: tuple[str, ...] = ()
    net: str = ""
    ch: str = ""


_entry = msgspec.json.Decoder(_Entry)
_VOTER = "voter"  # of whom all the ballots that are judged together are


def is_first_and_plain(poll: Poll, asked: Asked, at: int) -> bool:
    """Whether the whole ballot counts if the voter has none yet and no limit counts by address for many."""
    return not poll.crosses and is_plain(poll.plain, at, asked.choices, bool(asked.network))


def known_again(poll: Poll, asked: Asked, earlier: Sequence[Stored]) -> Again | Reason | None:
    """What becomes of a ballot whose key was used before, None where it was not. The ballot that the key came with keeps its answer,
    whatever the time and the state of the vote."""
    used: Used = {}
    for stored in earlier if asked.key else ():
        judgement = judge_ballot(poll.rule.of_stored, ballot_of(stored), used)
        if stored.asked[:16] == asked.key:
            same = stored.asked[16:] == asked.body
            return Again(stored, judgement.refused) if same else REASONS["ballots.key-reused"]
    return None


def judge(poll: Poll, asked: Asked, at: int, earlier: Sequence[Stored], by_address: Used) -> Taken | Reason:
    """Core's judgement of a ballot, after the voter's earlier ones and what was counted under the address."""
    used: Used = {}
    for stored in earlier:
        judge_ballot(poll.rule.of_stored, ballot_of(stored), used)
    used = _without_crossing(poll, used) | by_address
    now = Ballot(at, poll.day(at), _VOTER, asked.choices, net_of(poll, asked, at) or None, asked.channel)
    return _answer(judge_ballot(poll.rule, now, used), used)


def _answer(judgement: Judgement, used: Used) -> Taken | Reason:
    if judgement.counted:
        return Taken(judgement.refused, used)
    # a ballot that names nobody breaks no rule of its own where `at_least` is 0, yet nothing of it counts
    return REASONS[judgement.refused[0][0] if judgement.refused else "votes.wrong-number"]


def ballot_of(stored: Stored) -> Ballot:
    """A stored ballot in the form that core judges."""
    entry = _entry.decode(stored.entry)
    return Ballot(stored.time, stored.day, _VOTER, entry.choices, entry.net or None, entry.ch)


def net_of(poll: Poll, asked: Asked, at: int) -> str:
    """The address's name in the log, where a rule counts by address; else ""."""
    return poll.net(poll.day(at), asked.network) if asked.network and poll.rule.by_ip else ""


def entries_of(poll: Poll, asked: Sequence[Asked], at: int, salts: Iterable[str]) -> list[bytes]:
    """The canonical bytes of each ballot's entry. Written out by hand, what they have in common once. NotCanonical for choices that GGC1
    cannot write, ValueError where an entry is too long."""
    day, named = poll.day(at), poll.named.__getitem__
    nym_of, networks = poll.nyms(day), poll.rule.by_ip
    middle, stage, end = (
        f'],"day":"{day}","k":"ballot"',
        f'","s":"{poll.row.stage}","salt":"',
        f'","t":{at},"v":1}}',
    )
    head, entries = poll.head, []
    for a, salt in zip(asked, salts, strict=True):
        nym, net = nym_of(a.voter.hex().encode())[:16].hex(), net_of(poll, a, at) if networks else ""
        try:
            choices = ",".join(map(named, a.choices))
        except KeyError:
            choices = ""
        if not choices or not a.channel.isascii():
            entries.append(_slowly(poll, a, at, day, salt, nym, net))
            continue
        channel = f',"ch":"{a.channel}"' if a.channel else ""
        network = f',"net":"{net}"' if net else ""
        entry = f'{head}{channel},"choices":[{choices}{middle}{network},"nym":"{nym}{stage}{salt}{end}'
        entries.append(entry.encode())
    return entries


def _slowly(poll: Poll, asked: Asked, at: int, day: str, salt: str, nym: str, net: str) -> bytes:
    """The same, for choices that cannot be voted for and were let fall: they stay in the entry, as given."""
    value = {
        "c": poll.row.campaign,
        "choices": list(asked.choices),
        "day": day,
        "k": "ballot",
        "nym": nym,
        "s": poll.row.stage,
        "salt": salt,
        "t": at,
        "v": 1,
    }
    optional = {"ch": asked.channel, "net": net}
    entry = encode(value | {key: text for key, text in optional.items() if text})
    if len(entry) > LONGEST_ENTRY:
        raise ValueError(f"an entry of {len(entry)} bytes; at most {LONGEST_ENTRY}")
    return entry


def address_holder(net: str) -> bytes:
    """Under what an address's right is kept."""
    return b"\x01" + bytes.fromhex(net)


def written(poll: Poll, used: Mapping[Hashable, int]) -> bytes:
    """What the limits that cross voters have counted, as it is kept with the address: [[per, parts, count] …]."""
    crossing = _crossing(poll)
    rows = [
        [list(crossing[key[0]]), list(key[1:]), count]
        for key, count in used.items()
        if isinstance(key, tuple) and key[0] in crossing
    ]
    return json.dumps(rows, ensure_ascii=False, separators=(",", ":")).encode()


def read_written(poll: Poll, content: bytes) -> Used:
    """What `written` wrote; a limit is known again by what it counts by, wherever it stands in the blueprint now."""
    found: Used = {}
    rows: Iterable[tuple[list[str], list[str], int]] = json.loads(content) if content else ()
    for per, parts, count in rows:
        for n, names in _crossing(poll).items():
            if list(names) == per:
                found[(n, *parts)] = count
    return found


def _crossing(poll: Poll) -> dict[int, tuple[str, ...]]:
    """The limits that count many voters together, by their place in the rule."""
    if not poll.crosses:
        return {}
    return {n: limit.per for n, limit in enumerate(poll.rule.limits) if "voter" not in limit.per}


def _without_crossing(poll: Poll, used: Used) -> Used:
    crossing = _crossing(poll)
    return {key: count for key, count in used.items() if not (isinstance(key, tuple) and key[0] in crossing)}
