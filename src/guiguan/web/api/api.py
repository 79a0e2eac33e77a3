"""`/api/v1/`: the public facts of campaigns, for programs. It has no door: it gives what the portal gives to everybody."""

from __future__ import annotations

import logging
import math
from typing import Any
from urllib.parse import quote

from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from ninja import NinjaAPI, Query
from ninja.errors import Throttled, ValidationError
from ninja.openapi.schema import OpenAPISchema
from ninja.throttling import AnonRateThrottle

from guiguan import __version__
from guiguan.apps.accounts.network import client_address, network_of
from guiguan.apps.campaigns.models import Campaign
from guiguan.apps.campaigns.queries import blueprint_of, campaigns_public, current_version
from guiguan.apps.campaigns.windows import stage_windows
from guiguan.box.keys import LostKeys
from guiguan.core.blueprint.base import say
from guiguan.core.blueprint.facts import Facts
from guiguan.core.blueprint.publishing import Event
from guiguan.core.votes.document import NoDocument
from guiguan.web.api import votes
from guiguan.web.api.ballots import router as ballots
from guiguan.web.api.problems import OWN
from guiguan.web.api.receipts import Unsigned
from guiguan.web.api.receipts import router as receipts
from guiguan.web.api.shapes import (
    CampaignFacts,
    CampaignListed,
    CampaignPage,
    Fault,
    Problem,
    StageDates,
    Wanted,
)
from guiguan.web.common.clock import now

PROBLEM = "application/problem+json"


class ByAddress(AnonRateThrottle):
    """A hundred and twenty requests a minute for one network."""

    def get_ident(self, request: HttpRequest) -> str:
        return network_of(client_address(request))


class Api(NinjaAPI):
    """ninja's API, whose faults are described as problem details."""

    def get_openapi_schema(self, **options: Any) -> OpenAPISchema:
        schema = super().get_openapi_schema(**options)
        for path in schema["paths"].values():
            for operation in path.values():
                for status, response in operation["responses"].items():
                    content = response.get("content", {})
                    if "application/yaml" in content:
                        content.pop("application/json", None)
                    if int(status) >= 400 and "application/json" in content:
                        content[PROBLEM] = content.pop("application/json")
        return schema


api = Api(
    title="桂冠 Guiguan",
    version=__version__,
    description="公开活动的事实与现行规则。Public facts of campaigns and the rules in force.",
    docs_url=None,  # ninja's page loads its scripts from elsewhere
    urls_namespace="api",
    throttle=[ByAddress("120/m")],
)
api.add_router("/messages", receipts, throttle=[ByAddress("1200/m")])
api.add_router("", ballots)
FAULTS: dict[Any, Any] = {404: Problem, 422: Problem, 429: Problem}
api.add_router("", votes.router)


@api.get(
    "/campaigns",
    response={200: CampaignPage, 422: Problem, 429: Problem},
    summary="活动列表",
    tags=["campaigns"],
)
def campaign_list(request: HttpRequest, wanted: Query[Wanted]) -> CampaignPage:
    """Open campaigns first, then ended ones, each newest first."""
    found = campaigns_public(wanted.state, wanted.search)
    return CampaignPage(
        count=found.count(),
        items=[CampaignListed(**_listed(c)) for c in found[wanted.offset : wanted.offset + wanted.limit]],
    )


@api.get("/campaigns/{slug}", response={200: CampaignFacts, **FAULTS}, summary="一个活动", tags=["campaigns"])
def campaign_facts(request: HttpRequest, slug: str) -> CampaignFacts:
    """The public facts of one campaign."""
    campaign = _public(slug)
    b, version = blueprint_of(campaign), current_version(campaign)
    facts = Facts(b, "zh")
    return CampaignFacts(
        **_listed(campaign),
        zone=b.zone,
        closed_at=campaign.closed_at,
        categories=[say(c.title) for c in b.categories],
        stages=[
            StageDates(
                id=w.of.id,
                kind=w.of.kind,
                title=facts.stage_title(w.of),
                start=w.start,
                end=w.end,
                state=w.state,
            )
            for w in stage_windows(b, now())
            if not isinstance(w.of, Event) and not w.correction
        ],
        version=version.number,
        sha256=version.sha256,
        page=reverse("campaign-notice", args=[slug]),
    )


