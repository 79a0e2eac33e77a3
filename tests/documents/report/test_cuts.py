from __future__ import annotations

from guiguan.documents.report.cuts import cuts


def test_a_quota_shows_its_base_its_exact_share_and_its_places(made):
    found = made()
    best, good, organiser = cuts(found.sealed.inputs.blueprint, found.sealed.outcome)
    assert [(c.group, c.candidates, c.seats, c.taken) for c in best.lines] == [
        ("政务类", "2", "1", 1),
        ("商务类", "1", "1", 1),
    ]
    (line,) = good.lines
    assert (line.base, line.share, line.seats, line.taken) == ("3", "1.5", "1", 1)
    assert good.rule == "按“形式审查”件数的 50% 取，名额舍去，末位并列都取"
    assert organiser.rule == "取前 1 名，末位并列都取"


def test_every_cut_of_the_outcome_is_on_the_page(made):
    found = made()
    shown = cuts(found.sealed.inputs.blueprint, found.sealed.outcome)
    assert len(shown) == len(found.sealed.outcome.cuts)
    assert sum(line.taken for c in shown for line in c.lines) == sum(
        len(c.taken) for found_cuts in found.sealed.outcome.cuts.values() for c in found_cuts
    )


def test_a_tie_at_the_edge_names_the_tied(made):
    scores = [
        ("entry", "reviewer", "criterion", "score"),
        *((e, "甲", c, "80") for e in ("e3", "e5") for c in ("use", "new")),
    ]
    ballots = [("time", "voter", "choices"), ("2021-06-10T09:00:00", "v", "e3;e5")]
    found = made(scores=scores, ballots=ballots, decisions=None)
    best = cuts(found.sealed.inputs.blueprint, found.sealed.outcome)[0]
    business = best.lines[-1]
    assert (business.seats, business.taken, business.tied) == ("1", 2, "e3、e5")
    assert business.told == "末位并列 2 件，按规则都取"
