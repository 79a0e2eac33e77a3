"""Registering a unit, correcting a refused registration, and changing an approved unit's own facts."""

from __future__ import annotations

from typing import cast

from django.contrib import messages
from django.core.files.uploadedfile import UploadedFile
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from guiguan.apps.accounts.facts import UnitFacts, faults_of
from guiguan.apps.accounts.kinds import KINDS, UnitKind
from guiguan.apps.accounts.models import Organisation, Person
from guiguan.apps.accounts.sealing import NAME, PHONE, masked_phone, sealer
from guiguan.apps.accounts.units import change_unit, register_unit, resubmit_unit
from guiguan.apps.files.models import File
from guiguan.apps.files.services import take_file
from guiguan.core.values.finding import InputError
from guiguan.web.applicant.units_form import FORMATS, MEGABYTES, UnitForm
from guiguan.web.applicant.units_found import approved, membership
from guiguan.web.common.clock import now
from guiguan.web.common.door import door, person_of

_BOTH = ("GET", "HEAD", "POST")
_KEPT = "unit_files"
_PARTS = ("licence", "letter")
_CHANGEABLE = ("address", "region", "attribute", "type")


@door("organisation.register")
def start(request: HttpRequest) -> HttpResponse:
    return redirect("units-register", kind="enterprise")


@door("organisation.register", methods=_BOTH)
def register(request: HttpRequest, kind: str) -> HttpResponse:
    """The form of an enterprise or a user unit; what was filled in stays when something is wrong."""
    if kind not in KINDS:
        raise Http404
    person = _person(request)
    if not person.phone_verified:
        messages.warning(request, _("请先验证手机号，再注册单位。"))
        return redirect("account_change_phone")
    form = UnitForm(
        kind,
        request.POST or None,
        request.FILES or None,
        initial={"contact": _contact(person)},
        identity_known=bool(person.identity),
    )
    files = _files(request, form, person, None)
    if request.method == "POST":
        try:
            unit = register_unit(person, now(), _without_faults(form, files))
        except InputError as error:
            form.show(error.findings, request.LANGUAGE_CODE[:2])
        else:
            request.session.pop(_place(None), None)
            messages.success(request, _("注册申请已提交，将在 2 个工作日内审核，结果以短信通知。"))
            return redirect("units-unit", unit=unit.pk)
    return _page(request, form, files, person, None)


@door("organisation.apply", membership, methods=_BOTH)
def again(request: HttpRequest, unit: Organisation) -> HttpResponse:
    """The refused registration with everything that was given, to be corrected."""
    person = _person(request)
    if unit.state != "refused":
        return redirect("units-unit", unit=unit.pk)
    fields = ("name", "address", "region", "attribute", "type", "credit_code", "unit_kind")
    initial = {f: getattr(unit, f) for f in fields} | {"group": unit.parent_name, "contact": _contact(person)}
    form = UnitForm(
        cast(UnitKind, unit.kind),
        request.POST or None,
        request.FILES or None,
        initial=initial,
        identity_known=bool(person.identity),
    )
    files = _files(request, form, person, unit)
    if request.method == "POST":
        try:
            resubmit_unit(person, now(), unit.pk, _without_faults(form, files))
        except InputError as error:
            form.show(error.findings, request.LANGUAGE_CODE[:2])
        else:
            request.session.pop(_place(unit), None)
            messages.success(request, _("已重新提交，将在 2 个工作日内审核，结果以短信通知。"))
            return redirect("units-unit", unit=unit.pk)
    return _page(request, form, files, person, unit)


@door("organisation.write", approved, methods=_BOTH)
def change(request: HttpRequest, unit: Organisation) -> HttpResponse:
    """Address, region and classification of an approved unit, by its keeper; the name and the code need the organiser."""
    form = UnitForm(
        cast(UnitKind, unit.kind), request.POST or None, initial={f: getattr(unit, f) for f in _CHANGEABLE}
    )
    if request.method == "POST":
        came = form.facts({})
        try:
            change_unit(
                _person(request),
                now(),
                unit.pk,
                address=came.address,
                region=came.region,
                attribute=came.attribute,
                type=came.type,
            )
        except InputError as error:
            form.show(error.findings, request.LANGUAGE_CODE[:2])
        else:
            messages.success(request, _("已保存。"))
            return redirect("units-unit", unit=unit.pk)
    fields = [form[name] for name in _CHANGEABLE]
    return render(request, "applicant/units/change.html", {"unit": unit, "form": form, "fields": fields})


def _without_faults(form: UnitForm, files: dict[str, File | None]) -> UnitFacts:
    """The facts, unless a file was refused: then nothing is handed in, and all other faults are shown beside it."""
    facts = form.facts(files)
    if form.errors:
        raise InputError(*faults_of(facts))
    return facts


def _files(
    request: HttpRequest, form: UnitForm, person: Person, unit: Organisation | None
) -> dict[str, File | None]:
    """The files of the form: taken now, or kept from an earlier try so that nobody has to choose them twice."""
    place = _place(unit)
    kept: dict[str, str] = dict(request.session.get(place, {}))
    for part in _PARTS:
        uploaded = request.FILES.get(part)
        if isinstance(uploaded, UploadedFile):
            try:
                file = take_file(person.pk, now(), uploaded, formats=FORMATS, megabytes=MEGABYTES)
            except InputError as error:
                form.show(error.findings, request.LANGUAGE_CODE[:2], beside=part)
            else:
                kept[part] = str(file.pk)
    if kept:
        request.session[place] = kept
    chosen = {part: kept.get(part) or (getattr(unit, part) if unit else None) for part in _PARTS}
    return {part: File.objects.filter(pk=pk).first() if pk else None for part, pk in chosen.items()}


def _place(unit: Organisation | None) -> str:
    """Where the session keeps the files of one form: never those of one unit for another."""
    return f"{_KEPT}-{unit.pk if unit else 'new'}"


def _page(
    request: HttpRequest,
    form: UnitForm,
    files: dict[str, File | None],
    person: Person,
    unit: Organisation | None,
) -> HttpResponse:
    tabs = [
        (_(title), reverse("units-register", args=[k]), k == form.kind, None) for k, title in KINDS.items()
    ]
    phone = sealer().unseal(bytes(person.phone), PHONE) if person.phone else ""
    return render(
        request,
        "applicant/units/register.html",
        {"form": form, "tabs": tabs, "files": files, "phone": masked_phone(phone), "unit": unit},
    )


def _contact(person: Person) -> str:
    return sealer().unseal(bytes(person.name), NAME) if person.name else ""


def _person(request: HttpRequest) -> Person:
    person = person_of(request)
    assert person is not None  # the door leads everybody else to signing in
    return person
