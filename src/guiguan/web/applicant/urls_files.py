"""Files going up and coming down."""

from django.urls import path

from guiguan.web.applicant import files, files_uploads

urlpatterns = [
    path("uploads", files_uploads.begin, name="file-begin"),
    path("uploads/<uuid:upload_id>", files_uploads.upload, name="file-upload"),
    path("uploads/<uuid:upload_id>/finish", files_uploads.finish, name="file-finish"),
    path("<uuid:file_id>/", files.file, name="file"),
    path("<uuid:file_id>/preview", files.preview, name="file-preview"),
    path("<uuid:file_id>/pages/<int:number>", files.page, name="file-page"),
]
