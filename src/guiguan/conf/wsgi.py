"""The site as a WSGI application."""

from __future__ import annotations

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "guiguan.conf.settings")

from django.conf import settings

from guiguan.conf.processes import count_together, counted_in, site_processes

if site_processes() > 1:
    count_together()
application = get_wsgi_application()

if settings.GUIGUAN.operations_port:
    from guiguan.web.ops.metrics import serve_metrics, serve_shared

    if site_processes() > 1:
        serve_shared(settings.GUIGUAN.operations_port, counted_in())
    else:
        serve_metrics(settings.GUIGUAN.operations_port)
