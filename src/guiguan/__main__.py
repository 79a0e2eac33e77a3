"""`python -m guiguan` is `guiguan`."""

from guiguan.cli.main import main

raise SystemExit(main())
