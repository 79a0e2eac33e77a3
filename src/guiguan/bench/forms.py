"""5,000 mutated Word forms and Excel files through the reading path: no exception, no hang, and what is said fits the form.

`python -m guiguan.bench.forms 500` runs fewer. The good form is filled here, so the same seed gives the same bytes.
"""

from __future__ import annotations

import io
import os
import random
import re
import sys
import tempfile
import time
import zipfile
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from guiguan.bench.figure import Figure
from guiguan.bench.uploads import good_file, mutated
from guiguan.core.blueprint.form import UploadField
from guiguan.core.blueprint.load import load_blueprint
from guiguan.core.blueprint.model import Blueprint
from guiguan.core.entries.answers import fits
from guiguan.documents.forms.answers import printed
from guiguan.documents.forms.faces import Faces
from guiguan.documents.forms.fill import fill
from guiguan.documents.forms.layout import Layout, layout_of
from guiguan.documents.forms.package import zipped
from guiguan.documents.forms.readback import read_back
from guiguan.documents.forms.shipped import names_of, template_of
from guiguan.documents.intake.check import check_upload
from guiguan.documents.intake.verdict import Refused
from guiguan.shipped import shipped_blueprint

FILES, SEED = 5_000, 4
_ONE_XLSX_IN = 5
_NUMBERS = ("0", "-1", "2", "7", "99999", "99999999999999999999", "x", "")
_ODD = (
    "☑",
    "□",
    "√",
    "案例名称：",
    "（",
    "）",
    "：",
    "\u200b",
    "\u202e",
    "　" * 50,
    "_" * 200,
    "无",
    "9" * 5000,
)


@dataclass(frozen=True)
class Round:
    """What came of one run. `unfit`: answers that are not of their field's kind."""

    seconds: float
    crashes: int
    hangs: int
    unfit: int
    outcomes: Counter[str]


def measure(files: int = FILES) -> list[Figure]:
    """The figures of one run over so many files."""
    ran = run(files)
    return [
        Figure("files", "", files),
        Figure("files_per_second", "1/s", files / ran.seconds, "higher"),
        Figure("crashes", "", ran.crashes, required=0),
        Figure("hangs", "", ran.hangs, required=0),
        Figure("unfit_answers", "", ran.unfit, required=0),
        Figure("read", "", ran.outcomes["docx read"]),
        Figure("refused", "", sum(n for o, n in ran.outcomes.items() if "refused" in o)),
    ]


def run(files: int, *, seed: int = SEED, workers: int | None = None) -> Round:
    """So many mutated files read, several at a time, each from a seed of its own."""
    began = time.perf_counter()
    with tempfile.TemporaryDirectory() as folder, ThreadPoolExecutor(workers or os.cpu_count()) as pool:
        outcomes = Counter(
            pool.map(lambda i: _outcome(f"{seed}/{i}", Path(folder) / f"{i}.file"), range(files))
        )

    def ending(word: str) -> int:
        return sum(n for outcome, n in outcomes.items() if outcome.endswith(word))

    return Round(time.perf_counter() - began, ending("crash"), ending("timeout"), ending("unfit"), outcomes)


def _outcome(seed: str, path: Path) -> str:
    chance = random.Random(seed)  # noqa: S311  (reproducible, not secret)
    kind = "xlsx" if chance.randrange(_ONE_XLSX_IN) == 0 else "docx"
    path.write_bytes(mutated(good_file("xlsx"), "xlsx", chance) if kind == "xlsx" else mutated_form(chance))
    try:
        result = _checked(path) if kind == "xlsx" else _read(path)
    except Exception as error:  # what the benchmark is there to find
        print(f"{kind} {seed}: {error!r}", file=sys.stderr)
        result = "crash"
    path.unlink()
    return f"{kind} {result}"


def _checked(path: Path) -> str:
    verdict = check_upload(path, "清单.xlsx", work=path.parent)
    return f"refused {verdict.reason}" if isinstance(verdict, Refused) else "accepted"


def _read(path: Path) -> str:
    blueprint, layout = _form()
    found = read_back(path, blueprint, layout)
    if isinstance(found, Refused):
        return f"refused {found.reason}"
    known = {f.id: f for f in blueprint.form if not isinstance(f, UploadField)}
    return "read" if all(f.state != "read" or fits(known[n], f.value) for n, f in found.items()) else "unfit"


