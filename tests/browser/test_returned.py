"""facewire ends and comes back; the page stays open. And pages that may not enter."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.ports import free_port

from .chromium import Chromium, Page
from .running import ADDRESS, facewire

pytestmark = pytest.mark.slow

STATE = "(state) => window.facewire && facewire.state === state"


def test_the_page_comes_back_by_itself(chromium: Chromium, tmp_path: Path) -> None:
    port = free_port()
    with facewire(tmp_path, port=port) as running:
        first = running.address
        page = Page(chromium, "returned", first)
        page.until("() => window.facewire && facewire.ready", seconds=60)
        running.kill()
        page.until(STATE, "lost")
        said = page.until("() => document.getElementById('connection').textContent")
        assert "No connection" in said
    with facewire(tmp_path, port=port) as running:
        assert running.address == first
        page.until(STATE, "open", seconds=60)
        before = page.run("() => facewire.drawn")
        page.until("(drawn) => facewire.drawn > drawn + 5", before, seconds=60)
        page.until("() => facewire.status && facewire.status.frames > 0")
    errors = page.run("() => facewire.errors")
    page.close()
    assert errors == []


def test_a_wrong_token_is_told(chromium: Chromium, tmp_path: Path) -> None:
    with facewire(tmp_path) as running:
        found = ADDRESS.fullmatch(running.address)
        assert found is not None
        for end in ("", "#token=" + "A" * 32):
            address = re.sub("#.*", end, running.address)
            page = Page(chromium, "stranger", address)
            page.until(STATE, "refused")
            said = page.run("() => document.getElementById('connection').textContent")
            assert "address that facewire printed" in said
            assert page.run("() => [facewire.frames, facewire.pictures]") == [0, 0]
            page.close()
