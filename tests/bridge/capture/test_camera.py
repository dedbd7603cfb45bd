import logging
import threading

import cv2
import pytest

from bridge.capture.camera import open_camera, parse_device
from bridge.capture.live import DAMAGED_LIMIT, LiveSource
from bridge.capture.source import CaptureSettings, Image
from bridge.errors import CaptureError, ConfigError
from engines.footage.opencv import Capture
from tests.streams import number

from .fakes import CLOCK_NS, FakeCamera, Pauses, read, start, stop


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
