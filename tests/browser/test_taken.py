"""A take is recorded, played, trimmed, refined and exported, all from the page."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from bridge.takes.read import read_contents
from tests.refining import needs_refining

from .chromium import Chromium, Page
from .running import Running, facewire
from .waiting import until

pytestmark = pytest.mark.slow

WORK_S = 90.0
"""Work on a take runs in a process of its own, which takes seconds to start."""


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    with facewire(tmp_path_factory.mktemp("taken"), "--video") as running:
        yield running


@pytest.fixture(scope="module")
def opened(chromium: Chromium, running: Running) -> Iterator[Page]:
    page = Page(chromium, "taken", running.address, width=1440, height=900)
    page.until("() => window.facewire && facewire.ready && facewire.status", seconds=60)
    page.click("role=tab[name='Takes']")
    yield page
    assert page.faults() == []
    page.close()


@pytest.fixture
def page(opened: Page, running: Running) -> Page:
    """Return the page with a take of the slate `Smile` in its list."""
    if not takes(running, "Smile_001"):
        opened.ask(
            "fill",
            selector="role=textbox[name='Slate of the next take']",
            value="Smile",
        )
        opened.click("role=button[name='Record']")
        until(lambda: running.status()["recording"]["frames"] > 45, WORK_S)
        opened.click("role=button[name=/^Stop/]")
    opened.until(LISTED, "Smile_001", WORK_S)
    return opened


LISTED = """(name) => Array.from(document.querySelectorAll(".take b"))
  .some((one) => one.textContent === name)"""
TOLD = """(words) => { const said = document.getElementById("toast").textContent;
  return said.includes(words) && said; }"""
PLAYER = """(file) => { const box = document.querySelector(".player");
  return !box.hidden && box.querySelector("h2").textContent === file; }"""
AT = """() => Number(document.querySelector("[aria-label='Place in the take']")
  .getAttribute("aria-valuenow"))"""


def takes(running: Running, name: str) -> list[Path]:
    return sorted((running.folder / "takes").glob(f"{name}*.mcap"))


def length(path: Path) -> float:
    (take,) = read_contents(path).recording.takes
    return float(take.captured_ns[-1] - take.captured_ns[0]) / 1e9


def play(page: Page, name: str = "Smile_001") -> None:
    page.click(f"role=button[name='Play {name}']")
    page.until("() => facewire.frame && facewire.frame.played")
    page.until("() => facewire.shown && facewire.shown.played")
    page.until(PLAYER, f"{name}.mcap")


def back(page: Page) -> None:
    """Return to the live face, and wait until the page shows it."""
    page.click("role=button[name='Back to live']")
    page.until("() => !facewire.frame.played && !facewire.shown.played")
    page.until("""() => document.querySelector(".player").hidden""")


def test_a_take_is_recorded_and_played(page: Page, running: Running) -> None:
    (path,) = takes(running, "Smile_001")
    assert path.with_suffix(".mp4").stat().st_size > 0
    (take,) = read_contents(path).recording.takes
    play(page)
    before = page.run("() => [facewire.drawn, facewire.pictures]")
    page.until(
        """([drawn, pictures]) => facewire.drawn > drawn + 5
        && facewire.pictures > pictures + 3""",
        before,
    )
    frame = page.run("() => Array.from(facewire.frame.vector.slice(0, 52))")
    known = [row[:52].tolist() for row in take.vectors.astype("<f4")]
    assert any(frame == pytest.approx(row, abs=1e-3) for row in known)
    back(page)


def test_a_take_is_held_and_another_place_is_shown(page: Page) -> None:
    play(page)
    page.click(".player >> role=button[name='Pause']")
    page.until("""() => document.querySelector(".player button.main")
        .textContent === "Play" """)
    for key in ("Home", "ArrowRight", "ArrowRight"):
        page.ask("press", selector="role=slider[name='Place in the take']", key=key)
    page.until(f"() => ({AT})() === 0.2")
    back(page)


def test_a_take_is_trimmed_by_its_handles(page: Page, running: Running) -> None:
    (path,) = takes(running, "Smile_001")
    play(page)
    for name, key in (("start", "ArrowRight"), ("end", "ArrowLeft")):
        for _ in range(3):
            page.ask("press", selector=f"role=slider[name='Trim: {name}']", key=key)
    page.click("role=button[name='Keep only this part']")

    def trimmed() -> list[Path]:
        others = [one for one in takes(running, "Smile") if one != path]
        return [one for one in others if "refined" not in one.name]

    (part,) = until(trimmed, WORK_S)
    page.until(TOLD, part.name, WORK_S)
    assert length(part) == pytest.approx(length(path) - 0.6, abs=0.15)
    back(page)


@needs_refining
def test_a_take_is_refined_and_compared(page: Page, running: Running) -> None:
    page.click("role=button[name='Refine Smile_001']")
    until(
        lambda: [one for one in takes(running, "Smile_001") if "refined" in one.name],
        WORK_S,
    )
    page.until(
        """() => Array.from(document.querySelectorAll(".take .note"))
        .some((one) => one.textContent.includes("refined"))""",
        seconds=WORK_S,
    )
    play(page)
    page.click("role=button[name='After'][pressed=false]")
    page.until("""() => document.querySelector(".player h2")
        .textContent.includes("refined")""")
    page.click("role=button[name='Before'][pressed=false]")
    page.until("""() => document.querySelector(".player h2")
        .textContent === "Smile_001.mcap" """)
    back(page)


@pytest.mark.parametrize("kind", ["csv", "gltf"])
def test_a_take_is_exported(page: Page, running: Running, kind: str) -> None:
    suffix = {"csv": ".csv", "gltf": ".glb"}[kind]
    page.ask("select", selector="role=combobox[name='Export Smile_001']", value=kind)
    made = until(lambda: next(running.folder.rglob(f"*{suffix}"), None), WORK_S)
    page.until(TOLD, made.name, WORK_S)
    assert made.stat().st_size > 1000
