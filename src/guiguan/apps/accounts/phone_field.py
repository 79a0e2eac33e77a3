"""The form field for a mobile number of the mainland."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ValidationError
from django.forms import CharField, TextInput
from django.utils.translation import gettext as _

from guiguan.apps.accounts.sealing import same_phone


class PhoneField(CharField):
    """Cleans to 11 digits; +86, blanks and hyphens may be typed."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs["widget"] = TextInput(attrs={"type": "tel", "inputmode": "tel", "autocomplete": "tel"})
        kwargs["max_length"] = 20
        kwargs.setdefault("error_messages", {"required": _("请填写手机号。")})
        super().__init__(**kwargs)

    def clean(self, value: Any) -> str:
        number = same_phone(super().clean(value) or "")
        if number and not (number.isascii() and number.isdigit() and len(number) == 11 and number[0] == "1"):
            raise ValidationError(_("请填写 11 位手机号码。"))
        return number
