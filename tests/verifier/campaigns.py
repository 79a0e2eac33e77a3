"""Small campaigns that together use every counting rule: (blueprint text, tables by name, header rows first).

Nothing in them is left to chance, so their bundles are the same every time.
"""

from __future__ import annotations

import csv
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

from guiguan.core.blueprint.load import load_blueprint
from guiguan.replay.inputs import Files
from guiguan.replay.run import replay

Tables = dict[str, list[list[str]]]
Campaign = tuple[str, Tables]

KEY = bytes(range(32))
ROUNDING = {"digits": 2, "mode": "half_up", "at": ["composite"]}
CRITERIA = [
    {"id": "use", "title": "实用", "weight": 50},
    {"id": "new", "title": "创新", "weight": 30},
    {"id": "safe", "title": "安全", "weight": "20"},
]
AGGREGATE = {"by": "sheet", "method": "mean", "incomplete": "drop_sheet"}
METHODS = ("mean", "weighted_mean", "trimmed_mean", "median", "sum")


def write_bundle(folder: Path, campaign: Campaign, key: bytes | None = KEY, seed: str = "公开种子") -> Path:
    """The path of `evidence.tar` of a replay of the campaign in the new folder `folder`."""
    text, tables = campaign
    folder.mkdir(parents=True)
    paths = {name: folder / f"{name}.csv" for name in tables}
    for name, rows in tables.items():
        with paths[name].open("w", encoding="utf-8", newline="") as stream:
            csv.writer(stream).writerows(rows)
    replay(load_blueprint(text.encode(), "campaign.yaml"), Files(**paths), folder / "out", key=key, seed=seed)
    return folder / "out" / "evidence.tar"


def blueprint(name: str, stages: list[Any], **keys: Any) -> str:
    """A blueprint's text with what every campaign needs."""
    found = {
        "blueprint": 1,
        "campaign": name,
        "title": "小活动",
        "organisers": {"host": ["某委员会"]},
        "categories": [
            {"id": "gov", "title": "政务类", "areas": "free"},
            {"id": "biz", "title": "商务类", "areas": ["金融", "物流"]},
        ],
        "endorsers": {"list": ["市级部门"], "kinds": ["recommend", "review"]},
        "stages": [{"id": "declare", "kind": "declaration"}, *stages],
        **keys,
    }
    return json.dumps(found, ensure_ascii=False, indent=1)


def vote(name: str = "vote", **keys: Any) -> dict[str, Any]:
    return {
        "id": name,
        "kind": "ballots",
        "window": ["2021-06-10", "2021-06-12"],
        "voter": ["wechat"],
        "choices": {"exactly": 2},
        "repeated": "refuse_ballot",
        "unknown": "refuse_ballot",
        "limits": [{"per": ["voter", "entry", "day"], "max": 1, "over": "refuse_ballot"}],
        "counts": "shown",
        **keys,
    }


def panel(name: str = "experts", **keys: Any) -> dict[str, Any]:
    return {
        "id": name,
        "kind": "panel",
        "who": "expert",
        "scale": {"low": 0, "high": 100, "digits": 1, "missing": ["弃权"]},
        "criteria": CRITERIA,
        "aggregate": AGGREGATE,
        **keys,
    }


def ranking(parts: list[Any], of: str, **keys: Any) -> dict[str, Any]:
    return {"id": "final", "of": of, "parts": parts, "rounding": ROUNDING, "last": "shared", **keys}


def part(source: str, weight: Any = 100, mapping: str = "none", over: str = "") -> dict[str, Any]:
    return {"from": source, "weight": weight, "mapping": mapping} | ({"over": over} if over else {})


def award(name: str, by: str = "final", **keys: Any) -> dict[str, Any]:
    return {"id": name, "title": name, "by": by, "take": {"count": 1}, **keys}


