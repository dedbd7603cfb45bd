"""A fake clock, a fake camera, and functions that open it, read it and stop it."""

from __future__ import annotations

import threading
from queue import SimpleQueue

import cv2

from bridge.capture.camera import open_camera
from bridge.capture.live import LiveSource, Patience
from bridge.capture.source import CaptureSettings, Image, Pixels
from engines.footage.opencv import Capture
from tests.streams import number, picture

CLOCK_NS = 42_000

PATIENCE = Patience()

QUICK = CaptureSettings(
    open_timeout_s=4.0, read_timeout_s=0.6, retry_first_s=0.02, retry_longest_s=0.05
)


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


class Pauses:
    """Remembers how long it was to wait, and hardly waits."""

    def __init__(self) -> None:
        self.asked_s: list[float] = []
        self.patient = 0
        """Pauses before a first picture."""
        self.enough = threading.Event()
        self.wanted = 1

    def wait(self, stop: threading.Event, timeout_s: float) -> bool:
        if timeout_s == PATIENCE.pause_s:
            self.patient += 1
            return stop.is_set()
        self.asked_s.append(timeout_s)
        if len(self.asked_s) >= self.wanted:
            self.enough.set()
        return stop.wait(0.002)


def start(
    camera: FakeCamera,
    pauses: Pauses | None = None,
    settings: CaptureSettings | None = None,
) -> LiveSource:
    """Open the camera, which shows 0 at once, and read that."""
    camera.show(0)
    source = open_camera(
        "0",
        settings or CaptureSettings(),
        lambda: CLOCK_NS,
        open_device=camera.open,
        wait=(pauses or Pauses()).wait,
    )
    assert number(read(source).pixels) == 0
    return source


def read(source: LiveSource) -> Image:
    rescue = threading.Timer(30.0, source.close)  # rather than wait forever
    rescue.start()
    try:
        image = source.read()
    finally:
        rescue.cancel()
        rescue.join()
    assert image is not None
    return image


def stop(source: LiveSource, camera: FakeCamera) -> None:
    source.close()
    camera.fail()  # a driver that was waiting for a picture returns
