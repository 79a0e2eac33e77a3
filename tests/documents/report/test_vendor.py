"""The charting library is shipped as its authors released it, with its licence."""

from __future__ import annotations

import hashlib
from importlib import resources

FOLDER = resources.files("guiguan") / "web" / "static" / "vendor" / "echarts-6.1.0"


def test_the_library_is_the_released_file():
    content = (FOLDER / "echarts.common.min.js").read_bytes()
    assert (
        hashlib.sha256(content).hexdigest()
        == "61f13280aba3161f77fc801bf5f9c786f55f10432153a0683fc5cc0700b013d5"
    )


def test_its_licences_go_with_it():
    assert "Apache License" in (FOLDER / "LICENSE").read_text("utf-8")
    assert "Apache ECharts" in (FOLDER / "NOTICE").read_text("utf-8")
    assert "Mike Bostock" in (FOLDER / "licenses" / "LICENSE-d3").read_text("utf-8")


def test_it_evaluates_no_text_as_code():
    text = (FOLDER / "echarts.common.min.js").read_text("utf-8")
    assert "new Function" not in text
    assert "eval(" not in text
