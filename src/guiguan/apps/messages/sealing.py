"""What of a message lies sealed, and how addresses are shown."""

from __future__ import annotations

from guiguan.apps.sealer import sealer

TO = "message.to"
SUBJECT = "message.subject"
TEXT = "message.text"


def closed(text: str, purpose: str) -> bytes:
    """Sealed; nothing stays nothing."""
    return sealer().seal(text, purpose) if text else b""


def opened(sealed: bytes | memoryview, purpose: str) -> str:
    """The text again. Raises Unsealable."""
    return sealer().unseal(bytes(sealed), purpose) if sealed else ""


def masked(channel: str, address: str) -> str:
    """138****1234, z***@example.cn; nothing where there is none."""
    if channel == "mail":
        name, _, domain = address.partition("@")
        return f"{name[:1]}***@{domain}" if address else ""
    return f"{address[:3]}****{address[-4:]}" if len(address) >= 7 else "****" if address else ""
