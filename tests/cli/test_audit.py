"""`guiguan audit verify`: exit 0 where the chain holds and the head written down still stands, else 1 and the reason."""

from __future__ import annotations

import pytest
from django.db import transaction

from guiguan.apps.audit.queries import head
from guiguan.apps.audit.services import record
from guiguan.cli.main import main
from guiguan.conf import run

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _started(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(run, "start_django", lambda: None)  # the tests have their own database


def written(many: int) -> str:
    for number in range(many):
        with transaction.atomic():
            record("x", number, "entry.submit", "entry:1")
    number, digest = head() or (0, "")
    return f"{number}:{digest}"


def test_a_chain_that_holds_ends_with_its_head(capsys: pytest.CaptureFixture[str]) -> None:
    stood = written(3)
    assert main(["audit", "verify"]) == 0
    assert capsys.readouterr().out == f"审计链完整：3 条，末条 {stood}\n"


def test_a_head_written_down_earlier_still_stands() -> None:
    stood = written(2)
    written(2)
    assert main(["audit", "verify", "--head", stood]) == 0


@pytest.mark.parametrize("number", ["2", "9", "999999999999999999"])
def test_a_head_that_is_gone_fails(capsys: pytest.CaptureFixture[str], number: str) -> None:
    written(2)
    assert main(["audit", "verify", "--head", f"{number}:{'0' * 64}"]) == 1
    assert f"[audit.head] {number}：" in capsys.readouterr().out.replace(": ", "：")


@pytest.mark.parametrize("text", ["", "2", "x:" + "0" * 64, "2:xyz", "1" * 19 + ":" + "0" * 64])
def test_a_head_that_is_none_is_wrong_usage(text: str) -> None:
    assert main(["audit", "verify", "--head", text]) == 2
