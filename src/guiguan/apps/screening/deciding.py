"""Decides on entries: accept, return with all faults, refuse; by two persons where the blueprint says so."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from typing import Any

from django.db import transaction

from guiguan.apps.accounts.models import Person
from guiguan.apps.accounts.permission import Forbidden
from guiguan.apps.audit.reasons import reason_to_send_back, why_on_record
from guiguan.apps.audit.services import record
from guiguan.apps.endorsing.opinions import not_endorsed
from guiguan.apps.endorsing.paper import noted_by
from guiguan.apps.entries.models import Entry, Submission
from guiguan.apps.entries.queries import about, is_own
from guiguan.apps.entries.services.locked import locked
from guiguan.apps.entries.telling import tell_applicant
from guiguan.apps.screening.deadline import correction_until, until_text
from guiguan.apps.screening.deciders import may_decide
from guiguan.apps.screening.judgement import Judgement, checked, points
from guiguan.apps.screening.models import Screening
from guiguan.apps.screening.order import open_stage, reason_words
from guiguan.core.blueprint.base import say
from guiguan.core.blueprint.model import Blueprint
from guiguan.core.blueprint.stages import Endorsement
from guiguan.core.blueprint.stages import Screening as Stage
from guiguan.core.lifecycle.moves import ENTRY
from guiguan.core.values.finding import Finding, InputError


@transaction.atomic
def decide_screening(
    by: Person, at: int, submission_id: int, stage_id: str, judgement: Judgement
) -> Screening:
    """The decision stands and the applicant is told; where two persons are wanted it waits for the second.
    Raises Forbidden (also to a member of the unit), InputError with everything that keeps it from standing."""
    submission, entry, blueprint, stage = _ready(by, submission_id, stage_id)
    waiting = submission.screenings.filter(stage=stage_id, state="proposed").exists()
    if waiting:
        raise InputError(
            Finding(
                "screening.proposed",
                "另一位审查人已提出结论，请先确认或否决",
                "another screener has proposed a decision; agree to it or turn it down first",
            )
        )
    tidy = checked(blueprint, stage, judgement, _returned(entry, stage_id))
    if tidy.outcome == "accept" and not_endorsed(entry, blueprint, stage_id):
        raise InputError(lacks_endorsement(blueprint, stage_id))
    alone = "screening" not in blueprint.two_persons
    if alone and tidy.outcome == "accept" and noted_by(by, entry):
        raise InputError(_own_note())
    screening = Screening.objects.create(
        submission=submission,
        stage=stage_id,
        outcome=tidy.outcome,
        state="stands" if alone else "proposed",
        checklist=dict(tidy.checklist),
        faults=[{"field": f.field, "text": f.text} for f in tidy.faults],
        reason=tidy.reason,
        note=tidy.note,
        days=tidy.days,
        days_chosen=tidy.days is not None and stage.correction is None,
        by=by.pk,
        at=at,
    )
    if alone:
        _take_effect(by, at, screening, entry, blueprint, stage)
    else:
        _record(by, at, "screening.propose", entry, screening)
    return screening


@transaction.atomic
def second_screening(by: Person, at: int, screening_id: int, agree: bool, why: str = "") -> Screening:
    """A proposal stands by a second person's word, or is dropped, who says why; whoever made it can only take it back.
    Raises Forbidden, InputError."""
    found = Screening.objects.get(pk=screening_id)
    _, entry, blueprint, stage = _ready(by, found.submission_id, found.stage)
    screening = Screening.objects.get(pk=screening_id)  # as it is now that the entry is locked
    if screening.state != "proposed":
        raise InputError(
            Finding(
                "screening.not-proposed", "这条结论已经办理，请刷新页面", "this proposal has been dealt with"
            )
        )
    if agree and screening.by == by.pk:
        raise InputError(
            Finding(
                "screening.second",
                "须由另一位审查人确认，不能由提出人自己确认",
                "another person must agree; whoever proposed it cannot",
            )
        )
    if agree and screening.outcome == "accept":
        _still_endorsed(by, entry, blueprint, stage, screening)
    if not agree and screening.by != by.pk:
        screening.why = reason_to_send_back(why)
    screening.second_by, screening.second_at = by.pk, at
    if agree:
        screening.state = "stands"
        screening.save(update_fields=["state", "second_by", "second_at"])
        _take_effect(by, at, screening, entry, blueprint, stage)
    else:
        screening.state = "dropped"
        screening.save(update_fields=["state", "second_by", "second_at", "why"])
        _record(by, at, "screening.drop", entry, screening)
    return screening


def accept_several(
    by: Person, at: int, stage_id: str, submissions: Sequence[int]
) -> dict[int, tuple[Finding, ...]]:
    """Each is accepted with every point of the checklist answered yes, in a transaction of its own;
    returns what kept the others from it. Raises Forbidden for what the person may not decide on."""
    kept_back: dict[int, tuple[Finding, ...]] = {}
    for number in submissions:
        try:
            with transaction.atomic():
                _, _, _, stage = _ready(by, number, stage_id)
                answers = dict.fromkeys(points(stage), "yes")
                decide_screening(by, at, number, stage_id, Judgement("accept", answers))
        except InputError as error:
            kept_back[number] = error.findings
    return kept_back


def _ready(by: Person, submission_id: int, stage_id: str) -> tuple[Submission, Entry, Blueprint, Stage]:
    """The submission and its entry, alone in this transaction and still to be decided on at this stage."""
    submission = Submission.objects.get(pk=submission_id)
    entry, blueprint = locked(by, submission.entry_id, "screening.decide")
    if is_own(by, entry):
        raise Forbidden("screening.decide", about(entry))
    newest = entry.submissions.order_by("-number").values_list("pk", flat=True).first()
    if entry.state != "submitted" or newest != submission.pk:
        raise InputError(_stale(entry, newest != submission.pk))
    stage = open_stage(blueprint, submission.screenings.all())
    if stage is None or stage.id != stage_id:
        raise InputError(
            Finding(
                "screening.stage",
                "这一项不在本审查环节，可能已由他人办理，请刷新页面",
                "the entry does not stand before this screening; somebody may have decided, reload the page",
            )
        )
    if not may_decide(by, entry, blueprint, stage):
        raise Forbidden("screening.decide", about(entry))
    return submission, entry, blueprint, stage


def _still_endorsed(
    by: Person, entry: Entry, blueprint: Blueprint, stage: Stage, proposed: Screening
) -> None:
    """InputError where the opinions on which the proposal rested are gone, or the second person noted one that the first never saw."""
    if not_endorsed(entry, blueprint, stage.id):
        raise InputError(lacks_endorsement(blueprint, stage.id))
    if noted_by(by, entry, after=proposed.at):
        raise InputError(_own_note())


def _own_note() -> Finding:
    return Finding(
        "screening.own-note",
        "本件的纸质推荐意见由您登记，须由另一位审查人核对扫描件后通过",
        "you noted the paper opinion on this entry; another screener must look at its scan and accept the entry",
    )


def lacks_endorsement(blueprint: Blueprint, before: str) -> Finding:
    """An opinion that the rules want before this screening is not there."""
    bodies = [say(s.by) for s in blueprint.stages if isinstance(s, Endorsement) and s.needed]
    return Finding(
        "screening.not-endorsed",
        f"还没有{'、'.join(bodies)}的意见，不能通过；可以等待，或退回补正",
        f"the opinion of {', '.join(bodies)} is missing, so it cannot be accepted; wait for it, or return the entry",
    )


def _stale(entry: Entry, newer: bool) -> Finding:
    if newer and entry.state == "submitted":
        return Finding(
            "screening.newer",
            "申报单位刚刚重新提交，您看到的不是最新内容；请刷新页面后再审查",
            "the applicant has handed in anew meanwhile; reload the page and look at what is new",
        )
    if entry.state == "withdrawn":
        return Finding(
            "screening.withdrawn",
            "申报单位已撤回这一项，无须审查",
            "the applicant has withdrawn this entry; there is nothing to decide",
        )
    return Finding(
        "screening.decided",
        "这一项已经有审查结论，可能刚由他人办理；请刷新页面查看",
        "this entry has been decided on, perhaps just now by somebody else; reload the page",
    )


def _returned(entry: Entry, stage_id: str) -> int:
    return Screening.objects.filter(
        submission__entry=entry, stage=stage_id, outcome="return", state="stands"
    ).count()


def _take_effect(
    by: Person, at: int, screening: Screening, entry: Entry, blueprint: Blueprint, stage: Stage
) -> None:
    """The entry moves, the applicant is told, and the act is on record."""
    told: tuple[str, Mapping[str, str]] | None = None
    if screening.outcome == "return":
        assert screening.days is not None
        screening.until = correction_until(at, screening.days, blueprint.zone)
        screening.save(update_fields=["until"])
        entry.correct_until = screening.until
        until = until_text(screening.until, blueprint.zone)
        told = "entry-returned", {"faults": str(len(screening.faults)), "until": until}
    elif screening.outcome == "refuse":
        told = "entry-refused", {"reason": reason_text(stage, screening)}
    elif open_stage(blueprint, screening.submission.screenings.all()) is None:
        told = "entry-accepted", {}
    if told is not None:  # accepted by one of several screenings, it waits for the next
        entry.state = ENTRY.after(entry.state, screening.outcome)
        entry.save(update_fields=["state", "correct_until"])
        tell_applicant(at, entry, told[0], f"screening-{screening.pk}", **told[1])
    _record(by, at, f"screening.{screening.outcome}", entry, screening)


def reason_text(stage: Stage, screening: Screening, lang: str = "zh") -> str:
    """Why it was refused: the blueprint's words for the code, and the note."""
    return reason_words(stage, screening.reason, screening.note, lang)


def _record(by: Person, at: int, action: str, entry: Entry, screening: Screening) -> None:
    content = [dict(sorted(screening.checklist.items())), screening.faults, screening.note]
    detail: dict[str, Any] = {
        "screening": screening.pk,
        "submission": screening.submission_id,
        "stage": screening.stage,
        "outcome": screening.outcome,
        "sha256": _digest(content),
    }
    if screening.reason:
        detail["reason"] = screening.reason
    if screening.until is not None:
        detail["until"] = screening.until
    if screening.second_by is not None:
        detail["proposed_by"] = str(screening.by)
    detail |= why_on_record(screening.why)
    record(str(by.pk), at, action, f"entry:{entry.pk}", campaign=entry.campaign_id, **detail)


def _digest(content: Any) -> str:
    return hashlib.sha256(json.dumps(content, ensure_ascii=True, sort_keys=True).encode()).hexdigest()
