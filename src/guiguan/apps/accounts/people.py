"""The security administrator makes accounts for staff, and closes, opens and unlocks accounts."""

from __future__ import annotations

import datetime
import re
from uuid import UUID

from axes.utils import reset
from django.contrib.auth.hashers import make_password
from django.db import IntegrityError, transaction

from guiguan.apps.accounts.models import Person
from guiguan.apps.accounts.permission import ask
from guiguan.apps.accounts.sealing import NAME, PHONE, phone_index, same_phone, sealer
from guiguan.apps.audit.services import record
from guiguan.core.permissions.table import About
from guiguan.core.values.finding import Finding, InputError

_USERNAME = re.compile(r"[a-z][a-z0-9._-]{2,31}")
NAME_AT_MOST = 40


@transaction.atomic
def create_staff(by: Person, at: int, username: str, name: str, phone: str = "") -> Person:
    """Somebody has an account without a password; a link lets them set one. Raises Forbidden; InputError."""
    ask(by, "account.manage")
    return _create(str(by.pk), at, username, name, phone)


@transaction.atomic
def create_first(at: int, username: str, name: str = "", phone: str = "") -> Person:
    """An account made by the installation itself, from the command line. Raises InputError."""
    return _create("installation", at, username, name, phone)


@transaction.atomic
def deactivate(by: Person, at: int, person_id: UUID) -> None:
    """The person cannot sign in, and what they are doing ends with their next request. Raises Forbidden; InputError for oneself."""
    ask(by, "account.manage")
    person = Person.objects.select_for_update().get(pk=person_id)
    if person.pk == by.pk:
        raise InputError(
            Finding(
                "account.self",
                "不能停用自己的账号；请由另一位安全管理员操作。",
                "nobody closes their own account; ask another security administrator",
            )
        )
    if person.is_active:
        person.is_active = False
        person.save(update_fields=["is_active"])
        record(str(by.pk), at, "account.close", f"person:{person.pk}")


@transaction.atomic
def reactivate(by: Person, at: int, person_id: UUID) -> None:
    """The person can sign in again. Raises Forbidden."""
    ask(by, "account.manage")
    person = Person.objects.select_for_update().get(pk=person_id)
    if not person.is_active:
        person.is_active = True
        person.save(update_fields=["is_active"])
        record(str(by.pk), at, "account.open", f"person:{person.pk}")


@transaction.atomic
def unlock(by: Person, at: int, person_id: UUID) -> int:
    """Failed sign-ins of the person no longer count; returns how many were forgotten. Raises Forbidden."""
    ask(by, "account.manage")
    person = Person.objects.get(pk=person_id)
    forgotten: int = reset(username=person.username)
    record(str(by.pk), at, "account.unlock", f"person:{person.pk}", attempts=forgotten)
    return forgotten


@transaction.atomic
def void_password(by: Person, at: int, person_id: UUID) -> None:
    """The old password no longer works and every session of the person has ended; a fresh link sets a new one. Raises Forbidden."""
    ask(by, "account.manage")
    person = Person.objects.select_for_update().get(pk=person_id)
    person.password = make_password(None)
    person.save(update_fields=["password"])
    record(str(by.pk), at, "account.password-void", f"person:{person.pk}")


@transaction.atomic
def void_first(at: int, username: str) -> Person:
    """As `void_password`, by the installation itself, from the command line. Raises InputError for a name nobody has."""
    person = Person.objects.select_for_update().filter(username=username).first()
    if person is None:
        raise InputError(
            Finding(
                "account.unknown", f"没有用户名为“{username}”的账号。", f"nobody has the user name {username}"
            )
        )
    person.password = make_password(None)
    person.save(update_fields=["password"])
    record("installation", at, "account.password-void", f"person:{person.pk}")
    return person


@transaction.atomic
def set_password(by: Person, at: int, password: str) -> None:
    """The person's own new password holds; the failed sign-ins before are forgotten. Raises Forbidden."""
    ask(by, "account.own", About(person=str(by.pk)))
    person = Person.objects.select_for_update().get(pk=by.pk)
    person.set_password(password)
    person.save(update_fields=["password"])
    by.password = person.password
    reset(username=person.username)
    record(str(by.pk), at, "account.password", f"person:{person.pk}")


def forget_unverified(at: int) -> int:
    """Accounts whose number was never proven and that are a day old are gone; a duty of the worker. Returns how many."""
    stale = Person.objects.filter(
        phone_verified=False,
        phone_index=None,
        last_login=None,
        username__startswith="p-",
        date_joined__lt=_moment(at - 86_400_000),
        memberships=None,
        grants=None,
    )
    gone = list(stale.values_list("pk", flat=True)[:100])
    Person.objects.filter(pk__in=gone).delete()
    return len(gone)


def _moment(at: int) -> datetime.datetime:
    return datetime.datetime.fromtimestamp(at / 1000, datetime.UTC)


def _create(by: str, at: int, username: str, name: str, phone: str) -> Person:
    number = same_phone(phone.strip())
    faults = _faults(username, name, number)
    if faults:
        raise InputError(*faults)
    person = Person(username=username, password=make_password(None))
    if name.strip():
        person.name = sealer().seal(name.strip(), NAME)
    if number:  # the administrator answers for the number; the person proves it by the first code
        person.phone, person.phone_index = sealer().seal(number, PHONE), phone_index(number)
    try:
        with transaction.atomic():
            person.save(force_insert=True)
    except IntegrityError as error:
        raise InputError(_taken("username")) from error
    record(by, at, "account.create", f"person:{person.pk}")
    return person


def _faults(username: str, name: str, number: str) -> list[Finding]:
    faults = []
    if not _USERNAME.fullmatch(username):
        faults.append(
            Finding(
                "account.username",
                "用户名应为 3 至 32 个字符：以小写字母开头，可用小写字母、数字和 . _ -。",
                "a user name has 3 to 32 characters: a lower-case letter first, then lower-case letters, digits, . _ -",
            )
        )
    elif username.startswith("p-") or Person.objects.filter(username=username).exists():
        faults.append(_taken("username"))
    if len(name) > NAME_AT_MOST:
        faults.append(
            Finding(
                "account.name",
                f"姓名最多 {NAME_AT_MOST} 字。",
                f"a name has at most {NAME_AT_MOST} characters",
            )
        )
    if number and not (number.isascii() and number.isdigit() and len(number) == 11 and number[0] == "1"):
        faults.append(Finding("account.phone", "请填写 11 位手机号码。", "give a mobile number of 11 digits"))
    elif number and Person.objects.filter(phone_index=phone_index(number)).exists():
        faults.append(_taken("phone"))
    return faults


def _taken(what: str) -> Finding:
    zh, en = {
        "username": ("该用户名已被使用，请换一个。", "this user name is taken; choose another"),
        "phone": ("该手机号已属于另一个账号。", "this number belongs to another account"),
    }[what]
    return Finding(f"account.{what}-taken", zh, en)
