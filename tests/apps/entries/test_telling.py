"""Who is told of an entry: whoever made it and the unit's own keeper, and nobody else of the unit."""

from __future__ import annotations

from apps.conftest import make_unit
from apps.entries.conftest import NOON, Scene

from guiguan.apps.accounts.models import Membership
from guiguan.apps.entries import services
from guiguan.apps.entries.models import Entry
from guiguan.apps.messages.models import Message


def told() -> set[object]:
    return set(Message.objects.filter(template="entry-submitted").values_list("person", flat=True))


def test_a_teammate_who_keeps_another_unit_is_not_told(scene: Scene) -> None:
    make_unit(scene.teammate, name="丙公司")
    entry = scene.filled()
    services.submit_entry(scene.author, NOON, entry.pk)
    assert told() == {scene.author.pk}


def test_maker_and_keeper_are_told_and_whoever_left_or_is_closed_is_not(scene: Scene) -> None:
    entry = scene.filled()
    Entry.objects.filter(pk=entry.pk).update(made_by=scene.teammate.pk)
    services.submit_entry(scene.author, NOON, entry.pk)
    assert told() == {scene.author.pk, scene.teammate.pk}
    Message.objects.all().delete()
    services.withdraw_entry(scene.author, NOON, entry.pk)
    Membership.objects.filter(person=scene.teammate).delete()
    services.submit_entry(scene.author, NOON, entry.pk)
    assert told() == {scene.author.pk}
