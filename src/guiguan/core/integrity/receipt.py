"""A voter's receipt: the ballot box's signed promise that a leaf is in the log within twenty seconds.

Many ballots are stored by one commit. Their leaves, in the order of their places, are the leaves of a tree of RFC 6962; one signature
covers its root, and a receipt is that signature with the leaf's path. The signature is Ed25519 over `gg/receipt/v1\\0` and GGC1 of
{c, day, n, root, t, v}. A receipt is packed, so that its address and its QR code stay short: base64url, without padding, of 0x01 ‖ t (8
bytes) ‖ i (4) ‖ n (4) ‖ key (32) ‖ sig (64) ‖ leaf (32) ‖ c ‖ day ‖ path, where c and day stand each behind its length (1 byte).

The same may be written out, as receipts once were: base64url, without padding, of GGC1 {c, day, i, key, leaf, n, path, sig, t}; digests,
key and signature in hex.
"""

from __future__ import annotations

import binascii
import re
import struct
from base64 import urlsafe_b64decode
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from guiguan.core.integrity.merkle import BadProof, levels, root_by_inclusion
from guiguan.core.values.canonical import NotCanonical, decode, encode

LABEL = b"gg/receipt/v1\0"

LONGEST = 8192
"""Characters of the longest receipt: a path of 32 digests, a day, names of 64 characters."""

_KEYS = {
    "c": str,
    "day": str,
    "i": int,
    "key": str,
    "leaf": str,
    "n": int,
    "path": list,
    "sig": str,
    "t": int,
}
_HEX = re.compile(r"[0-9a-f]*")
_PACKED = struct.Struct(">BQII32s64s32s")
_VERSION = 1
_URLSAFE = bytes.maketrans(b"+/", b"-_")

Check = Callable[[bytes, bytes, bytes], bool]
"""Whether a signature holds: (public key, message, signature)."""


class BadReceipt(ValueError):
    """The text is no receipt; says why."""


@dataclass(frozen=True)
class Receipt:
    """`leaf` is promised to stand in campaign `c`'s log; it was the `i`-th of `n` of its commit on that day at `t` ms."""

    c: str
    day: str
    t: int
    leaf: bytes
    n: int
    i: int
    path: tuple[bytes, ...]
    sig: bytes
    key: bytes

    @property
    def written_out(self) -> str:
        """The receipt written out."""
        value = {
            "c": self.c,
            "day": self.day,
            "i": self.i,
            "key": self.key.hex(),
            "leaf": self.leaf.hex(),
            "n": self.n,
            "path": [p.hex() for p in self.path],
            "sig": self.sig.hex(),
            "t": self.t,
        }
        return _base64url(encode(value))

    @property
    def packed(self) -> str:
        """The receipt as the voter gets it, in less than half the characters. Of a receipt that holds."""
        head = _PACKED.pack(_VERSION, self.t, self.i, self.n, self.key, self.sig, self.leaf)
        return _base64url(b"".join([head, _named(self.c, self.day), *self.path]))


def promise(campaign: str, day: str, t: int, n: int, root: bytes) -> bytes:
    """What is signed."""
    return LABEL + encode({"c": campaign, "day": day, "n": n, "root": root.hex(), "t": t, "v": 1})


def receipts(
    campaign: str, day: str, t: int, leaves: Sequence[bytes], sign: Callable[[bytes], bytes], key: bytes
) -> Iterator[str]:
    """The text of each leaf's receipt, in order, under one signature. Written out piece by piece, since a full commit has hundreds;
    the same text as `Receipt.packed`."""
    n = len(leaves)
    if not n:
        return
    rows = levels(leaves)
    signature = sign(promise(campaign, day, t, n, rows[-1][0]))
    names, pack = _named(campaign, day), _PACKED.pack
    for i, (leaf, path) in enumerate(zip(leaves, _paths(rows), strict=True)):
        yield _base64url(pack(_VERSION, t, i, n, key, signature, leaf) + names + path)


