"""`guiguan log`: a log proven from its public files, counted anew, written out, and its alarms declared dealt with."""

from __future__ import annotations

import argparse
import re
import sys
import time
from pathlib import Path
from typing import Any

from guiguan.cli.parser import words
from guiguan.cli.say import one_line, progress, tell


def add(commands: Any) -> None:
    log = commands.add_parser("log", help=tell("核对和处理选票日志", "check and look after ballot logs"))
    acts = log.add_subparsers(dest="part", required=True, metavar=tell("操作", "ACTION"))

    verify = acts.add_parser(
        "verify", help=tell("只凭公开文件核对一份回执", "prove a receipt from public files alone")
    )
    verify.add_argument(
        "receipt",
        metavar="RECEIPT",
        help=tell("回执文字，或存有它的文件", "the receipt's text, or a file with it"),
    )
    verify.add_argument(
        "--log",
        required=True,
        metavar="LOG",
        help=tell(
            "日志的网址（https://…/log/活动）或其副本所在目录",
            "the log's address (https://…/log/SLUG) or a folder with a copy",
        ),
    )
    verify.add_argument(
        "--key",
        type=_log_key,
        metavar="VKEY",
        help=tell("公告上的日志公钥", "the log's key as announced"),
    )
    verify.add_argument(
        "--receipt-key",
        action="append",
        default=[],
        type=_receipt_key,
        metavar="HEX",
        help=tell(
            "公告上的投票箱公钥；换过密钥的，每把写一次",
            "the ballot box's key as announced; once for each, where it was changed",
        ),
    )
    verify.set_defaults(run=_verify)

    recount = acts.add_parser(
        "recount", help=tell("按日志重新计票并与公布的对照", "count a vote anew from its log and compare")
    )
    recount.add_argument("campaign", metavar="CAMPAIGN", help=tell("活动代号", "the campaign's slug"))
    recount.set_defaults(run=_recount)

    export = acts.add_parser(
        "export",
        help=tell(
            "把选票导出为 replay 用的表（投票结束后）",
            "write the ballots as a table for replay, after the close",
        ),
    )
    export.add_argument("campaign", metavar="CAMPAIGN", help=tell("活动代号", "the campaign's slug"))
    export.add_argument("stage", metavar="STAGE", help=tell("投票环节代号", "the vote's id"))
    export.add_argument(
        "-o",
        "--out",
        required=True,
        type=Path,
        metavar="FILE",
        help=tell("写到哪个 .csv", "the .csv to write"),
    )
    export.set_defaults(run=_export)

    bundle = acts.add_parser(
        "bundle",
        help=tell(
            "写出证据包，连同两份日志（投票结束后，用定序进程的系统用户）",
            "write the evidence bundle with both logs, after the close, as the sequencer's user",
        ),
    )
    bundle.add_argument("campaign", metavar="CAMPAIGN", help=tell("活动代号", "the campaign's slug"))
    bundle.add_argument("--scores", metavar="S", type=Path, help=tell("评分表", "table of scores"))
    bundle.add_argument("--seed", metavar="TEXT", help=tell("抽签用的公开种子", "public seed for lots"))
    bundle.add_argument(
        "-o",
        "--out",
        required=True,
        type=Path,
        metavar="FILE",
        help=tell("写到哪个 .tar", "the .tar to write"),
    )
    bundle.set_defaults(run=_bundle)

    clear = acts.add_parser(
        "clear", help=tell("声明报警已处理，重新计票", "declare an alarm dealt with, and count anew")
    )
    clear.add_argument("campaign", metavar="CAMPAIGN", help=tell("活动代号", "the campaign's slug"))
    clear.add_argument(
        "--reason",
        required=True,
        type=words,
        metavar="TEXT",
        help=tell("查明了什么、做了什么", "what was found and done"),
    )
    clear.set_defaults(run=_clear)


def _verify(arguments: argparse.Namespace) -> int:
    from guiguan.box.verify import PublicLog, Unproven, prove_receipt
    from guiguan.core.integrity.receipt import BadReceipt, read_receipt

    try:
        receipt = read_receipt(_text_of(arguments.receipt))
    except BadReceipt as error:
        return _unproven(
            "回执读不出来：请给出回执全文，或回执页上的完整地址，并看看是否抄全",
            f"the receipt cannot be read; give its whole text, or the whole address on its page: {error}",
        )
    try:
        log = PublicLog(_fetcher(arguments.log), arguments.key or "")
        keys = arguments.receipt_key or _keys(log.receipt_keys())
        index, newest = prove_receipt(receipt, log, [bytes.fromhex(key) for key in keys])
    except Unproven as error:
        return _unproven(error.zh, str(error))
    print(
        tell(
            f"相符：选票在日志 {newest.origin} 的第 {index} 条，检查点共 {newest.size} 条。",
            f"proven: entry {index} of {newest.origin}, whose checkpoint has {newest.size}.",
        )
    )
    if not (arguments.key and arguments.receipt_key):
        print(
            tell(
                f"公钥取自日志本身，请与公告对照：{log.verifier().vkey} {' '.join(keys)}",
                f"the keys are the log's own word; compare them with those announced: {log.verifier().vkey} {' '.join(keys)}",
            )
        )
    return 0


def _unproven(zh: str, en: str) -> int:
    print(one_line(f"[log.receipt] {tell(zh, en)}"), file=sys.stderr)
    return 1


