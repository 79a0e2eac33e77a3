from django.apps import AppConfig


class Endorsing(AppConfig):
    name = "guiguan.apps.endorsing"
    label = "endorsing"
