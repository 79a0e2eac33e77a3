"""Why ballots are made void or kept: a closed list of codes, public with their words."""

from __future__ import annotations

from typing import Literal

Outcome = Literal["void", "keep"]

VOID_REASONS: dict[str, tuple[str, str]] = {
    "script": ("由程序自动提交", "sent by a program"),
    "farm": ("由设备或账号批量操作", "cast in bulk by devices or accounts"),
    "identities": ("为投票批量注册的身份", "identities made in bulk for the vote"),
    "bought": ("经查证为买卖选票", "shown to be bought"),
}
KEEP_REASONS: dict[str, tuple[str, str]] = {
    "mobilised": ("属正常的组织动员", "people mobilised rightfully"),
    "shared": ("多人共用网络或设备", "people who share a network or a device"),
    "weak": ("证据不足", "the evidence does not suffice"),
}
REASONS: dict[Outcome, dict[str, tuple[str, str]]] = {"void": VOID_REASONS, "keep": KEEP_REASONS}
LEAST_SHOWN = 5
"""A number of ballots smaller than this is not published: it could point at persons."""
