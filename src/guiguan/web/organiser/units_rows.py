"""Units and their contacts in the rows of the organiser's pages."""

from __future__ import annotations

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from guiguan.apps.accounts.kinds import KINDS
from guiguan.apps.accounts.models import Organisation
from guiguan.apps.accounts.sealing import (
    IDENTITY,
    NAME,
    PHONE,
    masked_identity,
    masked_name,
    masked_phone,
    sealer,
)
from guiguan.web.common.units_shown import moment


def unit_row(unit: Organisation, *, late: bool, left: int | None) -> dict[str, Any]:
    """A row of the queue: who, since when, until when."""
    until: dict[str, Any] | str = "—"
    if unit.state == "waiting" and unit.decide_until:
        until = {"text": unit.decide_until.isoformat()}
        if late:
            until = {"text": _("逾期"), "tag": "danger", "note": unit.decide_until.isoformat()}
        elif left is not None and left <= 0:
            until = {"text": _("今天到期"), "tag": "warning", "note": unit.decide_until.isoformat()}
    elif unit.state == "waiting":
        until = {"text": _("工作日表缺此年份"), "tag": "warning"}
    return {
        "cells": [
            {"text": unit.name, "url": reverse("units-review", args=[unit.pk])},
            _(KINDS["enterprise" if unit.kind == "enterprise" else "user_unit"]),
            moment(unit.submitted_at),
            until,
        ]
    }


def contact_rows(unit: Organisation) -> list[dict[str, str]]:
    """The keeper, masked."""
    keeper = unit.memberships.select_related("person").filter(keeper=True).first()
    if keeper is None:
        return []
    person = keeper.person
    opened = [
        (_("联系人"), masked_name(_open(bytes(person.name), NAME))),
        (_("手机号"), masked_phone(_open(bytes(person.phone), PHONE)) if person.phone else ""),
        (
            _("身份证"),
            masked_identity(_open(bytes(person.identity), IDENTITY)) if person.identity else _("已按期删除"),
        ),
    ]
    return [{"label": label, "value": value} for label, value in opened]


def _open(sealed: bytes, purpose: str) -> str:
    return sealer().unseal(sealed, purpose) if sealed else ""
