"""`guiguan import list` and `guiguan import form`: files that an applicant fills, into an entry that may still be changed."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from django.utils import translation

from guiguan.apps.audit.commands import by_command
from guiguan.apps.entries.comparing import word_field
from guiguan.apps.entries.models import Entry
from guiguan.apps.entries.paper_readings import fields_read
from guiguan.apps.entries.queries import blueprint_of, sheet_of
from guiguan.apps.entries.sealing import masked
from guiguan.apps.entries.services.attach import attach_file
from guiguan.apps.entries.services.list_in import rows_standing, take_list
from guiguan.apps.entries.services.locked import refuse_unless_editable, refuse_unless_reminded
from guiguan.apps.entries.services.save import Conflict
from guiguan.apps.entries.services.word import Taken, read_word_form, take_over
from guiguan.apps.entries.word_beside import Beside, beside
from guiguan.apps.files.models import File
from guiguan.apps.files.services import take_file
from guiguan.apps.files.sheets import MEGABYTES as LIST_MEGABYTES
from guiguan.apps.files.sheets import sheet_in
from guiguan.cli.meant import WrongUsage, entry_meant, form_meant, list_meant
from guiguan.cli.say import lang, one_line, print_at, tell
from guiguan.cli.sent import reading, sent
from guiguan.core.blueprint.base import say
from guiguan.core.blueprint.form import FormField
from guiguan.core.blueprint.model import Blueprint
from guiguan.core.entries.answers import Value, cell
from guiguan.core.entries.list_sheet import At, ReadList, read_list
from guiguan.core.values.finding import Finding, InputError, Place
from guiguan.web.common.paper_words import why_text

if TYPE_CHECKING:
    from guiguan.apps.accounts.models import Person

MEGABYTES = 20
LONGEST_SHOWN = 60


def take_list_file(arguments: argparse.Namespace, by: Person, at: int) -> int:
    """The workbook's rows stand in the list; with a faulty cell, or where rows stand and nobody said what becomes of them, nothing is taken."""
    entry = _entry(arguments, by, at)
    field = list_meant(blueprint_of(entry.campaign), arguments.field)
    with reading(arguments.file) as handle:
        sheet, others = sheet_in(sent(handle, arguments.file, LIST_MEGABYTES))
    found = read_list(field, sheet)
    _tell_cells(arguments.file, found, others)
    if not found.rows or (found.faults and not arguments.partly):
        raise InputError(_nothing_taken(arguments.file, found))
    stands, seen = rows_standing(entry.pk, field.id)
    if stands and arguments.how is None:
        raise InputError(
            Finding(
                "import.list-stands",
                f"“{say(field.label)}”已有 {len(stands)} 行，没有填入。请加 --add（加在后面）或 --replace（替换）",
                f"{say(field.label, 'en')} holds {len(stands)} rows already and nothing was taken; say --add (after them) "
                "or --replace (in their place)",
            )
        )
    with by_command(
        "import",
        str(by.pk),
        at,
        "list",
        f"entry:{entry.pk}",
        entry.campaign_id,
        field=field.id,
        rows=len(found.rows),
    ):
        try:
            take_list(by, at, entry.pk, field.id, list(found.rows), arguments.how or "add", seen)
        except Conflict as conflict:
            raise InputError(_changed(field)) from conflict
    count = len(found.rows)
    told = tell(
        f"已填入 {count} 行：{say(field.label)}", f"rows taken into {say(field.label, 'en')}: {count}"
    )
    print(one_line(told))
    return 0


def take_form_file(arguments: argparse.Namespace, by: Person, at: int) -> int:
    """What the Word form says stands where nothing stood; what differs is told, and taken where that was asked for.

    1 where a field that was to be taken could not be.
    """
    entry = _entry(arguments, by, at)
    blueprint = blueprint_of(entry.campaign)
    form = form_meant(entry, blueprint, arguments.form)
    with reading(arguments.file) as handle:
        uploaded = sent(handle, arguments.file, MEGABYTES)
        file = take_file(by.pk, at, uploaded, formats=("docx",), megabytes=MEGABYTES)
        read = read_word_form(by, at, entry.pk, form.id, file)
    rows = beside(blueprint, sheet_of(entry, blueprint), fields_read(read))
    wanted = _wanted(rows, arguments)
    with by_command(
        "import",
        str(by.pk),
        at,
        "form",
        f"entry:{entry.pk}",
        entry.campaign_id,
        document=form.id,
        file=str(file.pk),
    ):
        taken = take_over(by, at, read, {b.field.id: b.revision for b in wanted})
        if arguments.attach:
            _attach(by, at, entry, blueprint, form.id, file)
    _tell_fields(arguments.file, rows, taken)
    return 1 if taken.conflicts or taken.refused else 0


def _entry(arguments: argparse.Namespace, by: Person, at: int) -> Entry:
    """The entry, where it may be changed by this person now. Raises Forbidden, InputError."""
    entry = entry_meant(arguments.entry, by)
    refuse_unless_editable(entry, at)
    refuse_unless_reminded(entry)
    return entry


def _tell_cells(file: str, found: ReadList, others: Sequence[str]) -> None:
    """Every fault and note at its cell."""
    for at in found.faults:
        print_at(file, at.place, _cell("list.cell", at))
    for at in found.notes:
        print_at(file, at.place, replace(_cell("list.note", at), severity="note"))
    if others:
        names = tell("、", ", ").join(others)
        note = Finding(
            "list.other-sheets",
            f"没有读其他工作表：{names}",
            f"other sheets were not read: {names}",
            severity="note",
        )
        print_at(file, "", note)


