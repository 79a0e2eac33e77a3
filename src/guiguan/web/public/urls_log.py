"""The public logs of campaigns, as C2SP tlog-tiles lays them out."""

from django.urls import path

from guiguan.web.public import log

urlpatterns = [path("<slug:campaign>/<path:rest>", log.file, name="log-file")]
