"""How the site runs: for machines and for the system administrator, without a word of its business."""

from __future__ import annotations

import re
from collections.abc import Callable
from urllib.request import urlopen

import pytest
from django.db import DatabaseError, transaction
from django.test import Client
from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.core import REGISTRY

from guiguan.apps.accounts.models import Person
from guiguan.apps.messages.models import Message
from guiguan.apps.messages.runs import note_run
from guiguan.apps.messages.services import queue
from guiguan.apps.votes.alarm import raise_alarm
from guiguan.web.common.clock import now
from guiguan.web.ops import metrics

pytestmark = pytest.mark.django_db
AsPerson = Callable[[Person | None], Client]
Staff = Callable[..., Person]


def waiting(state: str = "waiting") -> None:
    with transaction.atomic():
        queue(
            1_775_016_000_000,
            "unit-approved",
            once="1",
            person=None,
            channels=("sms",),
            to={"sms": "13800001234"},
            facts={"unit": "示例公司"},
            campaign="gx",
        )
    Message.objects.update(state=state)


def scraped() -> str:
    registry = CollectorRegistry()
    registry.register(metrics.Stored())
    return generate_latest(registry).decode()


def test_messages_and_duties_are_counted() -> None:
    waiting("failed")
    note_run("messages.deliver", 5_000, 3)
    note_run("messages.deliver", 6_000, 4, "OSError")
    text = scraped()
    for line in (
        "guiguan_database_up 1.0",
        'guiguan_messages{state="failed"} 1.0',
        'guiguan_messages{state="waiting"} 0.0',
        'guiguan_entries{state="draft"} 0.0',
        'guiguan_duty_last_run_timestamp_seconds{duty="messages.deliver"} 6.0',
        'guiguan_duty_done{duty="messages.deliver"} 7.0',
        'guiguan_duty_last_failure_timestamp_seconds{duty="messages.deliver"} 6.0',
    ):
        assert line in text.splitlines(), line
    assert "138" not in text


def test_a_database_that_is_away_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    def away() -> dict[str, dict[str, int]]:
        raise DatabaseError

    monkeypatch.setattr(metrics, "counts_by_state", away)
    assert "guiguan_database_up 0.0" in scraped()


def test_requests_are_counted_by_page_and_never_by_address(as_person: AsPerson) -> None:
    from django.test import RequestFactory
    from django.urls import resolve

    from guiguan.web.common.metrics import measured

    def answer(address: str, status: int) -> None:
        from django.http import HttpResponse

        request = RequestFactory().generic("BREW", address)
        if status == 200:
            request.resolver_match = resolve("/healthz")
        measured(lambda _: HttpResponse(status=status))(request)

    answer("/healthz", 200)
    answer("/secret-12345", 404)
    text = generate_latest(REGISTRY).decode()
    assert 'guiguan_requests_total{method="other",status="200",view="healthz"} 1.0' in text
    assert 'guiguan_requests_total{method="other",status="404",view="none"} 1.0' in text
    assert "secret-12345" not in text


def test_the_port_answers_on_this_machine() -> None:
    registry = CollectorRegistry()
    server, thread = metrics.serve_metrics(0, registry)
    try:
        assert server.server_address[0] == "127.0.0.1"
        registry.unregister(next(iter(registry._collector_to_names)))  # the database belongs to this thread
        with urlopen(f"http://127.0.0.1:{server.server_port}/metrics") as answer:
            assert answer.status == 200
            assert answer.headers["Content-Type"].startswith("text/plain")
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def test_the_administrator_sees_how_it_runs_and_nothing_of_what_it_is_about(
    staff: Staff, as_person: AsPerson
) -> None:
    waiting()
    note_run("messages.deliver", now(), 3)
    page = as_person(staff("system_admin")).get("/administration/operation").content.decode()
    assert "messages.deliver" in page
    assert "待发消息" in page
    assert "两分钟内没有运行" not in page
    page = re.sub(
        r'csrfmiddlewaretoken" value="[^"]*"|X-CSRFToken[^}]*', "", page
    )  # may hold any two letters
    for text in ("138", "示例公司", "gx"):
        assert text not in page


def test_a_worker_that_stands_still_is_told(staff: Staff, as_person: AsPerson) -> None:
    browser = as_person(staff("system_admin"))
    note_run("messages.deliver", now() - 200_000, 3)
    assert "两分钟内没有运行" in browser.get("/administration/operation").content.decode()


def test_an_alarm_of_a_log_is_told_without_saying_whose(staff: Staff, as_person: AsPerson) -> None:
    browser = as_person(staff("system_admin"))
    told = "有 1 个报警没有处理完"
    assert told not in browser.get("/administration/operation").content.decode()
    raise_alarm("qz-2027", "fsck", "1: [log.counts] somewhere: 62 votes are kept, 12 are in the log", now())
    page = browser.get("/administration/operation").content.decode()
    assert told in page
    for text in ("qz-2027", "62 votes"):
        assert text not in page
    assert "guiguan_log_alarms 1.0" in scraped()


def test_a_broken_audit_trail_is_told_until_it_holds_again(staff: Staff, as_person: AsPerson) -> None:
    browser, told = as_person(staff("system_admin")), "审计记录前后不符"
    for fault in ("", "Damage", ""):
        note_run("audit.verify", now() - 1000 + 100 * len(fault), 1, fault)
        assert (told in browser.get("/administration/operation").content.decode()) is bool(fault)


@pytest.mark.parametrize("role", ["lead", "supervisor", "security_admin", "auditor", None])
def test_nobody_else_sees_it(person: Staff, staff: Staff, as_person: AsPerson, role: str | None) -> None:
    who = staff(role, "gx" if role in ("lead", "supervisor") else "") if role else person()
    assert as_person(who).get("/administration/operation").status_code == 403
    assert as_person(None).get("/administration/operation").status_code == 302
