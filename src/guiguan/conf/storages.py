"""Where uploaded files lie: the data folder, or any S3-compatible store by one setting."""

from __future__ import annotations

from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit


def storages(address: str, data: Path) -> dict[str, dict[str, Any]]:
    """Django's STORAGES. ValueError where the address is not s3://."""
    return {
        "default": _files(address, data),
        "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
    }


def _files(address: str, data: Path) -> dict[str, Any]:
    if not address:
        return {
            "BACKEND": "django.core.files.storage.FileSystemStorage",
            "OPTIONS": {"location": data / "files", "base_url": None, "file_permissions_mode": 0o600},
        }
    parts = urlsplit(address)
    if parts.scheme != "s3" or not parts.hostname:
        raise ValueError("GUIGUAN_STORAGE：应为 s3://桶名?endpoint=地址 (s3://BUCKET?endpoint=ADDRESS)")
    options = {name: values[-1] for name, values in parse_qs(parts.query).items()}
    return {
        "BACKEND": "storages.backends.s3.S3Storage",
        "OPTIONS": {
            "bucket_name": parts.hostname,
            "endpoint_url": options.get("endpoint"),
            "region_name": options.get("region"),
            "default_acl": None,
            "file_overwrite": False,
            "querystring_auth": True,
            "max_memory_size": 1 << 20,  # else a whole file lies in memory while it is sent
        },
    }
