"""The wording and delivery of messages."""

from django.urls import path

from guiguan.web.organiser import messages_delivery as delivery
from guiguan.web.organiser import messages_texts as texts

_TEXT = "<slug:campaign>/texts/<slug:template>/<slug:channel>/<slug:language>"

urlpatterns = [
    path("", delivery.home, name="messages-home"),
    path("<slug:campaign>", delivery.listing, name="messages-delivery"),
    path("<slug:campaign>/resend", delivery.resend, name="messages-resend"),
    path("<slug:campaign>/texts", texts.listing, name="messages-texts"),
    path(_TEXT, texts.one, name="messages-text"),
    path(f"{_TEXT}/restore", texts.restore, name="messages-restore"),
]
