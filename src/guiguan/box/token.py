"""Voter tokens: proof to the ballot box that the site has made sure who somebody is. Nobody can make one without the key.

base64url, without padding, of: version (1 byte, 0x01) ‖ expiry in ms (8) ‖ kinds (1, one bit each in the order of KINDS) ‖ voter id
(32) ‖ campaign (UTF-8) ‖ HMAC-SHA-256 over a label and all before it (32).
"""

from __future__ import annotations

import binascii
import hmac
import struct
from base64 import urlsafe_b64encode
from binascii import a2b_base64
from collections.abc import Mapping

import msgspec

from guiguan.box.mac import mac

KINDS = ("wechat", "phone", "account", "ip", "device")
"""What the blueprint's `voter` may name. The address is never in a token: the box takes it from the request."""

_LABEL = b"gg/voter-token/v1\0"
_PLAIN = bytes.maketrans(b"-_", b"+/")
_PADDING = b"", b"===", b"==", b"="
_VERSION = 1
_HEAD = struct.Struct(">BQB32s")  # before the campaign
_LONGEST = 256  # characters of a token; a campaign's name has at most 64


class NoToken(ValueError):
    """The text is no token of ours, or one whose time is over."""


class VoterToken(msgspec.Struct, frozen=True, gc=False):
    """Who may vote: `voter` are the 32 bytes of `voter_id`, `kinds` what was proved."""

    campaign: str
    voter: bytes
    kinds: frozenset[str]
    expires: int


def voter_id(key: bytes, proved: Mapping[str, str]) -> bytes:
    """The same 32 bytes for the same person of a campaign, from which nobody without the campaign's `identity` key finds the person.

    `proved`: kind of identity to the subject, such as {"phone": "13800001111"}. HMAC(K_id, kind ‖ 0x00 ‖ subject), several joined as
    `voter_of` says. ValueError without a kind, with an unknown one or with an empty subject.
    """
    if not all(proved.values()):
        raise ValueError("every kind of identity has a subject")
    return voter_of(key, {kind: _mac(key, f"{kind}\0{subject}".encode()) for kind, subject in proved.items()})


def voter_of(key: bytes, singles: Mapping[str, bytes]) -> bytes:
    """Who has all of these single ids: with one of them that one, else HMAC(K_id, "all" ‖ 0x00 ‖ the ids in the order of KINDS)."""
    if not singles or not set(singles) <= set(KINDS):
        raise ValueError(f"kinds of {', '.join(KINDS)} are wanted; found {sorted(singles)}")
    ids = [singles[kind] for kind in KINDS if kind in singles]
    return ids[0] if len(ids) == 1 else _mac(key, b"all\0" + b"".join(ids))


def issue(key: bytes, campaign: str, voter: bytes, kinds: frozenset[str], expires: int) -> str:
    """A token for the voter of the campaign until `expires` (ms, exclusive)."""
    bits = sum(1 << i for i, kind in enumerate(KINDS) if kind in kinds)
    body = _HEAD.pack(_VERSION, expires, bits, voter) + campaign.encode()
    return urlsafe_b64encode(body + _mac(key, _LABEL + body)).rstrip(b"=").decode()


def read(key: bytes, text: bytes, at: int) -> VoterToken:
    """Who the token speaks of. Raises NoToken."""
    if len(text) > _LONGEST:
        raise NoToken("too long")
    try:
        content = a2b_base64(text.translate(_PLAIN) + _PADDING[len(text) & 3], strict_mode=True)
    except binascii.Error as error:
        raise NoToken("not base64url") from error
    body = content[:-32]
    if len(body) <= _HEAD.size or not hmac.compare_digest(content[-32:], mac(key, _LABEL)(body)):
        raise NoToken("not signed by this installation")
    version, expires, kinds, voter = _HEAD.unpack_from(body)
    if version != _VERSION:
        raise NoToken("of another version")
    if at >= expires:
        raise NoToken("its time is over")
    return VoterToken(body[_HEAD.size :].decode(), voter, _kinds(kinds), expires)


def _kinds(bits: int) -> frozenset[str]:
    return _SETS[bits & (len(_SETS) - 1)]


def _mac(key: bytes, message: bytes) -> bytes:
    return mac(key)(message)


_SETS = tuple(
    frozenset(kind for i, kind in enumerate(KINDS) if bits >> i & 1) for bits in range(1 << len(KINDS))
)
