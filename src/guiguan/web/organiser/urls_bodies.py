"""Bodies that endorse, and the lists that they handed up."""

from django.urls import path

from guiguan.web.organiser import bodies

_LIST = "<slug:campaign>/lists/<int:collection>/"

urlpatterns = [
    path("", bodies.home, name="bodies-home"),
    path("<slug:campaign>/", bodies.bodies, name="bodies"),
    path("<slug:campaign>/endorsements.csv", bodies.endorsements, name="endorsements-table"),
    path(_LIST, bodies.collection, name="body-list"),
    path(f"{_LIST}return", bodies.send_back, name="body-list-return"),
    path(f"{_LIST}list.xlsx", bodies.workbook, name="body-list-workbook"),
    path(f"{_LIST}table.csv", bodies.table, name="body-list-table"),
    path("<slug:campaign>/<int:body>/", bodies.body, name="body"),
]
