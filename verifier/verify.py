#!/usr/bin/env python3
"""Checks an evidence bundle: python3 verify.py BUNDLE   (evidence.tar, or the folder that it was unpacked to)

Written from SPEC.md, of which it prints every clause marked [V] as PASS or FAIL. It needs Python 3.9 and nothing
else, reads only the bundle, writes nothing and asks no network. Exit: 0 all pass, 1 something fails, 2 no bundle.

核验评选结果证据包：逐条打印 PASS（符合）或 FAIL（不符）。只读不写，不联网。
"""

# ruff: noqa: B905  (zip has no strict in Python 3.9)

import base64
import bisect
import hashlib
import json
import os
import re
import stat
import sys
import unicodedata
from collections import Counter
from fractions import Fraction
from math import isqrt

CLAUSES = {
    "E1.1": "文件齐全且没有多余 exactly the files of a bundle",
    "E1.2": "打包形式 form of the tar",
    "E2.1": "清单内容 what the manifest says",
    "E2.2": "各文件的大小与摘要值 size and digest of every file",
    "E3.1": "规范编码 canonical encoding",
    "E4.1": "规则的键与取值 keys and values of the rules",
    "E4.8": "规则之间的引用 references within the rules",
    "E5.1": "申报件的次序 order of entries",
    "E5.2": "申报件的内容 keys and values of entries",
    "E6.1": "选票的内容与编号 keys, values and numbers of ballots",
    "E6.2": "选票的次序 order of ballots",
    "E6.3": "选票的日期 days of ballots",
    "E7.1": "评分表的次序与席位 order of sheets, and seats",
    "E7.2": "评分表的内容 marks of sheets",
    "E7.3": "评分表的对象与回避 entries before the panel, and recusals",
    "E8.1": "决定的次序与内容 order and keys of decisions",
    "E8.2": "决定的种类、对象与结论 kinds, subjects and outcomes",
    "E8.3": "须两人决定的事项 decisions that take two people",
    "E9.1": "未计入事项的次序与内容 order and keys of exclusions",
    "E9.2": "未计入的理由 rules of exclusions",
    "E9.3": "未计入的申报件与评分，重算 entries and sheets left out, recomputed",
    "E9.4": "未计入的选票，重算 ballots and choices left out, recomputed",
    "E10.7": "进入各环节的申报件，重算 who passed each stage, recomputed",
    "E11.3": "得票，重算 votes, recomputed",
    "E12.6": "评审得分，重算 panel scores, recomputed",
    "E13.6": "排名，重算 rankings, recomputed",
    "E14.4": "入围，重算 selections, recomputed",
    "E15.3": "奖项，重算 awards, recomputed",
    "E16.4": "组织奖，重算 organisation awards, recomputed",
    "E17.5": "资助，重算 funding, recomputed",
    "E18.1": "结果文件的其余内容 the rest of the result",
}
LOG_CLAUSES = {
    "E20.1": "清单的签名 the signature over the manifest",
    "E20.2": "两份日志的检查点与签名 checkpoints of both logs, and their signatures",
    "E20.3": "日志条目合成检查点的根 entries give the roots of the checkpoints",
    "E20.4": "公开记录里的选票日志检查点 checkpoints of the ballot log in the record",
    "E20.5": "规则与日志所记的相同 the rules are those of the logs",
    "E20.6": "选票与作废和选票日志相同 ballots and voids are those of the ballot log",
    "E20.7": "公布的票数与重算的相同 the counts in the record are those recounted",
}
FILES = (
    "README.txt",
    "SPEC.md",
    "ballots.jsonl",
    "decisions.jsonl",
    "entries.jsonl",
    "exclusions.jsonl",
    "manifest.json",
    "result.json",
    "rules.json",
    "sheets.jsonl",
    "verify.py",
)
LOG_FILES = (
    "keys/a",
    "keys/b",
    "logs/a/checkpoint",
    "logs/a/entries",
    "logs/b/checkpoint",
    "logs/b/entries",
    "manifest.note",
)
FOLDERS = ("keys", "logs", "logs/a", "logs/b")
CODED = [name for name in FILES if name.endswith((".json", ".jsonl"))]
SHOWN = 3  # how many findings of one clause are shown
LONGEST_LINE = 65536
FAR = 2**53


class NoBundle(Exception):
    """The path holds nothing that could be a bundle."""


class Bad(Exception):
    """Something is not as the specification says; the text says what was expected and found."""


class Report:
    """What was found, clause by clause."""

    def __init__(self):
        self.clauses = dict(CLAUSES)
        self.found = {clause: [] for clause in (*CLAUSES, *LOG_CLAUSES)}
        self.more = dict.fromkeys(self.found, 0)
        self.checked = set()

    def fail(self, clause, text):
        if len(self.found[clause]) < SHOWN:
            self.found[clause].append(text)
        else:
            self.more[clause] += 1

    def count(self, clause):
        return len(self.found[clause]) + self.more[clause]

    def lines(self):
        out = []
        for clause, title in self.clauses.items():
            texts = list(self.found[clause])
            if self.more[clause]:
                texts.append("… %d more" % self.more[clause])
            if not texts and clause not in self.checked:
                texts = ["not checked, because of what is wrong elsewhere 因其他不符而未能核验"]
            out.append((clause, not texts, title + (": " + " | ".join(texts) if texts else "")))
        return out

    def attempt(self, clauses, function, *arguments):
        """The function's value, and its clauses checked; None where it could not go on, the first clause failing."""
        try:
            value = function(self, *arguments)
        except Bad as bad:
            self.fail(bad.args[1] if len(bad.args) > 1 else clauses[0], bad.args[0])
            return None
        except (ArithmeticError, LookupError, TypeError, ValueError, AttributeError, RuntimeError) as error:
            self.fail(clauses[0], "could not be checked: %s" % type(error).__name__)
            return None
        except (MemoryError, OSError) as error:
            self.fail(clauses[0], "could not be checked: %s" % type(error).__name__)
            return None
        self.checked.update(clauses)
        return value


def shown(value):
    """A value short enough to print on one line."""
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, default=str)
    text = "".join(c if c.isprintable() else "?" for c in text[:200])
    return text[:117] + "…" if len(text) > 120 else text


# ---- E1, E2: the files ----


class Folder:
    """The files of an unpacked bundle."""

    def __init__(self, path):
        self.path = path
        self.sizes = {}
        self.strange = []
        self.list(path, "")

    def list(self, path, before):
        for name in sorted(os.listdir(path)):
            inner = os.path.join(path, name)
            status = os.lstat(inner)
            if stat.S_ISREG(status.st_mode):
                self.sizes[before + name] = status.st_size
            elif stat.S_ISDIR(status.st_mode) and before + name in FOLDERS and os.listdir(inner):
                self.list(inner, before + name + "/")
            else:
                self.strange.append(before + name)

    def pieces(self, name):
        with open(os.path.join(self.path, name), "rb") as file:
            while True:
                piece = file.read(1 << 20)
                if not piece:
                    return
                yield piece


class Tar:
    """The members of a tar, found by reading it from the start; nothing is unpacked."""

    def __init__(self, path, report):
        self.path = path
        self.sizes = {}
        self.strange = []
        self.starts = {}
        with open(path, "rb") as file:
            self.read(file, os.fstat(file.fileno()).st_size, report)

    def read(self, file, length, report):
        at = 0
        before = ""
        while True:
            file.seek(at)
            head = file.read(512)
            if len(head) < 512:
                raise Bad("the tar ends within a header")
            if head.count(0) == 512:
                break
            name = head[:100].split(b"\0")[0].decode("ascii", "replace")
            digits = head[124:135]
            if not re.fullmatch(b"[0-7]{11}", digits):
                raise Bad("the size of %s cannot be read" % shown(name))
            size = int(digits, 8)
            if head != tar_header(name, size):
                report.fail("E1.2", "the header of %s is not as E1.2 says" % shown(name))
            if name in self.sizes or name <= before:
                report.fail("E1.2", "%s is out of order or stands twice" % shown(name))
            before = name
            end = at + 512 + (size + 511) // 512 * 512
            if end > length:
                raise Bad("%s is cut off" % shown(name))
            file.seek(at + 512 + size)
            if file.read(end - at - 512 - size).strip(b"\0"):
                report.fail("E1.2", "%s is not filled up with NUL" % shown(name))
            if name not in self.sizes:
                self.sizes[name] = size
                self.starts[name] = at + 512
            at = end
        whole = (at + 1024 + 10239) // 10240 * 10240
        if length != whole:
            report.fail("E1.2", "expected %d bytes, found %d" % (whole, length))
        else:
            file.seek(at)
            if file.read(whole - at).strip(b"\0"):
                report.fail("E1.2", "something stands after the last member")

    def pieces(self, name):
        left = self.sizes[name]
        with open(self.path, "rb") as file:
            file.seek(self.starts[name])
            while left:
                piece = file.read(min(left, 1 << 20))
                if not piece:
                    return
                left -= len(piece)
                yield piece


def tar_header(name, size):
    """The only header that E1.2 allows for this name and size."""
    fields = [
        name.encode("ascii", "replace")[:100].ljust(100, b"\0"),
        b"0000644\0",
        b"0000000\0",
        b"0000000\0",
    ]
    fields += [b"%011o\0" % size, b"00000000000\0"]
    rest = (b"0" + bytes(100) + b"ustar\00000").ljust(512 - 156, b"\0")
    first = b"".join(fields)
    total = sum(first) + 8 * 32 + sum(rest)
    return first + b"%06o\0 " % total + rest


def open_bundle(path, report):
    """The files of the bundle. NoBundle where there is none."""
    try:
        if os.path.isdir(path):
            if not os.path.lexists(os.path.join(path, "manifest.json")):
                raise NoBundle("the folder holds no manifest.json 目录里没有 manifest.json")
            bundle = Folder(path)
            report.checked.add("E1.2")
        else:
            with open(path, "rb") as file:
                head = file.read(512)
            if len(head) < 512 or not (head[257:262] == b"ustar" or head.startswith(b"README.txt\0")):
                raise NoBundle("neither a tar nor a folder 既不是 tar 文件也不是目录")
            bundle = report.attempt(["E1.2"], lambda r: Tar(path, r))
    except OSError as error:
        raise NoBundle("cannot be read 无法读取: %s" % (error.strerror or type(error).__name__)) from None
    return bundle


def files_of(bundle):
    """The files that the bundle must hold: with logs if it holds anything of them."""
    return sorted(FILES + LOG_FILES) if set(LOG_FILES) & set(bundle.sizes) else FILES


def check_files(report, bundle):
    """E1.1"""
    wanted = files_of(bundle)
    missing = [name for name in wanted if name not in bundle.sizes]
    more = sorted(set(bundle.sizes) - set(wanted)) + bundle.strange
    for name in missing:
        report.fail("E1.1", "%s is missing" % name)
    for name in more:
        report.fail("E1.1", "%s does not belong here" % shown(name))
    return not missing


def read_whole(bundle, name, most):
    """The bytes of one file."""
    if bundle.sizes[name] > most:
        raise Bad("%s has %d bytes, more than any campaign needs" % (name, bundle.sizes[name]))
    return b"".join(bundle.pieces(name))


def check_digests(report, bundle, manifest):
    """E2.2"""
    wanted = [name for name in files_of(bundle) if name not in ("manifest.json", "manifest.note")]
    listed = manifest.get("files")
    each = shape(path=text, sha256=matching("[0-9a-f]{64}"), size=whole(0))
    listed = list_of(each)(listed, "files")
    if [line["path"] for line in listed] != wanted:
        report.fail(
            "E2.2", "expected %s, found %s" % (shown(wanted), shown([line["path"] for line in listed]))
        )
    for line in listed:
        name = line["path"]
        if name not in bundle.sizes or name in ("manifest.json", "manifest.note"):
            continue
        digest = hashlib.sha256()
        for piece in bundle.pieces(name):
            digest.update(piece)
        if line["size"] != bundle.sizes[name]:
            report.fail("E2.2", "%s: expected %d bytes, found %d" % (name, line["size"], bundle.sizes[name]))
        if line["sha256"] != digest.hexdigest():
            report.fail("E2.2", "%s: expected %s, found %s" % (name, line["sha256"], digest.hexdigest()))


def check_manifest(report, manifest, rules):
    """E2.1"""
    shape(
        format=one_of("gg/manifest/v1"),
        campaign=text,
        files=anything,
        key=one_of("kept", "destroyed"),
        key_sha256_=matching("[0-9a-f]{64}"),
        pseudonyms=list_of(shape(stage=text, lives=text)),
    )(manifest, "manifest.json")
    if (manifest["key"] == "kept") != ("key_sha256" in manifest):
        report.fail("E2.1", "key_sha256 stands with a kept key and only there")
    if rules is None:
        raise Bad("not compared, because the rules cannot be read")
    if manifest["campaign"] != rules["campaign"]:
        report.fail(
            "E2.1", "campaign: expected %s, found %s" % (rules["campaign"], shown(manifest["campaign"]))
        )
    lives = {}
    for stage in rules["stages"]:
        if stage["kind"] == "ballots":
            daily = stage["limits"] and all("day" in limit["per"] for limit in stage["limits"])
            lives[stage["id"]] = "day" if daily else "window"
    wanted = [{"stage": stage, "lives": lives[stage]} for stage in sorted(lives)]
    if manifest["pseudonyms"] != wanted:
        report.fail(
            "E2.1", "pseudonyms: expected %s, found %s" % (shown(wanted), shown(manifest["pseudonyms"]))
        )


# ---- E3: canonical values, and what a value looks like ----

_encode = json.JSONEncoder(ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False).encode


def _whole_number(digits):
    if len(digits) > 17:
        raise ValueError("a number of %d digits" % len(digits))
    return int(digits)


