"""What the page shows is what facewire sends."""

from __future__ import annotations

import functools
from collections.abc import Iterator
from urllib.parse import urlsplit

import numpy as np
import pytest

from bridge.characters.builtin import builtin_character
from engines.character.retarget import Retarget

from .chromium import Chromium, Page
from .running import Running, facewire
from .sent import Sent, received
from .waiting import until

pytestmark = pytest.mark.slow

LIKE = 1e-3
"""How far a weight in the scene may be from what was sent."""


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    with facewire(tmp_path_factory.mktemp("shown")) as running:
        yield running


@pytest.fixture(scope="module")
def sent(running: Running) -> Iterator[Sent]:
    with received(running.frames) as sent:
        yield sent


@pytest.fixture(scope="module")
def page(chromium: Chromium, running: Running, sent: Sent) -> Iterator[Page]:
    page = Page(chromium, "shown", running.address)
    page.until("() => window.facewire && facewire.ready", seconds=60)
    yield page
    assert page.faults() == []
    assert page.run("() => facewire.errors") == []
    page.close()


def test_frames_and_pictures_come_and_are_drawn(page: Page) -> None:
    before = page.run("() => [facewire.frames, facewire.seq, facewire.drawn]")
    after = page.until(
        """([frames, seq, drawn]) => facewire.frames >= frames + 30
        && facewire.seq > seq && facewire.drawn >= drawn + 5 && facewire.pictures > 2
        && [facewire.frames, facewire.seq, facewire.drawn]""",
        before,
        seconds=60,
    )
    assert all(now > then for now, then in zip(after, before, strict=True))


SHOWN = """(before) => {
  const { shown, frame } = facewire;
  if (!shown || !frame || shown.capturedMs !== frame.capturedMs) return null;
  if (frame.capturedMs === before || !frame.tracked) return null;
  return {
    at: frame.capturedMs, vector: Array.from(frame.vector),
    expression: Array.from(frame.expression), influences: facewire.influences(),
    turned: Array.from(shown.turns, Number),
    nodes: Array.from(shown.turns).filter((_, at) => at % 5 === 0).map(facewire.turn),
  };
}"""
"""What was sent and what the scene has, of one instant."""


def test_the_scene_has_the_weights_that_were_sent(page: Page, sent: Sent) -> None:
    retarget = Retarget(*builtin_character())
    before, moved = None, []
    for _ in range(6):
        now = page.until(SHOWN, before)
        before = now["at"]
        vector = np.array(now["vector"], dtype=np.float32)
        frame = until(functools.partial(sent.like, vector))
        posture = retarget.perform(frame.vector, frame.expression, frame.captured_ns)
        assert np.allclose(now["influences"], posture.weights, atol=LIKE)
        turns = {int(row[0]): row[1:] for row in np.reshape(now["turned"], (-1, 5))}
        assert turns.keys() == posture.turns.keys()
        for (node, turn), there in zip(turns.items(), now["nodes"], strict=True):
            assert np.allclose(turn, posture.turns[node], atol=LIKE)
            assert np.allclose(turn, there, atol=1e-6)
        assert np.allclose(now["expression"], frame.expression, atol=1e-6)
        moved.append(now["influences"])
    assert np.ptp(moved, axis=0).max() > LIKE


def test_nothing_is_asked_of_another_machine(page: Page) -> None:
    asked = page.ask("asked")
    assert asked and {
        urlsplit(url).hostname for url in asked if url[:5] != "blob:"
    } == {"127.0.0.1"}


def test_the_token_is_not_left_in_the_address(page: Page, running: Running) -> None:
    assert "#" in running.address
    assert page.run("() => location.href").rstrip("#") == running.address.split("#")[0]


def test_a_second_page_shows_the_same_face(
    page: Page, chromium: Chromium, running: Running
) -> None:
    second = Page(chromium, "second", running.address, width=600, height=800)
    try:
        second.until("() => window.facewire && facewire.ready", seconds=60)
        before = [one.run("() => facewire.frames") for one in (page, second)]
        for one, frames in zip((page, second), before, strict=True):
            one.until("(frames) => facewire.frames > frames + 10", frames)
        assert second.faults() == []
    finally:
        second.close()
