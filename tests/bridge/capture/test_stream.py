import subprocess
import sys
import threading
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

import cv2
import pytest

from bridge.capture.open import open_source
from bridge.capture.source import CaptureSettings, Image, Source
from bridge.capture.stream import open_url
from tests.streams import (
    NUMBERS,
    MjpegServer,
    number,
    rtsp_server,
    udp_stream,
    write_clip,
)

from .fakes import QUICK, FakeCamera

REPOSITORY = Path(__file__).parents[3]


@pytest.fixture
def server() -> Iterator[MjpegServer]:
    server = MjpegServer()
    yield server
    server.close()


@pytest.fixture(scope="module")
def transport_stream(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    path = tmp_path_factory.mktemp("stream") / "a.ts"
    return write_clip(path, 240, fourcc="MPG2").read_bytes()


def some(source: Source, images: int) -> list[Image]:
    """Read so many; fewer, rather than wait forever, where they do not come."""
    rescue = threading.Timer(30.0, source.close)
    rescue.start()
    found = [source.read() for _ in range(images)]
    rescue.cancel()
    rescue.join()
    return [image for image in found if image is not None]


def assert_in_order(images: list[Image]) -> None:
    """A picture that was missed is missing in the index as well, and no other."""
    for a, b in pairwise(images):
        assert b.index > a.index
        assert b.captured_ns > a.captured_ns
        steps = number(b.pixels) - number(a.pixels)
        assert steps % NUMBERS == (b.index - a.index) % NUMBERS


def test_motion_jpeg_over_http(server: MjpegServer) -> None:
    source = open_source(f"url:{server.url}", QUICK)
    assert source.name == f"url:{server.url}"
    assert not source.ended
    images = some(source, 20)
    assert len(images) == 20
    assert images[0].pixels.shape == (48, 64, 3)
    assert_in_order(images)
    source.close()


def test_rtsp_over_tcp(transport_stream: bytes) -> None:
    with rtsp_server(transport_stream) as url:
        source = open_source(url, QUICK)
        images = some(source, 20)
        source.close()
    assert len(images) == 20
    assert_in_order(images)


def test_mpeg_ts_over_udp(transport_stream: bytes) -> None:
    with udp_stream(transport_stream) as url:
        source = open_source(url, QUICK)
        images = some(source, 20)
        source.close()
    assert len(images) == 20
    assert {number(image.pixels) for image in images} <= set(range(NUMBERS))


def test_a_server_that_goes_away_and_comes_back(server: MjpegServer) -> None:
    source = open_source(f"url:{server.url}", QUICK)
    before = some(source, 3)[-1]
    server.close()
    again = MjpegServer(server.server_port)
    # What was under way when the server ended may still come first; a new connection
    # starts over, at picture 0.
    images = some(source, 3 * NUMBERS)
    again.close()
    source.close()
    assert len(images) == 3 * NUMBERS
    assert images[0].index > before.index
    assert images[-1].arrived_ns > before.arrived_ns


def test_a_stream_that_stalls_is_opened_again(server: MjpegServer) -> None:
    first_connection = server.flowing
    source = open_source(f"url:{server.url}", QUICK)
    assert len(some(source, 3)) == 3
    server.flowing = threading.Event()  # for connections from now on
    server.flowing.set()
    first_connection.clear()
    images = some(source, 5 * NUMBERS)
    first_connection.set()
    source.close()
    assert len(images) == 5 * NUMBERS


def test_close_does_not_wait_for_a_stalled_stream(server: MjpegServer) -> None:
    patient = CaptureSettings(read_timeout_s=30.0)
    source = open_source(f"url:{server.url}", patient)
    assert len(some(source, 3)) == 3
    server.flowing.clear()
    stalled = threading.Event()

    def read_to_the_end() -> None:
        # What was under way when the stream stalled comes first, if anything was.
        while source.read(2.0) is not None:
            pass
        stalled.set()
        source.read()

    reader = threading.Thread(target=read_to_the_end)
    reader.start()
    assert stalled.wait(30.0)
    source.close()
    reader.join(10.0)
    assert not reader.is_alive()
    server.close()  # and with it, FFmpeg's wait


def test_a_program_that_forgets_to_close_still_ends_well(server: MjpegServer) -> None:
    script = (
        "from bridge.capture.open import open_source\n"
        f"source = open_source({server.url!r})\n"
        "assert source.read()\n"
    )
    command = [sys.executable, "-c", script]
    ended = subprocess.run(command, cwd=REPOSITORY, timeout=60, capture_output=True)
    assert (ended.returncode, ended.stderr) == (0, b"")


def test_lost_packets_are_no_end_of_a_stream() -> None:
    camera = FakeCamera()
    for _ in range(90):  # joined in mid-picture
        camera.stumble()
    camera.show(0)
    camera.show(1)
    source = open_url("rtsp://host/live", QUICK, open_stream=camera.open)
    while number(some(source, 1)[0].pixels) != 1:
        pass
    for i in range(2, 5):
        for _ in range(7):  # a packet each
            camera.stumble()
        camera.show(i)
        assert [number(image.pixels) for image in some(source, 1)] == [i]
    assert camera.opened == 1
    source.close()
    camera.fail()


class Anamorphic(FakeCamera):
    """As old camcorders and broadcast have it: a pixel is 4 to 3."""

    def get(self, prop: int, /) -> float:
        shape = {cv2.CAP_PROP_SAR_NUM: 4.0, cv2.CAP_PROP_SAR_DEN: 3.0}
        return shape.get(prop, super().get(prop))


def test_a_stream_with_pixels_that_are_not_square() -> None:
    camera = Anamorphic()
    for i in range(2):
        camera.show(i)
    source = open_url("rtsp://host/live", QUICK, open_stream=camera.open)
    (image,) = some(source, 1)
    assert image.pixels.shape == (48, 85, 3)
    source.close()
    camera.fail()
