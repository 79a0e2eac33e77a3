from django.apps import AppConfig


class Recommending(AppConfig):
    name = "guiguan.apps.recommending"
    label = "recommending"
