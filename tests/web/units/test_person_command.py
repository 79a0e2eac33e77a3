"""The command that makes the first administrators."""

from __future__ import annotations

import argparse

import pytest
from django.test import Client

from guiguan.apps.accounts.models import Person
from guiguan.cli.site import _person_add, _person_link
from guiguan.conf import run
from guiguan.core.values.finding import InputError

pytestmark = pytest.mark.django_db


def test_the_first_administrator_sets_a_password_by_the_printed_address(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(run, "prepare", lambda: None)
    given = argparse.Namespace(username="zhang.san", name="张三", role="security_admin")
    assert _person_add(given) == 0
    made = Person.objects.get(username="zhang.san")
    assert [(g.role, g.by) for g in made.grants.all()] == [("security_admin", "installation")]
    way = capsys.readouterr().out.strip().rsplit("：", 1)[1]
    Client().post(way, {"password1": "a-long-new-one-26", "password2": "a-long-new-one-26"})
    made.refresh_from_db()
    assert made.check_password("a-long-new-one-26")
    with pytest.raises(InputError):
        _person_add(given)


def test_a_lost_link_is_replaced_and_the_old_password_ends(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(run, "prepare", lambda: None)
    made = Person.objects.create(username="zhang.san")
    made.set_password("the-old-one-2026")
    made.save()
    assert _person_link(argparse.Namespace(username="zhang.san")) == 0
    way = capsys.readouterr().out.strip().rsplit("：", 1)[1]
    made.refresh_from_db()
    assert not made.has_usable_password()
    assert Client().get(way).status_code == 200
    with pytest.raises(InputError):
        _person_link(argparse.Namespace(username="nobody"))
