"""The installation's seal, for every app that keeps personal data."""

from __future__ import annotations

from functools import cache

from django.conf import settings

from guiguan.adapters.crypto import Sealer


@cache
def sealer() -> Sealer:
    """The sealer under the installation's data key."""
    return Sealer(bytes.fromhex(settings.GUIGUAN_DATA_KEY))
