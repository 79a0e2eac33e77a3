"""What the demo's undertakers, endorsers and organisers have done: a list in the making, a list handed up, one release."""

from __future__ import annotations

from collections.abc import Sequence

from guiguan.apps.accounts.models import Person
from guiguan.apps.campaigns.models import Campaign
from guiguan.apps.campaigns.queries import blueprint_of
from guiguan.apps.endorsing.bodies import register_body, seat_person
from guiguan.apps.endorsing.collecting import (
    collect_list,
    hand_up_collection,
    put_in_collection,
    start_collection,
    write_opinions,
)
from guiguan.apps.endorsing.opinions import give_endorsement, not_endorsed
from guiguan.apps.endorsing.queries import endorsement_stage, entries_before
from guiguan.apps.entries.models import Entry
from guiguan.apps.recommending.listing import Place, put_on_list
from guiguan.apps.recommending.quota import quota, selections
from guiguan.apps.releasing.ready import period_now, ready_entries, release_stage
from guiguan.apps.releasing.releasing import propose_release, publish_release, put_in_release, start_release
from guiguan.conf.demo.entries import Made
from guiguan.conf.demo.people import username_of
from guiguan.replay.rehearse.entries import Row

PROVINCE, ELSEWHERE = "440000", 6
"""All entries of a campaign with regional desks but one in six come from this province, so that its quota has a place."""


def crowded(rows: Sequence[Row], regions: bool) -> list[Row]:
    """The rows, five in six of them from Shenzhen where the campaign goes by province."""
    if not regions:
        return list(rows)
    return [row | {"region": "广东省深圳市"} if (n + 1) % ELSEWHERE else row for n, row in enumerate(rows)]


def recommend(campaign: Campaign, now: int) -> None:
    """The undertaker has put on its list what the rule allows so far; declaring goes on, so nothing is handed up."""
    blueprint = blueprint_of(campaign)
    undertaker = Person.objects.get(username=username_of("undertaker"))
    for stage in selections(blueprint) if blueprint.routing else ():
        place = Place(campaign.pk, stage.id, PROVINCE)
        here = Entry.objects.filter(campaign=campaign, region__startswith=PROVINCE[:2])
        seats = quota(stage, here.exclude(state__in=("draft", "preregistered")).count(), 0).seats or 0
        for entry in here.filter(state="accepted").order_by("number")[:seats]:
            put_on_list(undertaker, now, place, entry.pk, "适配兼容充分，应用效果好，建议推荐终评。")


def register_endorser(campaign: Campaign, now: int) -> None:
    """Where bodies endorse as a stage, the demo's endorser sits for two of them; elsewhere one has no account and writes on paper."""
    blueprint = blueprint_of(campaign)
    if blueprint.endorsers is None:
        return
    clerk, endorser = (Person.objects.get(username=username_of(r)) for r in ("clerk", "endorser"))
    kind = blueprint.endorsers.list[0]
    if endorsement_stage(blueprint) is None:
        register_body(clerk, now, campaign.pk, "示例推荐单位（没有账号）", kind)
        return
    city = register_body(clerk, now, campaign.pk, "南宁市大数据发展局（示例）", kind, "450000")
    county = register_body(clerk, now, campaign.pk, "青秀区大数据发展局（示例）", kind, "450000", city.pk)
    for body in (city, county):
        seat_person(clerk, now, body.pk, endorser.username)


def endorse(campaign: Campaign, made: Sequence[Made], now: int) -> None:
    """Where the screening waits for an opinion, the city has given it on all but the last entry."""
    blueprint = blueprint_of(campaign)
    city = campaign.bodies.filter(parent=None).first()
    gates = [s for s in blueprint.stages if s.kind == "screening"]
    if city is None or not gates:
        return
    endorser = Person.objects.get(username=username_of("endorser"))
    for one in made[:-1]:
        if not_endorsed(one.entry, blueprint, gates[0].id):
            give_endorsement(endorser, now, city.pk, one.entry.pk, "情况属实，同意报送。", None)


def collect_and_release(campaign: Campaign, now: int) -> None:
    """A county's list is collected in its city's and handed up; half of it is released, the rest waits for the next batch."""
    blueprint = blueprint_of(campaign)
    stage = release_stage(blueprint)
    bodies = {b.parent_id is None: b for b in campaign.bodies.select_related("campaign")}
    if stage is None or len(bodies) < 2 or ready_entries(campaign, blueprint).exists():
        return
    endorser, clerk, lead = (
        Person.objects.get(username=username_of(r)) for r in ("endorser", "clerk", "lead")
    )
    city, county = bodies[True], bodies[False]
    entries = list(entries_before(city, blueprint).values_list("pk", flat=True))
    part = start_collection(endorser, now, county.pk)
    put_in_collection(endorser, now, part.pk, entries[: len(entries) // 2])
    write_opinions(endorser, now, part.pk, "材料齐全，同意报送。", {}, None)
    hand_up_collection(endorser, now, part.pk)
    whole = start_collection(endorser, now, city.pk)
    collect_list(endorser, now, whole.pk, part.pk)
    put_in_collection(endorser, now, whole.pk, entries[len(entries) // 2 : -1])
    write_opinions(endorser, now, whole.pk, "经汇总研究，同意报送自治区数据局。", {}, None)
    hand_up_collection(endorser, now, whole.pk)
    release = start_release(clerk, now, campaign.pk, period_now(blueprint, stage, now))
    put_in_release(
        clerk, now, release.pk, entries[: len(entries) // 2], "重大任务牵引作用明显，预期成效可量化。"
    )
    propose_release(clerk, now, release.pk, "示例〔1〕号")
    publish_release(lead, now, release.pk)
