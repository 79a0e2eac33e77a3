"""What screeners and units read of likeness, and what nobody else does."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from apps.conftest import make_staff
from apps.likeness.scene import AT, LONG, OTHER, Scene, compare_all, keeper, make_scene, photo
from django.test import Client

from guiguan.apps.accounts.models import Person
from guiguan.apps.entries.models import Entry
from guiguan.apps.likeness.models import Match

pytestmark = pytest.mark.django_db
AsPerson = Callable[[Person | None], Client]


@pytest.fixture
def scene() -> Scene:
    return make_scene()


def page(client: Client, entry: Entry, rest: str = "") -> str:
    answer = client.get(f"/organiser/screening/{entry.campaign_id}/entries/{entry.pk}/{rest}")
    assert answer.status_code == 200
    return answer.content.decode()


def two(scene: Scene) -> tuple[Entry, Entry, str]:
    entry, other = (
        scene.handed_in(scene.unit()),
        scene.handed_in(scene.unit("440100"), title="雷同的一件", at=AT + 1),
    )
    compare_all(AT)
    return entry, other, f"likeness/{Match.objects.get().pk}/"


def test_the_screener_meets_matches_before_the_machines_other_findings(
    scene: Scene, as_person: AsPerson
) -> None:
    entry, _other, place = two(scene)
    text = page(as_person(scene.screener), entry)
    assert "文字相同 99%" in text
    assert text.index(place) < text.index("程序没有发现问题")


def test_a_comparison_that_is_not_done_is_said_so(scene: Scene, as_person: AsPerson) -> None:
    entry = scene.handed_in(scene.unit())
    assert "正在与其他申报比对" in page(as_person(scene.screener), entry)
    compare_all(AT)
    assert "没有发现文字或图片相近的" in page(as_person(scene.screener), entry)


def test_passages_are_marked_on_both_sides(scene: Scene, as_person: AsPerson) -> None:
    entry, _other, place = two(scene)
    text = page(as_person(scene.screener), entry, place)
    assert text.count("<mark>") == 2
    assert text.count("灵渠水务数据平台归集全市水库") == 2


def test_an_undertaker_sees_the_number_and_no_word_of_another_region(
    scene: Scene, as_person: AsPerson
) -> None:
    entry, other, place = two(scene)
    client = as_person(make_staff("undertaker", scene.campaign.pk, ("450000",)))
    for text in (page(client, entry), page(client, entry, place)):
        assert other.number in text
        assert "雷同的一件" not in text
        assert other.organisation.name not in text
    assert "灵渠水务数据平台归集" not in page(client, entry, place)
    assert (
        client.get(f"/organiser/screening/{scene.campaign.pk}/entries/{entry.pk}/{place}picture").status_code
        == 404
    )


def test_a_dismissal_asks_for_a_reason_and_shows_it_afterwards(scene: Scene, as_person: AsPerson) -> None:
    entry, _other, place = two(scene)
    client = as_person(scene.screener)
    address = f"/organiser/screening/{scene.campaign.pk}/entries/{entry.pk}/{place}"
    answer = client.post(f"{address}dismiss", {"reason": " "})
    assert answer.status_code == 400
    assert "请写明排除的理由" in answer.content.decode()
    assert client.post(f"{address}dismiss", {"reason": "<b>两期</b>工程"}).status_code == 302
    text = page(client, entry)
    assert "&lt;b&gt;两期&lt;/b&gt;工程" in text
    assert "查到的相近申报均已排除" in text
    assert client.post(f"{address}reopen").status_code == 302
    assert Match.objects.get().dismissed_at is None


def test_pictures_stand_beside_each_other(scene: Scene, as_person: AsPerson) -> None:
    entry = scene.handed_in(scene.unit(), picture=photo(1))
    scene.handed_in(scene.unit(), OTHER, picture=photo(1, quality=60), at=AT + 1)
    compare_all(AT)
    place = f"likeness/{Match.objects.get().pk}/"
    client = as_person(scene.screener)
    text = page(client, entry, place)
    assert text.count("<figure>") == 2
    answer = client.get(f"/organiser/screening/{scene.campaign.pk}/entries/{entry.pk}/{place}picture")
    assert answer["Content-Type"] == "image/jpeg"
    assert b"".join(answer.streaming_content).startswith(b"\xff\xd8")  # type: ignore[attr-defined]  # it streams


def test_a_match_is_found_under_its_own_entries_alone(scene: Scene, as_person: AsPerson) -> None:
    _entry, _other, place = two(scene)
    third = scene.handed_in(scene.unit(), OTHER)
    answer = as_person(scene.screener).get(
        f"/organiser/screening/{scene.campaign.pk}/entries/{third.pk}/{place}"
    )
    assert answer.status_code == 404


def test_a_unit_is_warned_of_its_own_text_before_handing_in(scene: Scene, as_person: AsPerson) -> None:
    unit = scene.unit()
    mine = scene.handed_in(unit, title="先交的")
    scene.handed_in(scene.unit(), title="别家的")
    draft = scene.draft(unit)
    text = as_person(keeper(unit)).get(f"/entries/{draft.pk}/").content.decode()
    assert "本单位已提交过内容相近的申报" in text
    assert f"/entries/{mine.pk}/" in text
    assert "别家的" not in text
    other = scene.draft(unit, OTHER)
    assert "内容相近" not in as_person(keeper(unit)).get(f"/entries/{other.pk}/").content.decode()
    assert LONG[:12] not in text
