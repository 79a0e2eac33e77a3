"""Registering a unit through the pages, its approval, its members."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable
from typing import Any

import pytest
from apps.accounts.conftest import GOOD_CODE, NOBODYS_IDENTITY, with_phone
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from PIL import Image
from web.units.conftest import browser_of

from guiguan.apps.accounts.members import invite_member
from guiguan.apps.accounts.models import Membership, Organisation, Person
from guiguan.apps.accounts.sealing import IDENTITY, sealer
from guiguan.apps.campaigns.models import Campaign
from guiguan.apps.files.models import File

pytestmark = pytest.mark.django_db
Make = Callable[..., Any]


@pytest.fixture(autouse=True)
def _no_second_factor(settings: Any) -> None:
    settings.GUIGUAN = settings.GUIGUAN.model_copy(update={"demo": True})


def picture(name: str = "授权书.jpg") -> SimpleUploadedFile:
    made = io.BytesIO()
    Image.new("RGB", (40, 30), "white").save(made, "JPEG")
    return SimpleUploadedFile(name, made.getvalue(), "image/jpeg")


def filled(**changes: Any) -> dict[str, Any]:
    return {
        "name": "桂林示例科技有限公司",
        "address": "桂林市示例路 1 号",
        "region": "450300",
        "attribute": "民营企业",
        "type": "有限责任公司",
        "credit_code": GOOD_CODE,
        "unit_kind": "",
        "group": "",
        "contact": "张三丰",
        "identity": NOBODYS_IDENTITY,
        "letter": picture(),
    } | changes


def text(response: Any) -> str:
    return str(response.content.decode())


def test_a_unit_registers_is_approved_and_reads_it(person: Make, staff: Make) -> None:
    keeper = with_phone(person())
    client = browser_of(keeper)
    form = text(client.get("/units/register/enterprise"))
    for label in (
        "企业名称",
        "企业地址",
        "企业属性",
        "企业类型",
        "营业执照",
        "统一社会信用代码",
        "注册授权书",
        "联系人",
        "身份证",
    ):
        assert label in form
    assert "138****1234" in form
    client.post("/units/register/enterprise", filled())
    unit = Organisation.objects.get()
    shown = text(client.get(f"/units/{unit.pk}"))
    assert "注册申请正在审核" in shown
    assert NOBODYS_IDENTITY not in shown
    clerk = browser_of(staff("clerk", "xc"))
    assert "桂林示例科技有限公司" in text(clerk.get("/organiser/units/"))
    review = text(clerk.get(f"/organiser/units/{unit.pk}"))
    assert "张**" in review
    assert "110*************2X" in review
    assert NOBODYS_IDENTITY not in review
    clerk.post(f"/organiser/units/{unit.pk}/approve")
    assert "单位成员" in text(client.get(f"/units/{unit.pk}"))


def test_user_units_have_their_own_tab_and_words(person: Make) -> None:
    page = text(browser_of(with_phone(person())).get("/units/register/user_unit"))
    assert "科研院所" in page
    assert "单位性质" in page
    assert "个人开发者不在此注册" in page


def test_faults_stand_beside_their_fields_and_the_file_stays(person: Make) -> None:
    keeper = with_phone(person())
    client = browser_of(keeper)
    page = text(client.post("/units/register/enterprise", filled(identity="123")))
    assert 'href="#id_identity"' in page
    assert "已上传：授权书.jpg" in page
    assert 'value="桂林示例科技有限公司"' in page
    client.post("/units/register/enterprise", filled(letter=""))
    keeper.refresh_from_db()
    assert sealer().unseal(bytes(keeper.identity), IDENTITY) == NOBODYS_IDENTITY
    assert Organisation.objects.get().letter == File.objects.get().pk


def test_a_file_that_is_none_is_refused_beside_its_field(person: Make) -> None:
    client = browser_of(with_phone(person()))
    wrong = SimpleUploadedFile("授权书.jpg", b"MZ not a picture", "image/jpeg")
    page = text(client.post("/units/register/enterprise", filled(letter=wrong)))
    assert 'href="#id_letter"' in page
    assert not Organisation.objects.exists()
    assert not File.objects.exists()


def test_nobody_registers_before_their_phone_is_proven(person: Make) -> None:
    answer = browser_of(person()).get("/units/register/enterprise")
    assert answer.headers["Location"] == "/accounts/phone/change/"


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("", ""),
        (GOOD_CODE, "代码格式和校验位正确"),
        (GOOD_CODE[:-1] + "X", "末位"),
        ("9135", "应为 18 位"),
        ("<b>", "&lt;B&gt;"),
    ],
)
def test_the_code_is_checked_while_it_is_typed(person: Make, typed: str, said: str) -> None:
    page = text(browser_of(person()).get("/units/code-check", {"credit_code": typed}))
    assert said in page
    assert "<b>" not in page.lower()


def test_a_registered_code_says_how_to_join_and_not_whom(person: Make, unit: Make) -> None:
    own = unit(with_phone(person("secret-keeper")), name="已注册单位")
    Organisation.objects.filter(pk=own.pk).update(credit_code=GOOD_CODE)
    page = text(browser_of(person()).get("/units/code-check", {"credit_code": GOOD_CODE}))
    assert "邀请您的手机号加入" in page
    assert not [w for w in ("secret-keeper", "已注册单位", "138") if w in page]


def test_the_letter_has_the_unit_s_name_as_text(person: Make) -> None:
    client = browser_of(person())
    name = "甲<script>&乙公司"
    assert "甲&lt;script&gt;&amp;乙公司" in text(client.get("/units/letter", {"name": name}))
    answer = client.get("/units/letter.docx", {"name": name})
    with zipfile.ZipFile(io.BytesIO(answer.content)) as archive:
        assert archive.testzip() is None
        assert "甲&lt;script&gt;&amp;乙公司" in archive.read("word/document.xml").decode()


def test_a_refused_unit_sees_why_and_hands_in_again(person: Make, staff: Make) -> None:
    client, clerk = browser_of(with_phone(person())), browser_of(staff("clerk", "xc"))
    client.post("/units/register/enterprise", filled())
    unit = Organisation.objects.get()
    assert "请写明理由" in text(clerk.post(f"/organiser/units/{unit.pk}/refuse", {"reason": " "}))
    clerk.post(f"/organiser/units/{unit.pk}/refuse", {"reason": "授权书没有盖章"})
    again = text(client.get(f"/units/{unit.pk}/again"))
    assert "授权书没有盖章" in again
    assert 'value="桂林示例科技有限公司"' in again
    assert "已上传：授权书.jpg" in again
    client.post(f"/units/{unit.pk}/again", filled(letter=picture("盖章.jpg"), identity=""))
    unit.refresh_from_db()
    assert unit.letter is not None
    assert (unit.state, File.objects.get(pk=unit.letter).name) == ("waiting", "盖章.jpg")


@pytest.mark.parametrize(
    "name", ["units-unit", "units-again", "units-change", "units-members", "units-leave"]
)
def test_another_s_unit_is_not_there(person: Make, unit: Make, name: str) -> None:
    own = unit(person())
    assert browser_of(person()).get(reverse(name, args=[own.pk])).status_code == 404


def test_another_s_files_are_not_there_and_one_s_own_are_never_run(person: Make, staff: Make) -> None:
    client = browser_of(with_phone(person()))
    client.post("/units/register/enterprise", filled())
    unit = Organisation.objects.get()
    way = f"/units/{unit.pk}/files/letter"
    assert browser_of(person()).get(way).status_code == 404
    assert client.get(f"/units/{unit.pk}/files/licence").status_code == 404
    for answer in (client.get(way), browser_of(staff("clerk", "xc")).get(f"/organiser{way}")):
        assert answer.headers["Content-Disposition"].startswith("attachment")
        assert "sandbox" in answer.headers["Content-Security-Policy"]
        assert b"".join(answer.streaming_content).startswith(b"\xff\xd8")  # type: ignore[attr-defined]  # a FileResponse


@pytest.mark.parametrize("role", ["supervisor", "screener", "auditor", "security_admin"])
def test_the_queue_is_for_clerks_and_leads(staff: Make, role: str) -> None:
    client = browser_of(staff(role, "" if role in ("auditor", "security_admin") else "xc"))
    assert client.get("/organiser/units/").status_code == 403


def test_the_queue_asks_as_much_for_three_units_as_for_one(person: Make, unit: Make, staff: Make) -> None:
    clerk = browser_of(staff("clerk", "xc"))
    counts = []
    for more in (1, 2):
        for _ in range(more):
            unit(person(), state="waiting")
        clerk.get("/organiser/units/")
        with CaptureQueriesContext(
            connection,
        ) as seen:
            clerk.get("/organiser/units/")
        counts.append(len(seen))
    assert counts[0] == counts[1]


def test_an_invited_person_signs_in_and_joins(person: Make, unit: Make) -> None:
    keeper, guest = person(), with_phone(person(), "13900005678")
    own = unit(keeper)
    client = browser_of(keeper)
    client.post(f"/units/{own.pk}/members", {"phone": "139 0000 5678"})
    assert "139****5678" in text(client.get(f"/units/{own.pk}/members"))
    token = invite_member(keeper, 1_900_000_000_000, own.pk, "13900005678")
    way = f"/units/invitation/{token}"
    assert Client().get(way).headers["Location"] == f"/accounts/login/?next={way}"
    assert browser_of(with_phone(person(), "13900000000")).get(way).status_code == 410
    joined = browser_of(guest)
    assert own.name in text(joined.get(way))
    joined.post(way)
    assert Membership.objects.filter(organisation=own, person=guest, keeper=False).exists()
    assert joined.post(way).status_code == 410
    page = text(joined.get(f"/units/{own.pk}/members"))
    assert "发出邀请" not in page
    assert "13900005678" not in page


def test_the_keeper_hands_over_by_the_page(person: Make, unit: Make) -> None:
    keeper, mate = person(), person()
    own = unit(keeper, mate)
    client = browser_of(keeper)
    way = reverse("units-hand-over", args=[own.pk, mate.pk])
    assert "移交账号管理人" in text(client.get(way))
    assert browser_of(mate).post(way).status_code == 403
    client.post(way)
    assert own.memberships.get(keeper=True).person == mate


def test_who_has_several_units_chooses_one(person: Make, unit: Make) -> None:
    keeper = person()
    one, other = unit(keeper), unit(keeper)
    client = browser_of(keeper)
    assert "正在代表" not in text(client.get("/units/"))
    client.post(f"/units/{other.pk}/act-for")
    assert "正在代表" in text(client.get("/units/"))
    assert client.session["acting_unit"] == str(other.pk)
    assert browser_of(person()).post(f"/units/{one.pk}/act-for").status_code == 404


def test_the_lead_opens_the_contact_for_a_reason(person: Make, staff: Make) -> None:
    browser_of(with_phone(person())).post("/units/register/enterprise", filled())
    unit = Organisation.objects.get()
    way = f"/organiser/units/{unit.pk}/contact"
    assert browser_of(staff("clerk", "xc")).get(way).status_code == 404
    lead = browser_of(staff("lead", "xc"))
    assert NOBODYS_IDENTITY not in text(lead.post(way, {"reason": ""}))
    assert NOBODYS_IDENTITY in text(lead.post(way, {"reason": "核对授权书"}))


def test_staff_get_an_account_a_role_and_a_link(staff: Make) -> None:
    admin = browser_of(staff("security_admin"))
    admin.post("/administration/people/new", {"username": "wang.wu", "name": "王五", "phone": ""})
    made = Person.objects.get(username="wang.wu")
    Campaign.objects.create(slug="xc", title="征集", made_at=1)
    admin.post(
        f"/administration/people/{made.pk}/grant",
        {"role": "undertaker", "campaign": "xc", "regions": "南宁市、桂林市"},
    )
    assert made.grants.get().regions == ["450100", "450300"]
    refused = admin.post(f"/administration/people/{made.pk}/grant", {"role": "auditor"})
    assert "各自独立" in text(refused)
    page = text(admin.post(f"/administration/people/{made.pk}/link"))
    way = page.split("http://testserver")[1].split("<")[0]
    client = Client()
    fresh = {"password1": "a-long-new-one-26", "password2": "a-long-new-one-26"}
    assert client.post(way, fresh).headers["Location"] == "/accounts/login/"
    assert client.post(way, fresh).status_code == 410
    made.refresh_from_db()
    assert made.check_password("a-long-new-one-26")
    held = made.grants.get()
    admin.post(f"/administration/people/{made.pk}/grants/{held.pk}/end")
    held.refresh_from_db()
    assert held.ended_at is not None


@pytest.mark.parametrize("role", ["system_admin", "auditor", "lead"])
def test_nobody_else_reaches_the_accounts(staff: Make, role: str) -> None:
    client = browser_of(staff(role, "xc" if role == "lead" else ""))
    assert client.get("/administration/people").status_code == 403
    other = staff("clerk", "xc")
    assert client.get(f"/administration/people/{other.pk}").status_code == 404
    assert client.post(f"/administration/people/{other.pk}/link").status_code == 404
