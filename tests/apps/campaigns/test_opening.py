"""What is in force binds: who may open, what a change after opening needs, and what never changes."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from pathlib import Path

import pytest
from django.conf import settings
from pytest_django import Settings

from guiguan.apps.accounts.models import Person
from guiguan.apps.accounts.permission import Forbidden
from guiguan.apps.audit.models import Record
from guiguan.apps.campaigns.models import Campaign, Version
from guiguan.apps.campaigns.opening import agree, opening_findings, put_in_force
from guiguan.apps.campaigns.queries import blueprint_of, campaigns_open, loaded_with, versions_published
from guiguan.apps.campaigns.services import add_version, close_campaign, create_campaign
from guiguan.apps.gazette.queries import entries_of
from guiguan.box import keys as box_keys
from guiguan.box.keys import Keys
from guiguan.core.blueprint.ballots import Ballots
from guiguan.core.evidence.rules_document import rules_document
from guiguan.core.values.canonical import encode
from guiguan.core.values.finding import InputError

pytestmark = pytest.mark.django_db
Staff = Callable[..., Person]
SLUG = "guangxi-2021"
BEFORE = 1_619_800_000_000
VOTING = 1_623_500_000_000
MILD = ("label: 案例简介", "label: 案例的简介")
RULE = ("choices: {exactly: 10}", "choices: {exactly: 8}")


def rules_of(error: pytest.ExceptionInfo[InputError]) -> list[str]:
    return [f.rule for f in error.value.findings]


def actions() -> list[str]:
    return [
        r.action
        for r in Record.objects.filter(campaign=SLUG).order_by("sequence")
        if r.action != "role.grant"
    ]


def newer(by: Person, gx: str, change: tuple[str, str]) -> Version:
    assert gx.count(change[0]) == 1
    return add_version(by, BEFORE + 2, SLUG, gx.replace(*change))


def test_opening_pins_the_version_once(staff: Staff, gx: str) -> None:
    lead = staff("lead", SLUG)
    create_campaign(lead, BEFORE, gx)
    assert campaigns_open().count() == 0
    version = put_in_force(lead, BEFORE + 1, SLUG, 1, accept_warnings=True)
    put_in_force(lead, BEFORE + 9, SLUG, 1, accept_warnings=True)
    campaign = campaigns_open().get()
    assert (campaign.state, campaign.opened_at, campaign.in_force_id) == ("open", BEFORE + 1, version.pk)
    assert actions() == ["campaign.create", "campaign.open"]
    assert [v.number for v in versions_published(campaign)] == [1]


def test_warnings_must_be_accepted(staff: Staff, gx: str) -> None:
    lead = staff("lead", SLUG)
    create_campaign(lead, BEFORE, gx)
    with pytest.raises(InputError) as error:
        put_in_force(lead, BEFORE, SLUG, 1)
    assert rules_of(error) == ["campaign.warnings-unread"]
    assert Campaign.objects.get(pk=SLUG).state == "draft"


def test_a_stage_that_is_over_is_told_before_opening(staff: Staff, gx: str) -> None:
    create_campaign(staff("lead", SLUG), BEFORE, gx)
    loaded = loaded_with(Version.objects.get().sha256)
    assert [f.rule for f in opening_findings(loaded, BEFORE)] == ["blueprint.paper-same-day"]
    over = [f.zh for f in opening_findings(loaded, VOTING) if f.rule == "campaign.window-over"]
    assert over == [
        "“申报”的时间（2021-05-07 至 2021-06-06）已过",
        "“纸质材料”的时间（最迟 2021-06-06）已过",
    ]


@pytest.mark.parametrize("role", ["clerk", "supervisor", "screener"])
def test_only_the_lead_opens(staff: Staff, gx: str, role: str) -> None:
    create_campaign(staff("lead", SLUG), BEFORE, gx)
    with pytest.raises(Forbidden):
        put_in_force(staff(role, SLUG), BEFORE, SLUG, 1, accept_warnings=True)
    with pytest.raises(Forbidden):
        put_in_force(staff("lead", "another"), BEFORE, SLUG, 1, accept_warnings=True)
    assert Campaign.objects.get(pk=SLUG).in_force is None


def test_a_mild_change_comes_into_force_with_its_public_note(staff: Staff, opened: Campaign, gx: str) -> None:
    lead = staff("lead", SLUG)
    newer(lead, gx, MILD)
    with pytest.raises(InputError) as error:
        put_in_force(lead, VOTING, SLUG, 2, note=" ")
    assert rules_of(error) == ["campaign.note-missing"]
    put_in_force(lead, VOTING, SLUG, 2, note="更正栏目名称")
    opened.refresh_from_db()
    assert opened.in_force is not None
    assert (opened.in_force.number, opened.in_force.note, opened.in_force.second_by) == (
        2,
        "更正栏目名称",
        None,
    )
    last = Record.objects.order_by("-sequence")[0]
    assert last.action == "campaign.revise"
    assert last.detail["changes"] == ["form[summary].label"]


def test_a_rule_changes_only_by_two_different_people(staff: Staff, opened: Campaign, gx: str) -> None:
    lead, second = staff("lead", SLUG), staff("supervisor", SLUG)
    newer(lead, gx, RULE)
    with pytest.raises(InputError) as error:
        agree(second, BEFORE + 3, SLUG, 2)
    assert rules_of(error) == ["campaign.not-proposed"]
    put_in_force(lead, BEFORE + 3, SLUG, 2, note="减为八个")
    opened.refresh_from_db()
    assert opened.in_force is not None
    assert opened.in_force.number == 1
    with pytest.raises(InputError) as error:
        agree(lead, BEFORE + 4, SLUG, 2)
    assert rules_of(error) == ["campaign.same-person"]
    for stranger in (staff("clerk", SLUG), staff("supervisor", "another")):
        with pytest.raises(Forbidden):
            agree(stranger, BEFORE + 4, SLUG, 2)
    agree(second, BEFORE + 5, SLUG, 2)
    agree(second, BEFORE + 6, SLUG, 2)
    opened.refresh_from_db()
    assert opened.in_force is not None
    assert (opened.in_force.number, opened.in_force.second_by) == (2, second.pk)
    vote = next(s for s in blueprint_of(opened).stages if isinstance(s, Ballots))
    assert vote.choices.exactly == 8
    assert actions()[-2:] == ["campaign.propose", "campaign.revise"]


def test_a_rule_never_changes_once_its_stage_has_begun(staff: Staff, opened: Campaign, gx: str) -> None:
    lead, second = staff("lead", SLUG), staff("supervisor", SLUG)
    newer(lead, gx, RULE)
    put_in_force(lead, BEFORE + 3, SLUG, 2, note="减为八个")
    with pytest.raises(InputError) as error:
        agree(second, VOTING, SLUG, 2)
    assert rules_of(error) == ["campaign.change-refused"]
    assert error.value.findings[0].zh == (
        "stages[vote].choices.exactly（须恰好选几个）：10 → 8。所规定的环节已经开始，规则不再改动"
    )
    opened.refresh_from_db()
    assert opened.in_force is not None
    assert opened.in_force.number == 1


def test_an_older_version_does_not_come_back(staff: Staff, opened: Campaign, gx: str) -> None:
    lead = staff("lead", SLUG)
    newer(lead, gx, MILD)
    put_in_force(lead, BEFORE + 3, SLUG, 2, note="更正")
    with pytest.raises(InputError) as error:
        put_in_force(lead, BEFORE + 4, SLUG, 1, note="恢复")
    assert rules_of(error) == ["campaign.older-version"]


def test_what_has_ended_changes_no_more(staff: Staff, opened: Campaign, gx: str) -> None:
    lead = staff("lead", SLUG)
    newer(lead, gx, MILD)
    close_campaign(lead, BEFORE + 5, SLUG)
    close_campaign(lead, BEFORE + 6, SLUG)
    assert Campaign.objects.get(pk=SLUG).closed_at == BEFORE + 5
    assert actions().count("campaign.close") == 1
    acts: tuple[Callable[[], Version], ...] = (
        lambda: put_in_force(lead, BEFORE + 7, SLUG, 2, note="更正"),
        lambda: add_version(lead, BEFORE + 7, SLUG, gx.replace(*RULE)),
    )
    for act in acts:
        with pytest.raises(InputError) as error:
            act()
        assert rules_of(error) == ["campaign.ended"]


def test_a_draft_cannot_be_closed(staff: Staff, gx: str) -> None:
    lead = staff("lead", SLUG)
    create_campaign(lead, BEFORE, gx)
    with pytest.raises(InputError) as error:
        close_campaign(lead, BEFORE, SLUG)
    assert rules_of(error) == ["campaign.not-open"]


def told() -> list[dict[str, object]]:
    """The campaign's public record, without what follows from other tests."""
    return [{k: v for k, v in e.told.items() if k not in ("c", "v")} for e in entries_of(SLUG)]


