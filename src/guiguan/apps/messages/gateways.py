"""The ways out that the settings name, one for each channel."""

from __future__ import annotations

from functools import cache

from django.conf import settings

from guiguan.adapters import mail, sms
from guiguan.adapters.sms_http import HttpGateway


@cache
def sms_gateway() -> sms.Gateway:
    """The SMS gateway."""
    if settings.GUIGUAN.sms == "memory":
        return sms.Memory()
    if settings.GUIGUAN.sms == "http":
        env = settings.GUIGUAN
        return HttpGateway(env.sms_url, env.sms_account, env.sms_secret.get_secret_value())
    return sms.Console(settings.GUIGUAN_DATA / "outbox")


@cache
def mail_gateway() -> mail.Post:
    """The mail server, or a folder where none is set."""
    if not settings.GUIGUAN.mail_url:
        return mail.Folder(settings.GUIGUAN_DATA / "outbox", settings.GUIGUAN.mail_from)
    return mail.smtp(settings.GUIGUAN.mail_url, settings.GUIGUAN.mail_from)
