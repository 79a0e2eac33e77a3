from django.apps import AppConfig


class Campaigns(AppConfig):
    name = "guiguan.apps.campaigns"
    label = "campaigns"
