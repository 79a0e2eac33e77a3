"""Sends an upload in parts until it is killed: prints the id, then after each part how many bytes were acknowledged.

`python upload_process.py prepare` makes the tables; `… send SEED` sends; `… show ID` prints size and received of an upload.
The site's settings stand in the environment.
"""

from __future__ import annotations

import random
import sys
import uuid
import warnings

PART = 4096
SIZE = 2000 * PART


def content(seed: str) -> bytes:
    return random.Random(seed).randbytes(SIZE)


def main(command: str, *rest: str) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        from guiguan.conf.run import start_django

        start_django()
    from django.core.management import call_command

    from guiguan.apps.files import uploads
    from guiguan.apps.files.models import Upload

    if command == "prepare":
        call_command("migrate", verbosity=0, interactive=False)
    elif command == "send":
        whole = content(rest[0])
        upload = uploads.begin_upload(uuid.UUID(int=7), 1, "图.jpg", SIZE, "", megabytes=20)
        print(upload.pk, flush=True)
        for start in range(0, SIZE, PART):
            print(uploads.add_part(upload.pk, start, whole[start : start + PART]), flush=True)
    elif command == "show":
        found = Upload.objects.get(pk=rest[0])
        print(found.size, found.received)


if __name__ == "__main__":
    main(*sys.argv[1:])
