"""A vote whose campaign the site does not know, as after one of the two databases was restored: no duty fails for it, nor for its neighbours."""

from __future__ import annotations

import pytest
from ballotlog import make_poll
from voting import DAY, make_vote, now, opened

from guiguan.apps.votes import duties as votes
from guiguan.apps.votes.models import Poll
from guiguan.conf.worker import duties

pytestmark = pytest.mark.django_db
NAMES = [name for name in duties() if name.startswith(("votes.", "brushing."))]


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("state", ["open", "paused", "closed"])
def test_no_duty_fails(name: str, state: str) -> None:
    orphan = make_poll("forgotten", state=state)
    for at in (now(), now() + DAY):
        duties()[name](at)
    orphan.refresh_from_db()
    assert orphan.state == state


def test_other_votes_are_served(monkeypatch: pytest.MonkeyPatch) -> None:
    """The orphan comes first; the other's cases are drawn, and the other is closed when its time is over."""
    make_poll("forgotten")
    poll = opened(make_vote())
    asked: list[int] = []
    real = votes._pictures
    monkeypatch.setattr(votes, "_pictures", lambda p: asked.append(p.pk) or real(p))
    votes.draw_pictures(now())
    assert poll.pk in asked
    assert votes.close_due(now() + 3 * DAY) == 1
    assert set(Poll.objects.values_list("campaign", "state")) == {("forgotten", "open"), ("case", "closed")}
