"""`POST /api/v1/messages/receipts`: the SMS gateway tells what became of messages. Its signature is its permission."""

from __future__ import annotations

import time
from typing import Literal

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from ninja import Router, Schema
from pydantic import Field

from guiguan.adapters.signed import is_signed
from guiguan.apps.messages.receipts import Receipt, note_receipts
from guiguan.web.api.shapes import Problem

router = Router(tags=["messages"])


class ReceiptSent(Schema):
    """One message."""

    id: str = Field(max_length=64)  # under which it was handed over
    outcome: Literal["delivered", "failed"]
    reason: str = Field("", max_length=200)


class ReceiptsSent(Schema):
    """What the gateway sends at once."""

    receipts: list[ReceiptSent] = Field(max_length=1000)


class Unsigned(Exception):
    """The request does not bear the signature of the gateway that the settings name."""


def gateway(request: HttpRequest) -> str:
    """The gateway that signed the request. Raises Unsigned."""
    env = settings.GUIGUAN
    secret = env.sms_secret.get_secret_value() if env.sms == "http" else ""
    time_given = request.headers.get("Guiguan-Time", "")
    given = request.headers.get("Guiguan-Signature", "")
    if not is_signed(secret, time_given, request.body, given, int(time.time())):
        raise Unsigned
    return "gateway"


@router.post(
    "/receipts",
    auth=gateway,
    response={204: None, 401: Problem, 422: Problem, 429: Problem},
    summary="Receipts of the SMS gateway",
    include_in_schema=False,  # between the site and its gateway; docs/operate/messages.md describes it
)
def receipts(request: HttpRequest, sent: ReceiptsSent) -> HttpResponse:
    """The messages stand as the gateway says. The same receipt twice changes nothing."""
    note_receipts([Receipt(r.id, r.outcome, r.reason) for r in sent.receipts])
    return HttpResponse(status=204)
