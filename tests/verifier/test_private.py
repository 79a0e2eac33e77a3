"""The same key gives the same bytes, another key the same result but for seats, and nobody's name is in a bundle."""

from __future__ import annotations

import copy
import json
import re
import tarfile
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from guiguan.adapters.signing import check_ed25519
from guiguan.replay.check import check_bundle


def files(bundle: Path) -> dict[str, bytes]:
    with tarfile.open(bundle) as tar:
        return {m.name: tar.extractfile(m).read() for m in tar.getmembers()}  # type: ignore[union-attr]  # every member is a file


@pytest.mark.parametrize("name", ["votes-at-most", "panel-sheet-trimmed_mean", "gates"])
def test_the_same_key_gives_the_same_bytes(name: str, campaigns: ModuleType, tmp_path: Path) -> None:
    made = [campaigns.write_bundle(tmp_path / n, campaigns.CAMPAIGNS[name]()) for n in ("a", "b")]
    assert made[0].read_bytes() == made[1].read_bytes()


@pytest.mark.parametrize("name", ["votes-exact", "panel-sheet-trimmed_mean", "panel-criterion-median"])
def test_another_key_changes_names_and_no_figure(name: str, campaigns: ModuleType, tmp_path: Path) -> None:
    made = [
        files(campaigns.write_bundle(tmp_path / str(i), campaigns.CAMPAIGNS[name](), key=key))
        for i, key in enumerate((campaigns.KEY, bytes(32), None))
    ]
    ours, other, destroyed = (json.loads(f["manifest.json"]) for f in made)
    assert (ours["key"], other["key"], destroyed["key"]) == ("kept", "kept", "destroyed")
    assert "key_sha256" not in destroyed
    for key, changed in (("entries.jsonl", False), ("rules.json", False), ("result.json", None)):
        for f in made[1:]:
            if changed is False:
                assert f[key] == made[0][key]
            assert without_seats(json.loads(f["result.json"])) == without_seats(
                json.loads(made[0]["result.json"])
            )
    names = [set(re.findall(rb'"(?:nym|net|by2?)":"([0-9a-f]+)"', b"".join(f.values()))) for f in made]
    assert names[0]
    assert not names[0] & names[1]
    assert not names[0] & names[2]


def without_seats(value: Any) -> Any:
    """The value with the totals of each entry as a bag, whoever gave them."""
    if isinstance(value, dict):
        return {
            k: sorted(t["total"] for t in v) if k == "totals" else without_seats(v) for k, v in value.items()
        }
    return [without_seats(v) for v in value] if isinstance(value, list) else value


PLANTED = {
    "voter": "oWX-openid-8f31",
    "address": "203.0.113.77",
    "reviewer": "评审欧阳某",
    "reviewer with a slash": "二组/诸葛某",
    "decider": "处长司马某",
    "second decider": "科长上官某",
    "telephone": "13912345678",
    "identity number": "450103198001011234",
    "e-mail": "someone@example.org",
    "ballot id": "票号-甲乙丙丁",
    "credit code": "91450000MA5K0000XQ",
    "a field that does not count": "联系人端木某",
    "stranger": "不相干的慕容某",
}


def planted_campaign(campaigns: ModuleType) -> Any:
    """A campaign with something personal wherever a table takes text that is not published."""
    p = PLANTED
    limits = [{"per": ["voter", "ip", "entry", "day"], "max": 1, "over": "drop_choice"}]
    keys: dict[str, Any] = {"unknown": "drop_choice", "limits": limits, "choices": {"at_most": 3}}
    form = [{"id": "contact", "label": "联系人", "kind": "text"}]
    parts = [campaigns.part("vote", 50, "share_of_maximum", "all"), campaigns.part("experts", 50)]
    text = campaigns.blueprint(
        "planted",
        [campaigns.vote(**keys), campaigns.panel()],
        rankings=[campaigns.ranking(parts, "experts")],
        awards=[campaigns.award("best")],
        form=form,
        two_persons=["void"],
    )
    entries = campaigns.entries(
        4,
        {
            "credit_code": lambda i: p["credit code"],
            "contact": lambda i: f"{p['a field that does not count']} {p['telephone']}",
        },
    )
    head = ["time", "voter", "choices", "ballot", "ip"]
    ballots = [
        head,
        ["2021-06-10 09:00", p["voter"], "e1;e2", p["ballot id"], p["address"]],
        ["2021-06-10 10:00", p["voter"], f"e1;{p['stranger']};{p['telephone']}", "n2", p["address"]],
        [p["stranger"], p["voter"], "e1", "n3", p["address"]],
        ["2021-06-11 10:00", "", "e3", p["ballot id"], p["stranger"]],
    ]
    scores = copy.deepcopy(campaigns.scores(4))
    for row in scores[1:]:
        row[1] = {"专家0": p["reviewer"], "专家1": p["reviewer with a slash"]}.get(row[1], row[1])
    scores += [
        ["e1", p["stranger"], p["telephone"], "80", "1", "", ""],
        [p["telephone"], p["reviewer"], "use", "80", "1", "", ""],
        ["e1", p["reviewer"], p["stranger"], p["telephone"], p["stranger"], "", ""],
    ]
    reason = "；".join(
        f"查 {v}" for k, v in p.items() if k not in ("stranger", "a field that does not count", "credit code")
    )
    reason = reason.replace(p["ballot id"], "某票")
    rows = [
        ("void", p["ballot id"], "作废"),
        ("void", p["telephone"], "作废"),
        ("recusal", f"{p['reviewer']}/e2", "回避"),
        ("recusal", f"{p['reviewer with a slash']}/{p['stranger']}", "回避"),
        ("disqualify", p["stranger"], "取消资格"),
        ("size", p["stranger"], "3"),
        ("merge_area", f"gov/领域 {p['telephone']}", "领域1"),
        ("merge_area", f"{p['stranger']}/x", "领域1"),
        ("screening", f"vote/{p['stranger']}", "通过"),
        ("grant", p["telephone"], "3元"),
        (p["stranger"], "e1", p["stranger"]),
    ]
    decisions = [["kind", "subject", "outcome", "reason", "by", "by2", "time"]]
    decisions += [[*r, reason, p["decider"], p["second decider"], f"2021 {p['stranger']}"] for r in rows]
    endorsements = [
        ["entry", "endorser", "kind"],
        ["e1", p["stranger"], p["telephone"]],
        [p["stranger"], "市局", "recommend"],
    ]
    return text, {
        "entries": entries,
        "ballots": ballots,
        "scores": scores,
        "decisions": decisions,
        "endorsements": endorsements,
    }


def test_nothing_personal_is_in_a_bundle(campaigns: ModuleType, tmp_path: Path) -> None:
    bundle = campaigns.write_bundle(tmp_path / "planted", planted_campaign(campaigns))
    found = files(bundle)
    bytes_of_all = bundle.read_bytes()
    assert {k: v for k, v in PLANTED.items() if v.encode() in bytes_of_all} == {}
    assert campaigns.KEY not in bytes_of_all
    assert campaigns.KEY.hex().encode() not in bytes_of_all
    reasons = {json.loads(line)["reason"] for line in found["decisions.jsonl"].splitlines()}
    assert reasons == {"；".join(["查 ＊＊＊"] * 9 + ["查 某票"])}
    assert check_bundle(bundle, check_ed25519).findings == ()
