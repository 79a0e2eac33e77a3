"""A body gets people of its own at the moment at which its paper is noted."""

from __future__ import annotations

from threading import Event, Thread

import pytest
from apps.conftest import make_staff
from apps.endorsing.scene import QD_AT, make_scene, seal
from django.db import connection, transaction

from guiguan.apps.endorsing.bodies import register_body, seat_person
from guiguan.apps.endorsing.models import Endorsement
from guiguan.apps.endorsing.paper import note_opinion
from guiguan.core.values.finding import InputError


@pytest.mark.django_db(transaction=True)
def test_who_gets_people_at_this_moment_is_not_spoken_for() -> None:
    if connection.vendor == "sqlite" and "mode=memory" in str(connection.settings_dict["NAME"]):
        pytest.skip("an SQLite database in memory has one connection: nobody can come at the same time")
    qd = make_scene("qingdao-2020", QD_AT)
    body = register_body(qd.clerk, QD_AT, qd.campaign.pk, "青岛市教育局", "青岛市直部门")
    entry = qd.entry("智慧校园", "370202", category="市民服务类", area="教育", endorsed_by=body.name)
    person, scan = make_staff("endorser", qd.campaign.pk), seal(qd.clerk)
    noting, told = Event(), list[str]()

    def note() -> None:
        noting.set()
        try:
            note_opinion(qd.clerk, QD_AT, body.pk, entry.pk, "同意", scan)
        except InputError as error:
            told.append(error.findings[0].rule)
        finally:
            connection.close()

    other = Thread(target=note)
    with transaction.atomic():
        seat_person(qd.clerk, QD_AT, body.pk, person.username)
        other.start()
        noting.wait(5)
        other.join(1.0)  # it waits for the seat, however long that takes
    other.join(30)
    assert told == ["endorsement.not-noted"]
    assert not Endorsement.objects.exists()
