"""Numbers of how faces move, each beside what is known of real ones.

Generated motion must pass for real where others have measured: how often and how fast
people blink, how long a saccade takes, how fast each part of a face can change.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt
from scipy.signal import welch

from engines.motion.signals import SCALE, SIGNALS
from models.data.motion.performance import RATE, Performance
from models.data.rendered.gaze import GAZE_DOWN, GAZE_IN, GAZE_OUT, GAZE_UP
from protocols.arrays import Floats, Numbers
from protocols.channels import ARKIT, INDEX

MOVES: Final = 0.036
"""Network's units a second from which a signal moves."""

GROUPS: Final[dict[str, tuple[int, ...]]] = {
    group: tuple(i for i, name in enumerate(SIGNALS) if name.startswith(starts))
    for group, starts in {
        "head": ("turn", "headPosition"),
        "brows": ("brow",),
        "lids": ("eyeBlink",),
        "jaw": ("jaw",),
        "lips": ("mouth",),
    }.items()
}
HOLDS_99: Final = {"head": 4.0, "brows": 5.0, "jaw": 8.0, "lips": 12.0, "lids": 20.0}
"""Hertz below which 99 % of a group's energy lies."""

SACCADE_FROM: Final = 30.0
"""Degrees a second, of the whole gaze."""
ABOVE_TENTH: Final = 0.83
"""So much of a movement of least jerk is above a tenth of its peak."""
SLOWEST: Final = 80.0
"""Degrees a second, in the mean over a saccade."""


@dataclass(frozen=True, slots=True)
class Statistic:
    """A number, and where it should lie."""

    name: str
    unit: str
    value: float
    low: float
    high: float
    source: str

    @property
    def holds(self) -> bool:
        """Whether it lies there; NaN does not."""
        return self.low <= self.value <= self.high


@dataclass(frozen=True, slots=True, eq=False)
class Saccades:
    """Jumps of the left eye, n of them."""

    degrees: Numbers
    seconds: Numbers
    peak: Numbers
    """Degrees a second."""


def statistics(performances: Sequence[Performance]) -> list[Statistic]:
    """Return all numbers of some performances; of a minute and more they are steady."""
    minutes = sum(len(p.signals) for p in performances) / RATE / 60.0
    blinks = [blink for p in performances for blink in p.blinks]
    lasts = np.array([b.end_s - b.start_s for b in blinks])
    closes = np.array([b.peak_s - 0.5 * b.stay_s - b.start_s for b in blinks])
    opens = np.array([b.end_s - b.peak_s - 0.5 * b.stay_s for b in blinks])
    whole = np.array([max(b.depth) > 0.8 for b in blinks])
    jumps = saccades(performances)
    slope, start = main_sequence(jumps)
    shut = np.array([end - begin for p in performances for begin, end in p.closures])
    moving = activity(performances)
    found = [
        Statistic(
            *("blinks", "/min", len(blinks) / minutes, 10.0, 26.0),
            "Bentivoglio 1997: 17 at rest, 26 in conversation",
        ),
        Statistic(
            *("blink, median", "ms", 1e3 * _median(lasts), 150.0, 400.0),
            "most studies: 100 to 400",
        ),
        Statistic(
            *("closing : opening", "", _median(closes) / _median(opens), 0.35, 0.60),
            "closing is faster by 40 to 60 %",
        ),
        Statistic(
            *("blinks that close wholly", "", _mean(whole), 0.5, 0.9),
            "the others turn back half way",
        ),
        Statistic(
            *("saccades", "/s", len(jumps.degrees) / 60.0 / minutes, 0.3, 3.0),
            "up to 3 in reading and search, fewer in talk",
        ),
        Statistic(
            *("saccade, each degree", "ms", 1e3 * slope, 1.7, 2.7),
            "Carpenter 1988: 2.2",
        ),
        Statistic(
            *("saccade, at 0 degrees", "ms", 1e3 * start, 12.0, 30.0),
            "Carpenter 1988: 21",
        ),
        Statistic(
            *("lips shut for p, b, m", "ms", 1e3 * _median(shut), 50.0, 100.0),
            "50 to 100",
        ),
        Statistic(
            *("curves that move at all", "", float((moving > 0.0).sum()), 52, 58),
            "all 52",
        ),
        Statistic(
            *("time at rest", "", still_share(performances), 0.02, 0.5),
            "still passages are needed to see jitter",
        ),
    ]
    hertz = holding(performances)
    for group, most in HOLDS_99.items():
        found.append(
            Statistic(
                *(f"99 % of {group}", "Hz", hertz[group], 0.3, most),
                "of the energy, at most",
            )
        )
    return found


def spectra(performances: Sequence[Performance]) -> tuple[Numbers, dict[str, Numbers]]:
    """Return (f,) hertz and by group (f,) mean energy density, in network's units."""
    found: dict[str, list[Numbers]] = {group: [] for group in GROUPS}
    weights: list[int] = []
    length = 4 * RATE
    hertz = np.fft.rfftfreq(length, 1.0 / RATE)
    for performance in performances:
        if len(performance.signals) < length:
            continue
        units = performance.signals.astype(np.float64) * SCALE
        _, power = welch(units, RATE, nperseg=length, axis=0)
        weights.append(len(units))
        for group, members in GROUPS.items():
            found[group].append(power[:, members].mean(axis=1))
    if not weights:
        raise ValueError("spectra: no performance lasts four seconds")
    return hertz, {
        group: np.average(np.array(rows), axis=0, weights=weights)
        for group, rows in found.items()
    }


