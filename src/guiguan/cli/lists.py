"""`guiguan export`: what a campaign holds as files, in the columns that `guiguan replay` reads. Loads Django."""

from __future__ import annotations

import argparse
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Any

from guiguan.cli.parser import words
from guiguan.cli.say import print_findings, progress, tell
from guiguan.core.values.finding import Finding, InputError

KINDS: dict[str, tuple[str, str]] = {
    "entries": ("申报表，列名同 replay 的 --entries", "entries, in the columns of replay's --entries"),
    "decisions": (
        "审查结论、退出投票的案例、推荐名单、发布批次、选票作废，列名同 replay 的 --decisions",
        "screenings, entries that left a vote, lists, releases and void ballots, in the columns of replay's --decisions",
    ),
    "ballots": (
        "投票结束后的全部选票（含作废的），列名同 replay 的 --ballots",
        "all ballots after the close, void ones too, in the columns of replay's --ballots",
    ),
    "endorsements": (
        "已出具的推荐意见，列名同 replay 的 --endorsements",
        "endorsements, in the columns of replay's --endorsements",
    ),
    "blueprint": ("现行有效的规则（YAML）", "the blueprint in force (YAML)"),
    "units": ("已注册的单位（全站）", "registered units of the whole site"),
    "list": (
        "一件申报的清单（xlsx），可改后用 import list 读回",
        "the list of an entry (xlsx), which import list reads back",
    ),
    "form": ("一件申报的表格（docx 或 pdf）", "an entry's form, filled (docx or pdf)"),
    "template": (
        "申报表样（docx），可改后用 import template 换上",
        "the Word template of a form (docx), which import template takes back",
    ),
}
NEEDS: dict[str, tuple[tuple[str, str], ...]] = {
    "list": (("person", "--as"), ("entry", "--entry")),
    "form": (("person", "--as"), ("entry", "--entry")),
    "template": (("person", "--as"), ("form", "--form")),
}
"""What a kind cannot do without: files that people fill are given to somebody who may have them."""
_SUFFIXES = (".csv", ".xlsx")
Table = tuple[Sequence[str], Iterable[Sequence[str]]]


def add(commands: Any) -> None:
    export = commands.add_parser(
        "export", help=tell("把网站上的内容导出为文件", "write what the site holds to a file")
    )
    export.add_argument(
        "kind",
        choices=tuple(KINDS),
        metavar="KIND",
        help=tell(
            "；".join(f"{k} {t[0]}" for k, t in KINDS.items()),
            "; ".join(f"{k}: {t[1]}" for k, t in KINDS.items()),
        ),
    )
    export.add_argument(
        "-o",
        "--out",
        type=Path,
        required=True,
        metavar="FILE",
        help=tell("写到哪里（表格为 .csv 或 .xlsx）", "where to (tables: .csv or .xlsx)"),
    )
    export.add_argument(
        "--campaign",
        type=words,
        metavar="SLUG",
        help=tell("活动代号；只有一个活动时可省略", "the campaign; may be left out where there is one"),
    )
    export.add_argument(
        "--as",
        dest="person",
        type=words,
        metavar="NAME",
        help=tell(
            "以谁的名义（list、form、template 须写）：登录用的手机号或用户名",
            "in whose name (list, form, template): the phone or user name of their account",
        ),
    )
    export.add_argument(
        "--entry",
        type=words,
        metavar="ENTRY",
        help=tell(
            "申报件（list、form 须写）：编号，草稿用其网页地址中的代号",
            "the entry (list, form): its number, or of a draft the id in its address",
        ),
    )
    export.add_argument(
        "--field",
        type=words,
        metavar="FIELD",
        help=tell(
            "list：清单栏的代号；只有一个清单时可省略", "list: its field; may be left out where there is one"
        ),
    )
    export.add_argument(
        "--form",
        type=words,
        metavar="ID",
        help=tell(
            "form、template：表格在蓝图 documents 中的代号",
            "form, template: the form's id among the blueprint's documents",
        ),
    )
    export.set_defaults(run=_export)


