"""Each rule id that a problem names leads to a page that explains it."""

from __future__ import annotations

import pytest
from django.test import Client

from guiguan.core.values.exclusion import RULES
from guiguan.web.api.problems import OWN, rules_known

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("rule", ["entries.late", *OWN, "blueprint.no-window"])
def test_a_rule_is_explained_in_both_languages(client: Client, rule: str) -> None:
    response = client.get(f"/problems/{rule}")
    assert response.status_code == 200
    page = response.content.decode()
    for zh, en in rules_known()[rule]:
        assert zh.replace("“", "“") in page
        assert en.split("'")[0] in page


def test_all_rules_of_the_tables_are_listed(client: Client) -> None:
    page = client.get("/problems/").content.decode()
    assert [rule for rule in RULES if f'href="/problems/{rule}"' not in page] == []


def test_a_rule_that_nothing_gives_is_not_found(client: Client) -> None:
    assert client.get("/problems/nothing.here").status_code == 404
