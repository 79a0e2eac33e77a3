"""What the words of a command mean on the site: a person, an entry, a field, a form. Loads Django."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING

from guiguan.apps.accounts.permission import Forbidden, ask
from guiguan.apps.accounts.queries import person_called
from guiguan.apps.campaigns.form_templates import Form, forms_of
from guiguan.apps.entries.models import Entry
from guiguan.apps.entries.queries import about, entry_named
from guiguan.cli.say import lang, print_findings, tell
from guiguan.core.blueprint.base import say
from guiguan.core.blueprint.form import RowsField
from guiguan.core.blueprint.lookup import fields
from guiguan.core.blueprint.model import Blueprint
from guiguan.core.values.finding import Finding, InputError

if TYPE_CHECKING:
    from guiguan.apps.accounts.models import Person


class WrongUsage(InputError):
    """What was asked for cannot be meant: exit 2, as for wrong usage."""


def in_the_name_of(name: str, act: Callable[[Person], int]) -> int:
    """The act's exit code; 2 where it was wrongly asked for. InputError where nobody is called so, or the site would not let them."""
    person = person_called(name)
    if person is None:
        raise InputError(
            Finding(
                "import.person",
                f"没有以“{name}”登录的账号，或已停用",
                f"no account signs in as {name}, or it is closed",
            )
        )
    try:
        return act(person)
    except Forbidden as error:
        raise InputError(
            Finding(
                "import.forbidden",
                f"{name} 没有权限（{error.action}）：须是该申报单位的成员，或本活动的工作人员",
                f"{name} may not ({error.action}): members of the entry's unit may, or staff of the campaign",
            )
        ) from error
    except WrongUsage as error:
        print_findings(error.findings)
        return 2


def entry_meant(text: str, by: Person) -> Entry:
    """The entry, where the person may write it: the door of its pages. Raises Forbidden, InputError."""
    entry = entry_named(text)
    if entry is None:
        raise InputError(
            Finding(
                "import.entry",
                f"没有申报件“{text}”；请写编号，草稿请写其网页地址中的代号",
                f"there is no entry {text}; give its number, or of a draft the id in its address",
            )
        )
    ask(by, "entry.write", about(entry))
    return entry


def list_meant(blueprint: Blueprint, wanted: str | None) -> RowsField:
    """The form's list. Raises WrongUsage, naming those that there are."""
    lists = [f for f in fields(blueprint).values() if isinstance(f, RowsField)]
    found = [f for f in lists if wanted in (None, f.id)]
    if len(found) != 1:
        names = _names((f.id, say(f.label, lang())) for f in lists)
        raise WrongUsage(
            Finding(
                "import.field",
                f"请用 --field 指明清单栏。本申报表的清单：{names}",
                f"name the list with --field; this form has: {names}",
            )
        )
    return found[0]


def form_meant(entry: Entry, blueprint: Blueprint, wanted: str | None, *, readable: bool = True) -> Form:
    """The entry's form. `readable`: only of those that can be read back. Raises WrongUsage, naming those that there are."""
    forms = [f for f in forms_of(entry.campaign, blueprint) if f.readable or not readable]
    found = [f for f in forms if wanted in (None, f.id)]
    if len(found) != 1:
        names = _names((f.id, f.title) for f in forms)
        raise WrongUsage(
            Finding(
                "import.form",
                f"请用 --form 指明表格：{names}",
                f"name the form with --form: {names}",
            )
        )
    return found[0]


def _names(pairs: Iterable[tuple[str, str]]) -> str:
    return tell("、", ", ").join(f"{id} {title}" for id, title in pairs) or "—"
