"""The page for people who use no mouse, who see little, or who hear it read."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import cv2
import numpy as np
import pytest

from protocols.arrays import Numbers

from .chromium import Chromium, Page
from .running import Running, facewire
from .waiting import until

pytestmark = pytest.mark.slow

LOOKS = [
    pytest.param(scheme, width, height, id=f"{scheme} {width}")
    for scheme in ("light", "dark")
    for width, height in ((1440, 900), (390, 844))
]
"""Wide like a desk's screen, narrow like a phone's."""


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    with facewire(tmp_path_factory.mktemp("reached")) as running:
        yield running


@pytest.fixture(scope="module")
def page(chromium: Chromium, running: Running) -> Iterator[Page]:
    page = Page(chromium, "reached", running.address)
    page.until("() => window.facewire && facewire.ready", seconds=60)
    page.until("() => facewire.status")
    yield page
    assert page.faults() == []
    page.close()


def panels(page: Page) -> list[str]:
    names: list[str] = page.run(
        """() => Array.from(document.querySelectorAll("#tabs [role=tab]"))
        .map((one) => one.textContent)"""
    )
    return names


@pytest.mark.parametrize(("scheme", "width", "height"), LOOKS)
def test_axe_finds_nothing(page: Page, scheme: str, width: int, height: int) -> None:
    page.ask("look", scheme=scheme, width=width, height=height)
    names = panels(page)
    assert len(names) >= 3
    found = {}
    for name in names:
        page.click(f"role=tab[name='{name}']")
        found[name] = [f"{name}: {line}" for line in page.ask("axe")]
    assert [line for lines in found.values() for line in lines] == []


@pytest.mark.parametrize("width", [1440, 390])
def test_nothing_is_wider_than_the_window(page: Page, width: int) -> None:
    page.ask("look", width=width, height=844)
    for name in panels(page):
        page.click(f"role=tab[name='{name}']")
        wide = page.run("() => document.documentElement.scrollWidth")
        assert wide <= width, name


def test_tab_reaches_everything_and_shows_where_it_is(page: Page) -> None:
    page.ask("look", width=1440, height=900)
    page.run("() => document.querySelector('#tabs [role=tab]').focus()")
    for name in panels(page):
        page.click(f"role=tab[name='{name}']")
        walked = page.ask("walk")
        reached = {one["at"] for one in walked["found"]}
        missed = [text for at, text in enumerate(walked["wanted"]) if at not in reached]
        assert missed == [], name
        assert all(one["label"] or one["type"] for one in walked["found"]), name
        dim = [one for one in walked["found"] if not one["outlined"]]
        hidden = [one for one in walked["found"] if not one["seen"]]
        assert (dim, hidden) == ([], []), name


def test_arrow_keys_choose_the_panel(page: Page) -> None:
    names = panels(page)
    page.click(f"role=tab[name='{names[0]}']")
    for name in names[1:]:
        page.ask("press", key="ArrowRight")
        assert page.ask("focus")["label"] == name
        assert page.run(
            """(name) => document.querySelector("#tabs [aria-selected=true]")
            .textContent === name""",
            name,
        )


@pytest.mark.parametrize("key", ["Enter", "Space"])
def test_a_key_presses_a_button(page: Page, running: Running, key: str) -> None:
    def press(shown: str) -> None:
        # The button swaps what it shows, which the page hears of twice a second.
        page.until(
            """(shown) => Array.from(document.querySelectorAll("button")).some((one) =>
            one.textContent === "Mirror" && one.ariaPressed === shown)""",
            shown,
        )
        page.ask("press", selector="role=button[name='Mirror']", key=key)

    press("false")
    until(lambda: running.status()["settings"][0]["mirror"])
    press("true")
    until(lambda: not running.status()["settings"][0]["mirror"])


def test_keys_turn_the_character(page: Page, running: Running, tmp_path: Path) -> None:
    def pixels(*keys: str) -> Numbers:
        for key in keys:
            page.ask("press", selector="#character", key=key)
        drawn = page.run("() => facewire.drawn")
        page.until("(drawn) => facewire.drawn > drawn + 2", drawn)
        path = tmp_path / "character.png"
        page.ask("picture", path=str(path), selector="#character")
        return cv2.imread(str(path)).astype(np.float64)

    def moved(one: Numbers, other: Numbers) -> float:
        return float(np.abs(one - other).mean())

    page.ask("look", width=1440, height=900)
    # A face that is not seen, and does not idle, is still.
    assert running.order("idle", value="off").ok
    page.click("role=button[name='Pause']")
    until(lambda: moved(pixels("0"), pixels()) < 1.0)
    front = pixels()
    turned = pixels(*["ArrowLeft"] * 8)
    back = pixels("Home")
    page.click("role=button[name='Continue']")
    assert moved(turned, front) > 5.0
    assert moved(back, front) < moved(turned, front) / 2
