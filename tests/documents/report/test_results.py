from __future__ import annotations

from guiguan.documents.report.results import awards, routes


def test_awards_list_who_received_them(made):
    found = made()
    best, good, organiser = awards(found.sealed.inputs.blueprint, found.sealed.outcome)
    assert [(w.group, w.recipient, w.other, w.figure) for w in best.winners] == [
        ("政务类", "一号案例", "甲单位", "81.60"),
        ("商务类", "三号案例", "丙单位", "60.32"),
    ]
    assert [(w.place, w.recipient) for w in good.winners] == [("2", "二号案例")]
    assert [(w.recipient, w.figure) for w in organiser.winners] == [("南城市网信办", "100")]
    assert [(m.name, m.entries, m.figures, m.score) for m in organiser.bodies] == [
        ("南城市网信办", 1, ("1 → 100",), "100")
    ]


def test_the_page_shows_every_award_given(made, parse):
    found = made()
    text = parse(found.html).one("section", id="result").text
    for given in found.sealed.outcome.given:
        recipient = found.sealed.outcome.entries[given.entry].title if given.entry else given.recipient
        assert recipient in text


def test_an_award_that_nobody_received_says_why(made):
    found = made(ballots=None)
    best = awards(found.sealed.inputs.blueprint, found.sealed.outcome)[0]
    assert best.winners == ()
    assert best.why_empty == "没有符合条件的对象。"


def test_money_is_shown_to_the_fen(made):
    found = made()
    (route,) = routes(found.sealed.inputs.blueprint, found.sealed.outcome)
    assert [
        (m.entry, m.base, m.percent, m.ceiling, m.granted, m.payments, m.recovered) for m in route.lines
    ] == [
        ("e1", "1,000,000.00", "10%", "100,000.00", "100,000.00", ("确定资助后 100,000.00（可拨付）",), "—"),
        ("e3", "500.00", "10%", "50.00", "50.00", ("确定资助后 50.00（可拨付）",), "—"),
    ]
    assert route.total == "100,050.00"
