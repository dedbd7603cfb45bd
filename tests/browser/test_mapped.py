"""A character is dropped on the page; what moves it is changed, tested and saved."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pytest

from bridge.characters.mapping_file import load_mapping
from protocols.arrays import Numbers
from tests.characters import tiny
from tests.glb_writer import head

from .chromium import Chromium, Page
from .running import Running, facewire
from .waiting import until

pytestmark = pytest.mark.slow

SHOWS = """(name) => facewire.character.name.startsWith(name)
  && facewire.shown && facewire.shown.character === facewire.character.number"""
LOADING_S = 60.0
"""A character is read in a process of its own, which takes seconds to start."""


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    with facewire(tmp_path_factory.mktemp("mapped")) as running:
        yield running


@pytest.fixture(scope="module")
def opened(chromium: Chromium, running: Running) -> Iterator[Page]:
    page = Page(chromium, "mapped", running.address, width=1440, height=900)
    page.until("() => window.facewire && facewire.ready", seconds=60)
    page.click("role=tab[name='Character']")
    yield page
    assert page.faults() == []
    page.close()


@pytest.fixture
def page(opened: Page) -> Page:
    return opened


@pytest.fixture
def ball(opened: Page, tmp_path: Path) -> Page:
    """Return the page with a character of 52 shapes that was dropped on it."""
    if opened.run("() => facewire.character.name") != "ball":
        drop(opened, tmp_path, "ball.glb", head())
        opened.until(SHOWS, "ball", LOADING_S)
    return opened


def drop(page: Page, folder: Path, called: str, content: bytes) -> None:
    path = folder / "dropped"
    path.write_bytes(content)
    page.ask("drop", selector="body", path=str(path), called=called)


def row(page: Page, curve: str) -> dict[str, Any]:
    """Return what the row of a curve shows, by the curve's words."""
    found: dict[str, Any] = page.run(
        """(curve) => {
          const field = document.querySelector(`[aria-label="Gain of ${curve}"]`);
          const row = field.closest("tr");
          const [gain, low, high] = Array.from(row.querySelectorAll("[type=number]"))
            .map((one) => one.valueAsNumber);
          return { gain, low, high, to: row.querySelector(".targets").textContent };
        }""",
        curve,
    )
    return found


