"""The Word templates of a campaign's official forms: download, change with Word, put in place, take back."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from guiguan.apps.accounts.models import Person
from guiguan.apps.campaigns.form_templates import (
    drop_form_template,
    form_of,
    forms_of,
    put_form_template,
    template_bytes,
)
from guiguan.apps.campaigns.models import Campaign
from guiguan.apps.campaigns.queries import blueprint_of
from guiguan.apps.files.services import take_file
from guiguan.core.values.finding import Finding, InputError
from guiguan.documents.forms.office import office
from guiguan.web.applicant.files_sent import TYPES, disposition
from guiguan.web.common.clock import now
from guiguan.web.common.door import door, person_of
from guiguan.web.common.language import lang
from guiguan.web.organiser.campaigns_find import frame, one_campaign

MEGABYTES = 10


def _me(request: HttpRequest) -> Person:
    person = person_of(request)
    assert person is not None  # the door lets in nobody else
    return person


@door("campaign.inspect", one_campaign)
def forms(request: HttpRequest, campaign: Campaign) -> HttpResponse:
    """Every form, and whose template it has."""
    return _forms(request, campaign, "", ())


@door("campaign.inspect", one_campaign, keep=("form",))
def download(request: HttpRequest, campaign: Campaign, form: str) -> HttpResponse:
    """The template as it is used now."""
    blueprint = blueprint_of(campaign)
    found = form_of(campaign, blueprint, form)
    if found is None:
        raise Http404
    response = HttpResponse(template_bytes(found, blueprint), content_type=TYPES["docx"])
    response["Content-Disposition"] = disposition(_("%(title)s（表样）.docx") % {"title": found.title})
    response["X-Content-Type-Options"] = "nosniff"
    return response


@door("campaign.draft", one_campaign, methods=("POST",), keep=("form",))
def put(request: HttpRequest, campaign: Campaign, form: str) -> HttpResponse:
    """The uploaded file is the template from now on; every fault of it is told."""
    if form not in {d.id for d in blueprint_of(campaign).documents}:
        raise Http404
    person, at, uploaded = _me(request), now(), request.FILES.get("file")
    try:
        if uploaded is None:
            raise InputError(Finding("form.file-missing", "请选择改好的表样", "choose the changed template"))
        file = take_file(person.pk, at, uploaded, formats=("docx",), megabytes=MEGABYTES)
        lacking = put_form_template(person, at, campaign.pk, form, file)
    except InputError as error:
        return _forms(request, campaign, form, error.findings)
    messages.success(request, _("表样已换上，申报单位下载的表格从现在起用它。"))
    if lacking:
        text = _("新表样没有印这些栏目：%(fields)s。如果不是有意去掉的，请补上后重新上传。")
        messages.warning(request, text % {"fields": _("、").join(lacking)})
    return redirect("campaign-forms", slug=campaign.pk)


@door("campaign.draft", one_campaign, methods=("POST",), keep=("form",))
def drop(request: HttpRequest, campaign: Campaign, form: str) -> HttpResponse:
    """The shipped template is used again."""
    drop_form_template(_me(request), now(), campaign.pk, form)
    messages.success(request, _("已改回随程序提供的表样。"))
    return redirect("campaign-forms", slug=campaign.pk)


def _forms(
    request: HttpRequest, campaign: Campaign, faulty: str, faults: tuple[Finding, ...]
) -> HttpResponse:
    texts = [f.text(lang()) for f in faults]
    rows = [
        {"form": f, "id": f"template-{f.id}", "error": " ".join(texts) if f.id == faulty else ""}
        for f in forms_of(campaign, blueprint_of(campaign))
    ]
    context = frame(campaign, person_of(request), "campaign-forms") | {
        "rows": rows,
        "megabytes": MEGABYTES,
        "pdf": office() is not None,
        "errors": [(text, f"template-{faulty}") for text in texts],
    }
    return render(request, "organiser/campaigns/forms.html", context, status=422 if faults else 200)
