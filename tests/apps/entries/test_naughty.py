"""Every naughty string through every kind of answer, and out of the database again character by character."""

from __future__ import annotations

from typing import Any

import pytest
from apps.conftest import make_person, make_unit
from apps.entries.conftest import NOON, make_campaign
from naughty import naughty_strings

from guiguan.apps.accounts.models import Person
from guiguan.apps.audit.models import Record
from guiguan.apps.entries import services
from guiguan.apps.entries.models import Answer, Entry, Submission
from guiguan.apps.entries.queries import blueprint_of, sheet_of
from guiguan.core.values.finding import InputError

TEXT = """
blueprint: 1
campaign: naughty
title: 文字
organisers: {host: [某局]}
categories: [{id: one, title: 一类}]
applicants: {quotas: [{per: [applicant], max: 3}]}
form:
  - {id: applicant, label: 申报单位, kind: organisation, section: 单位}
  - {id: title, label: 名称, kind: text, max: 300, section: 案例}
  - {id: contact, label: 联系人, kind: person, required: false}
  - {id: partners, label: 合作单位, kind: list, of: text, max: 1000, required: false}
  - {id: scenes, label: 场景, kind: rows, required: false, columns: [{id: name, label: 名称}, {id: use, label: 用途}]}
stages:
  - {id: declare, kind: declaration, window: [2026-03-01, 2026-03-31]}
"""


@pytest.fixture
def entry(db: None) -> Entry:
    by = make_person()
    return services.start_entry(by, NOON, make_campaign(TEXT, "naughty"), make_unit(by, name="甲公司"))


def save(entry: Entry, field: str, value: Any) -> None:
    services.save_answer(Person.objects.get(pk=entry.made_by), NOON, entry.pk, field, value, 10**9)


def stands(entry: Entry) -> Any:
    found = Entry.objects.select_related("campaign__in_force").get(pk=entry.pk)
    return sheet_of(found, blueprint_of(found.campaign)).values


def test_one_text_after_the_other_comes_back_as_it_went(entry: Entry) -> None:
    for text in naughty_strings():
        save(entry, "title", text)
        assert stands(entry)["title"] == text
        assert Entry.objects.get(pk=entry.pk).title == text[:300]


def test_sealed_ones_too_and_none_of_them_lies_open(entry: Entry) -> None:
    for text in naughty_strings():
        save(entry, "contact", text)
        assert stands(entry)["contact"] == text
    lying = Answer.objects.get(entry=entry, field="contact").value
    assert set(lying) == {"sealed"}


def test_in_lists_and_rows_and_in_what_was_handed_in(entry: Entry) -> None:
    texts = naughty_strings()
    rows = [
        {"name": text, "use": text[::-1]} for text in texts if text.strip()
    ]  # an empty row is a fault of its own
    save(entry, "title", texts[-1] or "名称")
    save(entry, "partners", texts)
    save(entry, "scenes", rows)
    assert (stands(entry)["partners"], stands(entry)["scenes"]) == (texts, rows)
    services.submit_entry(Person.objects.get(pk=entry.made_by), NOON, entry.pk)
    kept = Submission.objects.get(entry=entry).answers
    assert (kept["partners"], kept["scenes"]) == (texts, rows)


@pytest.mark.parametrize("bad", ["a\0b", "\ud800", "a\udfffb", "\ude00\ud83d"])
def test_nul_and_halves_of_pairs_are_refused_with_a_sentence(entry: Entry, bad: str) -> None:
    for field, value in (
        ("title", bad),
        ("contact", bad),
        ("partners", ["好", bad]),
        ("scenes", [{"name": "好", "use": bad}]),
    ):
        with pytest.raises(InputError) as refused:
            save(entry, field, value)
        assert [f.rule for f in refused.value.findings] == ["entry.bad-value"]
        assert "请改正后再保存" in refused.value.findings[0].zh
    assert set(stands(entry)) == {"applicant"}


def test_the_audit_trail_holds_none_of_it(entry: Entry) -> None:
    secret = "甲秘密\u202e乙"
    for field, value in (("title", secret), ("partners", [secret]), ("scenes", [{"name": secret}])):
        save(entry, field, value)
    for record in Record.objects.all():
        assert "秘密" not in str(record.detail)
        if record.action == "entry.save":
            assert set(record.detail) == {"field", "revision"}
