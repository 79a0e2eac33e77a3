"""The evidence bundle of a site's vote: both logs are in it, both verifiers accept it, and each fault is refused by its clause."""

from __future__ import annotations

import hashlib
import importlib.util
import random
import shutil
import subprocess
import sys
import tarfile
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from closed_vote import BALLOTS, BOT, a_closed_vote, cast_all
from django.conf import settings
from django.db import connections, transaction
from django.db.models import F
from django.test import override_settings
from voting import DAY, make_vote, now, opened

from guiguan.adapters.signing import Ed25519, check_ed25519
from guiguan.apps.entries.models import Entry
from guiguan.apps.gazette.services import publish
from guiguan.apps.releasing import bundled
from guiguan.apps.votes.casting import close_box
from guiguan.apps.votes.embedding import Looked, embed_due
from guiguan.apps.votes.models import Count
from guiguan.apps.votes.sequencing import sequence_due, sign_due
from guiguan.apps.votes.services import close_poll
from guiguan.apps.votes.services.acting import ballots_database
from guiguan.cli.main import main
from guiguan.conf import run
from guiguan.core.evidence.bundle import tar_of
from guiguan.core.evidence.logs import LOG_FILES, NOTE, entries_in, manifest_text
from guiguan.core.integrity.checkpoint import Checkpoint, sign_checkpoint
from guiguan.core.integrity.merkle import leaf_hash, root
from guiguan.core.integrity.note import NoteKey, sign_note
from guiguan.core.integrity.tiles import bundle as framed
from guiguan.core.values.canonical import decode, encode
from guiguan.core.values.finding import InputError
from guiguan.replay.check import check_bundle

pytestmark = pytest.mark.django_db(transaction=True)
ROOT = Path(__file__).parents[3]
SCRIPT = ROOT / "verifier" / "verify.py"
ORIGIN = "votes.example/log/case"
LATER = 5_000  # ms
Files = dict[str, bytes]
Change = Callable[[Files], None]
SEED = bytes(range(32))
"""The log key of these tests, so that somebody who holds it can be played."""
MADE: Files = {}
"""The honest bundle, made once."""


@pytest.fixture(scope="module")
def verifier() -> ModuleType:
    spec = importlib.util.spec_from_file_location("bundled_verify", SCRIPT)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture
