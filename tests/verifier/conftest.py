"""What the tests of bundles share: the small campaigns, and the bundle of each, made once."""

from __future__ import annotations

import importlib.util
import sys
from collections.abc import Callable
from pathlib import Path
from types import ModuleType

import pytest


def loaded(name: str, path: Path) -> ModuleType:
    """The module in a file, loaded once."""
    if name not in sys.modules:
        spec = importlib.util.spec_from_file_location(name, path)
        assert spec is not None
        assert spec.loader is not None
        sys.modules[name] = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(sys.modules[name])
    return sys.modules[name]


@pytest.fixture(scope="session")
def campaigns() -> ModuleType:
    """`campaigns.py` beside this file."""
    return loaded("verifier_campaigns", Path(__file__).with_name("campaigns.py"))


@pytest.fixture(scope="session")
def verifier() -> ModuleType:
    """`verifier/verify.py`, as a stranger has it."""
    return loaded("independent_verify", Path(__file__).resolve().parents[2] / "verifier" / "verify.py")


@pytest.fixture(scope="session")
def bundle_of(campaigns: ModuleType, tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], Path]:
    """The `evidence.tar` of a campaign by name."""
    made: dict[str, Path] = {}

    def bundle(name: str) -> Path:
        if name not in made:
            folder = tmp_path_factory.mktemp("bundle") / name
            made[name] = campaigns.write_bundle(folder, campaigns.CAMPAIGNS[name]())
        return made[name]

    return bundle