def _no_number(digits):
    raise ValueError("%s is no integer" % digits[:20])


_decode = json.JSONDecoder(parse_int=_whole_number, parse_float=_no_number, parse_constant=_no_number).decode


def canonical(content):
    """The value of canonical bytes (E3.2). Bad for all others."""
    try:
        said = content.decode("utf-8")
        value = _decode(said)
        if _encode(value) != said:
            raise Bad("not in canonical form")
    except RecursionError:
        raise Bad("nested too deeply") from None
    except ValueError as error:
        raise Bad("not canonical JSON: %s" % shown(str(error))) from None
    if not said.isascii() and not unicodedata.is_normalized("NFC", said):
        _all_nfc(value)
    return value


def _all_nfc(value):
    if isinstance(value, str):
        if not unicodedata.is_normalized("NFC", value):
            raise Bad("text not in NFC: %s" % shown(value))
    elif isinstance(value, list):
        for item in value:
            _all_nfc(item)
    elif isinstance(value, dict):
        for key, item in value.items():
            _all_nfc(key)
            _all_nfc(item)


def read_value(report, bundle, name, most=1 << 26):
    """The canonical value of one .json file."""
    try:
        return canonical(read_whole(bundle, name, most))
    except Bad as bad:
        raise Bad("%s: %s" % (name, bad.args[0]), "E3.1") from None


def raw_lines(bundle, name):
    """(number, bytes without LF) of each line of a .jsonl file. Bad where a line is too long or the last has no end."""
    number = 0
    rest = b""
    for piece in bundle.pieces(name):
        lines = (rest + piece).split(b"\n")
        rest = lines.pop()
        for line in lines:
            number += 1
            if len(line) >= LONGEST_LINE:
                raise Bad("%s, line %d: longer than %d bytes" % (name, number, LONGEST_LINE), "E3.1")
            yield number, line
        if len(rest) >= LONGEST_LINE:
            raise Bad("%s, line %d: longer than %d bytes" % (name, number + 1, LONGEST_LINE), "E3.1")
    if rest:
        raise Bad("%s, line %d: no line end" % (name, number + 1), "E3.1")


def values_of(report, bundle, name):
    """(number, bytes, value) of each line; a line that is not canonical is reported and left out."""
    for number, line in raw_lines(bundle, name):
        try:
            yield number, line, canonical(line)
        except Bad as bad:
            report.fail("E3.1", "%s, line %d: %s" % (name, number, bad.args[0]))


# A shape is a function of (value, where) that returns the value or raises Bad.


def anything(value, where):
    return value


def expect(good, where, wanted, value):
    if not good:
        raise Bad("%s: expected %s, found %s" % (where, wanted, shown(value)))


def text(value, where):
    expect(type(value) is str and value != "", where, "a text", value)
    return value


def any_text(value, where):
    expect(type(value) is str, where, "a text", value)
    return value


def boolean(value, where):
    expect(type(value) is bool, where, "true or false", value)
    return value


def true(value, where):
    expect(value is True, where, "true", value)
    return value


def whole(low=-FAR + 1, high=FAR - 1):
    def check(value, where):
        expect(
            type(value) is int and low <= value <= high,
            where,
            "an integer from %d to %d" % (low, high),
            value,
        )
        return value

    return check


def matching(pattern):
    compiled = re.compile(pattern)

    def check(value, where):
        expect(type(value) is str and compiled.fullmatch(value), where, "a text such as " + pattern, value)
        return value

    return check


def one_of(*allowed):
    def check(value, where):
        expect(type(value) is str and value in allowed, where, "one of " + ", ".join(allowed), value)
        return value

    return check


_FRACTION = re.compile(r"(-?(?:0|[1-9][0-9]{0,99}))/([1-9][0-9]{0,99})")


def as_fraction(value, where="fraction"):
    """The number that a text n/d means; only the one text in lowest terms is accepted."""
    match = _FRACTION.fullmatch(value) if type(value) is str else None
    expect(match, where, "a fraction n/d", value)
    number = Fraction(int(match.group(1)), int(match.group(2)))
    expect(put(number) == value, where, "a fraction in lowest terms", value)
    return number


def fraction(low=None, high=None):
    def check(value, where):
        number = as_fraction(value, where)
        good = (low is None or number >= low) and (high is None or number <= high)
        expect(good, where, "a fraction from %s to %s" % (low, high), value)
        return value

    return check


def put(number):
    """A fraction as text n/d."""
    number = Fraction(number)
    return "%d/%d" % (number.numerator, number.denominator)


def list_of(check, at_least=0, different=False):
    def checks(value, where):
        expect(
            type(value) is list and len(value) >= at_least, where, "a list of at least %d" % at_least, value
        )
        for i, item in enumerate(value):
            check(item, "%s[%d]" % (where, i))
        if different:
            expect(len(set(value)) == len(value), where, "no item twice", value)
        return value

    return checks


def shape(**keys):
    """An object with exactly these keys; one written with _ at its end may be left out. `from_key` stands for `from`."""
    checks = {}
    needed = set()
    for key, check in keys.items():
        name = "from" if key == "from_key" else key.rstrip("_")
        checks[name] = check
        if not key.endswith("_"):
            needed.add(name)

    def check_all(value, where):
        expect(type(value) is dict, where, "an object", value)
        for key in value:
            expect(key in checks, where, "no key %s" % shown(key), value)
        for key in needed:
            expect(key in value, where, "a key %s" % key, value)
        for key in value:
            checks[key](value[key], "%s.%s" % (where, key))
        return value

    return check_all


# ---- E4: the rules ----

name_id = matching("[a-z][a-z0-9_]{0,31}")
source_id = matching(r"[a-z][a-z0-9_]*(\.[a-z][a-z0-9_]*)?")
MODES = one_of("half_up", "half_even", "floor", "ceil", "down")
MAPPINGS = one_of("share_of_maximum", "mid_rank", "square_root", "none")
COMPOSITE_ROUNDING = shape(
    digits=whole(0, 6), mode=MODES, at=list_of(one_of("part", "weighted", "composite"), 1)
)


def condition(value, where):
    """`when`: fact to allowed texts."""
    expect(type(value) is dict, where, "an object", value)
    for key, texts in value.items():
        name_id(key, where)
        list_of(any_text)(texts, "%s.%s" % (where, key))
    return value


TAKE_SHAPE = shape(
    ties_at_cut=one_of("all", "none"),
    minimum=whole(0),
    count_=whole(1),
    percent_=fraction(0, 100),
    of_=name_id,
    rounding_=one_of("floor", "half_up", "ceil"),
    at_least_=fraction(),
    decided_=one_of("all", "none"),
    everyone_=true,
)


def take(value, where):
    TAKE_SHAPE(value, where)
    ways = [way for way in ("count", "percent", "at_least", "decided", "everyone") if way in value]
    expect(len(ways) == 1, where, "exactly one way to take", value)
    both = "of" in value and "rounding" in value
    either = "of" in value or "rounding" in value
    expect(
        both == either == (ways[0] == "percent"), where, "of and rounding with percent and only there", value
    )
    return value


LIMIT_SHAPE = shape(
    per=list_of(one_of("voter", "entry", "day", "ip", "channel"), 1),
    max=whole(1),
    over=one_of("refuse_ballot", "drop_choice"),
)


def limit(value, where):
    LIMIT_SHAPE(value, where)
    expect("voter" in value["per"] or "ip" in value["per"], where, "voter or ip in per", value)
    expect(
        value["over"] == "refuse_ballot" or "entry" in value["per"], where, "drop_choice only by entry", value
    )
    return value


AGGREGATE_SHAPE = shape(
    by=one_of("sheet", "criterion"),
    method=one_of("mean", "weighted_mean", "trimmed_mean", "median", "sum"),
    incomplete=one_of("drop_sheet", "use_marks"),
    at_least=whole(1),
    trim_=shape(high=whole(0), low=whole(0), needs=whole(1), otherwise=one_of("mean", "median")),
)


def aggregate(value, where):
    AGGREGATE_SHAPE(value, where)
    trim = value.get("trim")
    expect(
        (trim is not None) == (value["method"] == "trimmed_mean"), where, "trim with trimmed_mean only", value
    )
    expect(trim is None or trim["needs"] > trim["high"] + trim["low"], where, "needs > high + low", value)
    expect(
        value["by"] == "criterion" or value["incomplete"] == "drop_sheet", where, "drop_sheet by sheet", value
    )
    return value


STAGE_KEYS = {
    "registration": {"needed": boolean},
    "declaration": {},
    "endorsement": {"needed": boolean, "opinion": name_id},
    "screening": {"undecided": one_of("passes", "fails")},
    "ballots": {
        "low": whole(0),
        "high": whole(1),
        "repeated": one_of("refuse_ballot", "drop_choice", "count_each"),
        "unknown": one_of("refuse_ballot", "drop_choice"),
        "limits": list_of(limit),
        "days": list_of(shape(day=matching(r"\d{4}-\d\d-\d\d"), start=whole(), end=whole()), 1),
    },
    "panel": {
        "scale": shape(low=fraction(), high=fraction(), digits=whole(0, 4)),
        "criteria": list_of(shape(id=name_id, weight=fraction(0, 1)), 1),
        "aggregate": aggregate,
        "rounds_": shape(numbers=list_of(whole(1), 2, different=True), use=one_of("last", "mean", "sum")),
        "rounding_": shape(
            digits=whole(0, 6), mode=MODES, at=list_of(one_of("criterion", "weighted", "sheet", "total"), 1)
        ),
    },
    "selection": {"by": source_id, "within": list_of(name_id), "take": take, "lists_": true},
}
STAGE_KEYS.update(
    {k: {} for k in ("paper", "notice", "release", "build", "accept", "evaluate", "promote", "ceremony")}
)
STAGE_SHAPES = {
    kind: shape(id=name_id, kind=text, takes_=name_id, start_=whole(), end_=whole(), **keys)
    for kind, keys in STAGE_KEYS.items()
}


def stage(value, where):
    kind = value.get("kind") if type(value) is dict else None
    expect(type(kind) is str and kind in STAGE_SHAPES, where, "a stage of a known kind", value)
    STAGE_SHAPES[kind](value, where)
    expect(("start" in value) == ("end" in value), where, "both start and end or neither", value)
    expect("start" not in value or value["start"] < value["end"], where, "start before end", value)
    if kind == "ballots":
        vote(value, where)
    if kind == "panel":
        scale, rounding = value["scale"], value.get("rounding", {"at": []})
        expect(as_fraction(scale["low"]) < as_fraction(scale["high"]), where, "low below high", scale)
        strange = "criterion" if value["aggregate"]["by"] == "sheet" else "sheet"
        expect(strange not in rounding["at"], where, "no rounding at " + strange, rounding)
    return value


def vote(value, where):
    expect("start" in value, where, "a window", value)
    expect(value["low"] <= value["high"], where, "low at most high", value)
    by_entry = any("entry" in item["per"] for item in value["limits"])
    expect(
        value["repeated"] != "count_each" or not by_entry, where, "no count_each with a limit by entry", value
    )
    days = value["days"]
    for before, day in zip([None] + days, days):
        expect(day["start"] < day["end"], where, "days that last", day)
        if before is not None:
            expect(
                before["end"] == day["start"] and before["day"] < day["day"], where, "days without gap", day
            )
    fits = days[0]["start"] <= value["start"] < days[0]["end"]
    fits = fits and days[-1]["start"] < value["end"] <= days[-1]["end"]
    expect(fits, where, "days for the whole window", days[0])


def part(value, where):
    shape(from_key=name_id, weight=fraction(0, 100), mapping=MAPPINGS, over_=one_of("all", "group"))(
        value, where
    )
    expect(
        (value["mapping"] == "none") == ("over" not in value),
        where,
        "over with every mapping but none",
        value,
    )
    return value


RANKING = shape(
    id=name_id,
    of=name_id,
    within=list_of(name_id),
    parts=list_of(part, 1),
    bonus_=shape(
        to=name_id,
        opinion=name_id,
        points=fraction(0),
        per=one_of("entry", "endorser"),
        cap=fraction(0),
        ceiling_=fraction(),
    ),
    rounding=COMPOSITE_ROUNDING,
    rank_by=one_of("rounded", "exact"),
    ties=list_of(source_id),
    last=one_of("shared", "submitted", "lot"),
)
AWARD = shape(
    id=name_id,
    by_=source_id,
    of_=name_id,
    per=list_of(name_id),
    when_=condition,
    take=take,
    after=list_of(name_id),
    to=one_of("entry", "applicant"),
    listed=one_of("ranked", "unranked"),
)
ORGANISATION_AWARD = shape(
    id=name_id,
    to=one_of("endorser", "applicant"),
    parts=list_of(
        shape(from_key=one_of("count", "quality"), of=name_id, weight=fraction(0, 100), mapping=MAPPINGS), 1
    ),
    at_least=whole(1),
    take=take,
    rounding=COMPOSITE_ROUNDING,
    listed=one_of("ranked", "unranked"),
)
FUNDING = shape(
    id=name_id,
    of=name_id,
    when_=condition,
    base=name_id,
    unit=one_of("分", "元", "万元", "亿元"),
    tiers=list_of(shape(up_to_=whole(0), percent=fraction(0, 100)), 1),
    cap_=whole(0),
    rounding=one_of("分", "元", "万元"),
    granted=one_of("ceiling", "none"),
    payments=list_of(
        shape(id=name_id, percent=fraction(0, 100), after=one_of("granted", "approval", "acceptance")), 1
    ),
    clawback=list_of(
        shape(
            when=one_of("acceptance_failed", "targets_missed", "false_material"),
            takes=one_of("prepaid", "all_paid"),
        )
    ),
)


