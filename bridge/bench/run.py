"""Runs the whole benchmark."""

from __future__ import annotations

import sys
from functools import partial
from pathlib import Path

import psutil
from rich.progress import Progress

from bridge.clock import monotonic_ns
from bridge.config import Config, Engines
from bridge.daemon import Daemon
from bridge.shape.motion import open_motion

from .latency import Pace, demo_source, measure
from .receivers import Receivers
from .report import Report, this_machine
from .startup import measure_startup

RATES = (30.0, 60.0, 0.0)
"""Images per second of the three paces; 0 is back to back."""

START_RUNS = 3


def measure_all(
    seconds: float,
    rounds: int,
    progress: Progress,
    solver: str = "learned",
    engines: Engines | None = None,
    against: Path | None = None,
    faces: int = 1,
) -> Report:
    """Measure every pace and the start-up; a round has 6 turns of about `seconds`.

    `against` is a task file of MediaPipe, to compare with. `faces` is how many faces
    each image has.
    """
    task = progress.add_task("measuring", total=len(RATES) * rounds * 2 + 1)
    engines = engines or Engines()
    # Raises now if a runtime is missing, before the long measurements.
    open_motion(Config(engines=engines)).close()
    startup = measure_startup(START_RUNS, solver, engines)
    progress.advance(task)
    paces: list[Pace] = []
    with Receivers(solver, engines, faces) as receivers:
        for rate_hz in RATES:
            # Back to back has no rate, so it gets as many images as 30 fps.
            images = max(round(seconds * (rate_hz or 30.0)), 2)
            tick = partial(progress.advance, task)
            paces.append(measure(rate_hz, images, rounds, receivers, tick, against))
    return Report(this_machine(), tuple(paces), startup, peak_memory_mib())


def measure_memory(
    minutes: float,
    progress: Progress,
    solver: str = "learned",
    engines: Engines | None = None,
) -> dict[str, list[float]]:
    """Run the daemon at 60 fps and record its memory 11 times, in minutes and MiB."""
    steps = 10
    task = progress.add_task("soaking", total=steps)
    at, used = [], []
    process = psutil.Process()
    images = round(minutes * 60 * 60) + 600
    with Receivers(solver, engines) as receivers:
        daemon = Daemon(receivers.config, source=demo_source(60.0, images))
        start_ns = monotonic_ns()
        try:
            daemon.start()
            # The first seconds fill buffers and caches, which is not a leak.
            _run(daemon, receivers, min(10.0, minutes * 6.0))
            for _ in range(steps + 1):
                at.append(round((monotonic_ns() - start_ns) / 60e9, 2))
                used.append(round(process.memory_info().rss / 2**20, 1))
                progress.advance(task)
                _run(daemon, receivers, minutes * 60.0 / steps)
        finally:
            daemon.stop()
    return {"minutes": at, "memory_mib": used}


def _run(daemon: Daemon, receivers: Receivers, seconds: float) -> None:
    for _ in range(max(round(seconds / 0.5), 1)):
        daemon.wait(min(0.5, seconds))
        receivers.drain()


def peak_memory_mib() -> float:
    """Return the peak memory of this process in MiB."""
    if sys.platform == "win32":
        return float(psutil.Process().memory_info().peak_wset / 2**20)
    import resource  # not on Windows

    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return float(peak / (2**20 if sys.platform == "darwin" else 2**10))
