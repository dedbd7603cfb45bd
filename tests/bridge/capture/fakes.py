"""A clock that a test moves, and a camera that a test holds in its hand."""

from __future__ import annotations

import threading
from queue import SimpleQueue

import cv2

from bridge.capture.source import Pixels
from engines.footage.opencv import Capture
from tests.streams import picture


class FakeClock:
    """Time that passes only where somebody waits."""

    def __init__(self, now_ns: int = 5_000_000_000) -> None:
        self.now_ns = now_ns
        self.waits_s: list[float] = []

    def __call__(self) -> int:
        return self.now_ns

    def wait(self, stop: threading.Event, timeout_s: float) -> bool:
        self.waits_s.append(timeout_s)
        self.now_ns += round(timeout_s * 1e9)
        return stop.is_set()


class FakeCamera:
    """Gives a picture for each `show`; `unplug` ends it until `plug`."""

    def __init__(self) -> None:
        self.plugged = True
        self.opened = 0
        self.released = 0
        self.settings: list[tuple[int, float]] = []
        self.forgets = False
        """It takes the format it is asked for only where that is asked last."""
        self._next: SimpleQueue[Pixels | Exception | None] = SimpleQueue()
        self._grabbed: Pixels | None = None
        self._ended = False

    def open(self, device: object, settings: object = None) -> Capture | None:
        """Return the camera itself, as long as it is plugged in."""
        if not self.plugged:
            return None
        self.opened += 1
        self._ended = False
        return self

    def show(self, number: int) -> None:
        self._next.put(picture(number))

    def show_damaged(self) -> None:
        self._next.put(cv2.error("imdecode: torn"))

    def unplug(self) -> None:
        self.plugged = False
        self.fail()

    def plug(self) -> None:
        self.plugged = True

    def fail(self) -> None:
        """Let all reads fail from the next on, as at the end of a stream."""
        self._next.put(None)

    def stumble(self) -> None:
        """Let the next read fail, and no other."""
        self._next.put(InterruptedError())

    def break_driver(self) -> None:
        self._next.put(RuntimeError("a bug in the driver"))

    def grab(self) -> bool:
        if self._ended:
            return False
        item = self._next.get()
        if isinstance(item, RuntimeError):
            raise item
        self._ended = item is None
        self._grabbed = None if isinstance(item, Exception) else item
        return not self._ended and not isinstance(item, InterruptedError)

    def retrieve(self) -> tuple[bool, Pixels | None]:
        if self._grabbed is None:
            raise cv2.error("imdecode: torn")
        return True, self._grabbed

    def get(self, prop: int, /) -> float:
        """Whatever is asked of it, this camera gives 1280x720 MJPG at 30 fps."""
        return {
            cv2.CAP_PROP_FRAME_WIDTH: 1280.0,
            cv2.CAP_PROP_FRAME_HEIGHT: 720.0,
            cv2.CAP_PROP_FPS: 30.0,
            cv2.CAP_PROP_FOURCC: float(self._fourcc()),
        }.get(prop, 0.0)

    def _fourcc(self) -> int:
        mjpg, yuy2 = (cv2.VideoWriter.fourcc(*name) for name in ("MJPG", "YUY2"))
        formats = (cv2.CAP_PROP_FOURCC, cv2.CAP_PROP_FRAME_HEIGHT, cv2.CAP_PROP_FPS)
        asked = [prop for prop, _ in self.settings if prop in formats]
        return yuy2 if self.forgets and asked[-1:] != [cv2.CAP_PROP_FOURCC] else mjpg

    def set(self, prop: int, value: float, /) -> bool:
        self.settings.append((prop, value))
        return True

    def release(self) -> None:
        self.released += 1
