"""Releases in batches."""

from django.urls import path

from guiguan.web.organiser import releases, releases_correct

_ONE = "<slug:campaign>/<int:release>/"

urlpatterns = [
    path("", releases.home, name="releases-home"),
    path("<slug:campaign>/", releases.listing, name="releases"),
    path("<slug:campaign>/start", releases.start, name="release-start"),
    path("<slug:campaign>/decisions.csv", releases.decisions, name="decisions-table"),
    path(_ONE, releases.one, name="release"),
    path(f"{_ONE}draft", releases.draft, name="release-draft"),
    path(f"{_ONE}publish", releases.publish, name="release-publish"),
    path(f"{_ONE}rows/<int:row>/correct", releases_correct.correct, name="release-correct"),
    path(f"{_ONE}corrections/<int:correction>/back", releases_correct.take_back, name="release-take-back"),
    path(f"{_ONE}corrections/<int:correction>", releases_correct.second, name="release-second"),
]
