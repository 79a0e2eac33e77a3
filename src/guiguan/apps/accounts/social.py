"""What of an identity platform's answer is kept: under which name it knows the person, and the person's name, sealed."""

from __future__ import annotations

from typing import Any

from allauth.socialaccount.adapter import DefaultSocialAccountAdapter

from guiguan.apps.accounts.models import Person
from guiguan.apps.accounts.people import NAME_AT_MOST
from guiguan.apps.accounts.sealing import NAME, sealer
from guiguan.core.values.plain import plain


class PlatformAccounts(DefaultSocialAccountAdapter):  # type: ignore[misc]  # allauth ships no types
    """Accounts that sign in by an identity platform. Its other claims, e-mail and phone among them, are not kept."""

    def populate_user(self, request: Any, sociallogin: Any, data: dict[str, Any]) -> Person:
        """Called at each return from the platform, before anything is saved."""
        person: Person = sociallogin.user
        person.username = f"p-{person.pk.hex[:12]}"
        name = plain(str(data.get("name") or ""))[:NAME_AT_MOST]
        if name:
            person.name = sealer().seal(name, NAME)
        sociallogin.account.extra_data = {}
        sociallogin.email_addresses = []
        return person
