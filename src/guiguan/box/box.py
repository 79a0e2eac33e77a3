"""The function that takes a request and gives its answer, at once or when the ballot is stored: the same behind every server."""

from __future__ import annotations

import asyncio
import hashlib
import logging
import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import lru_cache, partial
from typing import Any, NamedTuple

import msgspec

from guiguan.box.answers import JSON, Answer, answer_of, refusal
from guiguan.box.asked import Asked, Outcome, Sender
from guiguan.box.batcher import MOST_WAITING, Batcher
from guiguan.box.committer import Clock, Committer
from guiguan.box.directory import Directory, closed_reason
from guiguan.box.express import Express
from guiguan.box.gate import Gate, Knock, OpenGate
from guiguan.box.keys import Keys
from guiguan.box.line import Line
from guiguan.box.notary import Notary
from guiguan.box.poll import Poll
from guiguan.box.refusals import REASONS, Refused
from guiguan.box.store import Store
from guiguan.box.tallied import Tallied
from guiguan.box.token import NoToken, read, voter_id
from guiguan.core.values.address import network_of, sender_address
from guiguan.core.votes.channels import channel_of
from guiguan.core.votes.names import is_name

MOST_BODY = 8192
_PATH = re.compile(rb"/api/v1/campaigns/([a-z0-9][a-z0-9_-]{0,63})/ballots")
_CHALLENGE = re.compile(
    rb"/api/v1/campaigns/([a-z0-9][a-z0-9_-]{0,63})/challenge(?:/([a-z][a-z0-9_]{0,31}))?"
)
_KEY = re.compile(rb"[\x21-\x7e]{1,64}")
_SHA256 = hashlib.sha256()
_log = logging.getLogger(__name__)


class _Place(NamedTuple):
    """A path: how it is asked, of which campaign, and of which stage, "" where that is in the body."""

    method: bytes
    campaign: str
    stage: str


class _Body(msgspec.Struct, forbid_unknown_fields=True):
    choices: tuple[str, ...]
    channel: str = ""
    stage: str = ""


_body = msgspec.json.Decoder(_Body)


class Request(msgspec.Struct, eq=False):
    """A request as a server read it: names of headers in small letters, a header that came twice joined by a comma."""

    method: bytes
    path: bytes
    headers: dict[bytes, bytes]
    body: bytes
    peer: str


class Waiting:
    """A server that has asked, and gets its answers in the thread that stores. `site` is the address that links begin with."""

    site: str = ""

    def answered(self, answers: Sequence[tuple[Any, Answer]]) -> None:
        """Takes (ticket, answer) of one commit; returns at once."""
        raise NotImplementedError

    def deliver(self, outcomes: Sequence[tuple[Asked, Outcome]]) -> None:
        site = self.site
        self.answered([(a.ticket, answer_of(found, a.campaign, site)) for a, found in outcomes])


@dataclass(frozen=True)
class BoxSettings:
    """How many proxies are trusted, how many ballots may wait, and whether those of a line wait a moment for each other, since other
    boxes store meanwhile."""

    trusted_proxies: int = 0
    most_waiting: int = MOST_WAITING
    lingers: bool = False


