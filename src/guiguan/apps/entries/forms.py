"""An entry's official forms, filled with what stands in it now."""

from __future__ import annotations

from guiguan.apps.campaigns.form_templates import Form, template_bytes
from guiguan.apps.entries.models import Entry
from guiguan.apps.entries.queries import sheet_of
from guiguan.core.blueprint.model import Blueprint
from guiguan.core.values.finding import Finding, InputError
from guiguan.documents.forms.answers import printed
from guiguan.documents.forms.faces import faces
from guiguan.documents.forms.fill import fill
from guiguan.documents.forms.office import pdf_of


def filled_docx(entry: Entry, blueprint: Blueprint, form: Form) -> bytes:
    """The form as Word file."""
    answers = printed(blueprint, sheet_of(entry, blueprint).values, form.layout)
    return fill(template_bytes(form, blueprint), answers, faces())


def filled_pdf(entry: Entry, blueprint: Blueprint, form: Form) -> bytes:
    """The form as PDF. InputError where a character of it is in no font here: an empty box is never printed."""
    values = sheet_of(entry, blueprint).values
    lacking = faces().lacking("".join(str(v) for v in values.values()))
    if lacking:
        raise InputError(
            Finding(
                "form.no-glyph",
                f"本机字体中没有这些字：{'、'.join(lacking)}。请下载 Word 版打印，或改用常用字",
                f"no font here has these characters: {' '.join(lacking)}; print the Word file, or write them otherwise",
            )
        )
    return pdf_of(fill(template_bytes(form, blueprint), printed(blueprint, values, form.layout), faces()))
