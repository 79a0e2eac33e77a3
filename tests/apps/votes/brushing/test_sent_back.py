"""A proposal that a second person sends back: with a reason, told to whoever made it, and nothing of it lost; and too few hands."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from apps.conftest import make_staff
from brushed import NOW, suspected, told

from guiguan.apps.accounts.permission import Forbidden
from guiguan.apps.audit.models import Record
from guiguan.apps.votes.brushing.appeals import appeal, propose_answer, second_answer, take_back_answer
from guiguan.apps.votes.brushing.deciding import propose, second, take_back
from guiguan.apps.votes.brushing.hands import enough_for_both
from guiguan.apps.votes.models import Suspicion
from guiguan.core.values.finding import InputError

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("own_logs")]
SLUG = "gx-demo"
NOTE, WHY = "间隔整齐，同一地址", "来源是一间机房，请再看网络"


def refused(act: Callable[[], object]) -> list[str]:
    with pytest.raises(InputError) as error:
        act()
    return [f.rule for f in error.value.findings]


def voided() -> Suspicion:
    case = suspected()
    propose(make_staff("clerk", SLUG), NOW, case.pk, "void", "script", NOTE)
    return second(make_staff("lead", SLUG), NOW + 1, case.pk, agree=True)


@pytest.mark.parametrize("why", ["", "   ", "不行吧", "长" * 201])
def test_nobody_sends_a_proposal_back_without_saying_why(why: str) -> None:
    case = suspected()
    propose(make_staff("clerk", SLUG), NOW, case.pk, "void", "script", NOTE)
    lead = make_staff("lead", SLUG)
    assert refused(lambda: second(lead, NOW, case.pk, agree=False, why=why)) == ["second.why"]
    case.refresh_from_db()
    assert (case.state, case.outcome, case.note) == ("proposed", "void", NOTE)


def test_what_was_sent_back_stays_with_its_reason_until_the_next_is_dropped() -> None:
    case, clerk, lead = suspected(), make_staff("clerk", SLUG), make_staff("lead", SLUG)
    propose(clerk, NOW, case.pk, "void", "script", NOTE)
    case = second(lead, NOW + 1, case.pk, agree=False, why=WHY)
    assert case.last == {"outcome": "void", "reason": "script", "note": NOTE, "why": WHY}
    assert told("brushing-sent-back") == [(str(clerk.pk), f"/organiser/brushing/{SLUG}/cases/{case.pk}/")]
    record = Record.objects.get(action="brushing.drop")
    assert (record.by, record.detail["why"], record.detail["proposed_by"]) == (
        str(lead.pk),
        WHY,
        str(clerk.pk),
    )
    case = propose(clerk, NOW + 2, case.pk, "keep", "weak", "证据不足以作废")
    assert case.last["why"] == WHY, "whoever looks at the next one reads why the one before was sent back"
    case = take_back(clerk, NOW + 3, case.pk)
    assert case.last == {"outcome": "keep", "reason": "weak", "note": "证据不足以作废", "why": ""}
    assert len(told("brushing-sent-back")) == 1, "nobody is told of what they took back"


def test_what_is_personal_in_a_note_a_reason_or_an_answer_is_blacked_out() -> None:
    case = suspected()
    propose(make_staff("clerk", SLUG), NOW, case.pk, "void", "script", f"{NOTE} 10.1.2.3")
    case = second(make_staff("lead", SLUG), NOW, case.pk, agree=False, why="请联系 13800138000 核实")
    for said in (str(case.last), str(Record.objects.get(action="brushing.drop").detail)):
        assert "13800138000" not in said
        assert "10.1.2.3" not in said
    propose(make_staff("clerk", SLUG), NOW, case.pk, "void", "script", NOTE)
    second(make_staff("lead", SLUG), NOW + 1, case.pk, agree=True)
    made = appeal(None, NOW + 2, case.pk, "整组都不应作废", "")
    made = propose_answer(make_staff("clerk", SLUG), NOW + 3, made.pk, "reject", "与 a@b.cn 的邮件核对过")
    assert "a@b.cn" not in made.answer


def test_an_answer_is_sent_back_with_a_reason_too() -> None:
    case = voided()
    clerk, lead, supervisor = (make_staff(role, SLUG) for role in ("clerk", "lead", "supervisor"))
    made = appeal(None, NOW + 2, case.pk, "整组都不应作废", "")
    propose_answer(clerk, NOW + 3, made.pk, "reject", "证据充分，不予恢复")
    with pytest.raises(Forbidden):
        second_answer(clerk, NOW + 4, made.pk, agree=False, why=WHY)
    assert refused(lambda: second_answer(lead, NOW + 4, made.pk, agree=False)) == ["second.why"]
    made = second_answer(lead, NOW + 4, made.pk, agree=False, why=WHY)
    assert (made.state, made.answer) == ("waiting", "")
    assert made.last == {"outcome": "reject", "answer": "证据充分，不予恢复", "why": WHY}
    assert told("appeal-sent-back") == [(str(clerk.pk), f"/organiser/brushing/{SLUG}/appeals/{made.pk}/")]
    propose_answer(lead, NOW + 5, made.pk, "uphold", "证据不足，予以恢复")
    made = take_back_answer(lead, NOW + 6, made.pk)
    assert made.last == {"outcome": "uphold", "answer": "证据不足，予以恢复", "why": ""}
    propose_answer(clerk, NOW + 7, made.pk, "uphold", "证据不足，予以恢复")
    assert second_answer(supervisor, NOW + 8, made.pk, agree=True).state == "upheld"
    assert len(told("appeal-sent-back")) == 1


@pytest.mark.parametrize(
    ("more", "enough"),
    [
        ((), False),
        (("clerk",), False),  # nobody could agree
        (("supervisor",), False),  # nobody could propose
        (("clerk", "supervisor"), True),
        (("lead",), False),  # one alone
        (("lead", "lead"), True),
        (("lead", "clerk"), True),
    ],
)
def test_an_appeal_that_too_few_can_answer_is_told_to_leads_and_supervisors(
    more: tuple[str, ...], enough: bool
) -> None:
    case = voided()
    others = [make_staff(role, SLUG) for role in more]
    made = appeal(None, NOW + 2, case.pk, "整组都不应作废", "")
    found = told("appeal-unstaffed")
    leads = {str(case.second_by)} | {
        str(p.pk) for p, role in zip(others, more, strict=True) if role != "clerk"
    }
    assert {person for person, _ in found} == (set() if enough else leads)
    assert {link for _, link in found} <= {f"/organiser/brushing/{SLUG}/appeals/{made.pk}/"}
    appeal(None, NOW + 3, case.pk, "我也认为不应作废", "")
    assert told("appeal-unstaffed") == found, "many at once are one message"


@pytest.mark.parametrize(
    ("roles", "enough"),
    [
        (("clerk", "lead", "supervisor"), False),
        (("clerk", "lead", "lead", "supervisor"), True),
        (("clerk", "clerk", "lead", "supervisor"), True),
        (("clerk", "clerk", "clerk", "lead"), False),
        (("lead", "supervisor", "supervisor", "supervisor"), False),
        (("lead", "lead", "lead", "lead"), True),
    ],
)
def test_four_people_of_the_right_kinds_are_enough(roles: tuple[str, ...], enough: bool) -> None:
    for role in roles:
        make_staff(role, SLUG)
    make_staff("lead", "another")
    assert enough_for_both(SLUG) is enough
