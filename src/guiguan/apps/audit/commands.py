"""What is done from the command line in somebody's name says so in the trail."""

from __future__ import annotations

import os
import pwd
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Literal

from django.db import transaction

from guiguan.apps.audit.services import record


@contextmanager
def by_command(
    act: Literal["import", "export"], by: str, at: int, kind: str, subject: str, campaign: str, **detail: Any
) -> Iterator[None]:
    """What is done inside, and one record that it came by this command and under which account of the machine, are there together
    or not at all."""
    with transaction.atomic():
        yield
        account = machine_account()
        record(by, at, f"{act}.command", subject, campaign=campaign, kind=kind, account=account, **detail)


def machine_account() -> str:
    """Who runs the program, as the operating system knows them: no variable of the environment changes it."""
    number = os.getuid()
    try:
        return pwd.getpwuid(number).pw_name
    except KeyError:  # a container's number without a name
        return str(number)
