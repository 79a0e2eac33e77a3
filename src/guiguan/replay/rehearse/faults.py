"""What applicants get wrong: about three in a hundred, so that every rule of the blueprint is seen at work."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator
from zoneinfo import ZoneInfo

from guiguan.core.blueprint.base import ends_at
from guiguan.core.blueprint.form import ChoiceField, DateField, FormField, NumberField, TextField
from guiguan.core.blueprint.lookup import option_labels
from guiguan.core.blueprint.model import Blueprint
from guiguan.core.blueprint.people import Quota
from guiguan.core.blueprint.stages import Declaration, Registration
from guiguan.core.entries.columns import OWN
from guiguan.core.values.moment import SECOND, day_of
from guiguan.replay.rehearse.clock import span_of, wall_text
from guiguan.replay.rehearse.entries import Row, Written
from guiguan.replay.rehearse.places import Places
from guiguan.replay.rehearse.stream import Stream

PER_HUNDRED = 3
Spoil = Callable[[Row, Stream], None]


def spoil(b: Blueprint, written: Written, places: Places, seed: str) -> Written:
    """The same entries with each possible fault in at least one of them, where there are enough to bear that."""
    s = Stream(seed, "faults")
    rows = [dict(row) for row in written.rows]
    kinds = s.shuffled(list(_faults(b, written, places)))
    targets = s.shuffled(range(len(rows)))
    wanted = max(len(kinds), len(rows) * PER_HUNDRED // 100)
    for i in range(min(wanted, len(rows) // 4)):
        if kinds:
            kinds[i % len(kinds)](rows[targets.pop()], s)
    for quota in b.applicants.quotas:
        _exceed(quota, rows, targets, s)
    if len(rows) >= 20:
        twin = dict(rows[targets.pop()])
        rows.append(twin | {"title": f"{twin['title']}（重复填报）"})
        if "credit_code" in written.columns:
            _mistype(rows[targets.pop()])
    return Written(written.columns, rows, written.free)


def _faults(b: Blueprint, w: Written, places: Places) -> Iterator[Spoil]:
    zone = ZoneInfo(b.zone)
    declared = next((s for s in b.stages if isinstance(s, Declaration)), None)
    if declared is not None and declared.window is not None:
        span = span_of(b, declared)
        yield lambda row, s: row.update(submitted=wall_text(span.end + s.below(7200) * SECOND, zone))
        yield lambda row, s: row.update(submitted=wall_text(span.start - s.between(60, 36000) * SECOND, zone))
    yield lambda row, s: row.update(withdrawn="是")
    yield lambda row, s: row.update(submitted="截止日下午")
    if len(b.categories) > 1:
        yield lambda row, s: row.update(category="综合类")
    if any(c.areas and c.areas != "free" for c in b.categories) and "area" in w.columns:
        yield lambda row, s: row.update(area="新领域")
    if any(a.registered_in for a in b.applicants.who) and "region" in w.columns:
        yield lambda row, s: row.update(_moved(row, places, s))
    if b.applicants.owner_only and "role" in w.columns:
        yield lambda row, s: row.update(role="乙方")
    if any(isinstance(x, Registration) and x.needed for x in b.stages):
        yield lambda row, s: row.update(preregistered="")
    yield from _form_faults(b, zone)


def _moved(row: Row, places: Places, s: Stream) -> Row:
    """Registered and taxed outside the campaign's region."""
    place = places.elsewhere(s)
    return {name: place.code for name in ("region", "taxed_region") if name in row}


def _form_faults(b: Blueprint, zone: ZoneInfo) -> Iterator[Spoil]:
    """One fault of each kind that the form can have."""
    asked = [f for f in b.form if f.id not in OWN and f.shown_when is None]

    def writes(field: FormField, text: str) -> Spoil:
        return lambda row, s: row.update({field.id: text})

    for f in asked:
        if isinstance(f, TextField) and f.max is not None and f.limit == "hard":
            yield writes(f, "本项目应用成效显著。" * (f.max // 9 + 1))
            break
    required = next((f for f in asked if f.required), None)
    if required is not None:
        yield writes(required, "")
    for f in asked:
        if isinstance(f, DateField) and (f.until or f.within):
            last = f.until or (f.within[1] if f.within else "")
            yield writes(f, (day_of(ends_at(last, zone), zone) + dt.timedelta(days=40)).isoformat())
            break
    numbers = [f for f in asked if isinstance(f, NumberField)]
    if numbers:
        yield writes(numbers[0], "约三百")
    bounded = next((f for f in numbers if f.min is not None or f.max is not None), None)
    if bounded is not None:
        beyond = bounded.min - 1 if bounded.min is not None else (bounded.max or 0) + 1
        yield writes(bounded, str(beyond))
    choice = next((f for f in asked if isinstance(f, ChoiceField) and not f.other), None)
    if choice is not None:
        yield writes(choice, "以上都不是")
    for f in asked:
        if isinstance(f, ChoiceField) and f.eligible:
            unfit = [o for o in option_labels(f) if o not in f.eligible]
            if unfit:
                yield writes(f, unfit[0])
                break


_WHO = (
    "applicant",
    "credit_code",
    "region",
    "taxed_region",
    "applicant_kind",
    "unit_kind",
    "parent",
    "consortium",
)


def _exceed(quota: Quota, rows: list[Row], targets: list[int], s: Stream) -> None:
    """One applicant (or consortium) hands in one entry more than its quota allows."""
    if len(targets) < quota.max + 8:
        return
    first = rows[targets.pop()]
    if "consortium" in quota.per:
        members = [rows[t]["applicant"] for t in targets[:2]]
        first["consortium"] = ";".join(sorted(members))
    shared = [*_WHO] if "applicant" in quota.per else ["consortium"]
    shared += [n for n in ("category", "area") if n in quota.per or "area" in quota.per]
    for number in range(quota.max):
        other = rows[targets.pop()]
        other.update({name: first[name] for name in shared if name in first})
        if "applicant" in quota.per:
            other["title"] = f"{first['title']}（{'二三四五六七八九十'[min(number, 8)]}期）"


def _mistype(row: Row) -> None:
    """The last character of the credit code is a wrong one: a slip that warns and does not block."""
    code = row["credit_code"]
    if code:
        row["credit_code"] = code[:17] + ("0" if code[17] != "0" else "1")
