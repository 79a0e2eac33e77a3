"""Brings a version into force: by the lead alone at opening; later as `core/blueprint/changes` allows, by two where it says so."""

from __future__ import annotations

from zoneinfo import ZoneInfo

from django.db import transaction

from guiguan.apps.accounts.models import Person
from guiguan.apps.accounts.permission import ask
from guiguan.apps.audit.models import Record
from guiguan.apps.audit.services import record
from guiguan.apps.campaigns.drafts import title_of
from guiguan.apps.campaigns.models import Campaign, Version
from guiguan.apps.campaigns.public_record import publish_rules
from guiguan.apps.campaigns.queries import loaded_with
from guiguan.apps.campaigns.services import require_move
from guiguan.apps.campaigns.texts import plain
from guiguan.core.blueprint.begun import ended_at
from guiguan.core.blueprint.changes import Judged, judge, worst
from guiguan.core.blueprint.facts import Facts
from guiguan.core.blueprint.load import Loaded
from guiguan.core.lifecycle.moves import CAMPAIGN
from guiguan.core.permissions.table import About
from guiguan.core.values.finding import Finding, InputError
from guiguan.core.values.plain import unkept


@transaction.atomic
def put_in_force(
    by: Person, at: int, slug: str, number: int, *, note: str = "", accept_warnings: bool = False
) -> Version:
    """The version is in force, and the campaign open; or, where two must agree, it waits for the second person.

    Raises Forbidden; InputError for warnings not accepted, a missing public note, or a change that may not be.
    """
    campaign, version = _locked(slug, number)
    ask(by, "campaign.open", About(campaign=slug))
    if campaign.in_force_id == version.pk:
        return version
    loaded = loaded_with(version.sha256)
    if campaign.state == "draft":
        return _open(by, at, campaign, version, loaded, accept_warnings)
    judged = _judged(at, campaign, version, loaded)
    odd = unkept("campaign.note-odd", note, zh="说明", en="the note")
    if odd:
        raise InputError(*odd)
    if not plain(note):
        raise InputError(
            Finding(
                "campaign.note-missing",
                "请写明改了什么、为什么改；说明会公布",
                "say what changes and why; it is published",
            )
        )
    version.note = plain(note)
    if worst(judged) == "second":
        return _propose(by, at, version)
    return _enter(by, at, campaign, version, loaded, judged)


@transaction.atomic
def agree(by: Person, at: int, slug: str, number: int) -> Version:
    """The proposed version is in force by the word of a second, different person.

    Raises Forbidden; InputError where nothing is proposed, where it is the same person, or where the change may no longer be.
    """
    campaign, version = _locked(slug, number)
    ask(by, "campaign.second", About(campaign=slug))
    if campaign.in_force_id == version.pk:
        return version
    if version.proposed_by is None:
        raise InputError(
            Finding(
                "campaign.not-proposed",
                "负责人还没有提出启用这个版本",
                "the lead has not proposed this version yet",
            )
        )
    if version.proposed_by == by.pk:
        raise InputError(
            Finding(
                "campaign.same-person",
                "提出的人不能自己同意，须由另一位负责人或监督员同意",
                "who proposed cannot agree; another lead or a supervisor must",
            )
        )
    loaded = loaded_with(version.sha256)
    judged = _judged(at, campaign, version, loaded)
    version.second_by = by.pk
    return _enter(by, at, campaign, version, loaded, judged)


def opening_findings(loaded: Loaded, at: int) -> tuple[Finding, ...]:
    """What whoever opens it must have seen: the blueprint's own warnings, and stages whose time is over already."""
    blueprint = loaded.blueprint
    zone, facts = ZoneInfo(blueprint.zone), {lang: Facts(blueprint, lang) for lang in ("zh", "en")}
    over = [(s, end) for s in blueprint.stages if (end := ended_at(s, zone)) is not None and end <= at]
    return (
        *loaded.findings,
        *(
            Finding(
                "campaign.window-over",
                f"“{facts['zh'].stage_title(s)}”的时间（{facts['zh'].when(s)}）已过",
                f"{facts['en'].stage_title(s)} is over already ({facts['en'].when(s)})",
                severity="warning",
            )
            for s, _ in over
        ),
    )


def _locked(slug: str, number: int) -> tuple[Campaign, Version]:
    campaign = Campaign.objects.select_for_update().get(pk=slug)
    return campaign, Version.objects.select_for_update().get(campaign=campaign, number=number)


def _open(
    by: Person, at: int, campaign: Campaign, version: Version, loaded: Loaded, accept_warnings: bool
) -> Version:
    warnings = [f for f in opening_findings(loaded, at) if f.severity == "warning"]
    if warnings and not accept_warnings:
        raise InputError(
            Finding(
                "campaign.warnings-unread",
                f"有 {len(warnings)} 条提醒，请逐条看过并勾选确认后再发布",
                f"there are {len(warnings)} warnings; read them and tick the box before opening",
            )
        )
    campaign.state = CAMPAIGN.after(campaign.state, "open")
    campaign.opened_at = at
    return _enter(by, at, campaign, version, loaded, ())


def _judged(at: int, campaign: Campaign, version: Version, loaded: Loaded) -> tuple[Judged, ...]:
    """The differences to the version in force. InputError where one of them may not be, or the version is an older one."""
    require_move(campaign, "revise")
    current = campaign.in_force
    assert current is not None  # an open campaign has one
    if version.number < current.number:
        raise InputError(
            Finding(
                "campaign.older-version",
                f"现行的是第 {current.number} 版；要恢复旧的写法，请作为新版本上传",
                f"version {current.number} is in force; to go back, upload the old text as a new version",
            )
        )
    judged = judge(loaded_with(current.sha256).blueprint, loaded.blueprint, at)
    if worst(judged) == "never":
        raise InputError(*(_refused(j) for j in judged if j.verdict == "never"))
    return judged


def _refused(judged: Judged) -> Finding:
    return Finding(
        "campaign.change-refused",
        f"{judged.change.text()}。{judged.zh}",
        f"{judged.change.text('en')}. {judged.en}",
    )


def _propose(by: Person, at: int, version: Version) -> Version:
    if version.proposed_by is None:
        version.proposed_by, version.proposed_at = by.pk, at
        version.save(update_fields=["proposed_by", "proposed_at", "note"])
        _record(by, at, "campaign.propose", version)
    return version


def _enter(
    by: Person, at: int, campaign: Campaign, version: Version, loaded: Loaded, judged: tuple[Judged, ...]
) -> Version:
    before = campaign.in_force_id
    version.in_force_at = at
    version.save(update_fields=["in_force_at", "second_by", "note"])
    campaign.in_force = version
    campaign.title = title_of(loaded)
    campaign.save(update_fields=["state", "opened_at", "in_force", "title"])
    made = _record(
        by,
        at,
        "campaign.open" if before is None else "campaign.revise",
        version,
        changes=[j.change.path for j in judged],
        first=str(version.proposed_by or ""),
    )
    publish_rules(version, loaded.blueprint, at, made)
    return version


def _record(by: Person, at: int, action: str, version: Version, **detail: object) -> Record:
    slug = version.campaign_id
    return record(
        str(by.pk),
        at,
        action,
        f"campaign:{slug}",
        campaign=slug,
        sha256=version.sha256,
        version=version.number,
        **detail,
    )
