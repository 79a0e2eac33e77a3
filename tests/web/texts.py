"""The catalogues brought up to date and compiled: `python tests/web/texts.py`. Prints what has no English yet."""

from __future__ import annotations

import ast
import io
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.extract import extract
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po
from django.utils.translation.template import templatize

SOURCE = Path(__file__).resolve().parents[2] / "src" / "guiguan"
LOCALES = SOURCE / "web" / "locale"
ENGLISH = LOCALES / "en" / "LC_MESSAGES" / "django.po"
CHINESE = LOCALES / "zh_Hans" / "LC_MESSAGES" / "django.po"
"""Our Chinese for texts of the sign-in library; edited by hand."""
DESIGN_PAGE = ("design.html", "guiguan_design.py")
"""The page that shows the parts with invented contents stays Chinese."""
KEYWORDS = {
    "_": None,
    "_lazy": None,
    "gettext": None,
    "gettext_lazy": None,
    "gettext_noop": None,
    "ngettext": (1, 2),
    "pgettext": ((1, "c"), 2),
    "npgettext": ((1, "c"), 2, 3),
}
"""How templates (after `templatize`) and modules mark a text."""
Text = str | tuple[str, ...]


def blank(locale: str, comment: str) -> Catalog:
    """A catalogue whose head never changes by itself, so that equal texts make equal files."""
    day = datetime(2026, 11, 20, tzinfo=UTC)
    return Catalog(
        locale=locale,
        header_comment=f"# {comment}",
        project="guiguan",
        version="1",
        last_translator="guiguan",
        language_team="guiguan",
        msgid_bugs_address="-",
        creation_date=day,
        revision_date=day,
        fuzzy=False,
    )


def collected() -> Catalog:
    """Every text of templates and modules that is to be translated, with its places."""
    catalog = blank("en", "English of the pages. Renewed and compiled by tests/web/texts.py.")
    for place, text, context in _found():
        forms = (text,) if isinstance(text, str) else text
        flags = ("python-format",) if any("%(" in form for form in forms) else ()
        catalog.add(text, locations=[(place, 0)], context=context, flags=flags)
    return catalog


def sources() -> list[Path]:
    """Templates and modules whose texts people read on pages."""
    files = [*sorted((SOURCE / "web").rglob("*.html")), *sorted((SOURCE / "web").rglob("*.py"))]
    files += sorted((SOURCE / "apps").rglob("*.py"))
    return [f for f in files if f.name not in DESIGN_PAGE and "migrations" not in f.parts]


def _found() -> Iterator[tuple[str, Text, str | None]]:
    for file in sources():
        place, content = file.relative_to(SOURCE).as_posix(), file.read_text(encoding="utf-8")
        for text, context in _of_template(file, content) if file.suffix == ".html" else of_module(content):
            yield place, text, context


def _of_template(file: Path, content: str) -> Iterator[tuple[Text, str | None]]:
    marked = "\n".join(line.strip() for line in templatize(content, origin=str(file)).splitlines())
    for _line, text, _comments, context in extract("python", io.BytesIO(marked.encode()), keywords=KEYWORDS):
        yield text, context


def of_module(content: str) -> Iterator[tuple[Text, str | None]]:
    """Calls whose texts are written out; `_(WORDS[kind])` looks up what is marked elsewhere."""
    for call in ast.walk(ast.parse(content)):
        if not (isinstance(call, ast.Call) and isinstance(call.func, ast.Name) and call.func.id in KEYWORDS):
            continue
        texts = [a.value for a in call.args if isinstance(a, ast.Constant) and isinstance(a.value, str)]
        context = texts.pop(0) if texts and "pgettext" in call.func.id else None
        if texts:
            yield (texts[0], texts[1]) if call.func.id.startswith("n") else texts[0], context


def kept(po: Path = ENGLISH) -> Catalog:
    """The catalogue as it is kept."""
    locale = po.parents[1].name
    if not po.exists():
        return Catalog(locale=locale)
    with po.open("rb") as content:
        return read_po(content, locale=locale)


def renewed() -> Catalog:
    """What the pages say today, with the English that is known."""
    fresh, old = collected(), kept()
    for message in fresh:
        before = old.get(message.id, message.context) if message.id else None
        if before is not None and isinstance(before.id, tuple) == isinstance(message.id, tuple):
            message.string = before.string
    return fresh


def rekept() -> Catalog:
    """The texts of the sign-in library in our Chinese, under a head that never changes."""
    catalog = blank(
        "zh_Hans",
        "Our Chinese for texts of the sign-in library. Edited by hand, compiled by tests/web/texts.py.",
    )
    for message in kept(CHINESE):
        if message.id:
            catalog.add(message.id, message.string, flags=message.flags, context=message.context)
    return catalog


def untranslated(catalog: Catalog) -> list[str]:
    """Texts without English, by their Chinese."""
    return [
        str(m.id)
        for m in catalog
        if m.id and not (all(m.string) if isinstance(m.string, tuple) else m.string)
    ]


def written(catalog: Catalog) -> bytes:
    """The file for translators, sorted, one line for each text."""
    out = io.BytesIO()
    write_po(out, catalog, width=0, sort_output=True, no_location=True)
    return out.getvalue()


def compiled(catalog: Catalog) -> bytes:
    """The file that the site reads."""
    out = io.BytesIO()
    write_mo(out, catalog)
    return out.getvalue()


def main() -> int:
    for po, catalog in ((ENGLISH, renewed()), (CHINESE, rekept())):
        po.write_bytes(written(catalog))
        po.with_suffix(".mo").write_bytes(compiled(kept(po)))
    missing = untranslated(kept())
    sys.stdout.write("".join(f"{text}\n" for text in missing))
    sys.stderr.write(f"{len(missing)} untranslated of {len(kept())}\n")
    return 1 if missing else 0


if __name__ == "__main__":
    sys.exit(main())
