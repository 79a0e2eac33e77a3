"""A replay's folder: written whole or not at all."""

from __future__ import annotations

import hashlib
import os
import shutil
import tarfile
import tempfile
from collections.abc import Iterable
from importlib import resources
from itertools import chain
from pathlib import Path

from guiguan.core.evidence.bundle import Sealed, manifest, parts, tar_member
from guiguan.core.evidence.logs import NOTE, Logs, manifest_text
from guiguan.core.values.finding import Finding, InputError, Place
from guiguan.documents.report import report
from guiguan.replay.inputs import ReadInputs
from guiguan.replay.tables_out import REJECTED, award_rows, funding_rows, rejected_rows, result_rows
from guiguan.tables.csv_out import write_csv

NAMES = (
    "result.csv",
    "awards.csv",
    "rejected.csv",
    "funding.csv",
    "result.json",
    "report.html",
    "evidence.tar",
)


OURS = ("result.csv", "result.json", "rejected.csv", "evidence.tar")
"""What every replay leaves behind, whatever the campaign."""


def require_free(out: Path) -> None:
    """Returns where `out` is absent, empty or an earlier replay's; otherwise InputError, and nothing is touched.

    An earlier replay's holds its evidence: a table of somebody else's that happens to be called result.csv is not ours.
    """
    if not out.exists() and not out.is_symlink():
        return
    strangers = [out.name]
    if out.is_dir() and not out.is_symlink():
        names = {p.name for p in out.iterdir()}
        strangers = sorted(names - set(NAMES) if set(OURS) <= names else names)
    if strangers:
        found = "、".join(strangers[:5])
        raise InputError(
            Finding(
                "replay.folder-in-use",
                f"输出目录里有不是本命令写的内容（{found}），为免覆盖已停止；请换一个空目录",
                f"the folder holds files that no replay wrote ({', '.join(strangers[:5])}); choose an empty one",
                Place(str(out)),
            )
        )


def write_replay(out: Path, read: ReadInputs, sealed: Sealed, lang: str, logs: Logs | None = None) -> None:
    """The folder `out` with everything in it, and the logs in the bundle where there are any. A failure on the way leaves what was there before.

    InputError where the place cannot be written to.
    """
    try:
        _write(out, read, sealed, lang, logs)
    except OSError as error:
        raise InputError(_unwritable(out, error)) from error


def _unwritable(out: Path, error: OSError) -> Finding:
    why = error.strerror or str(error)
    return Finding(
        "replay.unwritable",
        f"输出目录无法写入（{why}），原有内容没有改动；请检查磁盘空间和权限，或换一个目录",
        f"the output folder cannot be written ({why}); nothing was changed; check space and rights, or choose another",
        Place(str(out)),
    )


def _write(out: Path, read: ReadInputs, sealed: Sealed, lang: str, logs: Logs | None) -> None:
    out = out.absolute()
    out.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=f".{out.name}-", dir=out.parent) as scratch:
        made = Path(scratch) / "made"
        made.mkdir()
        b, o = sealed.inputs.blueprint, sealed.outcome
        write_csv(made / "result.csv", *result_rows(b, o))
        write_csv(made / "awards.csv", *award_rows(o))
        write_csv(made / "rejected.csv", REJECTED, rejected_rows(o, read.left_out, read.votes, lang))
        if b.funding:
            write_csv(made / "funding.csv", *funding_rows(o))
        _write_evidence(sealed, logs, made, Path(scratch) / "parts")
        (made / "report.html").write_text(report(b, sealed, read.left_out), encoding="utf-8")
        put_in_place(made, out, Path(scratch) / "before")


def put_in_place(made: Path, out: Path, before: Path) -> None:
    """`made` stands where `out` was, or `out` is as it was before; `before` is a free name on the same disk."""
    if out.exists():
        os.rename(out, before)
    try:
        os.rename(made, out)
    except BaseException:
        if before.exists():
            os.rename(before, out)
        raise


def _write_evidence(sealed: Sealed, logs: Logs | None, made: Path, scratch: Path) -> None:
    """`evidence.tar` and the same `result.json` beside it, piece by piece, so that a million ballots need little memory."""
    scratch.mkdir()
    files: list[tuple[str, int, str]] = []
    for path, pieces in chain(parts(sealed, explaining_texts()), logs.pieces.items() if logs else ()):
        files.append((path, *_digested(scratch / path, pieces)))
    listed = manifest(sealed, files)
    (scratch / "manifest.json").write_bytes(listed)
    unlisted = ["manifest.json"]
    if logs:
        text = manifest_text(sealed.inputs.blueprint.campaign, listed)
        (scratch / NOTE).write_bytes(logs.sign(text))
        unlisted.append(NOTE)
    shutil.copyfile(scratch / "result.json", made / "result.json")
    with tarfile.open(made / "evidence.tar", mode="w", format=tarfile.USTAR_FORMAT) as tar:
        for path in sorted([*(p for p, _, _ in files), *unlisted]):
            with (scratch / path).open("rb") as content:
                tar.addfile(tar_member(path, (scratch / path).stat().st_size), content)
    shutil.rmtree(scratch)


def _digested(path: Path, pieces: Iterable[bytes]) -> tuple[int, str]:
    digest = hashlib.sha256()
    size = 0
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("wb") as file:
        for piece in pieces:
            file.write(piece)
            digest.update(piece)
            size += len(piece)
    return size, digest.hexdigest()


def explaining_texts() -> dict[str, bytes]:
    """The files of a bundle that explain it: README, the specification and the verifier itself."""
    packaged = resources.files("guiguan") / "bundle"
    if packaged.is_dir():
        return {name: (packaged / name).read_bytes() for name in ("README.txt", "SPEC.md", "verify.py")}
    root = Path(__file__).resolve().parents[3]
    where = {
        "README.txt": "docs/spec/bundle-readme.txt",
        "SPEC.md": "docs/spec/evidence.md",
        "verify.py": "verifier/verify.py",
    }
    return {name: (root / path).read_bytes() for name, path in where.items()}
