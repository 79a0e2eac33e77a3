"""`guiguan import`: what the site takes from files in the browser, taken from the command line by the same services. Loads Django."""

from __future__ import annotations

import argparse
import time
from collections.abc import Callable
from importlib import import_module
from typing import TYPE_CHECKING, Any

from guiguan.cli.parser import words
from guiguan.cli.say import print_findings, tell
from guiguan.core.values.finding import Finding

if TYPE_CHECKING:
    from guiguan.apps.accounts.models import Person

Texts = tuple[str, str]
KINDS: dict[str, Texts] = {
    "list": (
        "清单工作簿（xlsx）填入申报表的清单栏",
        "a workbook of rows into the list of an entry's form (xlsx)",
    ),
    "form": (
        "填好的 Word 申报表（docx）填入网上申报表",
        "a filled Word form into an entry (docx)",
    ),
    "blueprint": ("蓝图（yaml）存为活动的新版本", "a blueprint as a campaign's new version (yaml)"),
    "template": ("申报表样（docx）换上", "the Word template of a campaign's form (docx)"),
}
REFUSED: dict[str, Finding] = {
    f.rule.removeprefix("import."): f
    for f in (
        Finding(
            "import.ballots",
            "选票不能导入：每张选票由投票人自己投出，当场写入签名日志，从文件加入的选票谁也无法核对。由文件计票请用 guiguan replay --ballots",
            "ballots are not imported: each is cast by its voter and signed into the log at that moment, and nobody could check one "
            "that came from a file; to count from files, use guiguan replay --ballots",
        ),
        Finding(
            "import.decisions",
            "决定不能导入：审查、名单、发布、作废由有权的人在网站上逐项作出，有的须两人。由文件计算请用 guiguan replay --decisions",
            "decisions are not imported: those who may take them do so on the site, some of them by two persons; to count from files, "
            "use guiguan replay --decisions",
        ),
        Finding(
            "import.endorsements",
            "推荐意见不能导入：由推荐单位在网站上出具，没有账号的由经办凭盖章扫描件逐件登记。由文件计算请用 guiguan replay --endorsements",
            "endorsements are not imported: bodies give them on the site, and for one without an account staff notes its sealed paper; "
            "to count from files, use guiguan replay --endorsements",
        ),
        Finding(
            "import.entries",
            "申报表总表不能导入：每件由申报单位自己填报、提交。填好的清单和 Word 表可用 list、form 读入",
            "the table of entries is not imported: each is filled in and handed in by its applicant; a list or a Word form is taken by "
            "the kinds list and form",
        ),
        Finding(
            "import.units",
            "单位不能导入：由单位自己注册并经核准",
            "units are not imported: they register themselves and are approved",
        ),
    )
}
"""What `guiguan export` writes and nothing takes back, and why."""
Run = Callable[[argparse.Namespace, "Person", int], int]


def add(commands: Any) -> None:
    zh = "；".join(f"{k} {t[0]}" for k, t in KINDS.items())
    en = "; ".join(f"{k}: {t[1]}" for k, t in KINDS.items())
    group = commands.add_parser(
        "import",
        help=tell("把文件读入网站", "take a file into the site"),
        description=tell(
            f"用与网页相同的程序把文件读入网站。种类：{zh}。以 --as 所写的人的名义办理，只能做其在网页上能做的事；每次都记入审计记录。",
            f"Takes a file into the site by the programs of its pages. Kinds: {en}. It is done in the name of --as, who may do no more "
            "here than on the site, and is recorded in the audit trail.",
        ),
    )
    kinds = group.add_subparsers(
        title=tell("种类", "kinds"), metavar=tell("种类", "KIND"), dest="kind", required=True
    )
    _list(_kind(kinds, "list"))
    _form(_kind(kinds, "form"))
    _blueprint(_kind(kinds, "blueprint"))
    _template(_kind(kinds, "template"))
    for kind, why in REFUSED.items():
        refused = kinds.add_parser(
            kind, help=tell("不能导入，运行可见原因", "not imported; run it to read why")
        )
        refused.add_argument("file", nargs=argparse.REMAINDER, metavar="FILE")
        refused.set_defaults(run=_refuse, why=why)


