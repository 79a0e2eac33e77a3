"""Every address of the site; each audience has a file of its own."""

from __future__ import annotations

from allauth.urls import urlpatterns as account_pages
from django.urls import include, path

from guiguan.web.common.display import display

urlpatterns = [
    path("", include("guiguan.web.public.urls")),
    path("", include("guiguan.web.public.urls_progress")),
    path("", include("guiguan.web.public.urls_vote")),
    path("log/", include("guiguan.web.public.urls_log")),
    path("inbox/", include("guiguan.web.public.urls_inbox")),
    path("units/", include("guiguan.web.applicant.urls_units")),
    path("entries/", include("guiguan.web.applicant.urls_entries")),
    path("files/", include("guiguan.web.applicant.urls_files")),
    path("organiser/units/", include("guiguan.web.organiser.urls_units")),
    path("organiser/messages/", include("guiguan.web.organiser.urls_messages")),
    path("organiser/screening/", include("guiguan.web.organiser.urls_screening")),
    path("organiser/recommendations/", include("guiguan.web.organiser.urls_recommendations")),
    path("organiser/bodies/", include("guiguan.web.organiser.urls_bodies")),
    path("organiser/releases/", include("guiguan.web.organiser.urls_releases")),
    path("endorsing/", include("guiguan.web.endorser.urls")),
    path("organiser/votes/", include("guiguan.web.organiser.urls_votes")),
    path("organiser/brushing/", include("guiguan.web.organiser.urls_brushing")),
    path("", include("guiguan.web.public.urls_voids")),
    path("organiser/", include("guiguan.web.organiser.urls_campaigns")),
    path("supervisor/", include("guiguan.web.supervisor.urls")),
    path("administration/", include("guiguan.web.ops.urls_roles")),
    path("", include("guiguan.web.ops.urls")),
    path("display", display, name="display"),
    path("accounts/", include("guiguan.web.applicant.urls_accounts")),
    path("accounts/", include(account_pages)),
]

handler400 = "guiguan.web.common.errors.bad_request"
handler403 = "guiguan.web.common.errors.forbidden"
handler404 = "guiguan.web.common.errors.not_found"
handler500 = "guiguan.web.common.errors.broken"
