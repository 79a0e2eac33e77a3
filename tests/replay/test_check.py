"""`guiguan verify`: an honest bundle agrees; a changed, cut or hostile one is refused with a finding, never a traceback."""

from __future__ import annotations

import hashlib
import io
import json
import random
import tarfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from guiguan.adapters.signing import check_ed25519
from guiguan.cli.main import main
from guiguan.core.evidence.bundle import tar_of
from guiguan.core.evidence.canonical import encode
from guiguan.core.values.finding import InputError
from guiguan.replay.bundle_files import NAMES
from guiguan.replay.check import check_bundle

Files = dict[str, bytes]


@pytest.fixture
def files(case: Any) -> Files:
    """The files of the small campaign's bundle."""
    assert case.run("--seed", "种子") == 0
    with tarfile.open(case.out / "evidence.tar") as tar:
        return {m.name: tar.extractfile(m).read() for m in tar.getmembers()}  # type: ignore[union-attr]  # every member is a file


@pytest.fixture
def rules_of(tmp_path: Path) -> Callable[..., set[tuple[str, str, int]]]:
    """(rule, file, line) of every finding against a bundle of these bytes or files."""

    def rules(bundle: bytes | Files) -> set[tuple[str, str, int]]:
        path = tmp_path / "bundle.tar"
        path.write_bytes(bundle if isinstance(bundle, bytes) else tar_of(bundle))
        try:
            findings = check_bundle(path, check_ed25519).findings
        except InputError as error:
            findings = error.findings
        return {(f.rule, f.place.file, f.place.line) for f in findings}

    return rules


def listed(files: Files) -> Files:
    """The files with the manifest made anew."""
    rows = [
        {"path": n, "size": len(c), "sha256": hashlib.sha256(c).hexdigest()}
        for n, c in sorted(files.items())
        if n != "manifest.json"
    ]
    return files | {"manifest.json": encode(json.loads(files["manifest.json"]) | {"files": rows})}


def changed(files: Files, name: str, old: str, new: str) -> Files:
    """The files with one text replaced where it first stands, and the manifest made anew."""
    assert old.encode() in files[name]
    return listed(files | {name: files[name].replace(old.encode(), new.encode(), 1)})


def test_an_honest_bundle_agrees(files: Files, rules_of: Any, case: Any, capsys: Any) -> None:
    assert rules_of(files) == set()
    assert main(["verify", str(case.out / "evidence.tar")]) == 0
    assert capsys.readouterr().out.splitlines()[-1].startswith("一致：small，4 件申报、3 张选票、")


def test_a_folder_is_as_good_as_a_tar(files: Files, tmp_path: Path) -> None:
    folder = tmp_path / "unpacked"
    folder.mkdir()
    for name, content in files.items():
        (folder / name).write_bytes(content)
    assert check_bundle(folder, check_ed25519).findings == ()
    (folder / "verify.py").unlink()
    (folder / "logs").mkdir()
    (folder / "result.json").unlink()
    (folder / "result.json").symlink_to(folder / "rules.json")
    with pytest.raises(InputError) as error:
        check_bundle(folder, check_ed25519)
    assert {(f.rule, f.place.file) for f in error.value.findings} == {
        ("verify.no-file", "verify.py"),
        ("verify.unknown-file", "logs"),
        ("verify.not-a-file", "result.json"),
    }


