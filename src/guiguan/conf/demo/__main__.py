"""`python -m guiguan.conf.demo DIR ADDRESS` fills a new demo site, in a process of its own.

What it draws with starts threads of its own, and the web server's processes are forked: what lives in threads at that
moment would stand still in them for ever.
"""

from __future__ import annotations

import sys
from pathlib import Path

from guiguan.conf.run import start_django

if __name__ == "__main__":
    start_django()
    from guiguan.conf.demo.fill import fill

    fill(Path(sys.argv[1]), sys.argv[2])
