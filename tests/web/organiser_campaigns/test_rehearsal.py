"""A draft is rehearsed in a fenced process; its report is seen by organisers alone and may reach nothing."""

from __future__ import annotations

import os
import resource
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from guiguan.apps.accounts.models import Person
from guiguan.apps.audit.models import Record
from guiguan.apps.campaigns import rehearsal
from guiguan.apps.campaigns.models import Version
from guiguan.apps.campaigns.rehearsal import rehearsal_of, rehearse_version
from guiguan.apps.campaigns.services import create_campaign
from guiguan.core.values.finding import InputError

Staff = Callable[..., Person]
pytestmark = pytest.mark.django_db
SLUG = "guangxi-2021"
BASE = f"/organiser/campaigns/{SLUG}/versions/1/rehearsal/"


@pytest.fixture(autouse=True)
def _own_folder(settings: Any, tmp_path: Path) -> None:
    settings.GUIGUAN_DATA = tmp_path


@pytest.fixture
def clerk(staff: Staff, gx: str) -> Person:
    found = staff("clerk", SLUG)
    create_campaign(found, 1, gx)
    return found


def test_a_rehearsal_shows_findings_and_its_fenced_report(staff: Staff, clerk: Person) -> None:
    client = Client()
    client.force_login(clerk)
    assert "开始演练" in client.get(BASE).content.decode()
    assert client.get(f"{BASE}report.html").status_code == 404
    assert client.post(f"{BASE}start")["Location"] == BASE
    page = client.get(BASE).content.decode()
    assert "replay.empty-cell" in page
    assert "blueprint.yaml:104:48: [blueprint.paper-same-day]" in page
    assert "out/inputs" not in page
    report = client.get(f"{BASE}report.html")
    assert report["Content-Security-Policy"] == (
        "sandbox allow-scripts; default-src 'none'; script-src 'unsafe-inline'; style-src 'unsafe-inline'; img-src data:"
    )
    assert b"<!doctype html>" in b"".join(report.streaming_content)  # type: ignore[attr-defined]  # it streams
    client.post(f"{BASE}start")
    assert Record.objects.filter(action="campaign.rehearse").count() == 1
    stranger = Client()
    stranger.force_login(staff("lead", "another"))
    assert stranger.get(f"{BASE}report.html").status_code == 404


def test_what_takes_too_long_is_stopped_and_leaves_nothing(
    clerk: Person, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(rehearsal, "SECONDS", 0.01)
    monkeypatch.setattr(resource, "prlimit", lambda *_: None)
    version = Version.objects.get()
    with pytest.raises(InputError) as error:
        rehearse_version(clerk, 5, version)
    assert [f.rule for f in error.value.findings] == ["campaign.rehearsal-slow"]
    assert rehearsal_of(version) is None
    assert list((tmp_path / "rehearsals").iterdir()) == []


def test_a_failure_is_told(clerk: Person, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rehearsal, "ENTRIES", 0)
    with pytest.raises(InputError) as error:
        rehearse_version(clerk, 5, Version.objects.get())
    assert [f.rule for f in error.value.findings] == ["campaign.rehearsal-failed"]
    assert not Record.objects.filter(action="campaign.rehearse").exists()


@pytest.fixture
def _busy() -> Iterator[None]:
    with rehearsal._one_at_a_time:
        yield


@pytest.mark.usefixtures("_busy")
def test_one_at_a_time(clerk: Person) -> None:
    with pytest.raises(InputError) as error:
        rehearse_version(clerk, 5, Version.objects.get())
    assert [f.rule for f in error.value.findings] == ["campaign.rehearsal-busy"]


def test_the_process_sees_no_secret_of_the_site(clerk: Person, monkeypatch: pytest.MonkeyPatch) -> None:
    seen: dict[str, str] = {}
    real = subprocess.Popen

    def spy(*args: Any, **options: Any) -> Any:
        seen.update(options["env"])
        return real(*args, **options)

    monkeypatch.setenv("GUIGUAN_DATA_KEY", "0" * 64)
    monkeypatch.setattr(subprocess, "Popen", spy)
    rehearse_version(clerk, 5, Version.objects.get())
    assert not [k for k in seen if k.startswith(("GUIGUAN", "DATABASE"))]
    assert set(seen) <= {"PATH", "LANG", "LC_ALL", "PYTHONPATH", "HOME", "PYTHONUTF8"} & {
        *os.environ,
        "PYTHONUTF8",
    }
