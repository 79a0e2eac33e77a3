"""Structured logs: one JSON object a line on standard error, with the request's id, never with what people typed."""

from __future__ import annotations

import datetime
import json
import logging
import re
from typing import Any

from guiguan.web.common.request_id import request_id

_TOKENS = re.compile(r"(/units/invitation/|/accounts/welcome/[^/\s]+/)[^/\s?\"']+")
"""Addresses whose last part lets somebody in; Django names the address of every request that it refuses."""


class JsonLine(logging.Formatter):
    """A record as one JSON line; control characters cannot start a new one, and no token stands in it."""

    def format(self, record: logging.LogRecord) -> str:
        line: dict[str, Any] = {
            "time": datetime.datetime.fromtimestamp(record.created, datetime.UTC).isoformat(
                timespec="milliseconds"
            ),
            "level": record.levelname,
            "logger": record.name,
            "message": record.getMessage(),
        }
        if found := request_id.get():
            line["request"] = found
        if record.exc_info:
            line["error"] = self.formatException(record.exc_info)
        return _TOKENS.sub(r"\1…", json.dumps(line, ensure_ascii=False))


def logging_of(level: str) -> dict[str, Any]:
    """The configuration for `logging.config.dictConfig`."""
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {"json": {"()": JsonLine}},
        "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "json"}},
        "root": {"handlers": ["stderr"], "level": level},
        "loggers": {
            "django.server": {"level": "WARNING"},
            "axes": {"level": "WARNING"},
            "PIL": {"level": "WARNING"},
        },
    }
