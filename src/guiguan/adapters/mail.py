"""The way out for mail: any SMTP server, or a folder where nothing is set."""

from __future__ import annotations

import logging
import smtplib
import ssl
from dataclasses import dataclass, field
from email.errors import MessageError
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from pathlib import Path
from typing import ClassVar, Protocol
from urllib.parse import parse_qs, unquote, urlsplit

from guiguan.adapters.sms import NotDelivered

_log = logging.getLogger(__name__)


class Post(Protocol):
    """`key` is the same for every try of one message. `idempotent`: one key never arrives twice."""

    idempotent: ClassVar[bool]

    def send(self, to: str, subject: str, text: str, key: str) -> str:
        """The id under which it went out. Raises NotDelivered; any other error leaves open whether it went out."""
        ...


def composed(sender: str, to: str, subject: str, text: str, key: str) -> EmailMessage:
    """The mail. Raises NotDelivered (final) where the address or the subject would make another header."""
    if any(ord(c) < 32 or ord(c) == 127 for c in f"{to}{subject}"):
        raise NotDelivered("control character in address or subject", final=True)
    if not to.isascii():  # needs SMTPUTF8, which few servers of ours' readers speak
        raise NotDelivered("address is not ASCII", final=True)
    message = EmailMessage(policy=SMTP)
    try:
        message["To"] = Address(addr_spec=to)
    except (ValueError, IndexError, MessageError) as error:  # as the library happens to give up
        raise NotDelivered("not a mail address", final=True) from error
    message["From"] = sender
    message["Subject"] = subject
    message["Message-ID"] = f"<{key}@{sender.rpartition('@')[2].rstrip('>')}>"
    message["Auto-Submitted"] = "auto-generated"  # RFC 3834: no holiday replies, please
    message.set_content(text, charset="utf-8")
    return message


@dataclass
class Folder:
    """Writes each mail into a folder, for one machine without a mail server."""

    folder: Path
    sender: str
    idempotent: ClassVar[bool] = True  # the key is the file's name

    def send(self, to: str, subject: str, text: str, key: str) -> str:
        content = composed(self.sender, to, subject, text, key).as_bytes()
        self.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        place = self.folder / f"mail-{key}.eml"
        fresh = place.with_suffix(".new")
        fresh.write_bytes(content)
        fresh.replace(place)
        _log.info("mail %s", key)
        return key


@dataclass(frozen=True)
class Smtp:
    """An SMTP server. A server does not know our keys, so what was cut off in the middle is for a person to decide."""

    host: str
    port: int
    sender: str
    user: str = ""
    password: str = field(default="", repr=False)
    encrypted: str = ""  # "", "starttls" or "tls" (from the first byte)
    timeout: float = 20
    idempotent: ClassVar[bool] = False

    def send(self, to: str, subject: str, text: str, key: str) -> str:
        message = composed(self.sender, to, subject, text, key)
        client = self._connected()
        try:
            client.send_message(message)
        except smtplib.SMTPRecipientsRefused as error:
            codes = [code for code, _ in error.recipients.values()]
            raise NotDelivered(
                f"recipient refused: {codes[0]}", final=all(c >= 500 for c in codes)
            ) from error
        except (
            smtplib.SMTPResponseException
        ) as error:  # sender or content refused: the server said no, it has nothing
            raise NotDelivered(f"refused: {error.smtp_code}", final=error.smtp_code >= 500) from error
        finally:
            client.close()  # without QUIT: its failing would say nothing about the message
        return key

    def _connected(self) -> smtplib.SMTP:
        """A server that took our name and password. Raises NotDelivered: nothing has been handed over yet."""
        try:
            if self.encrypted == "tls":
                client: smtplib.SMTP = smtplib.SMTP_SSL(
                    self.host, self.port, timeout=self.timeout, context=ssl.create_default_context()
                )
            else:
                client = smtplib.SMTP(self.host, self.port, timeout=self.timeout)
        except (OSError, smtplib.SMTPException) as error:
            raise NotDelivered(f"no connection: {type(error).__name__}") from error
        try:
            if self.encrypted == "starttls":
                client.starttls(context=ssl.create_default_context())
            if self.user:
                client.login(self.user, self.password)
        except (OSError, smtplib.SMTPException) as error:
            client.close()
            raise NotDelivered(f"sign-in failed: {type(error).__name__}") from error
        return client


def smtp(address: str, sender: str) -> Smtp:
    """The server of `smtp://user:password@host:port?tls=1` (STARTTLS) or `smtps://…` (TLS from the start). ValueError for another."""
    parts = urlsplit(address)
    if parts.scheme not in ("smtp", "smtps") or not parts.hostname:
        raise ValueError(
            "GUIGUAN_MAIL_URL：应为 smtp://用户:口令@主机:端口?tls=1 或 smtps://用户:口令@主机:端口"
        )
    upgraded = parse_qs(parts.query).get("tls", ["0"])[-1] == "1"
    encrypted = "tls" if parts.scheme == "smtps" else "starttls" if upgraded else ""
    return Smtp(
        parts.hostname,
        parts.port or {"tls": 465, "starttls": 587, "": 25}[encrypted],
        sender,
        unquote(parts.username or ""),
        unquote(parts.password or ""),
        encrypted,
    )
