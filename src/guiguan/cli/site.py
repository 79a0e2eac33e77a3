"""`guiguan serve`, `guiguan demo`, `guiguan audit`: the site and what touches its database. Only these load Django."""

from __future__ import annotations

import argparse
import os
import re
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

from guiguan.cli.say import tell


def add(commands: Any) -> None:
    serve = commands.add_parser("serve", help=tell("运行网站", "run the site"))
    serve.add_argument(
        "--only",
        choices=("site", "worker", "ballots", "sequencer"),
        help=tell("只运行其中一部分", "run only one part"),
    )
    serve.add_argument(
        "--leashed", action="store_true", help=argparse.SUPPRESS
    )  # as the site starts its parts
    _address(serve)
    serve.set_defaults(run=_serve)

    demo = commands.add_parser(
        "demo", help=tell("运行带样例活动的演示站", "run the site with sample campaigns")
    )
    demo.add_argument(
        "--data",
        type=Path,
        default=Path("var/demo-site"),
        metavar="DIR",
        help=tell("数据目录", "data folder"),
    )
    _address(demo)
    demo.set_defaults(run=_demo)

    audit = commands.add_parser("audit", help=tell("核对审计记录", "check the audit trail"))
    parts = audit.add_subparsers(dest="part", required=True, metavar=tell("操作", "ACTION"))
    verify = parts.add_parser("verify", help=tell("逐条核对审计链", "check every record of the chain"))
    verify.add_argument(
        "--head",
        type=_head,
        metavar="SEQ:DIGEST",
        help=tell(
            "先前抄下的末条序号和摘要，查末尾有没有被删",
            "number and digest written down earlier: shows whether records were taken off the end",
        ),
    )
    verify.set_defaults(run=_verify)

    person = commands.add_parser("person", help=tell("建立账号", "make accounts"))
    acts = person.add_subparsers(dest="part", required=True, metavar=tell("操作", "ACTION"))
    new = acts.add_parser(
        "add",
        help=tell("建立管理员账号并给出设密链接", "make an administrator and print the link for a password"),
    )
    new.add_argument("username", metavar="USERNAME", help=tell("登录用的用户名", "name to sign in with"))
    new.add_argument("--name", default="", metavar="NAME", help=tell("姓名", "the person's name"))
    new.add_argument(
        "--role",
        required=True,
        choices=("system_admin", "security_admin", "auditor"),
        help=tell(
            "三类管理员之一；其他角色由安全管理员在网站上授予",
            "an administrator; other roles are granted on the site",
        ),
    )
    new.set_defaults(run=_person_add)
    link = acts.add_parser(
        "link", help=tell("作废旧密码并给出设密链接", "void the password and print a link for a new one")
    )
    link.add_argument("username", metavar="USERNAME", help=tell("用户名", "name to sign in with"))
    link.set_defaults(run=_person_link)


def _address(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--host", default="127.0.0.1", help=tell("监听地址", "address to listen on"))
    parser.add_argument("--port", type=int, default=8000, metavar="N", help=tell("端口", "port"))


def _serve(arguments: argparse.Namespace) -> int:
    if arguments.only == "ballots":
        from guiguan.conf.ballots import serve_ballots

        return serve_ballots(arguments.host, arguments.port)
    from guiguan.conf import run
    from guiguan.conf.leash import on_leash
    from guiguan.conf.port import check_free

    if arguments.leashed:
        on_leash()

    if arguments.only in ("worker", "sequencer"):
        run.open_site()
    else:
        check_free(arguments.host, arguments.port)
        run.prepare()
    return run.serve(arguments.host, arguments.port, arguments.only)


def _demo(arguments: argparse.Namespace) -> int:
    address = f"http://{arguments.host}:{arguments.port}"
    os.environ.update(
        GUIGUAN_DATA=str(arguments.data.absolute()), GUIGUAN_DEMO="true", GUIGUAN_ADDRESS=address
    )
    os.environ.pop("DATABASE_URL", None)
    from guiguan.conf import run
    from guiguan.conf.port import check_free

    check_free(arguments.host, arguments.port)
    run.prepare()
    filling = [sys.executable, "-m", "guiguan.conf.demo", str(arguments.data), address]
    filled = subprocess.run(filling, check=False)  # noqa: S603  (our own program)
    if filled.returncode:
        return filled.returncode
    return run.serve(
        arguments.host, arguments.port, None, patience=3.0
    )  # nobody waits long for a demo to end


def _head(text: str) -> tuple[int, str]:
    """Number and digest of `SEQ:DIGEST`. ArgumentTypeError for anything else."""
    number, _, digest = text.strip().partition(":")
    if not (re.fullmatch("[0-9]{1,18}", number) and re.fullmatch("[0-9a-f]{64}", digest)):
        raise argparse.ArgumentTypeError(tell("应为 序号:64位十六进制摘要", "should be NUMBER:64 hex digits"))
    return int(number), digest


def _verify(arguments: argparse.Namespace) -> int:
    from guiguan.conf import run

    run.open_site()
    from guiguan.apps.audit.queries import broken, head, stands

    faults = list(broken())
    words = {
        "missing": ("缺失", "missing"),
        "previous": ("与上一条不衔接", "does not follow"),
        "changed": ("内容被改动", "changed"),
        "head": (
            "抄下的末条已不在或摘要不同，其后的记录可能被删",
            "the head written down is gone or differs",
        ),
    }
    if arguments.head and not stands(*arguments.head):
        faults.append((arguments.head[0], "head"))
    for number, fault in faults:
        print(f"[audit.{fault}] {number}: {tell(*words[fault])}")
    last = head()
    if not faults:
        number, digest = last or (0, "-")
        print(
            tell(
                f"审计链完整：{number} 条，末条 {number}:{digest}",
                f"the audit trail holds: {number} records, head {number}:{digest}",
            )
        )
    return 1 if faults else 0


def _person_add(arguments: argparse.Namespace) -> int:
    """Makes the account and the role in one transaction; prints where to set the password."""
    from guiguan.conf import run

    run.prepare()
    from django.db import transaction

    from guiguan.apps.accounts.grants import grant_first
    from guiguan.apps.accounts.people import create_first

    at = time.time_ns() // 1_000_000
    with transaction.atomic():
        person = create_first(at, arguments.username, arguments.name)
        grant_first(at, person, arguments.role)
        print(_password_link(person))
    return 0


def _person_link(arguments: argparse.Namespace) -> int:
    """The old password is void; prints where to set a new one. For when nobody who may do so on the site can sign in."""
    from guiguan.conf import run

    run.prepare()
    from django.db import transaction

    from guiguan.apps.accounts.people import void_first

    with transaction.atomic():
        print(_password_link(void_first(time.time_ns() // 1_000_000, arguments.username)))
    return 0


def _password_link(person: Any) -> str:
    from django.conf import settings
    from django.contrib.auth.tokens import default_token_generator
    from django.urls import reverse

    token = default_token_generator.make_token(person)
    way = settings.GUIGUAN.address + reverse(
        "units-welcome", kwargs={"person": str(person.pk), "token": token}
    )
    return tell(f"三天内打开此地址设密码：{way}", f"set the password within three days at {way}")
