"""Reads messages and their wordings."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from uuid import UUID

from django.db.models import Count, QuerySet

from guiguan.apps.messages.models import Message, Wording
from guiguan.apps.messages.sealing import SUBJECT, TEXT, TO, masked, opened
from guiguan.apps.messages.templates import CHANNELS, languages_of, shipped

STATES = ("waiting", "sending", "sent", "delivered", "unsure", "failed")
RESENDABLE = ("unsure", "failed")


def wordings(campaign: str, template: str) -> dict[tuple[str, str], tuple[str, str]]:
    """(channel, language) → subject and text that hold in the campaign: its own, else the shipped ones."""
    own = {
        (w.channel, w.language): (w.subject, w.text)
        for w in (Wording.objects.filter(campaign=campaign, template=template) if campaign else ())
    }
    return {
        (channel, language): own.get((channel, language)) or shipped(template, channel, language)
        for channel in CHANNELS
        for language in languages_of(channel)
    }


def own_wordings(campaign: str) -> QuerySet[Wording]:
    """The texts that a campaign has changed."""
    return Wording.objects.filter(campaign=campaign).order_by("template", "channel", "language")


def inbox(person: UUID) -> QuerySet[Message]:
    """A person's in-site messages, newest first."""
    return Message.objects.filter(person=person, channel="site").order_by("-made_at", "-id")


def unread(person: UUID) -> int:
    """How many of them are not yet read."""
    return inbox(person).filter(read_at=None).count()


def delivery(campaign: str) -> QuerySet[Message]:
    """A campaign's messages by phone and mail, newest first."""
    return Message.objects.filter(campaign=campaign).exclude(channel="site").order_by("-made_at", "-id")


def by_state(messages: QuerySet[Message]) -> Mapping[str, int]:
    """How many of them are in each state, every state named."""
    found = dict(messages.order_by().values_list("state").annotate(n=Count("pk")))
    return {state: found.get(state, 0) for state in STATES}


@dataclass(frozen=True)
class Letter:
    """An in-site message as one reads it."""

    id: UUID
    subject: str
    text: str
    link: str
    at: int
    unread: bool


def letter(message: Message, language: str) -> Letter:
    """The message in the reader's language."""
    english = language == "en" and message.text_en
    return Letter(
        message.pk,
        opened(message.subject_en if english else message.subject, SUBJECT),
        opened(message.text_en if english else message.text, TEXT),
        message.link,
        message.made_at,
        message.read_at is None,
    )


def masked_address(message: Message) -> str:
    """Where a message goes, as the organiser sees it."""
    return masked(message.channel, opened(message.to, TO))
