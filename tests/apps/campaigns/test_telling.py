"""Announcements and answers are public only when they should be, and never tell who asked."""

from __future__ import annotations

import hashlib
import uuid
from collections.abc import Callable

import pytest
from apps.accounts.conftest import with_phone
from apps.entries.conftest import TEXT, make_campaign

from guiguan.apps.accounts.models import Person
from guiguan.apps.accounts.permission import Forbidden
from guiguan.apps.audit.models import Record
from guiguan.apps.campaigns.models import Announcement, Campaign
from guiguan.apps.campaigns.queries import (
    announcements_of,
    downloads_of,
    questions_asked_by,
    questions_public,
    questions_waiting_first,
)
from guiguan.apps.campaigns.services import create_campaign
from guiguan.apps.campaigns.telling import (
    MAX_WAITING,
    announce,
    answer_question,
    ask_question,
    put_download,
    withdraw_announcement,
)
from guiguan.apps.gazette.queries import entries_of
from guiguan.apps.messages.models import Message
from guiguan.core.values.finding import InputError

pytestmark = pytest.mark.django_db
Staff = Callable[..., Person]
SLUG = "guangxi-2021"


def rules_of(error: pytest.ExceptionInfo[InputError]) -> list[str]:
    return [f.rule for f in error.value.findings]


def test_an_announcement_is_shown_until_it_is_withdrawn(staff: Staff, opened: Campaign) -> None:
    clerk = staff("clerk", SLUG)
    made = announce(clerk, 9, SLUG, " 延期 ", "申报延期。")
    assert [(a.title, a.text) for a in announcements_of(opened)] == [("延期", "申报延期。")]
    with pytest.raises(Forbidden):
        withdraw_announcement(staff("clerk", "another"), 10, SLUG, made.pk)
    withdraw_announcement(clerk, 10, SLUG, made.pk)
    withdraw_announcement(clerk, 11, SLUG, made.pk)
    assert list(announcements_of(opened)) == []
    assert Record.objects.filter(action="campaign.announce-withdraw").count() == 1
    digest = hashlib.sha256("延期\n申报延期。".encode()).hexdigest()
    own = {"c": SLUG, "k": "notice", "notice": 1, "v": 1}
    assert [e.told for e in entries_of(SLUG).filter(kind="notice")] == [
        {**own, "t": 9, "sha256": digest},
        {**own, "t": 10, "withdrawn": True},
    ]


def test_the_record_counts_the_announcements_of_each_campaign_from_one(
    staff: Staff, opened: Campaign
) -> None:
    other = make_campaign(TEXT, "case")
    clerks = {slug: staff("clerk", slug) for slug in (SLUG, other.pk)}
    made = [
        announce(clerks[slug], 9, slug, "延期", "申报延期。") for slug in (SLUG, other.pk, other.pk, SLUG)
    ]
    withdraw_announcement(clerks["case"], 10, "case", made[2].pk)
    announce(clerks["case"], 11, "case", "延期", "再延期。")
    told = {slug: [e.told for e in entries_of(slug).filter(kind="notice")] for slug in clerks}
    assert [t["notice"] for t in told[SLUG]] == [1, 2]
    assert [(t["notice"], "withdrawn" in t) for t in told["case"]] == [
        (1, False),
        (2, False),
        (2, True),
        (3, False),
    ]


def test_a_record_that_named_its_announcements_otherwise_goes_on_and_gives_no_number_twice(
    staff: Staff, opened: Campaign
) -> None:
    clerk = staff("clerk", SLUG)
    old = announce(clerk, 9, SLUG, "延期", "申报延期。")
    Announcement.objects.update(number=7)
    assert announce(clerk, 10, SLUG, "延期", "再延期。").number == 8
    withdraw_announcement(clerk, 11, SLUG, old.pk)
    assert [e.told["notice"] for e in entries_of(SLUG).filter(kind="notice")] == [1, 8, 7]


def test_blank_and_long_texts_are_all_told(staff: Staff, opened: Campaign) -> None:
    with pytest.raises(InputError) as error:
        announce(staff("clerk", SLUG), 9, SLUG, "题" * 121, " ")
    assert rules_of(error) == ["campaign.title-long", "campaign.text-blank"]


def test_one_person_s_questions_do_not_bury_the_others(staff: Staff, person: Staff, opened: Campaign) -> None:
    asker = person("asker")
    asked = [ask_question(asker, 9, SLUG, f"问题 {n}？") for n in range(MAX_WAITING)]
    with pytest.raises(InputError) as error:
        ask_question(asker, 9, SLUG, "还有一个？")
    assert rules_of(error) == ["campaign.text-many"]
    assert ask_question(asker, 10, SLUG, "问题 0？") == asked[0]  # a second click is still no fault
    ask_question(person("another"), 9, SLUG, "还有一个？")
    answer_question(staff("clerk", SLUG), 11, SLUG, asked[0].pk, "答", False)
    ask_question(asker, 12, SLUG, "还有一个？")


def test_a_draft_tells_the_public_nothing(staff: Staff, person: Staff, gx: str) -> None:
    clerk = staff("clerk", SLUG)
    create_campaign(clerk, 5, gx)
    with pytest.raises(InputError) as error:
        announce(clerk, 9, SLUG, "题", "文")
    assert rules_of(error) == ["campaign.not-open"]
    with pytest.raises(InputError):
        ask_question(person("asker"), 9, SLUG, "何时开始？")


