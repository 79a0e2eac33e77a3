"""Every pair of text and ground that the style sheets use stays readable, in each way of showing the site."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

import guiguan

CSS = Path(guiguan.__file__).parent / "web" / "static" / "css"
Colours = dict[str, str]

TEXT_PAIRS = [
    *[
        (text, ground)
        for text in ("ink", "ink-soft", "link", "link-hover", "link-visited")
        for ground in ("bg", "bg-soft", "surface")
    ],
    ("ink", "field-bg"),
    ("ink-soft", "field-bg"),
    ("danger-ink", "bg"),
    ("danger-ink", "bg-soft"),
    ("primary-ink", "bg"),
    ("primary-ink", "primary-soft"),
    ("on-primary", "primary"),
    ("on-primary", "primary-hover"),
    ("on-danger", "danger"),
    ("on-danger", "danger-hover"),
    ("gold-ink", "gold-soft"),
    *[
        (text, "primary-soft")
        for text in ("ink", "ink-soft", "link", "link-hover", "link-visited", "gold-ink")
    ],
    *[("gold-ink", ground) for ground in ("bg-soft", "surface")],
    *[(f"{kind}-ink", f"{kind}-soft") for kind in ("info", "success", "warning", "danger", "neutral")],
    *[("ink", f"{kind}-soft") for kind in ("info", "success", "warning", "danger")],
    ("header-ink", "header-bg"),
    ("header-soft", "header-bg"),
]
# what is not text but must be seen: borders of controls, the focus ring, the bar of a notice
SHAPE_PAIRS = [
    *[("focus", ground) for ground in ("bg", "bg-soft", "surface", "field-bg")],
    ("line-strong", "bg"),
    ("line-strong", "field-bg"),
    ("primary", "bg"),
    ("primary", "bg-soft"),
    ("danger", "bg"),
    ("danger", "field-bg"),
    ("header-focus", "header-bg"),
    *[(kind, f"{kind}-soft") for kind in ("info", "success", "warning", "danger")],
]


def _blocks() -> Iterator[tuple[str, Colours]]:
    """Each selector of the token sheet with its colours, in order; the sheet has no deeper nesting."""
    text = re.sub(r"/\*.*?\*/", "", (CSS / "guiguan.css").read_text("utf-8"), flags=re.DOTALL)
    for selector, body in re.findall(r"(:root[^{]*)\{([^}]*)\}", text):
        yield selector.strip(), dict(re.findall(r"--([a-z-]+):\s*(#[0-9a-f]{6});", body))


def _shown(*selectors: str) -> Colours:
    """The colours that hold when these selectors match, the later over the earlier."""
    colours: Colours = {}
    for wanted in selectors:
        found = [block for selector, block in _blocks() if selector == wanted and block]
        assert len(found) == 1, f"guiguan.css has {len(found)} blocks {wanted}, 1 wanted"
        colours |= found[0]
    return colours


ELDER, DARK = ':root[data-mode="elder"]', ':root[data-theme="dark"]'
WAYS = {
    "light": (4.5, (":root",)),
    "dark": (4.5, (":root", DARK)),
    "elder light": (7.0, (":root", ELDER)),
    "elder dark": (7.0, (":root", DARK, ELDER, ':root[data-mode="elder"][data-theme="dark"]')),
}


def _luminance(colour: str) -> float:
    parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    low, high = sorted((_luminance(one), _luminance(other)))
    return (high + 0.05) / (low + 0.05)


def test_the_measure_is_wcag_s() -> None:
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#767676", "#ffffff") == pytest.approx(4.54, abs=0.005)


@pytest.mark.parametrize("way", WAYS)
def test_text_is_readable_on_its_ground(way: str) -> None:
    least, selectors = WAYS[way]
    shown = _shown(*selectors)
    faults = {
        pair: round(contrast(shown[pair[0]], shown[pair[1]]), 2)
        for pair in TEXT_PAIRS
        if contrast(shown[pair[0]], shown[pair[1]]) < least
    }
    assert faults == {}


@pytest.mark.parametrize("way", WAYS)
def test_controls_and_focus_are_seen(way: str) -> None:
    shown = _shown(*WAYS[way][1])
    faults = {
        pair: round(contrast(shown[pair[0]], shown[pair[1]]), 2)
        for pair in SHAPE_PAIRS
        if contrast(shown[pair[0]], shown[pair[1]]) < 3
    }
    assert faults == {}


def test_dark_by_choice_is_dark_by_system() -> None:
    assert _shown(DARK) == _shown(':root[data-theme="auto"]')
    chosen, system = (f':root[data-mode="elder"][data-theme="{theme}"]' for theme in ("dark", "auto"))
    assert _shown(chosen) == _shown(system)


def test_dark_leaves_no_colour_light() -> None:
    assert _shown(":root").keys() == _shown(DARK).keys()


def test_colours_have_names_and_names_exist() -> None:
    """Other sheets use the names only, except on paper, under pictures to be scanned and on the unread badge."""
    known = set(_shown(":root")) | set(
        re.findall(r"--([a-z0-9-]+):", (CSS / "guiguan.css").read_text("utf-8"))
    )
    literal, unknown = [], []
    for sheet in sorted(CSS.glob("*.css")):
        text = sheet.read_text("utf-8")
        unknown += [
            (sheet.name, name) for name in re.findall(r"var\(--([a-z0-9-]+)", text) if name not in known
        ]
        if sheet.name not in ("guiguan.css", "print.css"):
            literal += [(sheet.name, colour) for colour in re.findall(r"#[0-9a-fA-F]{3,8}\b", text)]
    assert unknown == []
    assert literal == [("header.css", "#17242b"), ("parts.css", "#ffffff"), ("parts.css", "#cfd8dc")]
