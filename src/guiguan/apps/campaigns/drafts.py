"""A blueprint's text on its way in: read, checked, and kept as a version."""

from __future__ import annotations

import hashlib

from guiguan.apps.accounts.models import Person
from guiguan.apps.campaigns.models import Campaign, Version
from guiguan.apps.campaigns.texts import plain
from guiguan.core.blueprint.base import say
from guiguan.core.blueprint.load import Loaded, load_blueprint
from guiguan.core.values.finding import Finding, InputError

MAX_CHARACTERS = 500_000
MAX_BYTES = 4 * MAX_CHARACTERS + 1
"""So much of a file is read: enough to see that it is too long."""
FILE = "blueprint.yaml"


def decoded(content: bytes) -> str:
    """The text of a file. InputError with the line at which it is not UTF-8."""
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        load_blueprint(content, FILE)  # tells the line
        raise


def checked(text: str) -> Loaded:
    """The blueprint of the text. InputError with every fault and its line and column."""
    if len(text) > MAX_CHARACTERS:
        raise InputError(
            Finding(
                "campaign.too-long",
                f"蓝图有 {len(text)} 个字符，最多 {MAX_CHARACTERS} 个；请把长篇文字放进下载材料",
                f"the blueprint has {len(text)} characters, at most {MAX_CHARACTERS}; put long texts into downloads",
            )
        )
    return load_blueprint(text.encode("utf-8", errors="surrogatepass"), FILE)


def digest_of(text: str) -> str:
    """SHA-256 of the text in UTF-8: what identifies the version to everybody."""
    return hashlib.sha256(text.encode()).hexdigest()


def title_of(loaded: Loaded) -> str:
    """The campaign's Chinese title as lists show it."""
    return " ".join(say(loaded.blueprint.title).split())[:200]


def keep_version(by: Person, at: int, campaign: Campaign, text: str, note: str) -> tuple[Version, bool]:
    """The version with this text, and whether it is new: the newest one is not kept twice."""
    newest = campaign.versions.order_by("-number").first()
    if newest is not None and newest.text == text:
        return newest, False
    version = Version.objects.create(
        campaign=campaign,
        number=1 if newest is None else newest.number + 1,
        text=text,
        sha256=digest_of(text),
        by=by.pk,
        at=at,
        note=plain(note),
    )
    return version, True
