"""Registers the bodies that endorse in a campaign, and who acts for them."""

from __future__ import annotations

from django.db import transaction

from guiguan.apps.accounts.models import Grant, Person
from guiguan.apps.accounts.permission import ask
from guiguan.apps.audit.services import record
from guiguan.apps.campaigns.models import Campaign
from guiguan.apps.campaigns.queries import blueprint_of
from guiguan.apps.endorsing.models import Body, Seat
from guiguan.core.permissions.table import About
from guiguan.core.values.chinese import same_text
from guiguan.core.values.finding import Finding, InputError
from guiguan.core.values.regions import AmbiguousRegion, Regions

LONGEST = 120


@transaction.atomic
def register_body(
    by: Person, at: int, slug: str, name: str, kind: str, region: str = "", parent: int | None = None
) -> Body:
    """The body may endorse in the campaign. `kind` is one of the blueprint's list; `region` a name or code, of a city or county;
    `parent` the body to which it hands its lists. Raises Forbidden; InputError with everything that is wrong."""
    campaign = Campaign.objects.select_for_update(of=("self",)).select_related("in_force").get(pk=slug)
    ask(by, "body.manage", About(campaign=slug))
    blueprint = blueprint_of(campaign)
    faults = []
    tidy = " ".join(name.replace("\0", "").split())
    if not 2 <= len(tidy) <= LONGEST:
        faults.append(
            Finding(
                "body.name",
                f"请填写推荐单位全称（2 至 {LONGEST} 字）",
                f"give the endorser's full name (2 to {LONGEST} characters)",
            )
        )
    if blueprint.endorsers is None or kind not in blueprint.endorsers.list:
        faults.append(
            Finding("body.kind", "请从列表中选择推荐单位的类型", "choose the kind of endorser from the list")
        )
    known = {same_text(b) for b in campaign.bodies.values_list("name", flat=True)}
    if same_text(tidy) in known:
        faults.append(Finding("body.twice", f"“{tidy}”已经登记", f"{tidy} is registered already"))
    code = _code(region.strip())
    if code is None:
        faults.append(
            Finding(
                "body.region",
                f"没有找到地区“{region.strip()[:40]}”，请写全称或六位代码",
                f"there is no division {region.strip()[:40]}; give its full name or six-digit code",
            )
        )
    above = campaign.bodies.filter(pk=parent).first() if parent else None
    if parent and above is None:
        faults.append(
            Finding(
                "body.parent",
                "上级推荐单位不存在，请刷新页面",
                "the body above is not there; reload the page",
            )
        )
    if faults:
        raise InputError(*faults)
    made = Body.objects.create(
        campaign=campaign, name=tidy, kind=kind, region=code or "", parent=above, by=by.pk, at=at
    )
    record(str(by.pk), at, "body.register", f"body:{made.pk}", campaign=slug, name=tidy)
    return made


@transaction.atomic
def seat_person(by: Person, at: int, body_id: int, username: str) -> Seat:
    """The person acts for the body. Raises Forbidden; InputError where nobody is called so, or they hold no endorser's role here."""
    body = _locked(by, body_id)
    person = Person.objects.filter(username=username.strip()[:64], is_active=True).first()
    held = person and Grant.objects.filter(
        person=person, role="endorser", campaign=body.campaign_id, ended_at=None
    )
    if person is None or not held:
        raise InputError(
            Finding(
                "body.person",
                "没有这个登录名，或其在本活动还没有“推荐单位”角色；请先由安全管理员建立账号并授予角色",
                "nobody with this name is an endorser in this campaign; have the security administrator grant the role first",
            )
        )
    seat, fresh = Seat.objects.get_or_create(body=body, person=person, ended_at=None, defaults={"since": at})
    if fresh:
        record(
            str(by.pk), at, "body.seat", f"body:{body.pk}", campaign=body.campaign_id, person=str(person.pk)
        )
    return seat


@transaction.atomic
def unseat_person(by: Person, at: int, body_id: int, seat_id: int) -> None:
    """The person acts for the body no longer, from the next request on. Raises Forbidden."""
    body = _locked(by, body_id)
    if Seat.objects.filter(pk=seat_id, body=body, ended_at=None).update(ended_at=at):
        record(str(by.pk), at, "body.unseat", f"body:{body.pk}", campaign=body.campaign_id, seat=seat_id)


def _locked(by: Person, body_id: int) -> Body:
    body = Body.objects.select_for_update().get(pk=body_id)
    ask(by, "body.manage", About(campaign=body.campaign_id))
    return body


def _code(text: str) -> str | None:
    """The code of a division; "" for none given, None where it cannot be told."""
    if not text:
        return ""
    try:
        found = Regions.official().find(text)
    except AmbiguousRegion:
        return None
    return found.code if found else None
