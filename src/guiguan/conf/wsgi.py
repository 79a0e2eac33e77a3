"""The site as a WSGI application."""

from __future__ import annotations

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "guiguan.conf.settings")
application = get_wsgi_application()

from django.conf import settings  # noqa: E402  (after the settings are named)

if settings.GUIGUAN.operations_port:
    from guiguan.web.ops.metrics import serve_metrics

    serve_metrics(settings.GUIGUAN.operations_port)
