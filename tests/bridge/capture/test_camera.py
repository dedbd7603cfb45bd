import logging
import threading

import cv2
import pytest

from bridge.capture.camera import open_camera, parse_device
from bridge.capture.live import DAMAGED_LIMIT, FAILED_NS, LiveSource, Patience
from bridge.capture.source import CaptureSettings, Image
from bridge.errors import CaptureError, ConfigError
from engines.footage.opencv import Capture
from tests.streams import number

from .fakes import FakeCamera, FakeClock

CLOCK_NS = 42_000
PATIENCE = Patience()


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


def test_pictures_come_with_the_time_they_came() -> None:
    camera = FakeCamera()
    source = start(camera)
    for i in range(1, 4):
        camera.show(i)
        image = read(source)
        assert (image.index, number(image.pixels)) == (i, i)
        assert image.captured_ns == image.arrived_ns == CLOCK_NS
    assert (source.name, source.own_time) == ("camera:0", False)
    stop(source, camera)


def test_format_is_asked_for_before_size() -> None:
    camera = FakeCamera()
    stop(start(camera), camera)
    asked = dict(camera.settings)
    assert list(asked)[:3] == [
        cv2.CAP_PROP_FOURCC,
        cv2.CAP_PROP_FRAME_WIDTH,
        cv2.CAP_PROP_FRAME_HEIGHT,
    ]
    assert asked[cv2.CAP_PROP_FOURCC] == int.from_bytes(b"MJPG", "little")
    assert asked[cv2.CAP_PROP_FRAME_WIDTH] == 640
    assert asked[cv2.CAP_PROP_FPS] == 30.0


def test_a_driver_that_forgets_the_format_with_the_size_is_asked_again() -> None:
    camera = FakeCamera()
    camera.forgets = True
    stop(start(camera), camera)
    asked = [prop for prop, _ in camera.settings]
    assert asked.count(cv2.CAP_PROP_FOURCC) == 2
    assert asked.index(cv2.CAP_PROP_FOURCC) < asked.index(cv2.CAP_PROP_FRAME_WIDTH)
    assert asked[-2:] == [cv2.CAP_PROP_FOURCC, cv2.CAP_PROP_BUFFERSIZE]
    assert camera.get(cv2.CAP_PROP_FOURCC) == int.from_bytes(b"MJPG", "little")


def test_a_driver_that_keeps_the_format_is_asked_once() -> None:
    camera = FakeCamera()
    stop(start(camera), camera)
    asked = [prop for prop, _ in camera.settings]
    assert asked.count(cv2.CAP_PROP_FOURCC) == 1


def test_the_cameras_own_format_is_left_alone() -> None:
    camera = FakeCamera()
    settings = CaptureSettings(width=0, height=0, fps=0, fourcc="")
    stop(start(camera, settings=settings), camera)
    assert list(dict(camera.settings)) == [cv2.CAP_PROP_BUFFERSIZE]


def test_what_it_really_gives_is_said(caplog: pytest.LogCaptureFixture) -> None:
    camera = FakeCamera()
    with caplog.at_level(logging.INFO):
        stop(start(camera), camera)
    assert caplog.records[0].getMessage() == (
        "camera:0: gives 1280x720 at 30 fps, MJPG; asked for 640x480 at 30 fps, MJPG"
    )


def test_it_comes_back_and_says_so_once(caplog: pytest.LogCaptureFixture) -> None:
    camera, pauses = FakeCamera(), Pauses()
    source = start(camera, pauses)
    pauses.wanted = 6
    with caplog.at_level(logging.INFO):
        camera.unplug()
        assert pauses.enough.wait(10.0)
        camera.plug()
        camera.show(5)
        image = read(source)
        assert (image.index, number(image.pixels)) == (1, 5)
        camera.show(6)
        assert number(read(source).pixels) == 6
        stop(source, camera)
    assert pauses.asked_s[:6] == [0.25, 0.5, 1.0, 2.0, 4.0, 4.0]
    said = [record.getMessage() for record in caplog.records]
    assert len([text for text in said if "lost" in text]) == 1
    assert len([text for text in said if "back after" in text]) == 1


