"""A sealed answer opened for somebody who has a reason for it; every opening is on record."""

from __future__ import annotations

from hashlib import sha256

from django.db import transaction

from guiguan.apps.accounts.models import Person
from guiguan.apps.accounts.permission import ask
from guiguan.apps.audit.services import record
from guiguan.apps.campaigns.queries import blueprint_of
from guiguan.apps.entries.models import Submission
from guiguan.apps.entries.queries import about
from guiguan.apps.entries.sealing import SEALED_KINDS, unpack
from guiguan.apps.screening.models import AnswerReveal
from guiguan.core.blueprint.lookup import fields
from guiguan.core.entries.answers import cell
from guiguan.core.values.finding import Finding, InputError
from guiguan.core.values.plain import unkept

LEAST, MOST = 4, 200


@transaction.atomic
def reveal_answer(by: Person, at: int, submission_id: int, field_id: str, reason: str) -> str:
    """One personal answer in plain text; that it was opened, by whom and the digest of the reason are on record.
    Raises Forbidden; InputError without a reason or where there is nothing sealed."""
    submission = Submission.objects.select_related("entry__campaign__in_force").get(pk=submission_id)
    entry = submission.entry
    ask(by, "entry.reveal", about(entry))
    field = fields(blueprint_of(entry.campaign)).get(field_id)
    if field is None or field.kind not in SEALED_KINDS or field_id not in submission.answers:
        raise InputError(Finding("reveal.nothing", "这一栏没有加密的内容", "nothing is sealed in this field"))
    odd = unkept("reveal.reason", reason, zh="理由", en="the reason")
    if odd:
        raise InputError(*odd)
    why = reason.strip()
    if not LEAST <= len(why) <= MOST:
        raise InputError(
            Finding(
                "reveal.reason",
                f"请写明查看个人信息的理由（{LEAST} 至 {MOST} 字），会记入审计",
                f"say why you open personal data ({LEAST} to {MOST} characters); it goes on record",
            )
        )
    opened = AnswerReveal.objects.create(submission=submission, field=field_id, reason=why, by=by.pk, at=at)
    record(
        str(by.pk),
        at,
        "entry.reveal",
        f"entry:{entry.pk}",
        campaign=entry.campaign_id,
        field=field_id,
        submission=submission.pk,
        reveal=opened.pk,
        reason=sha256(why.encode()).hexdigest(),
    )
    return cell(field, unpack(field, submission.answers[field_id]))
