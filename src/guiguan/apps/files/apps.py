from django.apps import AppConfig


class Files(AppConfig):
    name = "guiguan.apps.files"
    label = "files"
