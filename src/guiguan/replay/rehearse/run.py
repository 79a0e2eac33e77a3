"""A campaign rehearsed: inputs made stage by stage, each from what the count has passed so far, then replayed."""

from __future__ import annotations

import hashlib
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from guiguan.core.blueprint.load import Loaded
from guiguan.core.blueprint.lookup import ballot_stages, input_of, panels
from guiguan.core.blueprint.stages import Ballots, Panel, Screening, Selection, Stage
from guiguan.core.entries.entry import Entry
from guiguan.core.ranking.campaign import Outcome, count
from guiguan.core.values.finding import Finding, InputError, Place
from guiguan.core.values.regions import Regions
from guiguan.replay import write
from guiguan.replay.inputs import Files, read_inputs
from guiguan.replay.rehearse import ballots, decisions, endorsements, scores
from guiguan.replay.rehearse.decisions import Decided
from guiguan.replay.rehearse.entries import Row, write_entries
from guiguan.replay.rehearse.faults import spoil
from guiguan.replay.rehearse.places import Places, home_of
from guiguan.replay.rehearse.sizes import Size
from guiguan.replay.rehearse.stream import Stream
from guiguan.replay.rehearse.summary import summary
from guiguan.replay.run import Replayed, replay
from guiguan.tables.csv_out import write_csv

TABLES = ("entries", "ballots", "scores", "endorsements", "decisions")
PARTS = ("inputs", "result", "report.txt")
# Nobody stands behind a made-up voter, so the key is no secret, and every run gives the same bundle.
PSEUDONYM_KEY = hashlib.sha256(b"gg/rehearse/voters-are-made-up").digest()


@dataclass(frozen=True)
class Rehearsed:
    """What a rehearsal came to: the replay, its report in words, and findings with places inside `out`."""

    replayed: Replayed
    report: str
    notes: tuple[Finding, ...]


def rehearse(
    loaded: Loaded, out: Path, size: Size, *, seed: str | None = None, lang: str = "zh"
) -> Rehearsed:
    """The folder `out` holds `inputs/`, `result/` and `report.txt`, written whole or not at all.

    The same blueprint, size and seed (by default the campaign's id) give the same bytes. InputError where `out` holds
    anything that no rehearsal wrote.
    """
    require_free(out)
    seed = loaded.blueprint.campaign if seed is None else seed
    out.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=f".{out.name}-", dir=out.parent) as scratch:
        made = Path(scratch) / "made"
        folder = made / "inputs"
        folder.mkdir(parents=True)
        files = _Maker(loaded, folder, size, seed).make()
        done = replay(loaded, files, made / "result", key=PSEUDONYM_KEY, seed=seed, lang=lang)
        notes = tuple(_placed(f, made, out) for f in done.notes)
        text = summary(loaded, done, seed, size, files, notes, lang)
        (made / "report.txt").write_text(text, encoding="utf-8")
        write.put_in_place(made, out, Path(scratch) / "before")
    return Rehearsed(done, text, notes)


def require_free(out: Path) -> None:
    """Returns where `out` is absent, empty or an earlier rehearsal's; otherwise InputError, and nothing is touched."""
    if not out.exists() and not out.is_symlink():
        return
    strangers = _strangers(out) if out.is_dir() and not out.is_symlink() else [out.name]
    if strangers:
        named = "、".join(strangers[:5])
        raise InputError(
            Finding(
                "rehearse.folder-in-use",
                f"输出目录里有不是演练写的内容（{named}），为免覆盖已停止；请换一个空目录",
                f"the folder holds files that no rehearsal wrote ({', '.join(strangers[:5])}); choose an empty one",
                Place(str(out)),
            )
        )


def _strangers(out: Path) -> list[str]:
    allowed = {
        *PARTS,
        *(f"inputs/{t}.csv" for t in TABLES),
        *(f"result/{name}" for name in write.NAMES),
    }
    found = [p.relative_to(out).as_posix() for p in out.rglob("*")]
    return sorted(name for name in found if name not in allowed)


def _placed(finding: Finding, made: Path, out: Path) -> Finding:
    """The finding in the folder that the user will look into, not where it was being made."""
    file = finding.place.file
    if not file.startswith(str(made)):
        return finding
    return finding.at(replace(finding.place, file=str(out / Path(file).relative_to(made))))


