from django.apps import AppConfig


class Entries(AppConfig):
    name = "guiguan.apps.entries"
    label = "entries"