def test_a_second_loss_is_a_new_one() -> None:
    camera, pauses = FakeCamera(), Pauses()
    source = start(camera, pauses)
    for i in (1, 3):
        camera.fail()
        for k in (i, i + 1):
            camera.show(k)
            assert number(read(source).pixels) == k
    assert pauses.asked_s == [0.25, 0.25]
    assert (camera.opened, camera.released) == (3, 2)
    stop(source, camera)


def test_one_picture_each_time_is_no_way_back(
    caplog: pytest.LogCaptureFixture,
) -> None:
    camera, pauses = FakeCamera(), Pauses()
    with caplog.at_level(logging.INFO):
        source = start(camera, pauses)
        for i in range(1, 8):
            camera.fail()
            camera.show(i)
            assert number(read(source).pixels) == i
        stop(source, camera)
    # Longer and longer pauses, and one line, not two each time.
    assert pauses.asked_s == [0.25, 0.5, 1.0, 2.0, 4.0, 4.0, 4.0]
    said = [record.getMessage() for record in caplog.records]
    assert len([text for text in said if "lost" in text]) == 1
    assert not any("back after" in text for text in said)


def test_it_opens_but_gives_nothing_again_and_again() -> None:
    camera, pauses = FakeCamera(), Pauses()
    source = start(camera, pauses)
    for _ in range(3):
        camera.fail()
    camera.show(1)
    assert number(read(source).pixels) == 1
    assert pauses.asked_s == [0.25, 0.5, 1.0]
    stop(source, camera)


def test_one_torn_picture_is_no_loss() -> None:
    camera = FakeCamera()
    source = start(camera)
    camera.show_damaged()
    camera.show(1)
    assert number(read(source).pixels) == 1
    assert camera.opened == 1
    stop(source, camera)


def test_one_failed_grab_is_no_loss() -> None:
    camera = FakeCamera()
    source = start(camera)
    for _ in range(5):
        camera.stumble()
    camera.show(1)
    assert number(read(source).pixels) == 1
    assert camera.opened == 1
    assert source.missing == 5
    stop(source, camera)


def test_a_grab_that_fails_after_a_second_of_nothing_is_a_loss() -> None:
    camera, clock = FakeCamera(), FakeClock()
    camera.show(0)
    source = open_camera(
        "0", CaptureSettings(), clock, open_device=camera.open, wait=Pauses().wait
    )
    read(source)
    clock.now_ns += FAILED_NS
    camera.stumble()
    camera.show(1)
    assert number(read(source).pixels) == 1
    assert camera.opened == 2
    stop(source, camera)


@pytest.mark.parametrize("what", ["a grab that fails", "damaged pictures"])
def test_a_camera_that_needs_patience_to_start(what: str) -> None:
    camera, pauses = FakeCamera(), Pauses()
    if what == "damaged pictures":
        for _ in range(DAMAGED_LIMIT + 5):
            camera.show_damaged()
    else:
        for _ in range(20):
            camera.stumble()
    source = start(camera, pauses)
    # In one go: opened again, it would begin anew.
    assert (camera.opened, source.missing) == (1, 0)
    assert pauses.patient == (20 if what == "a grab that fails" else 15)
    stop(source, camera)


def test_a_camera_that_must_be_opened_again_to_start(
    caplog: pytest.LogCaptureFixture,
) -> None:
    camera, pauses = FakeCamera(), Pauses()
    for _ in range(3):
        camera.fail()
    with caplog.at_level(logging.INFO):
        source = start(camera, pauses)
    assert camera.opened == 4
    assert pauses.asked_s == [0.5, 1.0, 2.0]
    said = [record.getMessage() for record in caplog.records]
    told = "camera:0: opened, but gave no picture yet; trying again"
    assert said.count(told) == 1
    assert not any("lost" in text for text in said)
    stop(source, camera)


