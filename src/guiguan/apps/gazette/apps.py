from django.apps import AppConfig


class Gazette(AppConfig):
    name = "guiguan.apps.gazette"
    label = "gazette"
