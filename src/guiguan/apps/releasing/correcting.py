"""Corrects what was published: proposed by one, made by another's word, with a reason that the public reads."""

from __future__ import annotations

from django.db import transaction

from guiguan.apps.accounts.models import Person
from guiguan.apps.accounts.permission import ask
from guiguan.apps.audit.reasons import reason_to_send_back, why_on_record
from guiguan.apps.audit.services import record
from guiguan.apps.releasing.models import Release, ReleaseCorrection, Released
from guiguan.core.lifecycle.moves import RELEASE
from guiguan.core.permissions.table import About
from guiguan.core.values.finding import Finding, InputError

LEAST, MOST = 4, 500
LONGEST = 2_000


@transaction.atomic
def propose_correction(
    by: Person, at: int, row_id: int, field: str, after: str, reason: str
) -> ReleaseCorrection:
    """The correction waits for a second person: `field` of what is published shall read `after`, or with field "" the entry is
    taken out of the batch. Raises Forbidden, InputError."""
    row = _locked(by, "release.draft", row_id)
    why = reason.strip().replace("\0", "")
    text = after.strip().replace("\0", "")
    faults = []
    if not LEAST <= len(why) <= MOST:
        faults.append(
            Finding(
                "correction.reason",
                f"请写明更正的理由（{LEAST} 至 {MOST} 字），公众会原样看到",
                f"say why ({LEAST} to {MOST} characters); the public reads it",
            )
        )
    before = next((p["text"] for p in row.public if p["field"] == field), None) if field else ""
    if before is None or (field and (not text or len(text) > LONGEST or text == before)):
        faults.append(
            Finding(
                "correction.text",
                f"请选择要更正的栏目，并填写与原来不同的内容（最多 {LONGEST} 字）",
                f"choose a field and write what it shall read, other than before (at most {LONGEST} characters)",
            )
        )
    if row.withdrawn_at is not None or row.corrections.filter(state="proposed").exists():
        faults.append(_moved_on())
    if faults:
        raise InputError(*faults)
    made = row.corrections.create(
        field=field, before=before or "", after=text if field else "", reason=why, by=by.pk, at=at
    )
    _record(by, at, "release.propose-correction", row, made)
    return made


@transaction.atomic
def second_correction(
    by: Person, at: int, correction_id: int, agree: bool, why: str = ""
) -> ReleaseCorrection:
    """The published batch reads as corrected, or the proposal is dropped and the second person says why; whoever made it cannot agree.
    Raises Forbidden, InputError."""
    row, found = _proposed(by, "release.publish", correction_id)
    if agree and found.by == by.pk:
        raise InputError(
            Finding(
                "correction.second",
                "须由另一人复核，不能由提出人自己确认",
                "another person must agree; whoever proposed it cannot",
            )
        )
    if not agree and found.by != by.pk:
        found.why = reason_to_send_back(why)
    found.state, found.second_by, found.second_at = "stands" if agree else "dropped", by.pk, at
    found.save(update_fields=["state", "second_by", "second_at", "why"])
    if agree:
        RELEASE.after(row.release.state, "correct")
        if found.field:
            row.public = [p | {"text": found.after} if p["field"] == found.field else p for p in row.public]
        else:
            row.withdrawn_at = at
        row.save(update_fields=["public", "withdrawn_at"])
    _record(by, at, "release.correct" if agree else "release.drop-correction", row, found)
    return found


@transaction.atomic
def take_back_correction(by: Person, at: int, correction_id: int) -> None:
    """The proposal is dropped by whoever made it. Raises Forbidden, InputError."""
    row, found = _proposed(by, "release.draft", correction_id)
    if found.by != by.pk:
        raise InputError(_moved_on())
    found.state, found.second_at = "dropped", at
    found.save(update_fields=["state", "second_at"])
    _record(by, at, "release.drop-correction", row, found)


def _proposed(by: Person, action: str, correction_id: int) -> tuple[Released, ReleaseCorrection]:
    """A correction that waits, and its row, alone in this transaction."""
    row = _locked(by, action, ReleaseCorrection.objects.values_list("row", flat=True).get(pk=correction_id))
    found = ReleaseCorrection.objects.get(pk=correction_id)
    if found.state != "proposed":
        raise InputError(_moved_on())
    return row, found


def _locked(by: Person, action: str, row_id: int) -> Released:
    row = Released.objects.select_related("release", "entry").get(pk=row_id)
    Release.objects.select_for_update().get(pk=row.release_id)
    ask(by, action, About(campaign=row.release.campaign_id))
    row = Released.objects.select_related("release", "entry").get(pk=row_id)
    if row.release.state != "published":
        raise InputError(_moved_on())
    return row


def _moved_on() -> Finding:
    return Finding(
        "correction.moved-on",
        "这一项尚未发布、已撤出，或已有一项更正等待复核；请刷新页面查看",
        "this is not published, has been taken out, or a correction waits for its second person; reload the page",
    )


def _record(by: Person, at: int, action: str, row: Released, found: ReleaseCorrection) -> None:
    record(
        str(by.pk),
        at,
        action,
        f"release:{row.release_id}",
        campaign=row.release.campaign_id,
        entry=str(row.entry_id),
        correction=found.pk,
        field=found.field,
        **why_on_record(found.why),
    )