@dataclass
class Box:
    """Start it with `open_box`; `close` when the last answer has been given."""

    keys: Keys
    store: Store
    clock: Clock
    settings: BoxSettings = field(default_factory=BoxSettings)
    gate: Gate = field(default_factory=OpenGate)

    def __post_init__(self) -> None:
        self.directory = Directory(self.keys)
        self._token = self.keys.token
        self._notary = Notary(self.keys)
        self._express: Express | None = None
        committer = Committer(self.store, self.directory, self._notary, self.clock)
        committer.read_polls()
        self.tallied = Tallied()
        self._batcher = Batcher(committer, self.tallied, self.settings.most_waiting, self._failed)
        self._batcher.start()

    def hasten(self, line: Line, loop: asyncio.AbstractEventLoop) -> None:
        """From now on `take` is called in the loop's thread alone, and what plainly counts is stored by it. `slow_down` before the
        loop ends."""
        self._express = Express(
            line,
            self._batcher,
            self._notary,
            self.directory,
            self.clock,
            loop,
            most_waiting=self.settings.most_waiting,
            lingers=self.settings.lingers,
        )

    def slow_down(self) -> None:
        """The line is closed."""
        express, self._express = self._express, None
        if express is not None:
            express.close()

    def close(self) -> None:
        """Everything that waits is answered, then the store is let go."""
        self._batcher.stop()
        self.store.close()
        self.gate.close()

    def take(self, request: Request, waiting: Waiting, ticket: Any, *, sure: bool = False) -> Answer | None:
        """The answer, or None: then `waiting` gets it with this ticket, once, later. `sure`: the votes have just been read."""
        try:
            return self._take(request, waiting, ticket, sure)
        except Refused as refused:
            if refused.poll:
                self.tallied.note(refused.poll, refused.reason.rule, self.clock())
            return refusal(refused.reason, refused.retry)
        except Exception:
            _log.exception("a ballot could not be looked at")
            return refusal(REASONS["ballots.broken"])

    def _take(self, request: Request, waiting: Waiting, ticket: Any, sure: bool) -> Answer | None:
        where = _where(request.path)
        if request.method != where.method:
            raise Refused("ballots.method")
        if where.method == b"GET":
            answer = self._challenge(request, where.campaign, where.stage, sure)
            if answer is not None:
                return answer
            asked = None
        else:
            asked = self._asked(request, where.campaign, waiting, ticket, sure)
        if asked is None:
            self._batcher.look(partial(self._take_again, request, waiting, ticket))
        else:
            self._pass_on(asked, sure)
        return None

    def _pass_on(self, asked: Asked, sure: bool) -> None:
        """The ballot waits for its commit. Raises Refused where too many wait."""
        try:
            if sure or self._express is None or not self._express.take(asked):
                self._batcher.submit(asked)
        except Refused as refused:
            if refused.reason.status >= 500:
                self._failed(asked)
            raise

    def _failed(self, asked: Asked) -> None:
        """The ballot was not taken, and its voter is to send it again: that must not count as too fast."""
        poll = self.directory.by_id(asked.poll)
        if poll is not None:
            self.gate.give_back(poll, asked.voter, asked.sender.address)

    def _take_again(self, request: Request, waiting: Waiting, ticket: Any) -> None:
        """The votes have just been read."""
        answer = self.take(request, waiting, ticket, sure=True)
        if answer is not None:
            waiting.answered([(ticket, answer)])

    def _asked(
        self, request: Request, campaign: str, waiting: Waiting, ticket: Any, sure: bool
    ) -> Asked | None:
        """The ballot that the request asks for; None where the votes must be read again first. Raises Refused."""
        body = _read_body(request)
        poll = self._poll(campaign, body.stage, sure)
        if poll is None:
            return None
        try:
            return self._of(poll, body, request, waiting, ticket)
        except Refused as refused:
            refused.poll = poll.row.id
            raise

    def _of(self, poll: Poll, body: _Body, request: Request, waiting: Waiting, ticket: Any) -> Asked:
        """The ballot, if the voter is known and may knock now. Raises Refused."""
        # a text that is no name cannot even fall alone: a table of the ballots would make other names of it
        if not (poll.plain.votable.issuperset(body.choices) or all(map(is_name, body.choices))):
            raise Refused("votes.unknown-choice")
        at, address, told, row = self.clock(), self._address(request), request.headers.get, poll.row
        voter, network, key = self._voter(poll, request.headers, address, at)
        digest = _digest(request.body)
        agent, device = told(b"user-agent", b"")[:256], told(b"guiguan-device", b"")[:64]
        once, challenge = key + digest if key else b"", told(b"guiguan-challenge", b"").decode("latin-1")
        solved = self.gate.admit(Knock(poll, voter, address, challenge, at, once))
        sender = Sender(address, agent.decode("latin-1"), device.decode("latin-1"), solved)
        channel = channel_of(poll.rule.stage, body.channel) if body.channel else ""
        return Asked(
            row.id, row.campaign, voter, body.choices, channel, network, key, digest, sender, waiting, ticket
        )

    def _challenge(self, request: Request, campaign: str, stage: str, sure: bool) -> Answer | None:
        """A challenge for the next ballot of whoever asks, 204 where this vote wants none; None where the votes must be read again
        first. Raises Refused."""
        poll = self._poll(campaign, stage, sure)
        if poll is None:
            return None
        if poll.row.state != "open":
            raise Refused(closed_reason(poll.row.state))
        at, address = self.clock(), self._address(request)
        headers = request.headers | {b"idempotency-key": b"-"}  # a question needs none
        voter, _network, _key = self._voter(poll, headers, address, at)
        made = self.gate.challenge(Knock(poll, voter, address, "", at))
        return Answer(204, b"", JSON) if made is None else Answer(200, made, JSON)

    def _poll(self, campaign: str, stage: str, sure: bool) -> Poll | None:
        """The vote that is meant, None where what is in mind must not be believed: then it takes no ballots, or is not there."""
        try:
            poll = self.directory.find(campaign, stage)
        except Refused:
            if sure:
                raise
            return None
        return poll if sure or poll.row.state == "open" else None

    def _address(self, request: Request) -> str:
        trusted = self.settings.trusted_proxies
        if not trusted:
            return _peer_address(request.peer)
        forwarded = request.headers.get(b"x-forwarded-for", b"").decode("latin-1")
        return sender_address(request.peer, forwarded, trusted)

    def _voter(
        self, poll: Poll, headers: dict[bytes, bytes], address: str, at: int
    ) -> tuple[bytes, str, bytes]:
        """(who votes, the network that counts as one address where a rule asks for it, digest of the key). Raises Refused."""
        network = network_of(address, poll.prefix) if poll.by_address else ""
        if poll.by_address and not network:
            raise Refused("votes.no-ip")
        key = headers.get(b"idempotency-key", b"")
        if (key or poll.kinds) and not _KEY.fullmatch(key):
            raise Refused("ballots.no-key")
        digest = _digest(key) if key else b""
        if not poll.kinds:
            return voter_id(self.keys.identity(poll.row.campaign), {"ip": network})[:16], network, digest
        return self._by_token(poll, headers, at), network, digest

    def _by_token(self, poll: Poll, headers: dict[bytes, bytes], at: int) -> bytes:
        """Who has proved to the site all that this vote asks for."""
        scheme, _, text = headers.get(b"authorization", b"").partition(b" ")
        if scheme.lower() != b"bearer":
            raise Refused("ballots.no-voter")
        try:
            token = read(self._token, text.strip(), at)
        except NoToken as error:
            raise Refused("ballots.no-voter") from error
        if token.campaign != poll.row.campaign or not poll.kinds <= token.kinds:
            raise Refused("ballots.no-voter")
        return token.voter[:16]


