"""Pages for machines that watch the site, and for those who keep it running."""

from django.urls import path

from guiguan.web.ops import health, operation

urlpatterns = [
    path("healthz", health.live, name="healthz"),
    path("readyz", health.ready, name="readyz"),
    path("administration/operation", operation.operation, name="operation"),
]
