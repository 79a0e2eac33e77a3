"""Answers in and out of storage: what names or reaches a person lies sealed, in drafts and in every submission."""

from __future__ import annotations

import json
from base64 import b64decode, b64encode
from collections.abc import Mapping
from typing import Any

from guiguan.apps.accounts.sealing import masked_identity, masked_name, masked_phone, sealer
from guiguan.core.blueprint.form import FormField
from guiguan.core.entries.answers import Value

SEALED_KINDS = ("person", "phone", "email", "identity_number")


def pack(field: FormField, value: Value) -> Any:
    """The answer as stored: itself, or `{"sealed": …}` where its kind is personal."""
    if field.kind not in SEALED_KINDS:
        return value
    return {"sealed": b64encode(sealer().seal(json.dumps(value), f"entry.{field.kind}")).decode()}


def unpack(field: FormField, stored: Any) -> Value:
    """The answer as given."""
    if not (isinstance(stored, dict) and set(stored) == {"sealed"}):
        return stored
    return json.loads(sealer().unseal(b64decode(stored["sealed"]), f"entry.{field.kind}"))


def unpack_all(fields: Mapping[str, FormField], stored: Mapping[str, Any]) -> dict[str, Value]:
    """Every answer of a form as given; fields that the form no longer has are left out."""
    return {name: unpack(fields[name], value) for name, value in stored.items() if name in fields}


def masked(field: FormField, value: Value) -> Value:
    """The answer as staff see it before they give a reason."""
    if field.kind == "person":
        return masked_name(str(value))
    if field.kind == "phone":
        return masked_phone(str(value))
    if field.kind == "identity_number":
        return masked_identity(str(value))
    if field.kind == "email":
        name, at, host = str(value).partition("@")
        return f"{name[:1]}***{at}{host}"
    return value