def _kind(kinds: Any, kind: str) -> argparse.ArgumentParser:
    zh, en = KINDS[kind]
    parser: argparse.ArgumentParser = kinds.add_parser(
        kind, help=tell(zh, en), description=tell(f"{zh}。", f"{en[0].upper()}{en[1:]}.")
    )
    parser.add_argument("file", metavar="FILE", help=tell("读入的文件", "the file to take"))
    parser.add_argument(
        "--as",
        dest="person",
        required=True,
        type=words,
        metavar="NAME",
        help=tell(
            "以谁的名义：登录用的手机号或用户名", "in whose name: the phone or user name of their account"
        ),
    )
    return parser


def _entry(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--entry",
        required=True,
        type=words,
        metavar="ENTRY",
        help=tell(
            "申报件：编号，草稿用其网页地址中的代号",
            "the entry: its number, or of a draft the id in its address",
        ),
    )


def _list(parser: argparse.ArgumentParser) -> None:
    _entry(parser)
    parser.add_argument(
        "--field",
        type=words,
        metavar="FIELD",
        help=tell(
            "清单栏的代号；只有一个清单时可省略", "the list's field; may be left out where there is one"
        ),
    )
    how = parser.add_mutually_exclusive_group()
    how.add_argument(
        "--add",
        dest="how",
        action="store_const",
        const="add",
        help=tell("已有内容时，加在各行之后", "where rows stand already, put these after them"),
    )
    how.add_argument(
        "--replace",
        dest="how",
        action="store_const",
        const="replace",
        help=tell(
            "已有内容时，替换各行（原有内容不再保留）", "where rows stand already, put these in their place"
        ),
    )
    parser.add_argument(
        "--partly",
        action="store_true",
        help=tell("有误的单元格留空，其余照填", "leave faulty cells empty and take the rest"),
    )
    parser.set_defaults(run=_run, module="imports_entries", function="take_list_file")


def _form(parser: argparse.ArgumentParser) -> None:
    _entry(parser)
    parser.add_argument(
        "--form",
        type=words,
        metavar="ID",
        help=tell(
            "表格在蓝图 documents 中的代号；只有一份时可省略",
            "the form's id among the blueprint's documents; may be left out where there is one",
        ),
    )
    what = parser.add_mutually_exclusive_group()
    what.add_argument(
        "--overwrite",
        action="store_true",
        help=tell(
            "网上已有的不同内容也换成表上的；不写则只填空着的栏",
            "take what differs too; otherwise only empty fields are filled",
        ),
    )
    what.add_argument(
        "--fields",
        type=words,
        metavar="ID,…",
        help=tell(
            "只取这几栏（栏目代号，用逗号隔开），有内容的也换",
            "take these fields alone (ids, separated by commas), whatever stands there",
        ),
    )
    parser.add_argument(
        "--attach",
        action="store_true",
        help=tell("文件同时作为附件", "the file becomes an attachment of the entry too"),
    )
    parser.set_defaults(run=_run, module="imports_entries", function="take_form_file")


def _campaign(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--campaign",
        type=words,
        metavar="SLUG",
        help=tell("活动代号；只有一个活动时可省略", "the campaign; may be left out where there is one"),
    )


def _blueprint(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--new",
        action="store_true",
        help=tell("蓝图所写的活动还没有，新建", "make the campaign that the blueprint names"),
    )
    parser.add_argument(
        "--note",
        type=words,
        default="",
        metavar="TEXT",
        help=tell("这一版改了什么", "what changed with this version"),
    )
    parser.set_defaults(run=_run, module="imports_campaigns", function="take_blueprint_file")


def _template(parser: argparse.ArgumentParser) -> None:
    _campaign(parser)
    parser.add_argument(
        "--form",
        required=True,
        type=words,
        metavar="ID",
        help=tell("表格在蓝图 documents 中的代号", "the form's id among the blueprint's documents"),
    )
    parser.set_defaults(run=_run, module="imports_campaigns", function="take_template_file")


def _refuse(arguments: argparse.Namespace) -> int:
    print_findings([arguments.why])
    return 2


def _run(arguments: argparse.Namespace) -> int:
    """Runs the kind in the person's name; 1 with a finding where the site would not let them, 2 where no such thing can be meant."""
    from guiguan.conf import run

    run.open_site()
    from guiguan.cli.meant import in_the_name_of

    take: Run = getattr(import_module(f"guiguan.cli.{arguments.module}"), arguments.function)
    return in_the_name_of(arguments.person, lambda by: take(arguments, by, time.time_ns() // 1_000_000))