def funding(value, where):
    FUNDING(value, where)
    edges = [tier.get("up_to") for tier in value["tiers"]]
    rising = edges[-1] is None and None not in edges[:-1] and edges[:-1] == sorted(set(edges[:-1]))
    expect(rising, where, "tiers that rise, the last without up_to", value["tiers"])
    expect(sum(as_fraction(p["percent"]) for p in value["payments"]) == 100, where, "payments of 100", value)
    ids = [p["id"] for p in value["payments"]]
    expect(len(set(ids)) == len(ids), where, "different payments", ids)
    return value


def award(value, where):
    AWARD(value, where)
    expect(
        "by" in value or ("everyone" in value["take"] and "of" in value),
        where,
        "by, or of and everyone",
        value,
    )
    return value


def organisation_award(value, where):
    ORGANISATION_AWARD(value, where)
    expect("percent" not in value["take"], where, "no percentage of bodies", value["take"])
    return value


RULES = shape(
    format=one_of("gg/rules/v1"),
    campaign=matching("[a-z0-9][a-z0-9-]{0,63}"),
    zone=text,
    blueprint_sha256=matching("[0-9a-f]{64}"),
    seed_=any_text,
    two_persons=list_of(
        one_of("void", "disqualify", "size", "merge_area", "grant", "recusal", "screening"), different=True
    ),
    quotas=list_of(
        shape(per=list_of(one_of("applicant", "category", "area", "consortium"), 1), max=whole(1))
    ),
    stages=list_of(stage, 1),
    rankings=list_of(RANKING),
    awards=list_of(award),
    organisation_awards=list_of(organisation_award),
    funding=list_of(funding),
)


def check_rules(report, bundle):
    """E4.1"""
    rules = RULES(read_value(report, bundle, "rules.json"), "rules.json")
    expect(
        rules["two_persons"] == sorted(rules["two_persons"]),
        "two_persons",
        "text order",
        rules["two_persons"],
    )
    return rules


def check_references(report, rules):
    """E4.8"""

    def need(good, where, name):
        if not good:
            report.fail("E4.8", "%s: nothing here is called %s" % (where, shown(name)))

    stages = [s["id"] for s in rules["stages"]]
    rankings = {r["id"]: r for r in rules["rankings"]}
    names = stages + [x["id"] for part in ("rankings", "awards", "organisation_awards") for x in rules[part]]
    money = [f["id"] for f in rules["funding"]]
    for ids in [names, money] + [
        [c["id"] for c in s["criteria"]] for s in rules["stages"] if s["kind"] == "panel"
    ]:
        for name in sorted({n for n in ids if ids.count(n) > 1}):
            report.fail("E4.8", "%s stands twice" % name)
    measures = [s["id"] for s in rules["stages"] if s["kind"] in ("ballots", "panel")]
    finer = [s["id"] + "." + c["id"] for s in rules["stages"] if s["kind"] == "panel" for c in s["criteria"]]
    sources = set(measures) | set(finer) | set(rankings)
    for i, s in enumerate(rules["stages"]):
        need(
            ("takes" in s) == (i > 0) and s.get("takes", "") in stages[:i] + [""],
            s["id"] + ".takes",
            s.get("takes"),
        )
        if s["kind"] == "selection":
            need(s["by"] in sources, s["id"] + ".by", s["by"])
            need(s["take"].get("of") in stages[:i] + [None], s["id"] + ".take.of", s["take"].get("of"))
            ranking = rankings.get(s["by"])
            wanted = (
                [ranking["of"]] + [p["from"] for p in ranking["parts"]]
                if ranking
                else [s["by"].split(".")[0]]
            )
            for name in wanted:
                need(name in stages[:i], s["id"] + ".by, before this stage", name)
    for r in rules["rankings"]:
        need(r["of"] in stages, r["id"] + ".of", r["of"])
        for p in r["parts"]:
            need(p["from"] in measures, r["id"] + ".parts", p["from"])
        for tie in r["ties"]:
            need(tie in measures or tie in finer or tie == "bonus", r["id"] + ".ties", tie)
        need(r.get("bonus", {}).get("to") in measures + [None], r["id"] + ".bonus", r.get("bonus"))
    awards = [a["id"] for a in rules["awards"]]
    for i, a in enumerate(rules["awards"]):
        need(a.get("by") in sources | {None}, a["id"] + ".by", a.get("by"))
        need(a.get("of") in stages + [None], a["id"] + ".of", a.get("of"))
        need(set(a["after"]) <= set(awards[:i]), a["id"] + ".after", a["after"])
    for a in rules["awards"] + rules["organisation_awards"]:
        need(a["take"].get("of") in stages + [None], a["id"] + ".take.of", a["take"].get("of"))
    for a in rules["organisation_awards"]:
        for p in a["parts"]:
            need(p["of"] in (stages if p["from"] == "count" else rankings), a["id"] + ".parts", p["of"])
    for f in rules["funding"]:
        need(f["of"] in stages, f["id"] + ".of", f["of"])
    if report.found["E4.8"]:
        raise Bad("the rest is not counted", "E4.8")
    return True


# ---- E5: entries ----

ENTRY = shape(
    entry=text,
    title=text,
    applicant=text,
    counts_as=text,
    category_=name_id,
    area_=matching("[^/]+"),
    province_=text,
    city_=text,
    batch_=text,
    consortium_=text,
    submitted_=whole(),
    preregistered_=whole(),
    withdrawn_=true,
    endorsed_=list_of(shape(by=text, kind=name_id), 1),
    facts_=list_of(shape(field=name_id, value=any_text), 1),
)


def check_entries(report, bundle):
    """E5: the entries by id"""
    unreadable = report.count("E3.1")
    found = {}
    before = None
    good = True
    for number, _, value in values_of(report, bundle, "entries.jsonl"):
        where = "entries.jsonl, line %d" % number
        try:
            ENTRY(value, where)
            expect(value["entry"] != "?", where, "an entry's name; ? stands for none", value["entry"])
            pairs = [(e["by"], e["kind"]) for e in value.get("endorsed", [])]
            expect(len(set(pairs)) == len(pairs), where, "each endorsement once", pairs)
            fields = [f["field"] for f in value.get("facts", [])]
            expect(fields == sorted(set(fields)), where, "facts in order, each once", fields)
        except Bad as bad:
            report.fail("E5.2", bad.args[0])
            good = False
            continue
        name = value["entry"]
        if before is not None and name <= before:
            report.fail("E5.1", "%s: %s after %s" % (where, shown(name), shown(before)))
        before = name
        if name in found:
            raise Bad("%s: %s stands twice" % (where, shown(name)), "E5.1")
        value["facts_by_name"] = {f["field"]: f["value"] for f in value.get("facts", [])}
        found[name] = value
    if not good or report.count("E3.1") > unreadable:
        raise Bad("not every line can be used", "E5.2")
    return found


# ---- E7, E8, E9: sheets, decisions, exclusions ----

SHEET = shape(
    panel=name_id,
    round=whole(1),
    entry=text,
    seat=matching("s[0-9]{3,}"),
    marks=list_of(shape(criterion=name_id, value_=fraction(), weight_=fraction()), 1),
)


def check_sheets(report, bundle, rules):
    """E7.1 and E7.2: the sheets by panel, entry and round"""
    panels = {s["id"]: s for s in rules["stages"] if s["kind"] == "panel"}
    unreadable = report.count("E3.1")
    found = {}
    before = None
    good = True
    for number, _, value in values_of(report, bundle, "sheets.jsonl"):
        where = "sheets.jsonl, line %d" % number
        try:
            SHEET(value, where)
            marks = read_marks(panels.get(value["panel"]), value, where)
        except Bad as bad:
            report.fail("E7.2", bad.args[0])
            good = False
            continue
        place = (value["panel"], value["round"], value["entry"], value["seat"])
        if before is not None and place <= before:
            report.fail(
                "E7.1", "%s: out of order, or the second of its kind: %s" % (where, shown(list(place)))
            )
        before = place
        rounds = found.setdefault((value["panel"], value["entry"]), {})
        rounds.setdefault(value["round"], []).append((value["seat"], marks))
    if not good or report.count("E3.1") > unreadable:
        raise Bad("not every line can be used", "E7.2")
    return found


def read_marks(panel, sheet, where):
    """criterion: (value or None, weight) of one sheet."""
    expect(panel is not None, where, "a panel of the rules", sheet["panel"])
    numbers = panel["rounds"]["numbers"] if "rounds" in panel else [1]
    expect(sheet["round"] in numbers, where, "a round of the panel", sheet["round"])
    names = [mark["criterion"] for mark in sheet["marks"]]
    expect(names == sorted(set(names)), where, "criteria in order, each once", names)
    expect(set(names) <= {c["id"] for c in panel["criteria"]}, where, "criteria of the panel", names)
    low, high = as_fraction(panel["scale"]["low"]), as_fraction(panel["scale"]["high"])
    unit = 10 ** panel["scale"]["digits"]
    marks = {}
    for mark in sheet["marks"]:
        value = as_fraction(mark["value"]) if "value" in mark else None
        if value is not None:
            expect(low <= value <= high, where, "a mark from %s to %s" % (low, high), mark)
            expect(
                (value * unit).denominator == 1, where, "at most %d decimals" % panel["scale"]["digits"], mark
            )
        weight = as_fraction(mark.get("weight", "1/1"))
        expect(
            weight > 0 and mark.get("weight") != "1/1", where, "a weight above 0, none where it is 1", mark
        )
        marks[mark["criterion"]] = (value, weight)
    alike = len({weight for _, weight in marks.values()}) == 1
    expect(alike or panel["aggregate"]["by"] == "criterion", where, "one weight for the whole sheet", sheet)
    return marks


def check_seats(report, sheets, decisions):
    """E7.1, for the seats: those that sheets and recusals name"""
    seats = {seat for rounds in sheets.values() for lines in rounds.values() for seat, _ in lines}
    seats |= {subject.partition("/")[0] for kind, subject in decisions if kind == "recusal"}
    width = max(3, len(str(len(seats))))
    wanted = ["s" + str(i + 1).rjust(width, "0") for i in range(len(seats))]
    for seat, place in zip(sorted(seats), wanted):
        if seat != place:
            report.fail("E7.1", "seats without a gap: expected %s, found %s" % (place, seat))
            break
    return seats


def check_before_panel(report, sheets, coming, decisions):
    """E7.3, once it is known who comes to each panel"""
    for (panel, entry), rounds in sheets.items():
        if entry not in coming.get(panel, ()):
            report.fail("E7.3", "%s: %s is not before the panel" % (panel, shown(entry)))
        for seat in sorted({seat for sheets_of_round in rounds.values() for seat, _ in sheets_of_round}):
            if ("recusal", seat + "/" + entry) in decisions:
                report.fail("E7.3", "%s: %s is recused from %s" % (panel, seat, shown(entry)))


DECISION = shape(
    kind=text,
    subject=text,
    outcome=text,
    reason=text,
    by_=matching("[0-9a-f]{8}"),
    by2_=matching("[0-9a-f]{8}"),
    time_=matching("[0-9０-９年月日时分秒点 T:：./+Z-]{1,40}"),
)
OUTCOMES = {
    "screening": "pass|fail",
    "void": "void",
    "recusal": "recused",
    "disqualify": "disqualified",
    "size": "0|[1-9][0-9]{0,5}",
    "listed": "[1-9][0-9]{0,5}",
    "merge_area": "[^/]+",
    "grant": "0|[1-9][0-9]{0,29}",
    "approval": "approved",
    "acceptance": "passed|failed",
    "performance": "met|missed",
}


def check_decisions(report, bundle, rules):
    """E8: the outcomes by (kind, subject)"""
    found = {}
    before = b""
    for number, line, value in values_of(report, bundle, "decisions.jsonl"):
        where = "decisions.jsonl, line %d" % number
        try:
            DECISION(value, where)
            expect(value["reason"].strip(), where, "a reason", value["reason"])
        except Bad as bad:
            report.fail("E8.1", bad.args[0])
            continue
        if line < before:
            report.fail("E8.1", "%s: out of order" % where)
        before = line
        kind, subject, outcome = value["kind"], value["subject"], value["outcome"]
        if kind not in OUTCOMES or not re.fullmatch(OUTCOMES[kind], outcome):
            report.fail("E8.2", "%s: kind %s with outcome %s" % (where, shown(kind), shown(outcome)))
            continue
        subjects = {"void": r"\?|[1-9][0-9]{0,15}", "recusal": "s[0-9]{3,}/[^/]+"}
        if not re.fullmatch(subjects.get(kind, ".+"), subject, re.DOTALL):
            report.fail("E8.2", "%s: %s of %s is about nothing" % (where, kind, shown(subject)))
            continue
        if kind in rules["two_persons"] and (
            "by" not in value or value.get("by2") in (None, value.get("by"))
        ):
            report.fail("E8.3", "%s: %s takes two different people" % (where, kind))
        hidden = subject == "?" or (kind == "recusal" and subject.endswith("/?"))
        if (kind, subject) in found and not hidden:
            report.fail("E8.1", "%s: a second decision %s on %s" % (where, kind, shown(subject)))
        found[(kind, subject)] = outcome
    return found


def check_subjects(report, decisions, rules, entries, ballots):
    """E8.2, for the subjects: each is something in the bundle, or ?"""
    stages = {s["id"] for s in rules["stages"]}
    selections = {s["id"] for s in rules["stages"] if "lists" in s}
    sized = stages | {a["id"] for key in ("awards", "organisation_awards") for a in rules[key]}
    categories = {e["category"] for e in entries.values() if "category" in e}
    for kind, subject in decisions:
        head, slash, tail = subject.partition("/")
        if kind == "void":
            good = subject == "?" or int(subject) <= ballots
        elif kind == "recusal":
            good = tail == "?" or tail in entries
        elif kind == "size":
            good = head in sized
        elif kind == "listed":
            good = head in selections and tail in entries
        elif kind == "merge_area":
            good = re.fullmatch("[a-z][a-z0-9_]{0,31}", head) if slash else subject in categories
        else:
            good = subject in entries or (kind == "screening" and head in stages and tail in entries)
        if not good and subject != "?":
            report.fail("E8.2", "%s of %s, which is not in the bundle" % (kind, shown(subject)))


