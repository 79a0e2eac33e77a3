"""Files that come with the program: in a source checkout where they are kept, else inside the installed package."""

from __future__ import annotations

from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path

import guiguan


def shipped(in_checkout: str, in_package: str) -> Traversable:
    """Where it lies; it may be absent, which `is_file` and `is_dir` tell."""
    checkout = Path(guiguan.__file__).resolve().parents[2]
    if (checkout / "pyproject.toml").is_file() and (checkout / in_checkout).exists():
        return checkout / in_checkout
    return files("guiguan") / in_package


def shipped_folder() -> Traversable:
    """The folder of the blueprints that come with the program."""
    return shipped("blueprints", "blueprints")


def shipped_names() -> tuple[str, ...]:
    """The names of those blueprints, sorted; empty where none are installed."""
    folder = shipped_folder()
    if not folder.is_dir():
        return ()
    return tuple(sorted(f.name.removesuffix(".yaml") for f in folder.iterdir() if f.name.endswith(".yaml")))


def shipped_blueprint(name: str) -> bytes | None:
    """The bytes of the one of that name, or None; a name never leads out of the folder."""
    return (shipped_folder() / f"{name}.yaml").read_bytes() if name in shipped_names() else None
