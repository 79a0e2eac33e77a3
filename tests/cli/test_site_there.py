"""Commands that ask a site say what is wrong where none is there, one of an earlier version is, or the database does not answer."""

from __future__ import annotations

from pathlib import Path

import pytest
from commanded import commanded
from django.db import OperationalError, connections
from django.db.migrations.recorder import MigrationRecorder

from guiguan.cli.main import main
from guiguan.conf import run
from guiguan.conf.run import no_site

COMMANDS = (["fsck"], ["audit", "verify"], ["keys", "check"], ["serve", "--only", "sequencer"])


@pytest.mark.parametrize("command", COMMANDS, ids=" ".join)
def test_a_folder_without_a_site_is_told_and_no_database_is_made_in_it(
    tmp_path: Path, command: list[str]
) -> None:
    done = commanded(tmp_path, *command)
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr.startswith(f"[site.none-here] {tmp_path}/guiguan.sqlite3 里没有网站的数据")
    assert "Traceback" not in done.stderr
    assert list(tmp_path.rglob("*.sqlite3")) == []


@pytest.mark.django_db(databases="__all__")
def test_a_site_of_this_version_is_there() -> None:
    assert no_site() is None


@pytest.mark.django_db(databases="__all__")
@pytest.mark.parametrize(("left", "rule"), [(1, "site.older-tables"), (0, "site.none-here")])
def test_tables_of_another_version_are_told(
    left: int, rule: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(run, "start_django", lambda: None)  # the tests have their own database
    for connection in connections.all():
        done = MigrationRecorder(connection).migration_qs
        kept = done.values_list("pk", flat=True)[:left]
        done.exclude(pk__in=list(kept)).delete()
    assert main(["fsck"]) == 1
    assert capsys.readouterr().err.startswith(f"[{rule}]")


@pytest.mark.django_db(databases="__all__")
def test_a_database_that_does_not_answer_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(recorder: MigrationRecorder) -> None:
        raise OperationalError("connection failed\nConnection refused")

    monkeypatch.setattr(MigrationRecorder, "applied_migrations", refuse)
    found = no_site()
    assert found is not None
    assert (found.rule, found.en.endswith(": Connection refused")) == ("site.no-database", True)
