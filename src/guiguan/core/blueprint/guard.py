"""What stands against vote-brushing: what a ballot costs, how fast one may vote, what counts as suspicious."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field, model_validator

from guiguan.core.blueprint.base import Item, Natural, Positive, wrong

Share = Annotated[int, Field(ge=1, le=100)]


class Challenge(Item):
    """The proof of work that a ballot brings along: it makes ballots cost time, and proves no person."""

    cost: Annotated[int, Field(ge=100, le=100_000)] = Field(
        default=2000, description="一次试算的迭代次数（PBKDF2/SHA-256）", examples=[2000]
    )
    tries: Annotated[int, Field(ge=1, le=4096)] = Field(
        default=40, description="平时平均要试算多少次；慢手机须在 1.5 秒内完成", examples=[40]
    )
    hardest: Annotated[int, Field(ge=1, le=64)] = Field(
        default=16, description="风险高时最多难到平时的几倍", examples=[16]
    )
    minutes: Annotated[int, Field(ge=1, le=5)] = Field(default=5, description="题目几分钟内有效，至多 5 分钟")


class Bucket(Item):
    """A bucket of rights: `burst` at once, then `per_minute` again each minute."""

    burst: Positive = Field(description="一次最多连续多少回", examples=[10])
    per_minute: Positive = Field(description="此后每分钟恢复多少回", examples=[6])


class Rates(Item):
    """How fast one voter and one network may try; who is faster is told to wait, and loses no right to vote."""

    voter: Bucket = Field(
        default_factory=lambda: Bucket(burst=10, per_minute=6), description="每个投票人提交选票和取题的快慢"
    )
    network: Bucket = Field(
        default_factory=lambda: Bucket(burst=3000, per_minute=1200),
        description="每个网络地址（IPv6 按前 64 位）提交选票和取题的快慢；不写则一次 3000 回、此后每分钟 1200 回，供几千人的机关或手机运营商共用一个地址",
    )


class Detectors(Item):
    """The thresholds of the detectors. What a detector means is told in docs/organise/brushing.md."""

    version: Annotated[int, Field(ge=1, le=1)] = Field(default=1, description="检测器版本；本程序只有第 1 版")
    false_rate: Annotated[int, Field(ge=1, le=1000)] = Field(
        default=100, description="误报率上限（万分之几），按 Benjamini–Hochberg 控制", examples=[100]
    )
    network_voters: Positive = Field(default=15, description="D1 来源集中：一个网络至少多少投票人才比较")
    network_share: Share = Field(default=50, description="D1 来源集中：其中至少百分之几投了同一案例")
    burst_ballots: Positive = Field(default=20, description="D2 突增：十分钟内一个案例至少多少票才比较")
    burst_factor: Positive = Field(default=4, description="D2 突增：达到该时段平时的几倍")
    gap_ballots: Positive = Field(default=24, description="D3 间隔规律：一串至少多少个间隔才比较")
    gap_share: Share = Field(default=60, description="D3 间隔规律：百分之几的间隔落在中位数上下八分之一以内")
    new_voters: Positive = Field(default=15, description="D4 新身份：一天内一组至少多少投票人才比较")
    new_share: Share = Field(default=75, description="D4 新身份：其中至少百分之几是第一次投票")
    lockstep_voters: Positive = Field(
        default=20, description="D5 步调一致：同一时段至少多少投票人共投三个案例"
    )
    lockstep_factor: Positive = Field(default=8, description="D5 步调一致：达到各投各的时应有人数的几倍")
    device_voters: Positive = Field(default=6, description="D6 设备重合：一台设备至少多少投票人")
    device_share: Share = Field(default=80, description="D6 设备重合：其中至少百分之几投了同一案例")
    solve_floor: Natural = Field(
        default=2000, description="D7 用时异常：从取题到交票短于多少毫秒，不是人在选"
    )
    solve_ballots: Positive = Field(default=20, description="D7 用时异常：一组至少多少张选票才比较")
    solve_share: Share = Field(default=30, description="D7 用时异常：其中至少百分之几的用时落在同一秒内")
    same_ballots: Positive = Field(default=20, description="D8 陪投雷同：所选完全相同的至少多少投票人")


class Guard(Item):
    """What stands against vote-brushing in one vote."""

    challenge: Challenge | None = Field(
        default=None, description="每张选票须带工作量证明（防脚本，不证明是真人）；不写则不要求"
    )
    rates: Rates = Field(default_factory=Rates, description="提交快慢的限制")
    detectors: Detectors = Field(default_factory=Detectors, description="检测器的阈值")
    kinds: Annotated[int, Field(ge=2, le=8)] = Field(
        default=2, description="至少几种检测器同时指向一张选票，才列为可疑交人核查"
    )
    appeal_days: Annotated[int, Field(ge=1, le=30)] = Field(
        default=3, description="作废决定公布后几日内可以申诉", examples=[3]
    )

    @model_validator(mode="after")
    def _expires(self) -> Guard:
        challenge = self.challenge
        if challenge is not None and challenge.tries * challenge.hardest > 4096:
            raise wrong(
                "guard-hardest",
                "tries 与 hardest 的乘积不能超过 4096，否则老手机在有效期内解不出",
                "tries times hardest exceeds 4096: an old phone cannot solve it before it expires",
            )
        return self
