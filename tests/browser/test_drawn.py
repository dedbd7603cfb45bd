"""How long a picture takes from the camera to the character on the page. Printed only:
it depends on the machine.

    pytest -s tests/browser/test_drawn.py
"""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np
import pytest

from tests.foreign import character

from .chromium import Chromium, Page
from .running import facewire

pytestmark = pytest.mark.slow

SIDE = 320
"""Pixels of the character's picture along each side."""
COUNT = 300
WARMING = 60
"""Postures before the first that counts: shaders are compiled meanwhile."""


def test_capture_to_drawn_is_told(chromium: Chromium, tmp_path: Path) -> None:
    file = character("facecap_live_avatar.glb")
    with facewire(tmp_path, "--character", str(file)) as running:
        address = running.address.replace("/#", "/?view=stage#")
        page = Page(chromium, "drawn", address, width=SIDE, height=SIDE)
        page.until("() => window.facewire && facewire.ready", seconds=60)
        times = page.until(
            f"""() => facewire.drawnMs.length >= {WARMING + COUNT}
            && facewire.drawnMs.slice({WARMING})""",
            seconds=60,
        )
        size = page.run("""() => { const canvas = document.getElementById("character");
            return [canvas.width, canvas.height]; }""")
        solved = running.status()["latency_ms"]["capture_to_send"]
        page.close()
    assert size == [SIDE, SIDE] and np.isfinite(times).all()
    p50, p95 = np.percentile(times, [50, 95])
    sys.stdout.write(
        f"\ncapture to drawn, {SIDE} x {SIDE}: p50 {p50:.1f} ms, p95 {p95:.1f} ms, "
        f"{len(times)} postures; capture to send p50 {solved['p50']:.1f} ms\n"
    )
