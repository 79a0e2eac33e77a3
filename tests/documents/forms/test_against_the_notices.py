"""Our forms beside the text of the notices: the same words in the same order; what differs is listed here, with its reason."""

from __future__ import annotations

import os
import re
import unicodedata
from pathlib import Path

import pytest
from documents.forms.samples import layout

from guiguan.documents.forms.layout import layout_ids
from guiguan.documents.forms.markup import pieces

SHARED = Path(__file__).resolve().parents[3].parent / "shared" / "data"
# form → (file, where its text begins, where it ends)
WHERE = {
    "guangxi_case": ("guangxi-cases-2021.txt", "## 广西信息化优秀案例申报表\n", "### 附件 3"),
    "guangxi_case_letter": ("guangxi-cases-2021.txt", "## 广西信息化优秀案例申报承诺书\n", "## 附件 4"),
    "qingdao_case": ("qingdao-cases-2020.txt", "附件2\n", "附件3\n"),
    "qingdao_case_letter": ("qingdao-cases-2020.txt", "附件3\n", "附件4\n"),
    "guangxi_scenario": ("guangxi-scenarios-2025.txt", "\n附件2\n", "\n承诺书\n"),
    "guangxi_scenario_letter": ("guangxi-scenarios-2025.txt", "\n承诺书\n", "\n附件3\n"),
    "xinchuang_commitment": ("ceprei-xinchuang-2022.txt", "\n附件 2\n", "\n附件 3\n"),
    "xinchuang_solution": ("ceprei-xinchuang-2022.txt", "\n附件 3\n", "\n附件 4\n"),
    "xinchuang_disclosure": ("ceprei-xinchuang-2022.txt", "\n附件 4\n", ""),
}
SOLUTION = (
    "计算机外界设备"  # the notice's slip; its first section writes 外接, and so do the blueprint and the form
)


def bare(text: str) -> str:
    """The words alone: without boxes, lines to fill in, markup, and signs that differ between the programs that wrote them."""
    text = re.sub(r"<[^>]*>|\\", "", text).replace("£", "")
    plain = unicodedata.normalize("NFKC", text)
    return "".join(c for c in plain if c.isalnum() or c == "%")


def source(name: str) -> str:
    file, start, end = WHERE[name]
    path = Path(os.environ.get("GUIGUAN_TEST_DATA", SHARED)).parent / "spec" / "sources" / file
    if not path.is_file():
        pytest.skip(f"no notices at {path.parent} (beside the folder GUIGUAN_TEST_DATA)")
    text = path.read_text("utf-8")
    begin = text.index(start)
    stop = text.index(end, begin + len(start)) if end else len(text)
    return bare(text[begin:stop].replace(SOLUTION, "计算机外接设备"))


def ours(name: str) -> str:
    """The form with every place empty, in reading order."""
    lines = [
        "".join(p.text if p.kind in ("words", "answer", "beside") else "" for p in pieces(t))
        for t in layout(name).texts()
    ]
    return bare("".join(lines)).removeprefix("附件2").removeprefix("附件3").removeprefix("附件4")


def test_every_form_is_compared() -> None:
    assert set(WHERE) == set(layout_ids())


@pytest.mark.parametrize("name", WHERE)
def test_the_same_words_in_the_same_order(name: str) -> None:
    wanted = source(name)
    for opening in ("附件2", "附件3", "附件4"):
        wanted = wanted.removeprefix(opening)
    assert ours(name) == adjusted(name, wanted)


def adjusted(name: str, text: str) -> str:
    """What the text of the notice has from its own conversion, and the form as printed has not."""
    if name == "xinchuang_commitment":
        assert text.count("序号材料名称12345") == 1  # the numbers of the rows are made when it is filled
        return text.replace("序号材料名称12345", "序号材料名称")
    return text
