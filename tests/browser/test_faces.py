"""Several faces: one tab each."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import cv2
import numpy as np
import pytest

from .chromium import Chromium, Page
from .running import ROOT, Running, facewire

pytestmark = pytest.mark.slow

PICTURES = 40


@pytest.fixture(scope="module")
def two(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder of pictures with the face of the bundled clip twice."""
    folder = tmp_path_factory.mktemp("two")
    clip = cv2.VideoCapture(str(ROOT / "bridge" / "assets" / "demo.mp4"))
    try:
        for at in range(PICTURES):
            read, picture = clip.read()
            assert read
            sides = np.hstack([picture, picture[:, ::-1]])
            assert cv2.imwrite(str(folder / f"{at:04}.png"), sides)
    finally:
        clip.release()
    return folder


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory, two: Path) -> Iterator[Running]:
    folder = tmp_path_factory.mktemp("faces")
    source = f"images:{two}"
    names = '"left", "right"'
    with facewire(folder, "--loop", source=source, faces=2, subjects=names) as running:
        yield running


def test_a_tab_shows_its_face(chromium: Chromium, running: Running) -> None:
    page = Page(chromium, "faces", running.address)
    page.until("() => window.facewire && facewire.ready", seconds=60)
    listed = """() => Array.from(document.querySelectorAll("#faces [role=tab]"))
        .map((one) => one.textContent)"""
    assert page.until(listed) == ["left", "right"]
    assert page.run("() => facewire.face") == 0
    page.click("role=tab[name='right']")
    page.until(
        "() => facewire.face === 1 && facewire.frame && facewire.frame.face === 1"
    )
    page.until("() => facewire.shown && facewire.shown.face === 1")
    page.click("role=tab[name='left']")
    page.until("() => facewire.shown && facewire.shown.face === 0")
    assert page.faults() == []
    page.close()


def test_an_order_is_for_the_face_that_is_watched(
    chromium: Chromium, running: Running
) -> None:
    page = Page(chromium, "faces", running.address.replace("/#", "/?face=2#"))
    page.until("() => window.facewire && facewire.frame && facewire.frame.face === 1")
    page.until("() => facewire.status && facewire.status.settings.length === 2")
    page.click("role=button[name='Mirror']")
    page.until("() => facewire.status.settings[1].mirror")
    assert [one["mirror"] for one in running.status()["settings"]] == [False, True]
    page.close()
