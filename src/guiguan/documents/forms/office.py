"""Word to PDF through LibreOffice: one process and one profile each time, bounded in time and memory, without a network."""

from __future__ import annotations

import contextlib
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
from pathlib import Path

from guiguan.core.values.finding import Finding, InputError
from guiguan.documents.forms.faces import configuration

SECONDS = 60
PATIENCE = 10.0
"""Seconds that a request waits for its turn: many who ask at once never hold all that the site answers with."""
_AT_ONCE = threading.BoundedSemaphore(2)
_PLACES = (
    "/usr/bin",
    "/usr/local/bin",
    "/opt/libreoffice/program",
    "/Applications/LibreOffice.app/Contents/MacOS",
)
_START = "import sys; from guiguan.documents.forms.office_fence import run; run(sys.argv[1:])"


def office() -> str | None:
    """Where LibreOffice is; None where it is not installed."""
    return shutil.which("soffice", path=os.pathsep.join((*_PLACES, os.environ.get("PATH", ""))))


def pdf_of(docx: bytes) -> bytes:
    """The document as PDF. Raises InputError where LibreOffice is missing, fails or takes too long."""
    return converted(docx, "pdf")


def converted(content: bytes, to: str, suffix: str = ".docx") -> bytes:
    """The document in another format, as LibreOffice writes it. Raises InputError."""
    program = office()
    if program is None:
        raise InputError(
            Finding(
                "form.no-office",
                "本机没有安装 LibreOffice，不能生成 PDF。请下载 Word 版；管理员可运行 scripts/setup 安装",
                "LibreOffice is not installed here, so there is no PDF; download the Word file, or have scripts/setup install it",
            )
        )
    if not _AT_ONCE.acquire(timeout=PATIENCE):
        raise _busy()
    try:
        return _converted(program, content, to, suffix)
    finally:
        _AT_ONCE.release()


def _converted(program: str, content: bytes, to: str, suffix: str) -> bytes:
    with tempfile.TemporaryDirectory(prefix="guiguan-office-") as folder:
        home = Path(folder)
        (home / "fonts.conf").write_text(configuration(folder), "utf-8")
        source = home / f"form{suffix}"
        source.write_bytes(content)
        command = [
            sys.executable,
            "-I",
            "-c",
            _START,
            program,
            f"-env:UserInstallation=file://{home}/profile",
        ]
        command += [
            "--headless",
            "--norestore",
            "--nologo",
            "--convert-to",
            to,
            "--outdir",
            str(home / "out"),
            str(source),
        ]
        _run(command, home)
        made = home / "out" / f"form.{to.partition(':')[0]}"
        if not made.is_file():
            raise _failed()
        return made.read_bytes()


def _run(command: list[str], home: Path) -> None:
    environment = {
        "HOME": str(home),
        "TMPDIR": str(home),
        "PATH": "/usr/local/bin:/usr/bin:/bin",
        "LANG": "C.UTF-8",
        "FONTCONFIG_FILE": str(home / "fonts.conf"),
        "SAL_USE_VCLPLUGIN": "svp",
    }
    process = subprocess.Popen(  # noqa: S603  (a program of the machine, no shell, paths of ours)
        command,
        env=environment,
        cwd=home,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    try:
        process.wait(SECONDS)
    except subprocess.TimeoutExpired as error:
        raise _failed() from error
    finally:
        # LibreOffice's starter leaves the office itself behind: the whole group ends with it.
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()


def _busy() -> InputError:
    return InputError(
        Finding(
            "form.office-busy",
            "正在生成的 PDF 较多，请一分钟后再试，或先下载 Word 版",
            "many PDFs are being made at this moment; try again in a minute, or download the Word file",
        )
    )


def _failed() -> InputError:
    return InputError(
        Finding(
            "form.office-failed",
            "没有生成 PDF：LibreOffice 出错或超时。请稍后再试，或先下载 Word 版",
            "no PDF was made: LibreOffice failed or took too long; try again later, or download the Word file",
        )
    )
