"""Two ways in which people act on a page: with a pointer (mouse or finger), and by keyboard alone."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Protocol

from playwright.sync_api import Locator, Page

MOST_TABS = 500
"""No page may ask for more of them to get from one of its controls to any other."""


class Hand(Protocol):
    """Acts on the controls of one page, and waits for nothing that follows."""

    page: Page

    def write(self, control: Locator, text: str) -> None:
        """The control holds the text and nothing else."""
        ...

    def press(self, control: Locator) -> None:
        """A button or link was used."""
        ...

    def tick(self, control: Locator) -> None:
        """A radio button or a checkbox is chosen."""
        ...

    def pick(self, control: Locator, value: str) -> None:
        """The option of this value is chosen in a list."""
        ...

    def give(self, control: Locator, *paths: Path) -> None:
        """The files were chosen."""
        ...

    def frame(self, dialog: Locator) -> None:
        """The part of the picture that the dialog offers is taken."""
        ...


class Pointer:
    """A mouse at a desk, a finger on a phone."""

    def __init__(self, page: Page, *, finger: bool = False) -> None:
        self.page = page
        self.finger = finger

    def write(self, control: Locator, text: str) -> None:
        control.fill(text)

    def press(self, control: Locator) -> None:
        control.tap() if self.finger else control.click()

    def tick(self, control: Locator) -> None:
        control.check()

    def pick(self, control: Locator, value: str) -> None:
        control.select_option(value)

    def give(self, control: Locator, *paths: Path) -> None:
        control.set_input_files([str(p) for p in paths])

    def frame(self, dialog: Locator) -> None:
        self.press(dialog.locator("[data-use]"))


class Keys:
    """A keyboard alone: every control is reached by Tab, and the one that is reached shows it."""

    def __init__(self, page: Page) -> None:
        self.page = page
        # files are asked for over and over: were the listening turned off and on between, a key might come before it is on
        page.on("filechooser", lambda chooser: None)

    def write(self, control: Locator, text: str) -> None:
        self.reach(control)
        self.page.keyboard.press("Control+A")
        self.page.keyboard.insert_text(text)

    def press(self, control: Locator) -> None:
        self.reach(control)
        self.page.keyboard.press("Enter")

    def tick(self, control: Locator) -> None:
        if control.get_attribute("type") == "checkbox":
            self.reach(control)
            if not control.is_checked():
                self.page.keyboard.press("Space")
        else:
            self._choose_radio(control)
        assert control.is_checked()

    def _choose_radio(self, control: Locator) -> None:
        """Tab stops at a group once; the arrows go through it."""
        name = control.get_attribute("name") or ""
        group = control.locator("xpath=ancestor::form").locator(f'input[type=radio][name="{name}"]')
        self.reach(group.first, or_any_named=name)
        self.page.keyboard.press("Space")
        for _ in range(group.count()):
            if control.is_checked():
                return
            self.page.keyboard.press("ArrowDown")

    def pick(self, control: Locator, value: str) -> None:
        self.reach(control)
        for _ in range(control.locator("option:not([disabled])").count()):
            if control.input_value() == value:
                return
            self.page.keyboard.press("ArrowDown")
        assert control.input_value() == value

    def give(self, control: Locator, *paths: Path) -> None:
        self.reach(control)
        with self.page.expect_file_chooser() as chooser:
            self.page.keyboard.press("Enter")
        chooser.value.set_files([str(p) for p in paths])

    def frame(self, dialog: Locator) -> None:
        assert dialog.locator("[data-stage]").evaluate(IS_FOCUSED)
        self.page.keyboard.press("ArrowUp")
        self.page.keyboard.press("Enter")

    def reach(self, control: Locator, or_any_named: str = "") -> None:
        """The control has the focus. Fails where Tab does not come there, or where nothing shows that it did."""
        control.wait_for()
        handle = control.element_handle()
        for _ in range(MOST_TABS):
            if self.page.evaluate(REACHED, [handle, or_any_named]):
                fault = self.page.evaluate(HIDDEN)
                assert not fault, f"{fault}: {self._where()}"
                return
            self.page.keyboard.press("Tab")
        raise AssertionError(f"Tab never comes to {control}; it stands at {self._where()}")

    def _where(self) -> str:
        return str(self.page.evaluate("document.activeElement.outerHTML.slice(0, 200)"))


IS_FOCUSED = "e => e === document.activeElement"
REACHED = """([wanted, name]) => {
  const here = document.activeElement;
  return here === wanted || (name !== "" && here.type === "radio" && here.name === name);
}"""
HIDDEN = """() => {
  const here = document.activeElement;
  const marked = (e, part) => {
    const style = getComputedStyle(e, part);
    return (style.outlineStyle !== "none" && parseFloat(style.outlineWidth) > 0) || style.boxShadow !== "none";
  };
  const place = here.getBoundingClientRect();
  if (place.bottom <= 0 || place.top >= window.innerHeight) return "the focus is out of sight";
  const label = here.closest("label");
  if (marked(here) || marked(here, "::after") || (label !== null && marked(label))) return "";
  return "nothing shows the focus";
}"""


def hand_of(page: Page, way: str) -> Hand:
    """The hand of a "phone", a "desk" or "keys"."""
    return Keys(page) if way == "keys" else Pointer(page, finger=way == "phone")


def size_of(way: str) -> str:
    """The screen at which this hand works."""
    return "phone" if way == "phone" else "desk"


WAYS: Sequence[str] = ("desk", "phone", "keys")
