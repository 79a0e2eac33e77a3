"""Looking into suspected ballots."""

from django.urls import path

from guiguan.web.organiser import brushing, brushing_appeal, brushing_case

urlpatterns = [
    path("", brushing.home, name="brushing-home"),
    path("<slug:campaign>/", brushing.listing, name="brushing"),
    path("<slug:campaign>/run", brushing.run, name="brushing-run"),
    path("<slug:campaign>/cases/<int:suspicion>/", brushing_case.case, name="brushing-case"),
    path(
        "<slug:campaign>/cases/<int:suspicion>/propose", brushing_case.proposing, name="brushing-case-propose"
    ),
    path(
        "<slug:campaign>/cases/<int:suspicion>/take-back",
        brushing_case.taking_back,
        name="brushing-case-take-back",
    ),
    path(
        "<slug:campaign>/cases/<int:suspicion>/second", brushing_case.seconding, name="brushing-case-second"
    ),
    path("<slug:campaign>/appeals/<int:appeal>/", brushing_appeal.appeal, name="brushing-appeal"),
    path(
        "<slug:campaign>/appeals/<int:appeal>/propose",
        brushing_appeal.answering,
        name="brushing-appeal-propose",
    ),
    path(
        "<slug:campaign>/appeals/<int:appeal>/take-back",
        brushing_appeal.taking_back,
        name="brushing-appeal-take-back",
    ),
    path(
        "<slug:campaign>/appeals/<int:appeal>/second",
        brushing_appeal.seconding,
        name="brushing-appeal-second",
    ),
]
