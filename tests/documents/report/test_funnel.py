from __future__ import annotations

from guiguan.documents.report.funnel import left_out_by_rule, steps


def test_the_funnel_counts_what_came_passed_and_fell(made):
    found = made()
    told = [
        (s.title, s.came, s.passed, s.reasons) for s in steps(found.sealed.inputs.blueprint, found.sealed)
    ]
    assert told == [
        ("申报", 5, 4, (("申报单位已撤回", 1),)),
        ("形式审查", 4, 3, (("形式审查未通过", 1),)),
        ("网络投票", 3, 3, ()),
        ("专家评审", 3, 3, ()),
    ]


def test_every_entry_that_fell_is_named_with_its_reason(made):
    found = made()
    declare, check, *_ = steps(found.sealed.inputs.blueprint, found.sealed)
    assert [(f.entry, f.title, f.reasons) for f in declare.fallen] == [
        ("e4", "四号案例", ("申报单位已撤回",))
    ]
    assert [(f.entry, f.reasons) for f in check.fallen] == [
        ("e5", ("形式审查未通过：材料不全，可致电 ＊＊＊",))
    ]


def test_no_entry_falls_without_a_reason(made):
    found = made()
    for step in steps(found.sealed.inputs.blueprint, found.sealed):
        assert all(f.reasons for f in step.fallen)
        assert step.came - step.passed == len(step.fallen)


def test_rows_that_became_no_entry_are_counted_apart(made):
    rows = [
        ("entry", "title", "applicant", "category", "submitted", "invest"),
        ("e1", "一", "甲", "gov", "2021-05-02", ""),
        ("e1", "一", "甲", "gov", "2021-05-03", ""),
        ("", "无号", "乙", "gov", "2021-05-03", ""),
    ]
    found = made(entries=rows, ballots=None, scores=None, decisions=None)
    counted = left_out_by_rule(found.sealed.outcome, (), "entry")
    assert [(x.rule, x.count) for x in counted] == [("entries.blank", 1), ("entries.duplicate-id", 1)]