def _log_key(text: str) -> str:
    """A log's verifier key. ArgumentTypeError for anything else."""
    from guiguan.core.integrity.note import NotANote, read_vkey

    try:
        read_vkey(text)
    except NotANote as error:
        raise argparse.ArgumentTypeError(
            tell(
                "不是日志公钥，应形如 网址/log/活动+8位十六进制+一串字母数字",
                f"no log key such as HOST/log/SLUG+8 hex digits+base64: {error}",
            )
        ) from error
    return text


def _receipt_key(text: str) -> str:
    """A ballot box's key. ArgumentTypeError for anything else."""
    if re.fullmatch(r"[0-9a-f]{64}", text) is None:
        raise argparse.ArgumentTypeError(tell("应为 64 位小写十六进制", "should be 64 small hex digits"))
    return text


def _text_of(given: str) -> str:
    """The receipt itself, or the first line of the file of that name."""
    path = Path(given)
    text = path.read_text(encoding="utf-8") if len(given) < 200 and path.is_file() else given
    return text.strip().rpartition("/receipts/")[2]


def _keys(content: bytes) -> list[str]:
    """The ballot box's keys as the log names them. Raises Unproven."""
    import json

    from guiguan.box.verify import Unproven

    try:
        return [_receipt_key(key) for key in json.loads(content)["keys"]]
    except (ValueError, LookupError, TypeError, argparse.ArgumentTypeError) as error:
        raise Unproven(
            "日志的 receipt-keys 读不出来", f"receipt-keys of the log cannot be read: {error}"
        ) from error


def _fetcher(place: str) -> Any:
    """How to get a file of the log: from the address that the user gave, or from a folder."""
    if not place.startswith(("https://", "http://")):
        folder = Path(place)
        return lambda name: (folder / name).read_bytes()
    from urllib.request import urlopen

    def fetch(name: str) -> bytes:
        with urlopen(f"{place.rstrip('/')}/{name}", timeout=30) as answer:  # noqa: S310  (http or https, as checked)
            content: bytes = answer.read(1 << 26)
            return content

    return fetch


def _recount(arguments: argparse.Namespace) -> int:
    from guiguan.conf import run

    run.open_site()
    from guiguan.apps.votes.sequencing import one_view
    from guiguan.box.counts import read_counts
    from guiguan.box.polls import polls
    from guiguan.box.recount import counted

    differing, found = 0, False
    with one_view() as ask:
        for poll in polls(ask).values():
            if poll.campaign != arguments.campaign:
                continue
            found = True
            counts, kept = counted(ask, poll), read_counts(ask, poll.campaign, poll.stage)
            for cell in sorted(counts.keys() | kept.keys()):
                if counts.get(cell, 0) != kept.get(cell, 0):
                    differing += 1
                    told = tell(
                        f"公布 {kept.get(cell, 0)}，重算 {counts.get(cell, 0)}",
                        f"published {kept.get(cell, 0)}, counted {counts.get(cell, 0)}",
                    )
                    print(f"[log.counts] {poll.stage} {' '.join(cell)}: {told}", file=sys.stderr)
            total = sum(counts.values())
            print(tell(f"{poll.stage}：重算 {total} 票", f"{poll.stage}: {total} votes counted"))
    if not found:
        print(
            tell(
                f"没有活动 {arguments.campaign} 的投票",
                f"there is no vote of a campaign {arguments.campaign}",
            ),
            file=sys.stderr,
        )
    return 1 if differing or not found else 0


def _export(arguments: argparse.Namespace) -> int:
    from guiguan.cli.lists import write_rows
    from guiguan.conf import run

    run.open_site()
    from guiguan.apps.votes.exported import ballots_table

    columns, rows = ballots_table(arguments.campaign, arguments.stage)
    with progress(tell("正在导出", "exporting")):
        count = write_rows(arguments.out, "ballots", columns, rows)
    print(tell(f"已写出 {count} 张选票", f"{count} ballots written"))
    return 0


def _bundle(arguments: argparse.Namespace) -> int:
    from guiguan.cli.say import print_findings
    from guiguan.conf import run

    run.open_site()
    from guiguan.apps.releasing.bundled import write_bundle

    with progress(tell("正在计算", "counting")):
        done = write_bundle(arguments.campaign, arguments.out, scores=arguments.scores, seed=arguments.seed)
    print_findings(done.notes)
    print(
        tell(
            f"已写出 {arguments.out}；请用 guiguan verify {arguments.out} 核验",
            f"{arguments.out} is written; check it with: guiguan verify {arguments.out}",
        )
    )
    return 0


def _clear(arguments: argparse.Namespace) -> int:
    from guiguan.conf import run

    run.open_site()
    from guiguan.apps.votes.sequencing import clear

    count = clear("operator", time.time_ns() // 1_000_000, arguments.campaign, arguments.reason)
    if not count:
        print(
            tell(
                f"活动 {arguments.campaign} 没有待处理的报警",
                f"no alarm of the campaign {arguments.campaign} stands",
            ),
            file=sys.stderr,
        )
        return 1
    print(
        tell(
            f"已处理 {count} 个报警；投票仍暂停，由主办单位恢复",
            f"{count} alarms cleared; the vote stays paused until the organiser resumes it",
        )
    )
    return 0
