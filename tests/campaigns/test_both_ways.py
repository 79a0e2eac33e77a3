"""A campaign declared through the services and exported gives `replay` the same entries, to the byte, as one declared by files."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any
from uuid import uuid4
from zoneinfo import ZoneInfo

import pytest
from apps.conftest import make_person, make_staff

from guiguan.apps.accounts.models import Organisation, Person
from guiguan.apps.campaigns.models import Campaign
from guiguan.apps.campaigns.opening import put_in_force
from guiguan.apps.campaigns.queries import blueprint_of
from guiguan.apps.campaigns.services import create_campaign
from guiguan.apps.entries import services
from guiguan.apps.entries.export import entry_columns, entry_rows
from guiguan.apps.entries.models import Attachment, Entry
from guiguan.apps.entries.services import NotReady
from guiguan.apps.entries.services.save import FROM_THE_UNIT
from guiguan.apps.files.models import File
from guiguan.cli.main import main
from guiguan.core.blueprint.form import Column, FormField, ListField, RowsField, UploadField
from guiguan.core.blueprint.model import Blueprint
from guiguan.core.values.finding import InputError
from guiguan.core.values.moment import parse_instant
from guiguan.core.values.regions import Regions
from guiguan.replay.rehearse.entries import write_entries
from guiguan.replay.rehearse.places import Places, home_of
from guiguan.shipped import shipped_blueprint
from guiguan.tables.csv_out import write_csv
from guiguan.tables.xlsx_out import write_xlsx

pytestmark = pytest.mark.django_db
KEY = "17" * 32
CAMPAIGNS = ("guangxi-2021", "guangxi-scenarios-government", "ceprei-xinchuang-2022")


@pytest.mark.parametrize("name", CAMPAIGNS)
def test_the_same_entries_from_the_site_and_from_files(name: str, tmp_path: Path) -> None:
    campaign, rows = declared(name, 6)
    blueprint = blueprint_of(campaign)
    rules = tmp_path / "rules.yaml"
    assert campaign.in_force is not None
    rules.write_text(campaign.in_force.text, "utf-8")
    columns = tuple(dict.fromkeys(c for row in rows for c in row))
    write_csv(tmp_path / "by-files.csv", columns, [[row.get(c, "") for c in columns] for row in rows])
    write_csv(tmp_path / "by-site.csv", entry_columns(blueprint), entry_rows(campaign))
    write_xlsx(tmp_path / "by-site.xlsx", "entries", entry_columns(blueprint), entry_rows(campaign))
    results = [replayed(rules, tmp_path / file) for file in ("by-files.csv", "by-site.csv", "by-site.xlsx")]
    assert len(rows) >= 5
    assert results[0]["entries.jsonl"].count(b"\n") == len(rows)
    assert results[1] == results[0]
    assert results[-1] == results[0]


def replayed(rules: Path, entries: Path) -> dict[str, bytes]:
    """What of a replay tells of its entries."""
    import tarfile

    out = entries.with_name(f"out-{entries.name}")
    assert (
        main(
            [
                "replay",
                str(rules),
                "--entries",
                str(entries),
                "--pseudonym-key",
                str(_key(rules)),
                "--out",
                str(out),
            ]
        )
        == 0
    )
    with tarfile.open(out / "evidence.tar") as bundle:
        held = {m.name.rpartition("/")[2]: bundle.extractfile(m).read() for m in bundle if m.isfile()}  # type: ignore[union-attr]  # files alone
    own = {n: (out / n).read_bytes() for n in ("result.csv", "awards.csv", "rejected.csv")}
    return {"entries.jsonl": held["entries.jsonl"], "decisions.jsonl": held["decisions.jsonl"], **own}


def _key(rules: Path) -> Path:
    file = rules.with_name("key.hex")
    file.write_text(KEY, "ascii")
    return file


def declared(name: str, count: int) -> tuple[Campaign, list[dict[str, str]]]:
    """A campaign in which made-up applicants declared through the services, and the same as rows of a file."""
    text = shipped_blueprint(name)
    assert text is not None
    lead = make_staff("lead", name)
    create_campaign(lead, 1, text.decode())
    put_in_force(lead, 1, name, 1, accept_warnings=True)
    campaign = Campaign.objects.select_related("in_force").get(pk=name)
    blueprint = blueprint_of(campaign)
    written = write_entries(blueprint, Places(home_of(blueprint)), "both ways", count)
    rows = [_as_a_form_has_it(blueprint, row) for row in written.rows]
    kept = []
    for row in rows:
        number = _declare(campaign, blueprint, row)
        if number:
            kept.append(row | {"entry": number})
    return campaign, kept


def _declare(campaign: Campaign, blueprint: Blueprint, row: dict[str, str]) -> str:
    """The number of the entry; "" where the rules do not let it in, which is another test's concern."""
    zone = ZoneInfo(blueprint.zone)
    at = int(parse_instant(row["submitted"], zone))
    early = int(parse_instant(row["preregistered"], zone)) if row.get("preregistered") else None
    unit, by = _unit(row)
    try:
        entry = services.start_entry(by, early or at, campaign, unit)
        if not entry.reminded:
            services.accept_reminder(by, early or at, entry.pk)
        for field in blueprint.form:
            if isinstance(field, UploadField):
                _put_files(entry, field, by)
            elif (
                field.id == "endorsed_by"
            ):  # an answer here is no endorsement: those are a table of their own
                services.save_answer(by, early or at, entry.pk, field.id, "示例推荐单位", 0)
            elif field.id not in FROM_THE_UNIT and row.get(field.id, ""):
                services.save_answer(by, early or at, entry.pk, field.id, value_of(field, row[field.id]), 9)
        if early is not None:
            services.preregister_entry(by, early, entry.pk)
        services.submit_entry(by, at, entry.pk)
    except (InputError, NotReady) as refusal:
        raise AssertionError(f"{row['title']}: {refusal}") from refusal
    return Entry.objects.get(pk=entry.pk).number or ""


