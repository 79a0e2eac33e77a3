"""The site's settings as the tests use them: a folder of their own, SMS kept in memory, cheap password hashes.

`GUIGUAN_TEST_DATABASE` is a database address; without it, SQLite.
"""

import os
import tempfile
import warnings

os.environ.setdefault("GUIGUAN_DATA", tempfile.mkdtemp(prefix="guiguan-tests-"))
os.environ["GUIGUAN_SMS"] = "memory"
os.environ["GUIGUAN_HOSTS"] = '["localhost","127.0.0.1","testserver"]'
os.environ["DATABASE_URL"] = os.environ.get("GUIGUAN_TEST_DATABASE", "")

with warnings.catch_warnings():
    # allauth still imports what its own dependencies have deprecated
    warnings.simplefilter("ignore")
    from guiguan.conf.settings import *  # noqa: F403  (the site's own, changed below)

PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}
if not os.environ["DATABASE_URL"]:
    # a file, as in use: several threads meet the same locks as there
    for _alias in DATABASES:  # noqa: F405  (from them)
        _file = os.path.join(os.environ["GUIGUAN_DATA"], f"test-{_alias}.sqlite3")
        DATABASES[_alias]["TEST"] = {"NAME": _file}  # noqa: F405  (from them)
# Static files are looked for when one is asked for: every client of a test would go through all of them first, which took a third of its time.
WHITENOISE_AUTOREFRESH = True