EXCLUSION = shape(kind=text, id=text, rule=text, reason=text, choice_=text, at_=whole(0))
FAULTS = {"entries.bad-time", "entries.unknown-category", "entries.unknown-area", "entries.unknown-region"}
FAULTS |= {"entries.not-eligible", "entries.contractor-alone"}
FAULTS |= {"form.required", "form.too-long", "form.outside-term", "form.unreadable", "form.out-of-range"}
FAULTS |= {"form.not-an-option", "form.not-eligible"}


def _rules(kind, names):
    return {kind + "." + name for name in names.split()}


GIVEN = {
    "entry": FAULTS | _rules("entries", "blank bad-id duplicate-id"),
    "ballot": _rules("votes", "duplicate-id bad-time unknown-stage"),
    "score": _rules(
        "scores",
        "blank unknown-panel unknown-round unknown-entry not-before-panel unknown-criterion unknown-reviewer"
        " unreadable out-of-range too-fine bad-weight weights-differ duplicate conflict recused",
    ),
    "decision": _rules(
        "decisions", "unknown-kind unknown-subject bad-outcome no-reason second-person conflict"
    ),
    "endorsement": _rules("endorsements", "blank unknown-entry unknown-kind duplicate"),
}
RECOUNTED = {
    "entry": _rules("entries", "withdrawn early late not-preregistered over-quota not-endorsed disqualified")
    | _rules("screening", "failed undecided")
    | _rules("ranking", "no-score too-few-sheets"),
    "ballot": _rules("votes", "void early late no-voter no-ip wrong-number over-limit repeated-choice")
    | _rules("votes", "unknown-choice excluded-choice"),
    "score": {"scores.incomplete-sheet"},
    "decision": set(),
    "endorsement": set(),
}


class Exclusions:
    """What the bundle says was left out: given facts, and claims that the recount must meet exactly."""

    def __init__(self):
        self.faulty = set()  # entries with a given fault
        self.twice = set()  # ballots whose id stood before
        self.claims = set()  # (kind, id, rule) of entries and scores
        self.ballots = set()  # "number rule" or "number rule at choice"


def check_exclusions(report, bundle, entries, rules, seats):
    """E9.1 and E9.2; `seats` are those of the bundle, None where they are not known"""
    found = Exclusions()
    criteria = {c["id"] for s in rules["stages"] if s["kind"] == "panel" for c in s["criteria"]}
    reasons = {}
    before = b""
    for number, line, value in values_of(report, bundle, "exclusions.jsonl"):
        where = "exclusions.jsonl, line %d" % number
        try:
            EXCLUSION(value, where)
            expect(("at" in value) == ("choice" in value), where, "both choice and at or neither", value)
            expect("at" not in value or value["kind"] == "ballot", where, "a choice only of a ballot", value)
            same_reason = reasons.setdefault(value["rule"], value["reason"])
            expect(value["reason"] == same_reason, where, "the same reason as before", value)
        except Bad as bad:
            report.fail("E9.1", bad.args[0])
            continue
        if line <= before:
            report.fail("E9.1", "%s: out of order, or twice" % where)
        before = line
        try:
            sort_exclusion(found, value, entries, criteria, seats, where)
        except Bad as bad:
            report.fail("E9.2", bad.args[0])
    return found


def sort_exclusion(found, value, entries, criteria, seats, where):
    """One exclusion put where it belongs."""
    kind, name, rule = value["kind"], value["id"], value["rule"]
    expect(kind in GIVEN, where, "a kind of exclusion", kind)
    if rule in RECOUNTED[kind]:
        if kind != "ballot":
            found.claims.add((kind, name, rule))
        elif "at" in value:
            found.ballots.add("%s %s %d %s" % (name, rule, value["at"], value["choice"]))
        else:
            found.ballots.add("%s %s" % (name, rule))
        return
    expect(rule in GIVEN[kind] and "at" not in value, where, "a rule for a " + kind, rule)
    if rule in FAULTS:
        expect(name in entries, where, "an entry of the bundle", name)
        found.faulty.add(name)
    elif rule in ("votes.bad-time", "votes.unknown-stage"):
        expect(re.fullmatch(r"row [0-9]{1,16}", name), where, "row and a number", name)
    elif rule == "votes.duplicate-id":
        expect(re.fullmatch(r"[1-9][0-9]{0,15}", name), where, "the number of a ballot", name)
        found.twice.add(int(name))
    elif kind == "score":
        fits = any((e == "?" or e in entries) and is_mark(rest, criteria, seats) for e, rest in splits(name))
        expect(fits, where, "entry, seat and criterion of the bundle, or ?", name)
    else:
        expect(name in entries or name == "?", where, "an entry of the bundle, or ?", name)


def splits(name):
    """What stands before and after the last slash of a name, and the last but one."""
    pieces = name.split("/")
    return [("/".join(pieces[:i]), "/".join(pieces[i:])) for i in range(max(1, len(pieces) - 2), len(pieces))]


def is_mark(rest, criteria, seats):
    """Whether this is a seat or ?, and then perhaps a criterion."""
    seat, slash, criterion = rest.partition("/")
    known = seat == "?" or (seat in seats if seats is not None else re.fullmatch("s[0-9]{3,}", seat))
    return bool(known) and (not slash or criterion in criteria)


# ---- E10: figures and gates ----


def rounded(number, digits, mode):
    """E10.2"""
    scaled = number * 10**digits
    floor = scaled.numerator // scaled.denominator
    rest = scaled - floor
    half = Fraction(1, 2)
    if mode == "floor" or rest == 0:
        n = floor
    elif mode == "ceil":
        n = floor + 1
    elif mode == "down":
        n = floor if scaled > 0 else floor + 1
    elif rest != half:
        n = floor if rest < half else floor + 1
    elif mode == "half_up":
        n = floor + 1 if scaled > 0 else floor
    else:
        n = floor if floor % 2 == 0 else floor + 1
    return Fraction(n, 10**digits)


def rounded_at(rounding, place, number):
    """The number rounded, if the item's rounding names this place."""
    if rounding is None or place not in rounding["at"]:
        return number
    return rounded(number, rounding["digits"], rounding["mode"])


_BRACKETS = {ord(c): "(" for c in "〔[【〖"}
_BRACKETS.update({ord(c): ")" for c in "〕]】〗"})


def same(name):
    """E10.3"""
    while True:
        wide = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", name).casefold())
        kept = [c for c in wide if not (c.isspace() or unicodedata.category(c) in ("Cc", "Cf"))]
        form = "".join(kept).translate(_BRACKETS)
        if form == name:
            return form
        name = form


def group_of(entry, groupings):
    """E5.3"""
    own = ("category", "area", "province", "city", "batch")
    return tuple(entry.get(g, "") if g in own else entry["facts_by_name"].get(g, "") for g in groupings)


def fits(when, entry):
    facts = entry["facts_by_name"]
    return all(same(facts.get(f, "")) in {same(t) for t in texts} for f, texts in (when or {}).items())


def places(orders):
    """Ranks of sorted orders, equal ones shared."""
    found = []
    for i, order in enumerate(orders):
        found.append(found[-1] if i and order == orders[i - 1] else i + 1)
    return found


def by_group(items, group_of_item):
    """(group, its items) in order of groups."""
    found = {}
    for item in items:
        found.setdefault(group_of_item(item), []).append(item)
    return sorted(found.items(), key=lambda pair: pair[0])


