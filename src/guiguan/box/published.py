"""After the close everybody may read the entries: bundles beside the tiles, and the ballots as a table for `guiguan replay`."""

from __future__ import annotations

import csv
from pathlib import Path

from guiguan.box.entries import read_entry
from guiguan.box.ledger import Log, read_entries, size_of
from guiguan.box.logfiles import LogFiles
from guiguan.box.polls import PollRow, polls
from guiguan.box.read import Ask
from guiguan.core.integrity.tiles import ENTRIES, WIDTH, Tile, bundle, tile_at
from guiguan.core.values.moment import instant_text
from guiguan.core.votes.showing import shows_all

TABLE = ("ballot", "time", "voter", "choices", "channel", "ip", "stage")
STEP = 64 * WIDTH


def publish_entries(ask: Ask, log: Log, files: LogFiles, size: int, at: int) -> int:
    """Once every vote of the campaign is closed and keeps no count back, the first `size` entries can be read by everybody; how many
    there are now."""
    if log.published >= size or not _all_told(ask, log.campaign, at):
        return log.published
    first = log.published // WIDTH * WIDTH
    full: list[Tile] = []
    for at in range(first, size, STEP):
        entries = [entry for _, entry, _ in read_entries(ask, log.id, at, min(size, at + STEP))]
        tiles = [
            (tile_at(ENTRIES, (at + i) // WIDTH, size), bundle(entries[i : i + WIDTH]))
            for i in range(0, len(entries), WIDTH)
        ]
        files.write(tiles)
        full += [tile for tile, _ in tiles if tile.is_full]
    files.forget_partial(full)
    ask("UPDATE votes_log SET published = %s WHERE id = %s RETURNING id", [size, log.id])
    return size


def _all_told(ask: Ask, campaign: str, at: int) -> bool:
    """Whoever has the entries can count them, so the rule of the counts is that of the entries too."""
    mine = [poll for poll in polls(ask).values() if poll.campaign == campaign]
    return bool(mine) and all(p.state == "closed" and shows_all(p.rule.stage, at, p.closed_at) for p in mine)


def write_ballots(ask: Ask, log: Log, poll: PollRow, path: Path, void: frozenset[int]) -> int:
    """The ballots of one vote stand in the file as the `ballots` table, void ones left out; how many. `voter` is the pseudonym, and
    the id of a ballot its index in the log, so that the order is the same."""
    written = 0
    by_ip = poll.rule.by_ip
    with path.open("w", encoding="utf-8", newline="") as file:
        table = csv.writer(file)
        table.writerow(TABLE if by_ip else [name for name in TABLE if name != "ip"])
        for index, content, _ in read_entries(ask, log.id, 0, size_of(ask, log.id), poll.id):
            entry = read_entry(content)
            if entry.k != "ballot" or index in void:
                continue
            row = [
                f"{index:012}",
                instant_text(entry.t, poll.rule.zone),
                entry.nym,
                ";".join(entry.choices),
                entry.ch,
                entry.net,
                poll.stage,
            ]
            table.writerow(row if by_ip else [*row[:5], row[6]])
            written += 1
    return written
