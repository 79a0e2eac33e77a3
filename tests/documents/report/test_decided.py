from __future__ import annotations

from guiguan.core.evidence.bundle import seats_of
from guiguan.documents.report.decided import decided


def told(found):
    lines = decided(found.sealed.inputs.blueprint, found.sealed, seats_of(found.sealed))
    return [(d.kind, d.subject, d.outcome, d.reason, d.people) for d in lines]


def test_decisions_stand_with_their_reasons_and_nothing_personal(made):
    assert told(made()) == [
        ("形式审查", "《五号案例》（e5）", "不通过", "材料不全，可致电 ＊＊＊", "一人"),
        ("选票作废", "1 张选票", "作废", "同一设备代投", "两人"),
    ]


def test_a_recusal_names_the_seat_and_never_the_reviewer(made):
    rows = [
        ("kind", "subject", "outcome", "reason", "by", "by2"),
        ("recusal", "赵评委/e1", "回避", "曾任职", "孙某", ""),
    ]
    found = made(decisions=rows)
    ((kind, subject, outcome, reason, _),) = told(found)
    seat = seats_of(found.sealed)["赵评委"]
    assert (kind, subject, outcome, reason) == ("评委回避", f"席位 {seat} 对《一号案例》", "回避", "曾任职")
    assert "赵评委" not in found.html


def test_the_order_of_recusals_tells_nothing_of_the_names(made):
    names = ["赵评委", "钱评委", "甲", "乙", "丙", "丁"]
    rows = [
        ("kind", "subject", "outcome", "reason", "by", "by2"),
        *(("recusal", f"{name}/e1", "回避", "曾任职", "孙某", "") for name in names),
    ]
    subjects = [subject for _, subject, *_ in told(made(decisions=rows))]
    assert len(subjects) == len(names)
    assert subjects == sorted(subjects)


def test_a_decision_about_nothing_is_not_told_as_one_that_stands(made):
    rows = [
        ("kind", "subject", "outcome", "reason", "by", "by2"),
        ("disqualify", "e99", "取消资格", "虚假", "孙某", "周某"),
    ]
    found = made(decisions=rows)
    left_out = found.read.left_out
    assert [x.rule for x in left_out] == ["decisions.unknown-subject"]
    assert decided(found.sealed.inputs.blueprint, found.sealed, {}, left_out) == []
    assert "决定的对象不存在" in found.html


def test_a_size_names_the_award_and_its_group(made):
    rows = [
        ("kind", "subject", "outcome", "reason", "by", "by2"),
        ("size", "best/gov", "2", "据实确定", "孙某", "周某"),
    ]
    assert told(made(decisions=rows)) == [("确定数量", "最佳 · 政务类", "取 2", "据实确定", "两人")]


def test_voided_ballots_are_never_named(made):
    found = made()
    assert "b4" not in {subject for _, subject, *_ in told(found)}
    assert ">b4<" not in found.html
