"""That a person accepted the agreement at signing up, by the digest of the text that they saw."""

from __future__ import annotations

from hashlib import sha256

from django.db import transaction

from guiguan.apps.accounts.models import Person
from guiguan.apps.audit.services import record


@transaction.atomic
def keep_consent(by: Person, at: int, text: str) -> None:
    """It is on record that the person accepted this very text."""
    record(str(by.pk), at, "account.consent", f"person:{by.pk}", text=sha256(text.encode()).hexdigest())
