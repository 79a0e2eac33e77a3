"""Mail goes out once, or it is told why not; nothing that was typed becomes a header."""

from __future__ import annotations

import smtplib
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from pathlib import Path
from typing import Any, ClassVar

import pytest

from guiguan.adapters.mail import Folder, Smtp, composed, smtp
from guiguan.adapters.sms import NotDelivered

SENDER = "noreply@gg.example.cn"


class Server:
    """Stands in for smtplib's client: answers as it is told to."""

    answer: ClassVar[Exception | None] = None
    refuses_sign_in: ClassVar[bool] = False
    said: ClassVar[list[Any]] = []

    def __init__(self, host: str, port: int, **options: Any) -> None:
        self.said.append((host, port))

    def starttls(self, context: Any) -> None:
        self.said.append("starttls")

    def login(self, user: str, password: str) -> None:
        self.said.append((user, password))
        if self.refuses_sign_in:
            raise smtplib.SMTPAuthenticationError(535, b"no")

    def send_message(self, message: EmailMessage) -> None:
        self.said.append(message["Message-ID"])
        if self.answer:
            raise self.answer

    def close(self) -> None:
        self.said.append("closed")


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> type[Server]:
    class Fresh(Server):
        said: ClassVar[list[Any]] = []

    monkeypatch.setattr(smtplib, "SMTP", Fresh)
    return Fresh


def test_a_mail_in_the_folder_is_what_a_reader_would_get(tmp_path: Path) -> None:
    Folder(tmp_path / "outbox", SENDER).send("a@example.cn", "申报已提交", "第一行\n第二行", "k1")
    (file,) = (tmp_path / "outbox").iterdir()
    assert file.name == "mail-k1.eml"
    read = message_from_bytes(file.read_bytes(), policy=default)
    assert (read["To"], read["From"], read["Subject"]) == ("a@example.cn", SENDER, "申报已提交")
    assert (read["Message-ID"], read["Auto-Submitted"]) == ("<k1@gg.example.cn>", "auto-generated")
    assert read.get_content().replace("\r\n", "\n") == "第一行\n第二行\n"


def test_the_same_key_is_one_file(tmp_path: Path) -> None:
    for _ in range(2):
        Folder(tmp_path, SENDER).send("a@example.cn", "a", "b", "k1")
    assert [f.name for f in tmp_path.iterdir()] == ["mail-k1.eml"]


@pytest.mark.parametrize(
    ("to", "subject"),
    [
        ("a@example.cn\r\nBcc: b@example.cn", "s"),
        ("a@example.cn", "s\nBcc: b@example.cn"),
        ("a@example.cn", "s\rBcc: b@example.cn"),
        ("a@example.cn", "s\x00"),
        ("a@example.cn, b@example.cn", "s"),
        ("<a@example.cn>", "s"),
        ("张@example.cn", "s"),
        ("nobody", "s"),
        ("", "s"),
    ],
)
def test_what_would_be_another_header_or_no_address_is_refused_for_good(to: str, subject: str) -> None:
    with pytest.raises(NotDelivered) as refused:
        composed(SENDER, to, subject, "text", "k")
    assert refused.value.final
    assert "example" not in str(refused.value)


def test_a_server_is_read_from_its_address() -> None:
    assert smtp("smtp://u%40x:p%3A@h:2525?tls=1", SENDER) == Smtp("h", 2525, SENDER, "u@x", "p:", "starttls")
    assert (smtp("smtps://h", SENDER).port, smtp("smtp://h", SENDER).port) == (465, 25)
    assert "p:" not in repr(smtp("smtp://u:p%3A@h", SENDER))


@pytest.mark.parametrize("address", ["http://h", "smtp://", "h:25"])
def test_another_address_is_refused_without_repeating_it(address: str) -> None:
    with pytest.raises(ValueError, match="GUIGUAN_MAIL_URL"):
        smtp(address, SENDER)


def test_signed_in_encrypted_and_closed(server: type[Server]) -> None:
    assert smtp("smtp://u:p@h:587?tls=1", SENDER).send("a@example.cn", "s", "t", "k") == "k"
    assert server.said == [("h", 587), "starttls", ("u", "p"), "<k@gg.example.cn>", "closed"]


@pytest.mark.parametrize(
    ("answer", "final"),
    [
        (smtplib.SMTPRecipientsRefused({"a@example.cn": (550, b"no such user")}), True),
        (smtplib.SMTPRecipientsRefused({"a@example.cn": (450, b"later")}), False),
        (smtplib.SMTPDataError(554, b"spam"), True),
        (smtplib.SMTPDataError(451, b"later"), False),
        (smtplib.SMTPSenderRefused(421, b"busy", SENDER), False),
    ],
)
def test_a_refusal_is_told_as_one(
    server: type[Server], monkeypatch: pytest.MonkeyPatch, answer: Exception, final: bool
) -> None:
    monkeypatch.setattr(server, "answer", answer)
    with pytest.raises(NotDelivered) as refused:
        smtp("smtp://h", SENDER).send("a@example.cn", "s", "t", "k")
    assert refused.value.final is final
    assert "a@example.cn" not in str(refused.value)
    assert server.said[-1] == "closed"


@pytest.mark.parametrize("answer", [smtplib.SMTPServerDisconnected("gone"), TimeoutError()])
def test_a_line_that_broke_while_sending_is_no_refusal(
    server: type[Server], monkeypatch: pytest.MonkeyPatch, answer: Exception
) -> None:
    monkeypatch.setattr(server, "answer", answer)
    with pytest.raises(type(answer)):
        smtp("smtp://h", SENDER).send("a@example.cn", "s", "t", "k")


def test_no_connection_and_no_sign_in_mean_nothing_went_out(
    server: type[Server], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(server, "refuses_sign_in", True)
    with pytest.raises(NotDelivered, match="sign-in failed") as refused:
        smtp("smtp://u:p@h", SENDER).send("a@example.cn", "s", "t", "k")
    assert not refused.value.final

    def nobody(*where: Any, **options: Any) -> None:
        raise ConnectionRefusedError

    monkeypatch.setattr(smtplib, "SMTP", nobody)
    with pytest.raises(NotDelivered, match="no connection"):
        smtp("smtp://h", SENDER).send("a@example.cn", "s", "t", "k")
