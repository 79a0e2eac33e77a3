"""Campaigns and their blueprints."""

from django.urls import path

from guiguan.web.organiser import campaigns, campaigns_telling, campaigns_versions, form_templates

_ONE = "campaigns/<slug:slug>/"
_VERSION = f"{_ONE}versions/<int:number>/"

urlpatterns = [
    path("campaigns/", campaigns.listing, name="campaign-list"),
    path("campaign-new/", campaigns.new, name="campaign-new"),
    path(_ONE, campaigns.manage, name="campaign-manage"),
    path(f"{_ONE}close", campaigns.close, name="campaign-close"),
    path(f"{_ONE}versions/", campaigns_versions.versions, name="campaign-versions"),
    path(f"{_ONE}versions/add", campaigns_versions.add, name="campaign-version-add"),
    path(_VERSION, campaigns_versions.version, name="campaign-version"),
    path(f"{_VERSION}put", campaigns_versions.put, name="campaign-version-put"),
    path(f"{_VERSION}agree", campaigns_versions.second, name="campaign-version-agree"),
    path(f"{_VERSION}flowchart.svg", campaigns_versions.flowchart, name="campaign-version-flowchart"),
    path(f"{_VERSION}rehearsal/", campaigns_versions.rehearsal, name="campaign-rehearsal"),
    path(f"{_VERSION}rehearsal/start", campaigns_versions.rehearse, name="campaign-rehearse"),
    path(
        f"{_VERSION}rehearsal/report.html",
        campaigns_versions.rehearsal_report,
        name="campaign-rehearsal-report",
    ),
    path(f"{_ONE}announcements/", campaigns_telling.announcements, name="campaign-announcements"),
    path(f"{_ONE}announcements/add", campaigns_telling.announcement_add, name="campaign-announce"),
    path(
        f"{_ONE}announcements/withdraw",
        campaigns_telling.announcement_withdraw,
        name="campaign-announce-withdraw",
    ),
    path(f"{_ONE}questions/", campaigns_telling.questions, name="campaign-questions"),
    path(f"{_ONE}questions/answer", campaigns_telling.answer, name="campaign-answer"),
    path(f"{_ONE}downloads/", campaigns_telling.downloads, name="campaign-downloads"),
    path(f"{_ONE}downloads/put", campaigns_telling.download_put, name="campaign-download-put"),
    path(f"{_ONE}forms/", form_templates.forms, name="campaign-forms"),
    path(f"{_ONE}forms/<slug:form>.docx", form_templates.download, name="campaign-form-template"),
    path(f"{_ONE}forms/<slug:form>/put", form_templates.put, name="campaign-form-put"),
    path(f"{_ONE}forms/<slug:form>/drop", form_templates.drop, name="campaign-form-drop"),
]
