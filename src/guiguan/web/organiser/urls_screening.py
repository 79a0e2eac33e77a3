"""Screening entries and tracking their paper copies."""

from django.urls import path

from guiguan.web.organiser import (
    likeness,
    papers,
    screening,
    screening_batch,
    screening_decide,
    screening_entry,
    screening_opinion,
    screening_statistics,
)

_ENTRY = "<slug:campaign>/entries/<uuid:entry>/"

urlpatterns = [
    path("", screening.home, name="screening-home"),
    path("<slug:campaign>/", screening.queue, name="screening-queue"),
    path("<slug:campaign>/statistics/", screening_statistics.statistics, name="screening-statistics"),
    path("<slug:campaign>/next", screening.following, name="screening-next"),
    path("<slug:campaign>/batch", screening_batch.batch, name="screening-batch"),
    path("<slug:campaign>/papers/", papers.listing, name="screening-papers"),
    path("<slug:campaign>/papers/<slug:stage>/<uuid:entry>/", papers.arrived, name="screening-paper"),
    path(_ENTRY, screening_entry.review, name="screening-entry"),
    path(f"{_ENTRY}likeness/<int:match>/", likeness.beside, name="likeness"),
    path(f"{_ENTRY}likeness/<int:match>/dismiss", likeness.dismiss, name="likeness-dismiss"),
    path(f"{_ENTRY}likeness/<int:match>/reopen", likeness.reopen, name="likeness-reopen"),
    path(f"{_ENTRY}likeness/<int:match>/picture", likeness.picture, name="likeness-picture"),
    path(f"{_ENTRY}opinion", screening_opinion.note, name="screening-opinion"),
    path(f"{_ENTRY}decide", screening_decide.decide, name="screening-decide"),
    path(f"{_ENTRY}proposals/<int:proposal>", screening_decide.second, name="screening-second"),
    path(f"{_ENTRY}answers/<slug:field>", screening_decide.reveal, name="screening-reveal"),
]
