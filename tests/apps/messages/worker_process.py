"""A worker of its own process, for the tests that kill it. `python worker_process.py COMMAND …` with the site's settings in the environment.

prepare            makes the tables
queue AT MANY      puts messages on their way, then shows them
work AT [FAULT]    one round; prints the key of each message on a line of its own when the gateway has taken it.
                   FAULT before:N, after:N: at the Nth message prints "stuck" and waits to be killed, before or after taking it
show               prints every message's id, state and number of tries as JSON
"""

from __future__ import annotations

import json
import os
import sys
import threading
import warnings
from dataclasses import dataclass, field
from typing import Any


def say(text: str) -> None:
    print(text, flush=True)


@dataclass
class Gateway:
    """Takes messages, and dies where it is told to. One that knows its keys takes each only once."""

    fault: str
    idempotent: bool
    asked: list[str] = field(default_factory=list)

    def send(self, phone: str, text: str, key: str) -> str:
        self.asked.append(key)
        moment, _, number = self.fault.partition(":")
        here = number == str(len(self.asked))
        if here and moment == "before":
            self._wait()
        say(key)
        if here and moment == "after":
            self._wait()
        return key

    def _wait(self) -> None:
        say("stuck")
        threading.Event().wait()


def main(command: str, *rest: str) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        from guiguan.conf.run import start_django

        start_django()
    from django.core.management import call_command
    from django.db import transaction

    from guiguan.apps.messages import delivery
    from guiguan.apps.messages.models import Message
    from guiguan.apps.messages.services import queue

    if command == "prepare":
        call_command("migrate", verbosity=0, interactive=False)
    elif command == "queue":
        for number in range(int(rest[1])):
            with transaction.atomic():
                queue(
                    int(rest[0]),
                    "unit-approved",
                    once=f"o-{number}",
                    person=None,
                    channels=("sms",),
                    to={"sms": f"1380000{number:04}"},
                    facts={"unit": "示例公司"},
                )
    elif command == "work":
        gateway: Any = Gateway(rest[1] if len(rest) > 1 else "", os.environ.get("KNOWS_KEYS") == "1")
        vars(delivery)["sms_gateway"] = lambda: gateway
        delivery.deliver_due(int(rest[0]))
    if command in ("queue", "show"):
        rows = Message.objects.order_by("due_at", "id").values_list("id", "state", "tries")
        say(json.dumps([[one.hex, state, tries] for one, state, tries in rows]))


main(*sys.argv[1:])
