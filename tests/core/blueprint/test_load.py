"""A file's bytes become a checked blueprint, or all findings at once with exact places."""

from __future__ import annotations

import hashlib

import pytest

from guiguan.core.blueprint.load import load_blueprint
from guiguan.core.values.finding import InputError

MANY = """\
blueprint: 1
campaign: Small Campaign
title: 小活动
organisers: {host: 主办单位}
categories:
  - {id: a, title: 甲类}
  - {id: 乙, title: 乙类}
two_person: [void]
stages:
  - {id: check, kind: screening, undecided: passes}
  - {id: declare, kind: declaration, window: [2021-06-10, 2021-06-09]}
  - id: vote
    kind: ballots
    voter: [wechat, weixin]
    choices: {exactly: ten}
    repeated: refuse_ballot
    counts: shown
"""


def refused(content: bytes) -> list[str]:
    with pytest.raises(InputError) as error:
        load_blueprint(content, "small.yaml")
    return [f.line() for f in error.value.findings]


def test_many_faults_come_at_once_in_the_order_of_the_file():
    told = refused(MANY.encode())
    assert told == [
        "small.yaml:2:11: [blueprint.form] “Small Campaign”不合写法，应为小写字母、数字和连字符，如 guangxi-2021",
        "small.yaml:4:20: [blueprint.list] 应为列表，如 [a, b]，写了“主办单位”",
        "small.yaml:7:10: [blueprint.form] “乙”不合写法，应为代号：小写字母开头，只含小写字母、数字和下划线，至多 32 个",
        "small.yaml:8:1: [blueprint.unknown-key] 这里没有“two_person”这个键；是不是 two_persons？",
        "small.yaml:11:46: [blueprint.window] 结束（2021-06-09）不能早于开始（2021-06-10）",
        "small.yaml:12:5: [blueprint.missing-key] 缺少“unknown”，请补上",
        "small.yaml:14:21: [blueprint.not-allowed] 写了“weixin”，只能是：wechat、phone、account、ip、device",
        "small.yaml:15:24: [blueprint.number] 应为整数，写了“ten”",
    ]


def test_a_good_file_gives_the_digest_of_its_bytes(gx):
    loaded = load_blueprint(gx.encode(), "gx.yaml")
    assert loaded.blueprint.campaign == "guangxi-2021"
    assert loaded.sha256 == hashlib.sha256(gx.encode()).hexdigest()
    assert [f.rule for f in loaded.findings] == ["blueprint.paper-same-day"]


def test_a_byte_order_mark_and_line_ends_of_windows_change_nothing_but_the_digest(gx):
    plain = load_blueprint(gx.encode(), "gx.yaml")
    marked = load_blueprint(b"\xef\xbb\xbf" + gx.replace("\n", "\r\n").encode(), "gx.yaml")
    assert marked.blueprint == plain.blueprint
    assert marked.findings == plain.findings
    assert marked.sha256 != plain.sha256


def test_another_encoding_is_told_with_its_line():
    assert refused("title: 中文\n".encode() + "theme: 中文".encode("gb18030")) == [
        "small.yaml:2:1: [yaml.encoding] 文件不是 UTF-8 编码，请另存为 UTF-8"
    ]


def test_a_list_of_two_that_has_one_says_which_is_missing(faults):
    assert faults("window: [2021-06-10, 2021-06-16]", "window: [2021-06-10]") == [
        ("[2021-06-10]", "error blueprint.missing-key", "这里要写 2 项，缺少第 2 项")
    ]


def test_a_list_whose_only_item_is_faulty_is_not_called_empty(faults):
    assert faults("voter: [wechat]", "voter: [weixin]") == [
        ("weixin]", "error blueprint.not-allowed", "写了“weixin”，只能是：wechat、phone、account、ip、device")
    ]


def test_there_is_one_way_to_write_where_a_part_comes_from(faults):
    assert [rule for _, rule, _ in faults("{from: vote, weight: 20,", "{source: vote, weight: 20,")] == [
        "error blueprint.missing-key",
        "error blueprint.unknown-key",
    ]


def test_a_wrong_key_of_a_mapping_is_shown_itself(faults):
    ((where, rule, message),) = faults("reasons: {incomplete:", "reasons: {Incomplete:")
    assert (where, rule) == ("Incomplete: ", "error blueprint.form")
    assert message.startswith("“Incomplete”")
