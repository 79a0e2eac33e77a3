"""`verify.py` accepts the bundle of every small campaign, refuses each fault by the clause that covers it, and never breaks down."""

from __future__ import annotations

import ast
import hashlib
import importlib.util
import json
import random
import re
import subprocess
import sys
import tarfile
from collections.abc import Callable
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from guiguan.core.values.exclusion import RULES

ROOT = Path(__file__).parents[2]
SCRIPT = ROOT / "verifier" / "verify.py"
SPEC = ROOT / "docs" / "spec" / "evidence.md"
Files = dict[str, bytes]
Lines = list[dict[str, Any]]


@pytest.fixture(scope="module")
def verifier() -> ModuleType:
    spec = importlib.util.spec_from_file_location("standalone_verify", SCRIPT)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def files_of(bundle: Path) -> Files:
    with tarfile.open(bundle) as tar:
        return {m.name: tar.extractfile(m).read() for m in tar}  # type: ignore[union-attr]  # every member is a file


def encoded(value: Any) -> bytes:
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()


def put_lines(lines: Lines) -> bytes:
    return b"".join(encoded(line) + b"\n" for line in lines)


def sealed(files: Files) -> Files:
    """The files with a manifest made anew."""
    manifest = json.loads(files["manifest.json"])
    manifest["files"] = [
        {"path": name, "size": len(content), "sha256": hashlib.sha256(content).hexdigest()}
        for name, content in sorted(files.items())
        if name != "manifest.json"
    ]
    return {**files, "manifest.json": encoded(manifest)}


def tar_of(files: Files) -> bytes:
    """The tar as E1.2 describes it, written here by hand."""
    out = b""
    for name, content in sorted(files.items()):
        head = bytearray(512)
        head[: len(name)] = name.encode()
        head[100:156] = b"0000644\x000000000\x000000000\x00%011o\x0000000000000\x00        " % len(content)
        head[156:157] = b"0"
        head[257:265] = b"ustar\x0000"
        head[148:156] = b"%06o\x00 " % sum(head)
        out += bytes(head) + content + bytes(-len(content) % 512)
    out += bytes(1024)
    return out + bytes(-len(out) % 10240)


def failing(verifier: ModuleType, folder: Path, content: bytes) -> dict[str, str]:
    """The clauses that fail, with what is said of them."""
    path = folder / "evidence.tar"
    path.write_bytes(content)
    return {clause: text for clause, good, text in verifier.verify(str(path)) if not good}


def test_accepts_every_small_campaign(
    verifier: ModuleType, campaigns: ModuleType, bundle_of: Callable[[str], Path]
) -> None:
    failed = {
        name: [line for line in verifier.verify(str(bundle_of(name))) if not line[1]]
        for name in campaigns.CAMPAIGNS
    }
    assert failed == {name: [] for name in campaigns.CAMPAIGNS}


def test_prints_every_clause_once_for_a_tar_and_for_its_folder(
    verifier: ModuleType, bundle_of: Callable[[str], Path], tmp_path: Path
) -> None:
    for name, content in files_of(bundle_of("composite")).items():
        (tmp_path / name).write_bytes(content)
    said = []
    for path in (bundle_of("composite"), tmp_path):
        done = subprocess.run([sys.executable, str(SCRIPT), str(path)], capture_output=True, check=False)
        assert (done.returncode, done.stderr) == (0, b"")
        said.append(done.stdout.decode())
    assert said[0] == said[1]
    assert [line.split(" ")[:2] for line in said[0].splitlines()] == [["PASS", c] for c in verifier.CLAUSES]


def test_the_copy_inside_a_bundle_checks_that_bundle(
    bundle_of: Callable[[str], Path], tmp_path: Path
) -> None:
    files = files_of(bundle_of("gates"))
    assert files["verify.py"] == SCRIPT.read_bytes()
    assert files["SPEC.md"] == SPEC.read_bytes()
    (tmp_path / "verify.py").write_bytes(files["verify.py"])
    command = [sys.executable, "-I", str(tmp_path / "verify.py"), str(bundle_of("gates"))]
    assert subprocess.run(command, capture_output=True, check=False).returncode == 0


