"""`guiguan export`: what a campaign holds as files, in the columns that `guiguan replay` reads. Loads Django."""

from __future__ import annotations

import argparse
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Any

from guiguan.cli.say import progress, tell
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
}
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
        help=tell("写到哪里（.csv 或 .xlsx）", "where to (.csv or .xlsx)"),
    )
    export.add_argument(
        "--campaign",
        metavar="SLUG",
        help=tell("活动代号；只有一个活动时可省略", "the campaign; may be left out where there is one"),
    )
    export.set_defaults(run=_export)


def _export(arguments: argparse.Namespace) -> int:
    from guiguan.conf import run

    run.start_django()
    if arguments.kind == "blueprint":
        campaign = _campaign(arguments.campaign)
        version = campaign.in_force or campaign.versions.order_by("-number")[0]
        arguments.out.write_text(version.text, "utf-8")
        return 0
    columns, rows = _tables()[arguments.kind](arguments.campaign)
    with progress(tell("正在导出", "exporting")):
        count = write_rows(arguments.out, arguments.kind, columns, rows)
    print(tell(f"已写出 {count} 行：{arguments.out}", f"{count} rows written: {arguments.out}"))
    return 0


def _tables() -> dict[str, Callable[[str | None], Table]]:
    from guiguan.apps.accounts.export import UNIT_COLUMNS, unit_rows
    from guiguan.apps.campaigns.queries import blueprint_of
    from guiguan.apps.endorsing.queries import endorsement_rows
    from guiguan.apps.entries.export import entry_columns, entry_rows
    from guiguan.apps.releasing.decisions import COLUMNS, ENDORSEMENT_COLUMNS, decision_rows
    from guiguan.apps.votes.departed import departures
    from guiguan.apps.votes.exported import ballots_table

    def entries(slug: str | None) -> Table:
        campaign = _campaign(slug)
        return entry_columns(blueprint_of(campaign)), entry_rows(campaign, departures(campaign.pk))

    return {
        "entries": entries,
        "decisions": lambda slug: (COLUMNS, decision_rows(_campaign(slug))),
        "ballots": lambda slug: ballots_table(_campaign(slug).pk),
        "endorsements": lambda slug: (ENDORSEMENT_COLUMNS, endorsement_rows(_campaign(slug))),
        "units": lambda slug: (UNIT_COLUMNS, unit_rows()),
    }


def _campaign(slug: str | None) -> Any:
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
