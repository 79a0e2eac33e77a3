"""Who sits before the page, as far as a vote asks. The session keeps single ids only, never a number, open id or device."""

from __future__ import annotations

import hashlib
import secrets

from django.conf import settings
from django.http import HttpRequest, HttpResponse

from guiguan.apps.votes.queries import Vote
from guiguan.apps.votes.voters import asked_of, missing, single_id, token_of, voter_bytes
from guiguan.web.common.door import person_of

SESSION = "voter"
VIEWER, DEVICE = "viewer", "device"
DAYS_30, YEAR = 30 * 86_400, 400 * 86_400


def proved(request: HttpRequest, vote: Vote) -> dict[str, str]:
    """What has been proved, each kind with its single id: by this session, by being signed in, by the device's own cookie."""
    slug = vote.campaign.pk
    found: dict[str, str] = dict(request.session.get(SESSION, {}).get(slug, {}))
    person = person_of(request)
    if person is not None and "account" in vote.stage.voter:
        found["account"] = single_id(slug, "account", str(person.pk))
    device = _own(request, DEVICE)
    if device and "device" in vote.stage.voter:
        found["device"] = single_id(slug, "device", device)
    return {kind: found[kind] for kind in asked_of(vote.stage) if kind in found}


def remember(request: HttpRequest, slug: str, kind: str, single: str) -> None:
    """The session has proved this. It gets a new key, so that one planted before is worth nothing."""
    held = request.session.get(SESSION, {})
    request.session.cycle_key()
    request.session[SESSION] = held | {slug: held.get(slug, {}) | {kind: single}}


def forget(request: HttpRequest, slug: str) -> None:
    """The session has proved nothing for this campaign any more."""
    held = request.session.get(SESSION, {})
    if slug in held:
        request.session[SESSION] = {k: v for k, v in held.items() if k != slug}


def still_missing(request: HttpRequest, vote: Vote) -> tuple[str, ...]:
    return missing(vote.stage, proved(request, vote))


def token(request: HttpRequest, vote: Vote, at: int) -> str:
    """The ballot box's token for this page, "" where something is missing or the address alone counts."""
    return token_of(vote.campaign.pk, vote.stage, proved(request, vote), at)


def voter(request: HttpRequest, vote: Vote) -> bytes | None:
    return voter_bytes(vote.campaign.pk, vote.stage, proved(request, vote))


def whose(request: HttpRequest, vote: Vote) -> str:
    """By what the page's script knows a voter again: what one voter left in a browser is not another's. "" for whoever is not known."""
    found = voter(request, vote)
    return hashlib.sha256(b"gg/page-voter/v1\0" + found).hexdigest()[:16] if found else ""


def viewer(request: HttpRequest) -> str:
    """What the order of the cases goes by: the browser's own mark, the same for weeks and nobody's name."""
    return _own(request, VIEWER) or secrets.token_hex(16)


def with_marks(request: HttpRequest, response: HttpResponse, vote: Vote, seen_as: str) -> HttpResponse:
    """The browser keeps its mark, and the device's where the vote goes by devices."""
    if _own(request, VIEWER) != seen_as:
        _keep(response, VIEWER, seen_as, DAYS_30)
    if "device" in vote.stage.voter and not _own(request, DEVICE):
        _keep(response, DEVICE, secrets.token_hex(16), YEAR)
    return response


def _own(request: HttpRequest, name: str) -> str:
    """A cookie that we gave: 32 hex digits; anything else is as good as none."""
    text = request.COOKIES.get(name, "")
    return text if len(text) == 32 and set(text) <= set("0123456789abcdef") else ""


def _keep(response: HttpResponse, name: str, value: str, seconds: int) -> None:
    response.set_cookie(
        name, value, max_age=seconds, httponly=True, samesite="Lax", secure=settings.SESSION_COOKIE_SECURE
    )
