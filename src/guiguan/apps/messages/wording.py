"""A campaign's own texts. Who may change them the page asks (`message.templates`): accounts lie above messages."""

from __future__ import annotations

from hashlib import sha256
from uuid import UUID

from django.db import transaction

from guiguan.apps.audit.services import record
from guiguan.apps.messages.models import Wording
from guiguan.apps.messages.render import faults_of
from guiguan.apps.messages.templates import languages_of
from guiguan.core.values.finding import Finding, InputError

LONGEST = {"sms": 300, "mail": 5_000, "site": 5_000}


@transaction.atomic
def change_wording(
    by: UUID, at: int, campaign: str, template: str, channel: str, language: str, subject: str, text: str
) -> None:
    """Messages queued from now on in the campaign have this text; those already queued keep theirs. InputError with every fault."""
    subject, text = (
        subject.replace("\0", ""),
        text.replace("\r\n", "\n").replace("\0", ""),
    )  # PostgreSQL takes no NUL
    faults = faults_in(template, channel, subject, text)
    if faults:
        raise InputError(*(fault for _, fault in faults))
    if language not in languages_of(channel):
        raise ValueError(f"{channel} has no text in {language}")
    Wording.objects.update_or_create(
        campaign=campaign,
        template=template,
        channel=channel,
        language=language,
        defaults={"subject": "" if channel == "sms" else subject.strip(), "text": text},
    )
    record(
        str(by),
        at,
        "message.wording",
        f"wording:{template}/{channel}/{language}",
        campaign=campaign,
        sha256=sha256(f"{subject.strip()}\n{text}".encode()).hexdigest(),
    )


@transaction.atomic
def restore_wording(by: UUID, at: int, campaign: str, template: str, channel: str, language: str) -> None:
    """The shipped text holds again."""
    gone, _ = Wording.objects.filter(
        campaign=campaign, template=template, channel=channel, language=language
    ).delete()
    if gone:
        record(str(by), at, "message.restore", f"wording:{template}/{channel}/{language}", campaign=campaign)


def faults_in(template: str, channel: str, subject: str, text: str) -> list[tuple[str, Finding]]:
    """(field, fault) for everything that keeps subject and text from being used."""
    found = [("text", f) for f in faults_of(template, text, field="正文")]
    if len(text) > LONGEST[channel]:
        found.append(("text", _too_long("正文", len(text), LONGEST[channel])))
    if channel == "sms":
        return found
    found += [("subject", f) for f in faults_of(template, subject, field="标题")]
    if len(subject.strip()) > 120:
        found.append(("subject", _too_long("标题", len(subject.strip()), 120)))
    if "{link}" in subject:
        found.append(("subject", _no_link()))
    return found


def _too_long(field: str, found: int, most: int) -> Finding:
    return Finding(
        "message.long",
        f"{field}有 {found} 个字，最多 {most} 个；请删减",
        f"{field} has {found} characters, at most {most} are taken; shorten it",
    )


def _no_link() -> Finding:
    return Finding(
        "message.subject-link",
        "标题中不能放 {link}；请放在正文里",
        "{link} cannot stand in the subject; put it into the text",
    )