@cache
def _form() -> tuple[Blueprint, Layout]:
    content, layout = shipped_blueprint("guangxi-2021"), layout_of("guangxi_case")
    assert content is not None
    assert layout is not None
    blueprint = load_blueprint(content, "guangxi-2021").blueprint
    assert blueprint is not None
    return blueprint, layout


@cache
def good_form() -> bytes:
    """A filled form of ours."""
    blueprint, layout = _form()
    texts = {f.id: f"{f.id}的内容" for f in blueprint.form if f.kind in ("text", "person", "organisation")}
    given = texts | {
        "nature": "事业单位",
        "investment": "120.5",
        "partners": ["甲公司", "乙公司"],
        "patents": "3",
    }
    return fill(template_of(layout, names_of(blueprint)), printed(blueprint, given, layout), Faces(None, ()))


def mutated_form(chance: random.Random) -> bytes:
    """The good form with its document part changed and packed anew; now and then the file itself is damaged."""
    with zipfile.ZipFile(io.BytesIO(good_form())) as held:
        parts = {m.filename: held.read(m) for m in held.infolist()}
    document = parts["word/document.xml"].decode()
    for _ in range(chance.choice((1, 1, 2, 4, 8))):
        document = chance.choice(_WAYS)(document, chance)
    content = zipped(parts | {"word/document.xml": document.encode("utf-8", "surrogatepass")})
    return mutated(content, "docx", chance) if chance.random() < 0.1 else content


def _drop_element(text: str, chance: random.Random) -> str:
    name = chance.choice(("w:tr", "w:tc", "w:p", "w:r", "w:sdt", "w:tcPr", "w:tbl"))
    found = [m.span() for m in re.finditer(rf"<{name}[ >](?:(?!<{name}[ >]).)*?</{name}>", text, re.S)]
    if not found:
        return text
    start, end = chance.choice(found)
    return text[:start] + text[end:]


def _double_element(text: str, chance: random.Random) -> str:
    name = chance.choice(("w:tr", "w:tc", "w:p", "w:r", "w:sdt"))
    found = [m.span() for m in re.finditer(rf"<{name}[ >](?:(?!<{name}[ >]).)*?</{name}>", text, re.S)]
    if not found:
        return text
    (start, end), at = chance.choice(found), chance.choice(found)[0]
    return text[:at] + text[start:end] * chance.choice((1, 2, 50)) + text[at:]


def _odd_number(text: str, chance: random.Random) -> str:
    found = [m.span(1) for m in re.finditer(r'w:val="(\d+)"', text)]
    start, end = chance.choice(found) if found else (0, 0)
    return text[:start] + chance.choice(_NUMBERS) + text[end:] if found else text


def _odd_words(text: str, chance: random.Random) -> str:
    found = [m.start() for m in re.finditer("</w:t>", text)]
    at = chance.choice(found) if found else 0
    return text[:at] + chance.choice(_ODD) + text[at:] if found else text


def _merge(text: str, chance: random.Random) -> str:
    found = [m.start() for m in re.finditer("</w:tcPr>", text)]
    at = chance.choice(found) if found else 0
    mark = chance.choice(("<w:vMerge/>", '<w:vMerge w:val="restart"/>', '<w:gridSpan w:val="3"/>'))
    return text[:at] + mark + text[at:] if found else text


def _cut(text: str, chance: random.Random) -> str:
    at = chance.randrange(len(text) or 1)
    return text[:at] + text[at + chance.randint(1, 400) :]


def _deeper(text: str, chance: random.Random) -> str:
    found = [m.start() for m in re.finditer("<w:tc>", text)]
    at = chance.choice(found) + len("<w:tc>") if found else 0
    depth = chance.choice((1, 3, 20, 300))
    return (
        text[:at] + "<w:tbl><w:tr><w:tc>" * depth + "<w:p/>" + "</w:tc></w:tr></w:tbl>" * depth + text[at:]
        if found
        else text
    )


_WAYS: tuple[Callable[[str, random.Random], str], ...] = (
    _drop_element,
    _double_element,
    _odd_number,
    _odd_words,
    _merge,
    _cut,
    _deeper,
)

if __name__ == "__main__":
    for figure in measure(int(sys.argv[1]) if len(sys.argv) > 1 else FILES):
        print(f"{figure.id}: {figure.value} {figure.unit}")
