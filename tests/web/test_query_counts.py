"""List pages ask the database the same number of questions for one row and for three."""

from __future__ import annotations

import itertools
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from typing import cast

import pytest
from apps.conftest import make_person, make_staff, make_unit
from apps.entries.conftest import NOON, TEXT, make_campaign
from django.db import connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext

from guiguan.apps.accounts.models import Organisation, Person
from guiguan.apps.audit.services import record
from guiguan.apps.campaigns.models import Announcement, Campaign, Question, Version
from guiguan.apps.endorsing.models import Body
from guiguan.apps.entries.models import Entry, Submission
from guiguan.apps.messages.services import queue
from guiguan.apps.recommending.models import Recommendation
from guiguan.apps.screening.models import Screening
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
        campaign=place.campaign,
        number=place.campaign.announcements.count() + 1,
        title="公告",
        text="内容",
        by=place.viewer.pk,
        at=NOON,
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


def regional(place: Place) -> None:
    """An entry of a province of its own, accepted, with a list that it is on."""
    n = next(_number)
    entry(place)
    made = Entry.objects.latest("made_at")
    made.state, made.region = "accepted", f"{11 + n % 40}0100"
    made.save()
    found, _ = Recommendation.objects.get_or_create(
        campaign=place.campaign, stage="recommended", group=f"{made.region[:2]}0000"
    )
    found.rows.create(entry=made, place=n, reason="理由", by=place.viewer.pk, at=NOON)


def listed(place: Place) -> None:
    """One entry more on the list of Guangxi, one that may come on it, and one change of the past."""
    for on in (True, False):
        entry(place)
        made = Entry.objects.latest("made_at")
        made.state = "accepted"
        made.save()
        found, _ = Recommendation.objects.get_or_create(
            campaign=place.campaign, stage="recommended", group="450000"
        )
        if on:
            found.rows.create(
                entry=made, place=made.made_at - NOON, reason="理由", by=place.viewer.pk, at=NOON
            )
    found.changes.create(before=[], after=[], reason="理由", state="dropped", by=make_person().pk, at=NOON)


def body(place: Place) -> Body:
    n = next(_number)
    made = Body.objects.create(
        campaign=place.campaign, name=f"单位{n}", kind="市直部门", by=place.viewer.pk, at=NOON
    )
    made.seats.create(person=place.viewer, since=NOON)
    return made


def before_body(place: Place) -> None:
    """One more entry, one list and one list from below before the one body for which the viewer sits."""
    first = Body.objects.order_by("pk").first() or body(place)
    entry(place)
    made = Entry.objects.latest("made_at")
    first.endorsements.create(entry=made, kind="recommend")
    n = next(_number)
    below = body(place)
    below.parent = first
    below.save()
    for owner in (first, below):
        part = owner.collections.create(
            number=n, state="handed_up", by=place.viewer.pk, at=NOON, handed_at=NOON
        )
        part.rows.create(entry=made, place=1)


def decided(place: Place) -> None:
    """One more decision, by somebody of their own."""
    entry(place)
    made = Entry.objects.latest("made_at")
    Screening.objects.create(
        submission=made.submissions.get(),
        stage="check",
        outcome="refuse",
        reason="bad",
        checklist={},
        by=make_person().pk,
        at=NOON,
    )


def release(place: Place) -> None:
    """One more published batch with an entry and a correction."""
    n = next(_number)
    entry(place)
    made = place.campaign.releases.create(
        stage="release",
        period="2026-H1",
        number=n,
        state="published",
        by=place.viewer.pk,
        at=NOON,
        published_at=NOON,
    )
    row = made.rows.create(entry=Entry.objects.latest("made_at"), place=1, reason="理由")
    row.corrections.create(reason="理由", state="stands", by=place.viewer.pk, at=NOON)


RULED = TEXT + (
    "  - {id: experts, kind: panel, who: undertaker, scale: {low: 0, high: 100}, criteria: [{id: use, title: 实用, weight: 100}], "
    "aggregate: {by: sheet, method: mean, incomplete: drop_sheet}}\n"
    "  - {id: recommended, kind: selection, by: experts, within: [province], lists: true, "
    "take: {percent: 100, of: declare, rounding: floor}}\n"
    "  - {id: shown, kind: notice, working_days: 5}\n"
    "  - {id: release, kind: release, every: half_year}\n"
)
RULED = RULED.replace("applicants:\n", "endorsers: {list: [市直部门]}\napplicants:\n")


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
    "statistics of screening": ("/organiser/screening/case/statistics/", "screener", decided),
    "lists, campaigns": ("/organiser/recommendations/", "lead", campaign),
    "lists by region": ("/organiser/recommendations/case/", "lead", regional),
    "one list": ("/organiser/recommendations/case/recommended/450000/", "lead", listed),
    "bodies": ("/organiser/bodies/case/", "clerk", lambda place: (body(place), None)[1]),
    "an endorser's bodies": ("/endorsing/", "endorser", lambda place: (body(place), None)[1]),
    "before a body": ("/endorsing/case/{body}/", "endorser", before_body),
    "batches": ("/organiser/releases/case/", "lead", release),
    "released": ("/campaigns/case/releases/", "", release),
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
    made = make_campaign(RULED)
    everywhere = role in ("auditor", "security_admin")
    staff = role not in ("", "applicant")
    viewer = make_staff(cast(Role, role), "" if everywhere else "case") if staff else make_person()
    place = Place(made, viewer, make_unit(viewer))
    browser = as_person(viewer if role else None)

    more(place)
    first = Body.objects.order_by("pk").first()
    address = path.format(unit=place.unit.pk, body=first.pk if first else 0)
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
