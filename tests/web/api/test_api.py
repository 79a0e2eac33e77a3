"""The API gives what the portal gives, describes every answer, and words faults as problem details."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from pathlib import Path

import pytest
from django.core.cache import cache
from django.test import Client

from guiguan.apps.accounts.models import Person
from guiguan.apps.campaigns.opening import put_in_force
from guiguan.apps.campaigns.services import create_campaign

pytestmark = pytest.mark.django_db
GX = (Path(__file__).parents[3] / "blueprints" / "guangxi-2021.yaml").read_text(encoding="utf-8")
SLUG = "guangxi-2021"


@pytest.fixture(autouse=True)
def _fresh_limits() -> None:
    cache.clear()


@pytest.fixture
def opened(staff: Callable[..., Person]) -> None:
    lead = staff("lead", SLUG)
    create_campaign(lead, 1, GX)
    put_in_force(lead, 2, SLUG, 1, accept_warnings=True)


@pytest.mark.usefixtures("opened")
def test_campaigns_are_listed_and_told(client: Client) -> None:
    listed = client.get("/api/v1/campaigns").json()
    assert listed["count"] == 1
    assert listed["items"][0]["hosts"][0] == "自治区党委网信办"
    facts = client.get(f"/api/v1/campaigns/{SLUG}").json()
    assert (facts["slug"], facts["state"], facts["version"]) == (SLUG, "open", 1)
    vote = next(s for s in facts["stages"] if s["id"] == "vote")
    assert (vote["start"], vote["end"]) == (1_623_254_400_000, 1_623_859_200_000)


@pytest.mark.usefixtures("opened")
def test_the_blueprint_is_the_very_text_with_its_digest(client: Client) -> None:
    response = client.get(f"/api/v1/campaigns/{SLUG}/blueprint")
    assert response.content == GX.encode()
    assert response["X-Content-SHA256"] == hashlib.sha256(GX.encode()).hexdigest()


def test_a_draft_and_a_stranger_are_alike_not_found(client: Client, staff: Callable[..., Person]) -> None:
    create_campaign(staff("lead", "another"), 1, GX)
    for slug in (SLUG, "nothing"):
        for path in (f"/api/v1/campaigns/{slug}", f"/api/v1/campaigns/{slug}/blueprint"):
            response = client.get(path)
            assert response.status_code == 404
            assert response["Content-Type"] == "application/problem+json"
            assert response.json()["type"] == "/problems/api.not-found"
    assert client.get("/api/v1/campaigns").json() == {"count": 0, "items": []}


def test_a_bad_parameter_is_told_by_its_place(client: Client) -> None:
    response = client.get("/api/v1/campaigns?limit=1000&state=draft")
    assert response.status_code == 422
    body = response.json()
    assert (body["type"], body["status"]) == ("/problems/api.invalid", 422)
    assert {e["place"].rpartition(".")[2] for e in body["errors"]} == {"limit", "state"}


def test_the_hundred_and_twenty_first_request_of_a_minute_waits(client: Client) -> None:
    for _ in range(120):
        assert client.get("/api/v1/campaigns/nothing").status_code == 404
    response = client.get("/api/v1/campaigns/nothing")
    assert response.status_code == 429
    assert response.json()["type"] == "/problems/api.too-many"
    assert 1 <= int(response["Retry-After"]) <= 60
    assert client.get("/api/v1/campaigns/nothing", REMOTE_ADDR="192.0.2.7").status_code == 404


BOX = ("401", "403", "404", "409", "413", "422", "429", "503")
"""What the ballot box may say."""


def test_every_answer_is_described_and_nothing_comes_from_elsewhere(client: Client) -> None:
    schema = client.get("/api/v1/openapi.json").json()
    told = {path: next(iter(item.values())) for path, item in schema["paths"].items()}
    assert {path: set(operation["responses"]) for path, operation in told.items()} == {
        "/api/v1/campaigns/{slug}/ballots": {"201", *BOX},
        "/api/v1/campaigns/{slug}/challenge/{stage}": {"200", "204", *BOX},
        "/api/v1/campaigns/{slug}/entries": {"200", "404", "429"},
        "/api/v1/campaigns/{slug}/counts": {"200", "404"},
        "/api/v1/campaigns/{slug}/voters": {"200", "404", "429"},
        "/api/v1/campaigns": {"200", "422", "429"},
        "/api/v1/campaigns/{slug}": {"200", "404", "422", "429"},
        "/api/v1/campaigns/{slug}/blueprint": {"200", "404", "422", "429"},
    }
    for operation in told.values():
        for status, response in operation["responses"].items():
            wanted = "application/problem+json" if status > "299" else None
            assert wanted is None or list(response["content"]) == [wanted]
    yaml = schema["paths"]["/api/v1/campaigns/{slug}/blueprint"]["get"]["responses"]["200"]["content"]
    assert list(yaml) == ["application/yaml"]
    assert client.get("/api/v1/docs").status_code == 404
