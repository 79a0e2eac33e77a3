"""What everybody may read of an entry: the fields that the form marks public, as they were last handed in, and nothing else."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any
from unicodedata import normalize
from uuid import UUID

from guiguan.apps.campaigns.models import Campaign
from guiguan.apps.entries.models import Entry, Submission
from guiguan.apps.entries.sealing import unpack
from guiguan.apps.files.models import File
from guiguan.core.blueprint.base import say
from guiguan.core.blueprint.form import FormField, RowsField, UploadField
from guiguan.core.blueprint.model import Blueprint, Category
from guiguan.core.entries.answers import Value
from guiguan.core.values.canonical import encode
from guiguan.core.values.chinese import same_text

NEVER = ("phone", "email", "identity_number")
"""Kinds of fields that reach a person: not shown even where a form marks them public by mistake."""
_ON_TOP = ("title", "applicant", "category", "summary")


@dataclass(frozen=True)
class Fact:
    """One public answer: the field's label and its texts, one a line or item."""

    field: str
    label: str
    texts: tuple[str, ...]
    kind: str


@dataclass(frozen=True)
class Case:
    """An entry as the public sees it. `category` is its id, "" where none fits; `pictures` are files, in their order."""

    number: str
    title: str
    applicant: str
    category: str
    category_title: str
    summary: str
    facts: tuple[Fact, ...]
    pictures: tuple[UUID, ...]

    @property
    def short(self) -> str:
        """The end of the number, as people call it out."""
        return self.number.rpartition("-")[2]


def public_cases(
    campaign: Campaign, blueprint: Blueprint, numbers: Iterable[str], lang: str = "zh"
) -> dict[str, Case]:
    """The cases with these numbers, by number; two questions to the database however many there are."""
    entries = Entry.objects.filter(campaign=campaign, number__in=list(numbers)).select_related("organisation")
    found = {e.pk: e for e in entries}
    newest: dict[UUID, Submission] = {}
    for submission in Submission.objects.filter(entry__in=found, kind="declaration").order_by("number"):
        newest[submission.entry_id] = submission
    cases = (_case(found[pk], s, blueprint, lang) for pk, s in newest.items())
    return {c.number: c for c in sorted(cases, key=lambda c: c.number)}


def case_documents(cases: Mapping[str, Case]) -> dict[str, bytes]:
    """Each case as its digest in the campaign's public record is made from, by number: canonical bytes, pictures by the digests of theirs."""
    wanted = [p for case in cases.values() for p in case.pictures]
    pictures = dict(File.objects.filter(pk__in=wanted).values_list("pk", "sha256"))
    return {number: _document(case, pictures) for number, case in cases.items()}


def _document(case: Case, pictures: Mapping[UUID, str]) -> bytes:
    told = {
        "applicant": case.applicant,
        "category": case.category,
        "entry": case.number,
        "summary": case.summary,
        "title": case.title,
    }
    facts = [{"field": f.field, "texts": [normalize("NFC", t) for t in f.texts]} for f in case.facts]
    about = {"facts": facts, "pictures": [pictures.get(p, "") for p in case.pictures]}
    return encode({name: normalize("NFC", text) for name, text in told.items()} | about)


def _case(entry: Entry, submission: Submission, blueprint: Blueprint, lang: str) -> Case:
    shown = [f for f in blueprint.form if f.public and f.kind not in NEVER]
    answers = {f.id: unpack(f, submission.answers[f.id]) for f in shown if f.id in submission.answers}
    category = _category(blueprint, str(answers.get("category", "")))
    assert entry.number is not None  # looked up by it
    return Case(
        number=entry.number,
        title=str(answers.get("title") or entry.title),
        applicant=str(answers.get("applicant") or entry.organisation.name),
        category=category.id if category else "",
        category_title=say(category.title, lang) if category else str(answers.get("category", "")),
        summary=str(answers.get("summary", "")),
        facts=tuple(_facts(shown, answers, lang)),
        pictures=tuple(_pictures(shown, submission.attachments)),
    )


def _facts(shown: Iterable[FormField], answers: Mapping[str, Value], lang: str) -> Iterator[Fact]:
    for field in shown:
        if field.id in _ON_TOP or isinstance(field, UploadField):
            continue
        texts = tuple(_texts(field, answers.get(field.id, ""), lang))
        if texts:
            yield Fact(field.id, say(field.label, lang), texts, field.kind)


def _texts(field: FormField, value: Value, lang: str) -> Iterator[str]:
    if isinstance(field, RowsField) and isinstance(value, list):
        labels = {c.id: say(c.label, lang) for c in field.columns}
        mark = "; " if lang == "en" else "；"
        for row in value:
            yield mark.join(f"{labels[c]} {t}" for c, t in row.items() if c in labels and t.strip())
    elif isinstance(value, list):
        yield from (str(v) for v in value if str(v).strip())
    elif str(value).strip():
        yield str(value)


def _pictures(shown: Iterable[FormField], attachments: Mapping[str, Any]) -> Iterator[UUID]:
    for field in shown:
        if field.kind == "pictures":
            yield from (UUID(row["file"]) for row in attachments.get(field.id, ()))


def _category(blueprint: Blueprint, text: str) -> Category | None:
    for c in blueprint.categories:
        if same_text(text) in {same_text(t) for t in (c.id, say(c.title), *c.also)}:
            return c
    return blueprint.categories[0] if not text and len(blueprint.categories) == 1 else None
