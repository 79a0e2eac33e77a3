"""Appeals against what was made void: anybody may make one within the term; two people answer it, in public."""

from __future__ import annotations

import base64
import re
import secrets

from django.db.models import QuerySet

from guiguan.apps.accounts.models import Person
from guiguan.apps.audit.reasons import reason_kept, reason_to_send_back
from guiguan.apps.campaigns.texts import plain
from guiguan.apps.sealer import sealer
from guiguan.apps.votes.brushing.acts import brushing, write_act
from guiguan.apps.votes.brushing.deciding import NOT_YOURS
from guiguan.apps.votes.brushing.written import write_some
from guiguan.apps.votes.models import Appeal, Poll, Suspect, Suspicion
from guiguan.core.lifecycle.moves import APPEAL, SUSPICION
from guiguan.core.values.finding import Finding, InputError

GROUNDS = "appeal.grounds"
LONGEST = 500
MOST_OPEN, MOST_OF_BALLOT = 200, 5
"""Appeals that may wait: against a case as a whole, which anybody may write, and for one ballot, whose number its voter alone has
while the vote goes on. Counted apart, so that a flood of the first kind keeps nobody from the second."""

_LEAF = re.compile(r"[0-9a-f]{64}")


def appeal(by: Person | None, at: int, suspicion_id: int, grounds: str, leaf: str) -> Appeal:
    """The appeal waits for an answer under its `code`. `leaf`: of one's own ballot, 64 hex digits, or "" for the whole case.

    Raises InputError: after the term, for a ballot that is not in the case, where nothing is said, where very many wait already.
    """
    with brushing(by, "void.appeal", _poll(suspicion_id)) as poll:
        found = Suspicion.objects.select_for_update().get(pk=suspicion_id)
        said, suspect = plain(grounds), None
        if found.state == "void" and found.appeal_until is None:
            raise InputError(
                Finding(
                    "appeal.writing",
                    "这一组作废正在写入日志，公示以后可以申诉",
                    "this decision is being written into the log; once it is published, it can be appealed against",
                )
            )
        if found.state != "void" or found.appeal_until is None or at >= found.appeal_until:
            raise InputError(Finding("appeal.late", "申诉期限已过", "the term for appeals is over"))
        faults = []
        if not 4 <= len(said) <= LONGEST:
            faults.append(
                Finding(
                    "appeal.grounds",
                    f"请写明理由，4 至 {LONGEST} 字",
                    f"say why, in 4 to {LONGEST} characters",
                )
            )
        if leaf.strip():
            given = _leaf(leaf)
            suspect = found.suspects.filter(leaf=given).first() if given else None
            if given is None:
                faults.append(
                    Finding(
                        "appeal.leaf-form",
                        "选票的指纹应为 64 位，只有数字和字母 a 至 f，请从选票回执上复制",
                        "a ballot's fingerprint has 64 digits and letters a to f; copy it from the receipt",
                    )
                )
            elif suspect is None:
                faults.append(
                    Finding(
                        "appeal.leaf",
                        "这张选票不在本组作废的选票里，请核对选票的指纹和组号",
                        "this ballot is not among those of the group; check its fingerprint and the group",
                    )
                )
        if faults:
            raise InputError(*faults)
        waiting = found.appeals.filter(state__in=("waiting", "proposed"), suspect=suspect)
        if waiting.count() >= (MOST_OPEN if suspect is None else MOST_OF_BALLOT):
            raise InputError(_many(whole=suspect is None))
        made = Appeal.objects.create(
            suspicion=found, suspect=suspect, code=_code(), grounds=sealer().seal(said, GROUNDS), made_at=at
        )
        write_act(poll, f"appeal:{made.pk}", by, at, "appeal", number=found.number, whole=suspect is None)
    return made


def _many(*, whole: bool) -> Finding:
    if whole:
        return Finding(
            "appeal.many",
            "对整组的申诉待答复的过多，请稍后再提交；只为自己的一张选票申诉的，请填写选票的指纹，不受此限",
            "too many appeals against the whole group wait, try again later; for your own ballot give its fingerprint, and this limit does"
            " not hold",
        )
    return Finding(
        "appeal.waiting",
        "这张选票已有申诉在办理，请等答复后再提交",
        "appeals for this ballot wait for an answer; try again after it",
    )


def propose_answer(by: Person, at: int, appeal_id: int, outcome: str, answer: str) -> Appeal:
    """The answer waits for a second person. Raises Forbidden, InputError."""
    with brushing(by, "brushing.propose", _poll_of(appeal_id)) as poll:
        appeals = Appeal.objects.select_for_update().select_related("suspicion").defer("suspicion__subject")
        made = appeals.get(pk=appeal_id)
        _must(made, "propose")
        _others(by, made.suspicion)
        said = reason_kept(answer)
        faults = []
        if outcome not in ("uphold", "reject"):
            faults.append(Finding("appeal.outcome", "请选择成立或不成立", "choose to uphold or to reject"))
        if not 4 <= len(said) <= LONGEST:
            faults.append(
                Finding(
                    "appeal.answer",
                    f"请写明答复，4 至 {LONGEST} 字",
                    f"write the answer, 4 to {LONGEST} characters",
                )
            )
        if faults:
            raise InputError(*faults)
        made.state = APPEAL.after(made.state, "propose")
        made.outcome, made.answer, made.by, made.at, made.second_by = outcome, said, by.pk, at, None
        made.save()
        write_act(poll, f"appeal:{made.pk}", by, at, "appeal-propose", outcome=outcome)
    return made


