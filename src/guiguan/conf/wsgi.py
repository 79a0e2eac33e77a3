"""The site as a WSGI application."""

from __future__ import annotations

import os
from pathlib import Path

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "guiguan.conf.settings")
application = get_wsgi_application()

from django.conf import settings  # noqa: E402  (after the settings are named)

from guiguan.conf.processes import COUNTED_IN  # noqa: E402

if settings.GUIGUAN.operations_port:
    from guiguan.web.ops.metrics import serve_metrics, serve_shared

    if COUNTED_IN in os.environ:
        serve_shared(settings.GUIGUAN.operations_port, Path(os.environ[COUNTED_IN]))
    else:
        serve_metrics(settings.GUIGUAN.operations_port)