def entries(n: int = 8, columns: dict[str, Callable[[int], str]] | None = None) -> list[list[str]]:
    """e1 … en in two categories, by five applicants, handed in one after another."""
    more = columns or {}
    head = ["entry", "title", "applicant", "category", "area", "submitted", *more]
    rows = [
        [
            f"e{i}",
            f"案例{i}",
            f"单位{i % 5}",
            "政务类" if i % 2 else "商务类",
            f"领域{i % 3}" if i % 2 else ("金融", "物流")[i // 2 % 2],
            f"2021-05-{1 + i:02} 09:00",
            *(cell(i) for cell in more.values()),
        ]
        for i in range(1, n + 1)
    ]
    return [head, *rows]


def ballots(n: int = 40, of: int = 8, size: int = 2, stage: str = "") -> list[list[str]]:
    """n ballots over five days, the first and last outside the window; every tenth is odd in its own way."""
    head = ["time", "voter", "choices", "ballot", "channel", "ip", *(["stage"] if stage else [])]
    rows = []
    for k in range(n):
        chosen = [f"e{1 + (k * 3 + j * (1 + k % 2) + j * j) % of}" for j in range(size + (k % 7 == 6))]
        match k % 10:
            case 4:
                chosen[-1] = chosen[0]
            case 7:
                chosen[0] = "乱写"
        rows.append(
            [
                f"2021-06-{9 + k * 5 // n:02} {k % 24:02}:{k % 60:02}:00",
                "" if k == 13 else f"微信{k % 6}",
                ";".join(chosen),
                f"{stage}b{k if k != 17 else 16}",
                ("web", "app", "")[k % 3],
                "" if k == 19 else f"10.0.{k % 4}.7",
                *([stage] if stage else []),
            ]
        )
    return [head, *rows]


def scores(n: int = 8, reviewers: int = 5, panel: str = "", rounds: tuple[int, ...] = ()) -> list[list[str]]:
    """Every reviewer marks every entry by every criterion, but for a few marks missing, doubled or unfit."""
    rows = []
    for number in rounds or (0,):
        for i in range(1, n + 1):
            for r in range(reviewers):
                for c, criterion in enumerate(("use", "new", "safe")):
                    mark = f"{50 + (i * 7 + r * 11 + c * 5 + number * 3) % 45}.{(i + r) % 2 * 5}"
                    if (i, r, c) == (2, 1, 1):
                        mark = "弃权"
                    if (i, r, c) == (3, 0, 2):
                        mark = "101"
                    cells = [f"e{i}", f"专家{r}", criterion, mark, ("1", "2", "0.5")[r % 3]]
                    rows.append([*cells, panel, str(number or "")])
    rows += [rows[5], [*rows[9][:3], "1", *rows[9][4:]]]
    return [["entry", "reviewer", "criterion", "score", "weight", "panel", "round"], *rows]


def decisions(*rows: tuple[str, str, str]) -> list[list[str]]:
    """Decisions of two people, with a reason."""
    head = ["kind", "subject", "outcome", "reason", "by", "by2", "time"]
    return [head, *([*row, "查证属实", "李科长", "王处长", "2021-06-20"] for row in rows)]


def votes_exact() -> Campaign:
    text = blueprint("votes-exact", [vote()], awards=[award("popular", "vote", take={"count": 3})])
    void = decisions(("void", "b5", "作废"), ("void", "no-such", "作废"), ("disqualify", "e4", "取消资格"))
    return text, {"entries": entries(), "ballots": ballots(), "decisions": void}


def votes_at_most() -> Campaign:
    limits = [
        {"per": ["voter", "entry", "day"], "max": 1, "over": "drop_choice"},
        {"per": ["voter", "day"], "max": 2, "over": "refuse_ballot"},
        {"per": ["ip", "entry", "day"], "max": 2, "over": "drop_choice"},
    ]
    choices = {"at_most": 3, "at_least": 2}
    stage = vote(choices=choices, repeated="drop_choice", unknown="drop_choice", limits=limits)
    shortlist = {
        "id": "short",
        "kind": "selection",
        "by": "vote",
        "take": {"count": 2, "ties_at_cut": "none"},
    }
    check = {"id": "check", "kind": "screening", "undecided": "passes"}
    text = blueprint(
        "votes-at-most", [check, stage, shortlist], awards=[award("popular", "vote", of="short")]
    )
    failed = decisions(("screening", "e7", "不通过"))
    return text, {"entries": entries(), "ballots": ballots(60, size=3), "decisions": failed}


def votes_count_each() -> Campaign:
    limits = [{"per": ["voter", "channel"], "max": 4, "over": "refuse_ballot"}]
    keys = {"repeated": "count_each", "unknown": "drop_choice", "choices": {"at_most": 4}, "limits": limits}
    text = blueprint("votes-count-each", [vote(**keys)], awards=[award("popular", "vote", to="applicant")])
    return text, {"entries": entries(), "ballots": ballots(50, size=3)}


def votes_no_limit() -> Campaign:
    keys: dict[str, Any] = {"limits": [], "choices": {"at_most": 2, "at_least": 0}, "repeated": "drop_choice"}
    window = ["2021-06-10 08:30", "2021-06-12 20:15"]
    text = blueprint("votes-no-limit", [vote(**keys, window=window)], awards=[award("popular", "vote")])
    return text, {"entries": entries(), "ballots": ballots()}


def two_votes() -> Campaign:
    again = vote("again", takes="declare", limits=[{"per": ["voter"], "max": 3, "over": "refuse_ballot"}])
    parts = [part("vote", 40, "mid_rank", "all"), part("again", "60", "square_root", "group")]
    final = ranking(parts, "declare", within=["category"], last="lot", rank_by="exact")
    text = blueprint("two-votes", [vote(), again], rankings=[final], awards=[award("best", per=["category"])])
    first, second = ballots(stage="vote"), ballots(30, stage="again")
    second.append(["2021-06-31 08:00", *second[-1][1:]])
    second.append([*second[-2][:-1], "no-such-vote"])
    return text, {
        "entries": entries(),
        "ballots": [*first, *second[1:]],
        "decisions": decisions(("void", "voteb8", "void"), ("void", "againb6", "void")),
    }


def vote_without_ballots() -> Campaign:
    stages = [vote(), vote("again", takes="declare")]
    parts = [part("vote", 50, "share_of_maximum", "all"), part("again", 50, "share_of_maximum", "all")]
    text = blueprint("one-empty", stages, rankings=[ranking(parts, "declare")], awards=[award("best")])
    return text, {"entries": entries(), "ballots": ballots(stage="vote")}


def no_votes_no_scores() -> Campaign:
    parts = [part("vote", 20, "share_of_maximum", "all"), part("experts", 80)]
    text = blueprint(
        "nothing", [vote(), panel()], rankings=[ranking(parts, "experts")], awards=[award("best")]
    )
    return text, {"entries": entries()}


def summer_time() -> Campaign:
    stage = vote(window=["2021-10-30", "2021-11-01"])
    text = blueprint("summer-time", [stage], zone="Europe/Warsaw", awards=[award("popular", "vote")])
    rows = ballots(30)
    times = [f"2021-10-{29 + k // 10 + (k > 24)}T{k * 5 % 24:02}:10:00Z" for k in range(30)]
    times = [t.replace("2021-10-32", "2021-11-01") for t in times]
    return text, {
        "entries": entries(),
        "ballots": [rows[0], *([t, *r[1:]] for t, r in zip(times, rows[1:], strict=True))],
    }


def one_panel(by: str, method: str) -> Campaign:
    """A panel that aggregates `by` sheet or criterion with `method`, rounded on the way."""
    how: dict[str, Any] = {"by": by, "method": method, "incomplete": "drop_sheet"}
    how["at_least"] = 5 if method == "median" else 4
    if method == "trimmed_mean":
        how["trim"] = {"high": 1, "low": 1, "needs": 5, "otherwise": "median"}
    if by == "criterion":
        how["incomplete"] = "use_marks"
    at = ["weighted", "sheet"] if by == "sheet" else ["criterion", "total"]
    keys = {"aggregate": how, "rounding": {"digits": 1, "mode": "half_even", "at": at}}
    stage = panel(**(keys if method != "mean" else {"aggregate": how}))
    final = ranking([part("experts")], "experts", ties=["experts.use", "experts.safe"], last="submitted")
    awards = [award("best"), award("special", "experts.new", take={"at_least": "70"}, listed="unranked")]
    text = blueprint(f"panel-{by}-{method}".replace("_", "-"), [stage], rankings=[final], awards=awards)
    recusals = decisions(("recusal", "专家2/e5", "回避"), ("recusal", "专家9/e5", "回避"))
    return text, {"entries": entries(), "scores": scores(), "decisions": recusals}


def one_round_of(use: str) -> Campaign:
    stage = panel(
        rounds={"numbers": [1, 2], "use": use}, rounding={"digits": 2, "mode": "down", "at": ["total"]}
    )
    text = blueprint(
        f"rounds-{use}", [stage], rankings=[ranking([part("experts")], "experts")], awards=[award("best")]
    )
    found = scores(rounds=(1, 2))
    return text, {"entries": entries(), "scores": [r for r in found if (r[0], r[-1]) != ("e6", "2")]}


def added_marks() -> Campaign:
    bare = [{"id": c["id"], "title": c["title"]} for c in CRITERIA]
    stages = [panel(criteria=bare), panel("media", who="media", takes="declare")]
    parts = [
        part("experts", "33.333333", "share_of_maximum", "all"),
        part("media", "66.666667", "mid_rank", "group"),
    ]
    final = ranking(parts, "declare", within=["category"], last="submitted")
    text = blueprint("added-marks", stages, rankings=[final], awards=[award("best", per=["category"])])
    rows = [*scores(panel="experts"), *scores(reviewers=3, panel="media")[1:]]
    return text, {"entries": entries(), "scores": rows}


def composite() -> Campaign:
    bonus = {"to": "experts", "points": "2.5", "per": "endorser", "cap": "4", "ceiling": "80"}
    parts = [part("vote", 20, "square_root", "all"), part("experts", 80)]
    rounding = {"digits": 1, "mode": "ceil", "at": ["part", "weighted", "composite"]}
    final = ranking(
        parts,
        "experts",
        within=["category", "area"],
        bonus=bonus,
        rounding=rounding,
        ties=["bonus", "experts.new", "vote"],
    )
    awards = [award("best", per=["category", "area"]), award("good", take={"count": 3}, after=["best"])]
    text = blueprint("composite", [vote(), panel()], rankings=[final], awards=awards)
    endorsements = [["entry", "endorser", "kind"]]
    endorsements += [[f"e{1 + k % 6}", f"市{k % 4}局", ("recommend", "review", "")[k % 3]] for k in range(12)]
    merged = decisions(("merge_area", "gov/领域0", "领域1"), ("merge_area", "none/领域0", "领域1"))
    return text, {
        "entries": entries(),
        "ballots": ballots(),
        "scores": scores(),
        "endorsements": endorsements,
        "decisions": merged,
    }


def lists() -> Campaign:
    """Lists that people handed up for some groups; more listed than there are places, equal places, one who is not there."""
    places = {"percent": "60", "of": "declare", "rounding": "floor", "ties_at_cut": "none"}
    stages = [
        panel(),
        {
            "id": "sent",
            "kind": "selection",
            "by": "experts",
            "within": ["category"],
            "take": places,
            "lists": True,
        },
        {"id": "line", "kind": "selection", "by": "experts", "take": {"at_least": "71"}, "lists": True},
        {"id": "free", "kind": "selection", "by": "experts", "take": {"count": 1}},
    ]
    text = blueprint("lists", stages, awards=[award("best", "experts")])
    first = [e[0] for e in entries()[1:]]
    rows = [("listed", f"sent/{e}", str(n // 2 + 1)) for n, e in enumerate(first[:4])]
    rows += [
        ("listed", f"line/{first[0]}", "1"),
        ("listed", "sent/nobody", "1"),
        ("listed", f"free/{first[1]}", "1"),
    ]
    return text, {
        "entries": entries(),
        "scores": scores(),
        "decisions": decisions(*rows, ("disqualify", first[3], "取消资格")),
    }


def takes() -> Campaign:
    """Percentages with each rounding, sizes that people decided or did not, a line, everyone; conditions and chains."""
    share = {"percent": "37.5", "of": "declare"}
    stages = [
        panel(),
        {
            "id": "floor",
            "kind": "selection",
            "by": "experts",
            "take": {**share, "percent": 80, "rounding": "floor"},
        },
        {
            "id": "ceil",
            "kind": "selection",
            "by": "experts",
            "within": ["category"],
            "take": {**share, "percent": 90, "rounding": "ceil", "minimum": 1},
        },
        {"id": "open", "kind": "selection", "by": "experts", "take": {"decided": "all"}},
        {"id": "public", "kind": "notice"},
    ]
    awards = [
        award("half", take={**share, "rounding": "half_up"}, per=["category"]),
        award("line", take={"at_least": "71"}),
        award("after", take={"count": 2}, after=["half"], to="applicant"),
        award("sized", take={"decided": "none"}, per=["tier"]),
        award("unsized", take={"decided": "none"}),
        award("when", when={"tier": ["甲", "丙"]}, of="open", listed="unranked"),
        {"id": "all", "title": "全", "of": "public", "take": {"everyone": True}},
    ]
    form = [
        {"id": "tier", "label": "档次", "kind": "choice", "options": ["甲", "乙", "丙"], "required": False}
    ]
    final = ranking([part("experts")], "declare", within=["tier"])
    text = blueprint("takes", stages, rankings=[final], awards=awards, form=form)
    made = decisions(
        ("size", "open", "5"),
        ("size", "sized/甲", "1"),
        ("size", "sized", "2"),
        ("size", "nothing", "2"),
        ("disqualify", "e3", "取消资格"),
    )
    return text, {
        "entries": entries(10, {"tier": lambda i: ("甲", "乙", "丙", "")[i % 4]}),
        "scores": scores(10),
        "decisions": made,
    }


def gates() -> Campaign:
    """Pre-registration, windows, quotas, withdrawal, endorsement, two screenings, disqualification, faults of the form."""
    stages = [
        {"id": "check", "kind": "screening", "undecided": "passes"},
        {"id": "review", "kind": "endorsement", "by": "主管部门", "needed": True, "opinion": "review"},
        {"id": "paper", "kind": "paper", "copies": 2, "until": "2021-06-30"},
        {"id": "second", "kind": "screening", "undecided": "fails"},
        panel(),
    ]
    quotas = [
        {"per": ["applicant", "category", "area"], "max": 1},
        {"per": ["consortium"], "max": 1},
        {"per": ["applicant"], "max": 3},
    ]
    form = [{"id": "summary", "label": "简介", "kind": "text", "max": 5}]
    found = json.loads(
        blueprint(
            "gates", stages, applicants={"quotas": quotas}, form=form, awards=[award("best", "experts")]
        )
    )
    found["stages"][0] |= {"window": ["2021-05-02", "2021-05-16 12:00"]}
    found["stages"].insert(
        0, {"id": "sign", "kind": "registration", "needed": True, "window": ["2021-04-01", "2021-04-30"]}
    )
    columns: dict[str, Callable[[int], str]] = {
        "preregistered": lambda i: "" if i == 5 else f"2021-04-{i + 13:02}",
        "withdrawn": lambda i: "是" if i == 7 else "",
        "consortium": lambda i: "甲;乙" if i in (2, 9) else "",
        "summary": lambda i: "太长太长太长" if i == 8 else "可以",
    }
    endorsements = [
        ["entry", "endorser", "kind"],
        *([f"e{i}", "市局", "review"] for i in range(1, 17) if i != 11),
    ]
    made = [("screening", f"second/e{i}", "通过") for i in range(1, 17) if i not in (10, 12)]
    made += [
        ("screening", "second/e12", "不通过"),
        ("screening", "check/e13", "fail"),
        ("disqualify", "e6", "取消资格"),
    ]
    rows = entries(16, columns)
    rows += [rows[3], ["", *rows[4][1:]], ["e99", "", *rows[4][2:]]]
    return json.dumps(found, ensure_ascii=False), {
        "entries": rows,
        "endorsements": endorsements,
        "scores": scores(16),
        "decisions": decisions(*made, ("screening", "e1", "不知道"), ("nonsense", "e1", "x")),
    }


def bodies() -> Campaign:
    final = ranking([part("experts")], "experts")
    parts = [
        {"from": "count", "of": "declare", "weight": 40, "mapping": "share_of_maximum"},
        {"from": "quality", "of": "final", "weight": 60, "mapping": "none"},
    ]
    rounding = {"digits": 1, "mode": "floor", "at": ["weighted", "composite"]}
    honours = [
        {
            "id": "organiser",
            "title": "组织奖",
            "parts": parts,
            "at_least": 2,
            "take": {"count": 2},
            "rounding": rounding,
        },
        {
            "id": "hosts",
            "title": "表扬",
            "to": "applicant",
            "parts": [{**parts[0], "weight": 100, "mapping": "mid_rank"}],
            "take": {"decided": "all"},
            "rounding": ROUNDING,
            "listed": "unranked",
            "honour": "commendation",
        },
    ]
    text = blueprint(
        "bodies", [panel()], rankings=[final], awards=[award("best")], organisation_awards=honours
    )
    return text, {
        "entries": entries(10, {"endorsed_by": lambda i: f"市{i % 3}局" if i % 5 else ""}),
        "scores": scores(10),
    }


def funding() -> Campaign:
    route = {
        "id": "reward",
        "title": "奖励",
        "of": "release",
        "base": "invest",
        "tiers": [
            {"up_to": "500万元", "percent": 10},
            {"up_to": "1000万元", "percent": "8.5"},
            {"percent": 6},
        ],
        "cap": "90万元",
        "granted": "ceiling",
        "payments": [
            {"id": "first", "percent": "33.3", "after": "granted"},
            {"id": "second", "percent": "33.3", "after": "approval"},
            {"id": "last", "percent": "33.4", "after": "acceptance"},
        ],
        "clawback": [
            {"when": "acceptance_failed", "takes": "prepaid"},
            {"when": "targets_missed", "takes": "all_paid"},
            {"when": "false_material", "takes": "all_paid"},
        ],
    }
    other = {**route, "id": "other", "rounding": "万元", "granted": "none", "when": {"tier": ["乙"]}}
    form = [
        {
            "id": "invest",
            "label": "投资额",
            "kind": "number",
            "unit": "万元",
            "digits": 6,
            "min": 0,
            "required": False,
        },
        {"id": "tier", "label": "档次", "kind": "choice", "options": ["甲", "乙"]},
    ]
    stages = [
        {"id": "release", "kind": "release", "every": "half_year"},
        {"id": "accept", "kind": "accept"},
    ]
    found = json.loads(blueprint("funding", stages, form=form, funding=[route, other]))
    found["stages"][0] |= {"rolling": True, "opens": "2021-05-03"}
    found["awards"] = [
        {"id": "listed", "title": "入选", "of": "release", "per": ["batch"], "take": {"everyone": True}}
    ]
    amounts = ("0", "500", "500.000001", "1000", "1000.01", "123.456789", "", "9999")
    made = [("approval", f"e{i}", "获批") for i in range(2, 8)]
    made += [("acceptance", "e2", "合格"), ("acceptance", "e3", "不合格"), ("performance", "e4", "未达标")]
    made += [
        ("grant", "e4", "10万元"),
        ("grant", "e5", "9999万元"),
        ("grant", "e12345", "1元"),
        ("disqualify", "e6", "取消资格"),
    ]
    return json.dumps(found, ensure_ascii=False), {
        "entries": entries(8, {"invest": lambda i: amounts[i - 1], "tier": lambda i: "甲乙"[i % 2]}),
        "decisions": decisions(*made),
    }


CAMPAIGNS: dict[str, Callable[[], Campaign]] = {
    "votes-exact": votes_exact,
    "votes-at-most": votes_at_most,
    "votes-count-each": votes_count_each,
    "votes-no-limit": votes_no_limit,
    "two-votes": two_votes,
    "vote-without-ballots": vote_without_ballots,
    "no-votes-no-scores": no_votes_no_scores,
    "summer-time": summer_time,
    **{
        f"panel-{by}-{method}": (lambda by=by, method=method: one_panel(by, method))
        for by in ("sheet", "criterion")
        for method in METHODS
    },
    **{f"rounds-{use}": (lambda use=use: one_round_of(use)) for use in ("last", "mean", "sum")},
    "added-marks": added_marks,
    "composite": composite,
    "takes": takes,
    "lists": lists,
    "gates": gates,
    "bodies": bodies,
    "funding": funding,
}
"""Every campaign by name."""