@pytest.mark.parametrize("what", ["nothing", "two", "option", "absent", "empty", "text", "folder"])
def test_wrong_use_exits_2_and_prints_no_clause(
    what: str, verifier: ModuleType, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "empty").write_bytes(b"")
    (tmp_path / "text").write_bytes(b"no bundle\n" * 100)
    (tmp_path / "folder").mkdir()
    arguments = {"nothing": [], "two": ["a", "b"], "option": ["--help"]}
    assert verifier.main(arguments.get(what, [str(tmp_path / what)])) == 2
    said = capsys.readouterr()
    assert said.out == ""
    assert said.err != ""


def test_needs_only_the_standard_library_of_python_3_9() -> None:
    tree = ast.parse(SCRIPT.read_text(encoding="utf-8"), feature_version=(3, 9))
    imported = {a.name for node in ast.walk(tree) if isinstance(node, ast.Import) for a in node.names}
    imported |= {node.module or "" for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)}
    assert {name.split(".")[0] for name in imported} <= set(sys.stdlib_module_names)
    # no floats: figures are integers and fractions
    numbers = [node.value for node in ast.walk(tree) if isinstance(node, ast.Constant)]
    assert not any(isinstance(n, float) for n in numbers)


def test_prints_the_clauses_that_the_specification_marks(verifier: ModuleType) -> None:
    marked = re.findall(r"^- \*\*(E[0-9.]+) \[V\]\*\*", SPEC.read_text(encoding="utf-8"), re.MULTILINE)
    assert [*verifier.CLAUSES, *verifier.LOG_CLAUSES] == marked


def test_knows_every_rule_of_exclusion_under_its_kind(verifier: ModuleType) -> None:
    known = [
        rule for table in (verifier.GIVEN, verifier.RECOUNTED) for rules in table.values() for rule in rules
    ]
    assert sorted(known) == sorted(RULES)
    spec = SPEC.read_text(encoding="utf-8")
    assert [rule for rule in known if f"`{rule}`" not in spec] == []


# ---- one fault for every clause, the manifest made anew ----


def in_json(name: str, change: Callable[[Any], Any]) -> Callable[[Files], None]:
    def edit(files: Files) -> None:
        value = json.loads(files[name])
        change(value)
        files[name] = encoded(value)

    return edit


def in_lines(name: str, change: Callable[[Lines], Any]) -> Callable[[Files], None]:
    def edit(files: Files) -> None:
        lines = [json.loads(line) for line in files[name].splitlines()]
        change(lines)
        files[name] = put_lines(lines)

    return edit


def rules(change: Callable[[Any], Any]) -> Callable[[Files], None]:
    return in_json("rules.json", change)


def result(change: Callable[[Any], Any]) -> Callable[[Files], None]:
    return in_json("result.json", change)


def first(lines: Lines, **wanted: Any) -> dict[str, Any]:
    return next(line for line in lines if wanted.items() <= line.items())


def add_exclusion(files: Files, **keys: str) -> None:
    lines = {*files["exclusions.jsonl"].splitlines(), encoded(keys)}
    files["exclusions.jsonl"] = b"".join(line + b"\n" for line in sorted(lines))


def recuse(files: Files) -> None:
    sheet = json.loads(files["sheets.jsonl"].splitlines()[0])
    made = {"kind": "recusal", "outcome": "recused", "reason": "亲属"}
    made["subject"] = f"{sheet['seat']}/{sheet['entry']}"
    lines = sorted([*files["decisions.jsonl"].splitlines(), encoded(made)])
    files["decisions.jsonl"] = b"".join(line + b"\n" for line in lines)


def change_a_choice(lines: Lines) -> None:
    """Another entry in the place of a counted choice."""
    line = first(lines, b=9)
    line["choices"][0] = next(f"e{i}" for i in range(1, 9) if f"e{i}" not in line["choices"])