@pytest.mark.parametrize("name", [n for n in NAMES if n != "manifest.json"])
def test_a_changed_byte_is_refused_by_its_digest(name: str, files: Files, rules_of: Any) -> None:
    content = bytearray(files[name] or b"x")
    content[len(content) // 2] ^= 1
    wanted = "verify.digest" if files[name] else "verify.size"
    assert rules_of(files | {name: bytes(content)}) == {(wanted, name, 0)}


def test_manifest_mismatches(files: Files, rules_of: Any) -> None:
    manifest = json.loads(files["manifest.json"])
    fewer = encode(manifest | {"files": manifest["files"][1:]})
    assert rules_of(files | {"manifest.json": fewer}) == {
        ("verify.not-listed", "README.txt", 0),
        ("verify.manifest", "manifest.json", 0),
    }
    more = [*manifest["files"], {"path": "../../etc/passwd", "size": 0, "sha256": "0" * 64}]
    for odd in (more, manifest["files"][::-1], [{**r, "mode": 0} for r in manifest["files"]]):
        found = encode(manifest | {"files": odd})
        assert rules_of(files | {"manifest.json": found}) == {("verify.manifest", "manifest.json", 0)}
    for key, value in (
        ("campaign", "other"),
        ("key", "destroyed"),
        ("key_sha256", "00"),
        ("format", "gg/manifest/v2"),
        ("pseudonyms", []),
        ("note", "x"),
    ):
        found = encode(manifest | {key: value})
        assert rules_of(files | {"manifest.json": found}) == {("verify.manifest", "manifest.json", 0)}


def test_hostile_tars(files: Files, rules_of: Any) -> None:
    honest = tar_of(files)
    assert rules_of(b"") == {("verify.not-a-tar", "", 0)}
    assert rules_of(b"\x1f\x8b" + bytes(2000)) == {("verify.not-a-tar", "", 0)}
    assert rules_of(bytes(10240)) == {("verify.no-file", n, 0) for n in NAMES}
    assert rules_of(honest[:-1]) == {("verify.tar-end", "", 0)}
    assert rules_of(honest + bytes(10240)) == {("verify.tar-end", "", 0)}
    assert rules_of(honest + tar_of({"evil": b"x"})) == {("verify.tar-end", "", 0)}
    assert rules_of({n: c for n, c in files.items() if n != "rules.json"}) == {
        ("verify.no-file", "rules.json", 0)
    }
    assert rules_of({**files, "../evil": b""}) == {("verify.unknown-file", "../evil", 0)}
    assert rules_of({**files, "/etc/passwd": b""}) == {("verify.unknown-file", "/etc/passwd", 0)}


def test_headers_that_are_not_ours(files: Files, rules_of: Any) -> None:
    def with_member(change: Callable[[tarfile.TarInfo], None], name: str = "rules.json") -> bytes:
        out = io.BytesIO()
        with tarfile.open(fileobj=out, mode="w", format=tarfile.USTAR_FORMAT) as tar:
            for path in sorted(files):
                member = tarfile.TarInfo(path)
                member.size = len(files[path])
                if path == name:
                    change(member)
                tar.addfile(member, io.BytesIO(files[path]) if member.size else None)
        return out.getvalue()

    assert with_member(lambda m: None) == tar_of(files)
    for key, value in (("mtime", 1), ("uid", 1), ("uname", "root"), ("mode", 0o4755), ("gname", "root")):
        bundle = with_member(lambda m, key=key, value=value: setattr(m, key, value))  # type: ignore[misc]  # a lambda with defaults
        assert rules_of(bundle) == {("verify.tar-header", "rules.json", 0)}

    def link(member: tarfile.TarInfo) -> None:
        member.type, member.linkname, member.size = tarfile.SYMTYPE, "/etc/passwd", 0

    assert rules_of(with_member(link)) == {("verify.tar-header", "rules.json", 0)}
    first = 512 + -(-len(files["README.txt"]) // 512) * 512
    assert rules_of(tar_of(files)[:first] + tar_of(files)) == {("verify.tar-order", "README.txt", 0)}
    huge = bytearray(tar_of(files))
    huge[:512] = _header("README.txt", 8**11 - 1)
    assert rules_of(bytes(huge)) == {("verify.tar-cut", "README.txt", 0)}


def _header(name: str, size: int) -> bytes:
    member = tarfile.TarInfo(name)
    member.size = size
    return member.tobuf(tarfile.USTAR_FORMAT)


@pytest.mark.parametrize(
    ("name", "old", "new", "rule"),
    [
        ("entries.jsonl", '"entry":"B1"', '"entry": "B1"', "verify.canonical"),
        ("entries.jsonl", '"title":"四号"', '"title":"四号","title":"四号"', "verify.canonical"),
        ("entries.jsonl", '"title":"四号"', '"title":"\\ud800"', "verify.canonical"),
        ("entries.jsonl", '"title":"四号"', '"title":"e\u0301"', "verify.canonical"),
        ("entries.jsonl", '"title":"四号"', '"title":null', "verify.canonical"),
        ("entries.jsonl", '"title":"四号"', '"title":4', "verify.row"),
        ("entries.jsonl", '"applicant":"丙公司"', '"applicant":"丙公司","area":""', "verify.row-differs"),
        ("ballots.jsonl", '"b":1', '"b":2', "verify.row-differs"),
        ("ballots.jsonl", '"b":1,', '"b":1,"c":1,', "verify.row-differs"),
        ("ballots.jsonl", '"b":1', '"b":1.0', "verify.row-differs"),
        ("ballots.jsonl", '"choices":["G1","G2"]', '"choices":["G1","nobody"]', "verify.row"),
        ("ballots.jsonl", '"stage":"vote"', '"stage":"nothing"', "verify.row"),
        ("ballots.jsonl", '"day":"2021-06-10"', '"day":"2021-06-11"', "verify.row-differs"),
        ("ballots.jsonl", "{", "[", "verify.row"),
        ("sheets.jsonl", '"value":"75/1"', '"value":"101/1"', "verify.mark"),
        ("sheets.jsonl", '"value":"75/1"', '"value":"150/2"', "verify.row"),
        ("sheets.jsonl", '"seat":"s001"', '"seat":"张三"', "verify.row"),
        ("sheets.jsonl", '"entry":"B1"', '"entry":"B2"', "verify.mark"),
        ("decisions.jsonl", '"kind":"screening"', '"kind":"whim"', "verify.decision"),
        ("decisions.jsonl", '"outcome":"pass"', '"outcome":"perhaps"', "verify.decision"),
        ("decisions.jsonl", '"outcome":"pass"', '"outcome":"fail"', "verify.mark"),
        ("decisions.jsonl", '"subject":"G2"', '"subject":"G9"', "verify.row-differs"),
        ("exclusions.jsonl", '"rule":"endorsements.duplicate"', '"rule":"whim"', "verify.row"),
        ("exclusions.jsonl", '"id":"G1"', '"id":"G9"', "verify.row-differs"),
        ("rules.json", '"digits":2', '"digits":7', "verify.rules"),
        ("rules.json", '"kind":"ballots"', '"kind":"whim"', "verify.rules"),
        ("rules.json", '"last":"shared"', '"last":"shared","later":1', "verify.rules"),
        ("rules.json", '"zone":"Asia/Shanghai"', '"zone":"../../etc/passwd"', "verify.rules"),
        ("rules.json", '"end":1622476800000', '"end":-9007199254740991', "verify.rules"),
        ("rules.json", '"blueprint_sha256"', '"blueprint_sha257"', "verify.rules"),
        ("rules.json", '"end":1623513600000,"high"', '"end":253300000000000,"high"', "verify.rules"),
        (
            "rules.json",
            '"two_persons":["disqualify"',
            '"two_persons":["disqualify","disqualify"',
            "verify.rules",
        ),
        ("entries.jsonl", '"kind":"recommend"', '"kind":"甲"', "verify.row"),
        ("rules.json", '"rankings":[', '"rankings":[0,', "verify.rules"),
        ("rules.json", '"takes":"declare"', '"takes":"vote"', "verify.rules"),
        ("rules.json", '"weight":"20/1"', '"weight":"21/1"', "verify.rules"),
        ("result.json", '"composite":"438/5"', '"composite":"439/5"', "verify.result"),
        ("result.json", '"place":1', '"place":2', "verify.result"),
        ("result.json", '"format"', '"formats"', "verify.result"),
    ],
)
def test_what_is_not_as_it_must_be(
    name: str, old: str, new: str, rule: str, files: Files, rules_of: Any
) -> None:
    found = rules_of(changed(files, name, old, new))
    assert (rule, name if rule != "verify.mark" else "sheets.jsonl") in {(r, f) for r, f, _ in found}


def test_lines_moved_removed_doubled_or_cut(files: Files, rules_of: Any) -> None:
    for name in ("entries.jsonl", "ballots.jsonl", "sheets.jsonl"):
        lines = files[name].splitlines(keepends=True)
        for odd in (lines[::-1], lines[1:], [lines[0], *lines], [*lines[:-1], lines[-1][:-1]]):
            assert rules_of(listed(files | {name: b"".join(odd)})) != set()
    long = files["entries.jsonl"] + b'{"entry":"' + b"x" * 70_000 + b'"}\n'
    assert rules_of(listed(files | {"entries.jsonl": long})) == {("verify.line", "entries.jsonl", 5)}


def test_numbers_and_brackets_without_end(files: Files, rules_of: Any) -> None:
    for odd in (b"9" * 60_000 + b"\n", b"[" * 60_000 + b"\n", b"\xff\xfe\n", b"\n", b"NaN\n"):
        for name in ("entries.jsonl", "ballots.jsonl", "sheets.jsonl", "decisions.jsonl", "exclusions.jsonl"):
            assert {f for _, f, _ in rules_of(listed(files | {name: odd}))} == {name}
        assert rules_of(listed(files | {"rules.json": odd[:-1]})) == {("verify.canonical", "rules.json", 0)}
        assert rules_of(files | {"manifest.json": odd}) == {("verify.canonical", "manifest.json", 0)}


def test_exits_and_says_where(files: Files, tmp_path: Path, capsys: Any) -> None:
    path = tmp_path / "changed.tar"
    path.write_bytes(tar_of(changed(files, "result.json", '"place":1', '"place":2')))
    assert main(["verify", str(path)]) == 1
    said = capsys.readouterr()
    assert said.out == ""
    assert said.err.startswith(
        "result.json:0:0: [verify.result] 与重算的不一致：awards[0].place 应为 1，写了 2"
    )
    assert main(["verify", str(tmp_path / "absent.tar")]) == 1
    assert capsys.readouterr().err.startswith(str(tmp_path / "absent.tar"))


def test_no_corruption_ends_in_a_traceback(files: Files, rules_of: Any) -> None:
    """200 bundles with a few random bytes put in somewhere, the manifest made anew: refused, or they agree."""
    chance = random.Random(20210610)
    names = [n for n in NAMES if n not in ("README.txt", "SPEC.md", "verify.py")]
    for _ in range(200):
        name = chance.choice(names)
        content = bytearray(files[name])
        for _ in range(chance.randint(1, 3)):
            at = chance.randrange(len(content))
            content[at : at + chance.randint(0, 3)] = chance.choice(
                [
                    b"",
                    b"0",
                    b"9",
                    b'"',
                    b"{}",
                    b"[]",
                    b"null",
                    b"\x00",
                    b"-",
                    b"?",
                    bytes([chance.randrange(256)]),
                ]
            )
        odd = files | {name: bytes(content)}
        if name != "manifest.json":
            odd = listed(odd)
        if bytes(content) != files[name]:
            rules_of(odd)
