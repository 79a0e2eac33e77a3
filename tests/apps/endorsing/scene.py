"""Campaigns in which bodies endorse: Qingdao's as shipped, and Guangxi's lists of scenarios."""

from __future__ import annotations

import hashlib
import itertools
from dataclasses import dataclass, field
from pathlib import Path

from apps.conftest import make_person, make_staff, make_unit
from apps.entries.conftest import moment

from guiguan.apps.accounts.models import Person
from guiguan.apps.campaigns.models import Campaign, Version
from guiguan.apps.endorsing.bodies import register_body, seat_person
from guiguan.apps.endorsing.models import Body
from guiguan.apps.entries.models import Answer, Entry, Submission
from guiguan.apps.files.models import File

SHIPPED = Path(__file__).parents[3] / "blueprints"
QD_AT, SC_AT = moment("2020-07-20T10:00"), moment("2026-03-20T10:00")
_number = itertools.count(1)


@dataclass
class Scene:
    campaign: Campaign
    clerk: Person
    lead: Person
    at: int
    people: dict[str, Person] = field(default_factory=dict)

    def body(self, name: str, kind: str, region: str = "", parent: Body | None = None) -> Body:
        """A registered body with somebody who sits for it."""
        made = register_body(
            self.clerk, self.at, self.campaign.pk, name, kind, region, parent.pk if parent else None
        )
        self.people[name] = make_staff("endorser", self.campaign.pk)
        seat_person(self.clerk, self.at, made.pk, self.people[name].username)
        return made

    def entry(self, title: str, region: str = "", **answers: str) -> Entry:
        """An entry of a unit of its own, handed in."""
        unit = make_unit(make_person())
        n = next(_number)
        entry = Entry.objects.create(
            campaign=self.campaign,
            organisation=unit,
            number=f"E{n:04}",
            state="submitted",
            title=title,
            category=answers.get("category", ""),
            region=region,
            made_by=unit.memberships.get().person_id,
            made_at=self.at,
            submitted_at=self.at,
        )
        values = {"title": title, **answers}
        for name, value in values.items():
            Answer.objects.create(
                entry=entry, field=name, value=value, revision=1, by=entry.made_by, at=self.at
            )
        Submission.objects.create(
            entry=entry,
            number=1,
            kind="declaration",
            blueprint=1,
            answers=values,
            attachments={},
            sha256="0" * 64,
            by=entry.made_by,
            at=self.at,
        )
        return entry

    def author(self, entry: Entry) -> Person:
        return Person.objects.get(pk=entry.made_by)


def seal(by: Person) -> File:
    """A scan that the check let through."""
    n = next(_number)
    return File.objects.create(
        name="意见.pdf",
        kind="pdf",
        size=1,
        sha256="0" * 64,
        original_sha256="0" * 64,
        stored=f"seal-{n}",
        by=by.pk,
        at=1,
    )


def make_scene(shipped: str, at: int) -> Scene:
    """The shipped blueprint, in force."""
    slug = f"{shipped.split('-')[0]}-{next(_number)}"
    text = (SHIPPED / f"{shipped}.yaml").read_text(encoding="utf-8")
    text = text.replace(f"campaign: {shipped}", f"campaign: {slug}", 1)
    campaign = Campaign.objects.create(slug=slug, title="活动", state="open", made_at=1, opened_at=1)
    campaign.in_force = Version.objects.create(
        campaign=campaign,
        number=1,
        text=text,
        sha256=hashlib.sha256(text.encode()).hexdigest(),
        by=make_person().pk,
        at=1,
        in_force_at=1,
    )
    campaign.save()
    return Scene(campaign, make_staff("clerk", slug), make_staff("lead", slug), at)
