"""How long every stage took: rings of fixed size, so memory stays flat for days."""

from __future__ import annotations

from typing import Final

import numpy as np
import numpy.typing as npt

from .clock import ClockNs, monotonic_ns

KEPT: Final = 32_768
"""Newest frames that percentiles are taken over: nine minutes at 60 fps."""

STAGES: Final = ("wait", "track", "express", "solve", "shape", "send")
"""In order: in the mailbox, MediaPipe, the expression network, curves with the solver
network, smoothing and retargeting, sinks."""

NETWORKS: Final = [STAGES.index("track"), STAGES.index("express")]
"""Stages whose whole time is a network's, with the cutting of what it looks at. Of the
solve and the shape stage, which do more, `Stopwatch` notes that part."""

Summary = dict[str, float]
"""Percentiles in milliseconds: p50, p95, p99."""


class Network:
    """Adds up the time spent in its `with` blocks during one pass."""

    def __init__(self, clock_ns: ClockNs) -> None:
        self._clock_ns = clock_ns
        self._entered_ns = 0
        self.spent_ns = 0

    def __enter__(self) -> None:
        self._entered_ns = self._clock_ns()

    def __exit__(self, *raised: object) -> None:
        self.spent_ns += self._clock_ns() - self._entered_ns


class Stopwatch:
    """Laps of one pass through the pipeline. One writer; reading is approximate."""

    def __init__(self, clock_ns: ClockNs = monotonic_ns) -> None:
        self._clock_ns = clock_ns
        # Written once now, so that the memory does not grow while the ring fills.
        self._laps: npt.NDArray[np.int64] = np.full(
            (KEPT, len(STAGES)), -1, dtype=np.int64
        )
        self._networks: npt.NDArray[np.int64] = np.full((KEPT, 2), -1, dtype=np.int64)
        self.network = Network(clock_ns)
        """To be entered by the solve stage while a network of it is at work."""
        self.motion = Network(clock_ns)
        """To be entered by the shape stage while the generator's network is."""
        self._row = [0] * len(STAGES)
        self._stage = 0
        self._last_ns = 0
        self.frames = 0
        """Passes that were finished."""
        self.tracked = 0
        """Passes in which a face was seen."""

    def start(self, arrived_ns: int) -> None:
        """Begin a pass for an image that arrived at `arrived_ns`."""
        self._stage = 0
        self.network.spent_ns = self.motion.spent_ns = 0
        self._last_ns = arrived_ns
        self.lap()

    def lap(self) -> None:
        """End the current stage; the stages come in the order of `STAGES`."""
        now = self._clock_ns()
        self._row[self._stage] = now - self._last_ns
        self._stage += 1
        self._last_ns = now

    def finish(self, *, tracked: bool) -> None:
        """End the pass: all its laps count from now on."""
        self._laps[self.frames % KEPT] = self._row
        spent = (self.network.spent_ns, self.motion.spent_ns)
        self._networks[self.frames % KEPT] = spent
        self.frames += 1
        self.tracked += tracked

    def laps_ns(self, newest: int = KEPT) -> npt.NDArray[np.int64]:
        """Return (frames, stages) int64, oldest first, of the newest passes."""
        rows: npt.NDArray[np.int64] = self._laps[self._newest(newest)]
        return rows

    def networks_ns(self, newest: int = KEPT) -> npt.NDArray[np.int64]:
        """Return (frames, 2) int64: what was the solver's network's, and the
        generator's."""
        spent: npt.NDArray[np.int64] = self._networks[self._newest(newest)]
        return spent

    def _newest(self, newest: int) -> npt.NDArray[np.int64]:
        count = min(newest, self.frames, KEPT)
        return np.arange(self.frames - count, self.frames) % KEPT

    def latency_ms(self, newest: int = KEPT) -> dict[str, Summary]:
        """Return percentiles a stage and of the whole over the newest passes."""
        laps = self.laps_ns(newest)
        table = {name: summary(laps[:, i]) for i, name in enumerate(STAGES)}
        table["capture_to_send"] = summary(laps.sum(axis=1))
        return table

    def overhead_ms(self, newest: int = KEPT) -> Summary:
        """Return percentiles of everything beyond the networks; see `overhead`."""
        return overhead(self.laps_ns(newest), self.networks_ns(newest))


def overhead(
    laps_ns: npt.NDArray[np.int64], networks_ns: npt.NDArray[np.int64]
) -> Summary:
    """Return percentiles of what a frame takes beyond the networks.

    All stages count but the tracker's and the expression network's; of the solve
    stage, all but the solver network with the cutting of its patches, and of the shape
    stage all but the generator's network. What is left is
    waiting, alignment, the neutral face, geometry and the guard, pose, smoothing and
    sending.

    Args:
        laps_ns: (frames, stages).
        networks_ns: (frames, 2), from `Stopwatch.networks_ns`.
    """
    beyond = laps_ns.sum(axis=1) - laps_ns[:, NETWORKS].sum(axis=1)
    beyond = beyond - networks_ns.sum(axis=1)
    return summary(beyond)


def summary(durations_ns: npt.NDArray[np.int64]) -> Summary:
    """Return p50, p95 and p99 in ms; zeros for none."""
    if len(durations_ns) == 0:
        return {"p50": 0.0, "p95": 0.0, "p99": 0.0}
    p50, p95, p99 = np.percentile(durations_ns, (50, 95, 99)) / 1e6
    return {
        "p50": round(float(p50), 4),
        "p95": round(float(p95), 4),
        "p99": round(float(p99), 4),
    }
