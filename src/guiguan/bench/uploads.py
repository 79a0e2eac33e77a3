"""20,000 mutated uploads of all five kinds through the real intake: no exception, no hang, nothing active accepted.

`python -m guiguan.bench.uploads 2000` runs fewer. The good files are made here, so the same seed gives the same bytes.
"""

from __future__ import annotations

import io
import logging
import os
import random
import re
import statistics
import sys
import tempfile
import time
import zipfile
import zlib
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from PIL import Image

from guiguan.bench.figure import Figure
from guiguan.documents.intake.check import check_upload
from guiguan.documents.intake.ooxml import MAIN
from guiguan.documents.intake.pdf import simplest_pdf
from guiguan.documents.intake.verdict import KINDS, Accepted, Kind

FILES, SEED = 20_000, 35
_RELATION = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_FRAGMENTS: tuple[bytes, ...] = (
    b'<!DOCTYPE a [<!ENTITY b SYSTEM "file:///etc/passwd">]>',
    b"/OpenAction<</S/JavaScript/JS(app.alert(1))>>",
    b"/AA<</O<</S/Launch/F(cmd.exe)>>>>",
    b"<script>alert(1)</script>",
    b"<?php system($_GET[0]); ?>",
    b"PK\x03\x04\x14\0\0\0\0\0",
    b"\xff\xe1\x10\x00Exif\0\0II*\0\x08\0\0\0",
    b"9" * 40,
    b"\xff" * 64,
    b"\0" * 64,
)
_HOSTILE_PARTS: tuple[tuple[str, bytes], ...] = (
    ("word/vbaProject.bin", b"\xd0\xcf\x11\xe0"),
    ("../../evil.xml", b"<a/>"),
    ("word/embeddings/oleObject1.bin", b"x"),
    ("word/extra.xml", b"<!DOCTYPE a><a/>"),
    ("word/extra.xml", '<?xml version="1.0"?><!DOCTYPE a><a/>'.encode("utf-16")),
    ("word/zeros.bin", bytes(3_000_000)),
)


@dataclass(frozen=True)
class Round:
    """What came of one run: exceptions, refusals for time, processes that died, accepted files with something active."""

    seconds: float
    crashes: int
    hangs: int
    died: int
    active: int
    outcomes: Counter[str]


def measure(files: int = FILES) -> list[Figure]:
    """The figures of one run over so many files."""
    ran = run(files)
    return [
        Figure("files", "", files),
        Figure("files_per_second", "1/s", files / ran.seconds, "higher"),
        Figure("crashes", "", ran.crashes, required=0),
        Figure("hangs", "", ran.hangs, required=0),
        Figure("active_accepted", "", ran.active, required=0),
        Figure("child_died", "", ran.died),
        Figure("accepted", "", sum(n for what, n in ran.outcomes.items() if what.endswith(" accepted"))),
        *(Figure(f"one_check_{kind}", "ms", 1000 * _one_check(kind)) for kind in KINDS),
    ]


def run(files: int, *, seed: int = SEED, workers: int | None = None) -> Round:
    """So many mutated files checked, several at a time, each from a seed of its own."""
    deaths = _Deaths()
    log = logging.getLogger("guiguan.intake")
    log.addHandler(deaths)
    began = time.perf_counter()
    with tempfile.TemporaryDirectory() as folder, ThreadPoolExecutor(workers or os.cpu_count()) as pool:
        outcomes = Counter(pool.map(lambda i: _outcome(f"{seed}/{i}", Path(folder) / str(i)), range(files)))
    log.removeHandler(deaths)
    count = {what: sum(n for o, n in outcomes.items() if o.endswith(what)) for what in ("crash", "leak")}
    hangs = sum(n for o, n in outcomes.items() if o.endswith("timeout"))
    return Round(time.perf_counter() - began, count["crash"], hangs, deaths.seen, count["leak"], outcomes)


class _Deaths(logging.Handler):
    """Counts the processes that ended without an answer."""

    def __init__(self) -> None:
        super().__init__()
        self.seen = 0

    def emit(self, record: logging.LogRecord) -> None:
        self.seen += "ended with" in str(record.msg)


def _outcome(seed: str, work: Path) -> str:
    kind, content = mutated_file(random.Random(seed))  # noqa: S311  (reproducible, not secret)
    work.mkdir()
    path = work / "upload"
    path.write_bytes(content)
    try:
        verdict = check_upload(path, f"文件.{kind}", work=work)
    except Exception as error:  # what the benchmark is there to find
        print(f"{kind} {seed}: {error!r}", file=sys.stderr)
        return f"{kind} crash"
    if not isinstance(verdict, Accepted):
        result = f"{kind} {verdict.reason}"
    elif traces(verdict.replaced_by or path, kind):
        print(f"{kind} {seed}: something active was accepted", file=sys.stderr)
        result = f"{kind} leak"
    else:
        result = f"{kind} accepted"
    for left in work.iterdir():
        left.unlink()
    return result


def mutated_file(chance: random.Random) -> tuple[Kind, bytes]:
    """A good file of some kind with something done to it; now and then nothing."""
    kind = chance.choice(KINDS)
    return kind, mutated(good_file(kind), kind, chance)


def mutated(content: bytes, kind: Kind, chance: random.Random) -> bytes:
    """The file with something done to it; now and then nothing."""
    if kind in ("docx", "xlsx") and chance.random() < 0.6:
        content = _repacked(content, chance)  # flipped bytes alone would never get past the checksums
    elif chance.random() < 0.98:
        for _ in range(chance.choice((1, 1, 2, 5))):
            content = chance.choice(_WAYS)(content, chance)
    return content


