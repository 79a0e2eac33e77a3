"""Accounts of staff, codes, and the names under which failures are counted."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from apps.accounts.conftest import with_phone

from guiguan.apps.accounts.codes import TooManyCodes, count_code, network_index
from guiguan.apps.accounts.grants import end_grant, grant_role
from guiguan.apps.accounts.locks import counted_name
from guiguan.apps.accounts.models import CodeSent, Person
from guiguan.apps.accounts.people import (
    create_staff,
    deactivate,
    forget_unverified,
    reactivate,
    void_password,
)
from guiguan.apps.accounts.permission import Forbidden, held_by
from guiguan.apps.audit.models import Record
from guiguan.apps.messages.models import Message
from guiguan.apps.messages.sealing import TEXT, opened
from guiguan.box.buckets import Buckets
from guiguan.core.blueprint.guard import Rates
from guiguan.core.permissions.roles import Role
from guiguan.core.values.finding import InputError

pytestmark = pytest.mark.django_db
Make = Callable[..., Any]
AT, MINUTE, DAY = 1_775_000_000_000, 60_000, 86_400_000


def test_a_new_account_has_no_password_and_no_personal_data_on_record(staff: Make) -> None:
    made = create_staff(staff("security_admin"), AT, "wang.wu", "王五", "13800001111")
    assert (made.username, made.has_usable_password()) == ("wang.wu", False)
    record = Record.objects.get(action="account.create")
    assert (record.subject, record.detail) == (f"person:{made.pk}", {})


@pytest.mark.parametrize(
    ("username", "phone", "rule"),
    [
        ("Wang", "", "account.username"),
        ("ab", "", "account.username"),
        ("p-abc", "", "account.username-taken"),
        ("taken", "", "account.username-taken"),
        ("fresh", "123", "account.phone"),
        ("fresh", "13800001234", "account.phone-taken"),
    ],
)
def test_what_cannot_be_an_account(staff: Make, person: Make, username: str, phone: str, rule: str) -> None:
    with_phone(person("taken"))
    with pytest.raises(InputError) as error:
        create_staff(staff("security_admin"), AT, username, "", phone)
    assert [f.rule for f in error.value.findings] == [rule]


@pytest.mark.parametrize("role", ["system_admin", "auditor"])
def test_the_other_administrators_touch_no_account(staff: Make, person: Make, role: str) -> None:
    by, other = staff(role), person()
    for act in (deactivate, reactivate, void_password):
        with pytest.raises(Forbidden):
            act(by, AT, other.pk)
    with pytest.raises(Forbidden):
        create_staff(by, AT, "somebody", "")
    with pytest.raises(Forbidden):
        grant_role(by, AT, other, "clerk", "xc")


def test_the_three_administrators_stand_alone(staff: Make, person: Make) -> None:
    by, other = staff("security_admin"), person()
    grant = grant_role(by, AT, other, "auditor")
    tried: tuple[tuple[Role, str], ...] = (("clerk", "xc"), ("system_admin", ""))
    for role, campaign in tried:
        with pytest.raises(InputError) as error:
            grant_role(by, AT, other, role, campaign)
        assert [f.rule for f in error.value.findings] == ["role.separated"]
    end_grant(by, AT, grant)
    grant_role(by, AT, other, "undertaker", "xc", ("450100",))
    assert [(h.role, h.campaign, h.regions) for h in held_by(other) if h.campaign] == [
        ("undertaker", "xc", ("450100",))
    ]


def test_whoever_is_given_a_role_is_told_once(staff: Make, person: Make) -> None:
    by, other = staff("security_admin"), with_phone(person())
    for _ in range(2):
        grant_role(by, AT, other, "clerk", "xc", title="信创案例征集")
    sent = Message.objects.filter(person=other.pk, template="role-granted")
    assert sorted(sent.values_list("channel", "campaign")) == [("site", "xc"), ("sms", "xc")]
    told = opened(bytes(sent.get(channel="site").text), TEXT)
    assert "“主办经办”" in told
    assert "信创案例征集" in told
    with pytest.raises(InputError):
        grant_role(by, AT, other, "auditor")
    assert Message.objects.filter(template="role-granted").count() == 2


def test_an_administrator_is_told_that_the_role_is_for_the_whole_site(staff: Make, person: Make) -> None:
    other = person()  # without a proven number: told in the site alone
    grant_role(staff("security_admin"), AT, other, "auditor")
    (message,) = Message.objects.filter(person=other.pk)
    assert message.channel == "site"
    assert "适用范围：全站" in opened(bytes(message.text), TEXT)


def test_a_closed_account_holds_nothing_from_the_next_request_on(staff: Make) -> None:
    by, clerk = staff("security_admin"), staff("clerk", "xc")
    deactivate(by, AT, clerk.pk)
    deactivate(by, AT, clerk.pk)
    clerk.refresh_from_db()
    assert [h.role for h in held_by(clerk)] == ["public"]
    assert Record.objects.filter(action="account.close").count() == 1
    reactivate(by, AT, clerk.pk)
    clerk.refresh_from_db()
    assert "clerk" in {h.role for h in held_by(clerk)}


def test_nobody_closes_their_own_account(staff: Make) -> None:
    by = staff("security_admin")
    with pytest.raises(InputError):
        deactivate(by, AT, by.pk)
    by.refresh_from_db()
    assert by.is_active


def test_a_number_gets_one_code_a_minute_and_ten_a_day(db: None) -> None:
    for n in range(10):
        count_code("13800001234", address=f"10.0.{n}.1", at=AT + n * MINUTE)
        with pytest.raises(TooManyCodes) as many:
            count_code("13800001234", address="10.9.9.9", at=AT + n * MINUTE + 59_999)
        assert many.value.wait >= 1
    with pytest.raises(TooManyCodes) as many:
        count_code("13800001234", address="10.0.99.1", at=AT + 11 * MINUTE)
    assert many.value.wait == (DAY - 11 * MINUTE) // 1000
    count_code("13800001234", address="10.0.99.1", at=AT + DAY)


def test_a_net_gets_sixty_a_minute_and_ipv6_counts_by_its_64(db: None) -> None:
    for n in range(60):
        count_code(f"138000000{n:02}", address=f"2001:db8::{n + 1:x}", at=AT + n)
    with pytest.raises(TooManyCodes) as many:
        count_code("13800009999", address="2001:db8::ffff", at=AT + 100)
    assert many.value.wait == 60
    count_code("13800009999", address="2001:db8:0:1::1", at=AT + 100)
    count_code("13800009998", address="2001:db8::ffff", at=AT + MINUTE)


def test_a_net_gets_three_thousand_a_day_and_its_people_no_more_each(db: None) -> None:
    network = network_index("203.0.113.7")
    sent = [CodeSent(phone_index=f"n{n}", network=network, at=AT + n * 1100) for n in range(3000)]
    CodeSent.objects.bulk_create(sent)
    after = AT + 3000 * 1100
    with pytest.raises(TooManyCodes) as many:
        count_code("13800001234", address="203.0.113.7", at=after)
    assert many.value.wait == (AT + DAY - after) // 1000
    count_code("13800001234", address="203.0.113.7", at=AT + DAY)
    with pytest.raises(TooManyCodes):
        count_code("13800001234", address="203.0.113.7", at=AT + DAY + 59_000)


def test_an_office_of_three_thousand_votes_at_once_and_one_voter_does_not() -> None:
    """The buckets of rules that say nothing of them."""
    rates, buckets = Rates(), Buckets()
    assert [buckets.take(("net",), rates.network, AT) for _ in range(3000)] == [0] * 3000
    assert buckets.take(("net",), rates.network, AT) == 1
    assert [buckets.take(("net",), rates.network, AT + MINUTE) for _ in range(1200)] == [0] * 1200
    assert buckets.take(("net",), rates.network, AT + MINUTE) == 1
    assert [buckets.take(("voter",), rates.voter, AT) for _ in range(11)] == [0] * 10 + [10]


def test_failures_are_counted_for_the_person_and_never_under_a_phone_number(person: Make) -> None:
    known = with_phone(person())
    assert counted_name(None, {"phone": "13800001234", "username": "13800001234"}) == known.username
    assert counted_name(None, {"username": "Some-Name"}) == "some-name"
    unknown = counted_name(None, {"phone": "13700000000"})
    assert "13700000000" not in unknown
    assert unknown == counted_name(None, {"phone": "+86 137 0000 0000"})


def test_accounts_whose_number_was_never_proven_are_forgotten_after_a_day(person: Make, staff: Make) -> None:
    stale, proven, worker = person("p-1"), with_phone(person("p-2")), staff("clerk", "xc")
    made = int(stale.date_joined.timestamp() * 1000)
    assert forget_unverified(made + DAY - 1000) == 0
    assert forget_unverified(made + DAY + 60_000) == 1
    assert set(Person.objects.all()) == {proven, worker}