class Count:
    """The whole campaign counted again: stage by stage, then rankings, awards and money."""

    def __init__(self, report, bundle, rules, entries, sheets, decisions, exclusions, held):
        self.report, self.rules, self.entries = report, rules, entries
        self.sheets, self.decisions, self.exclusions = sheets, decisions, exclusions
        self.held = held  # votes that the result has a tally for
        self.ballots = Ballots(report, bundle, rules, entries, decisions, exclusions)
        self.passed = {}
        self.coming = {}
        self.values = {}  # source: entry: value
        self.refusals = {}  # panel: entry: rule in place of a score
        self.ranked = {}  # ranking: entry: (order, composite), and "lines"
        self.claims = set()  # exclusions of entries and scores, recounted
        self.disqualified = {s for k, s in decisions if k == "disqualify" and s in entries}
        self.result = {"funnel": [], "tallies": [], "panels": [], "rankings": [], "cuts": []}
        self.result.update({"bodies": [], "awards": [], "funding": []})

    def run(self):
        gates = ("registration", "declaration", "endorsement", "screening", "paper")
        eligible, measured = set(self.entries), False
        for s in self.rules["stages"]:
            coming = self.passed[s["takes"]] if "takes" in s else set(self.entries)
            self.coming[s["id"]] = coming
            passed = getattr(self, "at_" + s["kind"], self.at_rest)(s, coming)
            self.passed[s["id"]] = passed
            self.result["funnel"].append({"stage": s["id"], "passed": sorted(passed)})
            measured = measured or s["kind"] not in gates
            if not measured:
                eligible = passed
        self.ballots.finish()
        self.result["eligible"] = sorted(eligible)
        for ranking in self.rules["rankings"]:
            self.ranking(ranking["id"])
        winners = {}
        for item in self.rules["awards"]:
            self.award(item, winners)
        for item in self.rules["organisation_awards"]:
            self.organisation_award(item)
        for item in self.rules["funding"]:
            self.funding(item)
        for e in self.disqualified:
            self.leave_out(e, "entries.disqualified")
        return self

    def leave_out(self, entry, rule, kind="entry"):
        self.claims.add((kind, entry, rule))

    def at_rest(self, s, coming):
        return coming

    def at_notice(self, s, coming):
        return coming - self.disqualified

    def at_registration(self, s, coming):
        if not s["needed"]:
            return coming
        out = set()
        for e in coming:
            t = self.entries[e].get("preregistered")
            if t is None or ("start" in s and not s["start"] <= t < s["end"]):
                out.add(e)
                self.leave_out(e, "entries.not-preregistered")
        return coming - out

    def at_declaration(self, s, coming):
        out = set(self.exclusions.faulty)
        for e in coming:
            t = self.entries[e].get("submitted")
            broken = []
            if self.entries[e].get("withdrawn"):
                broken.append("entries.withdrawn")
            if t is not None and "start" in s and t < s["start"]:
                broken.append("entries.early")
            elif t is not None and "start" in s and t >= s["end"]:
                broken.append("entries.late")
            for rule in broken:
                out.add(e)
                self.leave_out(e, rule)
        for quota in self.rules["quotas"]:
            out |= self.over_quota(quota, coming - out)
        return coming - out

    def over_quota(self, quota, standing):
        def earliest(e):
            t = self.entries[e].get("submitted")
            return (t is None, t or 0, e)

        used, over = {}, set()
        for e in sorted(standing, key=earliest):
            entry = self.entries[e]
            if "consortium" in quota["per"] and not entry.get("consortium"):
                continue
            category = entry.get("category", "")
            parts = {
                "applicant": entry["counts_as"],
                "category": category,
                "area": category + "/" + entry.get("area", ""),
                "consortium": entry.get("consortium", ""),
            }
            key = tuple(parts[p] for p in quota["per"])
            used[key] = used.get(key, 0) + 1
            if used[key] > quota["max"]:
                over.add(e)
                self.leave_out(e, "entries.over-quota")
        return over

    def at_endorsement(self, s, coming):
        if not s["needed"]:
            return coming
        out = set()
        for e in coming:
            if not any(x["kind"] == s["opinion"] for x in self.entries[e].get("endorsed", [])):
                out.add(e)
                self.leave_out(e, "entries.not-endorsed")
        return coming - out

    def at_screening(self, s, coming):
        out = set()
        for e in coming:
            outcome = self.decisions.get(("screening", s["id"] + "/" + e)) or self.decisions.get(
                ("screening", e)
            )
            if outcome == "fail":
                self.leave_out(e, "screening.failed")
                out.add(e)
            elif outcome is None and s["undecided"] == "fails":
                self.leave_out(e, "screening.undecided")
                out.add(e)
        return coming - out

    def at_ballots(self, s, coming):
        votes = self.ballots.count(s, coming)
        if s["id"] in self.held or votes["ballots"] + votes["refused"]:
            self.result["tallies"].append(votes)
            self.values[s["id"]] = {v["entry"]: Fraction(v["votes"]) for v in votes["votes"]}
        return coming

    def at_panel(self, s, coming):
        panel = Panel(s)
        scores, values, refusals = [], {}, {}
        finer = {c: {} for c in panel.names}
        for e in sorted(coming):
            score = panel.score(self.sheets.get((s["id"], e), {}))
            for seat in panel.incomplete:
                self.leave_out(e + "/" + seat, "scores.incomplete-sheet", "score")
            line = {"entry": e, "sheets": score["sheets"], "used": score["used"]}
            if score["score"] is None:
                refusals[e] = line["rule"] = score["rule"]
            else:
                values[e] = score["score"]
                for c, figure in score["criteria"].items():
                    finer[c][e] = figure
                line["score"] = put(score["score"])
                line["criteria"] = [
                    {"criterion": c, "score": put(score["criteria"][c])}
                    for c in panel.names
                    if c in score["criteria"]
                ]
                line["totals"] = [{"seat": seat, "total": put(t)} for seat, t in sorted(score["totals"])]
            scores.append(line)
        self.values[s["id"]] = values
        self.refusals[s["id"]] = refusals
        for c in finer:
            self.values[s["id"] + "." + c] = finer[c]
        self.result["panels"].append({"panel": s["id"], "scores": scores})
        return coming

    def at_selection(self, s, coming):
        standing = coming - self.disqualified
        found = self.listed(s, standing, self.candidates(s["by"], standing, s["within"]))
        cuts = self.cut(s["id"], s["take"], found, s["within"], set())
        return {e for c in cuts for e in c["order"]}

    def listed(self, s, standing, found):
        """E14.5: in a group in which people listed somebody, their list stands in the place of the measure."""
        if "lists" not in s:
            return found
        spots = {}
        for (kind, subject), outcome in self.decisions.items():
            head, _, entry = subject.partition("/")
            if kind == "listed" and head == s["id"] and entry in standing:
                spots[entry] = int(outcome)
        groups = {e: group_of(self.entries[e], s["within"]) for e in standing}
        theirs = {groups[e] for e in spots}
        line = as_fraction(s["take"].get("at_least", "0/1"))
        own = [
            (e, groups[e], line if e in spots else None, (spots[e],) if e in spots else None)
            for e in sorted(standing)
            if groups[e] in theirs
        ]
        return [c for c in found if c[1] not in theirs] + own

    # E13

    def ranking(self, name):
        """The ranking, made when first asked for: entry to (order, composite or None)."""
        if name in self.ranked:
            return self.ranked[name]
        ranking = [r for r in self.rules["rankings"] if r["id"] == name][0]
        standing = sorted(self.passed[ranking["of"]] - self.disqualified)
        groups = {e: group_of(self.entries[e], ranking["within"]) for e in standing}
        whole_ones = [
            e for e in standing if all(e in self.values.get(p["from"], {}) for p in ranking["parts"])
        ]
        maps = [self.mapped(p, standing, groups) for p in ranking["parts"]]
        scored = {e: self.composite(ranking, e, maps) for e in whole_ones}
        lines = []
        for group, own in by_group(standing, groups.get):
            lines += self.in_order(ranking, group, [e for e in own if e in scored], scored)
            for e in own:
                if e not in scored:
                    lines.append({"entry": e, "group": list(group), "rule": "ranking.no-score"})
                    told = [rules[e] for rules in self.refusals.values() if e in rules]
                    self.leave_out(e, told[0] if told else "ranking.no-score")
        self.result["rankings"].append({"ranking": name, "entries": lines})
        self.ranked[name] = dict.fromkeys(standing)
        self.ranked[name].update({e: (s["order"], s["composite"]) for e, s in scored.items()})
        return self.ranked[name]

    def mapped(self, part, standing, groups):
        """Entry to mapped value, for one part."""
        values = self.values.get(part["from"], {})
        among = {}
        for e in standing:
            if e in values:
                among.setdefault(groups[e] if part.get("over") == "group" else (), []).append(values[e])
        maps = {key: mapping(part["mapping"], found) for key, found in among.items()}
        return {
            e: maps[groups[e] if part.get("over") == "group" else ()](values[e])
            for e in standing
            if e in values
        }

    def composite(self, ranking, e, maps):
        rounding, entry = ranking["rounding"], self.entries[e]
        parts, exact, all_bonus = [], Fraction(0), Fraction(0)
        for part, mapped_values in zip(ranking["parts"], maps):
            score = rounded_at(rounding, "part", mapped_values[e])
            bonus = Fraction(0)
            if ranking.get("bonus", {}).get("to") == part["from"]:
                bonus = bonus_of(ranking["bonus"], entry, score)
            weighted = rounded_at(rounding, "weighted", as_fraction(part["weight"]) / 100 * (score + bonus))
            raw = self.values[part["from"]][e]
            line = {"from": part["from"], "raw": put(raw), "score": put(score)}
            parts.append(dict(line, bonus=put(bonus), weighted=put(weighted)))
            exact += weighted
            all_bonus += bonus
        composite = rounded_at(rounding, "composite", exact)
        order = [-(exact if ranking["rank_by"] == "exact" else composite)]
        for tie in ranking["ties"]:
            value = all_bonus if tie == "bonus" else self.values.get(tie, {}).get(e)
            order.append((value is None, -value if value is not None else 0))
        if ranking["last"] == "submitted":
            order.append((entry.get("submitted") is None, entry.get("submitted", 0)))
        if ranking["last"] == "lot" and "seed" in self.rules:
            pieces = ["gg/lot/v1", self.rules["seed"], ranking["id"], e]
            order.append(hashlib.sha256(b"\0".join(p.encode() for p in pieces)).hexdigest())
        found = {"parts": parts, "bonus": all_bonus, "exact": exact, "composite": composite}
        return dict(found, order=tuple(order))

    def in_order(self, ranking, group, own, scored):
        """The lines of one group's entries that have a composite."""
        own = sorted(own, key=lambda e: (scored[e]["order"], e))
        orders = [scored[e]["order"] for e in own]
        links = ranking["ties"] + [ranking["last"]]
        lines = []
        for i, (e, rank) in enumerate(zip(own, places(orders))):
            depth = 0  # how far down the order one must go to tell it from a rival
            for j in (i - 1, i + 1):
                if 0 <= j < len(own) and orders[j][0] == orders[i][0]:
                    equal = [k for k in range(len(orders[i])) if orders[j][k] != orders[i][k]]
                    depth = max(depth, equal[0] if equal else len(links) + 1)
            tie = "" if depth == 0 else "shared" if depth > len(links) else links[depth - 1]
            s = scored[e]
            line = {"entry": e, "group": list(group), "rank": rank, "parts": s["parts"], "tie": tie}
            lines.append(
                dict(line, bonus=put(s["bonus"]), exact=put(s["exact"]), composite=put(s["composite"]))
            )
        return sorted(lines, key=lambda line: (line["rank"], line["entry"]))

    # E14

    def candidates(self, by, pool, groupings):
        """(entry, group, value or None, order) of everyone who may be taken."""
        found = []
        rankings = [r["id"] for r in self.rules["rankings"]]
        ranked = self.ranking(by) if by in rankings else None
        for e in sorted(pool):
            group = group_of(self.entries[e], groupings)
            if ranked is None:
                value = self.values.get(by, {}).get(e)
                found.append((e, group, value, None if value is None else (-value,)))
            elif e in ranked:
                order, value = ranked[e] or (None, None)
                found.append((e, group, value, order))
        return found

    def cut(self, what, how, found, groupings, out):
        """The cut of each group; `order` are the ids taken, as they are taken, `places` everyone's."""
        cuts = []
        if "of" in how:
            passed = by_group(self.passed[how["of"]], lambda e: group_of(self.entries[e], groupings))
            bases = {group: len(own) for group, own in passed}
        for group, members in by_group(found, lambda c: c[1]):
            ordered = sorted((c for c in members if c[2] is not None), key=lambda c: (c[3], c[0]))
            free = [c for c in ordered if c[0] not in out]
            line = {"group": list(group), "decided": False}
            tied, seats = [], None
            if "everyone" in how:
                taken = sorted(c[0] for c in members if c[0] not in out)
            elif "at_least" in how:
                taken = [c[0] for c in free if c[2] >= as_fraction(how["at_least"])]
            else:
                if "count" in how:
                    seats = how["count"]
                elif "percent" in how:
                    line["base"] = bases.get(group, 0)
                    share = line["base"] * as_fraction(how["percent"]) / 100
                    line["share"] = put(share)
                    seats = max(int(rounded(share, 0, how["rounding"])), how["minimum"])
                else:
                    size = self.size(what, group)
                    line["decided"] = size is not None
                    seats = size if size is not None else len(free) if how["decided"] == "all" else 0
                taken, tied = first_ones(free, seats, how["ties_at_cut"])
                line["seats"] = seats
            line.update(taken=sorted(taken), tied=sorted(tied))
            spots = dict(zip((c[0] for c in ordered), places([c[3] for c in ordered])))
            cuts.append({"line": line, "order": taken, "places": spots, "group": group})
        self.result["cuts"].append({"what": what, "groups": [c["line"] for c in cuts]})
        return cuts

    def size(self, what, group):
        own = self.decisions.get(("size", "/".join((what,) + group))) if group else None
        found = own if own is not None else self.decisions.get(("size", what))
        return None if found is None else int(found)

    # E15, E16

    def award(self, item, winners):
        by, rankings = item.get("by"), [r["id"] for r in self.rules["rankings"]]
        if "of" in item:
            pool = self.passed[item["of"]]
        elif by in rankings:
            pool = set(self.ranking(by))
        else:
            pool = self.coming[by.split(".")[0]]
        pool = pool - self.disqualified
        if by is not None:
            found = self.candidates(by, pool, item["per"])
        else:
            found = [(e, group_of(self.entries[e], item["per"]), None, None) for e in sorted(pool)]
        found = [c for c in found if fits(item.get("when"), self.entries[c[0]])]
        out = {e for a in item["after"] for e in winners[a]}
        cuts = self.cut(item["id"], item["take"], found, item["per"], out)
        winners[item["id"]] = {e for c in cuts for e in c["order"]}
        values = {c[0]: c[2] for c in found}
        seen = set()
        for c in cuts:
            for e in c["order"]:
                recipient = e if item["to"] == "entry" else self.entries[e]["counts_as"]
                if recipient not in seen:
                    seen.add(recipient)
                    place = c["places"].get(e) if item["listed"] == "ranked" else None
                    self.give(item, recipient, e, c["group"], place, by or item.get("of", ""), values[e])

    def give(self, item, recipient, entry, group, place, basis, value):
        line = {"award": item["id"], "kind": item["to"], "recipient": recipient, "entry": entry}
        line.update(group=list(group), basis=basis)
        if place is not None:
            line["place"] = place
        if value is not None:
            line["value"] = put(value)
        self.result["awards"].append(line)

    def organisation_award(self, item):
        standing = set(self.entries) - self.disqualified
        counted = [self.passed[p["of"]] for p in item["parts"] if p["from"] == "count"]
        if counted:
            standing &= set().union(*counted)
        names, work = {}, {}
        for e in standing:
            entry = self.entries[e]
            bodies = (
                [x["by"] for x in entry.get("endorsed", [])]
                if item["to"] == "endorser"
                else [entry["counts_as"]]
            )
            for body in bodies:
                key = same(body)
                names[key] = min(names.get(key, body), body)
                work.setdefault(key, set()).add(e)
        raw = {}
        for key, own in work.items():
            if len(own) >= item["at_least"]:
                raw[key] = [self.raw_figure(p, own) for p in item["parts"]]
        maps = [mapping(p["mapping"], [f[i] for f in raw.values()]) for i, p in enumerate(item["parts"])]
        done = []
        for key, figures in raw.items():
            found = [m(f) for m, f in zip(maps, figures)]
            score = Fraction(0)
            for p, figure in zip(item["parts"], found):
                figure = rounded_at(item["rounding"], "part", figure)
                score += rounded_at(item["rounding"], "weighted", as_fraction(p["weight"]) / 100 * figure)
            done.append((-rounded_at(item["rounding"], "composite", score), names[key], key, found))
        done.sort(key=lambda d: d[:2])
        lines = []
        for minus, body, key, found in done:
            line = {"body": body, "entries": sorted(work[key]), "score": put(-minus)}
            lines.append(dict(line, raw=[put(f) for f in raw[key]], mapped=[put(f) for f in found]))
        self.result["bodies"].append({"award": item["id"], "bodies": lines})
        bodies = [(body, (), -minus, (minus,)) for minus, body, _, _ in done]
        scores = {b[0]: b[2] for b in bodies}
        for c in self.cut(item["id"], item["take"], bodies, [], set()):
            for body in c["order"]:
                place = c["places"][body] if item["listed"] == "ranked" else None
                self.give(item, body, "", (), place, item["id"], scores[body])

    def raw_figure(self, part, own):
        if part["from"] == "count":
            return Fraction(len(own & self.passed[part["of"]]))
        ranked = self.ranking(part["of"])
        composites = [ranked[e][1] for e in own if ranked.get(e)]
        return sum(composites, Fraction(0)) / len(composites) if composites else Fraction(0)

    # E17

    def funding(self, item):
        concerned = set(self.passed[item["of"]]) - self.disqualified
        if any(c["when"] == "false_material" for c in item["clawback"]):
            concerned |= {e for e in self.disqualified if ("grant", e) in self.decisions}
        for e in sorted(concerned):
            entry = self.entries[e]
            base = fen(entry["facts_by_name"].get(item["base"], ""), item["unit"])
            if base is not None and fits(item.get("when"), entry):
                self.result["funding"].append(self.grant(item, e, base))

    def grant(self, item, e, base):
        tier = [t for t in item["tiers"] if "up_to" not in t or base <= t["up_to"]][0]
        percent, unit = as_fraction(tier["percent"]), FEN[item["rounding"]]
        ceiling = int(base * percent / 100 / unit) * unit
        if "cap" in item:
            ceiling = min(ceiling, item["cap"])
        decided = self.decisions.get(("grant", e))
        wanted = int(decided) if decided is not None else ceiling if item["granted"] == "ceiling" else 0
        granted = min(wanted, ceiling)
        due = [int(granted * as_fraction(p["percent"]) / 100) for p in item["payments"][:-1]]
        due.append(granted - sum(due))
        acceptance = self.decisions.get(("acceptance", e))
        holds = {
            "acceptance_failed": acceptance == "failed",
            "targets_missed": self.decisions.get(("performance", e)) == "missed",
            "false_material": e in self.disqualified,
        }
        because, takes = (
            [(c["when"], c["takes"]) for c in item["clawback"] if holds[c["when"]]] or [("", "")]
        )[0]
        met = {
            "granted": True,
            "approval": self.decisions.get(("approval", e)) == "approved",
            "acceptance": acceptance == "passed" and takes != "prepaid",
        }
        paid = [(p["id"], amount) for p, amount in zip(item["payments"], due) if met[p["after"]]]
        line = {"funding": item["id"], "entry": e, "base": base, "percent": put(percent), "ceiling": ceiling}
        line.update(granted=granted, over=wanted > ceiling, because=because, paid=[p for p, _ in paid])
        line["due"] = [{"payment": p["id"], "amount": a} for p, a in zip(item["payments"], due)]
        line["recovered"] = sum(a for _, a in paid) if because else 0
        return line


