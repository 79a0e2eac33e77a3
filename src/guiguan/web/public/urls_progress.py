"""Progress of an entry, for everybody who has its number and phone; the paper copies of one's own."""

from django.urls import path

from guiguan.web.public import progress, progress_papers

urlpatterns = [
    path("progress", progress.progress, name="progress"),
    path("entries/<uuid:entry_id>/papers/<slug:stage>/", progress_papers.papers, name="entry-paper"),
    path(
        "entries/<uuid:entry_id>/papers/<slug:stage>/sheet", progress_papers.sheet, name="entry-paper-sheet"
    ),
]
