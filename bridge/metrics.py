"""Measures how long each stage takes, in ring buffers of constant size."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Final

import numpy as np
import numpy.typing as npt

from .clock import ClockNs, monotonic_ns
from .stages import STAGES, Summary, overhead, percentiles

KEPT: Final = 32_768
"""Newest frames that percentiles cover: nine minutes at 60 fps."""

SHAPE: Final = STAGES.index("shape")

SOLVER, MOTION = len(STAGES), len(STAGES) + 1
"""Columns of a row, after the stages, for the times of those two networks."""

EXPRESSION: Final = len(STAGES) + 2
"""Column for the time of the expressions that were read since the image before."""

WIDTH: Final = len(STAGES) + 3

NOTHING: Final = (0,) * WIDTH


class NetworkTimer:
    """Sums the time spent in its `with` blocks. Use it from one thread at a time."""

    def __init__(self, clock_ns: ClockNs) -> None:
        self._clock_ns = clock_ns
        self._entered_ns = 0
        self.spent_ns = 0
        """Total since the start; a pass computes the difference of two readings."""

    def __enter__(self) -> None:
        self._entered_ns = self._clock_ns()

    def __exit__(self, *raised: object) -> None:
        self.spent_ns += self._clock_ns() - self._entered_ns


@dataclass(frozen=True, slots=True)
class Passed:
    """The times of an image that another stopwatch has measured up to `solve`."""

    row: tuple[int, ...]
    """ns of each stage, and of the networks."""
    until_ns: int
    """When it was solved."""


class Laps:
    """The times of one pass's stages. Use it from one thread at a time."""

    def __init__(self, clock_ns: ClockNs) -> None:
        self._clock_ns = clock_ns
        self.row = [0] * WIDTH
        """ns of each stage, of the solver network and of the motion network."""
        self._stage = 0
        self._last_ns = 0

    def start(self, arrived_ns: int) -> None:
        """Start with an image that arrived at `arrived_ns`, and end its wait."""
        self.row[:] = NOTHING
        self._stage, self._last_ns = 0, arrived_ns
        self.lap()

    def go_on(self, image: Laps) -> None:
        """Start a tick with the times of the newest shaped image; count its wait."""
        self.row[:] = image.row
        self._stage, self._last_ns = 0, image._last_ns
        self.lap()
        self._stage = SHAPE

    def take_over(self, passed: Passed) -> None:
        """Continue what another stopwatch has measured; the time since then is wait.

        The next lap counts as `shape`.
        """
        self.row[:] = passed.row
        self._stage, self._last_ns = 0, passed.until_ns
        self.lap()
        self._stage = SHAPE

    def passed(self) -> Passed:
        """Return the times up to the last lap."""
        return Passed(tuple(self.row), self._last_ns)

    def lap(self) -> None:
        """End the current stage; the stages come in the order of `STAGES`."""
        now = self._clock_ns()
        self.row[self._stage] += now - self._last_ns
        self._stage += 1
        self._last_ns = now

    def skip(self) -> None:
        """Pass over the current stage, which this feed does not have."""
        self._stage += 1

    def resume(self) -> None:
        """Leave out the time since the last lap: it was spent on something else."""
        self._last_ns = self._clock_ns()


