"""How long a frame takes to be fitted to a character and to be turned into values.

The frames are the bundled clip's true curves with a head that turns, as the motion
network's body makes them. Times are the processor's, so that other programs change them
little.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from importlib import resources
from pathlib import Path
from time import thread_time_ns
from typing import Final

import numpy as np
from rich.console import Console
from rich.table import Table

from bridge.characters.chosen import chosen_mapping
from bridge.characters.live import LiveCharacter, live
from bridge.characters.open import open_character
from bridge.clock import ClockNs
from bridge.solve.agreement import read_truth
from bridge.stages import Summary, summary
from engines.motion.body import Body
from engines.motion.signals import COUNT, TURN, WEIGHTS
from protocols.channels import EXPRESSIONS, Vector

FRAMES: Final = 5000
WARM_UP: Final = 100
"""Frames at the start that are not counted."""
RATE: Final = 60


@dataclass(frozen=True, slots=True)
class FrameTimes:
    """Milliseconds for a frame of one character."""

    name: str
    gets: str
    """What it gets, in one line."""
    frames: int
    sent_ms: Summary
    """The frame is fitted and becomes VMC's values."""
    shown_ms: Summary
    """A fitted frame becomes the weights and turns of a picture."""


def measure_retargeting(path: Path) -> FrameTimes:
    """Time a character's file with the mapping beside it, or what is recognised.

    Raises:
        BridgeError: the file or its mapping cannot be read.
    """
    character = open_character(path)
    return time_frames(live(character, chosen_mapping(character, path).mapping))


def show_retargeting(console: Console, rows: Sequence[FrameTimes]) -> None:
    """Print the table."""
    table = Table(title="Retargeting one frame: milliseconds of one core")
    table.add_column("character", overflow="fold")
    for text in ("fit and values", "posture"):
        table.add_column(text, justify="right", no_wrap=True)
    for row in rows:
        sent, shown = (
            f"{one['p50']:.3f} / {one['p99']:.3f}"
            for one in (row.sent_ms, row.shown_ms)
        )
        table.add_row(row.name, sent, shown)
    console.print(table)
    console.print(
        f"median / p99 of {FRAMES} frames; values are what VMC carries", highlight=False
    )


def time_frames(
    character: LiveCharacter,
    frames: int = FRAMES,
    clock_ns: ClockNs = thread_time_ns,
) -> FrameTimes:
    """Time one character, one frame after the other.

    Args:
        character: to time.
        frames: how many are counted.
        clock_ns: nanoseconds.
    """
    vectors, expression = _frames(WARM_UP + frames)
    sent, shown = character.retarget(), character.retarget()
    fitted = [sent.fit(vector) for vector in vectors]

    def send(at: int) -> None:
        sent.values(sent.fit(vectors[at]), expression, at * 10**9 // RATE)

    def show(at: int) -> None:
        shown.posture(fitted[at], expression, at * 10**9 // RATE)

    return FrameTimes(
        character.character.name,
        character.sentence,
        frames,
        _timed(send, len(vectors), clock_ns),
        _timed(show, len(vectors), clock_ns),
    )


def _timed(work: Callable[[int], None], count: int, clock_ns: ClockNs) -> Summary:
    took = []
    for at in range(count):
        began = clock_ns()
        work(at)
        took.append(clock_ns() - began)
    return summary(np.array(took[WARM_UP:], dtype=np.int64))


def _frames(count: int) -> tuple[list[Vector], Vector]:
    """Return (85,) vectors at 60 frames a second, and (8,) probabilities."""
    asset = resources.files("bridge") / "assets" / "demo.csv"
    with resources.as_file(asset) as path:
        truth = read_truth(path)
    body = Body()
    vectors = []
    for at in range(count):
        signals = np.zeros(COUNT, dtype=np.float32)
        signals[WEIGHTS] = truth[at % len(truth)]
        seconds = at / RATE
        signals[TURN] = [0.2 * math.sin(w * seconds) for w in (1.0, 0.7, 1.3)]
        vectors.append(body(signals, seconds))
    chances = np.zeros(len(EXPRESSIONS), dtype=np.float32)
    chances[EXPRESSIONS.index("happiness")] = 1.0
    return vectors, chances
