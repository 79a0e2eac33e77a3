"""Checkpoints: three lines, nothing else, of this log alone."""

from __future__ import annotations

import pytest

from guiguan.adapters.signing import Ed25519, check_ed25519
from guiguan.core.integrity.checkpoint import (
    Checkpoint,
    open_checkpoint,
    read_checkpoint,
    sign_checkpoint,
)
from guiguan.core.integrity.note import NotANote, NoteKey

TEXT = "example.com/behind-the-sofa\n20852163\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n"
OWN = Ed25519(bytes(range(32)))
KEY = NoteKey("log.example/b", OWN.public)


def test_the_example_of_the_specification() -> None:
    told = read_checkpoint(TEXT)
    assert (told.origin, told.size, told.root[:2].hex()) == ("example.com/behind-the-sofa", 20852163, "0ac5")
    assert told.text() == TEXT


def test_an_empty_log_has_size_0() -> None:
    assert read_checkpoint(Checkpoint("a", 0, bytes(32)).text()).size == 0


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("", "three lines"),
        (TEXT + "extension\n", "three lines"),
        (TEXT[:-1], "three lines"),
        ("\n" + TEXT.split("\n", 1)[1], "three lines"),
        (TEXT.replace("20852163", "020852163"), "no size"),
        (TEXT.replace("20852163", "-1"), "no size"),
        (TEXT.replace("20852163", "１"), "no size"),
        (TEXT.replace("20852163", "1" * 20), "no size"),
        (TEXT.replace("CsUY", "Cs!Y"), "not base64"),
        (TEXT.replace("CsUY", ""), "not 32 bytes"),
        (TEXT.replace("q2I=", "q2J="), "not 32 bytes"),
    ],
)
def test_what_is_no_checkpoint(text: str, why: str) -> None:
    with pytest.raises(NotANote, match=why):
        read_checkpoint(text)


def test_the_checkpoint_of_another_log_is_refused() -> None:
    """The same key may sign for two logs; a checkpoint of one says nothing about the other."""
    signed = sign_checkpoint(Checkpoint("log.example/b", 3, bytes(32)), KEY, OWN.sign).content()
    assert open_checkpoint(signed, [KEY], check_ed25519, "log.example/b").size == 3
    with pytest.raises(NotANote, match="wanted one of log"):
        open_checkpoint(signed, [KEY], check_ed25519, "log.example/a")
