"""Declaring entries."""

from django.urls import path

from guiguan.web.applicant import attachments, endorsements, entries, form, lists, submissions

urlpatterns = [
    path("", entries.entries, name="entry-list"),
    path("start/<slug:slug>/", entries.start, name="entry-start"),
    path("<uuid:entry_id>/", entries.overview, name="entry"),
    path("<uuid:entry_id>/act/<slug:act>", entries.act, name="entry-act"),
    path("<uuid:entry_id>/form/<int:number>/", form.step, name="entry-form"),
    path("<uuid:entry_id>/answers/<slug:field>", form.autosave, name="entry-autosave"),
    path("<uuid:entry_id>/endorse", endorsements.ask, name="entry-endorse"),
    path("<uuid:entry_id>/changes", form.changes, name="entry-changes"),
    path("<uuid:entry_id>/files/<slug:field>", attachments.attach, name="entry-attach"),
    path("<uuid:entry_id>/attachments/<uuid:attachment_id>/remove", attachments.remove, name="entry-detach"),
    path("<uuid:entry_id>/attachments/<uuid:attachment_id>/move", attachments.move, name="entry-file-move"),
    path("<uuid:entry_id>/lists/<slug:field>/", lists.upload, name="entry-sheet"),
    path("<uuid:entry_id>/lists/<slug:field>/download", lists.download, name="entry-sheet-download"),
    path("<uuid:entry_id>/lists/<slug:field>/take", lists.take, name="entry-sheet-take"),
    path("<uuid:entry_id>/receipts/<int:number>", submissions.receipt, name="entry-receipt"),
    path("<uuid:entry_id>/differences/<int:number>/", submissions.differences, name="entry-differences"),
]
