"""The page behind the link of an invitation."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from guiguan.apps.accounts.members import NoSuchInvitation, accept_invitation, open_invitation
from guiguan.web.common.clock import now
from guiguan.web.common.door import door, person_of


@door("invitation.accept", methods=("GET", "HEAD", "POST"))
def invitation(request: HttpRequest, token: str) -> HttpResponse:
    """Who invites, and the button that accepts; for anybody else only that the link does not work for them."""
    person = person_of(request)
    assert person is not None  # the door leads everybody else to signing in, and back here
    try:
        if request.method == "POST":
            unit = accept_invitation(person, now(), token)
            messages.success(request, _("您已加入 %(unit)s。") % {"unit": unit.name})
            return redirect("units-unit", unit=unit.pk)
        found = open_invitation(person, now(), token)
    except NoSuchInvitation:
        return render(request, "applicant/units/invitation_over.html", status=410)
    return render(request, "applicant/units/invitation.html", {"unit": found.organisation})
