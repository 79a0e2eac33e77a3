from django.apps import AppConfig


class Audit(AppConfig):
    name = "guiguan.apps.audit"
    label = "audit"