FEN = {"分": 1, "元": 100, "万元": 10**6, "亿元": 10**10}
_HALF_WIDTH = {0x3000: " "}
_HALF_WIDTH.update({0xFF01 + i: chr(0x21 + i) for i in range(94)})


def fen(said, unit):
    """E17.1: the amount in fen, or None."""
    said = said.strip().translate(_HALF_WIDTH).strip()
    if not re.fullmatch(r"[+-]?[0-9]+(\.[0-9]+)?", said) or sum(c.isdigit() for c in said) > 30:
        return None
    amount = Fraction(said) * FEN[unit]
    return int(amount) if amount.denominator == 1 and amount >= 0 else None


def bonus_of(bonus, entry, score):
    """E13.3"""
    times = len({x["by"] for x in entry.get("endorsed", []) if x["kind"] == bonus["opinion"]})
    if bonus["per"] == "entry":
        times = min(times, 1)
    points = min(times * as_fraction(bonus["points"]), as_fraction(bonus["cap"]))
    if "ceiling" in bonus:
        points = min(points, max(as_fraction(bonus["ceiling"]) - score, Fraction(0)))
    return points


def mapping(kind, values):
    """E13.2: a function of a value, made for all the values that it is compared with."""
    top = max(values) if values else Fraction(0)
    if kind == "share_of_maximum":
        return lambda v: 100 * v / top if top > 0 else Fraction(0)
    if kind == "mid_rank":
        ordered = sorted(values)

        def mid_rank(v):
            lower = bisect.bisect_left(ordered, v)
            equal = bisect.bisect_right(ordered, v) - lower
            return 100 * (lower + Fraction(equal, 2)) / len(ordered)

        return mid_rank
    if kind == "square_root":

        def square_root(v):
            if top <= 0 or v <= 0:
                return Fraction(0)
            inside = 4 * 10**16 * v / top
            return Fraction((isqrt(inside.numerator // inside.denominator) + 1) // 2, 10**6)

        return square_root
    return lambda v: v


def first_ones(free, seats, ties_at_cut):
    """E14.3: ids taken, ids tied at the cut."""
    if seats <= 0:
        return [], []
    if seats >= len(free):
        return [c[0] for c in free], []
    edge = free[seats - 1][3]
    if free[seats][3] != edge:
        return [c[0] for c in free[:seats]], []
    tied = [c[0] for c in free if c[3] == edge]
    better = [c[0] for c in free[:seats] if c[3] != edge]
    return (better + tied if ties_at_cut == "all" else better), tied


# ---- E11: votes ----

BALLOT_KEYS = {"b", "stage", "t", "day", "choices", "nym", "net", "channel"}
BALLOT_NEEDS = {"b", "stage", "t", "day", "choices"}
_NAME = re.compile("[0-9a-f]{32}").fullmatch
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}").fullmatch


class Limit:
    """One limit, and how often each combination has been used up.

    A limit by entry keeps one integer for each other combination: `width` bits an entry, which count to max.
    """

    def __init__(self, rule, bit_of):
        self.max, self.whole = rule["max"], rule["over"] == "refuse_ballot"
        keys = {"voter": "nym", "day": "day", "ip": "net", "channel": "channel"}
        self.parts = [keys[p] for p in rule["per"] if p != "entry"]
        self.by_entry = "entry" in rule["per"]
        self.used = {}
        width = min(self.max, 1 << 40).bit_length()
        self.mask = (1 << width) - 1
        self.shift = {e: i * width for e, i in bit_of.items()}
        self.one = {e: 1 << s for e, s in self.shift.items()} if self.by_entry else {}

    def key(self, ballot):
        return "|".join([ballot.get(p, "") for p in self.parts])

    def over(self, key, kept, choices):
        """The positions in `kept` that are over the limit."""
        used = self.used.get(key, 0)
        if not self.by_entry:
            return kept if used >= self.max else []
        if used == 0:
            return []
        if self.mask == 1:
            return [i for i in kept if used & self.one[choices[i]]]
        return [i for i in kept if (used >> self.shift[choices[i]]) & self.mask >= self.max]

    def use(self, key, kept, choices):
        used = self.used.get(key, 0)
        self.used[key] = used + (sum([self.one[choices[i]] for i in kept]) if self.by_entry else 1)


class Ballots:
    """The file of ballots, read once from start to end, stage by stage."""

    def __init__(self, report, bundle, rules, entries, decisions, exclusions):
        self.report, self.entries, self.exclusions = report, entries, exclusions
        self.void = {int(s) for k, s in decisions if k == "void" and s != "?"}
        self.stages = {s["id"]: s for s in rules["stages"] if s["kind"] == "ballots"}
        self.by_ip = {i for i, s in self.stages.items() if any("ip" in n["per"] for n in s["limits"])}
        self.known = set(entries) | {"?"}
        self.seen = {}  # days and channels that have been looked at
        self.count_of = 0
        self.lines = self.good_lines(values_of(report, bundle, "ballots.jsonl"))
        self.next = next(self.lines, None)

    def good_lines(self, lines):
        for number, _, value in lines:
            self.count_of += 1
            fault = self.fault(value)
            if fault is None:
                yield value
            else:
                self.report.fail("E6.1", "ballots.jsonl, line %d: %s" % (number, fault))

    def fault(self, v):
        """What is wrong with a ballot's form, or None."""
        if type(v) is not dict or not v.keys() >= BALLOT_NEEDS or not v.keys() <= BALLOT_KEYS:
            return "expected the keys of a ballot, found %s" % shown(v)
        if type(v["b"]) is not int or v["b"] != self.count_of:
            return "expected b %d, found %s" % (self.count_of, shown(v["b"]))
        if type(v["t"]) is not int or type(v["stage"]) is not str or v["stage"] not in self.stages:
            return "expected an instant and a vote of the rules, found %s" % shown(v)
        choices = v["choices"]
        try:
            good = type(choices) is list and self.known.issuperset(choices)
        except TypeError:  # an item that no set could hold
            good = False
        if not good:
            return "expected entries or ?, found %s" % shown(choices)
        for key in ("nym", "net"):
            if key in v and not (type(v[key]) is str and _NAME(v[key])):
                return "expected 32 hex digits as %s, found %s" % (key, shown(v[key]))
        if "net" in v and v["stage"] not in self.by_ip:
            return "no limit names ip, so net has no place here"
        channel = v.get("channel", "-")
        if type(v["day"]) is not str or not _DAY(v["day"]) or type(channel) is not str or channel == "":
            return "expected a day and a channel, found %s, %s" % (shown(v["day"]), shown(channel))
        return None

    def count(self, s, coming):
        """E11.2 for one stage: its tally as in the result."""
        order = sorted(coming)
        limits = [Limit(rule, {e: i for i, e in enumerate(order)}) for rule in s["limits"]]
        starts = [d["start"] for d in s["days"]]
        tables = {}  # (day, channel): entry: votes
        before, counted, refused = None, 0, 0
        while self.next is not None and self.next["stage"] == s["id"]:
            v = self.next
            if before is not None and v["t"] < before:
                self.report.fail("E6.2", "ballot %d was cast before ballot %d" % (v["b"], v["b"] - 1))
            before = v["t"]
            self.check_day(s, starts, v)
            kept = self.judge(s, coming, limits, v)
            if kept:
                counted += 1
                table = tables.setdefault((v["day"], v.get("channel", "")), {})
                choices = v["choices"]
                for i in kept:
                    table[choices[i]] = table.get(choices[i], 0) + 1
            else:
                refused += 1
            self.next = next(self.lines, None)
        return {"stage": s["id"], "ballots": counted, "refused": refused, "votes": votes_of(order, tables)}

    def check_day(self, s, starts, v):
        at = bisect.bisect_right(starts, v["t"]) - 1
        days = s["days"]
        if at >= 0 and v["t"] < days[at]["end"]:
            if v["day"] != days[at]["day"]:
                self.report.fail(
                    "E6.3", "ballot %d: expected %s, found %s" % (v["b"], days[at]["day"], v["day"])
                )
        elif any(d["day"] == v["day"] for d in days):
            self.report.fail("E6.3", "ballot %d was not cast on %s" % (v["b"], v["day"]))

    def judge(self, s, coming, limits, v):
        """The positions of the choices that count; every refusal is compared with what the bundle says."""
        if v["b"] in self.exclusions.twice:
            return []
        if v["b"] in self.void:
            return self.refuse(v, "votes.void")
        if v["t"] < s["start"]:
            return self.refuse(v, "votes.early")
        if v["t"] >= s["end"]:
            return self.refuse(v, "votes.late")
        if "nym" not in v:
            return self.refuse(v, "votes.no-voter")
        if s["id"] in self.by_ip and "net" not in v:
            return self.refuse(v, "votes.no-ip")
        choices = v["choices"]
        dropped = []
        if coming.issuperset(choices) and (
            s["repeated"] == "count_each" or len(set(choices)) == len(choices)
        ):
            kept = list(range(len(choices)))
        else:
            kept, before = [], set()
            for i, choice in enumerate(choices):
                rule, action = None, None
                if choice not in coming:
                    rule = "votes.excluded-choice" if choice in self.entries else "votes.unknown-choice"
                    action = s["unknown"]
                elif choice in before and s["repeated"] != "count_each":
                    rule, action = "votes.repeated-choice", s["repeated"]
                if rule is None:
                    kept.append(i)
                    before.add(choice)
                elif action == "refuse_ballot":
                    return self.refuse(v, rule)
                else:
                    dropped.append((rule, i))
        if not s["low"] <= len(kept) <= s["high"]:
            return self.refuse(v, "votes.wrong-number")
        if kept:
            keys = [n.key(v) for n in limits]
            for n, key in zip(limits, keys):
                over = n.over(key, kept, choices)
                if over and n.whole:
                    return self.refuse(v, "votes.over-limit")
                if over:
                    dropped += [("votes.over-limit", i) for i in over]
                    kept = [i for i in kept if i not in set(over)]
            if kept:
                for n, key in zip(limits, keys):
                    n.use(key, kept, choices)
        for rule, i in dropped:
            self.claim(v, "%d %s %d %s" % (v["b"], rule, i, choices[i]))
        return kept

    def refuse(self, v, rule):
        self.claim(v, "%d %s" % (v["b"], rule))
        return []

    def claim(self, v, refusal):
        try:
            self.exclusions.ballots.remove(refusal)
        except KeyError:
            self.report.fail("E9.4", "ballot %s must be excluded and is not" % shown(refusal))

    def finish(self):
        """What is left over when all votes have been counted."""
        if self.next is not None:
            self.report.fail(
                "E6.2",
                "ballot %d: the ballots of %s do not stand together" % (self.next["b"], self.next["stage"]),
            )
            for _ in self.lines:
                pass
        for refusal in sorted(self.exclusions.ballots):
            self.report.fail("E9.4", "ballot %s must not be excluded so" % shown(refusal))
        for b in sorted(self.exclusions.twice):
            if b > self.count_of:
                self.report.fail("E9.2", "votes.duplicate-id: there is no ballot %d" % b)


def votes_of(order, tables):
    """The votes of each entry, by day and by channel."""
    days, channels = {}, {}
    for (day, channel), table in tables.items():
        for e, n in table.items():
            own = days.setdefault(e, {})
            own[day] = own.get(day, 0) + n
            own = channels.setdefault(e, {})
            own[channel] = own.get(channel, 0) + n
    return [
        {
            "entry": e,
            "votes": sum(days.get(e, {}).values()),
            "days": [{"day": d, "votes": n} for d, n in sorted(days.get(e, {}).items())],
            "channels": [{"channel": c, "votes": n} for c, n in sorted(channels.get(e, {}).items())],
        }
        for e in order
    ]


# ---- E12: panels ----


def combined(values, weights, method):
    """E12.4"""
    if method == "sum":
        return sum(values, Fraction(0))
    if method == "weighted_mean":
        return sum((v * w for v, w in zip(values, weights)), Fraction(0)) / sum(weights)
    if method == "median":
        ordered = sorted(values)
        half = len(ordered) // 2
        return ordered[half] if len(ordered) % 2 else (ordered[half - 1] + ordered[half]) / 2
    return sum(values, Fraction(0)) / len(values)


class Panel:
    """One panel's way of making a score of sheets. `incomplete` names the seats left out of the last score."""

    def __init__(self, s):
        self.how, self.rounds, self.rounding = s["aggregate"], s.get("rounds"), s.get("rounding")
        self.names = [c["id"] for c in s["criteria"]]
        self.weights = [as_fraction(c["weight"]) for c in s["criteria"]]
        self.incomplete = []

    def at(self, place, number):
        return rounded_at(self.rounding, place, number)

    def score(self, rounds):
        """E12.5, from round to its sheets, each a pair of seat and marks."""
        self.incomplete = []
        found = [self.one_round(rounds[n]) for n in sorted(rounds)]
        scored = [f for f in found if f["score"] is not None]
        if not scored:
            few = any(f["rule"] == "ranking.too-few-sheets" for f in found)
            rule = "ranking.too-few-sheets" if few else "ranking.no-score"
            return self.none(rule, sum(f["sheets"] for f in found))
        if self.rounds is None or self.rounds["use"] == "last":
            return scored[-1]
        method, ones = self.rounds["use"], [1] * len(scored)
        criteria = {}
        for c in self.names:
            if all(c in f["criteria"] for f in scored):
                criteria[c] = combined([f["criteria"][c] for f in scored], ones, method)
        return {
            "score": self.at("total", combined([f["score"] for f in scored], ones, method)),
            "criteria": criteria,
            "sheets": sum(f["sheets"] for f in scored),
            "used": sum(f["used"] for f in scored),
            "totals": [],
        }

    def none(self, rule, sheets):
        return {"score": None, "rule": rule, "sheets": sheets, "used": 0, "criteria": {}, "totals": []}

    def one_round(self, sheets):
        """E12.1"""
        left = []
        for seat, marks in sheets:
            given = sum(1 for value, _ in marks.values() if value is not None)
            if given and given < len(self.names) and self.how["incomplete"] == "drop_sheet":
                self.incomplete.append(seat)
            elif given:
                left.append((seat, marks))
        if len(left) < self.how["at_least"]:
            return self.none("ranking.too-few-sheets" if left else "ranking.no-score", len(left))
        return self.by_sheet(left) if self.how["by"] == "sheet" else self.by_criterion(left)

    def by_sheet(self, sheets):
        """E12.2"""
        rows = []
        for seat, marks in sheets:
            parts = [self.at("weighted", w * marks[c][0]) for c, w in zip(self.names, self.weights)]
            total = self.at("sheet", sum(parts, Fraction(0)))
            rows.append((total, [marks[c][0] for c in self.names], [marks[c][1] for c in self.names], seat))
        method, trim, left = self.how["method"], self.how.get("trim"), rows
        if trim is not None and len(rows) >= trim["needs"]:
            left = sorted(rows, key=lambda row: row[:2])[trim["low"] : len(rows) - trim["high"]]
        if trim is not None:
            method = "mean" if len(rows) >= trim["needs"] else trim["otherwise"]
        score = combined([row[0] for row in left], [row[2][0] for row in left], method)
        criteria = {}
        for i, c in enumerate(self.names):
            criteria[c] = combined([row[1][i] for row in left], [row[2][i] for row in left], method)
        return {
            "score": self.at("total", score),
            "criteria": criteria,
            "sheets": len(rows),
            "used": len(left),
            "totals": [(row[3], row[0]) for row in rows],
        }

    def by_criterion(self, sheets):
        """E12.3"""
        criteria = {}
        trim = self.how.get("trim")
        for c in self.names:
            given = [marks[c] for _, marks in sheets if c in marks and marks[c][0] is not None]
            if not given:
                return self.none("ranking.no-score", len(sheets))
            values, weights = [v for v, _ in given], [w for _, w in given]
            method = self.how["method"]
            if trim is not None:
                method = "mean" if len(values) >= trim["needs"] else trim["otherwise"]
                if len(values) >= trim["needs"]:
                    values = sorted(values)[trim["low"] : len(values) - trim["high"]]
            criteria[c] = self.at("criterion", combined(values, weights, method))
        parts = [self.at("weighted", w * criteria[c]) for c, w in zip(self.names, self.weights)]
        return {
            "score": self.at("total", sum(parts, Fraction(0))),
            "criteria": criteria,
            "sheets": len(sheets),
            "used": len(sheets),
            "totals": [],
        }


# ---- E18: what was counted against what is said ----


def differences(expected, found, where, out):
    """Where two values differ, at most a few places."""
    if len(out) > SHOWN:
        return
    if type(expected) is not type(found) or not isinstance(expected, (dict, list)):
        if type(expected) is not type(found) or expected != found:
            out.append("%s: expected %s, found %s" % (where, shown(expected), shown(found)))
    elif isinstance(expected, dict):
        for key in sorted(set(expected) | set(found)):
            if key not in found:
                out.append("%s.%s: expected %s, found nothing" % (where, key, shown(expected[key])))
            elif key not in expected:
                out.append("%s.%s: expected nothing, found %s" % (where, key, shown(found[key])))
            else:
                differences(expected[key], found[key], "%s.%s" % (where, key), out)
    else:
        if len(expected) != len(found):
            out.append("%s: expected %d items, found %d" % (where, len(expected), len(found)))
        for i, (a, b) in enumerate(zip(expected, found)):
            differences(a, b, "%s[%d]" % (where, i), out)


def compare(report, clause, expected, found, where):
    out = []
    differences(expected, found, where, out)
    for difference in out:
        report.fail(clause, difference)


def item(value, key):
    """A key of what may be no object at all."""
    return value.get(key) if type(value) is dict else None


def check_head(report, result, rules, entries):
    """E18.1"""
    keys = {"format", "campaign", "entries", "eligible", "funnel", "tallies", "panels", "rankings", "cuts"}
    keys |= {"bodies", "awards", "funding"}
    expect(type(result) is dict, "result.json", "an object", result)
    expected = {"format": "gg/result/v1", "campaign": rules["campaign"], "entries": len(entries)}
    compare(
        report,
        "E18.1",
        expected,
        {k: v for k, v in result.items() if k in expected or k not in keys},
        "result",
    )
    for key in sorted(keys - set(result)):
        report.fail("E18.1", "result.%s is missing" % key)
    for key in sorted(keys - set(expected)):
        if key in result:
            expect(type(result[key]) is list, "result." + key, "a list", result[key])
    return dict({key: [] for key in keys}, **result)


def check_result(report, result, count, rules):
    """E9.3, E10.7, E11.3, E12.6, E13.6, E14.4, E15.3, E16.4, E17.5"""
    for kind, name, rule in sorted(count.claims - count.exclusions.claims):
        report.fail("E9.3", "%s %s must be excluded by %s and is not" % (kind, shown(name), rule))
    for kind, name, rule in sorted(count.exclusions.claims - count.claims):
        report.fail("E9.3", "%s %s must not be excluded by %s" % (kind, shown(name), rule))
    whole_sections = [("E10.7", "eligible"), ("E10.7", "funnel"), ("E11.3", "tallies"), ("E12.6", "panels")]
    whole_sections += [("E13.6", "rankings"), ("E16.4", "bodies"), ("E17.5", "funding")]
    for clause, key in whole_sections:
        compare(report, clause, count.result[key], result.get(key), "result." + key)
    clause_of = {a["id"]: "E15.3" for a in rules["awards"]}
    clause_of.update({a["id"]: "E16.4" for a in rules["organisation_awards"]})
    for key, name, other in (("cuts", "what", "E14.4"), ("awards", "award", "E15.3")):

        def clause(line, name=name, other=other):
            told = item(line, name)
            return clause_of.get(told, other) if type(told) is str else other

        found = result[key]
        for c in ("E14.4", "E15.3", "E16.4"):
            mine = [line for line in count.result[key] if clause(line) == c]
            compare(
                report, c, mine, [line for line in found if clause(line) == c], "result.%s(%s)" % (key, c)
            )
        if [clause(line) for line in found] != [clause(line) for line in count.result[key]]:
            report.fail(other, "result.%s: these items in another order, or others" % key)


# ---- E20: the logs ----

# Ed25519 (RFC 8032), checking only: points are (X, Y, Z, T) with x = X/Z, y = Y/Z, xy = T/Z.
P = 2**255 - 19
ORDER = 2**252 + 27742317777372353535851937790883648493
CURVE = -121665 * pow(121666, P - 2, P) % P
SQRT_MINUS_1 = pow(2, (P - 1) // 4, P)


def point_sum(p, q):
    a, b = (p[1] - p[0]) * (q[1] - q[0]) % P, (p[1] + p[0]) * (q[1] + q[0]) % P
    c, d = 2 * p[3] * q[3] * CURVE % P, 2 * p[2] * q[2] % P
    e, f, g, h = b - a, d - c, d + c, b + a
    return (e * f % P, g * h % P, f * g % P, e * h % P)


def point_times(number, point):
    found = (0, 1, 1, 0)
    while number:
        if number & 1:
            found = point_sum(found, point)
        point = point_sum(point, point)
        number >>= 1
    return found


def point_bytes(point):
    inverse = pow(point[2], P - 2, P)
    x, y = point[0] * inverse % P, point[1] * inverse % P
    return (y | (x & 1) << 255).to_bytes(32, "little")


def read_point(content):
    """The point of 32 bytes, or None where they are none."""
    y = int.from_bytes(content, "little")
    sign, y = y >> 255, y & (1 << 255) - 1
    if y >= P:
        return None
    square = (y * y - 1) * pow(CURVE * y * y + 1, P - 2, P) % P
    x = pow(square, (P + 3) // 8, P)
    if (x * x - square) % P:
        x = x * SQRT_MINUS_1 % P
    if (x * x - square) % P or (x == 0 and sign):
        return None
    if x & 1 != sign:
        x = P - x
    return (x, y, 1, x * y % P)


BASE = read_point((4 * pow(5, P - 2, P) % P).to_bytes(32, "little"))


def is_signed(public, message, signature):
    """Whether the signature of 64 bytes over the message holds under the public key."""
    key = read_point(public)
    s = int.from_bytes(signature[32:], "little")
    if key is None or len(signature) != 64 or s >= ORDER:
        return False
    digest = hashlib.sha512(signature[:32] + public + message).digest()
    k = int.from_bytes(digest, "little") % ORDER
    negative = (P - key[0], key[1], key[2], P - key[3])
    return point_bytes(point_sum(point_times(s, BASE), point_times(k, negative))) == signature[:32]


def base64_bytes(said):
    """The bytes of base64 that is written in the only way."""
    try:
        found = base64.b64decode(said, validate=True)
    except ValueError:
        raise Bad("not base64: %s" % shown(said)) from None
    if base64.b64encode(found).decode() != said:
        raise Bad("not base64 as one writes it: %s" % shown(said))
    return found


def read_key(line):
    """(name, id, public key) of a verifier key: name+hash+base64(0x01 and 32 bytes)."""
    match = re.fullmatch(r"([^+\s]+)\+([0-9a-f]{8})\+([A-Za-z0-9+/=]+)\n", line)
    expect(match, "a key", "name+hash+key", line)
    name, told, raw = match.group(1), match.group(2), base64_bytes(match.group(3))
    digest = hashlib.sha256(name.encode() + b"\n" + raw).digest()[:4]
    expect(raw[:1] == b"\x01" and len(raw) == 33 and digest.hex() == told, "a key", "one of Ed25519", line)
    return name, digest, raw[1:]


def open_note(said, key):
    """The text of a signed note (C2SP signed-note) that has a signature of the key, and none of it that does not hold."""
    body, parted, tail = said.rpartition("\n\n")
    lines = tail.split("\n")
    expect(parted and len(lines) > 1 and lines[-1] == "", "a note", "a text, an empty line, signatures", said)
    held = False
    for line in lines[:-1]:
        match = re.fullmatch("\u2014 ([^+\\s]+) ([A-Za-z0-9+/=]+)", line)
        expect(match, "a note", "signature lines", line)
        raw = base64_bytes(match.group(2))
        if (match.group(1), raw[:4]) == key[:2]:
            expect(is_signed(key[2], (body + "\n").encode(), raw[4:]), key[0], "a signature that holds", line)
            held = True
    expect(held, "a note", "a signature of " + key[0], said)
    return body + "\n"


def read_checkpoint(said, key):
    """(size, root) of the checkpoint under the key, whose name is the origin."""
    lines = open_note(said, key).split("\n")
    good = len(lines) == 4 and lines[0] == key[0] and re.fullmatch("0|[1-9][0-9]{0,15}", lines[1])
    expect(good and lines[3] == "", "a checkpoint", "origin, size and root of %s" % key[0], said)
    root = base64_bytes(lines[2])
    expect(len(root) == 32, "a checkpoint", "a root of 32 bytes", said)
    return int(lines[1]), root


class Tree:
    """The Merkle tree of RFC 6962, leaf by leaf: the roots of whole subtrees from left to right, with their sizes."""

    def __init__(self):
        self.subtrees = []
        self.size = 0

    def add(self, leaf):
        size = 1
        while self.subtrees and self.subtrees[-1][0] == size:
            leaf = hashlib.sha256(b"\x01" + self.subtrees.pop()[1] + leaf).digest()
            size *= 2
        self.subtrees.append((size, leaf))
        self.size += 1

    def root(self):
        if not self.subtrees:
            return hashlib.sha256().digest()
        found = self.subtrees[-1][1]
        for _, left in reversed(self.subtrees[:-1]):
            found = hashlib.sha256(b"\x01" + left + found).digest()
        return found


def logged(bundle, name):
    """(number, bytes) of each entry of a log: two bytes of length, then the entry."""
    rest, number = b"", 0
    for piece in bundle.pieces(name):
        rest, at = rest + piece, 0
        while len(rest) - at >= 2:
            end = at + 2 + int.from_bytes(rest[at : at + 2], "big")
            if end > len(rest):
                break
            yield number, rest[at + 2 : end]
            number, at = number + 1, end
        rest = rest[at:]
    expect(not rest, name, "whole entries", "an end within one")


def leaf_of(entry):
    return hashlib.sha256(b"\x00" + entry).digest()


def read_text(bundle, name):
    try:
        return read_whole(bundle, name, 1 << 20).decode()
    except UnicodeDecodeError:
        raise Bad("%s: not UTF-8" % name) from None


def check_note(report, bundle, manifest):
    """E20.1"""
    key = read_key(read_text(bundle, "keys/a"))
    digest = hashlib.sha256(b"".join(bundle.pieces("manifest.json"))).hexdigest()
    wanted = "gg/manifest/v1\ncampaign %s\nsha256 %s\n" % (manifest["campaign"], digest)
    found = open_note(read_text(bundle, "manifest.note"), key)
    expect(found == wanted, "manifest.note", shown(wanted), found)


def check_checkpoints(report, bundle, rules):
    """E20.2: {"a": (key, size, root), "b": …}"""
    found = {}
    for log in ("a", "b"):
        key = read_key(read_text(bundle, "keys/" + log))
        found[log] = (key,) + read_checkpoint(read_text(bundle, "logs/%s/checkpoint" % log), key)
    a, b = found["a"][0][0], found["b"][0][0]
    base = a[:-2]
    expect(a.endswith("/log/%s/a" % rules["campaign"]), "keys/a", "the record of %s" % rules["campaign"], a)
    expect(
        re.fullmatch(re.escape(base) + "(/[1-9][0-9]{0,3})?", b), "keys/b", "a ballot log below %s" % base, b
    )
    return found


KINDS_A = {"rules", "key", "case", "bcheck", "detect", "tally", "notice", "admin"}
KINDS_B = {"open", "ballot", "void", "unvoid", "close"}
HEAD = shape(c=text, k=text, t=whole(0), v=whole(1, 1))


def head_of(entry, campaign, kinds, where):
    """The value of an entry with the keys that all have."""
    expect(len(entry) <= 16384, where, "at most 16384 bytes", len(entry))
    value = canonical(entry)
    expect(type(value) is dict, where, "an object", value)
    HEAD({k: value.get(k) for k in "cktv"}, where)
    expect(value["c"] == campaign, where, "an entry of " + campaign, value["c"])
    expect(value["k"] in kinds, where, "a kind of this log", value["k"])
    return value


class LogB:
    """The ballot log, read once: its roots at the sizes that are asked for, and what of it decides."""

    def __init__(self, bundle, campaign, sizes, entries):
        self.roots, self.opens, self.closes, self.voids = {}, [], [], []
        self.ballots = {}  # index: digest of the ballot
        self.late = []  # ballots outside of open and close
        opened, closed = set(), set()
        tree, sizes = Tree(), set(sizes)
        first = None
        if 0 in sizes:
            self.roots[0] = tree.root()
        for number, entry in logged(bundle, "logs/b/entries"):
            where = "logs/b, entry %d" % number
            value = head_of(entry, campaign, KINDS_B, where)
            tree.add(leaf_of(entry))
            if tree.size in sizes:
                self.roots[tree.size] = tree.root()
            kind, stage = value["k"], text(value.get("s"), where)
            first = first or kind
            if kind == "open":
                opened.add(stage)
                self.opens.append((number, stage, value.get("a"), value.get("rules")))
            elif kind == "close":
                closed.add(stage)
                self.closes.append((number, stage))
            elif kind == "ballot":
                self.ballots[number] = ballot_digest(value, stage, "ch", entries, where)
                if stage in closed or (first == "open" and stage not in opened):
                    self.late.append(number)
            else:
                self.voids.append((number, kind, whole(0)(value.get("ref"), where), value.get("leaf")))
        self.size, self.root = tree.size, tree.root()

    def void(self, bundle):
        """The indexes of ballots that are void at the end. Bad where a void names what is no ballot before it."""
        leaves = {}
        wanted = {ref for _, _, ref, _ in self.voids}
        for number, entry in logged(bundle, "logs/b/entries") if wanted else ():
            if number in wanted:
                leaves[number] = leaf_of(entry).hex()
        found = set()
        for number, kind, ref, leaf in self.voids:
            good = ref < number and ref in self.ballots and leaves.get(ref) == leaf
            expect(good, "logs/b, entry %d" % number, "a ballot before it by index and leaf", ref)
            (found.add if kind == "void" else found.discard)(ref)
        return found


def ballot_digest(value, stage, channel, entries, where):
    """What of a ballot the log and the bundle must have alike."""
    choices = list_of(any_text)(value.get("choices"), where)
    told = [stage, value.get("t"), value.get("day"), value.get("nym", ""), value.get("net", "")]
    told += [value.get(channel, ""), [c if c in entries else "?" for c in choices]]
    return hashlib.sha256(_encode(told).encode()).digest()[:16]


def read_logs(report, bundle, rules, entries, found):
    """E20.3: (entries of log A as (leaf, value), log B)"""
    record, tree = [], Tree()
    for number, entry in logged(bundle, "logs/a/entries"):
        record.append(
            (leaf_of(entry), head_of(entry, rules["campaign"], KINDS_A, "logs/a, entry %d" % number))
        )
        tree.add(record[-1][0])
    sizes = [whole(0)(v.get("size"), "bcheck") for _, v in record if v["k"] == "bcheck"]
    ballots = LogB(bundle, rules["campaign"], sizes, entries)
    for log, size, root in (("a", tree.size, tree.root()), ("b", ballots.size, ballots.root)):
        told = found[log][1:]
        expect(told[0] == size, "logs/" + log, "%d entries" % told[0], size)
        expect(told[1] == root, "logs/" + log, "the root " + told[1].hex(), root.hex())
    return record, ballots


def check_embedded(report, record, ballots, found):
    """E20.4"""
    key, before, close = None, 0, 0
    closes = [number for number, _ in ballots.closes]
    for number, (_, value) in enumerate(record):
        where = "logs/a, entry %d" % number
        if value["k"] == "key" and value.get("use") == "log":
            key = read_key(text(value.get("key"), where) + "\n")
        elif value["k"] == "bcheck":
            expect(key is not None, where, "the ballot log's key before its checkpoint", None)
            size, root = read_checkpoint(text(value.get("note"), where), key)
            good = (value.get("size"), value.get("root")) == (size, root.hex())
            expect(good, where, "size and root of its checkpoint", value.get("size"))
            if key[0] == found["b"][0][0]:
                expect(before <= size <= ballots.size, where, "a size from %d" % before, size)
                expect(
                    ballots.roots[size] == root,
                    where,
                    "the log's root " + ballots.roots[size].hex(),
                    root.hex(),
                )
                before = size
    expect(key == found["b"][0], "logs/a", "the key of logs/b as the last one named", key and key[0])
    close = max(closes) + 1 if closes else 0
    expect(
        before >= close, "logs/a", "a checkpoint of logs/b from after the close (%d entries)" % close, before
    )


def check_rules_logged(report, bundle, rules, manifest, record, ballots):
    """E20.5"""
    named = {n: (leaf, v) for n, (leaf, v) in enumerate(record) if v["k"] == "rules"}
    expect(named, "logs/a", "an entry with the rules", None)
    last = named[max(named)][1]
    told = rules["blueprint_sha256"]
    expect(last.get("sha256") == told, "logs/a", "the rules %s" % told, last.get("sha256"))
    counting = {k: v for k, v in canonical(read_whole(bundle, "rules.json", 1 << 26)).items() if k != "seed"}
    digest = hashlib.sha256(_encode(counting).encode()).hexdigest()
    expect(last.get("counting") == digest, "logs/a", "the counting rules %s" % digest, last.get("counting"))
    if "pseudonym_key" in last:
        digest = manifest.get("key_sha256")
        expect(
            last["pseudonym_key"] == digest, "logs/a", "the pseudonym key %s" % digest, last["pseudonym_key"]
        )
    for number, _stage, at, leaf in ballots.opens:
        good = at in named and named[at][0].hex() == leaf
        expect(good, "logs/b, entry %d" % number, "rules of logs/a by index and leaf", at)


def check_ballots_logged(report, bundle, ballots, decisions, entries):
    """E20.6"""
    void = ballots.void(bundle)
    for number in ballots.late:
        report.fail("E20.6", "logs/b, entry %d: a ballot before its vote's open or behind its close" % number)
    decided = {int(s) for k, s in decisions if k == "void" and s != "?"}
    counted = {False: [], True: []}
    for number, _, value in values_of(report, bundle, "ballots.jsonl"):
        where = "ballots.jsonl, line %d" % number
        digest = ballot_digest(value, text(value.get("stage"), where), "channel", entries, where)
        counted[number in decided].append(digest)
    for is_void, what in ((False, "ballots"), (True, "void ballots")):
        mine = sorted(d for n, d in ballots.ballots.items() if (n in void) == is_void)
        other = sorted(counted[is_void])
        if mine != other:
            missing, more = Counter(mine) - Counter(other), Counter(other) - Counter(mine)
            said = "%s: %d of the log are not in the bundle, %d of the bundle not in the log"
            report.fail("E20.6", said % (what, sum(missing.values()), sum(more.values())))


def check_tallies_logged(report, result, record, ballots):
    """E20.7"""
    told, sizes = {}, {}
    for number, (_, value) in enumerate(record):
        if value["k"] != "tally":
            continue
        where = "logs/a, entry %d" % number
        stage, rows = text(value.get("s"), where), value.get("votes")
        if whole(1)(value.get("part"), where) == 1:
            told[stage] = {}
        expect(type(rows) is list and stage in told, where, "counts from their first part on", rows)
        sizes[stage] = whole(0, ballots.size)(value.get("size"), where)
        for row in rows:
            expect(type(row) is list and len(row) == 2, where, "[entry, votes]", row)
            told[stage][text(row[0], where)] = whole(0)(row[1], where)
    for tally in result["tallies"]:
        stage = tally["stage"]
        expect(stage in told, "logs/a", "the counts of " + stage, None)
        for line in tally["votes"]:
            found = told[stage].get(line["entry"], 0)
            if found != line["votes"]:
                said = "%s %s: expected %d votes as recounted, found %d in logs/a"
                report.fail("E20.7", said % (stage, shown(line["entry"]), line["votes"], found))


def check_logs(report, bundle, rules, manifest, entries, decisions, result):
    """E20, where the bundle holds logs; `decisions` and `result` are None where they could not be read."""
    report.attempt(["E20.1"], check_note, bundle, manifest)
    found = report.attempt(["E20.2"], check_checkpoints, bundle, rules)
    if found is None or entries is None:
        return
    read = report.attempt(["E20.3"], read_logs, bundle, rules, entries, found)
    if read is None:
        return
    record, ballots = read
    report.attempt(["E20.4"], check_embedded, record, ballots, found)
    report.attempt(["E20.5"], check_rules_logged, bundle, rules, manifest, record, ballots)
    if decisions is not None:
        report.attempt(["E20.6"], check_ballots_logged, bundle, ballots, decisions, entries)
    if result is not None:
        report.attempt(["E20.7"], check_tallies_logged, result, record, ballots)


# ---- all of it ----


def verify(path):
    """[(clause, whether it passes, text)] for every clause. NoBundle where the path holds none."""
    report = Report()
    bundle = open_bundle(path, report)
    has_logs = bundle is not None and set(LOG_FILES) <= set(bundle.sizes)
    if has_logs:
        report.clauses.update(LOG_CLAUSES)
    if bundle is None or not report.attempt(["E1.1"], check_files, bundle):
        return report.lines()
    rules = report.attempt(["E4.1"], check_rules, bundle)
    manifest = report.attempt(["E2.1"], read_value, bundle, "manifest.json", 1 << 20)
    if manifest is not None:
        report.attempt(["E2.1"], check_manifest, manifest, rules)
        report.attempt(["E2.2"], check_digests, bundle, manifest if type(manifest) is dict else {})
    result = report.attempt(["E18.1"], read_value, bundle, "result.json", 1 << 30)
    report.checked.discard("E18.1")  # it has only been read; check_head checks it
    if rules is not None:
        entries, decisions, result = check_inputs(report, bundle, rules, result)
        if has_logs and type(manifest) is dict:
            check_logs(report, bundle, rules, manifest, entries, decisions, result)
    return report.lines()


def check_inputs(report, bundle, rules, result):
    """Everything from E4.8 on. (entries, decisions, result), None for what could not be read"""
    sound = report.attempt(["E4.8"], check_references, rules)
    entries = report.attempt(["E5.2", "E5.1"], check_entries, bundle)
    sheets = report.attempt(["E7.2"], check_sheets, bundle, rules)
    decisions = report.attempt(["E8.1", "E8.3"], check_decisions, bundle, rules)
    seats = None
    if sheets is not None and decisions is not None:
        seats = report.attempt(["E7.1"], check_seats, sheets, decisions)
    if entries is None or result is None:
        return entries, decisions, None
    result = report.attempt(["E18.1"], check_head, result, rules, entries)
    exclusions = report.attempt(["E9.1", "E9.2"], check_exclusions, bundle, entries, rules, seats)
    if seats is None:
        report.checked.discard("E9.2")
    if None in (sound, sheets, decisions, exclusions, result):
        return entries, decisions, None
    held = {item(t, "stage") for t in result["tallies"] if type(item(t, "stage")) is str}
    counting = ["E11.3", "E6.1", "E6.2", "E6.3", "E9.4"]

    def recount(r):
        return Count(r, bundle, rules, entries, sheets, decisions, exclusions, held).run()

    count = report.attempt(counting, recount)
    if count is None:
        return entries, decisions, None
    report.checked.add("E3.1")
    report.checked.discard("E11.3")  # the votes have been counted, but not yet compared
    report.attempt(["E7.3"], check_before_panel, sheets, count.coming, decisions)
    report.attempt(["E8.2"], check_subjects, decisions, rules, entries, count.ballots.count_of)
    clauses = ["E10.7", "E11.3", "E12.6", "E13.6", "E14.4", "E15.3", "E16.4", "E17.5", "E9.3"]
    report.attempt(clauses, check_result, result, count, rules)
    return entries, decisions, count.result


def main(argv):
    """The exit code: 0 all pass, 1 something fails, 2 wrong use or no bundle."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(encoding="utf-8", errors="replace")
    if len(argv) != 1 or argv[0].startswith("-"):
        sys.stderr.write(
            "usage 用法: python3 verify.py BUNDLE   (evidence.tar or its folder 证据包文件或目录)\n"
        )
        return 2
    try:
        lines = verify(argv[0])
    except NoBundle as reason:
        sys.stderr.write("%s: no evidence bundle 不是证据包: %s\n" % (shown(argv[0]), reason))
        return 2
    for clause, good, said in lines:
        print("%s %s %s" % ("PASS" if good else "FAIL", clause, said))
    return 0 if all(good for _, good, _ in lines) else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
