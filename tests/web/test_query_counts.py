"""List pages ask the database the same number of questions for one row and for three."""

from __future__ import annotations

import itertools
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from typing import cast

import pytest
from apps.conftest import make_person, make_staff, make_unit
from apps.entries.conftest import NOON, make_campaign
from django.db import connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext

from guiguan.apps.accounts.models import Organisation, Person
from guiguan.apps.audit.services import record
from guiguan.apps.campaigns.models import Announcement, Campaign, Question, Version
from guiguan.apps.entries.models import Entry, Submission
from guiguan.apps.messages.services import queue
from guiguan.core.permissions.roles import Role

_number = itertools.count(1)


@dataclass
class Place:
    """Who looks, and where rows belong."""

    campaign: Campaign
    viewer: Person
    unit: Organisation


def entry(place: Place, unit: Organisation | None = None) -> None:
    """An entry that was handed in."""
    n = next(_number)
    made = Entry.objects.create(
        campaign=place.campaign,
        organisation=unit or make_unit(),
        number=f"Q{n}",
        state="submitted",
        title=f"名称{n}",
        region="450100",
        made_by=place.viewer.pk,
        made_at=NOON + n,
        submitted_at=NOON + n,
    )
    Submission.objects.create(
        entry=made,
        number=1,
        kind="declaration",
        blueprint=1,
        answers={},
        attachments={},
        sha256="0" * 64,
        by=place.viewer.pk,
        at=NOON + n,
    )


def own_entry(place: Place) -> None:
    entry(place, place.unit)


def campaign(place: Place) -> None:
    """Another campaign, open, in which the viewer holds the same role."""
    slug = f"case-{next(_number)}"
    made = make_campaign(slug=slug)
    Version.objects.filter(campaign=made).update(sha256=place.campaign.in_force.sha256)  # type: ignore[union-attr]  # the scene's is in force
    for grant in list(place.viewer.grants.filter(campaign="case")):
        grant.pk, grant.campaign = None, slug
        grant.save()


def version(place: Place) -> None:
    n = next(_number)
    Version.objects.create(
        campaign=place.campaign,
        number=n + 1,
        text=place.campaign.in_force.text,  # type: ignore[union-attr]  # the scene's is in force
        sha256=place.campaign.in_force.sha256,  # type: ignore[union-attr]  # as above
        by=place.viewer.pk,
        at=NOON + n,
        in_force_at=NOON + n,
    )


def announcement(place: Place) -> None:
    Announcement.objects.create(
        campaign=place.campaign, title="公告", text="内容", by=place.viewer.pk, at=NOON
    )


def question(place: Place) -> None:
    Question.objects.create(
        campaign=place.campaign,
        text="问",
        by=make_person().pk,
        at=NOON,
        answer="答",
        answered_by=place.viewer.pk,
        answered_at=NOON,
        public=True,
    )


def unit_waiting(place: Place) -> None:
    make_unit(make_person(), state="waiting")


def own_unit(place: Place) -> None:
    make_unit(place.viewer)


def member(place: Place) -> None:
    place.unit.memberships.create(person=make_person(), keeper=False, since=NOON)


def message(place: Place) -> None:
    with transaction.atomic():
        queue(
            NOON,
            "unit-approved",
            once=f"q-{next(_number)}",
            person=place.viewer.pk,
            channels=("site",),
            to={},
            campaign=place.campaign.pk,
            facts={"unit": "示例公司"},
        )


def trail(place: Place) -> None:
    with transaction.atomic():
        record(
            str(make_person().pk), NOON, "entry.save", f"entry:{uuid.uuid4()}", campaign="case", field="title"
        )


def grant(place: Place) -> None:
    make_staff("clerk", "case")


PAGES: dict[str, tuple[str, str, Callable[[Place], None]]] = {
    "portal home": ("/", "", campaign),
    "portal": ("/campaigns/", "", campaign),
    "campaign, announcements": ("/campaigns/case/", "", announcement),
    "campaign, questions": ("/campaigns/case/", "applicant", question),
    "campaign, own entries": ("/campaigns/case/", "applicant", own_entry),
    "published versions": ("/campaigns/case/versions/", "", version),
    "my entries": ("/entries/", "applicant", own_entry),
    "my units": ("/units/", "applicant", own_unit),
    "members": ("/units/{unit}/members", "applicant", member),
    "inbox": ("/inbox/", "applicant", message),
    "approval queue": ("/organiser/units/", "clerk", unit_waiting),
    "screening, campaigns": ("/organiser/screening/", "screener", campaign),
    "screening queue": ("/organiser/screening/case/", "screener", entry),
    "organiser's campaigns": ("/organiser/campaigns/", "lead", campaign),
    "versions": ("/organiser/campaigns/case/versions/", "lead", version),
    "announcements": ("/organiser/campaigns/case/announcements/", "lead", announcement),
    "questions": ("/organiser/campaigns/case/questions/", "lead", question),
    "messages, campaigns": ("/organiser/messages/", "lead", campaign),
    "delivery": ("/organiser/messages/case", "lead", message),
    "audit of a campaign": ("/supervisor/audit/case", "supervisor", trail),
    "audit, campaigns": ("/supervisor/audit/", "supervisor", campaign),
    "whole audit": ("/supervisor/whole-audit", "auditor", trail),
    "people and roles": ("/administration/people", "security_admin", grant),
}


@pytest.mark.django_db
@pytest.mark.parametrize("name", PAGES)
def test_as_many_questions_for_three_rows_as_for_one(
    name: str, as_person: Callable[[Person | None], Client]
) -> None:
    path, role, more = PAGES[name]
    made = make_campaign()
    everywhere = role in ("auditor", "security_admin")
    staff = role not in ("", "applicant")
    viewer = make_staff(cast(Role, role), "" if everywhere else "case") if staff else make_person()
    place = Place(made, viewer, make_unit(viewer))
    browser = as_person(viewer if role else None)
    address = path.format(unit=place.unit.pk)

    more(place)
    once = asked(browser, address)
    more(place)
    more(place)
    thrice = asked(browser, address)
    assert once
    assert len(thrice) == len(once), "\n".join(thrice)


def asked(browser: Client, address: str) -> list[str]:
    """The queries of a visit; the one before it filled what is kept between visits."""
    assert browser.get(address).status_code == 200
    with CaptureQueriesContext(connection) as found:
        assert browser.get(address).status_code == 200
    return [str(q["sql"]) for q in found.captured_queries]
