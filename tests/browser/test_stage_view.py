"""The page for OBS: the character alone, on transparent ground."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import cv2
import pytest

from .chromium import Chromium, Page
from .running import Running, facewire

pytestmark = pytest.mark.slow

NEWER = """
for (const [where, name] of [
  [globalThis, "structuredClone"], [Array.prototype, "at"], [String.prototype, "at"],
  [Array.prototype, "findLast"], [Array.prototype, "toSorted"],
  [String.prototype, "replaceAll"], [Object, "hasOwn"], [Object, "groupBy"],
  [Promise, "any"], [Promise, "withResolvers"],
]) delete where[name];
"""
"""Takes away what the Chromium of an old OBS does not have."""


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    with facewire(tmp_path_factory.mktemp("stage")) as running:
        yield running


def opened(chromium: Chromium, running: Running, query: str, **look: object) -> Page:
    address = running.address.replace("/#", f"/?{query}#")
    page = Page(chromium, "stage", address, width=480, height=480, **look)
    page.until("() => window.facewire && facewire.ready", seconds=60)
    return page


@pytest.mark.parametrize("frame", ["head", "bust"])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_only_the_character_is_drawn(
    chromium: Chromium, running: Running, tmp_path: Path, frame: str, scheme: str
) -> None:
    query = f"view=stage&frame={frame}"
    page = opened(chromium, running, query, scheme=scheme)
    picture = tmp_path / "stage.png"
    page.ask("picture", path=str(picture), transparent=True)
    pixels = cv2.imread(str(picture), cv2.IMREAD_UNCHANGED)
    text = page.run("() => document.body.innerText.trim()")
    seen = page.run(
        """() => Array.from(document.querySelectorAll("button, input, select, a, img"))
        .filter((one) => one.getClientRects().length).map((one) => one.outerHTML)"""
    )
    faults = page.faults()
    page.close()
    assert pixels.shape == (480, 480, 4)
    corners = pixels[[0, 0, -1, -1], [0, -1, 0, -1], 3]
    if frame == "bust":  # The shoulders may reach the lower corners.
        corners = corners[:2]
    assert (corners == 0).all()
    assert (pixels[..., 3] > 250).mean() > (0.15 if frame == "head" else 0.03)
    assert text == "" and seen == [] and faults == []


def test_it_runs_in_a_browser_of_2019(chromium: Chromium, running: Running) -> None:
    page = opened(chromium, running, "view=stage", before=NEWER)
    before = page.run("() => facewire.drawn")
    page.until("(drawn) => facewire.drawn > drawn + 3", before)
    assert page.run("() => [typeof structuredClone, [].at]") == ["undefined", None]
    assert page.faults() == []
    page.close()


def test_it_keeps_its_token_and_can_be_loaded_again(
    chromium: Chromium, running: Running
) -> None:
    page = opened(chromium, running, "view=stage")
    assert "#token=" in page.run("() => location.href")
    page.ask("reload")
    page.until("() => window.facewire && facewire.ready", seconds=60)
    page.close()
