"""The content policy: nothing but ourselves, and the one place to which signing in may lead."""

from __future__ import annotations

import pytest
from django.test import Client
from pytest_django import Settings

pytestmark = pytest.mark.django_db


def directives(client: Client) -> dict[str, str]:
    found = client.get("/healthz").headers["Content-Security-Policy"]
    return {name: rest for name, _, rest in (one.partition(" ") for one in found.split("; "))}


def test_forms_lead_nowhere_else(client: Client) -> None:
    assert directives(client) == {
        "default-src": "'none'",
        "script-src": "'self'",
        "style-src": "'self'",
        "img-src": "'self' data: blob:",
        "connect-src": "'self'",
        "font-src": "'self'",
        "form-action": "'self'",
        "frame-ancestors": "'none'",
        "base-uri": "'none'",
    }


def test_signing_in_at_the_identity_provider_is_let_through(client: Client, settings: Settings) -> None:
    oidc = "统一认证|https://id.example.cn:8443/realm/.well-known/openid-configuration|client|secret"
    settings.GUIGUAN = settings.GUIGUAN.model_copy(update={"oidc": oidc})
    assert directives(client)["form-action"] == "'self' https://id.example.cn:8443"
