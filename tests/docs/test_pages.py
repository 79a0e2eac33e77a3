"""What the pages promise: links lead somewhere; columns, files, decisions, commands, variables and demands are all told."""

from __future__ import annotations

import re
from pathlib import Path
from typing import get_args

import pytest

from guiguan.box.damage import IN_CHINESE, Rule
from guiguan.cli.main import _parser
from guiguan.conf.environment import Environment
from guiguan.core.entries.columns import OWN
from guiguan.core.entries.decide import OUTCOMES, read_outcome
from guiguan.core.entries.entry import DECISION_KINDS
from guiguan.replay.ballots import ALIASES, OPTIONAL, REQUIRED
from guiguan.replay.inputs import ENTRY_ALIASES, SCORE_ALIASES
from guiguan.replay.write import NAMES

ROOT = Path(__file__).resolve().parents[2]
PAGES = sorted([*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md")])
ORGANISE = (ROOT / "docs/organise/README.md").read_text(encoding="utf-8")
SETTINGS = (ROOT / "docs/operate/settings.md").read_text(encoding="utf-8")
WALK = ("cli/replay", "replay/run", "core/blueprint/load", "core/votes/tally", "core/reviews/aggregate")
WALK += ("core/ranking/composite", "core/ranking/select", "core/evidence/bundle")
DEMANDS = {"B": 7, "A": 4, "D": 9, "S": 4, "V": 8, "R": 9, "K": 7, "H": 7, "P": 9, "N": 2, "O": 7}


def _commands() -> list[str]:
    """The first words of all commands."""
    command = next(action for action in _parser()._actions if action.dest == "command")
    return sorted(command.choices or ())


def _settings() -> dict[str, str]:
    """The site's settings by the name of their variable, with what they mean."""
    return {
        str(field.validation_alias or f"GUIGUAN_{name.upper()}"): str(field.description)
        for name, field in Environment.model_fields.items()
    }


def test_everything_that_a_check_of_the_logs_finds_is_told_in_chinese_and_with_what_to_do() -> None:
    page = (ROOT / "docs/operate/log.md").read_text(encoding="utf-8")
    table = page.partition("## guiguan fsck 报的")[2].partition("```")[0]
    rules = set(get_args(Rule))
    assert set(IN_CHINESE) == rules
    assert {rule for rule in rules if f"`{rule}`" not in table} == set()


@pytest.mark.parametrize("page", PAGES, ids=lambda p: str(p.relative_to(ROOT)))
def test_links_lead_to_files_of_this_repository(page: Path) -> None:
    links = re.findall(r"\]\(([^)#\s]+)(?:#[^)]*)?\)", page.read_text(encoding="utf-8"))
    broken = [at for at in links if "://" not in at and not (page.parent / at).exists()]
    assert broken == []


def test_the_walk_has_eight_stops_that_exist_in_order() -> None:
    page = (ROOT / "docs/develop/architecture.md").read_text(encoding="utf-8")
    stops = re.findall(r"^\d\. \[([^\]]+)\.py\]", page, re.MULTILINE)
    assert tuple(stops) == WALK


def test_every_entries_column_is_told_with_its_chinese_names() -> None:
    assert [c for c in OWN if c not in ORGANISE] == []
    assert [zh for zh in ENTRY_ALIASES if zh not in ORGANISE] == []


def test_every_ballots_and_scores_column_is_told_with_its_chinese_names() -> None:
    ballots = ORGANISE[ORGANISE.index("（`--ballots`）") : ORGANISE.index("（`--scores`）")]
    scores = ORGANISE[ORGANISE.index("（`--scores`）") : ORGANISE.index("（`--endorsements`）")]
    assert [c for c in (*REQUIRED, *OPTIONAL, *ALIASES) if c not in ballots] == []
    assert [
        c for c in ("weight", "panel", "round", *SCORE_ALIASES.values(), *SCORE_ALIASES) if c not in scores
    ] == []


def test_every_kind_of_decision_is_told_with_outcomes_that_are_understood() -> None:
    rows = dict(re.findall(r"^\| (\w+) \| [^|]+ \| [^|]+ \| ([^|]+) \|$", ORGANISE, re.MULTILINE))
    assert set(rows) - {"kind"} == set(DECISION_KINDS)
    for kind, outcomes in OUTCOMES.items():
        told = [read_outcome(kind, word.strip()) for word in rows[kind].partition("（")[0].split("/")]
        assert set(told) == set(outcomes), kind


def test_every_output_file_is_told() -> None:
    assert [name for name in NAMES if f"`{name}`" not in ORGANISE] == []


def test_every_command_is_told() -> None:
    told = "".join(page.read_text(encoding="utf-8") for page in sorted(ROOT.glob("docs/operate/*.md")))
    assert [name for name in _commands() if f"`guiguan {name}" not in told] == []


def test_every_variable_that_is_read_is_told_on_one_page() -> None:
    sources = [
        *ROOT.glob("src/**/*.py"),
        *ROOT.glob("tests/**/*.py"),
        *ROOT.glob("scripts/*"),
        ROOT / ".ci/run",
    ]
    read = {v for f in sources for v in re.findall(r"GUIGUAN_[A-Z_]+[A-Z]", f.read_text(encoding="utf-8"))}
    told = re.findall(r"^\| `([A-Z_]+)`", SETTINGS, re.MULTILINE)
    assert sorted(told) == sorted(read | set(_settings()))


@pytest.mark.parametrize("variable", _settings())
def test_a_setting_is_told_as_the_program_describes_it(variable: str) -> None:
    assert f"| `{variable}` | {_settings()[variable]} | " in SETTINGS


def test_every_demand_has_one_line_and_an_honest_word() -> None:
    page = (ROOT / "docs/develop/demands.md").read_text(encoding="utf-8")
    told = re.findall(r"^- ([A-Z]\d+) (done|part|next)", page, re.MULTILINE)
    assert [d for d, _ in told] == [f"{k}{i}" for k, n in DEMANDS.items() for i in range(1, n + 1)]
    assert len(re.findall(r"^- ", page, re.MULTILINE)) == len(told)


def test_constraints_pin_exactly_and_hold_no_address() -> None:
    lines = (ROOT / "constraints.txt").read_text(encoding="utf-8").splitlines()
    assert [n for n in lines if not re.fullmatch(r"[a-z0-9-]+==[0-9][0-9a-z.]*", n)] == []


def test_constraints_pin_everything_that_the_project_asks_for() -> None:
    import tomllib

    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    wanted = [*project["project"]["dependencies"], *project["build-system"]["requires"]]
    for group in (project["project"]["optional-dependencies"], project["dependency-groups"]):
        wanted += [w for names in group.values() for w in names]
    pinned = {
        n.partition("==")[0] for n in (ROOT / "constraints.txt").read_text(encoding="utf-8").splitlines()
    }
    asked = {re.split(r"[<>=!\[ ]", w)[0].lower().replace(".", "-").replace("_", "-") for w in wanted}
    assert sorted(asked - pinned) == []
