"""A camera that is lost and comes back, and single pictures that are lost."""

import logging

import pytest

from bridge.capture.camera import open_camera
from bridge.capture.live import DAMAGED_LIMIT, FAILED_NS
from bridge.capture.source import CaptureSettings
from tests.streams import number

from .fakes import FakeCamera, FakeClock, Pauses, read, start, stop


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


def test_nothing_but_torn_pictures_is_one() -> None:
    camera = FakeCamera()
    source = start(camera)
    for _ in range(DAMAGED_LIMIT):
        camera.show_damaged()
    camera.show(1)
    assert number(read(source).pixels) == 1
    assert camera.opened == 2
    stop(source, camera)
