"""What the campaign's stages ask of an entry that is still being filled in, in sentences with their days."""

from __future__ import annotations

from django.utils.translation import gettext as _

from guiguan.core.blueprint.base import say
from guiguan.core.blueprint.model import Blueprint
from guiguan.core.blueprint.sections import sections_of
from guiguan.core.blueprint.stages import Declaration, Registration
from guiguan.core.entries.standing import declaration_of, registration_of


def due(blueprint: Blueprint, language: str) -> list[str]:
    """One sentence for registering and one for declaring, as far as the blueprint has them with fixed days."""
    registration, declaration = registration_of(blueprint), declaration_of(blueprint)
    told = []
    if registration is not None and registration.window:
        told.append(_days(_("报名"), registration) + _what(blueprint, registration, language))
    if declaration is not None and declaration.window:
        told.append(_days(_("正式申报") if registration else _("申报"), declaration) + _("须填好全部内容。"))
    return told


def _days(name: str, stage: Registration | Declaration) -> str:
    assert stage.window is not None
    first, last = stage.window
    return _("%(stage)s：%(first)s 至 %(last)s（含当天），") % {"stage": name, "first": first, "last": last}


def _what(blueprint: Blueprint, registration: Registration, language: str) -> str:
    if not registration.form:
        return _("须填好全部内容。")
    steps = sections_of(blueprint, tuple(registration.form))
    names = _("、").join(_("“%(name)s”") % {"name": say(s.title, language)} for s in steps if s.title)
    return _("只需填好%(steps)s。") % {"steps": names} if names else _("只需填好报名各栏。")
