"""GGC1: one way to write a value as bytes, so that equal values have equal digests.

RFC 8785 restricted: UTF-8, keys `[a-z0-9_]{1,32}` in order, texts in NFC, integers only with |n| < 2⁵³, no floats, no
null, no white space. Fractions are texts `n/d` in lowest terms.
"""

from __future__ import annotations

import json
import re
import unicodedata
from typing import Any

MAX_DEPTH = 12
MAX_LINE = 65_536
_KEY = re.compile(r"[a-z0-9_]{1,32}")
_SURROGATE = re.compile("[\ud800-\udfff]")


class NotCanonical(ValueError):
    """A value or bytes that GGC1 does not allow; the text says why and where."""


def encode(value: Any) -> bytes:
    """The canonical bytes of a value. Raises NotCanonical."""
    _check(value, (), 0)
    return json.dumps(
        value, ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False
    ).encode()


def encode_line(value: Any) -> bytes:
    """The canonical bytes and a line end; at most 64 KiB."""
    line = encode(value) + b"\n"
    if len(line) > MAX_LINE:
        raise NotCanonical(f"a line of {len(line)} bytes is longer than {MAX_LINE}")
    return line


def decode(content: bytes) -> Any:
    """The value of canonical bytes; only bytes that encode to themselves are accepted."""
    try:
        value = json.loads(content, object_pairs_hook=_no_twins, parse_float=_refuse, parse_constant=_refuse)
    except NotCanonical:
        raise
    except (
        ValueError,
        RecursionError,
    ) as error:  # no UTF-8, no JSON, thousands of digits, thousands of brackets
        raise NotCanonical(f"not JSON: {error}") from error
    if encode(value) != content:
        raise NotCanonical("not in canonical form")
    return value


def _refuse(text: str) -> Any:
    raise NotCanonical(f"not an integer: {text}")


def _no_twins(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    built = dict(pairs)
    if len(built) != len(pairs):
        raise NotCanonical("a key stands twice")
    return built


_Path = tuple[Any, ...]
"""Where a value stands: (what it stands in, its key or number), () for the whole. Written out only where something is wrong."""


def _check(value: Any, path: _Path, depth: int) -> None:
    if depth > MAX_DEPTH:
        raise NotCanonical(f"deeper than {MAX_DEPTH} at {_said(path)}")
    match value:
        case str():
            if value.isascii():
                return
            if not unicodedata.is_normalized("NFC", value):
                raise NotCanonical(f"text not in NFC at {_said(path)}")
            if _SURROGATE.search(value):
                raise NotCanonical(f"lone surrogate at {_said(path)}")
        case bool():
            return
        case int():
            if abs(value) >= 2**53:
                raise NotCanonical(f"integer too large at {_said(path)}")
        case list():
            for i, item in enumerate(value):
                _check(item, (path, i), depth + 1)
        case dict():
            for key, item in value.items():
                if not isinstance(key, str) or not _KEY.fullmatch(key):
                    raise NotCanonical(f"key {key!r} at {_said(path)}")
                _check(item, (path, key), depth + 1)
        case _:
            raise NotCanonical(f"{type(value).__name__} at {_said(path)}")


def _said(path: _Path) -> str:
    if not path:
        return ""
    before, step = path
    return _said(before) + (f"[{step}]" if isinstance(step, int) else f".{step}")
