"""Signing in by an identity platform, which one setting names."""

from __future__ import annotations

from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from allauth.socialaccount.providers.openid_connect.views import OpenIDConnectOAuth2Adapter
from django.test import Client

from guiguan.conf.security import _providers

pytestmark = pytest.mark.django_db
SETTING = "省统一身份认证|https://id.example.invalid/.well-known/openid-configuration|guiguan|hush"


def test_nothing_is_configured_without_the_setting() -> None:
    assert _providers("") == {}


def test_the_login_page_offers_the_platform_and_leads_to_it(
    settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.SOCIALACCOUNT_PROVIDERS = _providers(SETTING)
    monkeypatch.setattr(
        OpenIDConnectOAuth2Adapter,
        "openid_config",
        {
            "authorization_endpoint": "https://id.example.invalid/authorize",
            "token_endpoint": "https://id.example.invalid/token",
            "userinfo_endpoint": "https://id.example.invalid/me",
        },
    )
    client = Client()
    page = client.get("/accounts/login/").content.decode()
    assert "省统一身份认证" in page
    assert "hush" not in page
    answer = client.post("/accounts/oidc/identity/login/")
    way = urlsplit(answer.headers["Location"])
    asked = parse_qs(way.query)
    assert (way.netloc, way.path) == ("id.example.invalid", "/authorize")
    assert asked["client_id"] == ["guiguan"]
    assert asked["code_challenge_method"] == ["S256"]
    assert asked["redirect_uri"] == ["http://testserver/accounts/oidc/identity/login/callback/"]