def _export(arguments: argparse.Namespace) -> int:
    from guiguan.conf import run

    lacking = [option for name, option in NEEDS.get(arguments.kind, ()) if getattr(arguments, name) is None]
    if lacking:
        print_findings([_lacking(arguments.kind, lacking)])
        return 2
    run.open_site()
    if arguments.kind in NEEDS:
        from guiguan.cli.exports_files import write_for_people

        return write_for_people(arguments)
    if arguments.kind == "blueprint":
        campaign = the_campaign(arguments.campaign)
        version = campaign.in_force or campaign.versions.order_by("-number")[0]
        arguments.out.write_text(version.text, "utf-8")
        return 0
    columns, rows = _tables()[arguments.kind](arguments.campaign)
    with progress(tell("正在导出", "exporting")):
        count = write_rows(arguments.out, arguments.kind, columns, rows)
    print(tell(f"已写出 {count} 行：{arguments.out}", f"{count} rows written: {arguments.out}"))
    return 0


def _lacking(kind: str, options: list[str]) -> Finding:
    return Finding(
        "export.option",
        f"导出 {kind} 还须写 {'、'.join(options)}",
        f"exporting {kind} also needs {', '.join(options)}",
    )


def _tables() -> dict[str, Callable[[str | None], Table]]:
    from guiguan.apps.accounts.export import UNIT_COLUMNS, unit_rows
    from guiguan.apps.campaigns.queries import blueprint_of
    from guiguan.apps.endorsing.queries import endorsement_rows
    from guiguan.apps.entries.export import entry_columns, entry_rows
    from guiguan.apps.releasing.decisions import COLUMNS, ENDORSEMENT_COLUMNS, decision_rows
    from guiguan.apps.votes.departed import departures
    from guiguan.apps.votes.exported import ballots_table

    def entries(slug: str | None) -> Table:
        campaign = the_campaign(slug)
        return entry_columns(blueprint_of(campaign)), entry_rows(campaign, departures(campaign.pk))

    return {
        "entries": entries,
        "decisions": lambda slug: (COLUMNS, decision_rows(the_campaign(slug))),
        "ballots": lambda slug: ballots_table(the_campaign(slug).pk),
        "endorsements": lambda slug: (ENDORSEMENT_COLUMNS, endorsement_rows(the_campaign(slug))),
        "units": lambda slug: (UNIT_COLUMNS, unit_rows()),
    }


def the_campaign(slug: str | None) -> Any:
    """The campaign that is meant. Raises InputError, naming those that there are."""
    from guiguan.apps.campaigns.queries import campaigns

    found = list(campaigns().order_by("pk"))
    wanted = [c for c in found if slug is None or c.pk == slug]
    if len(wanted) != 1:
        names = "、".join(c.pk for c in found) or "—"
        raise InputError(
            Finding(
                "export.campaign",
                f"请用 --campaign 指明活动。现有：{names}",
                f"name the campaign with --campaign; there are: {names}",
            )
        )
    return wanted[0]


def write_rows(out: Path, title: str, columns: Sequence[str], rows: Iterable[Sequence[str]]) -> int:
    """The table stands in the file, as csv or xlsx by its name; how many rows. InputError for another name."""
    from guiguan.tables.csv_out import write_csv
    from guiguan.tables.xlsx_out import write_xlsx

    suffix = out.suffix.lower()
    if suffix not in _SUFFIXES:
        raise InputError(
            Finding(
                "export.suffix",
                f"文件名须以 {'、'.join(_SUFFIXES)} 结尾，收到“{out.name}”",
                f"the file's name ends in {' or '.join(_SUFFIXES)}, not {out.name}",
            )
        )
    if suffix == ".xlsx":
        return write_xlsx(out, title, columns, rows)
    count = 0

    def counted() -> Iterable[Sequence[str]]:
        nonlocal count
        for row in rows:
            count += 1
            yield row

    write_csv(out, columns, counted())
    return count