class Stopwatch:
    """Times each pass from the arrival of an image to the end of sending.

    Without `shape.rate` each image is a pass: `start`, `lap`s, `shape` and `finish`.

    With `shape.rate` an image ends at `hold`, and each tick is a pass on another
    thread: `tick`, `shown` and `sent`. A tick counts from the arrival of the newest
    image that was shaped. `shape`, `hold`, `forget`, `tick` and `shown` must be called
    while holding the lock on the faces.

    Readings are approximate: a pass that ends at the same time may be missing.
    """

    def __init__(self, clock_ns: ClockNs = monotonic_ns) -> None:
        # Filled now, so that the memory does not grow while the ring buffer fills.
        self._rows: npt.NDArray[np.int64] = np.full((KEPT, WIDTH), -1, dtype=np.int64)
        self._passes = 0
        self.network = NetworkTimer(clock_ns)
        """The solve stage enters it while the solver network runs."""
        self.motion = NetworkTimer(clock_ns)
        """The shape stage enters it while the motion network runs."""
        self.expression = NetworkTimer(clock_ns)
        """A feed enters it while it reads expressions after a frame was sent."""
        self._image, self._spare = Laps(clock_ns), Laps(clock_ns)
        self._held: Laps | None = None
        self._tick = Laps(clock_ns)
        self._counts = False
        self._solver_ns = self._motion_ns = self._tick_ns = self._expression_ns = 0
        self.frames = 0
        """Number of solved images."""
        self.tracked = 0
        """Number of images in which a face was found."""

    def start(self, arrived_ns: int) -> None:
        """Start a pass with an image that arrived at `arrived_ns`."""
        self._solver_ns = self.network.spent_ns
        self._image.start(arrived_ns)
        before, self._expression_ns = self._expression_ns, self.expression.spent_ns
        self._image.row[EXPRESSION] = self._expression_ns - before

    def solved(self) -> Passed:
        """Return the times of the image up to now, for another stopwatch."""
        passed = self._image.passed()
        row = list(passed.row)
        row[SOLVER] = self.network.spent_ns - self._solver_ns
        return replace(passed, row=tuple(row))

    def take_over(self, passed: Passed) -> None:
        """Start a pass with an image that another stopwatch measured up to `solve`."""
        self._image.take_over(passed)
        self._solver_ns = self.network.spent_ns - passed.row[SOLVER]

    def lap(self) -> None:
        """End the image's current stage; the stages come in the order of `STAGES`."""
        self._image.lap()

    def skip(self) -> None:
        """Skip a stage that the feed does not have; its time is 0."""
        self._image.skip()

    def resume(self) -> None:
        """Do not count the time since the last lap."""
        self._image.resume()

    def shape(self) -> None:
        """Start the shape stage of the image."""
        self._motion_ns = self.motion.spent_ns

    def finish(self, *, tracked: bool) -> None:
        """End the pass and store its times."""
        self._end(tracked)
        self._keep(self._image)

    def hold(self, *, tracked: bool) -> None:
        """End the image's shape stage; ticks send its result."""
        self._image.lap()
        self._end(tracked)
        # The laps of the previous image can be reused, as a tick copies what it needs.
        self._held = self._image
        self._image, self._spare = self._spare, self._image

    def forget(self) -> None:
        """Count no ticks until the next image: held faces have no latency."""
        self._held = None

    def tick(self) -> None:
        """Start a tick."""
        held = self._held
        self._counts = held is not None
        self._tick_ns = self.motion.spent_ns
        if held is not None:
            self._tick.go_on(held)

    def shown(self) -> None:
        """End the shape stage of a tick."""
        if self._counts:
            self._tick.lap()
            self._tick.row[MOTION] += self.motion.spent_ns - self._tick_ns

    def sent(self) -> None:
        """End the tick and store its times."""
        if self._counts:
            self._tick.lap()
            self._keep(self._tick)

    def _end(self, tracked: bool) -> None:
        self._image.row[SOLVER] = self.network.spent_ns - self._solver_ns
        self._image.row[MOTION] = self.motion.spent_ns - self._motion_ns
        self.frames += 1
        self.tracked += tracked

    def _keep(self, laps: Laps) -> None:
        self._rows[self._passes % KEPT] = laps.row
        self._passes += 1

    def laps_ns(self, newest: int = KEPT) -> npt.NDArray[np.int64]:
        """Return (passes, stages) int64 ns of the newest passes, oldest first."""
        return self._newest(newest)[:, : len(STAGES)]

    def networks_ns(self, newest: int = KEPT) -> npt.NDArray[np.int64]:
        """Return (passes, 2) int64 ns: of the solver network and the motion network."""
        return self._newest(newest)[:, SOLVER:EXPRESSION]

    def later_ns(self, newest: int = KEPT) -> npt.NDArray[np.int64]:
        """Return (passes,) int64 ns of expressions that were read after sending."""
        return self._newest(newest)[:, EXPRESSION]

    def _newest(self, newest: int) -> npt.NDArray[np.int64]:
        passes = self._passes
        count = min(newest, passes, KEPT)
        rows: npt.NDArray[np.int64] = self._rows[
            np.arange(passes - count, passes) % KEPT
        ]
        return rows

    def latency_ms(self, newest: int = KEPT) -> dict[str, Summary]:
        """Return percentiles of each stage and of the total, over the newest passes;
        see `percentiles`."""
        rows = self._newest(newest)
        return percentiles(rows[:, : len(STAGES)], rows[:, EXPRESSION])

    def overhead_ms(self, newest: int = KEPT) -> Summary:
        """Return percentiles of everything beyond the networks; see `overhead`."""
        rows = self._newest(newest)
        return overhead(rows[:, : len(STAGES)], rows[:, SOLVER:EXPRESSION])
