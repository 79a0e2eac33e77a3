"""A person's messages."""

from django.urls import path

from guiguan.web.public import inbox

urlpatterns = [
    path("", inbox.listing, name="inbox-list"),
    path("read", inbox.all_read, name="inbox-all-read"),
    path("<uuid:message>", inbox.one, name="inbox-one"),
]
