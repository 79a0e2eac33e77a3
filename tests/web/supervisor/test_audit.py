"""The trail as those see it who watch: their campaign's alone, checked as a whole, exported by the auditor."""

from __future__ import annotations

import json
from collections.abc import Callable

import pytest
from django.db import connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext

from guiguan.apps.accounts.models import Person
from guiguan.apps.accounts.sealing import NAME, sealer
from guiguan.apps.audit.models import Record
from guiguan.apps.audit.queries import head
from guiguan.apps.audit.services import record
from guiguan.apps.campaigns.models import Campaign

NOON = 1_775_016_000_000  # 2026-04-01 12:00 in China
pytestmark = pytest.mark.django_db
AsPerson = Callable[[Person | None], Client]
Staff = Callable[..., Person]
WHOLE = ("/supervisor/whole-audit", "/supervisor/whole-audit/check", "/supervisor/whole-audit/export")


@pytest.fixture(autouse=True)
def campaigns() -> None:
    for slug in ("gx", "sc"):
        Campaign.objects.create(slug=slug, title=f"活动{slug}", made_at=1)


def act(by: str = "installation", at: int = NOON, campaign: str = "gx", subject: str = "entry:7") -> Record:
    with transaction.atomic():
        return record(by, at, "entry.submit", subject, campaign=campaign, sha256="ab" * 32)


def rows(page: str) -> int:
    return page.count('role="rowheader"')


def test_a_record_unfolds_to_its_detail_and_digests(staff: Staff, as_person: AsPerson) -> None:
    who = staff("supervisor", "gx")
    made = act()
    act(campaign="sc", subject="entry:of-the-other")
    page = as_person(who).get("/supervisor/audit/gx").content.decode()
    for text in (
        "entry:7",
        "提交申报",
        "entry.submit",
        "ab" * 32,
        made.digest,
        made.previous,
        "2026-04-01 12:00:00",
    ):
        assert text in page
    assert "entry:of-the-other" not in page


def test_who_acted_is_shown_masked(staff: Staff, as_person: AsPerson) -> None:
    actor = staff("clerk", "gx")
    Person.objects.filter(pk=actor.pk).update(name=sealer().seal("李四光明", NAME))
    act(by=str(actor.pk))
    page = as_person(staff("supervisor", "gx")).get("/supervisor/audit/gx").content.decode()
    assert "李***" in page
    assert "李四光明" not in page


@pytest.mark.parametrize(
    ("query", "many"),
    [
        ("", 3),
        ("action=entry.", 2),
        ("subject=entry:8", 1),
        ("by=somebody", 1),
        ("day=2026-04-02", 1),
        ("day=2026-04-01", 1),
        ("day=2099-01-01", 0),
        ("by=%00somebody", 1),
        ("action=%00no.such", 0),
    ],
)
def test_it_is_filtered(staff: Staff, as_person: AsPerson, query: str, many: int) -> None:
    browser = as_person(staff("supervisor", "gx"))  # its grant is the third record
    act(), act(by="somebody", at=NOON + 86_400_000, subject="entry:8")
    assert rows(browser.get(f"/supervisor/audit/gx?{query}").content.decode()) == many


def test_a_day_that_is_none_is_told(staff: Staff, as_person: AsPerson) -> None:
    page = as_person(staff("supervisor", "gx")).get("/supervisor/audit/gx?day=yesterday").content.decode()
    assert "日期应写作 2026-01-31" in page


def test_the_check_names_the_head_to_write_down(staff: Staff, as_person: AsPerson) -> None:
    browser = as_person(staff("supervisor", "gx"))
    act()
    number, digest = head() or (0, "")
    page = browser.post("/supervisor/audit/gx/check").content.decode()
    assert f"{number}:{digest}" in page
    assert f"全站 {number} 条记录完整" in page
    assert browser.get("/supervisor/audit/gx/check").status_code == 405


def test_the_check_names_what_was_changed(staff: Staff, as_person: AsPerson) -> None:
    browser = as_person(staff("supervisor", "gx"))
    changed = act()
    with connection.cursor() as cursor:
        guard = (
            "ALTER TABLE audit_record DISABLE TRIGGER USER"
            if connection.vendor == "postgresql"
            else "DROP TRIGGER audit_no_update"
        )
        cursor.execute(guard)
        cursor.execute("UPDATE audit_record SET subject = 'entry:8' WHERE sequence = %s", [changed.sequence])
    page = browser.post("/supervisor/audit/gx/check").content.decode()
    assert f"第 {changed.sequence} 条：内容被改动" in page
    assert "条记录完整" not in page


def test_strangers_find_nothing(person: Staff, staff: Staff, as_person: AsPerson) -> None:
    for who in (person(), staff("supervisor", "sc"), staff("clerk", "gx"), staff("system_admin")):
        browser = as_person(who)
        assert browser.get("/supervisor/audit/gx").status_code == 404
        assert browser.post("/supervisor/audit/gx/check").status_code == 404
    answer = as_person(None).get("/supervisor/audit/gx")
    assert answer["Location"] == "/accounts/login/?next=/supervisor/audit/gx"


@pytest.mark.parametrize("role", ["supervisor", "lead", "system_admin"])
def test_the_whole_trail_is_for_administrators_of_it(staff: Staff, as_person: AsPerson, role: str) -> None:
    browser = as_person(staff(role, "" if role == "system_admin" else "gx"))
    assert browser.get(WHOLE[0]).status_code == 404
    assert [browser.post(address).status_code for address in WHOLE[1:]] == [404, 404]


def test_the_auditor_exports_everything_and_that_is_recorded(staff: Staff, as_person: AsPerson) -> None:
    auditor = staff("auditor")
    act(), act(campaign="sc")
    browser = as_person(auditor)
    assert rows(browser.get(WHOLE[0]).content.decode()) == 3
    answer = browser.post(WHOLE[2])
    lines = b"".join(answer.streaming_content).splitlines()  # type: ignore[attr-defined]  # it streams
    assert [json.loads(line)["sequence"] for line in lines] == [1, 2, 3, 4]
    assert answer["Content-Disposition"] == 'attachment; filename="audit-4.jsonl"'
    last = Record.objects.get(sequence=4)
    assert (last.action, last.by) == ("audit.export", str(auditor.pk))


def test_the_security_administrator_reads_and_does_not_export(staff: Staff, as_person: AsPerson) -> None:
    browser = as_person(staff("security_admin"))
    assert rows(browser.get(WHOLE[0]).content.decode()) == 1
    assert browser.post(WHOLE[2]).status_code == 404
    assert not Record.objects.filter(action="audit.export").exists()


def test_home_lists_ones_own_campaigns_alone(staff: Staff, as_person: AsPerson) -> None:
    page = as_person(staff("supervisor", "gx")).get("/supervisor/audit/").content.decode()
    assert "活动gx" in page
    assert "活动sc" not in page
    assert "导出" not in page
    assert "导出全部记录" in as_person(staff("auditor")).get("/supervisor/audit/").content.decode()


def test_the_list_asks_as_often_for_three_as_for_one(staff: Staff, as_person: AsPerson) -> None:
    browser, counts = as_person(staff("supervisor", "gx")), []
    for many in (1, 2):
        for _ in range(many):
            act(by=str(staff("clerk", "gx").pk))
        browser.get("/supervisor/audit/gx")
        with CaptureQueriesContext(connection) as asked:
            browser.get("/supervisor/audit/gx")
        counts.append(len(asked))
    assert counts[0] == counts[1]