def _cell(rule: str, at: At) -> Finding:
    title = (f"{at.title}：", f"{at.title}: ") if at.title else ("", "")
    return Finding(rule, f"{title[0]}{at.zh}", f"{title[1]}{at.en}")


def _nothing_taken(file: str, found: ReadList) -> Finding:
    if not found.rows:
        finding = Finding(
            "import.list-empty", "没有读到清单内容，没有填入", "no rows were found; nothing was taken"
        )
    else:
        finding = Finding(
            "import.list-faulty",
            f"有 {len(found.faults)} 处错误，没有填入。请改正后再导入；或加 --partly，有误的单元格留空，其余照填",
            f"faulty cells: {len(found.faults)}; nothing was taken. Mend them, or say --partly to leave them empty and take the rest",
        )
    return finding.at(Place(file))


def _wanted(rows: Sequence[Beside], arguments: argparse.Namespace) -> list[Beside]:
    """The fields to take: empty ones, all that differ, or those named. Raises WrongUsage for a name that the form does not fill."""
    differ = [b for b in rows if b.state == "differs" and not b.fixed]
    if arguments.fields is None:
        return differ if arguments.overwrite else [b for b in differ if b.fresh]
    names = {n.strip() for n in arguments.fields.split(",") if n.strip()}
    free = [b.field.id for b in rows if not b.fixed]
    strange = sorted(names - set(free))
    if strange or not names:
        raise WrongUsage(
            Finding(
                "import.fields",
                f"表上没有可取的栏“{'、'.join(strange)}”，可以是：{'、'.join(free)}",
                f"the form fills no field {', '.join(strange)}; it fills: {', '.join(free)}",
            )
        )
    return [b for b in differ if b.field.id in names]


def _attach(by: Person, at: int, entry: Entry, blueprint: Blueprint, document: str, file: File) -> None:
    """The file stands in the field that takes this form. Raises InputError where none does, or it is full."""
    field = word_field(entry.campaign, blueprint, document)
    if field is None:
        raise InputError(
            Finding(
                "import.no-attachment",
                "本申报表没有收这份 Word 表的附件栏，没有填入；请去掉 --attach",
                "no attachment of the form takes this Word file, and nothing was taken; leave out --attach",
            )
        )
    attach_file(by, at, entry.pk, field.id, file)


def _tell_fields(file: str, rows: Sequence[Beside], taken: Taken) -> None:
    """Field by field: taken, different and left as it is, not taken and why, not read and why."""
    known = {b.field.id: b for b in rows}
    labels = tell("、", ", ").join(say(known[n].field.label, lang()) for n in taken.saved)
    print(
        one_line(
            tell(
                f"已填入 {len(taken.saved)} 栏{'：' if labels else ''}{labels}",
                f"fields taken: {len(taken.saved)}{'; ' if labels else ''}{labels}",
            )
        )
    )
    for name in taken.conflicts:
        print_at(file, name, _changed(known[name].field))
    for name, error in taken.refused.items():
        for finding in error.findings:
            print_at(file, name, finding)
    for row in rows:
        if row.field.id in taken.conflicts or row.field.id in taken.refused:
            continue
        if row.state == "differs" and row.field.id not in taken.saved:
            print_at(file, row.field.id, _differs(row))
        if row.state == "unread":
            print_at(file, row.field.id, _unread(row))
        if row.field.id in taken.saved:
            for fault in row.faults:
                print_at(
                    file,
                    row.field.id,
                    Finding(fault.rule, fault.text("zh"), fault.text("en"), severity="warning"),
                )
    left = [
        b.field.id for b in rows if b.state == "differs" and not b.fixed and b.field.id not in taken.saved
    ]
    if left:
        names = ",".join(left)
        print(
            tell(
                f"另有 {len(left)} 栏与网上不同，没有改动；要取表上的，请加 --overwrite，或 --fields {names}",
                f"fields that differ and were left: {len(left)}; to take them, say --overwrite, or --fields {names}",
            )
        )


def _differs(row: Beside) -> Finding:
    label, en = say(row.field.label), say(row.field.label, "en")
    paper, online = _shown(row.field, row.paper), _shown(row.field, row.online)
    if row.fixed:
        return Finding(
            "form.from-registration",
            f"{label}：表上是“{paper}”，网上取自注册信息“{online}”，不能由表改动",
            f"{en}: the form has “{paper}”; the site has “{online}” from the registration, which a form does not change",
            severity="warning",
        )
    return Finding(
        "form.differs",
        f"{label}：表上是“{paper}”，网上是“{online}”，没有改动",
        f"{en}: the form has “{paper}”, the site “{online}”, which was left",
        severity="warning",
    )


def _unread(row: Beside) -> Finding:
    with translation.override("zh-hans"):
        zh = why_text(row.why)
    with translation.override("en"):
        en = why_text(row.why)
    return Finding(
        "form.unread",
        f"{say(row.field.label)}：没有读出。{zh}",
        f"{say(row.field.label, 'en')}: not read. {en}",
        severity="warning",
    )


def _changed(field: FormField) -> Finding:
    return Finding(
        "import.changed",
        f"“{say(field.label)}”刚刚被改过，没有覆盖，请核对后再导入",
        f"{say(field.label, 'en')} was changed at this moment and not overwritten; look at it and import again",
    )


def _shown(field: FormField, value: Value) -> str:
    """The answer on one short line; what names or reaches a person is masked, as a terminal's output travels."""
    text = cell(field, masked(field, value))
    return text if len(text) <= LONGEST_SHOWN else f"{text[: LONGEST_SHOWN - 1]}…"
