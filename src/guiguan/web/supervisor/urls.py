"""The supervisor's eye."""

from django.urls import path

from guiguan.web.supervisor import audit

urlpatterns = [
    path("audit/", audit.home, name="audit-home"),
    path("whole-audit", audit.whole_trail, name="audit-all"),
    path("whole-audit/check", audit.check_all, name="audit-check-all"),
    path("whole-audit/export", audit.export, name="audit-export"),
    path("audit/<slug:campaign>", audit.campaign_trail, name="audit-campaign"),
    path("audit/<slug:campaign>/check", audit.check, name="audit-check"),
]