def test_nothing_but_torn_pictures_is_one() -> None:
    camera = FakeCamera()
    source = start(camera)
    for _ in range(DAMAGED_LIMIT):
        camera.show_damaged()
    camera.show(1)
    assert number(read(source).pixels) == 1
    assert camera.opened == 2
    stop(source, camera)


def test_the_newest_wins() -> None:
    camera = FakeCamera()
    source = start(camera)
    for i in range(1, 6):
        camera.show(i)
    camera.unplug()  # whereupon all five have been handed over
    while camera.released == 0:
        threading.Event().wait(0.001)
    image = read(source)
    assert (image.index, number(image.pixels)) == (5, 5)
    source.close()


def test_close_does_not_wait_for_a_blocked_driver() -> None:
    camera = FakeCamera()
    source = start(camera)
    images: list[Image | None] = []
    reader = threading.Thread(target=lambda: images.append(source.read()))
    reader.start()
    source.close()
    reader.join(10.0)
    assert images == [None]
    assert source.read() is None
    assert camera.released == 0  # the driver still waits for a picture
    source.close()
    camera.fail()


def test_a_bug_is_not_taken_for_the_end() -> None:
    camera = FakeCamera()
    source = start(camera)
    camera.break_driver()
    with pytest.raises(RuntimeError, match="a bug in the driver"):
        read(source)
    assert camera.released == 1
    source.close()


def test_no_camera_says_so_at_once() -> None:
    camera = FakeCamera()
    camera.plugged = False
    with pytest.raises(CaptureError, match=r"camera:63: .*facewire doctor"):
        open_camera("63", CaptureSettings(), open_device=camera.open)


def test_no_camera_says_opencv() -> None:
    with pytest.raises(CaptureError, match=r"camera:63: .*facewire doctor"):
        open_camera("63", CaptureSettings())


def test_a_camera_without_a_picture() -> None:
    camera = FakeCamera()
    camera.fail()

    def connect() -> Capture:
        camera.fail()
        opened = camera.open(0)
        assert opened is not None
        return opened

    with pytest.raises(CaptureError, match=r"opens but gives no picture within 0\.3 s"):
        LiveSource("dark", connect, start_timeout_s=0.3, wait=Pauses().wait)


def test_a_camera_that_never_answers() -> None:
    camera = FakeCamera()

    def connect() -> FakeCamera:
        assert camera.open(0)
        return camera

    with pytest.raises(CaptureError, match=r"slow: .*gives no picture within 0\.05 s"):
        LiveSource("slow", connect, start_timeout_s=0.05)
    camera.fail()


@pytest.mark.parametrize("allowed", [True, False])
def test_macos_asks_on_the_main_thread_whether_cameras_may_be_used(
    allowed: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bridge.capture.camera.sys.platform", "darwin")
    camera = FakeCamera()
    asked: list[threading.Thread] = []

    def opens(device: object) -> Capture | None:
        # Without permission nothing opens; macOS asks the main thread alone.
        thread = threading.current_thread()
        asked.append(thread)
        if thread is threading.main_thread():
            camera.plugged = allowed
        return camera.open(device)

    camera.plugged = False
    camera.show(0)
    if allowed:
        source = open_camera(
            *("0", CaptureSettings(), lambda: CLOCK_NS),
            open_device=opens,
            wait=Pauses().wait,
        )
        assert number(read(source).pixels) == 0
        stop(source, camera)
    else:
        with pytest.raises(CaptureError, match=r"Privacy & Security > Camera"):
            open_camera("0", CaptureSettings(), open_device=opens)
    main = threading.main_thread()
    assert [thread is main for thread in asked] == [False, True, False][: 2 + allowed]


@pytest.mark.parametrize(
    ("target", "device"),
    [("", 0), ("0", 0), ("12", 12), ("/dev/video2", "/dev/video2")],
)
def test_numbers_and_paths(target: str, device: int | str) -> None:
    assert parse_device(target) == device


@pytest.mark.parametrize("target", ["-1", "front", "1.5", "²", "video0"])
def test_anything_else(target: str) -> None:
    with pytest.raises(ConfigError, match=r"expected a number from 0, or a path"):
        parse_device(target)
