"""A command run as somebody at a terminal would, with nothing set but what the test sets."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path


def commanded(folder: Path, *command: str, **settings: str) -> subprocess.CompletedProcess[str]:
    """`guiguan` with these words and settings; `folder` is its data folder."""
    kept = {k: v for k, v in os.environ.items() if not k.startswith(("GUIGUAN_", "DATABASE_", "DJANGO_"))}
    return subprocess.run(
        [sys.executable, "-m", "guiguan", *command],
        env=kept | {"GUIGUAN_DATA": str(folder)} | settings,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
