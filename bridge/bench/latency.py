"""Latency of the whole daemon beside MediaPipe's tracker alone, in one run.

Machines are noisy, so the two take turns in short rounds at the same pace, on the same
images; what is reported are medians over all rounds, p99 from paced rounds, and the
difference of the medians: what facewire costs on top of the tracker it uses.
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
"""Images at the start of a round that are not counted."""


@dataclass(frozen=True, slots=True)
class Pace:
    """One row of the table."""

    name: str
    rate_hz: float
    """0 is back to back."""
    alone_ms: Summary
    """MediaPipe alone: colour conversion, tracking, landmarks as an array."""
    latency_ms: dict[str, Summary]
    """Of the daemon: a summary a stage, and `capture_to_send`."""
    overhead_ms: Summary
    """Of the daemon: all but MediaPipe, the expression network and, of the solve stage,
    the solver network; each network with the cutting of what it looks at; and of the
    shape stage the generator's network."""
    frames: int
    dropped: int
    sent: dict[str, int]
    cpu_share: float
    """Of one core, while the daemon ran."""
    solver: str
    """The one that ran."""
    solver_network_ms: Summary
    """Of the solve stage, its network with the cutting of its patches; else zeros."""
    motion: str
    """What moved the face."""
    motion_network_ms: Summary
    """Of the shape stage, the generator's network; else zeros."""
    runtimes: dict[str, str]
    """What the solve stage and the shape stage were run by, and why."""


def measure(
    rate_hz: float,
    images: int,
    rounds: int,
    receivers: Receivers,
    tick: Callable[[], None] = lambda: None,
) -> Pace:
    """Take turns between the daemon and MediaPipe alone; `tick` after each turn.

    Args:
        rate_hz: images a second; 0 is back to back.
        images: how many a turn, `WARM_UP` more are not counted.
        rounds: turns of each.
        receivers: where the daemon sends to.
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
    """Return the bundled clip, over and over, at a rate, after a warm-up."""
    settings = CaptureSettings(pace="fast", loop=True)
    return PacedSource(open_source("demo", settings), rate_hz, images + WARM_UP)


def _tracker_alone(rate_hz: float, images: int) -> list[int]:
    """Return ns from an image's due time to its landmarks, nothing else running."""
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
