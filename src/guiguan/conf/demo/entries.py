"""Generated entries handed in through the services, as people would do it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from django.contrib.auth.hashers import make_password
from django.db import transaction

from guiguan.apps.accounts.models import Organisation, Person
from guiguan.apps.campaigns.models import Campaign
from guiguan.apps.campaigns.queries import blueprint_of
from guiguan.apps.entries import services
from guiguan.apps.entries.models import Entry
from guiguan.conf.demo.people import make_person, make_unit
from guiguan.conf.demo.pictures import keep, paper, picture, word_paper
from guiguan.core.blueprint.base import say
from guiguan.core.blueprint.form import ConsentField, FormField, ListField, RowsField, UploadField
from guiguan.core.blueprint.model import Blueprint
from guiguan.core.entries.answers import Value, is_shown
from guiguan.core.entries.standing import declaration_of, registration_of, term_of
from guiguan.core.values.regions import Regions
from guiguan.replay.rehearse.entries import Row, write_entries
from guiguan.replay.rehearse.places import Places, home_of

_KINDS = ("business", "public")


@dataclass(frozen=True)
class Made:
    entry: Entry
    author: Person


def generated_rows(blueprint: Blueprint, seed: str, count: int) -> list[Row]:
    """Rows of an entries table that break no rule of the form."""
    return write_entries(blueprint, Places(home_of(blueprint)), seed, count).rows


def hand_in_all(campaign: Campaign, rows: Sequence[Row], now: int) -> list[Made]:
    """An entry for each row, handed in during the window by a unit of its own name; at most up to now."""
    blueprint = blueprint_of(campaign)
    password = make_password(None)
    declaration = declaration_of(blueprint)
    assert declaration is not None
    term = term_of(blueprint, declaration)
    end = min(term.end or now, now)
    start = term.start if term.start is not None and term.start < end else end - 30 * 86_400_000
    made = []
    for i, row in enumerate(rows):
        at = start + (end - start) * (i + 1) // (len(rows) + 2)
        made.append(_hand_in(campaign, blueprint, row, i, at, password))
    return made


@transaction.atomic
def _hand_in(campaign: Campaign, blueprint: Blueprint, row: Row, number: int, at: int, password: str) -> Made:
    unit, author = _applicant(row, f"{campaign.pk}-{number + 1:03}", at, password)
    registration = registration_of(blueprint)
    begun = at
    if registration is not None:
        term = term_of(blueprint, registration)
        begun = (term.start or at) + (number + 1) * 3_600_000
    entry = services.start_entry(author, begun, campaign, unit)
    services.accept_reminder(author, begun, entry.pk)
    fill(entry, blueprint, row, author, begun)
    if registration is not None:
        services.preregister_entry(author, begun, entry.pk)
    services.submit_entry(author, at, entry.pk)
    entry.refresh_from_db()
    return Made(entry, author)


def fill(entry: Entry, blueprint: Blueprint, row: Row, author: Person, at: int, share: float = 1.0) -> None:
    """The row's answers stand in the entry; `share` of the form's fields, from the first."""
    answers: dict[str, Value] = {}
    form = blueprint.form[: round(len(blueprint.form) * share)]
    for field in form:
        if not is_shown(field, answers):
            continue
        if isinstance(field, UploadField):
            if field.required or field.kind == "pictures":
                _attach(entry, field, author, at)
            continue
        value = _value(field, row.get(field.id, ""))
        if value and field.id != "applicant":
            answers[field.id] = value
            services.save_answer(author, at, entry.pk, field.id, value, entry.revision + len(blueprint.form))


def _value(field: FormField, text: str) -> Value:
    if isinstance(field, ConsentField):
        return text or field.answers[0]
    if isinstance(field, RowsField):
        return [{c.id: _cell(c.kind, c.options, say(c.label), n) for c in field.columns} for n in (1, 2, 3)]
    if isinstance(field, ListField) or field.kind == "choices":
        return [part for part in re.split("[;；]", text) if part]
    if not text and field.required:
        return "无"
    return text


def _cell(kind: str, options: Sequence[object], label: str, n: int) -> str:
    labels = [o if isinstance(o, str) else str(getattr(o, "label", "")) for o in options]
    return f"{label}示例 {n}" if kind == "text" else labels[n % len(labels)]


def _attach(entry: Entry, field: UploadField, author: Person, at: int) -> None:
    for n in range(field.count or 1):
        picture_wanted = field.kind == "pictures" or field.formats[:1] in (("jpg",), ("png",))
        if picture_wanted:
            width, height = map(int, (field.pixels or "800x600").split("x"))
            content = picture(f"{entry.pk}{field.id}{n}", width, height)
            file = keep(content, f"{say(field.label)}{n + 1}.jpg", "jpg", author.pk, at, (width, height))
        elif field.formats and "pdf" not in field.formats:
            file = keep(word_paper(say(field.label)), f"{say(field.label)}.docx", "docx", author.pk, at)
        else:
            file = keep(paper(say(field.label)), f"{say(field.label)}.pdf", "pdf", author.pk, at)
        services.attach_file(author, at, entry.pk, field.id, file)


def _applicant(row: Row, username: str, at: int, password: str) -> tuple[Organisation, Person]:
    """The row's unit, made where it is not there yet, and the person who acts for it."""
    unit = Organisation.objects.filter(name=row["applicant"]).first()
    if unit is not None:
        keeper = unit.memberships.select_related("person").get(keeper=True).person
        return unit, keeper
    person = make_person(username, "联系人", password)
    region = Regions.official().find(row["region"]) if row.get("region") else None
    return make_unit(
        at, row["applicant"], row.get("credit_code", ""), region.code if region else "", person
    ), person