def test_a_question_is_public_only_with_its_answer_and_without_who_asked(
    staff: Staff, person: Staff, opened: Campaign
) -> None:
    asker, clerk = person("asker"), staff("clerk", SLUG)
    question = ask_question(asker, 9, SLUG, "能否联合申报？")
    assert ask_question(asker, 10, SLUG, "能否联合申报？").pk == question.pk
    assert list(questions_public(opened)) == []
    with pytest.raises(Forbidden):
        answer_question(asker, 11, SLUG, question.pk, "可以。", public=True)
    answer_question(clerk, 11, SLUG, question.pk, "可以。", public=False)
    assert list(questions_public(opened)) == []
    answer_question(clerk, 12, SLUG, question.pk, "可以。", public=True)
    answer_question(clerk, 13, SLUG, question.pk, "可以。", public=True)
    (shown,) = questions_public(opened)
    assert (shown.text, shown.answer, shown.answered_at) == ("能否联合申报？", "可以。", 12)
    assert "by" in shown.get_deferred_fields()
    assert Record.objects.filter(action="campaign.answer").count() == 2
    assert str(asker.pk) not in str(list(Record.objects.filter(action="campaign.answer").values()))


def test_whoever_asked_is_told_once_and_reads_the_answer_though_it_is_not_public(
    staff: Staff, person: Staff, opened: Campaign
) -> None:
    asker, other, clerk = with_phone(person("asker")), person("other"), staff("clerk", SLUG)
    question = ask_question(asker, 9, SLUG, "能否联合申报？")
    assert not Message.objects.exists()
    answer_question(clerk, 11, SLUG, question.pk, "可以。", public=False)
    answer_question(clerk, 12, SLUG, question.pk, "可以，见第六条。", public=False)
    sent = Message.objects.order_by("channel")
    assert [(m.person, m.template, m.channel) for m in sent] == [
        (asker.pk, "question-answered", "site"),
        (asker.pk, "question-answered", "sms"),
    ]
    assert sent[0].link == f"/campaigns/{SLUG}/#questions"
    assert [q.answer for q in questions_asked_by(opened, asker)] == ["可以，见第六条。"]
    assert list(questions_asked_by(opened, other)) == []
    answer_question(clerk, 13, SLUG, question.pk, "可以，见第六条。", public=True)
    assert list(questions_asked_by(opened, asker)) == []  # it stands among the public ones now


def test_without_a_proven_number_the_answer_is_told_in_the_site_alone(
    staff: Staff, person: Staff, opened: Campaign
) -> None:
    question = ask_question(person("asker"), 9, SLUG, "何时开始？")
    answer_question(staff("clerk", SLUG), 11, SLUG, question.pk, "明天。", public=True)
    assert list(Message.objects.values_list("channel", flat=True)) == ["site"]


def test_who_is_not_signed_in_asks_nothing(opened: Campaign) -> None:
    with pytest.raises(Forbidden):
        ask_question(None, 9, SLUG, "何时？")  # type: ignore[arg-type]  # what a view must never pass


def test_unanswered_questions_come_first(staff: Staff, person: Staff, opened: Campaign) -> None:
    old = ask_question(person("one"), 1, SLUG, "一")
    ask_question(person("two"), 2, SLUG, "二")
    answer_question(staff("clerk", SLUG), 3, SLUG, old.pk, "答", public=True)
    assert [q.text for q in questions_waiting_first(opened)] == ["二", "一"]


def test_a_file_stands_behind_a_document_of_the_blueprint(staff: Staff, opened: Campaign) -> None:
    clerk, first, second = staff("clerk", SLUG), uuid.uuid4(), uuid.uuid4()
    put_download(clerk, 9, SLUG, "form", first)
    put_download(clerk, 10, SLUG, "form", second)
    assert {d: x.file for d, x in downloads_of(opened).items()} == {"form": second}
    with pytest.raises(InputError) as error:
        put_download(clerk, 11, SLUG, "nothing", first)
    assert rules_of(error) == ["campaign.no-document"]
    with pytest.raises(Forbidden):
        put_download(staff("supervisor", SLUG), 11, SLUG, "form", first)


def test_what_a_database_cannot_keep_is_refused(staff: Staff, person: Staff, opened: Campaign) -> None:
    clerk, asker = staff("clerk", SLUG), person("asker")
    with pytest.raises(InputError) as error:
        announce(clerk, 9, SLUG, "题\x00", "甲\r\n乙\x00")
    assert rules_of(error) == ["campaign.title-odd", "campaign.text-odd"]
    with pytest.raises(InputError) as error:
        ask_question(asker, 9, SLUG, "问\x00")
    assert rules_of(error) == ["campaign.text-odd"]
    question = ask_question(asker, 9, SLUG, "问？")
    with pytest.raises(InputError) as error:
        answer_question(clerk, 9, SLUG, question.pk, "答\x00", public=True)
    assert rules_of(error) == ["campaign.answer-odd"]
    assert announce(clerk, 9, SLUG, "题", "甲\r\n乙").text == "甲\n乙"
