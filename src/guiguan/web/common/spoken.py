"""Chinese that people wrote, on a page in English, is marked as Chinese: a screen reader then speaks it so (WCAG 3.1.2).

It is done once, on the finished page, and not in every template: decision 0022.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.utils.translation import get_language

Answer = Callable[[HttpRequest], HttpResponse]

_HAN = "\u2e80-\u2fdf\u3005-\u3007\u3400-\u9fff\uf900-\ufaff"
_WIDE = f"{_HAN}\u2014\u2018-\u201d\u2026\u3000-\u303f\uff00-\uffef"
_HAS = re.compile(f"[{_HAN}]")
_RUN = re.compile(f"[{_WIDE}]+(?:[^A-Za-z<&\n]*[{_WIDE}])*")
"""From the first wide character to the last, with digits and spaces between, and no Latin letter. Nothing is looked for before or
behind it: however long a row of marks somebody types, it is read once."""
_TOKEN = re.compile(r"(<!--.*?-->|<[^>]*>)", re.DOTALL)
_TAG = re.compile(r"<(/?)([a-zA-Z][a-zA-Z0-9-]*)")
_LANG = re.compile(r"""\slang=["']?([a-zA-Z-]+)""")
_RAW = ("script", "style", "textarea", "title")  # hold text alone: there is no place for a mark
_VOID = frozenset(
    [
        "area",
        "base",
        "br",
        "col",
        "embed",
        "hr",
        "img",
        "input",
        "link",
        "meta",
        "source",
        "track",
        "wbr",
        "use",
        "path",
    ]
)


def marked(page: str) -> str:
    """The page with every run of Chinese that stands in no element of that language inside one of its own."""
    made: list[str] = []
    within: list[tuple[str, bool]] = []  # open elements, and whether what they hold is known to be Chinese
    for n, token in enumerate(_TOKEN.split(page)):
        if n % 2:
            _step(token, within)
            made.append(token)
        elif not _HAS.search(token) or (within and (within[-1][1] or within[-1][0] in _RAW)):
            made.append(token)
        elif within and within[-1][0] == "option":
            made[-1] = made[-1].replace("<option", '<option lang="zh-Hans"', 1)
            made.append(token)
        else:
            made.append(_RUN.sub(_mark, token))
    return "".join(made)


def _mark(found: re.Match[str]) -> str:
    return f'<span lang="zh-Hans">{found[0]}</span>' if _HAS.search(found[0]) else found[0]


def _step(token: str, within: list[tuple[str, bool]]) -> None:
    """The tag is taken into account."""
    tag = _TAG.match(token)
    if tag is None:
        return
    name = tag[2].lower()
    if within and within[-1][0] in _RAW and not (tag[1] and name == within[-1][0]):
        return  # a tag inside a script is no tag
    if tag[1]:
        while within and within.pop()[0] != name:
            pass
    elif name not in _VOID and not token.endswith("/>"):
        language = _LANG.search(token)
        chinese = language[1].lower().startswith("zh") if language else bool(within and within[-1][1])
        within.append((name, chinese))


def chinese_marked(answer: Answer) -> Answer:
    """Pages in another language than Chinese come with their Chinese marked. Stands inside what counts a page's length."""

    def wrapped(request: HttpRequest) -> HttpResponse:
        response = answer(request)
        html = response.headers.get("Content-Type", "").startswith("text/html")
        if html and not response.streaming and get_language() != "zh-hans":
            response.content = marked(response.content.decode(response.charset)).encode(response.charset)
        return response

    return wrapped
