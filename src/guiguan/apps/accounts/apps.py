from django.apps import AppConfig


class Accounts(AppConfig):
    name = "guiguan.apps.accounts"
    label = "accounts"
