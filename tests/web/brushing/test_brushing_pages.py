"""The pages of suspected ballots: blind, by two people, and only for those whom the table lets in; the public's page of voids."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
from apps.conftest import make_staff
from ballotlog import CASES, make_poll, store, stored
from brushed import BOT, NOW, suspected
from django.conf import settings
from django.test import Client

from guiguan.apps.accounts.models import Person
from guiguan.apps.audit.models import Record
from guiguan.apps.campaigns.opening import put_in_force
from guiguan.apps.campaigns.services import create_campaign
from guiguan.apps.votes.brushing.appeals import appeal, propose_answer, second_answer
from guiguan.apps.votes.brushing.deciding import propose, second
from guiguan.apps.votes.brushing.duties import log_due
from guiguan.apps.votes.models import Appeal, Ballot, Poll, Refusal, Run, Suspicion
from guiguan.apps.votes.sequencing import sequence_due
from guiguan.core.values.moment import DAY
from guiguan.shipped import shipped_blueprint

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("own_logs")]
AsPerson = Callable[[Person | None], Client]
NAMES = re.compile(r"\b(" + "|".join(CASES) + r")\b")
SLUG = "gx-demo"


def in_force(counts: str) -> Person:
    """The campaign is open; its lead. `counts` as the blueprint writes it."""
    lead = make_staff("lead", SLUG)
    found = shipped_blueprint("guangxi-2021")
    assert found is not None
    text = found.decode().replace("campaign: guangxi-2021", f"campaign: {SLUG}", 1)
    assert text.count("counts: shown") == 1
    create_campaign(lead, 1, text.replace("counts: shown", f"counts: {counts}"))
    put_in_force(lead, NOW, SLUG, 1, accept_warnings=True)
    return lead


@pytest.fixture
def lead() -> Person:
    return in_force("shown")


@pytest.fixture
def case(lead: Person) -> Suspicion:
    return suspected(SLUG)


def page(client: Client, address: str) -> str:
    answer = client.get(address)
    assert answer.status_code == 200, address
    return answer.content.decode()


def faulty(text: str) -> list[str]:
    """Where the faults above a page lead."""
    above = text.partition('class="error-summary"')[2].partition("</div>")[0]
    return re.findall(r'<li><a href="([^"]+)">', above)


def address(case: Suspicion) -> str:
    return f"/organiser/brushing/{SLUG}/cases/{case.pk}/"


@pytest.mark.parametrize("role", ["clerk", "lead", "supervisor", "security_admin"])
def test_nobody_who_looks_into_a_case_is_shown_whom_it_favours(
    as_person: AsPerson, case: Suspicion, role: Any
) -> None:
    client = as_person(make_staff(role, "" if role == "security_admin" else SLUG))
    for where in (
        address(case),
        f"/organiser/brushing/{SLUG}/",
        f"/organiser/brushing/{SLUG}/?state=proposed",
    ):
        text = page(client, where)
        main = text.partition("<main")[2]
        assert NAMES.findall(main) == [], where
        assert "2001:db8" not in text
    text = page(client, address(case))
    assert "间隔规律" in text
    assert re.findall(r"案例 ([A-Z])", text) == sorted(re.findall(r"案例 ([A-Z])", text))


def test_letters_of_entries_do_not_follow_their_numbers_or_votes(case: Suspicion) -> None:
    """The order of the letters is drawn: neither by how many ballots of the case an entry has, nor by its number."""
    together = case.evidence["together"]
    assert [letter for letter, _n in together] == ["A", "B", "C"]
    assert sorted(n for _letter, n in together) == [20, 20, BOT]


@pytest.mark.parametrize("role", ["screener", "expert", "auditor", "system_admin", "undertaker"])
def test_others_meet_no_such_page(as_person: AsPerson, case: Suspicion, role: Any) -> None:
    client = as_person(make_staff(role, "" if role in ("auditor", "system_admin") else SLUG))
    assert client.get(address(case)).status_code == 404
    assert client.post(address(case) + "second", {"agree": "yes"}).status_code == 404
    assert as_person(None).get(address(case)).status_code == 302


def test_a_case_is_not_found_under_another_campaign(as_person: AsPerson, case: Suspicion) -> None:
    other = make_staff("lead", "another")
    assert as_person(other).get(address(case)).status_code == 404
    administrator = as_person(make_staff("security_admin"))
    assert administrator.get(address(case).replace(SLUG, "another")).status_code == 404


def test_two_people_decide_through_the_pages_and_one_alone_does_not(
    as_person: AsPerson, case: Suspicion, lead: Person
) -> None:
    client = as_person(lead)
    given = {"propose": "1", "outcome": "void", "reason": "script", "note": "间隔整齐，同一个网络"}
    assert client.post(address(case) + "propose", given | {"reason": "weak"}).status_code == 400
    assert client.post(address(case) + "propose", given).status_code == 302
    text = page(client, address(case))
    assert 'name="agree"' not in text
    assert 'name="drop"' in text
    answer = client.post(address(case) + "second", {"agree": "yes"})
    assert answer.status_code == 400
    assert "须由另一人复核" in answer.content.decode()
    assert not Ballot.objects.filter(kind="void").exists()
    supervisor = as_person(make_staff("supervisor", SLUG))
    assert 'name="agree"' in page(supervisor, address(case))
    assert supervisor.post(address(case) + "second", {"agree": "yes"}).status_code == 302
    case.refresh_from_db()
    assert (case.state, Ballot.objects.filter(kind="void").count()) == ("void", BOT)
    assert "已作废" in page(supervisor, address(case))


def test_who_takes_a_proposal_back_reads_that_it_is_back(
    as_person: AsPerson, case: Suspicion, lead: Person
) -> None:
    propose(lead, NOW, case.pk, "keep", "weak", "证据不足以作废")
    text = as_person(lead).post(address(case) + "take-back", follow=True).content.decode()
    assert "已收回" in text
    assert "已办理" not in text
    assert Record.objects.latest("sequence").action == "brushing.take-back"


def test_a_clerk_proposes_but_sees_no_button_to_agree(
    as_person: AsPerson, case: Suspicion, lead: Person
) -> None:
    propose(lead, NOW, case.pk, "keep", "weak", "证据不足以作废")
    clerk = as_person(make_staff("clerk", SLUG))
    text = page(clerk, address(case))
    assert 'name="agree"' not in text
    assert 'name="drop"' not in text
    assert clerk.post(address(case) + "second", {"agree": "yes"}).status_code == 404


def test_the_security_administrator_has_the_detectors_run_and_decides_nothing(
    as_person: AsPerson, case: Suspicion, lead: Person
) -> None:
    client = as_person(make_staff("security_admin"))
    assert "现在检测" in page(client, f"/organiser/brushing/{SLUG}/")
    assert client.post(f"/organiser/brushing/{SLUG}/run").status_code == 302
    assert Run.objects.filter(state="asked").count() == 1
    assert 'name="propose"' not in page(client, address(case))
    assert "现在检测" not in page(as_person(lead), f"/organiser/brushing/{SLUG}/")
    assert as_person(lead).post(f"/organiser/brushing/{SLUG}/run").status_code == 404


def _void(case: Suspicion, lead: Person) -> None:
    propose(make_staff("clerk", SLUG), NOW, case.pk, "void", "script", "间隔整齐，同一个网络")
    second(lead, NOW, case.pk, agree=True)
    while sequence_due(NOW):
        pass


def test_the_public_reads_how_many_and_why_and_totals_when_the_decision_stands(
    as_person: AsPerson, case: Suspicion, lead: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    client = as_person(None)
    empty = page(client, f"/campaigns/{SLUG}/voids/")
    assert "没有作废的选票" in empty
    assert client.get(f"/campaigns/{SLUG}/voids/1/appeal").status_code == 404
    _void(case, lead)
    monkeypatch.setattr("guiguan.web.public.voids.now", lambda: NOW + 1)
    text = page(client, f"/campaigns/{SLUG}/voids/")
    assert "由程序自动提交" in text
    assert re.search(rf"\b{BOT}\b", text)
    assert "作废前" not in text.partition('<h2 id="changes">作废前后的票数</h2>')[2]
    monkeypatch.setattr("guiguan.web.public.voids.now", lambda: NOW + 4 * DAY)
    text = page(client, f"/campaigns/{SLUG}/voids/")
    totals = text.partition('<h2 id="changes">作废前后的票数</h2>')[2].partition("</table>")[0]
    found = re.findall(r'<th role="rowheader" scope="row">(c\d)</th>.*?>(\d+)</td>.*?>(\d+)</td>', totals)
    assert {e: int(a) - int(b) for e, a, b in found} == {"c1": 20, "c2": BOT, "c3": 20}
    assert str(lead.pk) not in text
    assert lead.username not in text


@pytest.mark.parametrize(
    ("counts", "closed", "told"),
    [
        ("hidden", None, False),
        ("hidden", 4 * DAY, True),
        ("delayed\n    delay_minutes: 60", None, False),
        ("delayed\n    delay_minutes: 60", 4 * DAY - 60_000, False),
        ("delayed\n    delay_minutes: 60", 3 * DAY, True),
    ],
)
def test_totals_of_a_void_tell_no_count_that_is_kept_back(
    as_person: AsPerson, monkeypatch: pytest.MonkeyPatch, counts: str, closed: int | None, told: bool
) -> None:
    lead = in_force(counts)
    _void(suspected(SLUG), lead)
    if closed is not None:
        Poll.objects.update(state="closed", closed_at=NOW + closed)
    monkeypatch.setattr("guiguan.web.public.voids.now", lambda: NOW + 4 * DAY)
    text = page(as_person(None), f"/campaigns/{SLUG}/voids/")
    assert ('<h2 id="changes">作废前后的票数</h2>' in text) is told
    assert ("票数公布后，在这里公布" in text) is not told


def test_anybody_appeals_once_the_term_runs_and_reads_the_answer_by_its_code(
    as_person: AsPerson, case: Suspicion, lead: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    _void(case, lead)
    monkeypatch.setattr("guiguan.web.public.voids.now", lambda: NOW + 1)
    client = as_person(None)
    where = f"/campaigns/{SLUG}/voids/1/appeal"
    refused = client.post(where, {"grounds": "冤", "leaf": "不是编号"})
    assert refused.status_code == 400
    text = refused.content.decode()
    assert faulty(text) == ["#grounds", "#leaf"]
    assert 'aria-describedby="grounds_hint grounds_error grounds_counter" aria-invalid="true"' in text
    assert 'aria-describedby="leaf_hint leaf_error' in text
    assert "\n冤</textarea>" in text
    assert 'value="不是编号"' in text
    answer = client.post(where, {"grounds": "<script>alert(1)</script>这是我投的票"})
    made = Appeal.objects.get()
    where = f"/campaigns/{SLUG}/voids/"
    assert answer.headers["Location"] == where  # no address holds the code
    text = page(client, where)
    assert made.code in text
    assert "待答复" in text
    assert made.code not in page(client, where)  # told once
    assert f"申诉编号 {made.code}" not in page(as_person(None), where + f"?code={made.code}")

    def looked_up() -> str:
        code = made.code.lower()
        return str(client.post(where, {"code": f" {code[:5]} {code[5:]} "}).content.decode())

    nothing = client.post(where, {"code": "  "})
    assert (nothing.status_code, "请填写申诉编号" in nothing.content.decode()) == (400, True)

    clerk, supervisor = as_person(make_staff("clerk", SLUG)), as_person(make_staff("supervisor", SLUG))
    there = f"/organiser/brushing/{SLUG}/appeals/{made.pk}/"
    text = page(clerk, there)
    assert "<script>alert(1)" not in text
    assert "这是我投的票" in text
    assert NAMES.findall(text.partition("<main")[2]) == []
    refused = clerk.post(there + "propose", {"propose": "1", "answer": "不"})
    text = refused.content.decode()
    assert (refused.status_code, faulty(text)) == (
        400,
        ["#outcome", "#answer"],
    )
    assert 'aria-describedby="outcome_error"' in text
    assert 'aria-describedby="answer_hint answer_error answer_counter"' in text
    assert "\n不</textarea>" in text
    proposed = {"propose": "1", "outcome": "reject", "answer": "间隔由程序控制"}
    clerk.post(there + "propose", proposed)
    assert "已收回" in clerk.post(there + "take-back", follow=True).content.decode()
    assert Record.objects.latest("sequence").action == "brushing.appeal-take-back"
    assert (
        clerk.post(
            there + "propose", {"propose": "1", "outcome": "reject", "answer": "间隔由程序控制"}
        ).status_code
        == 302
    )
    assert "待答复" in looked_up()  # a proposal is nobody's answer yet
    assert supervisor.post(there + "second", {"agree": "yes"}).status_code == 302
    text = looked_up()
    assert "申诉不成立" in text
    assert "间隔由程序控制" in text
    assert client.get(there).status_code == 302


def test_a_list_of_cases_asks_the_database_as_often_for_three_as_for_one(
    as_person: AsPerson, case: Suspicion, lead: Person, django_assert_num_queries: Any
) -> None:
    from django.conf import settings
    from django.db import connections
    from django.test.utils import CaptureQueriesContext

    client = as_person(lead)

    def asked() -> int:
        with CaptureQueriesContext(connections[settings.BALLOTS_ALIAS]) as found:
            page(client, f"/organiser/brushing/{SLUG}/")
        return len(found)

    asked()  # the first page of a session notes the session and fills what is kept in mind
    one = asked()
    for n in (2, 3):
        case.pk, case.number, case.day = None, n, f"2021-06-1{n}"
        case._state.adding = True
        case.save()
    assert asked() == one


def test_while_a_decision_is_written_its_page_says_so_and_nothing_of_it_is_published(
    as_person: AsPerson, case: Suspicion, lead: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("guiguan.apps.votes.brushing.written.SLICE", 7)
    monkeypatch.setattr("guiguan.apps.votes.brushing.written.AT_ONCE", 1)
    monkeypatch.setattr("guiguan.web.public.voids.now", lambda: NOW + 1)
    _void(case, lead)
    client = as_person(lead)
    assert "正在写入日志" in page(client, address(case))
    assert "没有作废的选票" in page(client, f"/campaigns/{SLUG}/voids/")
    assert client.get(f"/campaigns/{SLUG}/voids/1/appeal").status_code == 404
    answer = client.get(f"/organiser/releases/{SLUG}/decisions.csv", follow=True)
    assert "正在写入日志，请几分钟后再导出" in answer.content.decode()
    assert "attachment" not in answer.headers.get("Content-Disposition", "")
    while log_due(NOW):
        pass
    assert "正在写入日志" not in page(client, address(case))
    assert "第 1 组" in page(client, f"/campaigns/{SLUG}/voids/")


def test_a_group_that_counts_again_as_a_whole_is_restored_for_the_public_too(
    as_person: AsPerson, case: Suspicion, lead: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    _void(case, lead)
    monkeypatch.setattr("guiguan.web.public.voids.now", lambda: NOW + 1)
    client, where = as_person(None), f"/campaigns/{SLUG}/voids/"
    assert "可申诉至" in page(client, where)
    made = appeal(None, NOW + 1, case.pk, "整组都不应作废", "")
    propose_answer(make_staff("clerk", SLUG), NOW + 1, made.pk, "uphold", "证据不足，予以恢复")
    second_answer(make_staff("supervisor", SLUG), NOW + 1, made.pk, agree=True)
    text = page(client, where)
    assert "可申诉至" not in text
    assert "已恢复" in text.partition("<tbody")[2].partition("</tbody>")[0]
    assert f"/campaigns/{SLUG}/voids/1/appeal" not in text


def test_the_page_of_a_group_lists_its_appeals_also_those_that_were_answered(
    as_person: AsPerson, case: Suspicion, lead: Person
) -> None:
    client = as_person(lead)
    assert "对这一组的申诉" not in page(client, address(case))
    _void(case, lead)
    one, two = (appeal(None, NOW + n, case.pk, "整组都不应作废", "") for n in (1, 2))
    propose_answer(make_staff("clerk", SLUG), NOW + 3, one.pk, "reject", "证据充分，不予恢复")
    second_answer(make_staff("supervisor", SLUG), NOW + 3, one.pk, agree=True)
    listed = page(client, address(case)).partition("对这一组的申诉</h2>")[2].partition("</ul>")[0]
    assert re.findall(r'appeals/(\d+)/">[^<]*：([^<]*)</a>', listed) == [
        (str(one.pk), "申诉不成立"),
        (str(two.pk), "待答复"),
    ]


def test_time_axes_of_a_group_leave_out_no_slot_and_a_sentence_stands_once(
    as_person: AsPerson, case: Suspicion, lead: Person
) -> None:
    case.evidence["timeline"] = [[600, 3], [660, 1]]
    case.evidence["usual"] = [[630, 5]]
    finding = {"detector": "D2", "by": "subject", "covers": 20, "ballots": 20, "times": 8}
    case.evidence["findings"] = [finding, {**finding, "covers": 19}]
    case.evidence["detectors"]["d2"] = 39
    case.save()
    text = page(as_person(lead), address(case))
    times = text.partition('data-chart="timeline"')[2].partition("</table>")[0]
    assert re.findall(r'row">(\d\d:\d\d)</th><td class="is-number">(\d+)</td>', times) == [
        ("10:00", "3"),
        ("10:10", "0"),
        ("10:20", "0"),
        ("10:30", "0"),
        ("10:40", "0"),
        ("10:50", "0"),
        ("11:00", "1"),
    ]
    assert text.count("十分钟内同一案例得到 20 票") == 1


def test_in_english_suspected_ballots_are_a_group_and_one_device_is_one(
    as_person: AsPerson, case: Suspicion, lead: Person
) -> None:
    case.evidence["devices"] = 1
    case.save()
    client = as_person(lead)
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = "en"
    text = page(client, address(case))
    assert "Suspected ballots, group 1" in text
    assert "Bars are the ballots of this group" in text
    assert re.search(r'figure-value">1</span><span class="figure-unit">device</span>', text)
    assert re.search(r"\bCase \d|\bcase \d", text) is None
    assert re.search(r"\bKeep\b", text)


def test_the_board_of_a_vote_with_void_ballots_reconciles(
    as_person: AsPerson, case: Suspicion, lead: Person
) -> None:
    def figures() -> list[tuple[str, str]]:
        text = page(as_person(lead), board)
        return re.findall(r'<dt>([^<]*)</dt>\s*<dd><span class="figure-value">(\d+)<', text)

    board = f"/organiser/votes/{SLUG}/{Poll.objects.get().stage}/"
    assert figures()[:3] == [("选票", "340"), ("投票人", "0"), ("上一分钟", "0")]
    _void(case, lead)
    assert figures()[:3] == [("收下", "340"), ("作废", str(BOT)), ("计票", str(340 - BOT))]
    assert "每 10 秒更新" in page(as_person(lead), board)
    Poll.objects.update(state="closed", closed_at=NOW + 1)
    text = page(as_person(lead), board)
    assert "每 10 秒更新" not in text
    assert "最近一小时" not in text
    assert "上一分钟" not in [label for label, _n in figures()]
    answer = as_person(lead).get(board + "figures").json()
    assert answer["figures"][:3] == [340, BOT, 340 - BOT]


def test_refusals_while_the_vote_was_paused_have_a_heading_and_no_advice(
    as_person: AsPerson, case: Suspicion, lead: Person
) -> None:
    poll = Poll.objects.get()
    Refusal.objects.create(poll=poll.pk, rule="ballots.paused", minute=1, writer=1, count=4)
    text = page(as_person(lead), f"/organiser/votes/{SLUG}/{poll.stage}/")
    assert '<th scope="row">投票暂停期间</th>' in text
    assert "恢复时间请看活动公告" not in text
    refused = text.partition('data-chart="refusals"')[2].partition("</figure>")[0]
    assert "is-long" not in refused


def test_a_drawn_ballot_is_a_card_whose_parts_are_labelled_and_whose_channel_has_its_name(
    as_person: AsPerson, lead: Person
) -> None:
    store(stored(make_poll(SLUG), 1, 1, 0, ch="gxnews"))
    while sequence_due(NOW):
        pass
    text = page(
        as_person(make_staff("supervisor", SLUG)), f"/organiser/votes/{SLUG}/vote/sample?seed=7&count=9"
    )
    cells = re.findall(r'<td role="cell"([^>]*)>', text.partition("<tbody")[2].partition("</tbody>")[0])
    assert {cell.strip() for cell in cells} == {
        f'data-label="{label}"' for label in ("种类", "存妥时间", "投票人代号", "渠道", "指纹", "重算")
    }
    assert ">广西新闻网</td>" in text
    assert "gxnews" not in text


def test_a_second_person_sends_back_with_a_reason_and_the_text_is_there_again(
    as_person: AsPerson, case: Suspicion, lead: Person
) -> None:
    clerk = make_staff("clerk", SLUG)
    propose(clerk, NOW, case.pk, "void", "script", "间隔整齐，同一个网络")
    client = as_person(lead)
    answer = client.post(address(case) + "second", {"agree": "no", "why": "不"})
    assert answer.status_code == 400
    text = answer.content.decode()
    assert faulty(text) == ["#why"]
    assert "<details open>" in text
    assert (
        client.post(address(case) + "second", {"agree": "no", "why": "来源是一间机房，请再看"}).status_code
        == 302
    )
    text = page(as_person(clerk), address(case))
    assert "不同意的理由</strong>：来源是一间机房，请再看" in text
    assert re.search(r'value="void" checked', text)
    assert '<option value="script" selected>' in text
    assert "间隔整齐，同一个网络</textarea>" in text
    propose(clerk, NOW, case.pk, "void", "script", "间隔整齐，不是机房")
    text = page(as_person(lead), address(case))
    assert "不同意的理由</strong>：来源是一间机房，请再看" in text
    assert re.search(r'<textarea id="why"[^>]*>\s*</textarea>', text), (
        "a reason is not written for the next time"
    )


def test_an_answer_that_was_sent_back_is_there_again_with_its_reason(
    as_person: AsPerson, case: Suspicion, lead: Person
) -> None:
    _void(case, lead)
    clerk, other = make_staff("clerk", SLUG), make_staff("lead", SLUG)
    made = appeal(None, NOW + 1, case.pk, "整组都不应作废", "")
    where = f"/organiser/brushing/{SLUG}/appeals/{made.pk}/"
    propose_answer(clerk, NOW + 2, made.pk, "reject", "证据充分，不予恢复")
    answer = as_person(other).post(where + "second", {"agree": "no", "why": ""})
    assert (answer.status_code, faulty(answer.content.decode())) == (400, ["#why"])
    assert as_person(other).post(where + "second", {"agree": "no", "why": "请说明证据"}).status_code == 302
    text = page(as_person(clerk), where)
    assert "不同意的理由</strong>：请说明证据" in text
    assert "证据充分，不予恢复</textarea>" in text
    assert re.search(r'value="reject" checked', text)


def test_pages_warn_where_too_few_could_answer_an_appeal(
    as_person: AsPerson, case: Suspicion, lead: Person
) -> None:
    clerk = make_staff("clerk", SLUG)
    assert "人手不够答复申诉" in page(as_person(clerk), address(case))
    make_staff("lead", SLUG), make_staff("clerk", SLUG)
    assert "人手不够答复申诉" not in page(as_person(clerk), address(case))
    _void(case, lead)
    made = appeal(None, NOW + 1, case.pk, "整组都不应作废", "")
    where = f"/organiser/brushing/{SLUG}/appeals/{made.pk}/"
    assert "没有足够的人办理" not in page(as_person(clerk), where)
    Person.objects.exclude(pk__in=(clerk.pk, lead.pk)).update(is_active=False)
    assert "没有足够的人办理" in page(as_person(lead), where)
