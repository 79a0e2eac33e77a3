"""Two screeners press the button at the same moment."""

from __future__ import annotations

from threading import Barrier, Thread

import pytest
from apps.conftest import make_staff
from apps.screening.scene import ACCEPT, DECIDED, REFUSE, make_scene, newest
from django.db import OperationalError, close_old_connections, connection

from guiguan.apps.accounts.models import Person
from guiguan.apps.messages.models import Message
from guiguan.apps.screening.deciding import decide_screening
from guiguan.apps.screening.judgement import Judgement
from guiguan.apps.screening.models import Screening
from guiguan.core.values.finding import InputError


@pytest.mark.django_db(transaction=True)
def test_one_decision_stands_and_the_other_person_gets_a_sentence() -> None:
    if connection.vendor == "sqlite" and "mode=memory" in str(connection.settings_dict["NAME"]):
        pytest.skip("an SQLite database in memory has one connection: nobody can come at the same time")
    scene = make_scene()
    entry, other = scene.handed_in(), make_staff("clerk", scene.campaign.pk)
    seen, start, outcomes = newest(entry), Barrier(2), []

    def press(by: Person, given: Judgement) -> None:
        start.wait()
        try:
            decide_screening(by, DECIDED, seen, "check", given)
            outcomes.append("stands")
        except InputError as error:
            outcomes.append(error.findings[0].rule)
        except OperationalError as error:
            outcomes.append(str(error))
        finally:
            close_old_connections()
            connection.close()

    people = [Thread(target=press, args=a) for a in ((scene.screener, ACCEPT), (other, REFUSE))]
    for thread in people:
        thread.start()
    for thread in people:
        thread.join()
    assert sorted(outcomes) == ["screening.decided", "stands"]
    assert Screening.objects.count() == 1
    told = Message.objects.filter(template__in=("entry-accepted", "entry-refused"), channel="site")
    assert told.values("template").distinct().count() == 1
