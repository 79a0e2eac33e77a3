"""The evidence bundle of a campaign whose votes are closed: what the site exports counted by `replay`, and both logs beside it."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterable, Sequence
from pathlib import Path

from django.conf import settings

from guiguan.apps.campaigns.models import Campaign
from guiguan.apps.campaigns.queries import blueprint_of, current_version, loaded_with
from guiguan.apps.endorsing.queries import endorsement_rows
from guiguan.apps.entries.export import entry_columns, entry_rows
from guiguan.apps.gazette.models import Log as LogA
from guiguan.apps.gazette.queries import RecordEntries
from guiguan.apps.releasing.decisions import COLUMNS, ENDORSEMENT_COLUMNS, decision_rows
from guiguan.apps.votes.departed import departures
from guiguan.apps.votes.exported import ballots_table
from guiguan.apps.votes.record_checking import belongs, untold_counts
from guiguan.apps.votes.sequencing import one_view, signer
from guiguan.box.checkpointer import Refused
from guiguan.box.keys import Keys
from guiguan.box.ledger import log_of, size_of
from guiguan.box.logfiles import LogFiles
from guiguan.box.logs import SignedLog
from guiguan.box.published import bundled
from guiguan.core.evidence.logs import CHECKPOINTS, ENTRIES, KEY_FILES, Logs
from guiguan.core.integrity.checkpoint import read_checkpoint
from guiguan.core.integrity.note import read_note
from guiguan.core.values.finding import Finding, InputError
from guiguan.replay.inputs import Files
from guiguan.replay.run import Replayed, replay
from guiguan.tables.csv_out import write_csv


def write_bundle(slug: str, out: Path, *, scores: Path | None = None, seed: str | None = None) -> Replayed:
    """The bundle stands at `out`, whole or not at all. It needs the log key, to sign the manifest.

    InputError where there is no such campaign, while a vote of it is open, while not everything is signed and published, where the
    key is another than the logs', or where `replay` cannot use an input.
    """
    campaign = Campaign.objects.select_related("in_force").filter(pk=slug).first()
    if campaign is None:
        raise InputError(Finding("bundle.no-campaign", f"没有活动 {slug}", f"there is no campaign {slug}"))
    columns, rows = ballots_table(slug)
    logs = _logs(slug)
    blueprint = blueprint_of(campaign)
    out.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=f".{out.name}-", dir=out.parent) as scratch:
        folder = Path(scratch)
        files = Files(
            _table(folder, "entries", entry_columns(blueprint), entry_rows(campaign, departures(slug))),
            _table(folder, "ballots", columns, rows),
            scores,
            _table_if_any(folder, "endorsements", ENDORSEMENT_COLUMNS, endorsement_rows(campaign)),
            _table_if_any(folder, "decisions", COLUMNS, decision_rows(campaign)),
        )
        key = Keys(settings.GUIGUAN_DATA / "keys" / "ballots").pseudonym(slug)
        loaded = loaded_with(current_version(campaign).sha256)
        done = replay(loaded, files, folder / "result", key=key, seed=seed, logs=logs)
        os.replace(folder / "result" / "evidence.tar", out)
    return done


def _table(folder: Path, name: str, columns: Sequence[str], rows: Iterable[Sequence[str]]) -> Path:
    path = folder / f"{name}.csv"
    write_csv(path, columns, rows)
    return path


def _table_if_any(
    folder: Path, name: str, columns: Sequence[str], rows: Iterable[Sequence[str]]
) -> Path | None:
    """None where there is no row: a campaign without endorsers takes no such table."""
    found = list(rows)
    return _table(folder, name, columns, found) if found else None


def _logs(slug: str) -> Logs:
    record = LogA.objects.filter(pk=slug).first()
    with one_view() as ask:
        ballots = log_of(ask, slug)
        stored = size_of(ask, ballots.id) if ballots else 0
        untold = untold_counts(ask, slug)
    if record is None or ballots is None:
        raise InputError(
            Finding(
                "bundle.no-log",
                "这个活动还没有公开记录（升级之前投的票没有），请用 guiguan replay 由导出的表生成证据包",
                "the campaign has no public record, as votes from before the upgrade have none; make a bundle from the exported"
                " tables with guiguan replay",
            )
        )
    if not belongs(ballots.origin, record.origin):
        raise InputError(
            Finding(
                "bundle.other-origin",
                f"选票日志 {ballots.origin} 与公开记录 {record.origin} 不是同一个地址下的（其间改过 GUIGUAN_ADDRESS），"
                "带这两份日志的证据包核验不过；请用 guiguan replay 由导出的表生成证据包",
                f"the ballot log {ballots.origin} and the record {record.origin} stand under different addresses, since GUIGUAN_ADDRESS was"
                " changed between them, and no bundle with both verifies; make one from the exported tables with guiguan replay",
            )
        )
    if untold:
        raise InputError(
            Finding(
                "bundle.no-counts",
                f"{'、'.join(untold)} 的票数还没有写入公开记录；定序进程在运行的，请过一分钟再试",
                f"the counts of {', '.join(untold)} are not in the public record yet; where the sequencer runs, try again in a minute",
            )
        )
    logs: dict[str, tuple[SignedLog, int]] = {
        "a": (record, RecordEntries(slug).size()),
        "b": (ballots, stored),
    }
    pieces: dict[str, Iterable[bytes]] = {}
    for name, (log, size) in logs.items():
        files, checkpoint = _signed(log, size)
        pieces[KEY_FILES[name]] = [(files.folder / "key").read_bytes()]
        pieces[CHECKPOINTS[name]] = [checkpoint]
        pieces[ENTRIES[name]] = bundled(files, size)
    pieces[ENTRIES["a"]] = list(pieces[ENTRIES["a"]])  # it may grow while the votes are counted
    return Logs(pieces, lambda text: signer().note(record.origin, text))


def _signed(log: SignedLog, stored: int) -> tuple[LogFiles, bytes]:
    """The log's files and its checkpoint, with everything signed and published that is stored, by the key that is here."""
    own = signer()
    files = own.files(log)
    content = files.checkpoint()
    signed = read_checkpoint(read_note(content).text).size if content else -1
    if not signed == log.published == stored:
        raise InputError(
            Finding(
                "bundle.not-published",
                f"日志 {log.origin} 还没有全部签名和公布（共 {stored} 条，已签 {max(signed, 0)} 条，已公布 {log.published} 条）；"
                "定序进程在运行的，请过一分钟再试，票数延后公布的须等到公布之后",
                f"not all of {log.origin} is signed and published ({stored} entries, {max(signed, 0)} signed, {log.published} published);"
                " where the sequencer runs, try again in a minute, or once delayed counts are shown",
            )
        )
    try:
        key = own.key(log.origin).vkey
    except Refused:  # there is none here
        key = ""
    if key != (files.folder / "key").read_text().strip():
        raise InputError(
            Finding(
                "bundle.other-key",
                "这里的日志密钥不是签日志的那一把，请用定序进程的系统用户、同样的 GUIGUAN_SIGNER 运行",
                "the log key here is not the one that signed the logs; run it as the sequencer's user, with the same GUIGUAN_SIGNER",
            )
        )
    return files, content
