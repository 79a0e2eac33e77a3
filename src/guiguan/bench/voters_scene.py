"""The scene of the benchmark `voters`: a vote of Guangxi's kind that is open, for whoever comes with a device.

`python -m guiguan.bench.voters_scene CASES` fills the database that the environment names and prints the campaign's name.
"""

from __future__ import annotations

import datetime as dt
import sys
import time
from zoneinfo import ZoneInfo

from guiguan.bench.site_scene import make_entries, make_units

SLUG, ANCHOR = "bench-voters", "2021-06-12"
"""The third day of voting by the notice becomes today."""
TOKEN = frozenset({"device"})
"""What a voter of it has to prove."""
_DAY = 86_400_000


def fill(cases: int) -> None:
    """Tables, campaign and its record, so many accepted entries, the vote opened. The blueprint's own text, but for whom the vote asks: a
    device, which a client without a browser can have, in place of WeChat; and rates that let one machine play everybody."""
    from guiguan.conf.demo.dates import Sample, moved
    from guiguan.conf.run import prepare
    from guiguan.shipped import shipped_blueprint

    prepare()
    from guiguan.apps.accounts.models import Person
    from guiguan.apps.campaigns.models import Campaign
    from guiguan.apps.campaigns.opening import put_in_force
    from guiguan.apps.campaigns.queries import blueprint_of
    from guiguan.apps.campaigns.services import create_campaign
    from guiguan.apps.votes.queries import vote_now
    from guiguan.apps.votes.services import open_poll
    from guiguan.conf.demo.entries import generated_rows
    from guiguan.conf.demo.people import make_staff, username_of

    now = time.time_ns() // 1_000_000
    made_at = now - 190 * _DAY
    make_staff(made_at, (SLUG,))
    lead = Person.objects.get(username=username_of("lead"))
    today = dt.datetime.fromtimestamp(now / 1000, ZoneInfo("Asia/Shanghai")).date()
    text = moved(
        (shipped_blueprint("guangxi-2021") or b"").decode(),
        Sample(SLUG, "guangxi-2021", ANCHOR, cases),
        today,
    )
    for before, after in (
        ("voter: [wechat]", "voter: [device]"),
        ("voter: {burst: 20, per_minute: 10}", "voter: {burst: 1000000, per_minute: 1000000}"),
        ("network: {burst: 3000, per_minute: 1200}", "network: {burst: 1000000, per_minute: 1000000}"),
    ):
        if before not in text:
            raise RuntimeError(f"the blueprint says no more: {before}")
        text = text.replace(before, after)
    create_campaign(lead, made_at, text)
    put_in_force(lead, made_at, SLUG, 1, accept_warnings=True)
    campaign = Campaign.objects.select_related("in_force").get(pk=SLUG)
    blueprint = blueprint_of(campaign)
    units = make_units(50, made_at)
    rows = generated_rows(blueprint, SLUG, cases)
    make_entries(campaign, blueprint, rows, units, [lead], now - 30 * _DAY, state="accepted")
    vote = vote_now(campaign, now)
    assert vote is not None
    open_poll("votes.open", vote.window.start, SLUG, vote.stage.id)


if __name__ == "__main__":
    fill(int(sys.argv[1]))
    print(SLUG)
