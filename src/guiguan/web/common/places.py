"""Where a signed-in person's work is: the links of the frame, by the roles held."""

from __future__ import annotations

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from guiguan.apps.accounts.models import Person
from guiguan.apps.accounts.permission import held_by
from guiguan.apps.accounts.sealing import NAME, PHONE, masked_phone, sealer


def me(person: Person | None) -> dict[str, Any]:
    """The person's name as the frame shows it, what waits unread, and the places to go to."""
    assert person is not None
    roles = {h.role for h in held_by(person)}
    places = [
        (label, reverse(name)) for name, label, needed in _places() if not needed or roles & set(needed)
    ]
    return {"name": _called(person), "unread": unread(person), "places": places}


def _called(person: Person) -> str:
    """As whom the frame greets the person: a made-up user name would tell them nothing."""
    if person.name:
        return sealer().unseal(bytes(person.name), NAME)
    if person.phone and person.username.startswith("p-"):
        return masked_phone(sealer().unseal(bytes(person.phone), PHONE))
    return person.username


def unread(person: Person) -> int:
    """In-site messages not yet read."""
    from guiguan.apps.messages.models import Message

    return Message.objects.filter(person=person.pk, channel="site", read_at=None).count()


def _places() -> list[tuple[str, str, tuple[str, ...]]]:
    """(url name, label, roles of which one is needed; none: everybody)."""
    return [
        ("inbox-list", _("我的消息"), ()),
        ("entry-list", _("我的申报"), ()),
        ("units-home", _("我的单位"), ()),
        ("screening-home", _("形式审查"), ("screener", "clerk", "lead", "undertaker", "supervisor")),
        (
            "recommendations-home",
            _("推荐名单"),
            ("undertaker", "clerk", "lead", "screener", "supervisor"),
        ),
        ("releases-home", _("分批发布"), ("clerk", "lead", "supervisor")),
        ("bodies-home", _("推荐单位"), ("clerk", "lead")),
        ("endorsing-home", _("推荐与汇总"), ("endorser",)),
        ("units-queue", _("单位审核"), ("clerk", "lead")),
        ("roles-people", _("账号与角色"), ("security_admin",)),
        ("factor-resets", _("复核双重验证重置"), ("system_admin",)),
        ("account_change_password", _("密码与安全"), ()),
        ("campaign-list", _("活动管理"), ("clerk", "lead", "supervisor")),
        ("poll-home", _("网络投票"), ("clerk", "lead", "supervisor")),
        ("brushing-home", _("刷票核查"), ("clerk", "lead", "supervisor", "security_admin")),
        ("messages-home", _("消息管理"), ("clerk", "lead", "supervisor")),
        ("audit-home", _("审计记录"), ("supervisor", "lead", "auditor", "security_admin")),
        ("operation", _("运行情况"), ("system_admin",)),
    ]


def navigation(path: str) -> list[tuple[str, str, bool]]:
    """The portal's own links: label, address, whether the page lies under it."""
    links = [
        (_("首页"), reverse("home")),
        (_("全部活动"), reverse("campaign-portal")),
        (_("进度查询"), reverse("progress")),
    ]
    return [(label, url, path == url) for label, url in links]


def footer_links() -> list[tuple[str, str]]:
    """What everybody may look up from every page: label, address."""
    return [
        (_("使用说明"), reverse("help")),
        (_("权限表"), reverse("permissions")),
        (_("隐私说明"), reverse("units-privacy")),
        (_("开放接口"), reverse("api:openapi-json")),
    ]
