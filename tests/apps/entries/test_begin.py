"""Beginning an entry: by whom, when, how many; and what the form then holds already."""

from __future__ import annotations

import pytest
from apps.conftest import make_staff, make_unit
from apps.entries.conftest import NOON, TEXT, Scene, make_campaign, moment

from guiguan.apps.accounts.permission import Forbidden
from guiguan.apps.audit.models import Record
from guiguan.apps.audit.queries import broken
from guiguan.apps.entries import services
from guiguan.apps.entries.models import Answer, Entry
from guiguan.core.lifecycle.moves import NoSuchMove
from guiguan.core.values.finding import InputError


def test_a_member_begins_a_draft_with_the_units_name_in_it(scene: Scene) -> None:
    entry = services.start_entry(scene.teammate, NOON, scene.campaign, scene.unit)
    assert (entry.state, entry.number, entry.reminded) == ("draft", None, False)
    assert Answer.objects.get(entry=entry, field="applicant").value == "甲公司"
    last = Record.objects.order_by("-sequence")[0]
    assert (last.action, last.by, last.subject) == (
        "entry.start",
        str(scene.teammate.pk),
        f"entry:{entry.pk}",
    )
    assert list(broken()) == []


def test_a_stranger_and_staff_begin_nothing(scene: Scene) -> None:
    for person in (scene.stranger, make_staff("lead", "case"), make_staff("supervisor", "case")):
        with pytest.raises(Forbidden):
            services.start_entry(person, NOON, scene.campaign, scene.unit)
    assert not Entry.objects.exists()


@pytest.mark.parametrize("state", ["waiting", "refused", "suspended"])
def test_a_unit_that_is_not_approved_begins_nothing(scene: Scene, state: str) -> None:
    waiting = make_unit(scene.author, state=state)
    with pytest.raises(Forbidden):
        services.start_entry(scene.author, NOON, scene.campaign, waiting)


@pytest.mark.parametrize(
    ("when", "open_then"),
    [
        ("2026-02-28T23:59:59.999", False),
        ("2026-03-01T00:00", True),
        ("2026-03-31T23:59:59.999", True),
        ("2026-04-01T00:00", False),
    ],
)
def test_the_window_is_kept_to_the_millisecond(scene: Scene, when: str, open_then: bool) -> None:
    if open_then:
        services.start_entry(scene.author, moment(when), scene.campaign, scene.unit)
    else:
        with pytest.raises(InputError, match="三（一）"):
            services.start_entry(scene.author, moment(when), scene.campaign, scene.unit)


def test_the_fourth_is_refused_with_its_clause_until_one_is_given_up(scene: Scene) -> None:
    first, _, _ = (scene.draft() for _ in range(3))
    with pytest.raises(InputError, match=r"最多申报 3 项.*二（一）"):
        scene.draft()
    services.abandon_entry(scene.author, NOON, first.pk)
    scene.draft()
    assert Entry.objects.exclude(state="abandoned").count() == 3


def test_a_branch_uses_up_its_groups_number_and_a_subsidiary_its_own(scene: Scene) -> None:
    branch, subsidiary = make_unit(scene.author), make_unit(scene.author)
    for unit, kind in ((branch, "branch"), (subsidiary, "subsidiary")):
        unit.parent, unit.unit_kind = scene.unit, kind
        unit.save()
    for _ in range(3):
        scene.draft()
    with pytest.raises(InputError, match="名额已用完"):
        scene.draft(unit=branch)
    scene.draft(unit=subsidiary)


def test_a_closed_campaign_takes_nothing(scene: Scene) -> None:
    scene.campaign.state = "closed"
    scene.campaign.save()
    with pytest.raises(InputError, match="没有开放"):
        services.start_entry(scene.author, NOON, scene.campaign, scene.unit)


def test_only_a_draft_can_be_given_up(scene: Scene) -> None:
    entry = scene.filled()
    services.submit_entry(scene.author, NOON, entry.pk)
    with pytest.raises(NoSuchMove):
        services.abandon_entry(scene.author, NOON, entry.pk)
    entry.refresh_from_db()
    assert entry.state == "submitted"


def test_a_unit_of_another_province_is_told_who_may_apply(scene: Scene) -> None:
    text = TEXT.replace("campaign: case", "campaign: gx").replace(
        "  as_one: [branch]",
        "  clause: 四（二）\n  who: [{kind: legal_person, registered_in: '450000'}]\n  as_one: [branch]",
    )
    campaign = make_campaign(text, "gx")
    scene.unit.region = "440100"
    scene.unit.save()
    with pytest.raises(InputError, match=r"须为在广西壮族自治区注册登记的独立法人（通知四（二））"):
        services.start_entry(scene.author, NOON, campaign, scene.unit)
    scene.unit.region = "450100"
    scene.unit.save()
    services.start_entry(scene.author, NOON, campaign, scene.unit)