def holding(
    performances: Sequence[Performance], share: float = 0.99
) -> dict[str, float]:
    """Return by group the hertz below which so much of the energy lies."""
    hertz, power = spectra(performances)
    out = {}
    for group, row in power.items():
        total = np.cumsum(row)
        most = float(total[-1])
        out[group] = float(hertz[np.searchsorted(total, share * most)]) if most else 0.0
    return out


def activity(performances: Sequence[Performance]) -> Numbers:
    """Return (58,) share of the time in which each signal moves."""
    moving = np.zeros(len(SIGNALS))
    count = 0
    for performance in performances:
        speed = np.abs(np.diff(performance.signals, axis=0)) * (RATE * SCALE)
        moving += (speed > MOVES).sum(axis=0)
        count += len(speed)
    return moving / max(1, count)


def still_share(performances: Sequence[Performance], least_s: float = 0.5) -> float:
    """Return the share of the time in which weights and turn stand, half a second on.

    Gaze, which always moves a little, is left out.
    """
    gaze = np.array([name.startswith("eyeLook") for name in SIGNALS])
    still = count = 0
    for performance in performances:
        speed = np.abs(np.diff(performance.signals, axis=0)) * (RATE * SCALE)
        moves = (speed[:, ~gaze] > 2.0 * MOVES).any(axis=1)
        edges = np.flatnonzero(np.diff(np.concatenate([[1], moves, [1]])))
        lengths = edges[1::2] - edges[::2]
        still += int(lengths[lengths >= least_s * RATE].sum())
        count += len(moves)
    return still / max(1, count)


def gaze_degrees(signals: Floats) -> Numbers:
    """Return (n, 2) the left eye's yaw and pitch in degrees."""
    out, in_, down, up = (
        signals[:, INDEX[f"eyeLook{way}Left"]].astype(np.float64)
        for way in ("Out", "In", "Down", "Up")
    )
    yaw, pitch = GAZE_OUT * out - GAZE_IN * in_, GAZE_DOWN * down - GAZE_UP * up
    angles: Numbers = np.degrees(np.stack([yaw, pitch], axis=1))
    return angles


def saccades(performances: Sequence[Performance]) -> Saccades:
    """Find jumps of 2 degrees and more, where lids do not hide the eye."""
    degrees, seconds, peaks = [], [], []
    lid = ARKIT.index("eyeBlinkLeft")
    for performance in performances:
        gaze = gaze_degrees(performance.signals)
        speed = np.hypot(*(np.diff(gaze, axis=0) * RATE).T)
        fast = np.concatenate([[0], speed > SACCADE_FROM, [0]])
        edges = np.flatnonzero(np.diff(fast))
        for first, last in zip(edges[::2], edges[1::2], strict=True):
            size = float(np.hypot(*(gaze[last] - gaze[first])))
            hidden = performance.signals[first : last + 1, lid].max() > 0.4
            lasts = _lasts(speed, first, last)
            # What is slower the eyes do to make up for the head.
            if size < 2.0 or hidden or size / lasts < SLOWEST:
                continue
            degrees.append(size)
            seconds.append(lasts)
            peaks.append(float(speed[first:last].max()))
    return Saccades(np.array(degrees), np.array(seconds), np.array(peaks))


def _lasts(speed: Numbers, first: int, last: int) -> float:
    """Return its seconds from rest to rest.

    From those above a tenth of the peak, between samples along a straight line: what
    the eyes do before and after to make up for the head has no part in them.
    """
    at = first + int(speed[first:last].argmax())
    least = max(SACCADE_FROM, 0.1 * float(speed[at]))
    ends = []
    for way in (-1, 1):
        k = at
        while 0 <= k + way < len(speed) and speed[k + way] > least:
            k += way
        part = 0.5
        if 0 <= k + way < len(speed):
            part = float((speed[k] - least) / (speed[k] - speed[k + way]))
        ends.append(abs(k - at) + part)
    # The difference of two samples is of all the time between them.
    return sum(ends) / RATE / ABOVE_TENTH - 1.0 / RATE


def main_sequence(jumps: Saccades) -> tuple[float, float]:
    """Return seconds a degree, and seconds at none, of jumps of 4 to 28 degrees.

    A line through the medians of steps of two degrees: where the head turns as well,
    a saccade seems to go on.
    """
    edges = np.arange(4.0, 28.1, 2.0)
    inside = np.digitize(jumps.degrees, edges)
    kept = [k for k in range(1, len(edges)) if (inside == k).sum() >= 3]
    if len(kept) < 3:
        return float("nan"), float("nan")
    degrees, seconds, count = np.array(
        [
            (
                np.median(jumps.degrees[inside == k]),
                np.median(jumps.seconds[inside == k]),
                (inside == k).sum(),
            )
            for k in kept
        ]
    ).T
    slope, start = np.polyfit(degrees, seconds, 1, w=np.sqrt(count))
    return float(slope), float(start)


def _median(values: Numbers) -> float:
    return float(np.median(values)) if len(values) else float("nan")


def _mean(values: npt.NDArray[np.bool_]) -> float:
    return float(values.mean()) if len(values) else float("nan")