def _as_a_form_has_it(blueprint: Blueprint, row: Mapping[str, str]) -> dict[str, str]:
    """Rows of a list as a table of entries keeps them, not in the words in which a rehearsal tells them."""
    lists = {f.id: "|".join(_cell(c) for c in f.columns) for f in blueprint.form if isinstance(f, RowsField)}
    return dict(row) | lists


def _cell(column: Column) -> str:
    if not column.options:
        return "桂林水务"
    first = column.options[0]
    return first if isinstance(first, str) else first.label


def value_of(field: FormField, text: str) -> Any:
    """A cell of a table as a form has it."""
    if isinstance(field, RowsField):
        return [
            dict(zip([c.id for c in field.columns], line.split("|"), strict=True))
            for line in text.split("\n")
        ]
    if isinstance(field, ListField) or field.kind == "choices":
        return text.split(";")
    return text


def _unit(row: dict[str, str]) -> tuple[Organisation, Person]:
    known = Organisation.objects.filter(name=row["applicant"]).first()
    if known is not None:
        return known, known.memberships.get(keeper=True).person
    region = Regions.official().find(row["region"]) if row.get("region") else None
    unit = Organisation.objects.create(
        kind="user_unit",
        name=row["applicant"],
        credit_code=row.get("credit_code", ""),
        address="示例路 1 号",
        region=region.code if region else "",
        parent_name=row.get("parent", ""),
        unit_kind={"分公司": "branch", "子公司": "subsidiary"}.get(row.get("unit_kind", ""), ""),
        state="approved",
        submitted_at=1,
    )
    person = make_person()
    unit.memberships.create(person=person, keeper=True, since=1)
    return unit, person


def _put_files(entry: Entry, field: UploadField, by: Person) -> None:
    for position in range(1, (field.count or 1) + 1):
        file = File.objects.create(
            name="a.jpg",
            kind="jpg",
            size=1,
            sha256="0",
            original_sha256="0",
            stored=str(uuid4()),
            by=by.pk,
            at=1,
        )
        Attachment.objects.create(
            entry=entry, field=field.id, position=position, file=file.pk, revision=1, by=by.pk, at=1
        )
