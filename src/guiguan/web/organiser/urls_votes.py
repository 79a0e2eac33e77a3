"""A vote, for those who conduct and watch it."""

from django.urls import path

from guiguan.web.organiser import votes, votes_acts
from guiguan.web.supervisor import sample

urlpatterns = [
    path("", votes.home, name="poll-home"),
    path("<slug:slug>/", votes.first, name="poll-first"),
    path("<slug:slug>/<slug:vote>/", votes.board, name="poll-board"),
    path("<slug:slug>/<slug:vote>/figures", votes.figures, name="poll-figures"),
    path("<slug:slug>/<slug:vote>/counts.csv", votes.counts_csv, name="poll-counts"),
    path("<slug:slug>/<slug:vote>/open", votes_acts.open_vote, name="poll-open"),
    path("<slug:slug>/<slug:vote>/pause", votes_acts.pause, name="poll-pause"),
    path("<slug:slug>/<slug:vote>/resume", votes_acts.resume, name="poll-resume"),
    path("<slug:slug>/<slug:vote>/close", votes_acts.close, name="poll-close"),
    path("<slug:slug>/<slug:vote>/remove", votes_acts.remove, name="poll-remove"),
    path("<slug:slug>/<slug:vote>/remove/<int:act_id>", votes_acts.agree, name="poll-agree"),
    path("<slug:slug>/<slug:vote>/remove/<int:act_id>/decline", votes_acts.decline, name="poll-decline"),
    path("<slug:slug>/<slug:vote>/sample", sample.sample_page, name="poll-sample"),
]
