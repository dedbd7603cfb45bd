"""Pictures of every view of the page, for people to look at.

    python -m tests.browser.screenshots /tmp/pages           all
    python -m tests.browser.screenshots /tmp/pages vrm demo  some

Light and dark, wide and narrow. Scenes without their data are left out.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import cv2
import numpy as np

from .chromium import BrowserFailed, Chromium, Page, open_chromium
from .running import facewire

BESIDE: Final = Path(__file__).resolve().parents[3] / "shared" / "data"
DATA: Final = Path(os.environ.get("FACEWIRE_DATA", BESIDE))
WIDE, NARROW = (1440, 900), (390, 844)
READY: Final = "() => window.facewire && facewire.ready"
SEEN: Final = "() => facewire.frames > 60 && facewire.pictures > 10"


@dataclass(frozen=True, slots=True)
class Scene:
    """One state of facewire that is worth a look."""

    name: str
    source: str = "demo"
    character: str = ""
    query: str = ""
    steps: Callable[[Page], None] = lambda page: None
    panels: bool = False
    """Take every panel."""
    ready: str = SEEN


def _guided(page: Page) -> None:
    page.click("role=button[name=/^Guided calibration/]")
    page.until("() => !document.getElementById('guide').hidden")


def _recorded(page: Page) -> None:
    page.click("role=button[name='Record']")
    page.until("() => facewire.status.recording.frames > 60", seconds=60)
    page.click("role=button[name=/^Stop/]")
    page.until("() => !facewire.status.recording.recording")
    page.click("role=tab[name='Takes']")


def _played(page: Page) -> None:
    _recorded(page)
    page.click(".take >> role=button[name=/^Play/]")
    page.until("() => facewire.frame && facewire.frame.played")


SCENES: Final = (
    Scene("demo", panels=True),
    Scene("empty", source="black", ready="() => facewire.frames > 10"),
    Scene("clip", source=f"video:{DATA / 'footage' / 'single_face.mp4'}"),
    Scene("vrm", character="human_perfectsync_vrm1.vrm", panels=True),
    Scene("anime", character="godette_vrm0.vrm"),
    Scene("stage", query="view=stage"),
    Scene("stage_vrm", query="view=stage", character="human_perfectsync_vrm1.vrm"),
    Scene("calibration", steps=_guided),
    Scene("takes", steps=_recorded),
    Scene("played", steps=_played),
)


def main(folder: Path, names: list[str]) -> None:
    """Write the pictures of these scenes, or of all."""
    folder.mkdir(parents=True, exist_ok=True)
    with open_chromium() as browser:
        for scene in SCENES:
            if not names or scene.name in names:
                _scene(browser, scene, folder)


def _scene(browser: Chromium, scene: Scene, folder: Path) -> None:
    arguments = ["--video"] if scene.steps in (_recorded, _played) else []
    source = scene.source
    if source == "black":
        source = f"images:{_black(folder / 'home' / 'black')}"
        arguments += ["--loop"]
    elif source.startswith("video:"):
        arguments += ["--loop"]
    if scene.character:
        arguments += ["--character", str(DATA / "characters" / scene.character)]
    files = [source.partition(":")[2], *arguments[-1:]]
    missing = [one for one in files if one[:1] == "/" and not Path(one).exists()]
    if missing:
        _say(f"{scene.name}: left out, there is no {missing[0]}")
        return
    home = folder / "home" / scene.name
    with facewire(home, *arguments, source=source) as running:
        address = running.address
        if scene.query:
            address = address.replace("/#", f"/?{scene.query}#")
        page = Page(browser, scene.name, address, width=WIDE[0], height=WIDE[1])
        try:
            page.until(READY, seconds=60)
            if not scene.query:
                page.until(scene.ready, seconds=60)
            scene.steps(page)
            _looks(page, scene, folder)
        except BrowserFailed as error:
            _say(f"{scene.name}: {error}")
            page.ask("picture", path=str(folder / f"{scene.name}_failed.png"))
        for fault in page.faults():
            _say(f"{scene.name}: {fault}")
        page.close()


def _looks(page: Page, scene: Scene, folder: Path) -> None:
    tabs = page.run(
        """() => Array.from(document.querySelectorAll("#tabs [role=tab]"))
        .map((one) => one.textContent)"""
    )
    chosen = tabs if scene.panels else [""]
    for scheme in ("light", "dark"):
        for name, (width, height) in (("wide", WIDE), ("narrow", NARROW)):
            page.ask("look", scheme=scheme, width=width, height=height)
            for tab in chosen:
                if tab:
                    page.click(f"role=tab[name='{tab}']")
                drawn = page.run("() => facewire.drawn")
                page.until("(drawn) => facewire.drawn > drawn + 2", drawn)
                parts = [scene.name, tab.lower(), scheme, name]
                path = folder / ("_".join(filter(None, parts)) + ".png")
                clear = bool(scene.query)
                page.ask("picture", path=str(path), whole=True, transparent=clear)
                _say(str(path))


def _black(folder: Path) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    for at in range(3):
        cv2.imwrite(str(folder / f"{at}.png"), np.zeros((480, 640, 3), np.uint8))
    return folder


def _say(text: str) -> None:
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2:])
