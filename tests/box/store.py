"""A small store of ballots on SQLite with the tables of the migrations, for tests that need no site."""

from __future__ import annotations

import json
import secrets
import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from guiguan.box.append import append
from guiguan.box.read import Ask
from guiguan.box.rows import COLUMNS
from guiguan.core.blueprint.stages import Ballots
from guiguan.core.integrity.merkle import leaf_hash
from guiguan.core.values.canonical import encode
from guiguan.core.values.moment import Instant, Window
from guiguan.core.votes.document import PollDocument, poll_text
from guiguan.core.votes.rule import BallotRule
