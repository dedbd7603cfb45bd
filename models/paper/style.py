"""Section 4.1: style, and variety from one take to the next. Measured here, in seconds.

One smile is performed in each style, and in one style with several seeds. All is
measured on the curves that a character gets.
"""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import ExitStack
from io import BytesIO
from itertools import combinations
from typing import Final

import numpy as np

from engines.character.perform import Directions
from engines.motion.signals import COUNT
from engines.motion.style import NAMES, SIZED
from models.animation.methods import HELD_S, Generators, performed_still
from models.animation.run import open_generators
from models.training.figures import panels
from protocols.arrays import Floats, Numbers
from protocols.channels import INDEX, WEIGHTS_SLICE

from .part import Part, Picture, Table

SMILE: Final = {
    "mouthSmileLeft": 0.7,
    "mouthSmileRight": 0.7,
    "cheekSquintLeft": 0.5,
    "cheekSquintRight": 0.5,
    "jawOpen": 0.15,
    "browInnerUp": 0.2,
}
SEEDS: Final = 6
SECONDS: Final = 6.0
FPS: Final = 60.0
DRAWN: Final = "mouthSmileLeft"


def style() -> Part:
    """Return the part on style and variety.

    Raises:
        GraphError: the motion network cannot be opened.
    """
    with ExitStack() as stack:
        generators = open_generators(stack)
        by_style: dict[str, Floats] = {
            name: _take(generators, 0, name)[1] for name in NAMES
        }
        seeds = [_take(generators, seed, "natural")[1] for seed in range(SEEDS)]
        times, again = _take(generators, 0, "natural")
    rows = tuple(
        (name, *_numbers(times, take, by_style["natural"]))
        for name, take in by_style.items()
    )
    apart = [_apart(times, a, b) for a, b in combinations(seeds, 2)]
    variety = (
        ("takes with different seeds, mean", f"{np.mean(apart):.3f}"),
        ("the two that are most alike", f"{np.min(apart):.3f}"),
        (
            "a take and its repetition with one seed",
            f"{_apart(times, seeds[0], again):.3f}",
        ),
    )
    return Part(
        "Section 4.1",
        "Style and variety",
        "The style of an animation can be chosen, and it varies from take to take.",
        f"One smile, performed for {SECONDS:g} s at {FPS:g} frames a second. Distances "
        "are root mean squares over the curves, as a share of the smile's size.",
        (
            Table(
                "Styles",
                ("style", "size", "fastest, per s", "poses a second", "from natural"),
                rows,
            ),
            Table("Variety", ("between", "distance"), variety),
        ),
        (
            Picture(f"{DRAWN} in each style", _plot(times, by_style)),
            Picture(
                f"{DRAWN} with {SEEDS} seeds",
                _plot(times, {f"seed {i}": take for i, take in enumerate(seeds)}),
            ),
        ),
        ("The paper gives no measure of style; these are ours.",),
    )


def _take(generators: Generators, seed: int, name: str) -> tuple[Numbers, Floats]:
    signals = np.zeros(COUNT, dtype=np.float32)
    for curve, value in SMILE.items():
        signals[INDEX[curve]] = value
    directions = Directions(SECONDS, FPS, seed=seed)
    known = next(each for each in NAMES if each == name)
    return performed_still(signals, directions, generators, known)


def _weights(take: Floats) -> Floats:
    """Return (F, n) curves without lids and gaze, which blinks and glances move."""
    found: Floats = take[:, WEIGHTS_SLICE][:, SIZED]
    return found


def _numbers(times: Numbers, take: Floats, natural: Floats) -> tuple[str, ...]:
    shown = np.linalg.norm(_weights(take), axis=1)
    held = (times >= HELD_S[0]) & (times < HELD_S[1])
    fastest = np.abs(np.diff(shown)).max() * FPS
    poses = (np.abs(np.diff(take, axis=0)).max(axis=1) > 0).mean() * FPS
    return (
        f"{shown[held].mean() / _size():.2f}",
        f"{fastest / _size():.1f}",
        f"{poses:.0f}",
        f"{_apart(times, take, natural):.3f}",
    )


def _size() -> float:
    return float(np.linalg.norm(list(SMILE.values())))


def _apart(times: Numbers, a: Floats, b: Floats) -> float:
    away = np.linalg.norm(_weights(a) - _weights(b), axis=1)
    return float(np.sqrt((away**2).mean())) / _size()


def _plot(times: Numbers, takes: Mapping[str, Floats]) -> bytes:
    figure, axes = panels(9, 3)
    for name, take in takes.items():
        axes[0, 0].plot(times, take[:, INDEX[DRAWN]], label=name, linewidth=1.2)
    axes[0, 0].set_xlabel("seconds")
    axes[0, 0].set_ylabel("weight")
    axes[0, 0].legend(ncols=3, fontsize=8)
    out = BytesIO()
    figure.savefig(out, format="png", dpi=110)
    return out.getvalue()