def _named(*names: str) -> bytes:
    """Each name behind its length."""
    return b"".join(bytes([len(name)]) + name for name in map(str.encode, names))


def _paths(rows: Sequence[Sequence[bytes]]) -> list[bytes]:
    """The path of every leaf, its digests one behind the other: from the root downwards, since two children share what is above them."""
    above = [b""]
    for row in reversed(rows[:-1]):
        below: list[bytes] = []
        for left, right, rest in zip(row[::2], row[1::2], above, strict=False):
            below += (right + rest, left + rest)
        above = below + above[len(row) >> 1 :]
    return above


def read_receipt(text: str) -> Receipt:
    """The receipt of a text, written out or packed. Raises BadReceipt; whether it is signed, `holds` says."""
    if len(text) > LONGEST or not re.fullmatch(r"[A-Za-z0-9_-]+", text):
        raise BadReceipt("a receipt is base64url without padding")
    try:
        content = urlsafe_b64decode(text + "=" * (-len(text) % 4))
        if content[:1] == bytes([_VERSION]):
            made = _unpacked(content)
            # what GGC1 cannot write is no receipt either way
            written = made.packed if made.written_out else ""
        else:
            made = _written_out(decode(content))
            written = made.written_out
    except (binascii.Error, NotCanonical) as error:
        raise BadReceipt(f"not canonical: {error}") from error
    if written != text:
        raise BadReceipt("not in canonical form")
    return made


def _written_out(value: object) -> Receipt:
    if not isinstance(value, dict) or {k: type(v) for k, v in value.items()} != _KEYS:
        raise BadReceipt(f"a receipt has {', '.join(_KEYS)}")
    return Receipt(
        c=value["c"],
        day=value["day"],
        t=value["t"],
        leaf=_bytes(value["leaf"], 32),
        n=value["n"],
        i=value["i"],
        path=tuple(_bytes(digest, 32) for digest in value["path"]),
        sig=_bytes(value["sig"], 64),
        key=_bytes(value["key"], 32),
    )


def _unpacked(content: bytes) -> Receipt:
    try:
        _, t, i, n, key, sig, leaf = _PACKED.unpack_from(content)
        c, rest = _name(content[_PACKED.size :])
        day, rest = _name(rest)
    except (struct.error, UnicodeDecodeError) as error:
        raise BadReceipt(f"a packed receipt that is not whole: {error}") from error
    if len(rest) % 32:
        raise BadReceipt("a packed receipt that is not whole: a path has 32 bytes for each digest")
    path = tuple(rest[at : at + 32] for at in range(0, len(rest), 32))
    return Receipt(c=c, day=day, t=t, leaf=leaf, n=n, i=i, path=path, sig=sig, key=key)


def _name(content: bytes) -> tuple[str, bytes]:
    """The name at the beginning, behind its length, and what comes after it."""
    end = 1 + int.from_bytes(content[:1])
    return content[1:end].decode(), content[end:]


def holds(receipt: Receipt, keys: Sequence[bytes], check: Check) -> bool:
    """Whether the receipt is a promise by one of these public keys, which the campaign's log names."""
    try:
        root = root_by_inclusion(receipt.leaf, receipt.i, receipt.n, receipt.path)
    except BadProof:
        return False
    signed = promise(receipt.c, receipt.day, receipt.t, receipt.n, root)
    return receipt.key in keys and check(receipt.key, signed, receipt.sig)


def _bytes(text: object, length: int) -> bytes:
    if not isinstance(text, str) or len(text) != 2 * length or not _HEX.fullmatch(text):
        raise BadReceipt(f"{length} bytes as {2 * length} small hex digits are wanted")
    return bytes.fromhex(text)


def _base64url(content: bytes) -> str:
    return binascii.b2a_base64(content, newline=False).translate(_URLSAFE).rstrip(b"=").decode()
