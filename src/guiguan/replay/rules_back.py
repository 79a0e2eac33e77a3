"""`rules.json` read back into a blueprint: neutral words where the bundle has none, the same rules to the byte.

Nothing is trusted: the blueprint that was built writes its own `rules.json`, and that must be the bundle's.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from decimal import Decimal
from fractions import Fraction
from typing import Any
from zoneinfo import ZoneInfo

from pydantic import ValidationError

from guiguan.core.blueprint.check import check
from guiguan.core.blueprint.model import Blueprint
from guiguan.core.blueprint.selection import GROUPS
from guiguan.core.entries.stages import FAR
from guiguan.core.evidence.rules_document import rules_document
from guiguan.core.values.canonical import encode
from guiguan.core.values.finding import Finding, InputError
from guiguan.core.values.moment import DAY, day_of, day_start
from guiguan.core.values.rounding import parse_fraction_text
from guiguan.replay.bundle_files import fault

Json = dict[str, Any]
_NEUTRAL: dict[str, Json] = {
    "endorsement": {"by": "-"},
    "ballots": {"voter": ["account"], "counts": "shown"},
    "panel": {"who": "expert"},
    "paper": {"copies": 1, "until": "9999-12-30"},
    "release": {"every": "year"},
}
_SAME = ("needed", "opinion", "undecided", "repeated", "unknown", "limits", "scale", "aggregate", "rounds")
_SAME_TOO = ("lists", "rounding", "by", "within", "take")


def blueprint_of(rules: Any, content: bytes, categories: Iterable[str]) -> Blueprint:
    """The blueprint whose counting rules are `rules`, the value of `content`. InputError with every fault found.

    `categories` are the ids that entries and decisions name: `rules.json` does not list them.
    """
    try:
        blueprint = Blueprint.model_validate(_tree(rules, sorted({"all", *categories})))
    except ValidationError as error:
        raise InputError(*(_model_fault(e) for e in error.errors(include_url=False))) from error
    except (KeyError, TypeError, ValueError, AttributeError, OverflowError, OSError) as error:
        raise InputError(_rules_fault(f"{type(error).__name__} {error}")) from error
    faults = [f for _, f in check(blueprint) if f.severity == "error"]
    if faults:
        raise InputError(*(fault("verify.rules", "rules.json", f.zh, f.en) for f in faults))
    if _written(blueprint, rules) != content:
        raise InputError(_rules_fault("多出的键、次序，或 takes、start、days 与规则不一致"))
    return blueprint


def facts_used(rules: Json) -> list[str]:
    """The form fields whose contents counting uses: what groups, what conditions, what money is counted from."""
    used = {g for r in rules["rankings"] for g in r["within"]} | {
        g for a in rules["awards"] for g in a["per"]
    }
    used |= {g for s in rules["stages"] for g in s.get("within", ())}
    used -= set(GROUPS)
    for item in (*rules["awards"], *rules["funding"]):
        used |= set(item.get("when", ()))
    return sorted(used | {f["base"] for f in rules["funding"]})


def _written(blueprint: Blueprint, rules: Json) -> bytes:
    """What the product writes for this blueprint; empty where it cannot."""
    sha256, seed = rules.get("blueprint_sha256"), rules.get("seed")
    hexadecimal = isinstance(sha256, str) and len(sha256) == 64 and set(sha256) <= set("0123456789abcdef")
    if not isinstance(sha256, str) or not hexadecimal or not (seed is None or isinstance(seed, str)):
        return b""
    try:
        return encode(rules_document(blueprint, sha256, seed))
    except (ValueError, OverflowError):
        return b""


def _tree(rules: Json, categories: list[str]) -> Json:
    zone = ZoneInfo(rules["zone"])
    opinions = {s["opinion"] for s in rules["stages"] if "opinion" in s}
    opinions |= {r["bonus"]["opinion"] for r in rules["rankings"] if "bonus" in r}
    return {
        "blueprint": 1,
        "campaign": rules["campaign"],
        "title": "-",
        "zone": rules["zone"],
        "organisers": {"host": ["-"]},
        "categories": [{"id": c, "title": c, "areas": "free"} for c in categories],
        "applicants": {"quotas": rules["quotas"]},
        "endorsers": {"list": ["-"], "kinds": sorted({"recommend", *opinions})},
        "form": _form(rules),
        "two_persons": rules["two_persons"],
        "stages": [_stage(s, zone) for s in rules["stages"]],
        "rankings": [_numbers(r) for r in rules["rankings"]],
        "awards": [_numbers(a) | {"title": "-"} for a in rules["awards"]],
        "organisation_awards": [_numbers(a) | {"title": "-"} for a in rules["organisation_awards"]],
        "funding": [_without(_numbers(f), "unit") | {"title": "-"} for f in rules["funding"]],
    }


def _form(rules: Json) -> list[Json]:
    units = {f["base"]: f["unit"] for f in rules["funding"]}
    numbers = [{"id": i, "label": i, "kind": "number", "unit": unit} for i, unit in units.items()]
    chosen = [f for f in facts_used(rules) if f not in units]
    return numbers + [{"id": f, "label": f, "kind": "choice", "options": ["-"]} for f in chosen]


def _stage(found: Json, zone: ZoneInfo) -> Json:
    stage: Json = {k: found[k] for k in ("id", "kind", "takes") if k in found}
    stage |= _NEUTRAL.get(found["kind"], {})
    if "start" in found:
        first, last = _opening(found["start"], zone), found["end"]
        if "days" in found and last - found["start"] > (len(found["days"]) + 1) * DAY:
            raise ValueError(
                "days does not cover the window"
            )  # else a window of millennia would be worked out
        if last == FAR:
            stage |= {"rolling": True, "opens": first}
        else:
            stage["window"] = [first, _closing(last, zone)]
    stage |= {k: _numbers(found[k]) for k in (*_SAME, *_SAME_TOO) if k in found}
    if found["kind"] == "ballots":
        stage["choices"] = {"at_least": found["low"], "at_most": found["high"]}
    if found["kind"] == "panel":
        stage["criteria"] = [_criterion(c) for c in found["criteria"]]
    return stage


def _criterion(found: Json) -> Json:
    share = parse_fraction_text(found["weight"])
    weight = {} if share == 1 else {"weight": _decimal(share * 100)}
    return {"id": found["id"], "title": found["id"]} | weight


def _opening(at: int, zone: ZoneInfo) -> str:
    day = day_of(at, zone)
    return day.isoformat() if day_start(day, zone) == at else _clock(at, zone)


def _closing(at: int, zone: ZoneInfo) -> str:
    """A day ends where the next begins; its own date says so."""
    day = day_of(at, zone)
    return (day - dt.timedelta(days=1)).isoformat() if day_start(day, zone) == at else _clock(at, zone)


def _clock(at: int, zone: ZoneInfo) -> str:
    wall = dt.datetime.fromtimestamp(at // 1000, zone)
    return wall.strftime("%Y-%m-%dT%H:%M:%S")


def _without(found: Json, key: str) -> Json:
    return {k: v for k, v in found.items() if k != key}


def _numbers(value: Any) -> Any:
    """The same with every `n/d` a Decimal; texts under `when` are what people wrote and stay."""
    match value:
        case str():
            try:
                return _decimal(parse_fraction_text(value))
            except ValueError:
                return value
        case dict():
            return {k: v if k == "when" else _numbers(v) for k, v in value.items()}
        case list():
            return [_numbers(v) for v in value]
    return value


def _decimal(value: Fraction) -> Decimal:
    for digits in range(13):
        scaled = value * 10**digits
        if scaled.denominator == 1:
            sign = int(scaled < 0)
            return Decimal((sign, tuple(map(int, str(abs(scaled.numerator)))), -digits))
    raise ValueError(f"{value} is no decimal number")


def _model_fault(error: Any) -> Finding:
    where = ".".join(str(step) for step in error["loc"])
    return _rules_fault(f"{where}: {error['msg']}")


def _rules_fault(found: str) -> Finding:
    short = found[:200]
    return fault(
        "verify.rules",
        "rules.json",
        f"计票规则不合规定，无法据以重算（{short}）",
        f"the counting rules are not of the required form ({short})",
    )
