"""What whoever finds a signed-in browser, or mixes up two forms, does not get."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from apps.accounts.conftest import with_phone
from axes.models import AccessLog
from django.test import Client
from django.urls import reverse
from pytest_django import Settings
from web.units.conftest import PASSWORD, browser_of
from web.units.test_units import filled, picture

from guiguan.apps.accounts.models import CodeSent, Grant, Organisation
from guiguan.apps.files.models import File

pytestmark = pytest.mark.django_db
Make = Callable[..., Any]
Codes = Callable[[], list[tuple[str, str]]]
PHONE = "13800001234"


@pytest.fixture(autouse=True)
def _no_second_factor(settings: Settings) -> None:
    settings.GUIGUAN = settings.GUIGUAN.model_copy(update={"demo": True})


def test_the_phone_is_not_changed_without_the_password(person: Make, codes: Codes) -> None:
    mine = with_phone(person())
    mine.set_password(PASSWORD)
    mine.save()
    found_open = browser_of(mine)
    answer = found_open.post("/accounts/phone/change/", {"phone": "13800005555"})
    assert answer.headers["Location"].startswith("/accounts/reauthenticate/")
    assert codes() == []
    found_open.post("/accounts/reauthenticate/", {"password": PASSWORD})
    answer = found_open.post("/accounts/phone/change/", {"phone": "13800005555"})
    assert [to for to, _ in codes()] == ["13800005555"]


def test_the_file_of_one_form_never_stands_in_another(person: Make, unit: Make, staff: Make) -> None:
    keeper = with_phone(person())
    refused = unit(keeper, state="refused")
    letter = File.objects.create(
        name="原来的.pdf",
        kind="pdf",
        size=1,
        sha256="0" * 64,
        original_sha256="0" * 64,
        stored="x",
        by=keeper.pk,
        at=1,
    )
    Organisation.objects.filter(pk=refused.pk).update(letter=letter.pk)
    browser = browser_of(keeper)
    browser.post(
        reverse("units-register", args=["enterprise"]), filled(name="", letter=picture("新单位.jpg"))
    )
    page = browser.get(reverse("units-again", args=[refused.pk])).content.decode()
    assert "原来的.pdf" in page
    assert "新单位.jpg" not in page
    assert "新单位.jpg" in browser.get(reverse("units-register", args=["enterprise"])).content.decode()


NUL = "有\x00无"


def test_what_no_database_keeps_is_refused_with_a_sentence_or_searched_in_vain(
    person: Make, unit: Make, staff: Make
) -> None:
    keeper = with_phone(person())
    page = browser_of(keeper).post(
        reverse("units-register", args=["enterprise"]),
        filled(
            name=NUL, address=NUL, contact=NUL, credit_code="9\x00" + "1" * 16, unit_kind="branch", group=NUL
        ),
    )
    assert page.status_code == 200
    for label in ("单位名称", "单位地址", "联系人", "集团名称", "统一社会信用代码"):
        assert f"{label}中有无法保存的字符" in page.content.decode()
    assert not Organisation.objects.exists()
    waiting = unit(person(), state="waiting")
    lead, security = browser_of(staff("lead", "xc")), browser_of(staff("security_admin"))
    assert lead.get(reverse("units-queue"), {"state": "approved", "q": "\x00"}).status_code == 200
    assert security.get(reverse("roles-people"), {"q": "\x00"}).status_code == 200
    assert (
        browser_of(keeper).get(reverse("units-code-check"), {"credit_code": "\x00" * 18}).status_code == 200
    )
    assert (
        lead.post(reverse("units-contact", args=[waiting.pk]), {"reason": "核对\x00电话"}).status_code == 200
    )
    refused = lead.post(reverse("units-refuse", args=[waiting.pk]), {"reason": NUL})
    assert refused.status_code == 200
    assert "理由的第 2 个字符无法识别" in refused.content.decode()
    assert Organisation.objects.get().state == "waiting"


def test_a_code_that_grows_in_its_normal_form_is_refused(person: Make) -> None:
    page = browser_of(with_phone(person())).post(
        reverse("units-register", args=["enterprise"]), filled(credit_code="\ufdfa" * 18)
    )
    assert "最多 18 位" in page.content.decode()
    assert not Organisation.objects.exists()


@pytest.mark.parametrize("campaign", ["no-such-campaign", "x" * 200, "\x00"])
def test_no_role_waits_for_a_campaign_that_somebody_may_make_later(
    person: Make, staff: Make, campaign: str
) -> None:
    whose = person("zhang.san")
    answer = browser_of(staff("security_admin")).post(
        reverse("roles-grant", args=[whose.pk]), {"role": "clerk", "campaign": campaign}
    )
    assert "请从列表中选择活动" in answer.content.decode()
    assert not Grant.objects.filter(person=whose).exists()


def test_every_sign_in_is_logged_and_the_log_holds_no_phone(codes: Codes, person: Make) -> None:
    mine = with_phone(person())
    mine.set_password(PASSWORD)
    mine.save()
    Client().post("/accounts/login/", {"login": PHONE, "password": PASSWORD}, REMOTE_ADDR="203.0.113.9")
    (row,) = AccessLog.objects.values()
    assert (row["username"], row["ip_address"]) == (mine.username, "203.0.113.9")
    assert PHONE not in str(row)


def test_a_code_signs_in_for_as_long_as_its_message_says(codes: Codes, person: Make) -> None:
    import time_machine

    mine = with_phone(person())
    for after, comes_in in ((14, True), (16, False)):
        browser = Client()
        with time_machine.travel("2026-03-10T12:00:00+08:00", tick=False) as clock:
            browser.post("/accounts/login/code/", {"phone": PHONE}, REMOTE_ADDR=f"203.0.113.{after}")
            clock.shift(after * 60)
            browser.post("/accounts/login/code/confirm/", {"code": codes()[-1][1]})
            assert (browser.session.get("_auth_user_id") == str(mine.pk)) is comes_in
        CodeSent.objects.all().delete()