def _flip(content: bytes, chance: random.Random) -> bytes:
    changed = bytearray(content or b"\0")
    for _ in range(chance.randint(1, 16)):
        changed[chance.randrange(len(changed))] ^= 1 << chance.randrange(8)
    return bytes(changed)


def _cut(content: bytes, chance: random.Random) -> bytes:
    start, end = sorted(chance.randint(0, len(content)) for _ in range(2))
    return content[:start] + content[end:] if chance.random() < 0.5 else content[:end]


def _insert(content: bytes, chance: random.Random) -> bytes:
    at = chance.choice((chance.randint(0, len(content)), len(content)))
    return content[:at] + chance.choice(_FRAGMENTS) + content[at:]


def _splice(content: bytes, chance: random.Random) -> bytes:
    other = good_file(chance.choice(KINDS))
    at = chance.randint(0, len(content))
    return content[:at] + other[chance.randint(0, len(other)) :]


_WAYS: tuple[Callable[[bytes, random.Random], bytes], ...] = (_flip, _flip, _cut, _insert, _splice)


def _repacked(content: bytes, chance: random.Random) -> bytes:
    parts = [(name, body) for name, body in _parts(content)]
    if chance.random() < 0.4:
        parts.append(chance.choice(_HOSTILE_PARTS))
    else:
        at = chance.randrange(len(parts))
        parts[at] = (parts[at][0], chance.choice(_WAYS)(parts[at][1], chance))
    return packed(parts)


def _parts(content: bytes) -> Iterator[tuple[str, bytes]]:
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        for member in archive.infolist():
            yield member.filename, archive.read(member)


def packed(parts: list[tuple[str, bytes]]) -> bytes:
    """A zip archive of these parts, the same bytes every time."""
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, body in parts:
            archive.writestr(zipfile.ZipInfo(name), body, zipfile.ZIP_DEFLATED)
    return made.getvalue()


def office_parts(kind: Kind) -> list[tuple[str, bytes]]:
    """The parts of a small document or workbook."""
    main = {"docx": "word/document.xml", "xlsx": "xl/workbook.xml"}[kind]
    head = '<?xml version="1.0" encoding="UTF-8"?>'
    types = "http://schemas.openxmlformats.org/package/2006/content-types"
    links = "http://schemas.openxmlformats.org/package/2006/relationships"
    body = {
        "docx": '<w:document xmlns:w="w"><w:body><w:p><w:r><w:t>案例简介</w:t></w:r></w:p></w:body></w:document>',
        "xlsx": '<workbook xmlns="x"><sheets><sheet name="案例" sheetId="1"/></sheets></workbook>',
    }[kind]
    return [
        (
            "[Content_Types].xml",
            f'{head}<Types xmlns="{types}"><Default Extension="xml" ContentType="application/xml"/>'
            f'<Override PartName="/{main}" ContentType="{MAIN[kind]}"/></Types>'.encode(),
        ),
        (
            "_rels/.rels",
            f'{head}<Relationships xmlns="{links}"><Relationship Id="a" Type="{_RELATION}/officeDocument" '
            f'Target="{main}"/></Relationships>'.encode(),
        ),
        (main, (head + body).encode()),
    ]


def good_file(kind: Kind) -> bytes:
    """A small file of the kind that the intake accepts."""
    if kind in ("docx", "xlsx"):
        return packed(office_parts(kind))
    if kind == "pdf":
        drawing = zlib.compress(b"0 0 m 200 100 l S\n" * 20)
        stream = b"<</Length %d/Filter/FlateDecode>>stream\n%b\nendstream" % (len(drawing), drawing)
        return simplest_pdf(stream, page=b"/Contents 4 0 R")
    return picture(kind, 40, 30)


def picture(kind: Kind, width: int, height: int) -> bytes:
    """A picture with a gradient, a JPEG with Exif."""
    made = io.BytesIO()
    image = Image.linear_gradient("L").resize((width, height)).convert("RGB")
    if kind == "jpg":
        exif = Image.Exif()
        exif[0x010E] = "GPS 39.9 116.4"
        image.save(made, "JPEG", exif=exif)
    else:
        image.save(made, "PNG")
    return made.getvalue()


_IN_PDF = re.compile(rb"/S\s*/(JavaScript|Launch)\b|/(JS|XFA)\s*[(\[]")
_IN_PICTURE = re.compile(rb"<script|<\?php|<!DOCTYPE|Exif\x00|PK\x03\x04|GPS 39")


def traces(path: Path, kind: Kind) -> list[str]:
    """What is active or private in an accepted file, searched independently of the intake; none must be found."""
    content = path.read_bytes()
    if kind in ("docx", "xlsx"):
        parts = list(_parts(content))
        found = [name for name, body in parts if re.search(rb"<!DOCTYPE", body.replace(b"\0", b""))]
        return found + [name for name, _ in parts if re.search(r"vba|\.\.|embeddings", name)]
    pattern = _IN_PDF if kind == "pdf" else _IN_PICTURE
    return [match[0].decode(errors="replace") for match in pattern.finditer(content)]


def _one_check(kind: Kind) -> float:
    """Seconds of one check of a small good file, alone: nearly all of it is the start of the process."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "upload"
        path.write_bytes(good_file(kind))
        seconds = []
        for _ in range(9):
            start = time.perf_counter()
            verdict = check_upload(path, f"a.{kind}", work=Path(folder))
            seconds.append(time.perf_counter() - start)
            if not isinstance(verdict, Accepted):
                raise RuntimeError(f"the good {kind} was refused: {verdict.finding.en}")
    return statistics.median(seconds)


if __name__ == "__main__":
    wanted = int(sys.argv[1]) if len(sys.argv) > 1 else FILES
    for figure in measure(wanted):
        print(f"{figure.id}: {figure.value:.3f} {figure.unit}")
