from django.apps import AppConfig


class Likeness(AppConfig):
    name = "guiguan.apps.likeness"
    label = "likeness"
