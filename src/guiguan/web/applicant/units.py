"""One's units: the list, the page of one, and its files."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from guiguan.apps.accounts.models import Organisation
from guiguan.apps.accounts.queries import units_of
from guiguan.web.applicant.units_acting import acting_unit, choose_unit
from guiguan.web.applicant.units_found import approved, membership, membership_with_parts
from guiguan.web.common.door import door, person_of
from guiguan.web.common.units_file import send_unit_file
from guiguan.web.common.units_shown import COLOURS, code_doubt, facts, history, state_title


@door("organisation.register")
def home(request: HttpRequest) -> HttpResponse:
    """The person's units, or where to begin."""
    person = person_of(request)
    assert person is not None  # the door leads everybody else to signing in
    units = list(units_of(person))
    acting = acting_unit(request)
    cards = [
        {
            "unit": unit,
            "state": state_title(unit.state),
            "colour": COLOURS[unit.state],
            "acting": unit == acting,
            "choosable": unit.state == "approved" and sum(u.state == "approved" for u in units) > 1,
        }
        for unit in units
    ]
    return render(request, "applicant/units/home.html", {"cards": cards})


@door("organisation.apply", membership)
def unit(request: HttpRequest, unit: Organisation) -> HttpResponse:
    """The unit's facts, its state, and what its keeper can do next."""
    person = person_of(request)
    keeper = unit.memberships.filter(person=person, keeper=True).exists()
    doubt = code_doubt(unit)
    return render(
        request,
        "applicant/units/unit.html",
        {
            "unit": unit,
            "state": state_title(unit.state),
            "colour": COLOURS[unit.state],
            "facts": facts(unit),
            "history": history(unit),
            "keeper": keeper,
            "doubt": doubt.text(request.LANGUAGE_CODE[:2]) if doubt else "",
        },
    )


@door("organisation.read", approved, methods=("POST",))
def act_for(request: HttpRequest, unit: Organisation) -> HttpResponse:
    choose_unit(request, unit)
    messages.success(request, _("现在代表 %(unit)s 办理。") % {"unit": unit.name})
    return redirect("units-home")


@door("organisation.apply", membership_with_parts)
def file(request: HttpRequest, found: tuple[Organisation, dict[str, Any]]) -> HttpResponseBase:
    """The licence or the letter, as the unit handed it in."""
    unit, parts = found
    if parts["part"] not in ("licence", "letter"):
        raise Http404
    return send_unit_file(unit, parts["part"])
