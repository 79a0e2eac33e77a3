"""Answers that name or reach a person stand unmasked on the applicant's pages: nobody else opens these."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from apps.conftest import make_staff
from apps.entries.conftest import NOON, Scene
from django.test import Client

from guiguan.apps.accounts.models import Person
from guiguan.apps.entries import services
from guiguan.core.permissions.roles import Role

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("role", ["clerk", "lead", "screener", "supervisor", "undertaker"])
@pytest.mark.parametrize("path", ["changes?since=0", "differences/1/"])
def test_staff_never_read_answers_past_the_mask_and_the_reason(
    scene: Scene, role: Role, path: str, as_person: Callable[[Person | None], Client]
) -> None:
    entry = scene.filled()
    services.submit_entry(scene.author, NOON, entry.pk)
    staff = as_person(make_staff(role, "case", ("450000",) if role == "undertaker" else ()))
    answer = staff.get(f"/entries/{entry.pk}/{path}")
    assert answer.status_code == 404
    assert "13800000000" not in answer.content.decode()


@pytest.mark.parametrize("path", ["changes?since=0", "differences/1/"])
def test_a_teammate_reads_them(scene: Scene, path: str, as_person: Callable[[Person | None], Client]) -> None:
    entry = scene.filled()
    services.submit_entry(scene.author, NOON, entry.pk)
    assert "13800000000" in as_person(scene.teammate).get(f"/entries/{entry.pk}/{path}").content.decode()
