"""What the pages on messages call things."""

from __future__ import annotations

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from guiguan.apps.messages.templates import NAME_TITLES, TEMPLATES

STATE_TAGS = {
    "waiting": "info",
    "sending": "info",
    "sent": "success",
    "delivered": "success",
    "unsure": "warning",
    "failed": "danger",
}


def in_language(pair: tuple[str, str]) -> str:
    """Of a Chinese and an English text the one for this page."""
    return pair[1] if get_language() == "en" else pair[0]


def template_title(template: str) -> str:
    """The event's name; its id where the table has it no more."""
    return in_language(TEMPLATES[template].title) if template in TEMPLATES else template


def name_title(name: str) -> str:
    """What a variable stands for."""
    return in_language(NAME_TITLES[name])


def channel_title(channel: str) -> str:
    """短信, 邮件, 站内消息."""
    return {"sms": _("短信"), "mail": _("邮件"), "site": _("站内消息")}[channel]


def language_title(language: str) -> str:
    """The language a text is written in."""
    return {"zh-hans": _("中文"), "en": _("英文")}[language]


def state_title(state: str) -> str:
    """How a message stands."""
    return {
        "waiting": _("待发送"),
        "sending": _("发送中"),
        "sent": _("已发送"),
        "delivered": _("已送达"),
        "unsure": _("结果不明"),
        "failed": _("发送失败"),
    }[state]


def fault_title(fault: str) -> str:
    """Why a message is not there yet, as far as the gateway said; with its own words behind."""
    begins = {
        "interrupted": _("发送途中程序中断"),
        "no connection": _("连接不上发送服务"),
        "sign-in failed": _("发送服务登录失败"),
        "recipient refused": _("收件地址被拒收"),
        "refused": _("发送服务拒绝"),
        "not delivered": _("网关告知未送达"),
        "address is not ASCII": _("邮箱地址不正确"),
        "not a mail address": _("邮箱地址不正确"),
        "cannot be opened": _("收件信息无法解密"),
    }
    if not fault:
        return ""
    known = next((words for start, words in begins.items() if fault.startswith(start)), None)
    return f"{known} ({fault})" if known else fault
