"""`guiguan export list`, `form` and `template`: the files that people fill, as their pages give them. Loads Django."""

from __future__ import annotations

import argparse
import time
from pathlib import Path
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from guiguan.apps.accounts.permission import ask
from guiguan.apps.audit.commands import by_command
from guiguan.apps.campaigns.form_templates import form_of, template_bytes
from guiguan.apps.campaigns.queries import blueprint_of
from guiguan.apps.entries.forms import filled_docx, filled_pdf
from guiguan.apps.entries.services.list_in import rows_standing
from guiguan.cli.files import write_file
from guiguan.cli.lists import the_campaign
from guiguan.cli.meant import WrongUsage, entry_meant, form_meant, in_the_name_of, list_meant
from guiguan.cli.say import lang, progress, tell
from guiguan.core.permissions.table import About
from guiguan.core.values.finding import Finding
from guiguan.core.values.moment import day_of
from guiguan.documents.list_sheet import list_workbook

if TYPE_CHECKING:
    from guiguan.apps.accounts.models import Person

Made = tuple[bytes, str, str]
"""The file's content, what it is of as the trail names it, and the campaign."""


def write_for_people(arguments: argparse.Namespace) -> int:
    """The file is written as the person of `--as` would get it from the page; 2 where something is not named."""
    make = {"list": _list, "form": _form, "template": _template}[arguments.kind]

    def act(by: Person) -> int:
        with progress(tell("正在导出", "exporting")):
            content, subject, campaign = make(arguments, by)
        at = time.time_ns() // 1_000_000
        with by_command("export", str(by.pk), at, arguments.kind, subject, campaign):
            pass  # recorded before anybody has the file
        write_file(str(arguments.out), content)
        print(tell(f"已写出：{arguments.out}", f"written: {arguments.out}"))
        return 0

    return in_the_name_of(arguments.person, act)


def _list(arguments: argparse.Namespace, by: Person) -> Made:
    _suffix(arguments.out, ".xlsx")
    entry = entry_meant(arguments.entry, by)
    blueprint = blueprint_of(entry.campaign)
    field = list_meant(blueprint, arguments.field)
    today = day_of(time.time_ns() // 1_000_000, ZoneInfo(blueprint.zone)).isoformat()
    rows = rows_standing(entry.pk, field.id)[0]
    made = list_workbook(field, entry.organisation.name, today, rows, lang())
    return made, f"entry:{entry.pk}", entry.campaign_id


def _form(arguments: argparse.Namespace, by: Person) -> Made:
    suffix = _suffix(arguments.out, ".docx", ".pdf")
    entry = entry_meant(arguments.entry, by)
    blueprint = blueprint_of(entry.campaign)
    form = form_meant(entry, blueprint, arguments.form, readable=False)
    made = (filled_pdf if suffix == ".pdf" else filled_docx)(entry, blueprint, form)
    return made, f"entry:{entry.pk}", entry.campaign_id


def _template(arguments: argparse.Namespace, by: Person) -> Made:
    _suffix(arguments.out, ".docx")
    campaign = the_campaign(arguments.campaign)
    ask(by, "campaign.inspect", About(campaign=campaign.pk))
    blueprint = blueprint_of(campaign)
    form = form_of(campaign, blueprint, arguments.form)
    if form is None:
        raise WrongUsage(
            Finding(
                "export.form",
                f"活动没有表格“{arguments.form}”",
                f"the campaign has no form {arguments.form}",
            )
        )
    return template_bytes(form, blueprint), f"document:{form.id}", campaign.pk


def _suffix(out: Path, *wanted: str) -> str:
    """The file's ending. Raises WrongUsage for another one."""
    if out.suffix.lower() not in wanted:
        raise WrongUsage(
            Finding(
                "export.ending",
                f"文件名须以 {'、'.join(wanted)} 结尾，收到“{out.name}”",
                f"the file's name ends in {' or '.join(wanted)}, not {out.name}",
            )
        )
    return out.suffix.lower()
