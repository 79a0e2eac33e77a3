from django.apps import AppConfig


class Releasing(AppConfig):
    name = "guiguan.apps.releasing"
    label = "releasing"