def site(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    monkeypatch.setattr(run, "start_django", lambda: None)  # the tests have their own database
    (tmp_path / "signer").mkdir()
    (tmp_path / "signer" / "log").write_text(SEED.hex())
    with override_settings(
        GUIGUAN_SIGNER=tmp_path / "signer",
        GUIGUAN_LOGS=tmp_path / "log",
        GUIGUAN=settings.GUIGUAN.model_copy(update={"address": "https://votes.example"}),
    ):
        yield tmp_path
    close_box()


def rounds(at: int) -> None:
    while sequence_due(at):
        pass
    sign_due(at)
    embed_due(at, Looked())
    sign_due(at + LATER)


def closed_and_published() -> int:
    a_closed_vote()
    at = now() + 4 * DAY
    rounds(at)
    return at + 2 * LATER


def written(folder: Path) -> Files:
    out = folder / "evidence.tar"
    assert main(["log", "bundle", "case", "-o", str(out)]) == 0
    return files_of(out)


def files_of(path: Path) -> Files:
    with tarfile.open(path) as tar:
        return {m.name: tar.extractfile(m).read() for m in tar}  # type: ignore[union-attr]  # every member is a file


@pytest.fixture
def made(request: pytest.FixtureRequest) -> Files:
    if not MADE:
        folder = request.getfixturevalue("site")
        closed_and_published()
        MADE.update(written(folder))
    return dict(MADE)


def sealed(files: Files, signed: bool = True) -> None:
    """A manifest made anew, and signed by whoever holds the log key."""
    manifest = decode(files["manifest.json"])
    manifest["files"] = [
        {"path": name, "size": len(content), "sha256": hashlib.sha256(content).hexdigest()}
        for name, content in sorted(files.items())
        if name not in ("manifest.json", NOTE)
    ]
    files["manifest.json"] = encode(manifest)
    if signed:
        files[NOTE] = note(f"{ORIGIN}/a", manifest_text("case", files["manifest.json"]))


def note(origin: str, text: str, seed: bytes = SEED) -> bytes:
    own = Ed25519(seed)
    return sign_note(text, NoteKey(origin, own.public), own.sign).content()


def entries(files: Files, log: str) -> list[Any]:
    return [decode(e) for e in entries_in([files[f"logs/{log}/entries"]])]


def put_entries(files: Files, log: str, found: Iterable[Any], origin: str = "") -> None:
    """The log anew, under a checkpoint signed by whoever holds the key."""
    raw = [encode(e) for e in found]
    own = Ed25519(SEED)
    key = NoteKey(origin or (f"{ORIGIN}/a" if log == "a" else ORIGIN), own.public)
    files[f"logs/{log}/entries"] = framed(raw)
    checkpoint = Checkpoint(key.name, len(raw), root([leaf_hash(e) for e in raw]))
    files[f"logs/{log}/checkpoint"] = sign_checkpoint(checkpoint, key, own.sign).content()
    files[f"keys/{log}"] = f"{key.vkey}\n".encode()


def failing(verifier: ModuleType, folder: Path, files: Files) -> tuple[set[str], set[str]]:
    """The clauses that verify.py says fail, and the rules of what `guiguan verify` finds."""
    path = folder / "changed.tar"
    path.write_bytes(tar_of(files))
    clauses = {clause for clause, good, _ in verifier.verify(str(path)) if not good}
    try:
        rules = {f.rule for f in check_bundle(path, check_ed25519).findings}
    except InputError as error:
        rules = {f.rule for f in error.findings}
    return clauses, rules


def test_a_case_withdrawn_during_the_vote_leaves_an_honest_bundle_honest(
    site: Path, verifier: ModuleType, tmp_path: Path
) -> None:
    """Its ballots stay whole (0033): the export says `disqualify`, so that `replay` comes to the published counts."""
    poll = a_closed_vote()
    withdrawn = Entry.objects.filter(campaign="case", state="accepted").order_by("number").first()
    assert withdrawn is not None
    Entry.objects.filter(pk=withdrawn.pk).update(state="withdrawn", withdrawn_at=poll.opened_at + 1)
    rounds(now() + 4 * DAY)
    assert failing(verifier, tmp_path, written(site)) == (set(), set())


def test_both_verifiers_accept_the_bundle_of_a_closed_vote(
    made: Files, verifier: ModuleType, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert set(LOG_FILES) < set(made)
    path = tmp_path / "evidence.tar"
    path.write_bytes(tar_of(made))
    lines = verifier.verify(str(path))
    assert [line for line in lines if not line[1]] == []
    assert [clause for clause, _, _ in lines if clause.startswith("E20")] == [f"E20.{n}" for n in range(1, 8)]
    assert main(["verify", str(path)]) == 0
    folder = tmp_path / "unpacked"
    with tarfile.open(path) as tar:
        for name in tar.getnames():  # Python 3.11.2 knows no filter of extractall, newer ones warn without
            file = tar.extractfile(name)
            assert file is not None
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            (folder / name).write_bytes(file.read())
    assert [line for line in verifier.verify(str(folder)) if not line[1]] == []
    assert main(["verify", str(folder)]) == 0
    assert len(made["ballots.jsonl"].splitlines()) == BALLOTS
    # the ballots carry the very pseudonyms of the log, so that anybody can compare them
    logged = {e["nym"] for e in entries(made, "b") if e["k"] == "ballot"}
    assert {decode(line)["nym"] for line in made["ballots.jsonl"].splitlines()} == logged
    kinds = [e["k"] for e in entries(made, "b")]
    assert (kinds[0], kinds.count("ballot"), kinds.count("void"), kinds[-1]) == (
        "open",
        BALLOTS,
        len(BOT),
        "close",
    )


def test_the_verifier_of_the_bundle_runs_alone_on_an_old_python(made: Files, tmp_path: Path) -> None:
    path, script = tmp_path / "evidence.tar", tmp_path / "verify.py"
    path.write_bytes(tar_of(made))
    script.write_bytes(made["verify.py"])
    for python in {sys.executable, shutil.which("python3.9") or sys.executable}:
        done = subprocess.run([python, "-I", str(script), str(path)], capture_output=True, check=False)
        if done.returncode == 127 or b"not found" in done.stderr:
            continue
        assert done.returncode == 0, done.stdout.decode()
        assert b"PASS E20.6" in done.stdout


def test_where_votes_are_limited_by_address_the_bundle_counts_by_its_pseudonyms(
    site: Path, verifier: ModuleType
) -> None:
    by_ip = {"per": ["ip", "day"], "max": 2, "over": "refuse_ballot"}
    campaign = make_vote(limits=[{"per": ["voter", "day"], "max": 2, "over": "refuse_ballot"}, by_ip])
    opened(campaign)
    cast_all(campaign)
    close_poll("votes.close", now() + 3 * DAY, "case", "vote")
    rounds(now() + 4 * DAY)
    files = written(site)
    assert failing(verifier, site, files) == (set(), set())
    (tally,) = decode(files["result.json"])["tallies"]
    assert (tally["ballots"], tally["refused"]) == (BALLOTS, 0)
    assert len({decode(line)["net"] for line in files["ballots.jsonl"].splitlines()}) == BALLOTS


def test_the_same_site_writes_the_same_bundle_twice(site: Path) -> None:
    closed_and_published()
    assert written(site) == written(site)


def test_a_bundle_may_do_without_logs_but_not_without_some_of_them(
    made: Files, verifier: ModuleType, tmp_path: Path
) -> None:
    files = {name: content for name, content in made.items() if name not in LOG_FILES}
    sealed(files, signed=False)
    assert failing(verifier, tmp_path, files) == (set(), set())
    for name in LOG_FILES:
        files = {n: c for n, c in made.items() if n != name}
        clauses, rules = failing(verifier, tmp_path, files)
        assert "E1.1" in clauses
        assert rules == {"verify.no-file"}
    clauses, rules = failing(verifier, tmp_path, made | {"logs/b/more": b""})
    assert "E1.1" in clauses
    assert rules == {"verify.unknown-file"}


def bit(name: str, at: int) -> Change:
    def change(files: Files) -> None:
        content = bytearray(files[name])
        content[at] ^= 1
        files[name] = bytes(content)
        sealed(files)

    return change


def in_log(log: str, change: Callable[[list[Any]], Any]) -> Change:
    """The log changed and signed again by somebody who holds the key."""

    def changed(files: Files) -> None:
        found = entries(files, log)
        change(found)
        put_entries(files, log, found)
        sealed(files)

    return changed


def last(found: list[Any], kind: str) -> Any:
    return next(e for e in reversed(found) if e["k"] == kind)


def other_checkpoint(found: list[Any]) -> None:
    """A checkpoint of another ballot log of the same size, signed by the same key."""
    told = last(found, "bcheck")
    own = Ed25519(SEED)
    checkpoint = Checkpoint(ORIGIN, told["size"], bytes(32))
    told["note"] = sign_checkpoint(checkpoint, NoteKey(ORIGIN, own.public), own.sign).content().decode()
    told["root"] = bytes(32).hex()


def forged_checkpoint(found: list[Any]) -> None:
    told = last(found, "bcheck")
    signature = told["note"].rindex(" ") + 20
    told["note"] = told["note"][:signature] + "AAAA" + told["note"][signature + 4 :]


def without_close_checkpoint(found: list[Any]) -> None:
    while found[-1]["k"] in ("bcheck", "tally"):
        tail = found.pop()
        if tail["k"] == "tally":
            kept = tail
    found.append(kept)


def one_vote_more(found: list[Any]) -> None:
    last(found, "tally")["votes"][0][1] += 1


def close_before_the_last_ballot(found: list[Any]) -> None:
    at = max(i for i, e in enumerate(found) if e["k"] == "ballot")
    found.insert(at, found.pop())


def another_leaf(found: list[Any]) -> None:
    last(found, "void")["leaf"] = "0" * 64


def other_rules_cited(found: list[Any]) -> None:
    found[0]["rules"] = "0" * 64


def blueprint(files: Files) -> None:
    rules = decode(files["rules.json"])
    rules["blueprint_sha256"] = "0" * 64
    files["rules.json"] = encode(rules)
    sealed(files)


def quieter_rules(files: Files) -> None:
    """A rule that changes nothing of this result, but is not the one that was published."""
    rules = decode(files["rules.json"])
    rules["two_persons"] = ["grant"]
    files["rules.json"] = encode(rules)
    sealed(files)


def other_manifest(files: Files) -> None:
    sealed(files)
    files[NOTE] = note(f"{ORIGIN}/a", manifest_text("case", files["manifest.json"] + b" "))


def other_signer(files: Files) -> None:
    files[NOTE] = note(f"{ORIGIN}/a", manifest_text("case", files["manifest.json"]), bytes(32))


def another_campaigns_logs(files: Files) -> None:
    for log in ("a", "b"):
        origin = "votes.example/log/other" + ("/a" if log == "a" else "")
        put_entries(files, log, [e | {"c": "other"} for e in entries(files, log)], origin)
    sealed(files)
    files[NOTE] = note("votes.example/log/other/a", manifest_text("case", files["manifest.json"]))


def another_campaigns_entries(files: Files) -> None:
    put_entries(files, "b", [e | {"c": "other"} for e in entries(files, "b")])
    sealed(files)


def another_pseudonym_key(files: Files) -> None:
    manifest = decode(files["manifest.json"]) | {"key_sha256": "0" * 64}
    files["manifest.json"] = encode(manifest)
    sealed(files)


CHANGES: dict[str, tuple[Change, set[str], set[str]]] = {
    "a bit of the record": (bit("logs/a/entries", 300), {"E20.3", "E20.4", "E20.5", "E20.6", "E20.7"}, {"verify.log-entries"}),
    "a bit of the ballot log": (bit("logs/b/entries", 3000), {"E20.3", "E20.4", "E20.5", "E20.6", "E20.7"}, {"verify.log-entries"}),
    "a bit of a checkpoint's signature": (bit("logs/b/checkpoint", -8), {f"E20.{n}" for n in range(2, 8)}, {"verify.log-signature"}),
    "a note over another manifest": (other_manifest, {"E20.1"}, {"verify.log-signature"}),
    "a note by another key": (other_signer, {"E20.1"}, {"verify.log-signature"}),
    "another blueprint": (blueprint, {"E20.5"}, {"verify.log-rules"}),
    "other counting rules": (quieter_rules, {"E20.5"}, {"verify.log-rules"}),
    "another pseudonym key": (another_pseudonym_key, {"E20.5"}, {"verify.log-rules"}),
    "rules cited that the record has not": (in_log("b", other_rules_cited), {"E20.4", "E20.5"}, {"verify.log-checkpoints", "verify.log-rules"}),
    "a checkpoint of another ballot log": (in_log("a", other_checkpoint), {"E20.4"}, {"verify.log-checkpoints"}),
    "a checkpoint that nobody signed": (in_log("a", forged_checkpoint), {"E20.4"}, {"verify.log-checkpoints"}),
    "no checkpoint after the close": (in_log("a", without_close_checkpoint), {"E20.4"}, {"verify.log-checkpoints"}),
    "a ballot taken out of the log": (in_log("b", lambda found: found.pop(5)), {"E20.4", "E20.6", "E20.7"}, {"verify.log-checkpoints", "verify.log-ballots", "verify.log-counts"}),
    "a ballot behind the close": (in_log("b", close_before_the_last_ballot), {"E20.4", "E20.6"}, {"verify.log-checkpoints", "verify.log-ballots"}),
    "a void of another ballot": (in_log("b", another_leaf), {"E20.4", "E20.6"}, {"verify.log-checkpoints", "verify.log-ballots"}),
    "other counts in the record": (in_log("a", one_vote_more), {"E20.7"}, {"verify.log-counts"}),
    "the logs of another campaign": (another_campaigns_logs, {f"E20.{n}" for n in range(2, 8)}, {"verify.log-signature"}),
    "entries of another campaign": (another_campaigns_entries, {f"E20.{n}" for n in range(3, 8)}, {"verify.log-entries"}),
}  # fmt: skip


@pytest.mark.parametrize("what", sorted(CHANGES))
def test_each_fault_is_refused_by_its_clause(
    what: str, made: Files, verifier: ModuleType, tmp_path: Path
) -> None:
    change, clauses, rules = CHANGES[what]
    change(made)
    assert failing(verifier, tmp_path, made) == (clauses, rules)


def test_a_ballot_or_a_void_left_out_of_an_otherwise_perfect_bundle_is_missed(
    site: Path, verifier: ModuleType, monkeypatch: pytest.MonkeyPatch
) -> None:
    closed_and_published()
    table, decided = bundled.ballots_table, bundled.decision_rows

    def without_one(slug: str) -> Any:
        columns, rows = table(slug)
        return columns, (row for i, row in enumerate(rows) if i != 7)

    with monkeypatch.context() as patch:
        patch.setattr(bundled, "ballots_table", without_one)
        files = written(site)
    clauses, rules = failing(verifier, site, files)
    assert (clauses, rules) == ({"E20.6", "E20.7"}, {"verify.log-ballots", "verify.log-counts"})
    with monkeypatch.context() as patch:
        patch.setattr(bundled, "decision_rows", lambda c: [row for row in decided(c) if row[0] != "void"])
        files = written(site)
    clauses, rules = failing(verifier, site, files)
    assert (clauses, rules) == ({"E20.6", "E20.7"}, {"verify.log-ballots", "verify.log-counts"})


def test_no_flipped_bit_of_the_logs_is_accepted(made: Files, verifier: ModuleType, tmp_path: Path) -> None:
    """Even by whoever signs the manifest anew, since the checkpoints and the other log are still the old ones."""
    chance = random.Random(4)
    for _ in range(40):
        name = chance.choice([n for n in LOG_FILES if n != NOTE])
        at = chance.randrange(len(made[name]) * 8)
        files = dict(made)
        content = bytearray(files[name])
        content[at // 8] ^= 1 << at % 8
        files[name] = bytes(content)
        sealed(files)
        clauses, rules = failing(verifier, tmp_path, files)
        assert clauses, (name, at)
        assert rules, (name, at)


def test_no_bundle_before_everything_is_signed_and_published(
    site: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = site / "evidence.tar"

    def refused() -> str:
        assert main(["log", "bundle", "case", "-o", str(out)]) == 1
        assert not out.exists()
        return capsys.readouterr().err

    assert "bundle.no-campaign" in refused()
    opened(make_vote())
    rounds(now())
    assert "export.vote-open" in refused()


def test_no_bundle_before_the_record_tells_the_counts(site: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """They are told a while after the close; a bundle without them could be verified by nobody."""
    a_closed_vote()
    at = now() + 4 * DAY
    while sequence_due(at):
        pass
    sign_due(at)
    embed_due(at, Looked(counts_at=at))
    sign_due(at + LATER)
    out = site / "evidence.tar"
    assert main(["log", "bundle", "case", "-o", str(out)]) == 1
    assert "bundle.no-counts" in capsys.readouterr().err
    assert not out.exists()
    rounds(at + 2 * LATER)
    assert main(["log", "bundle", "case", "-o", str(out)]) == 0
    Count.objects.filter(entry="CASE-00001").update(votes=F("votes") + 1)  # as an answered appeal does
    assert main(["log", "bundle", "case", "-o", str(out)]) == 1
    assert "bundle.no-counts" in capsys.readouterr().err


def test_a_ballot_log_stays_with_the_address_of_its_record(
    site: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    a_closed_vote()
    at = now() + 4 * DAY
    with override_settings(GUIGUAN=settings.GUIGUAN.model_copy(update={"address": "https://moved.example"})):
        rounds(at)
    out = site / "evidence.tar"
    assert main(["log", "bundle", "case", "-o", str(out)]) == 0
    assert ORIGIN.encode() in files_of(out)["logs/b/checkpoint"].splitlines()
    with connections[ballots_database()].cursor() as cursor:
        cursor.execute("UPDATE votes_log SET origin = 'moved.example/log/case'")
    assert main(["log", "bundle", "case", "-o", str(out)]) == 1
    assert "bundle.other-origin" in capsys.readouterr().err


def test_no_bundle_with_entries_that_are_not_signed_yet_or_by_another_key(
    site: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    at = closed_and_published()
    with transaction.atomic():
        publish("case", "notice", at, notice=1, withdrawn=True)
    out = site / "evidence.tar"
    assert main(["log", "bundle", "case", "-o", str(out)]) == 1
    assert "bundle.not-published" in capsys.readouterr().err
    sign_due(at + LATER)
    with override_settings(GUIGUAN_SIGNER=site / "elsewhere"):
        assert main(["log", "bundle", "case", "-o", str(out)]) == 1
    assert "bundle.other-key" in capsys.readouterr().err
    assert not out.exists()
    assert main(["log", "bundle", "case", "-o", str(out)]) == 0
