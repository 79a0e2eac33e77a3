"""Every benchmark by name, with what it shows."""

from __future__ import annotations

import importlib
from typing import Protocol, cast

from guiguan.bench.figure import Figure


class Benchmark(Protocol):
    """A module of this package."""

    __doc__: str | None

    def measure(self) -> list[Figure]: ...


BENCHMARKS: dict[str, tuple[str, str]] = {
    "tally": (
        "千万张选票按 GX 规则验票计票，与 DuckDB 直接分组比较",
        "10 million ballots validated and tallied, beside DuckDB",
    ),
    "rank": (
        "1000 件 × 6 项 × 15 位专家，从评分到排名",
        "1,000 entries × 6 criteria × 15 experts, from marks to ranks",
    ),
    "site": (
        "3000 项申报、300 人同时在线时各页面的耗时",
        "3,000 entries and 300 people online: how long pages take",
    ),
    "uploads": (
        "两万个变异的上传文件：不出错、不卡死、不收任何活动内容",
        "20,000 mutated uploads: no crash, no hang, nothing active accepted",
    ),
    "export": (
        "五万件申报的列表下载为 Excel、CSV",
        "a list of 50,000 entries downloaded as Excel and CSV",
    ),
    "likeness": (
        "十万件 800 字的申报互相查重，新来一件与全部比对",
        "100,000 entries of 800 characters compared, and one new entry with all",
    ),
    "verify": ("百万张选票的证据包独立验证", "a bundle of a million ballots verified independently"),
}


def benchmark(name: str) -> Benchmark:
    """The benchmark of this name; `BENCHMARKS` has it."""
    return cast(Benchmark, importlib.import_module(f"guiguan.bench.{name}"))
