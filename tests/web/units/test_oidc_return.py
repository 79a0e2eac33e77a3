"""The whole way to an identity platform and back, against a provider on loopback that keeps to the protocol."""

from __future__ import annotations

import http.client
import re
from collections.abc import Iterator
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

import pytest
from allauth.account.models import EmailAddress
from allauth.socialaccount.models import SocialAccount, SocialToken
from django.test import Client
from web.units.identity_stand_in import CLIENT, SECRET, Provider, provider

from guiguan.apps.accounts.models import Person
from guiguan.apps.accounts.sealing import NAME, sealer
from guiguan.apps.audit.models import Record
from guiguan.conf.security import _providers

pytestmark = pytest.mark.django_db


@pytest.fixture
def platform(settings: Any) -> Iterator[Provider]:
    with provider() as one:
        settings.SOCIALACCOUNT_PROVIDERS = _providers(
            f"省统一身份认证|{one.issuer}/.well-known/openid-configuration|{CLIENT}|{SECRET}"
        )
        yield one


def back_from(platform: Provider, client: Client) -> str:
    """The address on our site to which the platform sends the browser, after the person has agreed there."""
    answer = client.post("/accounts/oidc/identity/login/")
    way = urlsplit(answer["Location"])
    assert f"{way.scheme}://{way.netloc}" == platform.issuer
    connection = http.client.HTTPConnection(way.netloc)
    connection.request("GET", f"{way.path}?{way.query}")
    location = connection.getresponse().getheader("Location") or ""
    connection.close()
    back = urlsplit(location)
    assert (back.netloc, back.path) == ("testserver", "/accounts/oidc/identity/login/callback/")
    return f"{back.path}?{back.query}"


def signed_in(client: Client) -> Person | None:
    return Person.objects.filter(pk=client.session.get("_auth_user_id")).first()


def heading(answer: Any) -> str:
    found = re.search(r"<h1[^>]*>(.*?)</h1>", answer.content.decode(), re.DOTALL)
    return found[1].strip() if found else ""


def accepted(platform: Provider, client: Client) -> Person:
    """Somebody new has come back and accepted the agreement."""
    answer = client.get(back_from(platform, client))
    assert answer["Location"] == "/accounts/3rdparty/signup/"
    page = client.get(answer["Location"]).content.decode()
    assert "用户注册与隐私服务协议" in page
    done = client.post(answer["Location"], {"consent": "on"})
    assert (done.status_code, done["Location"]) == (302, "/units/")
    person = signed_in(client)
    assert person is not None
    return person


def test_who_comes_back_is_signed_in_and_is_the_same_person_next_time(platform: Provider) -> None:
    person = accepted(platform, Client())
    assert sealer().unseal(bytes(person.name), NAME) == "王五"
    assert not person.has_usable_password()
    again = Client()
    assert again.get(back_from(platform, again))["Location"] == "/"
    assert signed_in(again) == person
    assert Record.objects.filter(action="account.consent", subject=f"person:{person.pk}").count() == 1


def test_without_accepting_the_agreement_nobody_is_made(platform: Provider) -> None:
    client = Client()
    client.get(back_from(platform, client))
    answer = client.post("/accounts/3rdparty/signup/", {})
    assert "请阅读并勾选接受协议后再注册。" in answer.content.decode()
    assert (Person.objects.count(), signed_in(client)) == (0, None)


def test_nothing_of_the_platforms_answer_lies_open(platform: Provider) -> None:
    platform.claims |= {"email": "wang@example.cn", "email_verified": True, "phone_number": "13800001234"}
    client = Client()
    person = accepted(platform, client)
    account = SocialAccount.objects.get()
    assert (account.uid, account.extra_data, account.user) == ("user-1", {}, person)
    client = Client()
    client.get(back_from(platform, client))
    assert SocialAccount.objects.get().extra_data == {}
    assert not EmailAddress.objects.exists()
    assert not SocialToken.objects.exists()
    assert Person.objects.filter(phone_index=None, phone=b"").count() == 1
    page = client.get("/accounts/3rdparty/").content.decode()
    assert "省统一身份认证" in page


@pytest.mark.parametrize("change", [{"state": "forged"}, {"code": "forged"}])
def test_a_forged_return_signs_nobody_in(platform: Provider, change: dict[str, str]) -> None:
    client = Client()
    path, _, query = back_from(platform, client).partition("?")
    sent = {k: v[0] for k, v in parse_qs(query).items()} | change
    answer = client.get(f"{path}?{urlencode(sent)}")
    assert heading(answer) == "统一身份认证没有成功"
    assert (signed_in(client), Person.objects.count()) == (None, 0)


def test_a_return_works_once_and_in_the_browser_that_went_out(platform: Provider) -> None:
    client, other = Client(), Client()
    way = back_from(platform, client)
    other.get(way)
    assert signed_in(other) is None
    client.get(way)
    client.get(way)
    assert (
        Person.objects.count() == 0
    )  # the second time there was no such state, and the first is not accepted yet


@pytest.mark.parametrize("spoil", ["denied", "audience"])
def test_a_platform_that_says_no_or_speaks_to_another_signs_nobody_in(platform: Provider, spoil: str) -> None:
    platform.spoil = spoil
    client = Client()
    answer = client.get(back_from(platform, client), follow=True)
    assert answer.status_code in (200, 401)
    assert (signed_in(client), Person.objects.count()) == (None, 0)
