"""Approving units."""

from django.urls import path

from guiguan.web.organiser import units

urlpatterns = [
    path("", units.queue, name="units-queue"),
    path("<uuid:unit>", units.review, name="units-review"),
    path("<uuid:unit>/approve", units.approve, name="units-approve"),
    path("<uuid:unit>/refuse", units.refuse, name="units-refuse"),
    path("<uuid:unit>/suspend", units.suspend, name="units-suspend"),
    path("<uuid:unit>/restore", units.restore, name="units-restore"),
    path("<uuid:unit>/contact", units.contact, name="units-contact"),
    path("<uuid:unit>/files/<str:part>", units.file, name="units-review-file"),
]
