"""Takes a filled Word form in: it is read, shown, and only what the applicant chooses is saved, field by field."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from uuid import UUID

from django.db import transaction

from guiguan.apps.accounts.models import Person
from guiguan.apps.accounts.permission import ask
from guiguan.apps.audit.services import record
from guiguan.apps.campaigns.form_templates import form_of
from guiguan.apps.campaigns.queries import blueprint_of
from guiguan.apps.entries.models import PaperReading
from guiguan.apps.entries.paper_readings import fields_read, reading_of
from guiguan.apps.entries.queries import about, find_entry
from guiguan.apps.entries.services.locked import refuse_unless_editable, refuse_unless_reminded
from guiguan.apps.entries.services.save import FROM_THE_UNIT, Conflict, save_answer
from guiguan.apps.files.models import File
from guiguan.core.values.finding import Finding, InputError
from guiguan.documents.intake.verdict import Refused


@dataclass
class Taken:
    """`saved`: fields that now stand as the form has them; `conflicts`: changed by somebody meanwhile, left as they are;
    `refused`: field → why not."""

    saved: list[str] = field(default_factory=list)
    conflicts: dict[str, Conflict] = field(default_factory=dict)
    refused: dict[str, InputError] = field(default_factory=dict)


def read_word_form(by: Person, at: int, entry_id: UUID, document: str, file: File) -> PaperReading:
    """The file is read as this form; nothing of the entry is changed. Raises Forbidden, InputError. Call it outside a transaction."""
    entry = find_entry(entry_id)
    assert entry is not None
    ask(by, "entry.write", about(entry))
    refuse_unless_editable(entry, at)
    refuse_unless_reminded(entry)
    blueprint = blueprint_of(entry.campaign)
    form = form_of(entry.campaign, blueprint, document)
    if form is None or file.by != by.pk or file.kind != "docx":
        raise InputError(
            Finding("form.no-form", "没有这份表格，或文件不是 docx", "no such form, or the file is no docx")
        )
    reading = reading_of(by.pk, at, entry, blueprint, form, file)
    if isinstance(reading, Refused):
        raise InputError(reading.finding)
    found = fields_read(reading)
    if not any(f.state == "read" for f in found.values()):
        raise InputError(
            Finding(
                "form.nothing-read",
                f"文件中没有读到“{form.title}”的内容：没有找到表上的栏目名称，或都没有填写。请核对是否选对了文件",
                "nothing of this form was found in the file: none of its labels, or none filled in; check the file",
            )
        )
    with transaction.atomic():
        record(
            str(by.pk),
            at,
            "entry.read-word",
            f"entry:{entry.pk}",
            campaign=entry.campaign_id,
            file=str(file.pk),
        )
    return reading


def take_over(by: Person, at: int, reading: PaperReading, wanted: Mapping[str, int]) -> Taken:
    """Each wanted field (field → the revision that was on the page) stands as the form has it. Raises Forbidden.

    What somebody changed since is a conflict and stays; each field is a change of its own.
    """
    found, taken = fields_read(reading), Taken()
    for name, seen in wanted.items():
        answer = found.get(name)
        if answer is None or answer.state != "read" or name in FROM_THE_UNIT:
            continue
        try:
            save_answer(by, at, reading.entry_id, name, answer.value, seen)
            taken.saved.append(name)
        except Conflict as conflict:
            taken.conflicts[name] = conflict
        except InputError as error:
            taken.refused[name] = error
    return taken
