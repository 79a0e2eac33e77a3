"""Lists of the entries that go on, by region."""

from django.urls import path

from guiguan.web.organiser import recommendations, recommendations_change, recommendations_list

_LIST = "<slug:campaign>/<slug:stage>/<slug:province>/"

urlpatterns = [
    path("", recommendations.home, name="recommendations-home"),
    path("<slug:campaign>/", recommendations.overview, name="recommendations"),
    path(_LIST, recommendations_list.one, name="recommendation"),
    path(f"{_LIST}draft", recommendations_list.draft, name="recommendation-draft"),
    path(f"{_LIST}return", recommendations_list.send_back, name="recommendation-return"),
    path(f"{_LIST}change", recommendations_change.change, name="recommendation-change"),
    path(f"{_LIST}changes/<int:change>", recommendations_change.second, name="recommendation-second"),
]
