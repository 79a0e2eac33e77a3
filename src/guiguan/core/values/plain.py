"""Texts that people write: what every database can keep, with one kind of line end."""

from __future__ import annotations

from guiguan.core.values.finding import Finding


def plain(text: str) -> str:
    """The text without blanks around it; NUL, which PostgreSQL does not keep, is shown as unreadable."""
    return text.replace("\r\n", "\n").replace("\x00", "\ufffd").strip()


def unkept(rule: str, text: str, *, zh: str, en: str) -> list[Finding]:
    """Why the text cannot be kept as it is: it holds NUL or half a character, which come from damaged files and broken programs.
    `zh` and `en` name what the text is; nothing where all of it can be kept."""
    for place, character in enumerate(text, 1):
        if character == "\x00" or "\ud800" <= character <= "\udfff":
            return [
                Finding(
                    rule,
                    f"{zh}的第 {place} 个字符无法识别（多半是从损坏的文件粘贴来的），请删去后再提交",
                    f"character {place} of {en} cannot be kept (it often comes from a damaged file); delete it and send again",
                )
            ]
    return []
