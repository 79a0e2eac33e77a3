"""A small store of ballots on SQLite with the tables of the migrations, for tests that need no site."""

from __future__ import annotations

