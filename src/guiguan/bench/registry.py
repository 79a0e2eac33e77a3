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
    "brushing": (
        "五十万张选票里埋六种刷票：查出多少、误伤多少（种子 21—40）",
        "six attacks in 500,000 ballots: what is found, who is wronged (seeds 21 to 40)",
    ),
    "spark": (
        "同样的检测在 Spark 上跑一遍，与 DuckDB 逐条一致（另装 guiguan[cluster] 与 Java）",
        "the same detectors on Spark, finding the very same as on DuckDB (needs guiguan[cluster] and Java)",
    ),
    "rank": (
        "1000 件 × 6 项 × 15 位专家，从评分到排名",
        "1,000 entries × 6 criteria × 15 experts, from marks to ranks",
    ),
    "ingest": (
        "每张选票经 HTTP 收下、存妥才答复：与数据库自身上限、pgbench 逐张 INSERT、普通 Django 视图轮流比较",
        "durable ballots over HTTP, in turn with the bare database, pgbench and an ordinary Django view",
    ),
    "voters": (
        "投票人除选票外要的网页：三百件案例的投票页、票数、回执，网站用一个进程与每核一个进程轮流比较",
        "what voters ask beside their ballots: the page of 300 cases, counts, receipt; one process and one a core in turn",
    ),
    "steady": (
        "以一半的速率连续收票三十分钟：不出错，内存不涨",
        "half an hour of ballots at half the rate: no error, no memory growth",
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
    "forms": (
        "五千个变异的 Word 表格和 Excel 文件走一遍读取：不出错、不卡死、读出的内容合乎栏目",
        "5,000 mutated Word forms and Excel files read: no crash, no hang, every answer fits its field",
    ),
    "tree": (
        "千万张选票的哈希树：重建、追加、证明",
        "the tree over 10 million ballots: rebuilt, appended to, proofs",
    ),
    "append": (
        "选票日志（编号、计票、签名）占投票箱开销的比例",
        "what the log costs (order, counts, signatures) beside the ballot box",
    ),
    "flips": (
        "百万条日志逐次翻转一万个随机比特，全部查出",
        "10,000 random bits of a log of a million entries, each found",
    ),
    "recount": (
        "千万张选票重新计票、查重，按网段和分钟统计，与 DuckDB 对照",
        "10 million ballots recounted, deduplicated, by /24 and minute, beside DuckDB",
    ),
    "verify": ("百万张选票的证据包独立验证", "a bundle of a million ballots verified independently"),
}


def benchmark(name: str) -> Benchmark:
    """The benchmark of this name; `BENCHMARKS` has it."""
    return cast(Benchmark, importlib.import_module(f"guiguan.bench.{name}"))
