"""Pages of a vote ask the databases as often for three cases as for nine."""

from __future__ import annotations

from typing import Any

import pytest
from apps.conftest import make_staff
from django.conf import settings
from django.db import connections
from django.test import Client
from django.test.utils import CaptureQueriesContext
from voting import make_vote, opened

from guiguan.apps.votes.memo import forget

pytestmark = pytest.mark.django_db
PUBLIC = ("vote/", "vote/counts", "vote/embed", "cases/{}-00001/")


def asked(client: Client, path: str) -> int:
    """How often both databases are asked for the page, nothing of it being kept from before."""
    forget()
    with (
        CaptureQueriesContext(connections["default"]) as one,
        CaptureQueriesContext(connections[settings.BALLOTS_ALIAS]) as two,
    ):
        assert client.get(path).status_code == 200
    return len(one) if connections["default"] is connections[settings.BALLOTS_ALIAS] else len(one) + len(two)


@pytest.mark.parametrize("part", PUBLIC)
def test_public_pages(client: Client, part: str) -> None:
    for slug, entries in (("few", 3), ("many", 9)):
        opened(make_vote(slug, entries))
    client.get("/campaigns/few/vote/")  # what is worked out once for all pages is worked out
    client.get("/campaigns/many/vote/")
    few, many = (asked(client, f"/campaigns/{slug}/{part.format(slug.upper())}") for slug in ("few", "many"))
    assert few == many


def test_the_board(as_person: Any) -> None:
    for slug, entries in (("few", 3), ("many", 9)):
        opened(make_vote(slug, entries))
    client = as_person(make_staff("lead", "few"))
    from guiguan.apps.accounts.grants import grant_first
    from guiguan.apps.accounts.models import Person

    grant_first(1, Person.objects.get(username__startswith="lead-"), "lead", "many", ())
    for slug in ("few", "many"):
        client.get(f"/organiser/votes/{slug}/vote/")
    few, many = (asked(client, f"/organiser/votes/{slug}/vote/") for slug in ("few", "many"))
    assert few == many
