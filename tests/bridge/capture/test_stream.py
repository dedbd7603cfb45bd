import logging
import re
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import (
    BaseHTTPRequestHandler,
    SimpleHTTPRequestHandler,
    ThreadingHTTPServer,
)
from itertools import pairwise
from pathlib import Path
from typing import Any

import cv2
import pytest

from bridge.capture.open import open_source
from bridge.capture.source import CaptureSettings, Image, Source
from bridge.capture.stream import (
    open_url,
    printable,
    single_picture,
)
from bridge.errors import CaptureError, ConfigError
from tests.streams import (
    NUMBERS,
    MjpegServer,
    number,
    picture,
    rtsp_server,
    udp_stream,
    write_clip,
)

from .fakes import FakeCamera

REPOSITORY = Path(__file__).parents[3]

QUICK = CaptureSettings(
    open_timeout_s=4.0, read_timeout_s=0.6, retry_first_s=0.02, retry_longest_s=0.05
)


@pytest.fixture
def server() -> Iterator[MjpegServer]:
    server = MjpegServer()
    yield server
    server.close()


@pytest.fixture(scope="module")
def transport_stream(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    path = tmp_path_factory.mktemp("stream") / "a.ts"
    return write_clip(path, 240, fourcc="MPG2").read_bytes()


@contextmanager
def files(folder: Path) -> Iterator[str]:
    """Serve a folder by HTTP; gives its address."""

    class Handler(SimpleHTTPRequestHandler):
        def __init__(self, *args: Any) -> None:
            super().__init__(*args, directory=str(folder))

        def log_message(self, format: str, *args: object) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()
        thread.join()


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


@pytest.mark.parametrize("scheme", ["rtsp", "http"])
def test_nobody_there(scheme: str) -> None:
    # A port that was free a moment ago. Refused is known at once, not at a timeout.
    gone = MjpegServer()
    gone.close()
    address = f"{scheme}://127.0.0.1:{gone.server_port}/live"
    with pytest.raises(
        CaptureError, match=f"url:{address}: no stream can be opened there"
    ):
        open_source(f"url:{address}", CaptureSettings(open_timeout_s=60.0))


def test_a_page_is_not_a_stream(tmp_path: Path) -> None:
    (tmp_path / "index.html").write_text("<h1>It works!</h1>")
    with (
        files(tmp_path) as url,
        pytest.raises(CaptureError, match="no stream can be opened there"),
    ):
        open_source(f"{url}/index.html", QUICK)


def test_a_recording_is_not_a_stream(tmp_path: Path) -> None:
    write_clip(tmp_path / "a.avi", 10)
    with (
        files(tmp_path) as url,
        pytest.raises(CaptureError, match=r"is a recording of 10 pictures.*video:"),
    ):
        open_source(f"{url}/a.avi", QUICK)


@contextmanager
def still(kind: str = "image/jpeg") -> Iterator[tuple[str, list[str]]]:
    """Serve one picture at any path; gives the address, and the paths asked for."""
    asked: list[str] = []
    jpeg = cv2.imencode(".jpg", picture(3))[1].tobytes()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            asked.append(self.path)
            self.send_response(200)
            self.send_header("Content-Type", kind)
            self.end_headers()
            self.wfile.write(jpeg)

        def log_message(self, format: str, *args: object) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_port}", asked
        finally:
            server.shutdown()
            thread.join()


@pytest.mark.parametrize(
    ("path", "stream"),
    [
        ("/shot.jpg", "/video"),
        ("/axis-cgi/jpg/image.cgi", "/axis-cgi/mjpg/video.cgi"),
        ("/?action=snapshot", "/?action=stream"),
        ("/cgi-bin/now?x=1", "/video"),
    ],
)
def test_a_single_picture_is_not_a_stream(
    path: str, stream: str, caplog: pytest.LogCaptureFixture
) -> None:
    with (
        caplog.at_level(logging.INFO),
        still() as (url, asked),
        pytest.raises(CaptureError) as caught,
    ):
        open_source(f"url:{url}{path}", QUICK)
    told = f"is a single picture, expected a stream; .*often {url}{stream}"
    assert re.search(told.replace("?", "[?]"), str(caught.value))
    assert len(asked) <= 6  # FFmpeg may ask twice
    assert caplog.records == []


def test_the_stream_of_a_camera_is_elsewhere() -> None:
    told = single_picture("http://ann:secret@10.0.0.7/capture")
    assert told.endswith("often http://10.0.0.7:81/stream")
    assert single_picture("http://[::1]:8080/shot.jpg").endswith("//[::1]:8080/video")


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


def test_passwords_are_not_shown() -> None:
    shown = "rtsp://***@10.0.0.7:554/live?channel=***"
    assert printable("rtsp://ann:s3cret@10.0.0.7:554/live?channel=1") == shown
    with pytest.raises(CaptureError) as caught:
        open_url(
            "http://ann:s3c@ret@127.0.0.1/live?key=s3c",
            CaptureSettings(),
            open_stream=lambda address, settings: None,
        )
    assert "s3c" not in str(caught.value)
    assert "ret@" not in str(caught.value)
    assert "http://***@127.0.0.1/live?key=***" in str(caught.value)


@pytest.mark.parametrize(
    "address", ["", "10.0.0.7", "gopher://a/b", "rtsp:///live", "http://[::1/x"]
)
def test_not_an_address(address: str) -> None:
    with pytest.raises(ConfigError, match="url:"):
        open_url(address, CaptureSettings())


@pytest.mark.parametrize("address", ["rtps://{}@cam/x", "{}@cam", "rtsp://{}@[::1/x"])
def test_what_is_not_an_address_is_not_repeated_with_its_password(address: str) -> None:
    with pytest.raises(ConfigError) as caught:
        open_url(address.format("ann:s3c@ret"), CaptureSettings())
    assert "s3c" not in str(caught.value) and "ret" not in str(caught.value)
