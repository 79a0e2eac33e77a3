"""Endorsers: opinions on entries, and lists that are collected and handed up."""

from django.urls import path

from guiguan.web.endorser import bodies, lists, opinion

_BODY = "<slug:campaign>/<int:body>/"
_LIST = f"{_BODY}lists/<int:collection>/"

urlpatterns = [
    path("", bodies.home, name="endorsing-home"),
    path(_BODY, bodies.body, name="endorsing-body"),
    path(f"{_BODY}entries/<uuid:entry>/", opinion.entry, name="endorsing-entry"),
    path(f"{_BODY}entries/<uuid:entry>/opinion", opinion.give, name="endorsing-give"),
    path(f"{_BODY}lists/", lists.start, name="endorsing-start"),
    path(_LIST, lists.one, name="endorsing-list"),
    path(f"{_LIST}act", lists.act, name="endorsing-act"),
    path(f"{_LIST}return", lists.send_back, name="endorsing-return"),
    path(f"{_LIST}list.xlsx", lists.workbook, name="endorsing-workbook"),
    path(f"{_LIST}table.csv", lists.table, name="endorsing-table"),
]
