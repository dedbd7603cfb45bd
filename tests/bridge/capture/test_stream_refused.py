"""Addresses of streams that are refused, and what is told of them."""

import logging
import re
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import (
    BaseHTTPRequestHandler,
    SimpleHTTPRequestHandler,
    ThreadingHTTPServer,
)
from pathlib import Path
from typing import Any

import cv2
import pytest

from bridge.capture.open import open_source
from bridge.capture.source import CaptureSettings
from bridge.capture.stream import open_url, printable, single_picture
from bridge.errors import CaptureError, ConfigError
from tests.streams import MjpegServer, picture, write_clip

from .fakes import QUICK


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
