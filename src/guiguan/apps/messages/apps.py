from django.apps import AppConfig


class Messages(AppConfig):
    name = "guiguan.apps.messages"
    label = "outbox"  # django.contrib.messages has the name
