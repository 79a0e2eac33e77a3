"""A campaign is created and gets versions; no version with a fault is ever kept."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from guiguan.apps.accounts.models import Grant, Person
from guiguan.apps.accounts.permission import Forbidden
from guiguan.apps.audit.models import Record
from guiguan.apps.campaigns.drafts import MAX_CHARACTERS
from guiguan.apps.campaigns.models import Campaign, Version
from guiguan.apps.campaigns.services import add_version, create_campaign
from guiguan.core.values.finding import InputError

pytestmark = pytest.mark.django_db
Staff = Callable[..., Person]
SLUG = "guangxi-2021"


def rules_of(error: pytest.ExceptionInfo[InputError]) -> list[str]:
    return [f.rule for f in error.value.findings]


def test_whoever_creates_a_campaign_works_on_it(staff: Staff, gx: str) -> None:
    clerk = staff("clerk", "another")
    campaign = create_campaign(clerk, 5, gx)
    assert (campaign.pk, campaign.title, campaign.state) == (SLUG, "广西信息化优秀案例征集评选活动", "draft")
    assert list(Grant.objects.filter(campaign=SLUG).values_list("person", "role")) == [(clerk.pk, "clerk")]
    version = Version.objects.get()
    assert (version.number, version.text, version.in_force_at) == (1, gx, None)
    record = Record.objects.get(action="campaign.create")
    assert (record.by, record.detail) == (str(clerk.pk), {"sha256": version.sha256, "version": 1})
    granted = Record.objects.get(action="role.grant", campaign=SLUG)
    assert (granted.by, granted.subject) == (str(clerk.pk), f"person:{clerk.pk}")


@pytest.mark.parametrize("role", ["screener", "supervisor", "undertaker"])
def test_others_create_none(staff: Staff, gx: str, role: str) -> None:
    with pytest.raises(Forbidden):
        create_campaign(staff(role, "another"), 5, gx)
    assert Campaign.objects.count() == 0


def test_an_id_is_taken_once(staff: Staff, gx: str) -> None:
    create_campaign(staff("lead", "another"), 5, gx)
    with pytest.raises(InputError) as error:
        create_campaign(staff("lead", "third"), 6, gx)
    assert rules_of(error) == ["campaign.id-taken"]
    assert Version.objects.count() == 1
    assert Record.objects.filter(action="campaign.create").count() == 1


def test_every_fault_is_told_with_its_line_and_nothing_is_kept(staff: Staff, gx: str) -> None:
    faulty = gx.replace("weight: 80, mapping: none", "weight: 70, mapping: none").replace(
        "kind: declaration", "kind: declarations"
    )
    with pytest.raises(InputError) as error:
        create_campaign(staff("lead", "another"), 5, faulty)
    lines = faulty.split("\n")
    for finding in error.value.findings:
        assert finding.place.line > 0
    kinds = [f for f in error.value.findings if "declarations" in lines[f.place.line - 1]]
    assert kinds != []
    assert Campaign.objects.count() == 0


def test_a_text_beyond_measure_is_not_read(staff: Staff) -> None:
    with pytest.raises(InputError) as error:
        create_campaign(staff("lead", "another"), 5, "#" * (MAX_CHARACTERS + 1))
    assert rules_of(error) == ["campaign.too-long"]


def test_the_newest_version_sent_twice_is_one(staff: Staff, gx: str) -> None:
    lead = staff("lead", SLUG)
    create_campaign(lead, 5, gx)
    changed = gx.replace("title: 广西信息化优秀案例征集评选活动", "title: 广西优秀案例")
    assert add_version(lead, 6, SLUG, gx).number == 1
    assert add_version(lead, 7, SLUG, changed, " 改名 ").number == 2
    assert add_version(lead, 8, SLUG, changed).number == 2
    assert Campaign.objects.get().title == "广西优秀案例"
    assert [v.note for v in Version.objects.order_by("number")] == ["", "改名"]
    assert Record.objects.filter(action="campaign.version").count() == 1


def test_a_blueprint_of_another_campaign_is_refused(staff: Staff, gx: str) -> None:
    lead = staff("lead", SLUG)
    create_campaign(lead, 5, gx)
    with pytest.raises(InputError) as error:
        add_version(lead, 6, SLUG, gx.replace("campaign: guangxi-2021", "campaign: other"))
    assert rules_of(error) == ["campaign.other-id"]


def test_strangers_add_no_version(staff: Staff, gx: str) -> None:
    create_campaign(staff("lead", SLUG), 5, gx)
    for stranger in (staff("lead", "another"), staff("supervisor", SLUG)):
        with pytest.raises(Forbidden):
            add_version(stranger, 6, SLUG, gx + "\n")
    assert Version.objects.count() == 1
