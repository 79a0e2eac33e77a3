"""A site whose key of personal data is lost does not start with a new one, as if nothing had happened."""

from __future__ import annotations

import pytest
from pytest_django import Settings

from guiguan.apps.accounts.models import Person
from guiguan.apps.accounts.sealing import NAME, sealer
from guiguan.conf.run import other_key


@pytest.mark.django_db
def test_another_key_is_recognised_before_anybody_signs_in(settings: Settings) -> None:
    assert other_key() is None  # nobody there yet: any key will do
    Person.objects.create(username="first", name=sealer().seal("王小明", NAME))
    Person.objects.create(username="nameless")
    assert other_key() is None
    settings.GUIGUAN_DATA_KEY = "5a" * 32
    sealer.cache_clear()
    try:
        found = other_key()
    finally:
        sealer.cache_clear()
    assert found is not None
    assert found.rule == "site.data-key"
    assert "keys/data_key" in found.zh
    assert "keys/data_key" in found.en