def test_the_public_record_names_every_version_that_came_into_force_and_the_end(
    staff: Staff, gx: str
) -> None:
    lead = staff("lead", SLUG)
    create_campaign(lead, BEFORE, gx)
    newer(lead, gx, ("label: 案例名称", "label: 案例的名称"))
    assert told() == []
    first = put_in_force(lead, BEFORE + 1, SLUG, 1, accept_warnings=True)
    put_in_force(lead, BEFORE + 2, SLUG, 1, accept_warnings=True)
    text = gx.replace(*MILD)
    add_version(lead, BEFORE + 3, SLUG, text)
    second = put_in_force(lead, BEFORE + 4, SLUG, 3, note="改一处文字")
    close_campaign(lead, BEFORE + 5, SLUG)
    close_campaign(lead, BEFORE + 6, SLUG)
    heads = {
        r.action: {"number": r.sequence, "sha256": r.digest}
        for r in Record.objects.filter(action__in=("campaign.open", "campaign.revise", "campaign.close"))
    }
    key = hashlib.sha256(Keys(settings.GUIGUAN_DATA / "keys" / "ballots").pseudonym(SLUG)).hexdigest()

    def rules(version: Version, at: int, action: str) -> dict[str, object]:
        counting = rules_document(loaded_with(version.sha256).blueprint, version.sha256, None)
        return {
            "k": "rules",
            "t": at,
            "version": version.number,
            "sha256": version.sha256,
            "counting": hashlib.sha256(encode(counting)).hexdigest(),
            "pseudonym_key": key,
            "trail": heads[action],
        }

    assert told() == [
        rules(first, BEFORE + 1, "campaign.open"),
        rules(second, BEFORE + 4, "campaign.revise"),
        {"k": "admin", "t": BEFORE + 5, "act": "end", "trail": heads["campaign.close"]},
    ]
    assert hashlib.sha256(text.encode()).hexdigest() == second.sha256


