"""Files and proofs of the ballot logs, for everybody; what there is to say, `box.answer` says."""

from __future__ import annotations

from contextlib import ExitStack

from django.conf import settings
from django.http import HttpRequest, HttpResponse

from guiguan.apps.votes.log import ballots_asked
from guiguan.apps.votes.voters import keys
from guiguan.box.answer import answer
from guiguan.box.receipt_keys import receipt_keys
from guiguan.web.common.door import door


@door("log.read")
def file(request: HttpRequest, campaign: str, rest: str) -> HttpResponse:
    """The file of that name, or the proof that was asked for. Any page may read it: monitors run in browsers too."""
    with ExitStack() as stack:
        given = answer(
            settings.GUIGUAN_LOGS,
            lambda: stack.enter_context(ballots_asked()),
            campaign,
            rest,
            request.GET.dict(),
            [key.hex() for key in receipt_keys(keys())],
        )
    response = HttpResponse(
        given.content, status=given.status, content_type=given.type, headers=dict(given.headers)
    )
    response["Access-Control-Allow-Origin"] = "*"
    return response
