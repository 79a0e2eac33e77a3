from __future__ import annotations

from guiguan.documents.report.votes import votes


def test_votes_by_day_and_channel_add_up_to_all_votes(made):
    found = made()
    (vote,) = votes(found.sealed.inputs.blueprint, found.sealed.outcome)
    assert (vote.ballots, vote.counted, vote.refused, vote.votes) == (5, 3, 2, 5)
    assert vote.days == (("2021-06-10", 2), ("2021-06-11", 0), ("2021-06-12", 3))
    assert vote.channels == (("网页", 3), ("客户端", 2))
    assert vote.votes == sum(found.sealed.outcome.tallies["vote"].votes.values())


def test_refusals_are_counted_by_reason(made):
    found = made()
    (vote,) = votes(found.sealed.inputs.blueprint, found.sealed.outcome)
    assert set(vote.refusals) == {
        ("晚于投票结束", "整张", 1),
        ("经查证作废", "整张", 1),
        ("没有这个案例", "单个选择", 1),
    }


def test_the_rule_is_told_in_words(made):
    found = made()
    (vote,) = votes(found.sealed.inputs.blueprint, found.sealed.outcome)
    assert vote.rule == (
        "每张选票选 1 至 2 个",
        "每人每个案例每天至多 1 次，超出的选择不计",
        "投票时间 2021-06-10 至 2021-06-12",
    )
