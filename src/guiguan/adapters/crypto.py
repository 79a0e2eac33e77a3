"""Sealing of personal data: AES-256-GCM with one key for each purpose, and keyed blind indexes for looking up."""

from __future__ import annotations

import hmac
import os
from dataclasses import dataclass
from functools import lru_cache
from hashlib import sha256

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

_VERSION = b"\x01"


class Unsealable(ValueError):
    """The bytes were sealed with another key or for another purpose, or were changed."""


@dataclass(frozen=True)
class Sealer:
    """Seals texts under a master key of 32 bytes. A purpose is a stable name such as `person.phone`."""

    master: bytes

    def __repr__(self) -> str:
        return "Sealer(…)"

    def seal(self, text: str, purpose: str) -> bytes:
        """version (1) ‖ nonce (12) ‖ ciphertext and tag; two seals of one text differ."""
        nonce = os.urandom(12)
        return (
            _VERSION + nonce + _cipher(self.master, purpose).encrypt(nonce, text.encode(), purpose.encode())
        )

    def unseal(self, sealed: bytes, purpose: str) -> str:
        """The text. Raises Unsealable."""
        try:
            if sealed[:1] != _VERSION:
                raise Unsealable(f"{purpose}: unknown version")
            return _cipher(self.master, purpose).decrypt(sealed[1:13], sealed[13:], purpose.encode()).decode()
        except InvalidTag as error:
            raise Unsealable(f"{purpose}: another key, or changed") from error

    def blind(self, text: str, purpose: str) -> str:
        """64 hex digits, the same for the same text and purpose: finds a row without opening any."""
        return hmac.new(_key(self.master, f"blind {purpose}"), text.encode(), sha256).hexdigest()


@lru_cache(maxsize=64)
def _key(master: bytes, purpose: str) -> bytes:
    return HKDF(hashes.SHA256(), 32, None, f"guiguan {purpose}".encode()).derive(master)


@lru_cache(maxsize=64)
def _cipher(master: bytes, purpose: str) -> AESGCM:
    return AESGCM(_key(master, f"seal {purpose}"))
