"""Stand-ins that keep the promises of the bridge's Protocols, for all its tests."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

import numpy as np

from bridge.capture.source import Image, Pixels
from bridge.clock import monotonic_ns
from bridge.config import Config
from bridge.feeds.camera import CameraFeed
from bridge.feeds.expressions import Reads
from bridge.feeds.feed import OtherSolver, Times
from bridge.metrics import Stopwatch
from bridge.pipeline import Pipeline, Publishes, Shapes
from bridge.solve.identities import Seated
from bridge.solve.tracker import Landmarks, Tracker
from bridge.wires.livelink import LiveLink
from protocols.channels import Vector
from protocols.frame import FaceFrame
from protocols.timecode import Timecode
from tests.bridge.faces import FRAME_NS, vector

PATIENCE_S = 30.0
"""A loaded machine gets this time for what should take a second at most."""

NOWHERE = Config(sinks=[LiveLink(port=9)])
"""One sink, to a port where nobody listens."""


def image(index: int, *, faces: int = 1) -> Image:
    """A tiny image; its first byte tells `ScriptedTracker` how many faces it has."""
    pixels = np.zeros((4, 4, 3), dtype=np.uint8)
    pixels[0, 0, 0] = faces
    return Image(index, index * FRAME_NS, monotonic_ns(), pixels)


def landmarks(x: float = 0.0) -> Landmarks:
    points = np.zeros((478, 3), dtype=np.float32)
    points[:, 0] = x + np.arange(478) % 20
    points[:, 1] = np.arange(478) // 20
    return Landmarks(points, 640, 480)


class ScriptedTracker:
    """Finds as many faces as the image says, side by side."""

    def __init__(self) -> None:
        self.closed = False

    def track(self, pixels: Pixels, captured_ns: int = 0) -> list[Landmarks]:
        return [landmarks(100.0 * i) for i in range(int(pixels[0, 0, 0]))]

    def close(self) -> None:
        self.closed = True


class ListSource:
    """Gives images from a list; then ends, or waits for `close` if told to."""

    def __init__(self, images: Sequence[Image], *, wait: bool = False) -> None:
        self.name = "list"
        self.own_time = True
        self.dropped = 0
        self.missing = 0
        self.ended = False
        self.closed = threading.Event()
        self._images = list(images)
        self._wait = wait

    def read(self, timeout_s: float | None = None) -> Image | None:
        if self._images:
            return self._images.pop(0)
        if self._wait:
            self.closed.wait(timeout_s)
        self.ended = not self._wait or self.closed.is_set()
        return None

    def close(self) -> None:
        self.closed.set()


class OrderedPlaces:
    """Gives the first face slot 0, the second slot 1."""

    def assign(self, found: list[Landmarks], captured_ns: int) -> list[Seated]:
        return [Seated(place, each, None) for place, each in enumerate(found)]


@dataclass
class NamedSolver:
    """Says which image it was given: jawOpen is the image's index / 100."""

    subject: str
    guarded: int = 0

    def solve(
        self, image: Image, landmarks: Landmarks, expression: Vector
    ) -> FaceFrame:
        shown = vector(jawOpen=image.index / 100)
        return FaceFrame(
            image.index, image.captured_ns, self.subject, shown, expression, 0.9
        )

    def meet(self, person: int) -> None:
        """All people are the same to it."""


@dataclass
class ListRoute:
    """Keeps what was published."""

    frames: list[FaceFrame] = field(default_factory=list)
    times: list[Timecode] = field(default_factory=list)

    def publish(self, frame: FaceFrame, time: Timecode) -> None:
        self.frames.append(frame)
        self.times.append(time)


class Steps:
    """A camera's feed and the pipeline behind it, on fakes: `step` takes an image."""

    def __init__(
        self,
        shapers: Sequence[Shapes],
        route: Publishes,
        timeline: Times,
        watch: Stopwatch | None = None,
        *,
        tracker: Tracker | None = None,
        read: Reads | None = None,
        paced: bool = False,
    ) -> None:
        watch = watch or Stopwatch()
        self.feed = CameraFeed(
            ListSource([]),
            tracker or ScriptedTracker(),
            OrderedPlaces(),
            [NamedSolver(f"place {place}") for place in range(len(shapers))],
            watch,
            read,
            timeline=timeline,
            solver=OtherSolver("fake", "a fake"),
        )
        self.pipeline = Pipeline(
            shapers, self.feed.timelines, [route], watch, paced=paced
        )

    def step(self, image: Image) -> tuple[FaceFrame, ...]:
        return self.pipeline.show(self.feed.solve(image))

    def idle(self, since_last_ns: int) -> tuple[FaceFrame, ...]:
        return self.pipeline.idle(since_last_ns)

    def tick(self, captured_ns: int) -> tuple[FaceFrame, ...]:
        return self.pipeline.tick(captured_ns)


def until(done: Callable[[], bool], patience_s: float = 10.0) -> None:
    end_ns = monotonic_ns() + round(patience_s * 1e9)
    pause = threading.Event()
    while not done():
        assert monotonic_ns() < end_ns, "did not happen in time"
        pause.wait(0.005)
