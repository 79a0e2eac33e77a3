from django.apps import AppConfig


class Votes(AppConfig):
    name = "guiguan.apps.votes"
    label = "votes"
