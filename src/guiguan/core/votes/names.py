"""What can be the name of a case on a ballot: what a table of ballots holds as one name, and reads as that name again."""

from __future__ import annotations

import re
import unicodedata

LONGEST = 64
_USUAL = re.compile(r"[!-:<-~]{1,64}")


def is_name(text: str) -> bool:
    """Whether the text could name a case: of 1 to 64 printable characters in NFC, without white space around it and without the
    semicolons that stand between names."""
    if _USUAL.fullmatch(text):
        return True
    return (
        0 < len(text) <= LONGEST
        and text.isprintable()
        and text == text.strip()
        and not {";", "；"} & set(text)
        and unicodedata.is_normalized("NFC", text)
    )
