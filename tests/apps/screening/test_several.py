"""Several screenings one after another, each decided by the people whom the blueprint names; and the statistics of the work."""

from __future__ import annotations

import pytest
from apps.conftest import make_staff
from apps.screening.scene import ACCEPT, AT, DECIDED, REFUSE, RETURN, Scene, make_scene, newest

from guiguan.apps.accounts.permission import Forbidden
from guiguan.apps.campaigns.queries import blueprint_of
from guiguan.apps.entries.models import Entry
from guiguan.apps.screening.deciders import stages_of
from guiguan.apps.screening.deciding import decide_screening
from guiguan.apps.screening.judgement import Judgement
from guiguan.apps.screening.queries import Wanted, entries_to_see, queue_of
from guiguan.apps.screening.statistics import DAY, Work, figures_of, waits

pytestmark = pytest.mark.django_db
AGAIN = "  - {id: again, kind: screening, title: 复审, who: undertaker, undecided: fails, reasons: {weak: 不突出}}"


@pytest.fixture
def scene() -> Scene:
    return make_scene(more=AGAIN)


def waiting_at(scene: Scene, *stages: str) -> list[str]:
    entries = Entry.objects.filter(campaign=scene.campaign)
    return [e.title for e in queue_of(entries, blueprint_of(scene.campaign), Wanted(stages=stages))]


def test_each_stage_is_decided_by_its_own_people_and_in_order(scene: Scene) -> None:
    entry = scene.handed_in()
    undertaker = make_staff("undertaker", scene.campaign.pk, ("450000",))
    elsewhere = make_staff("undertaker", scene.campaign.pk, ("440000",))
    assert waiting_at(scene, "check") == ["名称"]
    assert waiting_at(scene, "again") == []
    decide_screening(scene.screener, DECIDED, newest(entry), "check", ACCEPT)
    entry.refresh_from_db()
    assert entry.state == "submitted"
    assert waiting_at(scene, "check") == []
    assert waiting_at(scene, "again") == waiting_at(scene, "check", "again") == ["名称"]
    for person in (scene.screener, elsewhere):
        with pytest.raises(Forbidden):
            decide_screening(person, DECIDED, newest(entry), "again", Judgement("accept"))
    decide_screening(undertaker, DECIDED, newest(entry), "again", Judgement("accept"))
    entry.refresh_from_db()
    assert entry.state == "accepted"


def test_one_is_led_to_the_stages_at_which_one_decides(scene: Scene) -> None:
    blueprint = blueprint_of(scene.campaign)
    undertaker = make_staff("undertaker", scene.campaign.pk, ("450000",))
    lead = make_staff("lead", scene.campaign.pk)
    led = {
        who: [s.id for s in stages_of(person, scene.campaign.pk, blueprint)]
        for who, person in {
            "screener": scene.screener,
            "undertaker": undertaker,
            "lead": lead,
            "nobody": None,
        }.items()
    }
    assert led == {"screener": ["check"], "undertaker": ["check", "again"], "lead": [], "nobody": []}


def test_statistics_count_what_the_person_may_see_and_nothing_besides() -> None:
    scene = make_scene()
    accepted, refused, returned, waiting = (
        scene.handed_in(t, AT, scene.another("450300")) for t in "甲乙丙丁"
    )
    away = scene.handed_in("外", AT, scene.another("440300"))
    clerk = make_staff("clerk", scene.campaign.pk)
    decide_screening(scene.screener, AT + 3 * DAY, newest(accepted), "check", ACCEPT)
    decide_screening(scene.screener, AT + 1 * DAY, newest(refused), "check", REFUSE)
    decide_screening(clerk, DECIDED, newest(returned), "check", RETURN)
    decide_screening(clerk, AT, newest(away), "check", ACCEPT)
    undertaker = make_staff("undertaker", scene.campaign.pk, ("450000",))
    found = figures_of(entries_to_see(undertaker, scene.campaign), AT + 12 * DAY)
    assert found.by_person == (
        Work(scene.screener.pk, 1, 0, 1, 0),
        Work(clerk.pk, 0, 1, 0, 0),
    )
    assert found.by_reason == (("check", "bad", 1),)
    assert sorted(found.waited) == [1, 1, 3]
    assert (found.median_waited, found.longest_waiting) == (1, 12)
    returned.refresh_from_db()
    assert (found.correcting, found.overdue) == (1, int((returned.correct_until or 0) <= AT + 12 * DAY))
    assert waiting.state == "submitted"
    assert waits(found.waited) == ((0, 1, 2), (2, 4, 1), (5, 9, 0), (10, None, 0))
    everything = figures_of(entries_to_see(clerk, scene.campaign), AT + 12 * DAY)
    assert sum(w.all for w in everything.by_person) == 4
