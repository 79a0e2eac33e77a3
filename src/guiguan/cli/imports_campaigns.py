"""`guiguan import blueprint` and `guiguan import template`: files that staff of a campaign put into it."""

from __future__ import annotations

import argparse
from dataclasses import replace
from typing import TYPE_CHECKING

from guiguan.apps.accounts.permission import ask
from guiguan.apps.audit.commands import by_command
from guiguan.apps.campaigns.drafts import MAX_BYTES, checked, decoded
from guiguan.apps.campaigns.form_templates import put_form_template
from guiguan.apps.campaigns.models import Campaign, Version
from guiguan.apps.campaigns.queries import campaigns, loaded_with
from guiguan.apps.campaigns.services import add_version, create_campaign
from guiguan.apps.files.services import take_file
from guiguan.cli.lists import the_campaign
from guiguan.cli.say import lang, one_line, print_at, print_findings, tell
from guiguan.cli.sent import reading, sent
from guiguan.core.blueprint.changes import Judged, judge
from guiguan.core.permissions.table import About
from guiguan.core.values.finding import Finding, InputError

if TYPE_CHECKING:
    from guiguan.apps.accounts.models import Person

TEMPLATE_MEGABYTES = 10
VERDICTS = {
    "free": ("可以改", "may change"),
    "second": ("须第二人同意", "needs a second person"),
    "never": ("不能改", "may not change"),
}


def take_blueprint_file(arguments: argparse.Namespace, by: Person, at: int) -> int:
    """The text is kept as a version, not yet in force; what the check found and what would change is told."""
    try:
        with reading(arguments.file) as handle:
            text = decoded(handle.read(MAX_BYTES))
        slug = checked(text).blueprint.campaign
        version = _kept(arguments, by, at, slug, text)
    except InputError as error:
        raise InputError(*_in_file(arguments.file, error.findings)) from error
    loaded = loaded_with(version.sha256)
    print_findings(_in_file(arguments.file, loaded.findings))
    before = campaigns().get(pk=slug).in_force
    if before is not None and before.pk != version.pk:
        for judged in judge(loaded_with(before.sha256).blueprint, loaded.blueprint, at):
            print(one_line(_difference(judged)))
    print(
        tell(
            f"已存为 {slug} 的第 {version.number} 版，SHA-256 {version.sha256}",
            f"kept as version {version.number} of {slug}, SHA-256 {version.sha256}",
        )
    )
    if version.in_force_at is None:
        print(tell("尚未生效，由负责人在网站上启用", "not in force yet; a lead puts it in force on the site"))
    return 0


def take_template_file(arguments: argparse.Namespace, by: Person, at: int) -> int:
    """The file is the form's template from now on; fields that it no longer prints are told."""
    campaign = the_campaign(arguments.campaign)
    ask(by, "campaign.draft", About(campaign=campaign.pk))
    with reading(arguments.file) as handle:
        file = take_file(
            by.pk,
            at,
            sent(handle, arguments.file, TEMPLATE_MEGABYTES),
            formats=("docx",),
            megabytes=TEMPLATE_MEGABYTES,
        )
        with by_command(
            "import", str(by.pk), at, "template", f"file:{file.pk}", campaign.pk, document=arguments.form
        ):
            lacking = put_form_template(by, at, campaign.pk, arguments.form, file)
    for label in lacking:
        told = Finding(
            "form.lacking",
            f"新表样没有印“{label}”一栏。如果不是有意去掉的，请补上后重新导入",
            f"the new template does not print {label}; if that was not meant, put it back and import again",
            severity="warning",
        )
        print_at(arguments.file, "", told)
    print(tell("表样已换上", "the template is in place"))
    return 0


def _kept(arguments: argparse.Namespace, by: Person, at: int, slug: str, text: str) -> Version:
    """The version with this text: of the campaign that it names, or with `--new` of a new one. Raises Forbidden, InputError."""
    there = Campaign.objects.filter(pk=slug).exists()
    if not there and not arguments.new:
        raise InputError(
            Finding(
                "import.no-campaign",
                f"没有活动 {slug}；要新建，请加 --new",
                f"there is no campaign {slug}; say --new to make it",
            )
        )
    with by_command("import", str(by.pk), at, "blueprint", f"campaign:{slug}", slug):
        if arguments.new:
            return create_campaign(by, at, text).versions.get(number=1)
        return add_version(by, at, slug, text, arguments.note)


def _in_file(file: str, findings: tuple[Finding, ...]) -> tuple[Finding, ...]:
    """The findings at the file as it was named; their lines and columns stay."""
    return tuple(replace(f, place=replace(f.place, file=file)) for f in findings)


def _difference(judged: Judged) -> str:
    zh, en = VERDICTS[judged.verdict]
    told = judged.change.text(lang())
    return tell(f"{zh}：{told}（{judged.reason('zh')}）", f"{en}: {told} ({judged.reason('en')})")
