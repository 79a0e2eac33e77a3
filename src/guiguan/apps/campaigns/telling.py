"""What a campaign tells the public besides its rules: announcements, answered questions, files to download."""

from __future__ import annotations

import hashlib
import uuid

from django.db import transaction
from django.db.models import Max

from guiguan.apps.accounts.models import Person
from guiguan.apps.accounts.permission import ask
from guiguan.apps.accounts.telling import reached_at
from guiguan.apps.audit.services import record
from guiguan.apps.campaigns.models import Announcement, Campaign, Download, Question
from guiguan.apps.campaigns.queries import blueprint_of
from guiguan.apps.campaigns.texts import plain
from guiguan.apps.gazette.services import publish
from guiguan.apps.messages.services import queue
from guiguan.core.permissions.table import About
from guiguan.core.values.finding import Finding, InputError
from guiguan.core.values.plain import unkept

MAX_TITLE, MAX_TEXT, MAX_QUESTION = 120, 10_000, 1_000
MAX_WAITING = 20
"""Questions of one person in one campaign that wait for an answer."""


@transaction.atomic
def announce(by: Person, at: int, slug: str, title: str, text: str) -> Announcement:
    """The announcement is public. Raises Forbidden; InputError for what is blank or too long, or a draft."""
    campaign = _public(slug)
    ask(by, "campaign.announce", About(campaign=slug))
    faults = [
        *_faults("title", "标题", "the title", title, MAX_TITLE),
        *_faults("text", "正文", "the text", text, MAX_TEXT),
    ]
    if faults:
        raise InputError(*faults)
    last = campaign.announcements.aggregate(last=Max("number"))["last"] or 0
    made = Announcement.objects.create(
        campaign=campaign, number=last + 1, title=plain(title), text=plain(text), by=by.pk, at=at
    )
    record(str(by.pk), at, "campaign.announce", f"announcement:{made.pk}", campaign=slug)
    publish(slug, "notice", at, notice=made.number, sha256=digest_of(made))
    return made


def digest_of(made: Announcement) -> str:
    """The digest that the public record keeps of an announcement: SHA-256 of the title, a line end and the text."""
    return hashlib.sha256(f"{made.title}\n{made.text}".encode()).hexdigest()


@transaction.atomic
def withdraw_announcement(by: Person, at: int, slug: str, announcement: int) -> None:
    """The announcement, named by its primary key, is no longer shown; that it was there stays in the trail. Raises Forbidden."""
    Campaign.objects.select_for_update().get(pk=slug)
    ask(by, "campaign.announce", About(campaign=slug))
    made = Announcement.objects.filter(pk=announcement, campaign=slug, withdrawn_at=None).first()
    if made is not None:
        made.withdrawn_at = at
        made.save(update_fields=["withdrawn_at"])
        record(str(by.pk), at, "campaign.announce-withdraw", f"announcement:{made.pk}", campaign=slug)
        publish(slug, "notice", at, notice=made.number, withdrawn=True)


@transaction.atomic
def ask_question(by: Person, at: int, slug: str, text: str) -> Question:
    """The question waits for its answer; the same text sent twice by one person is one question."""
    campaign = _public(slug)
    ask(by, "campaign.ask")
    faults = _faults("text", "问题", "the question", text, MAX_QUESTION)
    if faults:
        raise InputError(*faults)
    if campaign.questions.filter(by=by.pk, answered_at=None).exclude(text=plain(text)).count() >= MAX_WAITING:
        raise InputError(
            Finding(
                "campaign.text-many",
                f"您已有 {MAX_WAITING} 个问题在等待答复，请等答复后再提问",
                f"{MAX_WAITING} questions of yours wait for an answer; ask again when they are answered",
            )
        )
    question, fresh = Question.objects.get_or_create(
        campaign=campaign, by=by.pk, text=plain(text), answered_at=None, defaults={"at": at}
    )
    if fresh:
        record(str(by.pk), at, "campaign.ask", f"question:{question.pk}", campaign=slug)
    return question


@transaction.atomic
def answer_question(
    by: Person, at: int, slug: str, question: uuid.UUID, answer: str, public: bool
) -> Question:
    """The question has its answer and whoever asked is told; public with it if so wished, never with who asked. Answering again
    mends the answer."""
    found = Question.objects.select_for_update().get(pk=question, campaign=slug)
    ask(by, "campaign.announce", About(campaign=slug))
    faults = _faults("answer", "答复", "the answer", answer, MAX_TEXT)
    if faults:
        raise InputError(*faults)
    if (found.answer, found.public) != (plain(answer), public) or found.answered_at is None:
        found.answer, found.public = plain(answer), public
        found.answered_by, found.answered_at = by.pk, at
        found.save(update_fields=["answer", "public", "answered_by", "answered_at"])
        record(str(by.pk), at, "campaign.answer", f"question:{found.pk}", campaign=slug, public=int(public))
        _tell_asker(at, found)
    return found


def _tell_asker(at: int, question: Question) -> None:
    """Whoever asked is told, once: an answer that is mended later makes no second message."""
    asker = Person.objects.filter(pk=question.by).first()
    if asker is None:
        return
    queue(
        at,
        "question-answered",
        once=f"question-answered:{question.pk}",
        person=asker.pk,
        channels=("sms", "site"),
        to=reached_at(asker),
        campaign=question.campaign_id,
        facts={"campaign": question.campaign.title},
        link=f"/campaigns/{question.campaign_id}/#questions",
    )


@transaction.atomic
def put_download(by: Person, at: int, slug: str, document: str, file: uuid.UUID) -> Download:
    """The file stands behind the blueprint's document. Raises Forbidden; InputError for a document the blueprint lacks."""
    campaign = Campaign.objects.select_for_update().get(pk=slug)
    ask(by, "campaign.draft", About(campaign=slug))
    if document not in {d.id for d in blueprint_of(campaign).documents}:
        raise InputError(
            Finding(
                "campaign.no-document",
                f"蓝图的 documents 里没有 {document}",
                f"the blueprint's documents lack {document}",
            )
        )
    made, _ = Download.objects.update_or_create(campaign=campaign, document=document, defaults={"file": file})
    record(str(by.pk), at, "campaign.download", f"file:{file}", campaign=slug, document=document)
    return made


def _public(slug: str) -> Campaign:
    campaign = Campaign.objects.select_for_update().get(pk=slug)
    if campaign.state == "draft":
        raise InputError(
            Finding(
                "campaign.not-open", "活动尚未发布，请先发布", "the campaign is not open yet; open it first"
            )
        )
    return campaign


def _faults(key: str, zh: str, en: str, text: str, most: int) -> list[Finding]:
    """Why a text cannot be taken; the rule id ends in the field's name, so that a page can show it there."""
    odd = unkept(f"campaign.{key}-odd", text, zh=zh, en=en)
    if odd:
        return odd
    if not plain(text):
        return [Finding(f"campaign.{key}-blank", f"请填写{zh}", f"write {en}")]
    if len(plain(text)) > most:
        return [
            Finding(
                f"campaign.{key}-long",
                f"{zh}最多 {most} 字，现有 {len(plain(text))} 字",
                f"{en} holds at most {most} characters, found {len(plain(text))}",
            )
        ]
    return []