def _digest(content: bytes) -> bytes:
    """The first 16 bytes of its SHA-256."""
    begun = _SHA256.copy()
    begun.update(content)
    return begun.digest()[:16]


@lru_cache(maxsize=8192)
def _peer_address(peer: str) -> str:
    return sender_address(peer, "", 0)


@lru_cache(maxsize=1024)
def _where(path: bytes) -> _Place:
    """What the path names. Raises Refused; only what is named is remembered."""
    for pattern, method in ((_PATH, b"POST"), (_CHALLENGE, b"GET")):
        match = pattern.fullmatch(path)
        if match is not None:
            campaign, stage = (part.decode() if part else "" for part in (*match.groups(), None)[:2])
            return _Place(method, campaign, stage)
    raise Refused("ballots.not-found")


def _read_body(request: Request) -> _Body:
    """What was sent. Raises Refused."""
    if len(request.body) > MOST_BODY:
        raise Refused("ballots.too-large")
    # a page of another site cannot send this type without asking first, so nobody's browser votes against its owner's will
    kind = request.headers.get(b"content-type", b"")
    if kind != b"application/json" and kind.partition(b";")[0].strip().lower() != b"application/json":
        raise Refused("ballots.not-json")
    try:
        return _body.decode(request.body)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise Refused("ballots.not-json") from error
