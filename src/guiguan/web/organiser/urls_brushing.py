"""Looking into suspected ballots."""

from django.urls import path

from guiguan.web.organiser import brushing, brushing_appeal, brushing_case

urlpatterns = [
    path("", brushing.home, name="brushing-home"),
    path("<slug:campaign>/", brushing.listing, name="brushing"),
    path("<slug:campaign>/run", brushing.run, name="brushing-run"),
    path("<slug:campaign>/cases/<int:suspicion>/", brushing_case.case, name="brushing-case"),
    path("<slug:campaign>/appeals/<int:appeal>/", brushing_appeal.appeal, name="brushing-appeal"),
]
