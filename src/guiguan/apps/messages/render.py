"""Texts with their facts filled in. What people typed is inert: it is put in as text and never read as a pattern."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping
from string import Formatter

from guiguan.apps.messages.templates import ALWAYS, TEMPLATES
from guiguan.core.values.finding import Finding

SMS_LIMIT = 70  # characters of one Chinese text message; a longer one is sent, and paid for, in parts
_LONGEST_FACT = 20  # in a text message: a title of 300 characters would push out the sentence
_LONGEST_SUBJECT = 120
_TURNS = (
    "\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"  # would show a text in another order than it has
)


def allowed(template: str) -> tuple[str, ...]:
    """The names that a text of this event may use."""
    return (*TEMPLATES[template].names, *ALWAYS)


def filled(text: str, facts: Mapping[str, str]) -> str:
    """The text with each `{name}` replaced; `{{` and `}}` are braces. ValueError where it is not well formed, KeyError for a name without fact."""
    return "".join(
        before + ("" if name is None else _plain(name, spec, turn, facts))
        for before, name, spec, turn in Formatter().parse(text)
    )


def sms_text(text: str, facts: Mapping[str, str], site: str) -> str:
    """A text message: long facts cut, signed. A link is never cut."""
    short = {name: value if name == "link" else _short(one_line(value)) for name, value in facts.items()}
    return f"{one_line(filled(text, short))}【{site}】"


def subject_text(text: str, facts: Mapping[str, str]) -> str:
    """A subject on one line."""
    return one_line(filled(text, facts))[:_LONGEST_SUBJECT]


def body_text(text: str, facts: Mapping[str, str]) -> str:
    """A body; where a fact was empty (a message without link), no blank lines are left at its end."""
    return filled(text, {n: _no_control(v) for n, v in facts.items()}).strip()


def one_line(text: str) -> str:
    """The text without line ends and control characters: it can start neither a new header nor a new message."""
    return " ".join(_no_control(text).split())


def faults_of(template: str, text: str, *, field: str) -> list[Finding]:
    """Everything that keeps a text from being used for this event, each with the name of the field it stands in."""
    if not text.strip():
        return [
            Finding(
                "message.empty",
                f"{field}为空，请填写；要恢复原文请用“恢复默认”",
                f"{field} is empty; fill it in, or restore the shipped text",
            )
        ]
    try:
        parts = list(Formatter().parse(text))
    except ValueError:
        return [
            Finding(
                "message.braces",
                f"{field}中的花括号不成对；要写花括号本身，请写两遍：{{{{ 或 }}}}",
                f"the braces in {field} do not match; write a brace itself twice: {{{{ or }}}}",
            )
        ]
    wrong = [
        _written(name, spec, turn)
        for _, name, spec, turn in parts
        if name is not None and (name not in allowed(template) or spec or turn)
    ]
    return [_unknown(field, one, allowed(template)) for one in dict.fromkeys(wrong)]


def _unknown(field: str, found: str, names: Iterable[str]) -> Finding:
    listed = "、".join(f"{{{n}}}" for n in names)
    return Finding(
        "message.variable",
        f"{field}中的 {found} 不能用在这里；可用的有 {listed}",
        f"{found} in {field} cannot be used here; these can: {listed}",
    )


def _written(name: str, spec: str | None, turn: str | None) -> str:
    return "{" + name + (f"!{turn}" if turn else "") + (f":{spec}" if spec else "") + "}"


def _plain(name: str, spec: str | None, turn: str | None, facts: Mapping[str, str]) -> str:
    if spec or turn:
        raise ValueError(_written(name, spec, turn))
    return facts[name]


def _short(value: str) -> str:
    return value if len(value) <= _LONGEST_FACT else value[: _LONGEST_FACT - 1] + "…"


def _no_control(text: str) -> str:
    """Line ends of every kind become a line feed; other control and direction-turning characters go."""
    lines = re.sub(r"\r\n?|[\x0b\x0c\x85\u2028\u2029]", "\n", text)
    return "".join(
        c for c in lines if c == "\n" or (unicodedata.category(c) not in ("Cc", "Cs") and c not in _TURNS)
    )
