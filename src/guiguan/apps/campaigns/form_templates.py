"""The Word templates of a campaign's official forms: those that ship, and those that an organiser put in their place."""

from __future__ import annotations

import uuid
from dataclasses import dataclass

from django.core.files.storage import default_storage
from django.db import transaction

from guiguan.apps.accounts.models import Person
from guiguan.apps.accounts.permission import ask
from guiguan.apps.audit.services import record
from guiguan.apps.campaigns.models import Campaign, FormTemplate
from guiguan.apps.campaigns.queries import blueprint_of
from guiguan.apps.files.keeping import copied, work_folder
from guiguan.apps.files.models import File
from guiguan.core.blueprint.base import say
from guiguan.core.blueprint.lookup import fields
from guiguan.core.blueprint.model import Blueprint
from guiguan.core.blueprint.publishing import Document
from guiguan.core.permissions.table import About
from guiguan.core.values.finding import Finding, InputError
from guiguan.documents.forms.layout import Layout, layout_of
from guiguan.documents.forms.shipped import names_of, template_of
from guiguan.documents.forms.template import look_at_template


@dataclass(frozen=True)
class Form:
    """One official form of a campaign. `own`: the organiser's template, None where the shipped one is used."""

    document: Document
    layout: Layout | None
    own: uuid.UUID | None

    @property
    def id(self) -> str:
        return self.document.id

    @property
    def title(self) -> str:
        return say(self.document.title)

    @property
    def readable(self) -> bool:
        """Whether a filled one can be read back: it asks for more than the applicant's name, which comes from the registration."""
        if self.document.kind == "form" or self.layout is None:
            return self.document.kind == "form"
        return any(p.kind != "words" and p.field != "applicant" for p in self.layout.pieces())


def forms_of(campaign: Campaign, blueprint: Blueprint) -> tuple[Form, ...]:
    """The forms that can be produced filled, in the blueprint's order."""
    own = dict(FormTemplate.objects.filter(campaign=campaign).values_list("document", "file"))
    found = (
        Form(d, layout_of(d.template) if d.template else None, own.get(d.id))
        for d in blueprint.documents
        if d.kind in ("form", "commitment")
    )
    return tuple(f for f in found if f.layout or f.own)


def form_of(campaign: Campaign, blueprint: Blueprint, document: str) -> Form | None:
    return next((f for f in forms_of(campaign, blueprint) if f.id == document), None)


def template_bytes(form: Form, blueprint: Blueprint) -> bytes:
    """The Word file in which the form is filled. FileNotFoundError where the organiser's is gone from the storage."""
    if form.own is not None:
        with default_storage.open(File.objects.get(pk=form.own).stored) as held:
            return bytes(held.read())
    assert form.layout is not None
    return template_of(form.layout, names_of(blueprint))


@transaction.atomic
def put_form_template(by: Person, at: int, slug: str, document: str, file: File) -> tuple[str, ...]:
    """The file is the template of this form from now on; labels of the fields that the shipped form prints and this one does not.

    Raises Forbidden; InputError with every fault of the template.
    """
    campaign = Campaign.objects.select_for_update(of=("self",)).select_related("in_force").get(pk=slug)
    ask(by, "campaign.draft", About(campaign=slug))
    blueprint = blueprint_of(campaign)
    wanted = next(
        (d for d in blueprint.documents if d.id == document and d.kind in ("form", "commitment")), None
    )
    if wanted is None or file.by != by.pk or file.kind != "docx":
        raise InputError(
            Finding(
                "form.no-form",
                "蓝图的 documents 里没有这份表格，或文件不是 docx",
                "the blueprint has no such form, or the file is no docx",
            )
        )
    layout = layout_of(wanted.template) if wanted.template else None
    with work_folder() as work:
        copied(file.stored, work / "template.docx")
        looked = look_at_template(work / "template.docx", blueprint, layout, work)
    if looked.faults:
        raise InputError(*looked.faults)
    FormTemplate.objects.update_or_create(
        campaign=campaign, document=document, defaults={"file": file.pk, "by": by.pk, "at": at}
    )
    record(str(by.pk), at, "campaign.form-template", f"file:{file.pk}", campaign=slug, document=document)
    return tuple(say(fields(blueprint)[name].label) for name in looked.lacking)


@transaction.atomic
def drop_form_template(by: Person, at: int, slug: str, document: str) -> None:
    """The form is printed by the shipped template again. Raises Forbidden."""
    Campaign.objects.select_for_update().get(pk=slug)
    ask(by, "campaign.draft", About(campaign=slug))
    if FormTemplate.objects.filter(campaign=slug, document=document).delete()[0]:
        record(str(by.pk), at, "campaign.form-template-drop", f"document:{document}", campaign=slug)