def test_a_proposed_change_is_not_in_the_public_record_before_the_second_person(
    staff: Staff, gx: str
) -> None:
    lead = staff("lead", SLUG)
    create_campaign(lead, BEFORE, gx)
    put_in_force(lead, BEFORE + 1, SLUG, 1, accept_warnings=True)
    newer(lead, gx, RULE)
    put_in_force(lead, BEFORE + 3, SLUG, 2, note="改为选八个")
    assert [e["version"] for e in told()] == [1]
    agree(staff("supervisor", SLUG), BEFORE + 4, SLUG, 2)
    assert [e["version"] for e in told()] == [1, 2]


def test_new_rules_make_no_new_key_of_pseudonyms(
    staff: Staff, gx: str, settings: Settings, tmp_path: Path
) -> None:
    """A restore that forgot the keys: the record would name another key, and nobody could find their pseudonym again."""
    settings.GUIGUAN_DATA = tmp_path
    folder = tmp_path / "keys" / "ballots"
    lead = staff("lead", SLUG)
    create_campaign(lead, BEFORE, gx)
    put_in_force(lead, BEFORE + 1, SLUG, 1, accept_warnings=True)
    assert sorted(p.name for p in folder.iterdir()) == [f"{SLUG}.identity", f"{SLUG}.pseudonym"]
    add_version(lead, BEFORE + 3, SLUG, gx.replace(*MILD))
    for content in (None, "5a" * 32):
        (folder / f"{SLUG}.pseudonym").unlink(missing_ok=True)
        if content:
            (folder / f"{SLUG}.pseudonym").write_text(content)
        box_keys._read.cache_clear()  # as after a start
        with pytest.raises(InputError) as error:
            put_in_force(lead, BEFORE + 4, SLUG, 2, note="改一处文字")
        assert rules_of(error) == ["ballots.keys"]
    assert [e["version"] for e in told()] == [1]
