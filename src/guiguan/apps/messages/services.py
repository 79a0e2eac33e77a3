"""Puts messages on their way, inside the transaction of the act that they tell of: both are there, or neither."""

from __future__ import annotations

from collections.abc import Mapping
from urllib.parse import urljoin
from uuid import UUID

from django.conf import settings
from django.db import connection

from guiguan.apps.messages.models import Message
from guiguan.apps.messages.queries import wordings
from guiguan.apps.messages.quiet import after_quiet
from guiguan.apps.messages.render import body_text, one_line, sms_text, subject_text
from guiguan.apps.messages.sealing import SUBJECT, TEXT, TO, closed
from guiguan.apps.messages.templates import CHANNELS, TEMPLATES

_NOTHING: Mapping[str, str] = {}


def queue(
    at: int,
    template: str,
    *,
    once: str,
    person: UUID | None,
    channels: tuple[str, ...],
    to: Mapping[str, str],
    campaign: str = "",
    facts: Mapping[str, str] = _NOTHING,
    link: str = "",
    urgent: bool = False,
) -> None:
    """One message by each channel waits to be sent; for an occasion (`once`) that has one already, nothing happens.

    `template` and its `facts` are those of `messages/templates.py`, all facts and no others (ValueError). `to` has the phone under
    "sms" and the address under "mail"; a channel whose address is not known is left out, and so is "site" without a person.
    `link` is a path of this site or a whole address. RuntimeError outside a transaction.
    """
    if not connection.in_atomic_block:
        raise RuntimeError(f"{template}: an act and its messages belong into one transaction")
    _understood(template, channels, facts)
    whole = urljoin(settings.GUIGUAN.address + "/", link) if link and settings.GUIGUAN.address else link
    given = {**facts, "site": settings.GUIGUAN.site_name, "link": whole}
    reached = [c for c in channels if (person is not None if c == "site" else to.get(c))]
    words = wordings(campaign, template)
    Message.objects.bulk_create(
        [
            Message(
                once=once,
                person=person,
                channel=channel,
                campaign=campaign,
                template=template,
                to=closed(to.get(channel, ""), TO),
                link=link
                if channel == "site"
                else "",  # elsewhere it stands in the sealed text alone: it may hold a token
                urgent=urgent,
                made_at=at,
                **_written(channel, words, given),
                **_on_its_way(channel, at, urgent),
            )
            for channel in reached
        ],
        ignore_conflicts=True,  # the same occasion again: the unique constraint lets the first one stand, and no error ends the transaction
    )


def _understood(template: str, channels: tuple[str, ...], facts: Mapping[str, str]) -> None:
    """ValueError where the caller and the table of templates do not agree."""
    if template not in TEMPLATES:
        raise ValueError(f"no template {template}; there are {', '.join(TEMPLATES)}")
    if unknown := set(channels) - set(CHANNELS):
        raise ValueError(f"{template}: no channel {', '.join(sorted(unknown))}")
    wanted = set(TEMPLATES[template].names)
    if wanted != set(facts):
        raise ValueError(f"{template}: facts {sorted(facts)}, wanted {sorted(wanted)}")


def _written(
    channel: str, words: Mapping[tuple[str, str], tuple[str, str]], facts: Mapping[str, str]
) -> dict[str, bytes]:
    """The sealed fields of a message. In-site messages carry the link beside the text, so their text is without."""
    subject, text = words[channel, "zh-hans"]
    if channel == "sms":
        return {"text": closed(sms_text(text, facts, one_line(facts["site"])), TEXT)}
    if channel == "mail":
        return {
            "subject": closed(subject_text(subject, facts), SUBJECT),
            "text": closed(body_text(text, facts), TEXT),
        }
    inside = {**facts, "link": ""}
    subject_en, text_en = words[channel, "en"]
    return {
        "subject": closed(subject_text(subject, inside), SUBJECT),
        "text": closed(body_text(text, inside), TEXT),
        "subject_en": closed(subject_text(subject_en, inside), SUBJECT),
        "text_en": closed(body_text(text_en, inside), TEXT),
    }


def _on_its_way(channel: str, at: int, urgent: bool) -> dict[str, int | str]:
    """An in-site message is there at once; the others wait for the worker, by night until the morning."""
    if channel == "site":
        return {"state": "sent", "sent_at": at, "due_at": at}
    return {"state": "waiting", "due_at": at if urgent else after_quiet(at)}
