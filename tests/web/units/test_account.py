"""Signing up, signing in, a forgotten password, lockout: through the pages, as a person does it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from apps.accounts.conftest import with_phone
from django.core.cache import cache
from django.test import Client, override_settings
from django.urls import reverse
from web.units.conftest import PASSWORD, browser_of

from guiguan.apps.accounts.models import Person
from guiguan.apps.audit.models import Record

pytestmark = pytest.mark.django_db
Make = Callable[..., Any]
Codes = Callable[[], list[tuple[str, str]]]
PHONE = "13800001234"
SIGN_UP = {"phone": PHONE, "password1": PASSWORD, "password2": PASSWORD, "consent": "on"}


def who(client: Client) -> Person | None:
    """Who is signed in by this browser."""
    pk = client.session.get("_auth_user_id")
    return Person.objects.get(pk=pk) if pk else None


def text(response: Any) -> str:
    return str(response.content.decode())


def sign_up(client: Client, codes: Codes) -> Person:
    client.post("/accounts/signup/", SIGN_UP)
    client.post("/accounts/phone/verify/", {"code": codes()[-1][1]})
    person = who(client)
    assert person is not None
    return person


def test_phone_password_code_and_one_is_in(codes: Codes) -> None:
    client = Client()
    page = text(client.get("/accounts/signup/"))
    assert "请勿填报任何敏感或涉密内容" in page
    assert "我已阅读并接受《用户注册与隐私服务协议》" in page
    answer = client.post("/accounts/signup/", SIGN_UP)
    assert answer.headers["Location"] == "/accounts/phone/verify/"
    assert who(client) is None
    assert [to for to, _ in codes()] == [PHONE]
    answer = client.post("/accounts/phone/verify/", {"code": codes()[0][1]})
    assert answer.headers["Location"] == "/units/"
    person = who(client)
    assert person is not None
    assert person.phone_verified
    assert PHONE.encode() not in bytes(person.phone)
    assert Record.objects.filter(action="account.consent", subject=f"person:{person.pk}").count() == 1


@pytest.mark.parametrize("left_out", ["phone", "password1", "consent"])
def test_nothing_happens_without_phone_password_and_consent(codes: Codes, left_out: str) -> None:
    given = {k: v for k, v in SIGN_UP.items() if k != left_out}
    page = text(Client().post("/accounts/signup/", given))
    assert "有内容需要修改" in page
    assert (codes(), Person.objects.count()) == ([], 0)


def test_the_agreement_can_be_read_by_everybody(db: None) -> None:
    page = text(Client().get("/accounts/privacy"))
    assert "身份证号码保存至核实后 30 天" in page


def test_three_wrong_codes_end_the_attempt(codes: Codes) -> None:
    client = Client()
    client.post("/accounts/signup/", SIGN_UP)
    right = codes()[0][1]
    wrong = "000000" if right != "000000" else "111111"
    for _ in range(2):
        assert "验证码不对" in text(client.post("/accounts/phone/verify/", {"code": wrong}))
    client.post("/accounts/phone/verify/", {"code": wrong})
    client.post("/accounts/phone/verify/", {"code": right})
    assert who(client) is None


def test_another_code_comes_after_a_minute_and_not_before(codes: Codes, a_minute_later: Any) -> None:
    client = Client()
    client.post("/accounts/signup/", SIGN_UP)
    client.get("/accounts/phone/verify/")
    assert client.post("/accounts/phone/verify/", {"action": "resend"}).status_code == 429
    assert len(codes()) == 1
    a_minute_later(client)
    client.post("/accounts/phone/verify/", {"action": "resend"})
    assert len(codes()) == 2
    client.post("/accounts/phone/verify/", {"code": codes()[1][1]})
    assert who(client) is not None


def test_an_unproven_number_stays_free_for_its_owner(codes: Codes, a_minute_later: Any) -> None:
    squatter, owner = Client(), Client()
    squatter.post("/accounts/signup/", SIGN_UP)
    a_minute_later()
    person = sign_up(owner, codes)
    assert person.phone_verified
    assert Person.objects.filter(phone_verified=True).count() == 1


def test_of_two_who_prove_one_number_only_the_first_has_it(codes: Codes, a_minute_later: Any) -> None:
    first, second = Client(), Client()
    first.post("/accounts/signup/", SIGN_UP)
    a_minute_later()
    second.post("/accounts/signup/", SIGN_UP)
    first.post("/accounts/phone/verify/", {"code": codes()[0][1]})
    answer = second.post("/accounts/phone/verify/", {"code": codes()[1][1]})
    assert "该手机号已注册，请直接登录" in text(answer)
    assert who(first) is not None
    assert who(second) is None


def test_who_is_registered_cannot_be_found_out_by_signing_up(codes: Codes, person: Make) -> None:
    with_phone(person())
    known = Client().post("/accounts/signup/", SIGN_UP)
    assert codes() == []
    unknown = Client().post("/accounts/signup/", SIGN_UP | {"phone": "13800005555"})
    assert (known.status_code, known.headers["Location"]) == (
        unknown.status_code,
        unknown.headers["Location"],
    )
    again = [
        Client().post("/accounts/signup/", SIGN_UP | {"phone": p}).status_code for p in (PHONE, "13800005555")
    ]
    assert again == [429, 429]


@pytest.mark.parametrize("typed", [PHONE, "+86 138-0000-1234"])
def test_phone_and_password_sign_in(codes: Codes, typed: str) -> None:
    person = sign_up(Client(), codes)
    client = Client()
    client.post("/accounts/login/", {"login": typed, "password": PASSWORD})
    assert who(client) == person


def test_a_user_name_given_by_the_administrator_signs_in(person: Make) -> None:
    cache.clear()
    clerk = person("clerk.wang")
    clerk.set_password(PASSWORD)
    clerk.save()
    client = Client()
    client.post("/accounts/login/", {"login": "clerk.wang", "password": PASSWORD})
    assert who(client) == clerk


def test_a_code_signs_in_and_the_page_says_the_same_to_strangers(codes: Codes, a_minute_later: Any) -> None:
    person = sign_up(Client(), codes)
    a_minute_later()
    client, stranger = Client(), Client()
    known = client.post("/accounts/login/code/", {"phone": PHONE})
    unknown = stranger.post("/accounts/login/code/", {"phone": "13800005555"})
    assert known.headers["Location"] == unknown.headers["Location"] == "/accounts/login/code/confirm/"
    assert [to for to, _ in codes()] == [PHONE, PHONE]
    client.post("/accounts/login/code/confirm/", {"code": codes()[-1][1]})
    assert who(client) == person


def test_a_forgotten_password_is_replaced_after_a_code(codes: Codes, a_minute_later: Any) -> None:
    person = sign_up(Client(), codes)
    a_minute_later()
    client = Client()
    assert "/accounts/login/code/?next=/accounts/password/new" in text(
        client.get("/accounts/password/reset/")
    )
    client.post("/accounts/login/code/", {"phone": PHONE, "next": "/accounts/password/new"})
    answer = client.post(
        "/accounts/login/code/confirm/", {"code": codes()[-1][1], "next": "/accounts/password/new"}
    )
    assert answer.headers["Location"] == "/accounts/password/new"
    fresh = {"password1": "another-long-one", "password2": "another-long-one"}
    client.post("/accounts/password/new", fresh)
    person.refresh_from_db()
    assert person.check_password("another-long-one")
    assert who(client) == person
    client.post("/accounts/password/new", {"password1": "third-long-one-", "password2": "third-long-one-"})
    person.refresh_from_db()
    assert person.check_password("another-long-one")


def test_a_password_is_never_replaced_without_a_code(codes: Codes) -> None:
    person = sign_up(Client(), codes)
    client = Client()
    client.post("/accounts/login/", {"login": PHONE, "password": PASSWORD})
    client.post("/accounts/password/new", {"password1": "another-long-one", "password2": "another-long-one"})
    person.refresh_from_db()
    assert person.check_password(PASSWORD)


def test_the_phone_is_changed_by_a_code_to_the_new_one(codes: Codes, a_minute_later: Any) -> None:
    client = Client()
    person = sign_up(client, codes)
    a_minute_later()
    client.post("/accounts/reauthenticate/", {"password": PASSWORD})
    client.post("/accounts/phone/change/", {"phone": "13800005555"})
    assert codes()[-1][0] == "13800005555"
    client.post("/accounts/phone/verify/", {"code": codes()[-1][1]})
    other = Client()
    other.post("/accounts/login/", {"login": "13800005555", "password": PASSWORD})
    assert who(other) == person
    old = Client()
    old.post("/accounts/login/", {"login": PHONE, "password": PASSWORD})
    assert who(old) is None


def test_after_five_wrong_passwords_even_the_right_one_is_refused(codes: Codes) -> None:
    from axes.models import AccessAttempt

    sign_up(Client(), codes)
    client = Client()
    answers = [
        client.post("/accounts/login/", {"login": PHONE, "password": "wrong"}).status_code for _ in range(5)
    ]
    assert answers == [200, 200, 200, 200, 429]
    answer = client.post("/accounts/login/", {"login": PHONE, "password": PASSWORD})
    assert (answer.status_code, who(client)) == (429, None)
    assert "暂时不能登录" in text(answer)
    assert PHONE not in str(list(AccessAttempt.objects.values()))
    assert "wrong" not in str(list(AccessAttempt.objects.values()))


def test_the_security_administrator_lifts_the_lockout(codes: Codes, staff: Make) -> None:
    person = sign_up(Client(), codes)
    client = Client()
    for _ in range(5):
        client.post("/accounts/login/", {"login": PHONE, "password": "wrong"})
    with override_settings(GUIGUAN=_demo()):
        answer = browser_of(staff("security_admin")).post(reverse("roles-unlock", args=[person.pk]))
    assert answer.status_code == 302
    client.post("/accounts/login/", {"login": PHONE, "password": PASSWORD})
    assert who(client) == person


def test_the_list_of_sessions_ends_the_others(codes: Codes) -> None:
    here, there = Client(), Client()
    sign_up(here, codes)
    there.post("/accounts/login/", {"login": PHONE, "password": PASSWORD})
    there.get("/")
    assert here.get("/accounts/sessions/").status_code == 200
    here.post("/accounts/sessions/", {})
    assert "_auth_user_id" not in there.session
    assert who(here) is not None


def test_staff_reach_nothing_before_their_second_factor(staff: Make) -> None:
    clerk = staff("clerk", "xc")
    client = browser_of(clerk)
    for way in ("/organiser/units/", "/units/", "/"):
        assert client.get(way).headers["Location"] == "/accounts/2fa/totp/activate/"
    Authenticator.objects.create(user=clerk, type="totp", data={"secret": "x"})
    assert client.get("/organiser/units/").status_code == 200


def test_setting_up_the_second_factor_shows_a_picture_within_the_content_policy(person: Make) -> None:
    cache.clear()
    clerk = person("clerk.li")
    clerk.set_password(PASSWORD)
    clerk.save()
    client = Client()
    client.post("/accounts/login/", {"login": "clerk.li", "password": PASSWORD})
    way = "/accounts/2fa/totp/activate/"
    asked = client.get(way).headers["Location"]
    assert asked.startswith("/accounts/reauthenticate/")
    client.post(asked, {"password": PASSWORD, "next": way})
    page = client.get(way)
    assert 'src="data:image/svg+xml;base64,' in text(page)
    assert "img-src 'self' data: blob:" in page.headers["Content-Security-Policy"]


@pytest.mark.parametrize(
    "way",
    ["email/", "confirm-email/", "confirm-email/abc/", "password/reset/key/1-abc/", "password/reset/done/"],
)
def test_pages_that_need_an_e_mail_address_are_not_there(person: Make, way: str) -> None:
    assert browser_of(person()).get(f"/accounts/{way}").status_code == 404


def _demo() -> Any:
    from django.conf import settings

    return settings.GUIGUAN.model_copy(update={"demo": True})
