"""What filled Word forms and scans say, read once for each file in a confined process and kept sealed."""

from __future__ import annotations

import json
import tempfile
import threading
from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any
from uuid import UUID

from django.db import IntegrityError, transaction

from guiguan.apps.accounts.sealing import sealer
from guiguan.apps.campaigns.form_templates import Form
from guiguan.apps.entries.models import Entry, PaperReading
from guiguan.apps.files.keeping import copied, work_folder
from guiguan.apps.files.models import File
from guiguan.core.blueprint.model import Blueprint
from guiguan.documents.forms.readback import MOST_JSON, ReadField, read_back
from guiguan.documents.intake.confined import run_confined
from guiguan.documents.intake.verdict import Refused, refused

SEALED = "entry.paper-reading"
PATIENCE = 10.0
"""Seconds that a page waits for its turn to read a paper; then it says that the paper cannot be read at present."""
_AT_ONCE = threading.BoundedSemaphore(2)
"""A page may show many new papers, and many pages may be asked for; each process may take half a gigabyte and twenty seconds."""


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
    said = _read(blueprint, form, file)
    if isinstance(said, Refused):
        return said
    kind = "word" if file.kind == "docx" else "words"
    sealed = sealer().seal(json.dumps(said), SEALED)
    try:
        with transaction.atomic():
            return PaperReading.objects.create(**where, kind=kind, said=sealed, by=by, at=at)
    except IntegrityError:  # another request was quicker
        return PaperReading.objects.get(**where)


def _read(blueprint: Blueprint, form: Form, file: File) -> Any:
    if not _AT_ONCE.acquire(timeout=PATIENCE):
        return refused("unchecked")
    try:
        with work_folder() as work:
            copied(file.stored, work / "paper")
            if file.kind != "docx":
                return _words(work / "paper")
            found = read_back(work / "paper", blueprint, form.layout, work)
            return found if isinstance(found, Refused) else {n: asdict(f) for n, f in found.items()}
    finally:
        _AT_ONCE.release()


def _words(path: Path) -> list[str] | Refused:
    with tempfile.TemporaryFile(dir=path.parent) as output:
        outcome = run_confined("words", path, {}, output)
        if isinstance(outcome, Refused):
            return outcome
        output.seek(0)
        content = output.read(MOST_JSON + 1)
    try:
        pages = json.loads(content) if len(content) <= MOST_JSON else None
    except (ValueError, RecursionError):
        pages = None
    return [str(page) for page in pages] if isinstance(pages, list) else refused("broken")


def fields_read(reading: PaperReading) -> Mapping[str, ReadField]:
    """What a Word form says, field by field."""
    said = json.loads(sealer().unseal(bytes(reading.said), SEALED))
    return {n: ReadField(f["state"], f["value"], f["why"], tuple(f["texts"])) for n, f in said.items()}


def words_read(reading: PaperReading) -> list[str]:
    """The words of a PDF, page by page."""
    return list(json.loads(sealer().unseal(bytes(reading.said), SEALED)))
