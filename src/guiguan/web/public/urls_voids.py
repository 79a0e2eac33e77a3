"""What was made void, for everybody."""

from django.urls import path

from guiguan.web.public import voids

urlpatterns = [
    path("campaigns/<slug:slug>/voids/", voids.voids, name="voids"),
    path("campaigns/<slug:slug>/voids/<int:voided>/appeal", voids.appeal, name="void-appeal"),
]