class _Maker:
    """Makes the inputs. What a stage needs is made from what has come to it in the count of all that went before."""

    def __init__(self, loaded: Loaded, folder: Path, size: Size, seed: str) -> None:
        self.b, self.folder, self.size, self.seed = loaded.blueprint, folder, size, seed
        self.decided = Decided(self.b, Stream(seed, "decisions"))
        self.rows: dict[str, tuple[tuple[str, ...], list[Sequence[str]]]] = {}
        self.unsaved: set[str] = set()
        self.outcome: Outcome | None = None
        # From this stage on, what the last count passed is out of date; before it, nothing has changed since.
        self.stale_from = 0

    def make(self) -> Files:
        self._entries()
        struck = False
        for at, stage in enumerate(self.b.stages):
            if not struck and (isinstance(stage, Selection) or stage.kind == "notice"):
                self.decided.disqualify(self._coming(stage))
                self._changed(at)
                struck = True
            self._stage(at, stage)
        if not struck:
            self.decided.disqualify(self._counted().eligible)
            self._changed(0)
        self._awards()
        self._money()
        self.decided.slips()
        return self._save()

    def _entries(self) -> None:
        places = Places(home_of(self.b))
        written = write_entries(self.b, places, self.seed, self.size.entries)
        written = spoil(self.b, written, places, self.seed)
        endorsed = endorsements.endorse(self.b, written.rows, places, self.seed)
        columns = tuple(dict.fromkeys(name for row in endorsed.rows for name in row))
        self._add("entries", columns, [_cells(row, columns) for row in endorsed.rows])
        if endorsed.table:
            self._add("endorsements", endorsements.COLUMNS, endorsed.table)
        self.decided.merge(written.free)

    def _stage(self, at: int, stage: Stage) -> None:
        match stage:
            case Screening():
                several = sum(s.kind == "screening" for s in self.b.stages) > 1
                self.decided.screen(stage, self._coming(stage), several)
                self._changed(at)
            case Ballots():
                self._vote(stage)
                self._changed(at + 1)  # a vote or a panel passes on whatever came to it
            case Panel():
                self._panel(stage)
                self._changed(at + 1)
            case Selection() if stage.take.decided is not None:
                self.decided.shortlist(stage.id, self._counted().cuts[stage.id])
                self._changed(at)

    def _vote(self, stage: Ballots) -> None:
        votable = sorted(self._coming(stage))
        others = sorted(set(self._entries_known()) - set(votable))
        rows = ballots.cast_ballots(self.b, stage, votable, others, self.size.voters, self.seed)
        every = ballot_stages(self.b)
        columns = ["ballot", "time", "voter", "choices"]
        columns += ["channel"] if any(s.channels for s in every) else []
        columns += ["ip"] if any(ballots.needs_address(s) for s in every) else []
        columns += ["stage"] if len(every) > 1 else []
        self._add("ballots", tuple(columns), [_cells(row, columns) for row in rows])
        self.decided.void(row["ballot"] for row in rows[:-2])

    def _panel(self, stage: Panel) -> None:
        coming = sorted(self._coming(stage))
        known = self._entries_known()
        others = sorted(set(known) - set(coming))
        sheets = scores.Sheets(stage, [known[e] for e in coming], others, self.seed)
        every = panels(self.b)
        keep = [0, 1, 2, 3]
        keep += [4] if any(p.aggregate.method == "weighted_mean" for p in every) else []
        keep += [5] if len(every) > 1 else []
        keep += [6] if any(p.rounds for p in every) else []
        columns = tuple(scores.COLUMNS[i] for i in keep)
        self._add("scores", columns, [[row[i] for i in keep] for row in sheets.rows])
        self.decided.recuse(sheets.recused)

    def _awards(self) -> None:
        """Sizes that the blueprint leaves open: places do not depend on how many are taken, so one count serves all."""
        open_ = [(a.id, False) for a in self.b.awards if a.take.decided is not None]
        open_ += [(a.id, True) for a in self.b.organisation_awards if a.take.decided is not None]
        if open_:
            cuts = self._counted().cuts
            for award, bodies in open_:
                self.decided.award(award, cuts[award], bodies)

    def _money(self) -> None:
        if self.b.funding:
            self.decided.fund(self._counted().grants)

    def _entries_known(self) -> Mapping[str, Entry]:
        return (self.outcome or self._counted()).entries

    def _coming(self, stage: Stage) -> frozenset[str]:
        """The entries that come to a stage, from the last count where that still says so."""
        source = input_of(self.b, stage.id)
        if source is None:
            return frozenset(self._entries_known())
        at = [s.id for s in self.b.stages].index(source)
        o = self.outcome if self.outcome is not None and at < self.stale_from else self._counted()
        return o.passed[source]

    def _counted(self) -> Outcome:
        """The outcome of all that has been made so far."""
        stages = len(self.b.stages) + 1
        if self.outcome is None or self.stale_from < stages:
            read = read_inputs(self.b, self._save(), self.seed, Regions.official())
            self.outcome = count(read.inputs)
            self.stale_from = stages
        return self.outcome

    def _changed(self, at: int) -> None:
        self.stale_from = min(self.stale_from, at)

    def _add(self, table: str, columns: tuple[str, ...], rows: Sequence[Sequence[str]]) -> None:
        before = self.rows[table][1] if table in self.rows else []
        self.rows[table] = (columns, [*before, *rows])
        self.unsaved.add(table)

    def _save(self) -> Files:
        if self.decided.rows:
            self.rows["decisions"] = (decisions.COLUMNS, list(self.decided.rows))
            self.unsaved.add("decisions")
        for table in sorted(self.unsaved):
            columns, rows = self.rows[table]
            write_csv(self.folder / f"{table}.csv", columns, rows)
        self.unsaved.clear()
        paths: Mapping[str, Path] = {t: self.folder / f"{t}.csv" for t in TABLES if t in self.rows}
        return Files(
            paths["entries"],
            paths.get("ballots"),
            paths.get("scores"),
            paths.get("endorsements"),
            paths.get("decisions"),
        )


def _cells(row: Row, columns: Sequence[str]) -> list[str]:
    return [row.get(c, "") for c in columns]
