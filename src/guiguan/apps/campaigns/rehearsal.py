"""A version tried out on made-up inputs, in a process of its own with limits; what came out is kept by the text's digest."""

from __future__ import annotations

import os
import resource
import shutil
import subprocess
import sys
import tempfile
import threading
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings
from django.db import transaction

from guiguan.apps.accounts.models import Person
from guiguan.apps.accounts.permission import ask
from guiguan.apps.audit.services import record
from guiguan.apps.campaigns.models import Version
from guiguan.core.permissions.table import About
from guiguan.core.values.finding import Finding, InputError

ENTRIES, VOTERS = 60, 300
SECONDS = 60
FILE_BYTES = 200 * 2**20
MEMORY_BYTES = 2 * 2**30
_KEPT = {
    "report.txt": "out/report.txt",
    "report.html": "out/result/report.html",
    "findings.txt": "findings.txt",
}
_one_at_a_time = threading.Lock()


@dataclass(frozen=True)
class Rehearsal:
    """What a rehearsal said: its findings line by line, its report in words, and where the full report lies."""

    findings: tuple[str, ...]
    report: str
    page: Path


def rehearsal_of(version: Version) -> Rehearsal | None:
    """The rehearsal kept for the version's text, or None. The same text always rehearses alike."""
    folder = _folder(version)
    if not (folder / "report.html").is_file():
        return None
    said = (folder / "findings.txt").read_text(encoding="utf-8").splitlines()
    return Rehearsal(
        # what is said of the made-up inputs themselves is nobody's business
        tuple(f.removeprefix("./") for f in said if f.strip() and not f.startswith("out/")),
        (folder / "report.txt").read_text(encoding="utf-8"),
        folder / "report.html",
    )


def rehearse_version(by: Person, at: int, version: Version) -> Rehearsal:
    """The version has been rehearsed. Raises Forbidden; InputError where it fails, takes too long, or another one is running."""
    ask(by, "campaign.draft", About(campaign=version.campaign_id))
    kept = rehearsal_of(version)
    if kept is not None:
        return kept
    if not _one_at_a_time.acquire(blocking=False):
        raise InputError(
            Finding(
                "campaign.rehearsal-busy",
                "正在演练另一份蓝图，请过一分钟再试",
                "another blueprint is being rehearsed; try again in a minute",
            )
        )
    try:
        _run(version)
    finally:
        _one_at_a_time.release()
    with transaction.atomic():
        record(
            str(by.pk),
            at,
            "campaign.rehearse",
            f"campaign:{version.campaign_id}",
            campaign=version.campaign_id,
            sha256=version.sha256,
            version=version.number,
        )
    made = rehearsal_of(version)
    assert made is not None  # `_run` has put it there
    return made


def _folder(version: Version) -> Path:
    return Path(settings.GUIGUAN_DATA) / "rehearsals" / version.sha256


def _run(version: Version) -> None:
    """The three files lie in the version's folder, whole. The process sees no setting and no secret of the site."""
    target = _folder(version)
    target.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    with tempfile.TemporaryDirectory(prefix=".run-", dir=target.parent) as scratch:
        work = Path(scratch)
        (work / "blueprint.yaml").write_text(version.text, encoding="utf-8", newline="")
        (work / "findings.txt").write_text(_process(work), encoding="utf-8")
        made = work / "made"
        made.mkdir()
        for name, source in _KEPT.items():
            shutil.move(work / source, made / name)
        if not target.exists():  # another worker may have been quicker, with the same bytes
            made.rename(target)


def _process(work: Path) -> str:
    """What the rehearsal said to standard error. InputError where it did not end well."""
    sizes = ["--entries", str(ENTRIES), "--voters", str(VOTERS)]
    command = [sys.executable, "-m", "guiguan", "rehearse", "./blueprint.yaml", "--out", "out", *sizes]
    seen = {k: os.environ[k] for k in ("PATH", "LANG", "LC_ALL", "PYTHONPATH", "HOME") if k in os.environ}
    with subprocess.Popen(  # noqa: S603  (our own module, on a file of our own)
        command,
        cwd=work,
        env=seen | {"PYTHONUTF8": "1"},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
        encoding="utf-8",
    ) as process:
        resource.prlimit(process.pid, resource.RLIMIT_CPU, (SECONDS, SECONDS))
        resource.prlimit(process.pid, resource.RLIMIT_AS, (MEMORY_BYTES, MEMORY_BYTES))
        resource.prlimit(process.pid, resource.RLIMIT_FSIZE, (FILE_BYTES, FILE_BYTES))
        try:
            _, said = process.communicate(timeout=SECONDS)
        except subprocess.TimeoutExpired:
            process.kill()
            raise InputError(
                Finding(
                    "campaign.rehearsal-slow",
                    f"演练超过 {SECONDS} 秒，已停止；请用命令行 guiguan rehearse 在自己的电脑上演练",
                    f"the rehearsal took more than {SECONDS} seconds and was stopped; run guiguan rehearse on your own computer",
                )
            ) from None
    if process.returncode != 0:
        raise InputError(
            Finding(
                "campaign.rehearsal-failed",
                f"演练没有完成：{said.strip()[-500:]}",
                f"the rehearsal did not end well: {said.strip()[-500:]}",
            )
        )
    return said
