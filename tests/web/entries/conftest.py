"""The scene of the entries' services, visited through pages."""

from apps.entries.conftest import Scene, scene  # noqa: F401  (a fixture)

__all__ = ["Scene"]
