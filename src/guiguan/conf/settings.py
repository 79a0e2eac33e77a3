"""Django's settings, made from the environment. Nothing here is secret and nothing is read twice."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from guiguan.conf.ballots_database import ballots_alias, ballots_url, databases
from guiguan.conf.environment import environment
from guiguan.conf.logs import logging_of
from guiguan.conf.security import *  # noqa: F403  (one thought of its own: cookies, headers, policy)
from guiguan.conf.storages import storages

_env = environment()
_package = Path(__file__).resolve().parent.parent
_data = _env.data.absolute()

DEBUG = False
GUIGUAN = _env
GUIGUAN_DATA = _data
GUIGUAN_DATA_KEY = _env.kept_secret("data_key")
SECRET_KEY = _env.kept_secret("secret_key")
ALLOWED_HOSTS = list(_env.hosts)
ROOT_URLCONF = "guiguan.conf.urls"
WSGI_APPLICATION = "guiguan.conf.wsgi.application"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
APPEND_SLASH = True

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.humanize",
    "django_htmx",
    "axes",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.socialaccount",
    "allauth.socialaccount.providers.openid_connect",
    "allauth.usersessions",
    "guiguan.apps.audit",
    "guiguan.apps.gazette",
    "guiguan.apps.files",
    "guiguan.apps.accounts",
    "guiguan.apps.messages",
    "guiguan.apps.campaigns",
    "guiguan.apps.entries",
    "guiguan.apps.likeness",
    "guiguan.apps.endorsing",
    "guiguan.apps.screening",
    "guiguan.apps.recommending",
    "guiguan.apps.releasing",
    "guiguan.apps.votes",
    "guiguan.web.common",
]

MIDDLEWARE = [
    "guiguan.web.common.metrics.measured",
    "guiguan.web.common.middleware.request_context",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "guiguan.web.common.middleware.chosen_language",
    "django.middleware.common.CommonMiddleware",
    "guiguan.web.common.small.compressed",
    "guiguan.web.common.spoken.chinese_marked",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "guiguan.web.common.middleware.session_noted",
    "guiguan.web.common.idle.StaffIdle",
    "guiguan.web.common.middleware.second_factor",
    "django_htmx.middleware.HtmxMiddleware",
    "axes.middleware.AxesMiddleware",
    "guiguan.web.common.errors.NoVoting",
]

TEMPLATES: list[dict[str, Any]] = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [_package / "web" / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "guiguan.web.common.context.site",
            ],
            "builtins": ["django.templatetags.i18n", "django.templatetags.static"],
        },
    }
]

DATABASES = databases(_env.database_url, _env.ballots_url, _data)
DATABASE_ROUTERS = ["guiguan.conf.ballots_database.Router"]
BALLOTS_ALIAS = ballots_alias(_env.database_url, _env.ballots_url, _data)
BALLOTS_URL = ballots_url(_env.database_url, _env.ballots_url, _data)
GUIGUAN_SIGNER = (_env.signer or _data / "signer").absolute()
GUIGUAN_LOGS = (_env.logs or _data / "log").absolute()
GUIGUAN_CHECK_AT = _env.check_at
STORAGES = storages(_env.storage, _data)
STATIC_URL = "/static/"
STATIC_ROOT = _data / "static"
STATICFILES_DIRS = [_package / "web" / "static"]
WHITENOISE_USE_FINDERS = True  # the package's own files are served as they are: no collecting step to forget
FILE_UPLOAD_HANDLERS = ["django.core.files.uploadhandler.TemporaryFileUploadHandler"]
# a step of a form holds up to 2,000 rows of 11 cells (web/applicant/reading.py MOST_ROWS), each a field of its own
DATA_UPLOAD_MAX_MEMORY_SIZE = 5_242_880
DATA_UPLOAD_MAX_NUMBER_FIELDS = 25_000

LANGUAGE_CODE = "zh-hans"
LANGUAGES = [("zh-hans", "中文"), ("en", "English")]
LOCALE_PATHS = [_package / "web" / "locale"]
LANGUAGE_COOKIE_NAME = "language"
USE_I18N = True
USE_TZ = True
TIME_ZONE = "Asia/Shanghai"
CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.db.DatabaseCache",
        "LOCATION": "cache",
        # it counts requests for the limits against flooding: Django's 300 would forget them as soon as some hundred people come
        "OPTIONS": {"MAX_ENTRIES": 20_000},
    }
}

LOGGING = logging_of(_env.log_level)
LOGGING_CONFIG = "logging.config.dictConfig"
SILENCED_SYSTEM_CHECKS = [
    "account.W001",  # staff sign in by a name that an administrator gave; only the phone is asked for at sign-up
    "security.W005",  # other names under the same domain are not ours to decide about
    "security.W021",  # nor is its being listed in browsers for good
]
