#!/usr/bin/env python3
"""Checks an evidence bundle: python3 verify.py BUNDLE   (evidence.tar, or the folder that it was unpacked to)

Written from SPEC.md, of which it prints every clause marked [V] as PASS or FAIL. It needs Python 3.9 and nothing
else, reads only the bundle, writes nothing and asks no network. Exit: 0 all pass, 1 something fails, 2 no bundle.

核验评选结果证据包：逐条打印 PASS（符合）或 FAIL（不符）。只读不写，不联网。
"""

import bisect
import hashlib
import json
import os
import re
import stat
import sys
import unicodedata
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
    "E7.1": "评分表的次序 order of sheets",
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
        self.found = {clause: [] for clause in CLAUSES}
        self.more = dict.fromkeys(CLAUSES, 0)
        self.checked = set()

    def fail(self, clause, text):
        if len(self.found[clause]) < SHOWN:
            self.found[clause].append(text)
        else:
            self.more[clause] += 1

    def lines(self):
        out = []
        for clause, title in CLAUSES.items():
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
        except (ArithmeticError, LookupError, TypeError, ValueError, AttributeError) as error:
            self.fail(clauses[0], "cannot be read: %s" % type(error).__name__)
            return None
        except (RecursionError, MemoryError, OSError) as error:
            self.fail(clauses[0], "cannot be read: %s" % type(error).__name__)
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
        for name in sorted(os.listdir(path)):
            status = os.lstat(os.path.join(path, name))
            if stat.S_ISREG(status.st_mode):
                self.sizes[name] = status.st_size
            else:
                self.strange.append(name)

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
    fields = [name.encode("ascii", "replace")[:100].ljust(100, b"\0"), b"0000644\0", b"0000000\0", b"0000000\0"]
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


def check_files(report, bundle):
    """E1.1"""
    missing = [name for name in FILES if name not in bundle.sizes]
    more = sorted(set(bundle.sizes) - set(FILES)) + bundle.strange
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
    wanted = [name for name in FILES if name != "manifest.json"]
    listed = manifest.get("files")
    each = shape(path=text, sha256=matching("[0-9a-f]{64}"), size=whole(0))
    listed = list_of(each)(listed, "files")
    if [line["path"] for line in listed] != wanted:
        report.fail("E2.2", "expected %s, found %s" % (shown(wanted), shown([line["path"] for line in listed])))
    for line in listed:
        name = line["path"]
        if name not in bundle.sizes or name == "manifest.json":
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
        report.fail("E2.1", "campaign: expected %s, found %s" % (rules["campaign"], shown(manifest["campaign"])))
    lives = {}
    for stage in rules["stages"]:
        if stage["kind"] == "ballots":
            daily = stage["limits"] and all("day" in limit["per"] for limit in stage["limits"])
            lives[stage["id"]] = "day" if daily else "window"
    wanted = [{"stage": stage, "lives": lives[stage]} for stage in sorted(lives)]
    if manifest["pseudonyms"] != wanted:
        report.fail("E2.1", "pseudonyms: expected %s, found %s" % (shown(wanted), shown(manifest["pseudonyms"])))


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
        expect(type(value) is int and low <= value <= high, where, "an integer from %d to %d" % (low, high), value)
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
        expect(type(value) is list and len(value) >= at_least, where, "a list of at least %d" % at_least, value)
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
