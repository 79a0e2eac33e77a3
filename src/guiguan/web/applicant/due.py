"""What the campaign's stages ask of an entry that is still being filled in, in sentences with their days."""

from __future__ import annotations

from django.utils.translation import gettext as _

from guiguan.core.blueprint.base import say
from guiguan.core.blueprint.model import Blueprint
from guiguan.core.blueprint.sections import sections_of
from guiguan.core.blueprint.stages import Declaration, Registration
from guiguan.core.entries.standing import declaration_of, registration_of, term_of


def due(blueprint: Blueprint, language: str, at: int) -> list[str]:
    """One sentence for registering and one for declaring, as far as the blueprint has them with fixed days that are not past."""
    registration, declaration = registration_of(blueprint), declaration_of(blueprint)
    told = []
    if registration is not None and _is_ahead(blueprint, registration, at):
        told.append(_of_registration(blueprint, registration, language))
    if declaration is not None and _is_ahead(blueprint, declaration, at):
        sentence = (
            _("正式申报：%(first)s 至 %(last)s（含当天），须填好全部内容。")
            if registration
            else _("申报：%(first)s 至 %(last)s（含当天），须填好全部内容。")
        )
        told.append(sentence % _days(declaration))
    return told


def _is_ahead(blueprint: Blueprint, stage: Registration | Declaration, at: int) -> bool:
    end = term_of(blueprint, stage).end
    return stage.window is not None and end is not None and at < end


def _of_registration(blueprint: Blueprint, registration: Registration, language: str) -> str:
    steps = sections_of(blueprint, tuple(registration.form)) if registration.form else ()
    names = _("、").join(_("“%(name)s”") % {"name": say(s.title, language)} for s in steps if s.title)
    if names:
        sentence = _("报名：%(first)s 至 %(last)s（含当天），只需填好%(steps)s。")
        return sentence % (_days(registration) | {"steps": names})
    return _("报名：%(first)s 至 %(last)s（含当天），须填好全部内容。") % _days(registration)


def _days(stage: Registration | Declaration) -> dict[str, str]:
    assert stage.window is not None
    return {"first": str(stage.window[0]), "last": str(stage.window[1])}
