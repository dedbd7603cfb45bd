"""Pictures of generated motion: its statistics, and one performance as it is played."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final

import numpy as np

from engines.motion.signals import PLACE, SIGNALS, TURN
from models.data.motion.noise import Observed
from models.data.motion.performance import RATE, Performance
from models.training.figures import panels
from protocols.channels import EXPRESSIONS, INDEX

from .statistics import (
    GROUPS,
    HOLDS_99,
    activity,
    main_sequence,
    saccades,
    spectra,
)

ROWS: Final = (
    ("lids", ("eyeBlinkLeft", "eyeBlinkRight", "eyeSquintLeft", "eyeWideLeft")),
    ("gaze", ("eyeLookOutLeft", "eyeLookInLeft", "eyeLookDownLeft", "eyeLookUpLeft")),
    ("brows", ("browInnerUp", "browDownLeft", "browOuterUpLeft", "browOuterUpRight")),
    ("jaw", ("jawOpen", "mouthClose", "jawLeft", "jawRight")),
    ("lips", ("mouthFunnel", "mouthPucker", "mouthSmileLeft", "mouthPressLeft")),
)
SHOWS_S: Final = 12.0


def statistics_picture(
    path: Path, made: Sequence[Performance], takes: Sequence[Performance] = ()
) -> None:
    """Write blinks, saccades, spectra and activity; recorded takes beside, if any."""
    figure, axes = panels(13, 9.5, columns=2, rows=2)
    _blinks(axes[0, 0], made, takes)
    _saccades(axes[0, 1], made)
    _spectra(axes[1, 0], made, takes)
    _activity(axes[1, 1], made, takes)
    figure.savefig(path, dpi=110)


def performance_picture(
    path: Path, performance: Performance, observed: Observed | None = None
) -> None:
    """Write twelve seconds of a performance, and as dots what a tracker sees of it."""
    figure, axes = panels(13, 14, rows=len(ROWS) + 3)
    count = min(len(performance.signals), round(SHOWS_S * RATE))
    at = np.arange(count) / RATE
    signals = performance.signals[:count]
    for axis, (title, names) in zip(axes[:, 0], ROWS, strict=False):
        for name in names:
            (line,) = axis.plot(at, signals[:, INDEX[name]], label=name, linewidth=1)
            if observed is not None:
                _dots(axis, observed, INDEX[name], line.get_color())
        axis.set_ylim(-0.05, 1.05)
        axis.set_ylabel(title)
        axis.legend(loc="upper right", fontsize=7, ncols=4)
    for blink in performance.blinks:
        if blink.peak_s < at[-1]:
            axes[0, 0].axvspan(blink.start_s, blink.end_s, color="0.9")
    for start, end in performance.closures:
        if end < at[-1]:
            axes[3, 0].axvspan(start, end, color="0.85")
    turn, place, felt = axes[len(ROWS) :, 0]
    turn.plot(at, np.degrees(signals[:, TURN]), linewidth=1)
    turn.set_ylabel("turn, degrees")
    turn.legend(SIGNALS[TURN], loc="upper right", fontsize=7, ncols=3)
    place.plot(at, 100 * (signals[:, PLACE] - signals[:1, PLACE]), linewidth=1)
    place.set_ylabel("place, cm")
    place.legend(SIGNALS[PLACE], loc="upper right", fontsize=7, ncols=3)
    felt.stackplot(at, performance.expression[:count].T, labels=EXPRESSIONS)
    felt.set_ylabel("felt")
    felt.legend(loc="upper right", fontsize=7, ncols=8)
    felt.set_xlabel("seconds")
    for axis in axes[:, 0]:
        axis.set_xlim(0.0, at[-1])
    figure.savefig(path, dpi=110)


def _dots(axis: Any, observed: Observed, signal: int, colour: str) -> None:
    chosen = observed.seen & (observed.times_s < SHOWS_S)
    axis.plot(
        observed.times_s[chosen],
        observed.values[chosen, signal],
        linestyle="",
        marker=".",
        markersize=2,
        color=colour,
    )


def _blinks(
    axis: Any, made: Sequence[Performance], takes: Sequence[Performance]
) -> None:
    bins = np.arange(0.1, 0.6, 0.02)
    for label, group in (("generated", made), ("recorded", takes)):
        lasts = [b.end_s - b.start_s for p in group for b in p.blinks]
        if lasts:
            axis.hist(lasts, bins, density=True, alpha=0.6, label=label)
    axis.axvspan(0.15, 0.40, color="0.92", zorder=0)
    axis.set_xlabel("seconds from lids falling to lids at rest; grey: published")
    axis.set_title("blinks")
    axis.legend()


def _saccades(axis: Any, made: Sequence[Performance]) -> None:
    jumps = saccades(made)
    axis.plot(jumps.degrees, 1e3 * jumps.seconds, ".", markersize=3)
    degrees = np.array([2.0, 30.0])
    slope, start = main_sequence(jumps)
    axis.plot(degrees, 1e3 * (start + slope * degrees), label="generated")
    axis.plot(degrees, 21 + 2.2 * degrees, "k--", label="21 ms + 2.2 ms a degree")
    axis.set_xlim(0.0, 35.0)
    axis.set_ylim(0.0, 150.0)
    axis.set_xlabel("degrees")
    axis.set_ylabel("ms")
    axis.set_title("saccades")
    axis.legend()


def _spectra(
    axis: Any, made: Sequence[Performance], takes: Sequence[Performance]
) -> None:
    hertz, power = spectra(made)
    beside = spectra(takes)[1] if takes else {}
    for k, group in enumerate(GROUPS):
        colour = f"C{k}"
        axis.loglog(hertz[1:], power[group][1:], color=colour, label=group)
        axis.axvline(HOLDS_99[group], color=colour, linewidth=0.6, alpha=0.6)
        if group in beside and beside[group].any():
            axis.loglog(hertz[1:], beside[group][1:], ":", color=colour)
    axis.set_xlim(0.25, 60.0)
    axis.set_ylim(1e-9, 1.0)
    axis.set_xlabel("Hz; lines: 99 % must lie below; dotted: recorded at 30 Hz")
    axis.set_title("energy")
    axis.legend(fontsize=8)


def _activity(
    axis: Any, made: Sequence[Performance], takes: Sequence[Performance]
) -> None:
    at = np.arange(len(SIGNALS))
    axis.bar(at, activity(made), width=0.8, label="generated")
    if takes:
        axis.plot(at, activity(takes), "k_", markersize=6, label="recorded")
    axis.set_xticks(at, SIGNALS, rotation=90, fontsize=5.5)
    axis.set_xlim(-1, len(SIGNALS))
    axis.set_title("share of the time in which each signal moves")
    axis.legend()
