"""`POST /api/v1/campaigns/{slug}/ballots` in the site's own process: the bytes are handed to the ballot box, and its answer given back.

Where many vote, the reverse proxy sends this address to `guiguan serve --only ballots`, which answers the same.
"""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from ninja import Router

from guiguan.apps.votes.casting import cast
from guiguan.box.box import MOST_BODY
from guiguan.web.api.shapes import BallotStored, Problem

router = Router()

_FAULTS: dict[Any, Any] = dict.fromkeys((401, 403, 404, 409, 413, 422, 429, 503), Problem)
_SENT: dict[str, Any] = {
    "requestBody": {
        "required": True,
        "content": {
            "application/json": {
                "schema": {
                    "type": "object",
                    "required": ["choices"],
                    "additionalProperties": False,
                    "properties": {
                        "choices": {"type": "array", "items": {"type": "string", "maxLength": 64}},
                        "channel": {"type": "string", "description": "渠道代号；蓝图没有的不计渠道"},
                        "stage": {"type": "string", "description": "有几个投票时写明投哪一个"},
                    },
                }
            }
        },
    },
    "parameters": [
        {
            "in": "header",
            "name": name,
            "required": False,
            "schema": {"type": "string"},
            "description": description,
        }
        for name, description in (
            ("Authorization", "Bearer 加投票凭证；只按 IP 认定投票人的不用"),
            ("Idempotency-Key", "1 至 64 个可见 ASCII 字符，带凭证时必填；重试同一张选票用同一个值"),
            ("Guiguan-Challenge", "活动要求时，附上已解的验证题"),
        )
    ],
}


@router.post(
    "/campaigns/{slug}/ballots",
    response={201: BallotStored, **_FAULTS},
    summary="提交一张选票",
    tags=["ballots"],
    throttle=[],  # the box has limits of its own, by voter and by address
    openapi_extra=_SENT,
)
def ballot(request: HttpRequest, slug: str) -> HttpResponse:
    """201 only when the ballot is durably stored. The same key and body again: the same answer."""
    return _handed(request, f"/api/v1/campaigns/{slug}/ballots", request.read(MOST_BODY + 1))


@router.get(
    "/campaigns/{slug}/challenge/{stage}",
    response={200: dict[str, Any], 204: None, **_FAULTS},
    summary="取一道验证题，随选票交上答案",
    tags=["ballots"],
    throttle=[],
)
def challenge(request: HttpRequest, slug: str, stage: str) -> HttpResponse:
    """altcha's challenge (PBKDF2/SHA-256) for one ballot of whoever asks; 204 where the vote asks for none."""
    return _handed(request, f"/api/v1/campaigns/{slug}/challenge/{stage}", b"")


def _handed(request: HttpRequest, path: str, body: bytes) -> HttpResponse:
    """What the box answers."""
    headers = {
        name.lower().encode("latin-1"): value.encode("latin-1", "replace")
        for name, value in request.headers.items()
    }
    method = (request.method or "").encode()
    found = cast(path, headers, body, request.META.get("REMOTE_ADDR", ""), method)
    response = HttpResponse(found.body, status=found.status, content_type=found.kind)
    response.headers["Cache-Control"] = "no-store"
    if found.retry:
        response.headers["Retry-After"] = str(found.retry)
    return response