def mouth(page: Page, folder: Path) -> Numbers:
    """Return the pixels of the character's picture, below the nose."""
    path = folder / "mouth.png"
    page.ask("picture", path=str(path), selector="#character")
    pixels = cv2.imread(str(path)).astype(np.float64)
    high, wide = pixels.shape[:2]
    return pixels[high // 2 : high * 9 // 10, wide // 4 : wide * 3 // 4]


def test_the_test_slider_opens_the_mouth(page: Page, tmp_path: Path) -> None:
    slider = "role=slider[name='Test Jaw open']"

    def held(key: str, low: float, high: float) -> list[Numbers]:
        # The test ends by itself soon after the last key. A busy machine may draw it,
        # or take the picture, too late: then the keys are pressed again.
        page.ask("press", selector=slider, key="ArrowRight")
        page.ask("press", selector=slider, key=key)
        there = """async ([low, high, tries]) => {
          for (; tries > 0; tries -= 1) {
            const slots = facewire.character.slots.map((slot) => slot[2]);
            const now = facewire.influences()[slots.indexOf("jawOpen")];
            const tested = facewire.shown && facewire.shown.tested;
            if (tested && now >= low && now <= high) return true;
            await new Promise((done) => setTimeout(done, 50));
          }
          return false;
        }"""
        if not page.run(there, [low, high, 40]):
            return []
        pixels = mouth(page, tmp_path)
        return [pixels] if page.run(there, [low, high, 1]) else []

    (wide,) = until(lambda: held("End", 0.99, 1.0))
    (shut,) = until(lambda: held("Home", 0.0, 0.01))
    assert wide.shape == shut.shape and np.abs(wide - shut).mean() > 5.0
    page.until("() => facewire.shown && !facewire.shown.tested")


def test_a_dropped_character_is_shown_and_moves(ball: Page) -> None:
    assert len(ball.run("() => facewire.influences()")) == 52
    before = ball.run("() => facewire.drawn")
    ball.until("(drawn) => facewire.drawn > drawn + 3", before)


def test_a_change_is_undone_and_made_again(ball: Page) -> None:
    before = row(ball, "Jaw open")["gain"]
    ball.ask("fill", selector="role=spinbutton[name='Gain of Jaw open']", value="0.5")
    ball.ask("press", key="Tab")
    until(lambda: row(ball, "Jaw open")["gain"] == 0.5)
    ball.click("role=button[name='Undo']")
    until(lambda: row(ball, "Jaw open")["gain"] == before)
    ball.click("role=button[name='Redo']")
    until(lambda: row(ball, "Jaw open")["gain"] == 0.5)


def test_a_curve_is_inverted_played_alone_and_given_a_target(ball: Page) -> None:
    before = row(ball, "Cheek puff")
    ball.click("role=checkbox[name='Invert Cheek puff']")
    until(lambda: row(ball, "Cheek puff")["gain"] == -before["gain"])
    assert row(ball, "Cheek puff")["low"] == -before["high"]
    ball.click("role=button[name='Solo Jaw open'][pressed=false]")
    ball.until(
        """() => { const slots = facewire.character.slots.map((slot) => slot[2]);
        return facewire.influences().every((weight, at) =>
          slots[at] === "jawOpen" || weight === 0); }"""
    )
    ball.click("role=button[name='Solo Jaw open'][pressed=true]")
    ball.click("role=button[name=/^Tongue out moves/]")
    ball.ask(
        "fill", selector="role=textbox[name='Search targets']", value="mouthPucker"
    )
    ball.click(".picker .choices input")
    ball.click("role=button[name='Done']")
    until(lambda: "mouthPucker" in row(ball, "Tongue out")["to"])


def test_the_mapping_is_saved_and_read_back(ball: Page, running: Running) -> None:
    ball.ask("fill", selector="role=spinbutton[name='Gain of Mouth left']", value="0.7")
    ball.ask("press", key="Tab")
    until(lambda: row(ball, "Mouth left")["gain"] == 0.7)
    ball.click("role=button[name='Save']")
    path = until(lambda: next(running.folder.rglob("ball*.character.toml"), None))
    ball.until(
        "() => !Array.from(document.querySelectorAll('.note'))"
        ".some((one) => one.textContent === 'Not saved yet')"
    )
    drives = {drive.source: drive for drive in load_mapping(path).drives}
    assert drives["mouthLeft"].to == ("mouthLeft",)
    assert drives["mouthLeft"].gain == pytest.approx(0.7)


def test_a_file_that_is_no_character_is_refused(page: Page, tmp_path: Path) -> None:
    before = page.run("() => facewire.character.number")
    for name, content in (("bad.glb", b"glTF" + bytes(40)), ("notes.txt", b"hello")):
        page.run("() => { document.getElementById('toast').textContent = ''; }")
        drop(page, tmp_path, name, content)
        page.until(
            """() => document.getElementById("toast").textContent
            .startsWith("Not done:")""",
            seconds=LOADING_S,
        )
    assert page.run("() => facewire.character.number") == before


def test_the_wires_use_it_and_the_head_comes_back(ball: Page, tmp_path: Path) -> None:
    drop(ball, tmp_path, "plate.glb", tiny(["jawOpen", "mouthSmile"]))
    ball.until(SHOWS, "plate", LOADING_S)
    ball.run("() => { document.getElementById('toast').textContent = ''; }")
    ball.click("role=button[name='Use it for sending']")
    said = ball.until("() => document.getElementById('toast').textContent")
    assert not said.startswith("Not done:")
    ball.click("role=button[name='Built-in head']")
    ball.until(SHOWS, "the built-in head")