FAULTS: list[tuple[str, str, str, Callable[[Files], Any]]] = [
    ("E1.1", "a file too many", "gates", lambda f: f.update({"logs/a": b""})),
    ("E2.1", "pseudonyms", "composite", in_json("manifest.json", lambda m: m["pseudonyms"].clear())),
    ("E3.1", "white space", "gates", lambda f: f.update({"rules.json": f["rules.json"].replace(b":", b": ", 1)})),
    ("E3.1", "no line end", "gates", lambda f: f.update({"sheets.jsonl": f["sheets.jsonl"][:-1]})),
    ("E4.1", "an unknown mapping", "composite", rules(lambda r: r["rankings"][0]["parts"][0].update(mapping="log"))),
    ("E4.1", "an unknown kind of stage", "gates", rules(lambda r: r["stages"][0].update(kind="lottery"))),
    ("E4.8", "a stage before its source", "gates", rules(lambda r: r["stages"][1].update(takes="paper"))),
    ("E5.1", "entries moved", "gates", in_lines("entries.jsonl", lambda e: e.append(e.pop(0)))),
    ("E5.2", "an unknown key", "gates", in_lines("entries.jsonl", lambda e: e[0].update(secret="x"))),
    ("E6.1", "a ballot removed", "composite", in_lines("ballots.jsonl", lambda b: b.pop(3))),
    ("E6.2", "a ballot earlier", "composite", in_lines("ballots.jsonl", lambda b: b[20].update(t=b[20]["t"] - 86_400_000))),
    ("E6.3", "another day", "composite", in_lines("ballots.jsonl", lambda b: b[20].update(day="2021-06-12"))),
    ("E7.1", "a sheet twice", "gates", in_lines("sheets.jsonl", lambda s: s.insert(1, s[0]))),
    ("E7.2", "a mark over the scale", "gates", in_lines("sheets.jsonl", lambda s: s[0]["marks"][0].update(value="101/1"))),
    ("E7.3", "a recused reviewer", "gates", recuse),
    ("E8.1", "decisions moved", "gates", in_lines("decisions.jsonl", lambda d: d.insert(0, d.pop()))),
    ("E8.2", "an unknown outcome", "gates", in_lines("decisions.jsonl", lambda d: d[-1].update(outcome="perhaps"))),
    ("E8.3", "one person alone", "gates", in_lines("decisions.jsonl", lambda d: first(d, kind="disqualify").pop("by2"))),
    ("E9.1", "exclusions moved", "gates", in_lines("exclusions.jsonl", lambda x: x.append(x.pop(0)))),
    ("E9.2", "a rule of nobody", "gates", lambda f: add_exclusion(f, id="e1", kind="entry", reason="x", rule="entries.ugly")),
    ("E9.3", "an entry too many out", "gates", lambda f: add_exclusion(f, id="e1", kind="entry", reason="x", rule="entries.late")),
    ("E9.3", "an entry too few out", "gates", in_lines("exclusions.jsonl", lambda x: x.remove(first(x, rule="entries.over-quota")))),
    ("E9.4", "a ballot too few out", "composite", in_lines("exclusions.jsonl", lambda x: x.remove(first(x, rule="votes.early")))),
    ("E9.4", "a ballot too many out", "composite", lambda f: add_exclusion(f, id="9", kind="ballot", reason="早于投票开始", rule="votes.early")),
    ("E10.7", "handed in late", "gates", in_lines("entries.jsonl", lambda e: first(e, entry="e1").update(submitted=1 << 45))),
    ("E10.7", "a stricter quota", "gates", rules(lambda r: r["quotas"][2].update(max=1))),
    ("E11.3", "another choice", "composite", in_lines("ballots.jsonl", change_a_choice)),
    ("E11.3", "a vote more", "composite", result(lambda r: r["tallies"][0]["votes"][0].update(votes=99))),
    ("E12.6", "another mark", "gates", in_lines("sheets.jsonl", lambda s: s[0]["marks"][0].update(value="1/1"))),
    ("E12.6", "another trim", "panel-sheet-trimmed_mean", rules(lambda r: r["stages"][1]["aggregate"]["trim"].update(low=0))),
    ("E13.6", "other weights", "composite", rules(lambda r: [p.update(weight="50/1") for p in r["rankings"][0]["parts"]])),
    ("E13.6", "another rank", "composite", result(lambda r: r["rankings"][0]["entries"][0].update(rank=2))),
    ("E14.4", "a smaller share", "takes", rules(lambda r: r["stages"][2]["take"].update(percent="10/1"))),
    ("E14.4", "another size", "takes", in_lines("decisions.jsonl", lambda d: first(d, subject="open").update(outcome="4"))),
    ("E15.3", "another winner", "takes", result(lambda r: r["awards"][0].update(recipient="e1", entry="e1"))),
    ("E15.3", "ties left out", "takes", rules(lambda r: r["awards"][2]["take"].update(count=1))),
    ("E16.4", "another body", "bodies", result(lambda r: r["bodies"][0]["bodies"][0].update(body="无名局"))),
    ("E16.4", "more bodies", "bodies", rules(lambda r: r["organisation_awards"][0].update(at_least=4))),
    ("E17.5", "more money", "funding", result(lambda r: r["funding"][0].update(granted=10**9))),
    ("E17.5", "a lower cap", "funding", rules(lambda r: r["funding"][0].update(cap=100))),
    ("E18.1", "a key too many", "gates", result(lambda r: r.update(winner="e1"))),
]  # fmt: skip


