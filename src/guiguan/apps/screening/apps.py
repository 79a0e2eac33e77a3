from django.apps import AppConfig


class Screening(AppConfig):
    name = "guiguan.apps.screening"
    label = "screening"
