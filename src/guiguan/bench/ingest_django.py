"""The ordinary way: a Django view that takes the same ballots with the same checks, durability and rows, one transaction a request.

`python -m guiguan.bench.ingest_django PORT WORKERS THREADS`, configured by INGEST_URL and INGEST_KEYS, serves it under
Granian with Django's own middleware, connections kept open, rows written by `bulk_create`.
"""

from __future__ import annotations

import hashlib
import json
import os
import secrets
import sys
import threading
import time
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit


def configure() -> Any:
    """Django as `startproject` makes it, without what this view does not touch."""
    import django
    from django.conf import settings

    parts = urlsplit(os.environ["INGEST_URL"])
    settings.configure(
        DEBUG=False,
        SECRET_KEY=secrets.token_hex(32),
        ALLOWED_HOSTS=["*"],
        ROOT_URLCONF=__name__,
        INSTALLED_APPS=[
            "django.contrib.auth",
            "django.contrib.contenttypes",
            "django.contrib.sessions",
            "django.contrib.messages",
            "guiguan.apps.votes",
        ],
        MIDDLEWARE=[
            "django.middleware.security.SecurityMiddleware",
            "django.contrib.sessions.middleware.SessionMiddleware",
            "django.middleware.common.CommonMiddleware",
            "django.middleware.csrf.CsrfViewMiddleware",
            "django.contrib.auth.middleware.AuthenticationMiddleware",
            "django.contrib.messages.middleware.MessageMiddleware",
            "django.middleware.clickjacking.XFrameOptionsMiddleware",
        ],
        DATABASES={
            "default": {
                "ENGINE": "django.db.backends.postgresql",
                "HOST": parts.hostname,
                "PORT": parts.port,
                "USER": parts.username,
                "NAME": parts.path.lstrip("/"),
                "CONN_MAX_AGE": None,
            }
        },
        USE_TZ=True,
        BALLOTS_ALIAS="default",
        DEFAULT_AUTO_FIELD="django.db.models.BigAutoField",
    )
    django.setup()
    from django.core.wsgi import get_wsgi_application

    return get_wsgi_application()


def cast(request: Any, slug: str) -> Any:
    """One ballot, as one would write it."""
    from django.db import transaction
    from django.http import JsonResponse

    from guiguan.adapters.signing import Ed25519
    from guiguan.apps.votes.models import Ballot, Poll, Right, Signal
    from guiguan.box.asked import Sender
    from guiguan.box.keys import Keys
    from guiguan.box.rows import Ref, packed, unpacked
    from guiguan.box.signals import sealed_signals
    from guiguan.box.token import read
    from guiguan.core.evidence.pseudonym import Pseudonyms
    from guiguan.core.integrity.merkle import leaf_hash
    from guiguan.core.integrity.receipt import receipts
    from guiguan.core.values.canonical import decode, encode
    from guiguan.core.values.moment import day_of
    from guiguan.core.votes.judge import Ballot as Given
    from guiguan.core.votes.judge import judge_ballot

    at = time.time_ns() // 1_000_000
    keys = Keys(Path(os.environ["INGEST_KEYS"]))
    token = read(keys.token, request.headers["Authorization"].removeprefix("Bearer ").encode(), at)
    if token.campaign != slug:
        return JsonResponse({"type": "/problems/ballots.no-voter"}, status=401)
    choices = tuple(json.loads(request.body)["choices"])
    key = hashlib.sha256(request.headers["Idempotency-Key"].encode()).digest()[:16]
    asked, voter = key + hashlib.sha256(request.body).digest()[:16], token.voter[:16]
    with transaction.atomic():
        poll = Poll.objects.get(campaign=slug)
        rule = _rule(poll.document)
        day = str(day_of(at, rule.zone))
        right, _ = Right.objects.select_for_update().get_or_create(
            poll=poll.pk, holder=voter, defaults={"refs": b"", "used": b""}
        )
        refs = unpacked(bytes(right.refs))
        earlier = [Ballot.objects.get(pk=(*ref, voter)) for ref in refs]
        used: Any = {}
        for one in earlier:
            entry = decode(bytes(one.entry))
            judge_ballot(rule, Given(one.time, one.day, "voter", tuple(entry["choices"])), used)
        judgement = judge_ballot(rule, Given(at, day, "voter", choices), used)
        if poll.state != "open" or not judgement.counted:
            return JsonResponse({"type": "/problems/votes.over-limit"}, status=409)
        nym = Pseudonyms(keys.pseudonym(slug), slug).voter(voter.hex(), day)
        entry = {"c": slug, "choices": list(choices), "day": day, "k": "ballot", "nym": nym}
        content = encode(entry | {"salt": secrets.token_hex(16), "t": at, "v": 1})
        leaf = leaf_hash(content)
        ref = Ref(2, secrets.randbits(60), 0)
        made = Ballot(
            writer=ref.writer,
            batch=ref.batch,
            place=ref.place,
            voter=voter,
            poll=poll.pk,
            kind="ballot",
            day=day,
            time=at,
            asked=asked,
            entry=content,
            leaf=leaf,
        )
        Ballot.objects.bulk_create([made])
        sealed = sealed_signals(keys.signal, [(leaf, Sender(request.META["REMOTE_ADDR"]))])
        Signal.objects.bulk_create(
            [Signal(writer=ref.writer, batch=ref.batch, at=at, sealed=sealed, entries=1)]
        )
        Right.objects.filter(poll=poll.pk, holder=voter).update(refs=bytes(right.refs) + packed(ref))
    signer = Ed25519(keys.receipt)
    (receipt,) = receipts(slug, day, at, [leaf], signer.sign, signer.public)
    return JsonResponse({"receipt": receipt, "leaf": leaf.hex(), "day": day, "time": at}, status=201)


_rules: dict[str, Any] = {}
_setting_up = threading.Lock()


def _rule(document: str) -> Any:
    """The rule of the document, read once."""
    from guiguan.core.votes.document import read_poll_text

    if document not in _rules:
        _rules[document] = read_poll_text(document).rule
    return _rules[document]


def __getattr__(name: str) -> Any:
    """`urlpatterns`, once Django is configured."""
    if name != "urlpatterns":
        raise AttributeError(name)
    from django.urls import path
    from django.views.decorators.csrf import csrf_exempt

    return [path("api/v1/campaigns/<slug:slug>/ballots", csrf_exempt(cast))]


def application(environ: Any, start_response: Any) -> Any:
    """WSGI; Django is set up in the worker, when the first request comes."""
    with _setting_up:
        if "wsgi" not in _rules:
            _rules["wsgi"] = configure()
    return _rules["wsgi"](environ, start_response)


if __name__ == "__main__":
    from granian.constants import Interfaces
    from granian.server import Server

    Server(
        "guiguan.bench.ingest_django:application",
        address="127.0.0.1",
        port=int(sys.argv[1]),
        interface=Interfaces.WSGI,
        workers=int(sys.argv[2]),
        blocking_threads=int(sys.argv[3]),
        websockets=False,
        log_access=False,
    ).serve()
