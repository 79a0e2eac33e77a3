"""Reasons that people give for what they do, fit to be kept."""

from __future__ import annotations

import hashlib

from guiguan.core.evidence.bundle import without_personal
from guiguan.core.values.finding import Finding, InputError
from guiguan.core.values.plain import plain

LEAST, MOST = 4, 200
"""Characters of why a proposal is turned down."""
_LONGEST = 2_000
"""Characters of any reason before personal data are blacked out; each kind has its own, smaller limit for what is left."""


def reason_kept(reason: str) -> str:
    """The reason as it is stored and shown: telephone and identity numbers, e-mail and network addresses are blacked out. InputError where
    it is longer than any reason may be: looking through millions of characters would hold the program for minutes."""
    said = plain(reason)
    if len(said) > _LONGEST:
        raise InputError(
            Finding(
                "reason.long",
                f"写得太长（最多 {_LONGEST} 字），请缩短后再提交",
                f"this is too long ({_LONGEST} characters at most): please shorten it and send it again",
            )
        )
    return without_personal(said)


def reason_to_send_back(text: str) -> str:
    """Why somebody else's proposal is not agreed to, as it is kept and as whoever made it reads it. Raises InputError."""
    said = reason_kept(text)
    if not LEAST <= len(said) <= MOST:
        raise InputError(
            Finding(
                "second.why",
                f"请写明不同意的理由，{LEAST} 至 {MOST} 字；请勿写入个人信息",
                f"say why you do not agree, {LEAST} to {MOST} characters, and nothing personal",
            )
        )
    return said


def why_on_record(said: str) -> dict[str, str]:
    """What the audit trail holds of it: its digest, as of every text that a person wrote; nothing where nothing was said."""
    return {"why_sha256": hashlib.sha256(said.encode()).hexdigest()} if said else {}