@pytest.mark.parametrize(
    ("clause", "what", "campaign", "edit"), FAULTS, ids=[f"{c} {w}" for c, w, _, _ in FAULTS]
)
def test_a_fault_is_refused_by_its_clause(
    clause: str,
    what: str,
    campaign: str,
    edit: Callable[[Files], Any],
    verifier: ModuleType,
    bundle_of: Callable[[str], Path],
    tmp_path: Path,
) -> None:
    files = files_of(bundle_of(campaign))
    before = dict(files)
    edit(files)
    assert files != before
    found = failing(verifier, tmp_path, tar_of(sealed(files)))
    assert clause in found
    assert "not checked" not in found[clause]


def test_there_is_a_fault_for_every_clause(verifier: ModuleType) -> None:
    tested_apart = {"E1.2", "E2.2"}
    assert {clause for clause, *_ in FAULTS} | tested_apart == set(verifier.CLAUSES)


def test_the_tar_of_these_tests_is_the_products(bundle_of: Callable[[str], Path]) -> None:
    assert tar_of(sealed(files_of(bundle_of("gates")))) == bundle_of("gates").read_bytes()


def test_a_change_under_the_old_manifest_is_refused_by_the_digests(
    verifier: ModuleType, bundle_of: Callable[[str], Path], tmp_path: Path
) -> None:
    files = files_of(bundle_of("gates"))
    for name in sorted(set(files) - {"manifest.json"}):
        changed = {**files, name: files[name][:-1] + bytes([files[name][-1] ^ 1]) if files[name] else b"x"}
        assert "E2.2" in failing(verifier, tmp_path, tar_of(changed)), name


def test_any_other_byte_of_the_tar_is_refused_by_its_form(
    verifier: ModuleType, bundle_of: Callable[[str], Path], tmp_path: Path
) -> None:
    content = bundle_of("gates").read_bytes()
    places = [136, 108, 120, 140, 150, 156, 160, 263, 270, 330, 511, len(content) - 1, len(content) - 1_000]
    for at in places:
        changed = content[:at] + bytes([content[at] ^ 1]) + content[at + 1 :]
        assert "E1.2" in failing(verifier, tmp_path, changed), at
    assert "E1.2" in failing(verifier, tmp_path, content + bytes(512))
    assert "E1.2" in failing(verifier, tmp_path, content[:-512])


def test_a_member_that_points_elsewhere_is_refused_and_nothing_is_written(
    verifier: ModuleType, bundle_of: Callable[[str], Path], tmp_path: Path
) -> None:
    files = files_of(bundle_of("gates"))
    inside = tmp_path / "a"
    inside.mkdir()
    found = failing(verifier, inside, tar_of(sealed({**files, "../escaped": b"x"})))
    assert "E1.1" in found
    assert sorted(p.name for p in tmp_path.iterdir()) == ["a"]
    assert sorted(p.name for p in inside.iterdir()) == ["evidence.tar"]


