"""What the log never holds: the part of an address that lets somebody in."""

from __future__ import annotations

import json
import logging

import pytest

from guiguan.conf.logs import JsonLine


@pytest.mark.parametrize(
    ("path", "kept"),
    [
        ("/units/invitation/s3cr3t-token", "/units/invitation/…"),
        ("/accounts/welcome/2b1c/c7x-s3cr3t", "/accounts/welcome/2b1c/…"),
        ("/units/", "/units/"),
    ],
)
def test_a_refused_address_is_logged_without_its_token(path: str, kept: str) -> None:
    made = logging.LogRecord("django.request", logging.WARNING, "", 0, "%s: %s", ("Gone", path), None)
    line = json.loads(JsonLine().format(made))
    assert line["message"] == f"Gone: {kept}"


def test_a_traceback_holds_no_token_either() -> None:
    try:
        raise ValueError("/units/invitation/s3cr3t?x=1")
    except ValueError as error:
        made = logging.LogRecord(
            "x", logging.ERROR, "", 0, "m", None, (ValueError, error, error.__traceback__)
        )
    # the line of code itself stands in the traceback; what is meant is the message at its end
    assert json.loads(JsonLine().format(made))["error"].endswith("ValueError: /units/invitation/…?x=1")
