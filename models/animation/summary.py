"""Means over performances and characters, and who is ahead how often."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from .evaluate import Judged
from .methods import OURS, SOLVED


@dataclass(frozen=True, slots=True)
class Measure:
    """A number of which less is better."""

    key: str
    title: str
    of: Callable[[Judged, str], float]
    """Of one performance by one method."""
    form: str
    """How it is printed."""
    note: str
    """What it means, in a sentence."""


MEASURES: Final = (
    Measure(
        "distance",
        "distance",
        lambda each, name: 100 * each.fidelity[name].distance,
        "{:.2f} %",
        "Fidelity: mean distance of the drawn character's landmarks from the actor's, "
        "each relative to its own neutral face, in % of the distance between the eyes.",
    ),
    Measure(
        "share",
        "of the actor's motion",
        lambda each, name: each.fidelity[name].share,
        "{:.2f}",
        "The same as a share of what the actor moves: 1 is a character at rest.",
    ),
    Measure(
        "jerk",
        "jerk",
        lambda each, name: each.fluency[name].jerk,
        "{:.2f}",
        "Fluency: log dimensionless jerk of the mesh in windows of a second.",
    ),
    Measure(
        "breaks",
        "breaks a minute",
        lambda each, name: each.fluency[name].breaks,
        "{:.1f}",
        "Instants at which speed or direction change within one frame.",
    ),
    Measure(
        "dead",
        "dead time",
        lambda each, name: 100 * each.fluency[name].dead,
        "{:.1f} %",
        "Share of the time in which no point of the face moves.",
    ),
)
"""Of all, less is better."""


def methods(judged: Sequence[Judged]) -> list[str]:
    """Return the names of the methods, in order."""
    return list(judged[0].takes) if judged else []


def mean(judged: Sequence[Judged], measure: Measure, name: str) -> float:
    """Return the mean over performances that have the number; NaN without any."""
    values = np.array([measure.of(each, name) for each in judged])
    return (
        float(values[np.isfinite(values)].mean())
        if np.isfinite(values).any()
        else (float("nan"))
    )


def ahead(judged: Sequence[Judged], measure: Measure, name: str) -> tuple[int, int]:
    """Return in how many performances ours is better than a method, and of how many.

    An equal is no better.
    """
    pairs = [(measure.of(each, OURS), measure.of(each, name)) for each in judged]
    known = [pair for pair in pairs if np.isfinite(pair).all()]
    return sum(ours < theirs for ours, theirs in known), len(known)


def lost(judged: Sequence[Judged]) -> list[str]:
    """Return each measure in which some keyframes have a better mean than ours.

    Numbers that print alike are equal. The share is left out, because it says the same
    as the distance.
    """
    found = []
    rivals = [name for name in methods(judged) if name not in (OURS, SOLVED)]
    for measure in MEASURES:
        if measure.key == "share":
            continue
        ours = mean(judged, measure, OURS)
        told = measure.form.format(ours)
        better = [
            f"{name} {theirs}"
            for name in rivals
            if mean(judged, measure, name) < ours
            and (theirs := measure.form.format(mean(judged, measure, name))) != told
        ]
        if better:
            found.append(f"{measure.title}, {told} ({'; '.join(better)})")
    return found
