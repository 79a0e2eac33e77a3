"""The id of the request that is being answered, for the log and for the person who reports a fault."""

from __future__ import annotations

import contextvars

request_id: contextvars.ContextVar[str] = contextvars.ContextVar("request_id", default="")