def test_a_link_in_a_folder_is_no_file_of_the_bundle(
    verifier: ModuleType, bundle_of: Callable[[str], Path], tmp_path: Path
) -> None:
    folder = tmp_path / "bundle"
    folder.mkdir()
    for name, content in files_of(bundle_of("gates")).items():
        (folder / name).write_bytes(content)
    (folder / "README.txt").rename(tmp_path / "README.txt")
    (folder / "README.txt").symlink_to(tmp_path / "README.txt")
    assert "E1.1" in {clause for clause, good, _ in verifier.verify(str(folder)) if not good}


ODD = [
    b"", b"null", b"{}\n", b"[" * 60_000, b"\xff\xfe{", b"9" * 70_000, b'{"a":' * 3_000 + b"1" + b"}" * 3_000,
    b"\n\n", b'"\\ud800"\n', b'{"a":1e999}', b"-0", b'{"a":NaN}',
]  # fmt: skip
VALUES: list[Any] = [
    None,
    True,
    0,
    -1,
    2**53,
    10**40,
    1.5,
    "",
    "x",
    "1/2",
    "0/0",
    [],
    {},
    [[]],
    "e\u0301",
    "？",
]


def corrupted(chance: random.Random, files: Files) -> Files:
    """One file spoilt: bytes, or a value of another type somewhere inside, with a manifest made anew where it can be."""
    name = chance.choice([n for n in sorted(files) if n.endswith(("json", "jsonl")) and files[n]])
    content = files[name]
    kind = chance.choice(["byte", "cut", "odd", "value", "value", "value", "gone"])
    if kind == "byte":
        at = chance.randrange(len(content))
        content = content[:at] + bytes([chance.randrange(256)]) + content[at + 1 :]
    elif kind == "cut":
        content = content[: chance.randrange(len(content))]
    elif kind == "odd":
        content = chance.choice(ODD)
    else:
        lines = content.split(b"\n")
        at = chance.randrange(len(content.splitlines()))
        value = json.loads(lines[at])
        spot: Any = value
        while True:
            keys = sorted(spot) if isinstance(spot, dict) else list(range(len(spot)))
            key = chance.choice(keys)
            if not isinstance(spot[key], (dict, list)) or not spot[key] or chance.random() < 0.3:
                break
            spot = spot[key]
        if kind == "gone":
            del spot[key]
        else:
            spot[key] = chance.choice(VALUES)
        lines[at] = encoded(value)
        content = b"\n".join(lines)
    changed = {**files, name: content}
    return changed if name == "manifest.json" else sealed(changed)


def test_no_corruption_breaks_it_down(
    verifier: ModuleType, bundle_of: Callable[[str], Path], tmp_path: Path
) -> None:
    chance = random.Random(20210610)
    sources = [
        files_of(bundle_of(n)) for n in ("gates", "takes", "composite", "bodies", "funding", "rounds-last")
    ]
    refused = 0
    for _ in range(200):
        path = tmp_path / "evidence.tar"
        path.write_bytes(tar_of(corrupted(chance, chance.choice(sources))))
        lines = verifier.verify(str(path))
        assert [line[0] for line in lines] == list(verifier.CLAUSES)
        # the last net: every fault should have met a clause's own words before it
        assert [text for _, _, text in lines if "could not be checked" in text] == []
        refused += not all(good for _, good, _ in lines)
    assert refused > 170


def test_accepts_names_that_look_like_syntax(
    verifier: ModuleType, campaigns: ModuleType, tmp_path: Path
) -> None:
    odd = {"e1": "a/b", "e2": 'q"uo\\te', "e3": "a", "e4": "空 格", "e5": "1", "e6": "<b>&", "e7": '","'}
    people = {"专家1": "x/y", "专家2": "x"}
    text, tables = campaigns.composite()
    tables["decisions"] += campaigns.decisions(
        ("recusal", "x/y/a/b", "回避"), ("disqualify", "a", "取消资格")
    )[1:]
    for name in ("entries", "scores", "endorsements"):
        for row in tables[name][1:]:
            row[0] = odd.get(row[0], row[0])
    for row in tables["scores"][1:]:
        row[1] = people.get(row[1], row[1])
    for row in tables["ballots"][1:]:
        row[2] = ";".join(odd.get(choice, choice) for choice in row[2].split(";"))
    bundle = campaigns.write_bundle(tmp_path / "odd", (text, tables))
    assert [line for line in verifier.verify(str(bundle)) if not line[1]] == []
