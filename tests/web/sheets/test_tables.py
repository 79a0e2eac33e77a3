"""Tables of opinions, lists and decisions that leave the site are on record, like every list."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from apps.endorsing.scene import SC_AT, make_scene
from django.test import Client
from django.urls import reverse

from guiguan.apps.accounts.models import Person
from guiguan.apps.audit.models import Record
from guiguan.apps.endorsing.collecting import hand_up_collection, put_in_collection, start_collection

pytestmark = pytest.mark.django_db
AsPerson = Callable[[Person | None], Client]


def test_who_took_a_table_stands_in_the_trail(as_person: AsPerson) -> None:
    sc = make_scene("guangxi-scenarios-government", SC_AT)
    slug, body = sc.campaign.pk, sc.body("南宁市", "各设区市", "450100")
    person, entry = sc.people["南宁市"], sc.entry("甲场景", "450102", category="数字社会场景")
    found = start_collection(person, SC_AT, body.pk)
    put_in_collection(person, SC_AT, found.pk, [entry.pk])
    hand_up_collection(person, SC_AT, found.pk)
    taken = [
        (
            person,
            reverse("endorsing-table", args=[slug, body.pk, found.pk]),
            f"list-{slug}-{found.pk}",
            "csv",
        ),
        (sc.clerk, reverse("body-list-table", args=[slug, found.pk]), f"list-{slug}-{found.pk}", "csv"),
        (sc.clerk, reverse("body-list-workbook", args=[slug, found.pk]), f"list-{slug}-{found.pk}", "xlsx"),
        (sc.clerk, reverse("endorsements-table", args=[slug]), f"endorsements-{slug}", "csv"),
        (sc.lead, reverse("decisions-table", args=[slug]), f"decisions-{slug}", "csv"),
    ]
    for number, (who, way, name, kind) in enumerate(taken, 1):
        client = as_person(who)
        client.head(way)
        answer = client.get(way)
        assert answer["Content-Disposition"] == f'attachment; filename="{name}.{kind}"'
        records = Record.objects.filter(action="list.export").order_by("sequence")
        assert len(records) == number
        last = records[number - 1]
        assert (last.by, last.campaign, last.subject) == (str(who.pk), slug, f"list:{name}")
        assert last.detail == {"format": kind, "filters": {}}
