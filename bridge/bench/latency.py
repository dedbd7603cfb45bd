"""Latency of the whole daemon and of MediaPipe's tracker alone, in one run.

Timings vary with the load of the machine. So the daemon and the tracker alternate in
short turns, at the same pace and on the same images. Reported are percentiles over all
turns, and the ratio of the medians: what facewire costs on top of its tracker.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import psutil

from bridge.capture.open import open_source
from bridge.capture.source import CaptureSettings
from bridge.clock import monotonic_ns
from bridge.daemon import Daemon
from bridge.metrics import STAGES, Summary, overhead, summary
from bridge.solve.mediapipe_tracker import MediaPipeTracker

from .paced import PacedSource
from .receivers import Receivers

WARM_UP = 30
"""Images at the start of a turn that are not counted."""


@dataclass(frozen=True, slots=True)
class Pace:
    """One row of the table."""

    name: str
    rate_hz: float
    """Images per second; 0 is back to back."""
    alone_ms: Summary
    """MediaPipe alone: colour conversion, tracking, landmarks as an array."""
    latency_ms: dict[str, Summary]
    """The daemon's time for each stage, and in total as `capture_to_send`."""
    overhead_ms: Summary
    """The daemon's time outside MediaPipe and the networks: the expression and solver
    networks (each with the cropping of its inputs), and the motion network."""
    frames: int
    dropped: int
    sent: dict[str, int]
    cpu_share: float
    """CPU time over elapsed time while the daemon ran; 1 is one core."""
    solver: str
    """Name of the solver that ran."""
    solver_network_ms: Summary
    """The solver network with the cropping of its patches; zeros without one."""
    motion: str
    """Name of the motion stage that ran."""
    motion_network_ms: Summary
    """The motion network; zeros without one."""
    runtimes: dict[str, str]
    """The runtimes of the solve and shape stages, and why they were chosen."""


def measure(
    rate_hz: float,
    images: int,
    rounds: int,
    receivers: Receivers,
    tick: Callable[[], None] = lambda: None,
) -> Pace:
    """Alternate between MediaPipe alone and the daemon, and return the timings.

    Args:
        rate_hz: images per second; 0 is back to back.
        images: counted images per turn; `WARM_UP` more come before them.
        rounds: number of turns of each.
        receivers: the destinations of the daemon's packets.
        tick: called after every turn.
    """
    alone: list[int] = []
    laps, networks = [], []
    solver = motion = ""
    runtimes: dict[str, str] = {}
    sent: dict[str, int] = {}
    dropped = frames = 0
    cpu_s = wall_s = 0.0
    process = psutil.Process()
    for _ in range(rounds):
        alone += _tracker_alone(rate_hz, images)
        tick()
        daemon = Daemon(receivers.config, source=demo_source(rate_hz, images))
        before, start = process.cpu_times(), monotonic_ns()
        try:
            daemon.start()
            while daemon.wait(0.5):
                receivers.drain()
        finally:
            daemon.stop()
        after = process.cpu_times()
        cpu_s += after.user + after.system - before.user - before.system
        wall_s += (monotonic_ns() - start) / 1e9
        laps.append(daemon.watch.laps_ns()[WARM_UP:])
        networks.append(daemon.watch.networks_ns()[WARM_UP:])
        solver, motion = daemon.solver.name, daemon.motion.name
        runtimes = {"solve": daemon.solver.reason, "shape": daemon.motion.reason}
        dropped += daemon.dropped
        frames += daemon.watch.frames
        for route in daemon.routes:
            name = route.sink.name
            sent[name] = sent.get(name, 0) + route.sink.sent
        tick()
    rows, inside = np.concatenate(laps), np.concatenate(networks)
    latency = {name: summary(rows[:, i]) for i, name in enumerate(STAGES)}
    latency["capture_to_send"] = summary(rows.sum(axis=1))
    return Pace(
        name=f"{rate_hz:g} fps" if rate_hz else "back to back",
        rate_hz=rate_hz,
        alone_ms=summary(np.array(alone)),
        latency_ms=latency,
        overhead_ms=overhead(rows, inside),
        frames=frames,
        dropped=dropped,
        sent=sent,
        cpu_share=cpu_s / wall_s,
        solver=solver,
        solver_network_ms=summary(inside[:, 0]),
        motion=motion,
        motion_network_ms=summary(inside[:, 1]),
        runtimes=runtimes,
    )


def demo_source(rate_hz: float, images: int) -> PacedSource:
    """Return the looped bundled clip at a rate, with the warm-up images added."""
    settings = CaptureSettings(pace="fast", loop=True)
    return PacedSource(open_source("demo", settings), rate_hz, images + WARM_UP)


def _tracker_alone(rate_hz: float, images: int) -> list[int]:
    """Return ns from each image's due time to its landmarks, with MediaPipe alone."""
    source, tracker = demo_source(rate_hz, images), MediaPipeTracker(1)
    took = []
    try:
        while (image := source.read()) is not None:
            tracker.track(image.pixels)
            took.append(monotonic_ns() - image.arrived_ns)
    finally:
        source.close()
        tracker.close()
    return took[WARM_UP:]
