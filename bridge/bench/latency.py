"""Latency of the whole daemon and of a tracker alone, in one run.

Timings vary with the load of the machine. So the daemon and the tracker alternate in
short turns, at the same pace and on the same images. Reported are percentiles over all
turns, and the ratio of the medians: what facewire costs on top of its tracker. The
tracker alone is MediaPipe's task with its curves if a task file is given, else its
FaceMesh where that is installed, and otherwise ours.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import psutil

from bridge.capture.open import open_source
from bridge.capture.source import CaptureSettings, Source
from bridge.clock import monotonic_ns
from bridge.daemon import Daemon
from bridge.solve.mediapipe_tracker import open_mediapipe_tracker
from bridge.solve.own_tracker import open_own_tracker
from bridge.solve.task_tracker import open_task
from bridge.solve.tracker import Tracker
from bridge.stages import Summary, overhead, percentiles, summary

from .crowd import Crowd
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
    alone: str
    """The tracker that ran alone."""
    alone_ms: Summary
    """That tracker: colour conversion, tracking, landmarks as an array."""
    latency_ms: dict[str, Summary]
    """The daemon's time for each stage, and in total as `capture_to_send`."""
    overhead_ms: Summary
    """The daemon's time outside the tracker and the networks: the expression and solver
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
    task: Path | None = None,
) -> Pace:
    """Alternate between a tracker alone and the daemon, and return the timings.

    Args:
        rate_hz: images per second; 0 is back to back.
        images: counted images per turn; `WARM_UP` more come before them.
        rounds: number of turns of each.
        receivers: the destinations of the daemon's packets.
        tick: called after every turn.
        task: file of MediaPipe's FaceLandmarker, which then is the tracker alone.
    """
    alone: list[int] = []
    laps, networks, later = [], [], []
    solver = motion = alone_name = ""
    runtimes: dict[str, str] = {}
    sent: dict[str, int] = {}
    dropped = frames = 0
    cpu_s = wall_s = 0.0
    process = psutil.Process()
    for _ in range(rounds):
        alone_name, took = _tracker_alone(rate_hz, images, receivers.faces, task)
        alone += took
        tick()
        source = demo_source(rate_hz, images, receivers.faces)
        daemon = Daemon(receivers.config, source=source)
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
        later.append(daemon.watch.later_ns()[WARM_UP:])
        solver, motion = daemon.solver.name, daemon.motion.name
        runtimes = {"solve": daemon.solver.reason, "shape": daemon.motion.reason}
        dropped += daemon.dropped
        frames += daemon.watch.frames
        for route in daemon.routes:
            name = route.sink.name
            sent[name] = sent.get(name, 0) + route.sink.sent
        tick()
    rows, inside = np.concatenate(laps), np.concatenate(networks)
    return Pace(
        name=f"{rate_hz:g} fps" if rate_hz else "back to back",
        rate_hz=rate_hz,
        alone=alone_name,
        alone_ms=summary(np.array(alone)),
        latency_ms=percentiles(rows, np.concatenate(later)),
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


def demo_source(rate_hz: float, images: int, faces: int = 1) -> PacedSource:
    """Return the looped bundled clip at a rate, with the warm-up images added.

    Args:
        rate_hz: images per second; 0 is back to back.
        images: how many are counted.
        faces: how often its actor is in each image.
    """
    source = open_source("demo", CaptureSettings(pace="fast", loop=True))
    shown: Source = source if faces == 1 else Crowd(source, faces)
    return PacedSource(shown, rate_hz, images + WARM_UP)


def _tracker_alone(
    rate_hz: float, images: int, faces: int, task: Path | None
) -> tuple[str, list[int]]:
    """Return a tracker's name, and ns from each image's due time to its landmarks."""
    name, tracker = _alone(task, faces)
    source = demo_source(rate_hz, images, faces)
    took = []
    try:
        while (image := source.read()) is not None:
            tracker.track(image.pixels, image.captured_ns)
            took.append(monotonic_ns() - image.arrived_ns)
    finally:
        source.close()
        tracker.close()
    return name, took[WARM_UP:]


def _alone(task: Path | None, faces: int) -> tuple[str, Tracker]:
    """Return MediaPipe's task or FaceMesh, or our tracker, and its name."""
    if task is not None:
        return "FaceLandmarker", open_task(task, faces)
    try:
        return "MediaPipe", open_mediapipe_tracker(faces)
    except ImportError:
        return "the tracker", open_own_tracker(faces)