def second_answer(by: Person, at: int, appeal_id: int, *, agree: bool, why: str = "") -> Appeal:
    """The answer stands by a second person's word, or is sent back, who says why. What is upheld counts again. Raises Forbidden,
    InputError."""
    with brushing(by, "brushing.second", _poll_of(appeal_id)) as poll:
        made = Appeal.objects.select_for_update().select_related("suspicion").get(pk=appeal_id)
        _must(made, "drop")
        if not agree:
            return _drop(poll, made, by, at, "" if made.by == by.pk else reason_to_send_back(why))
        if made.by == by.pk:
            raise InputError(
                Finding(
                    "brushing.second",
                    "须由另一人复核，不能由提出人自己确认",
                    "another person must agree; whoever proposed it cannot",
                )
            )
        _others(by, made.suspicion)
        made.state = APPEAL.after(made.state, made.outcome)
        made.second_by, made.decided_at = by.pk, at
        made.save()
        restored = 0
        if made.outcome == "uphold":
            found = Suspicion.objects.select_for_update().get(pk=made.suspicion_id)
            restored = _restored(found, made).update(restored=True, pending="unvoid")
            left = found.suspects.filter(restored=False).exists()
            if found.state == "void":
                found.state = SUSPICION.after(found.state, "restore" if left else "annul")
                found.save()
        write_act(
            poll,
            f"appeal:{made.pk}",
            by,
            at,
            f"appeal-{made.outcome}",
            restored=restored,
            proposed_by=str(made.by),
        )
    if restored:
        write_some(at, made.suspicion_id)
    return made


def take_back_answer(by: Person, at: int, appeal_id: int) -> Appeal:
    """One's own answer is dropped. Raises Forbidden, InputError."""
    with brushing(by, "brushing.propose", _poll_of(appeal_id)) as poll:
        made = Appeal.objects.select_for_update().get(pk=appeal_id)
        _must(made, "drop")
        if made.by != by.pk:
            raise InputError(NOT_YOURS)
        return _drop(poll, made, by, at)


def _drop(poll: Poll, made: Appeal, by: Person, at: int, why: str = "") -> Appeal:
    said = {"why": why, "proposed_by": str(made.by)} if why else {}
    made.state = APPEAL.after(made.state, "drop")
    made.last = {"outcome": made.outcome, "answer": made.answer, "why": why}
    made.outcome, made.answer, made.by, made.at = "", "", None, None
    made.save()
    write_act(poll, f"appeal:{made.pk}", by, at, f"appeal-{'drop' if why else 'take-back'}", **said)
    return made


def _restored(found: Suspicion, made: Appeal) -> QuerySet[Suspect]:
    """The ballots that count again: the appellant's, or all of the case, as far as they do not already."""
    suspects: QuerySet[Suspect] = found.suspects.filter(restored=False)
    return suspects.filter(pk=made.suspect_id) if made.suspect_id else suspects


def _code() -> str:
    """What the appellant keeps: 10 letters and digits that are easily told apart."""
    return base64.b32encode(secrets.token_bytes(7)).decode().rstrip("=")[:10]


def _leaf(text: str) -> bytes | None:
    """The fingerprint as it was typed or pasted; None for what can be none."""
    given = "".join(text.split()).lower()
    return bytes.fromhex(given) if _LEAF.fullmatch(given) else None


def _poll(suspicion_id: int) -> int:
    return int(Suspicion.objects.values_list("poll", flat=True).get(pk=suspicion_id))


def _poll_of(appeal_id: int) -> int:
    return int(Appeal.objects.values_list("suspicion__poll", flat=True).get(pk=appeal_id))


def _others(by: Person, found: Suspicion) -> None:
    """InputError for one of the two by whose word the ballots are void: nobody judges an appeal against their own decision."""
    if by.pk in (found.by, found.second_by):
        raise InputError(
            Finding(
                "appeal.own-decision",
                "您参与了这一组的作废决定，申诉须由另外两人办理",
                "you were one of the two who made these ballots void; two others must answer the appeal",
            )
        )


def _must(made: Appeal, act: str) -> None:
    if not APPEAL.can(made.state, act):
        raise InputError(
            Finding(
                "brushing.moved",
                "这件申诉已由他人办理，请刷新页面",
                "somebody has dealt with this appeal; reload the page",
            )
        )
