from django.apps import AppConfig


class Web(AppConfig):
    name = "guiguan.web.common"
    label = "web"
