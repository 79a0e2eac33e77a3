"""What filled Word forms and scans say, read once for each file in a confined process and kept sealed."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Mapping
from dataclasses import asdict
from typing import Any
from uuid import UUID

from django.db import IntegrityError, transaction

from guiguan.apps.accounts.sealing import sealer
from guiguan.apps.campaigns.form_templates import Form
from guiguan.apps.entries.models import Entry, PaperReading
from guiguan.apps.files.keeping import copied, work_folder
from guiguan.apps.files.models import File
from guiguan.core.blueprint.model import Blueprint
from guiguan.documents.forms.readback import ReadField, read_back
from guiguan.documents.intake.confined import run_confined
from guiguan.documents.intake.verdict import Refused

SEALED = "entry.paper-reading"
MOST_JSON = 2_000_000


def reading_of(
    by: UUID, at: int, entry: Entry, blueprint: Blueprint, form: Form, file: File
) -> PaperReading | Refused:
    """The file read as this form, or as the words of a PDF; from the records where it was read before by the same rules.

    Call it outside a transaction: the reading takes a second.
    """
    assert entry.campaign.in_force is not None
    version = entry.campaign.in_force.number
    where = {"entry": entry, "document": form.id, "file": file.pk, "blueprint": version}
    known = PaperReading.objects.filter(**where).first()
    if known is not None:
        return known
    with work_folder() as work:
        copied(file.stored, work / "paper")
        if file.kind == "docx":
            found = read_back(work / "paper", blueprint, form.layout, work)
            said: Any = found if isinstance(found, Refused) else {n: asdict(f) for n, f in found.items()}
        else:
            said = _words(work / "paper")
    if isinstance(said, Refused):
        return said
    kind = "word" if file.kind == "docx" else "words"
    sealed = sealer().seal(json.dumps(said), SEALED)
    try:
        with transaction.atomic():
            return PaperReading.objects.create(**where, kind=kind, said=sealed, by=by, at=at)
    except IntegrityError:  # another request was quicker
        return PaperReading.objects.get(**where)


def _words(path: Any) -> list[str] | Refused:
    with tempfile.TemporaryFile(dir=path.parent) as output:
        outcome = run_confined("words", path, {}, output)
        if isinstance(outcome, Refused):
            return outcome
        output.seek(0)
        pages = json.loads(output.read(MOST_JSON))
        return [str(page) for page in pages]


def fields_read(reading: PaperReading) -> Mapping[str, ReadField]:
    """What a Word form says, field by field."""
    said = json.loads(sealer().unseal(bytes(reading.said), SEALED))
    return {n: ReadField(f["state"], f["value"], f["why"], tuple(f["texts"])) for n, f in said.items()}


def words_read(reading: PaperReading) -> list[str]:
    """The words of a PDF, page by page."""
    return list(json.loads(sealer().unseal(bytes(reading.said), SEALED)))
