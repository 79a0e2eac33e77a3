"""Creates a campaign, takes its versions, ends it. What comes into force is in `opening`."""

from __future__ import annotations

from django.db import transaction

from guiguan.apps.accounts.grants import grant_maker
from guiguan.apps.accounts.models import Person
from guiguan.apps.accounts.permission import ask, held_by
from guiguan.apps.audit.services import record
from guiguan.apps.campaigns.drafts import checked, keep_version, title_of
from guiguan.apps.campaigns.models import Campaign, Version
from guiguan.apps.gazette.services import publish, trail_of
from guiguan.core.lifecycle.moves import CAMPAIGN
from guiguan.core.permissions.table import About
from guiguan.core.values.finding import Finding, InputError


@transaction.atomic
def create_campaign(by: Person, at: int, text: str) -> Campaign:
    """The campaign is there as a draft with its first version; who made it works on it in the part held elsewhere.

    Raises Forbidden; InputError with every fault of the text, or where the campaign's id is taken.
    """
    ask(by, "campaign.create")
    loaded = checked(text)
    slug = loaded.blueprint.campaign
    campaign, fresh = Campaign.objects.get_or_create(
        slug=slug, defaults={"title": title_of(loaded), "made_at": at}
    )
    if not fresh:
        raise InputError(
            Finding(
                "campaign.id-taken",
                f"活动代号 {slug} 已被使用，请把蓝图的 campaign 改成别的代号",
                f"the campaign id {slug} is taken; choose another for the key campaign",
            )
        )
    version, _ = keep_version(by, at, campaign, text, "")
    for role in sorted({h.role for h in held_by(by) if h.role in ("clerk", "lead")}):
        grant_maker(by, at, role, slug)
    record(
        str(by.pk), at, "campaign.create", f"campaign:{slug}", campaign=slug, sha256=version.sha256, version=1
    )
    return campaign


@transaction.atomic
def add_version(by: Person, at: int, slug: str, text: str, note: str = "") -> Version:
    """The text is kept as a version that is not yet in force. The newest version sent again is that version.

    Raises Forbidden; InputError with every fault, or where the campaign has ended.
    """
    campaign = Campaign.objects.select_for_update().get(pk=slug)
    ask(by, "campaign.draft", About(campaign=slug))
    require_move(campaign, "revise")
    loaded = checked(text)
    if loaded.blueprint.campaign != slug:
        raise InputError(
            Finding(
                "campaign.other-id",
                f"蓝图的活动代号是 {loaded.blueprint.campaign}，本活动是 {slug}；请改正，或另建活动",
                f"the blueprint is of {loaded.blueprint.campaign}, this campaign is {slug}; mend it, or create another",
            )
        )
    version, fresh = keep_version(by, at, campaign, text, note)
    if fresh:
        if campaign.in_force_id is None:
            campaign.title = title_of(loaded)
            campaign.save(update_fields=["title"])
        record(
            str(by.pk),
            at,
            "campaign.version",
            f"campaign:{slug}",
            campaign=slug,
            sha256=version.sha256,
            version=version.number,
        )
    return version


@transaction.atomic
def close_campaign(by: Person, at: int, slug: str) -> Campaign:
    """The campaign has ended; nothing in it changes any more. Raises Forbidden; InputError for a draft."""
    campaign = Campaign.objects.select_for_update().get(pk=slug)
    ask(by, "campaign.open", About(campaign=slug))
    if campaign.state == "closed":
        return campaign
    require_move(campaign, "close")
    campaign.state = CAMPAIGN.after(campaign.state, "close")
    campaign.closed_at = at
    campaign.save(update_fields=["state", "closed_at"])
    made = record(str(by.pk), at, "campaign.close", f"campaign:{slug}", campaign=slug)
    publish(slug, "admin", at, act="end", trail=trail_of(made))
    return campaign


def require_move(campaign: Campaign, act: str) -> None:
    """Returns where the campaign's state allows the act. InputError says what is."""
    if CAMPAIGN.can(campaign.state, act):
        return
    if campaign.state == "closed":
        finding = Finding(
            "campaign.ended", "活动已结束，不能再改动", "the campaign has ended and changes no more"
        )
    else:
        finding = Finding(
            "campaign.not-open", "活动尚未发布，请先发布", "the campaign is not open yet; open it first"
        )
    raise InputError(finding)
