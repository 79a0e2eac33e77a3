"""The forms of signing up and signing in, as the kept library asks for them."""

from __future__ import annotations

from typing import Any

from allauth.account.forms import LoginForm, SignupForm
from allauth.mfa.webauthn.forms import AddWebAuthnForm
from allauth.socialaccount.forms import SignupForm as SocialSignupForm
from django import forms
from django.http import HttpRequest
from django.template.loader import render_to_string
from django.utils.translation import gettext_lazy as _
from django.utils.translation import override

from guiguan.apps.accounts.consent import keep_consent
from guiguan.apps.accounts.models import Person
from guiguan.web.common.clock import now

PRIVACY_TEXT = "applicant/units/privacy_text.html"


class SignUp(SignupForm):  # type: ignore[misc]  # allauth ships no types
    """Phone, password, and the agreement that must be accepted."""

    consent = forms.BooleanField(
        label=_("我已阅读并接受《用户注册与隐私服务协议》"),
        error_messages={"required": _("请阅读并勾选接受协议后再注册。")},
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["phone"].required = True
        self.fields["phone"].help_text = _("用来登录和接收通知，不公开。")
        self.fields["password1"].label = _("密码")
        self.fields["password1"].help_text = _("至少 10 个字符，不能全是数字，也不要用常见密码。")
        self.fields["password2"].label = _("再次输入密码")
        for name in ("password1", "password2"):
            self.fields[name].widget.attrs.pop("placeholder", None)
            self.fields[name].error_messages["required"] = _("请填写密码。")
        self.order_fields(["phone", "password1", "password2", "consent"])

    def custom_signup(self, request: HttpRequest, user: Person) -> None:
        """The consent stands with the digest of the very text, in Chinese, which is the one that holds."""
        super().custom_signup(request, user)
        with override("zh-hans"):
            keep_consent(user, now(), render_to_string(PRIVACY_TEXT))


class PlatformSignUp(SocialSignupForm):  # type: ignore[misc]  # allauth ships no types
    """The agreement alone: who one is the identity platform has told, and the phone is proven when a unit is registered."""

    consent = forms.BooleanField(
        label=_("我已阅读并接受《用户注册与隐私服务协议》"),
        error_messages={"required": _("请阅读并勾选接受协议后再注册。")},
    )

    def _get_signup_fields(self, kwargs: dict[str, Any]) -> dict[str, Any]:
        for name in ("email_required", "username_required"):
            kwargs.pop(name, None)
        return {}

    def custom_signup(self, request: HttpRequest, user: Person) -> None:
        """As for those who sign up with a phone."""
        super().custom_signup(request, user)
        with override("zh-hans"):
            keep_consent(user, now(), render_to_string(PRIVACY_TEXT))


class AddKey(AddWebAuthnForm):  # type: ignore[misc]  # allauth ships no types
    """A security key under a name by which its owner knows it."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["name"].label = _("密钥名称")
        self.fields["name"].help_text = _("便于日后分辨，如：办公室的 U 盾。")


class SignIn(LoginForm):  # type: ignore[misc]  # allauth ships no types
    """Phone or user name, and password."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["login"].label = _("手机号或用户名")
        self.fields["login"].widget = forms.TextInput(attrs={"autocomplete": "username"})
        self.fields["login"].error_messages["required"] = _("请填写手机号或用户名。")
        self.fields["password"].label = _("密码")
        self.fields["password"].help_text = ""
        self.fields["password"].widget.attrs.pop("placeholder", None)
        self.fields["password"].error_messages["required"] = _("请填写密码。")
