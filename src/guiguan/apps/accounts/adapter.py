"""How allauth meets our people: phones are sealed and found by their index, codes go out through our gateway."""

from __future__ import annotations

import time
from collections.abc import Callable
from functools import partial
from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.core.exceptions import ImmediateHttpResponse
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.shortcuts import redirect, render
from django.utils.crypto import get_random_string
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy

from guiguan.adapters.sms import NotDelivered
from guiguan.apps.accounts.codes import TooManyCodes, count_code, send_code
from guiguan.apps.accounts.models import Person
from guiguan.apps.accounts.network import client_address
from guiguan.apps.accounts.sealing import PHONE, phone_index, same_phone, sealer

_NOWHERE = "0.0.0.0"  # noqa: S104  (listens nowhere: stands for a peer without address, such as a Unix socket)
_SAID_BY_THE_PAGE = tuple(
    f"account/messages/{name}.txt"
    for name in ("phone_verification_sent", "phone_verified", "login_code_sent", "logged_in", "logged_out")
)


class PhoneAccounts(DefaultAccountAdapter):  # type: ignore[misc]  # allauth ships no types
    """Accounts that sign in by phone, or by a name given by an administrator."""

    def __init__(self, request: Any = None) -> None:
        super().__init__(request)
        wrong = _lazy("手机号（用户名）或密码不对。")
        self.error_messages = {
            **DefaultAccountAdapter.error_messages,
            "phone_password_mismatch": wrong,
            "username_password_mismatch": wrong,
            "phone_taken": _lazy("该手机号已注册，请直接登录。"),
            "rate_limited": _lazy("操作太频繁，请一分钟后再试。"),
            "unknown_phone": _lazy("该手机号没有注册。"),
            "incorrect_code": _lazy("验证码不对，请核对短信。"),
            "too_many_login_attempts": _lazy("验证码多次不对，请重新获取。"),
        }

    def get_client_ip(self, request: Any) -> str:
        """The address as everything else here sees it: a header that is too short or garbled locks nobody out."""
        return client_address(request) or _NOWHERE

    def clean_phone(self, phone: str) -> str:
        number = same_phone(phone)
        if not (number.isascii() and number.isdigit() and len(number) == 11 and number[0] == "1"):
            raise ValidationError(_("请填写 11 位手机号码。"))
        return number

    def phone_form_field(self, **kwargs: Any) -> Any:
        from guiguan.apps.accounts.phone_field import PhoneField

        kwargs["label"] = _("手机号")
        return PhoneField(**kwargs)

    def get_phone(self, user: Person) -> tuple[str, bool] | None:
        return (sealer().unseal(bytes(user.phone), PHONE), user.phone_verified) if user.phone else None

    def set_phone(self, user: Person, phone: str, verified: bool) -> None:
        """The number is the person's. Only a proven one has its index: nobody keeps a number from its owner by typing it first.
        Of two who prove one number at the same time, the second is led to signing in."""
        user.phone, user.phone_verified = sealer().seal(phone, PHONE), verified
        user.phone_index = phone_index(phone) if verified else None
        try:
            with transaction.atomic():
                user.save(update_fields=["phone", "phone_index", "phone_verified"])
        except IntegrityError as error:
            messages.error(self.request, _("该手机号已注册，请直接登录。"))
            raise ImmediateHttpResponse(redirect("account_login")) from error

    def set_phone_verified(self, user: Person, phone: str) -> None:
        self.set_phone(user, phone, True)

    def get_user_by_phone(self, phone: str) -> Person | None:
        return Person.objects.filter(phone_index=phone_index(phone)).first()

    def send_verification_code_sms(self, user: Person, phone: str, code: str, **kwargs: Any) -> None:
        self._limited(partial(send_code, phone, code))

    def send_unknown_account_sms(self, phone: str, **kwargs: Any) -> None:
        """Nothing goes to a number without an account; it counts all the same, and the page says the same in both cases."""
        self._limited(partial(count_code, phone))

    def send_account_already_exists_sms(self, phone: str) -> None:
        """Nothing: the owner of the number did not ask; the page says what to do if no code comes."""
        self._limited(partial(count_code, phone))

    def _limited(self, count: Callable[..., object]) -> None:
        try:
            count(address=self.get_client_ip(self.request), at=time.time_ns() // 1_000_000)
        except TooManyCodes as many:
            page = render(self.request, "errors/too_many_codes.html", {"wait": many.wait}, status=429)
            raise ImmediateHttpResponse(page) from many
        except NotDelivered as failed:
            page = render(self.request, "errors/no_code.html", status=503)
            raise ImmediateHttpResponse(page) from failed

    def generate_phone_verification_code(self, *, user: Person, phone: str) -> str:
        return get_random_string(6, "0123456789")

    def populate_username(self, request: Any, user: Person) -> None:
        """A name nobody signs in with: people sign in by phone."""
        user.username = f"p-{str(user.pk).replace('-', '')[:12]}"  # a text where it comes out of the session

    def add_message(
        self, request: Any, level: int, message_template: Any = None, *args: Any, **kw: Any
    ) -> None:
        """Nothing is said that the page says itself, and no message repeats a phone number."""
        if message_template not in _SAID_BY_THE_PAGE:
            super().add_message(request, level, message_template, *args, **kw)
