"""What a check of the logs finds: something that is not as it was stored, signed or published."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Rule = Literal[
    "row",
    "order",
    "missing",
    "lost",
    "checkpoint",
    "key",
    "root",
    "tile",
    "entry",
    "bundle",
    "counts",
    "void",
    "rules",
    "trail",
    "case",
    "origin",
    "bcheck",
    "open",
    "tally",
    "unreadable",
]
"""What was checked. docs/operate/log.md says what to do."""
IN_CHINESE: dict[Rule, str] = {
    "row": "存着的这一行前后不符，库被改过或坏了",
    "order": "编号有缺口，或这一段的条数与编号时不同",
    "missing": "存着的与编过号的条数不同",
    "lost": "这一批的条数与存妥时记下的不同，有选票不见了或多出来了",
    "checkpoint": "公布的检查点不在、读不出来，或不是最后签的那一份",
    "key": "日志密钥不在，或与公布的不是同一把",
    "root": "哈希块算出的根与签过的不同",
    "tile": "哈希块不在、不完整，或被改过",
    "entry": "签过的这一条变了，或不在了",
    "bundle": "公布的这一条与库里存的不同，或文件读不出来",
    "counts": "保存的票数与日志里的选票算出的不同",
    "void": "作废记录指的不是这样一张选票",
    "rules": "规则文本，或投票所用的规则、案例，不是公开记录写明的",
    "trail": "审计记录里没有公开记录写明的那一条",
    "case": "留存的案例内容不是公开记录写明的那一份",
    "origin": "选票日志与公开记录的名称不属于同一活动",
    "bcheck": "公开记录里的检查点与选票日志对不上",
    "open": "选票日志引用的规则不是公开记录的那一条",
    "tally": "公开记录里的票数与现在保存的不同",
    "unreadable": "读不出来，后面的没有查到；库被改过或坏了",
}


@dataclass(frozen=True)
class Damage:
    """`where` it is, and `found` what is wrong in detail, in English."""

    rule: Rule
    where: str
    found: str

    def __str__(self) -> str:
        return f"[log.{self.rule}] {self.where}: {self.found}"

    @property
    def zh(self) -> str:
        """The same in Chinese, the detail behind it as it is."""
        return f"[log.{self.rule}] {self.where}：{IN_CHINESE[self.rule]}（{self.found}）"