@api.get(
    "/campaigns/{slug}/blueprint",
    response={200: str, **FAULTS},
    summary="现行规则（YAML）",
    tags=["campaigns"],
    openapi_extra={
        "responses": {
            200: {
                "description": "The rules' very bytes; ETag and X-Content-SHA256 are their SHA-256",
                "content": {"application/yaml": {"schema": {"type": "string"}}},
            }
        }
    },
)
def campaign_blueprint(request: HttpRequest, slug: str) -> HttpResponse:
    """The text of the rules in force."""
    version = _public(slug).in_force
    if version is None:
        raise Http404
    response = HttpResponse(version.text.encode(), content_type="application/yaml; charset=utf-8")
    response.headers["ETag"] = f'"{version.sha256}"'
    response.headers["X-Content-SHA256"] = version.sha256
    return response


def _public(slug: str) -> Campaign:
    found = campaigns_public().filter(pk=slug).first()
    if found is None:
        raise Http404
    return found


def _listed(campaign: Campaign) -> dict[str, Any]:
    b = blueprint_of(campaign)
    return {
        "slug": campaign.pk,
        "title": say(b.title),
        "state": campaign.state,
        "hosts": list(b.organisers.host),
        "opened_at": campaign.opened_at,
    }


def problem(request: HttpRequest, rule: str, status: int, errors: tuple[Fault, ...] = ()) -> HttpResponse:
    """An answer as RFC 9457 describes it."""
    zh, en = OWN[rule]
    body = Problem(type=f"/problems/{quote(rule)}", title=zh, status=status, detail=en, errors=errors)
    return HttpResponse(body.model_dump_json(), status=status, content_type=PROBLEM)


@api.exception_handler(Http404)
def _not_found(request: HttpRequest, error: Http404) -> HttpResponse:
    return problem(request, "api.not-found", 404)


@api.exception_handler(Unsigned)
def _unsigned(request: HttpRequest, error: Unsigned) -> HttpResponse:
    return problem(request, "api.signature", 401)


@api.exception_handler(ValidationError)
def _invalid(request: HttpRequest, error: ValidationError) -> HttpResponse:
    faults = tuple(Fault(place=".".join(str(p) for p in e["loc"]), message=e["msg"]) for e in error.errors)
    return problem(request, "api.invalid", 422, faults)


@api.exception_handler(Throttled)
def _too_many(request: HttpRequest, error: Throttled) -> HttpResponse:
    response = problem(request, "api.too-many", 429)
    response.headers["Retry-After"] = str(max(1, math.ceil(error.wait or 1)))
    return response


@api.exception_handler(LostKeys)
def _without_keys(request: HttpRequest, error: LostKeys) -> HttpResponse:
    logging.getLogger(__name__).critical("nobody can prove who votes: %s", error)
    return _later(request, "api.keys")


@api.exception_handler(NoDocument)
def _without_rules(request: HttpRequest, error: NoDocument) -> HttpResponse:
    logging.getLogger(__name__).critical("the rules of a vote cannot be read: %s", error)
    return _later(request, "api.no-rules")


def _later(request: HttpRequest, rule: str) -> HttpResponse:
    response = problem(request, rule, 503)
    response.headers["Retry-After"] = "60"
    return response


@api.exception_handler(Exception)
def _broken(request: HttpRequest, error: Exception) -> HttpResponse:
    logging.getLogger(__name__).exception("api", exc_info=error)
    return problem(request, "api.broken", 500)
