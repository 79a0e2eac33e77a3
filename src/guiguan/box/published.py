"""After the close everybody may read the entries: bundles beside the tiles, and the ballots as a table for `guiguan replay`."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from guiguan.box.checkpointer import Entries
from guiguan.box.entries import read_entry
from guiguan.box.ledger import Log, read_entries, size_of
from guiguan.box.logfiles import LogFiles
from guiguan.box.logs import LogEntries
from guiguan.box.polls import PollRow, polls
from guiguan.box.read import Ask
from guiguan.core.integrity.tiles import ENTRIES, WIDTH, Tile, bundle, tile_at
from guiguan.core.values.finding import Finding, InputError
from guiguan.core.values.moment import instant_text
from guiguan.core.votes.showing import shows_all

TABLE = ("ballot", "time", "voter", "choices", "channel", "ip", "stage")
STEP = 64 * WIDTH


def publish_entries(ask: Ask, log: Log, files: LogFiles, size: int, at: int) -> int:
    """Once every vote of the campaign is closed and keeps no count back, the first `size` entries can be read by everybody; how many
    there are now."""
    if log.published >= size or not _all_told(ask, log.campaign, at):
        return log.published
    write_bundles(LogEntries(ask, log.id), files, log.published, size)
    ask("UPDATE votes_log SET published = %s WHERE id = %s RETURNING id", [size, log.id])
    return size


def write_bundles(entries: Entries, files: LogFiles, published: int, size: int) -> None:
    """The first `size` entries, of which `published` were so already, lie in bundles beside the tiles."""
    full: list[Tile] = []
    for at in range(published // WIDTH * WIDTH, size, STEP):
        found = [entry for _, entry, _ in entries.read(at, min(size, at + STEP))]
        tiles = [
            (tile_at(ENTRIES, (at + i) // WIDTH, size), bundle(found[i : i + WIDTH]))
            for i in range(0, len(found), WIDTH)
        ]
        files.write(tiles)
        full += [tile for tile, _ in tiles if tile.is_full]
    files.forget_partial(full)


def bundled(files: LogFiles, size: int) -> Iterator[bytes]:
    """The first `size` entries as they were published, bundle behind bundle. OSError where one is not there."""
    for number in range(-(-size // WIDTH)):
        yield files.read(tile_at(ENTRIES, number, size))


def _all_told(ask: Ask, campaign: str, at: int) -> bool:
    """Whoever has the entries can count them, so the rule of the counts is that of the entries too."""
    mine = [poll for poll in polls(ask).values() if poll.campaign == campaign]
    return bool(mine) and all(
        p.state == "closed" and p.is_readable and shows_all(p.rule.stage, at, p.closed_at) for p in mine
    )


def ballot_id(index: int) -> str:
    """How a ballot is named in tables: its index in the log, of one width, so that the order of names is that of the log."""
    return f"{index:012}"


def ballot_columns(found: Sequence[PollRow]) -> list[str]:
    """The columns of `ballot_rows`; `ip` where the rules of a vote count by it."""
    by_ip = any(poll.rule.by_ip for poll in found)
    return [name for name in TABLE if by_ip or name != "ip"]


def ballot_rows(ask: Ask, log: Log, found: Sequence[PollRow]) -> Iterator[list[str]]:
    """Every ballot of these votes in the columns of the `ballots` table, void ones too. `voter` is the pseudonym. InputError where one cannot
    be read: a table without it would be another result."""
    by_ip = "ip" in ballot_columns(found)
    for poll in found:
        zone = poll.rule.zone
        for index, content, _ in read_entries(ask, log.id, 0, size_of(ask, log.id), poll.id):
            try:
                entry = read_entry(content)
            except ValueError:
                raise InputError(
                    Finding(
                        "log.no-entry",
                        f"选票日志第 {index} 条读不出来，请运行 guiguan fsck，从备份找回之后再导出",
                        f"entry {index} of the ballot log cannot be read: run guiguan fsck, put it back from a backup, then export",
                    )
                ) from None
            if entry.k == "ballot":
                time = instant_text(entry.t, zone)
                row = [ballot_id(index), time, entry.nym, ";".join(entry.choices), entry.ch]
                yield [*row, *([entry.net] if by_ip else []), poll.stage]
