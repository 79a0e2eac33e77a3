"""Pages for everybody."""

from django.urls import path

from guiguan.web.api.api import api
from guiguan.web.public import (
    campaign,
    campaign_files,
    demo,
    guide,
    home,
    kept,
    permissions,
    portal,
    problems,
    record,
    releases,
)

urlpatterns = [
    path("", portal.home, name="home"),
    path("demo", demo.sign_ins, name="demo"),
    path("design", home.design, name="design"),
    path("campaigns/", portal.campaign_list, name="campaign-portal"),
    path("campaigns/<slug:slug>/", campaign.notice, name="campaign-notice"),
    path("campaigns/<slug:slug>/questions", campaign.ask, name="campaign-ask"),
    path("campaigns/<slug:slug>/record/", record.record, name="campaign-record"),
    path("campaigns/<slug:slug>/flowchart.svg", campaign.flowchart, name="campaign-flowchart"),
    path("campaigns/<slug:slug>/versions/", campaign.versions, name="campaign-versions-public"),
    path("campaigns/<slug:slug>/versions/<int:number>.yaml", campaign.rules, name="campaign-rules"),
    path(
        "campaigns/<slug:slug>/downloads/<slug:document>", campaign_files.download, name="campaign-download"
    ),
    path("kept", kept.kept, name="idle-kept"),
    path("campaigns/<slug:slug>/releases/", releases.listing, name="campaign-releases"),
    path("campaigns/<slug:slug>/releases/<int:batch>/", releases.one, name="campaign-release"),
    path("help", guide.guide, name="help"),
    path("permissions", permissions.table, name="permissions"),
    path("problems/", problems.index, name="problem-list"),
    path("problems/<str:rule>", problems.problem, name="problem"),
    path("api/v1/", api.urls),
]
