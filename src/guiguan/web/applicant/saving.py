"""Saves what a page sent of an entry's form, field by field."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.http import QueryDict
from django.utils.translation import gettext as _

from guiguan.apps.accounts.models import Person
from guiguan.apps.accounts.sealing import NAME, masked_name, sealer
from guiguan.apps.entries.models import Entry
from guiguan.apps.entries.services import Conflict, save_answer
from guiguan.core.blueprint.form import FormField, UploadField
from guiguan.core.entries.answers import cell
from guiguan.core.values.finding import InputError
from guiguan.web.applicant.entries import lang
from guiguan.web.applicant.reading import value_from
from guiguan.web.common.clock import now


def save_sent(
    person: Person, entry: Entry, form: Iterable[FormField], sent: QueryDict
) -> tuple[list[tuple[str, str]], dict[str, Any]]:
    """Saves each field that came with the revision that was seen; (text, field) of what could not be saved, and conflicts."""
    errors: list[tuple[str, str]] = []
    conflicts: dict[str, Any] = {}
    for field in form:
        if isinstance(field, UploadField) or f"{field.id}~seen" not in sent:
            continue
        value = value_from(field, sent)
        try:
            save_answer(person, now(), entry.pk, field.id, value, number_in(sent.get(f"{field.id}~seen", "")))
        except Conflict as conflict:
            conflicts[field.id] = both_texts(field, value, conflict)
        except InputError as error:
            errors.extend((f.text(lang()), field.id) for f in error.findings)
    return errors, conflicts


def both_texts(field: FormField, mine: Any, conflict: Conflict) -> dict[str, Any]:
    """Both texts of a conflict, with who wrote the other."""
    return {
        "mine": cell(field, mine),
        "theirs": cell(field, conflict.theirs),
        "value": mine,
        "revision": conflict.revision,
        "by": name_of(conflict.by),
    }


def name_of(person_id: Any) -> str:
    """Who it was, masked: teammates know each other, a screen may be seen by others."""
    person = Person.objects.filter(pk=person_id).first()
    return masked_name(sealer().unseal(bytes(person.name), NAME)) if person and person.name else _("同事")


def number_in(text: str) -> int:
    """The number that a page sent, 0 where it is none."""
    return int(text) if text.isascii() and text.isdigit() and len(text) < 16 else 0
