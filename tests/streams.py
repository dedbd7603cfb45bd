"""Clips and live streams for tests: what cameras and phones send, on loopback.

Picture i is one flat grey, 10 + 20 * (i % 12), so that it survives any codec.
"""

from __future__ import annotations

import re
import socket
import struct
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from itertools import count
from pathlib import Path

import cv2
import numpy as np

from bridge.capture.source import Pixels

NUMBERS = 12
"""Pictures that can be told apart; the next one is the first again."""

INTERVAL_S = 0.005
"""Between two pictures, or two packets, of a stream."""

DATAGRAM = 7 * 188
"""Bytes of MPEG-TS that are sent at once, as every sender does."""


def picture(number: int, width: int = 64, height: int = 48) -> Pixels:
    """Return the flat grey that stands for a number."""
    return np.full((height, width, 3), 10 + 20 * (number % NUMBERS), np.uint8)


def number(pixels: Pixels) -> int:
    """Return the number, modulo NUMBERS, that a picture stands for."""
    return round((float(pixels.mean()) - 10) / 20)


def write_clip(path: Path, pictures: int, *, fourcc: str = "MJPG") -> Path:
    """Write pictures 0 to `pictures` - 1 at 30 fps, and return the path."""
    code = cv2.VideoWriter.fourcc(*fourcc)
    writer = cv2.VideoWriter(str(path), cv2.CAP_FFMPEG, code, 30.0, (64, 48))
    assert writer.isOpened()
    for i in range(pictures):
        writer.write(picture(i))
    writer.release()
    return path


class MjpegServer(ThreadingHTTPServer):
    """Motion JPEG over HTTP, as phones and cheap network cameras send it."""

    daemon_threads = False  # so that closing waits for every connection's end

    def __init__(self, port: int = 0) -> None:
        """Listen on loopback; port 0 takes a free one."""
        super().__init__(("127.0.0.1", port), _MjpegHandler)
        self.flowing = threading.Event()
        """Cleared, connections stay open and nothing comes."""
        self.flowing.set()
        self.stopping = threading.Event()
        self.url = f"http://127.0.0.1:{self.server_port}/video"
        # Answers a request to stop at once, rather than twice a second.
        self._thread = threading.Thread(target=self.serve_forever, args=(0.01,))
        self._thread.start()

    def close(self) -> None:
        """Hang up on everybody and free the port."""
        self.stopping.set()
        self.flowing.set()
        self.shutdown()
        self._thread.join()
        self.server_close()


class _MjpegHandler(BaseHTTPRequestHandler):
    def log_message(self, format: str, *args: object) -> None:
        pass

    def do_GET(self) -> None:
        server = self.server
        assert isinstance(server, MjpegServer)
        self.send_response(200)
        kind = "multipart/x-mixed-replace; boundary=frame"
        self.send_header("Content-Type", kind)
        self.end_headers()
        flowing = server.flowing
        with suppress(OSError):  # the reader hangs up
            for i in count():
                # Whoever replaces `flowing` may never set the one that is waited for.
                while not flowing.wait(0.05) and not server.stopping.is_set():
                    pass
                if server.stopping.wait(INTERVAL_S):
                    return
                jpeg = cv2.imencode(".jpg", picture(i))[1].tobytes()
                head = f"Content-Type: image/jpeg\r\nContent-Length: {len(jpeg)}"
                self.wfile.write(f"--frame\r\n{head}\r\n\r\n".encode() + jpeg + b"\r\n")


@contextmanager
def udp_stream(transport_stream: bytes) -> Iterator[str]:
    """Send MPEG-TS over UDP, again and again; gives the address to receive it at."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        probe.bind(("127.0.0.1", 0))
        address = probe.getsockname()

    def send(stopping: threading.Event) -> None:
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sender:
            while True:
                for packet in _packets(transport_stream):
                    with suppress(ConnectionError):  # nobody listens yet
                        sender.sendto(packet, address)
                    if stopping.wait(INTERVAL_S):
                        return

    with _background(send):
        yield f"udp://{address[0]}:{address[1]}"


@contextmanager
def rtsp_server(transport_stream: bytes) -> Iterator[str]:
    """Serve MPEG-TS by RTSP, inside its TCP connection (RFC 2326, section 10.12).

    One viewer at a time, from the start of the stream, and TCP only. Gives the address
    to open.
    """
    with socket.create_server(("127.0.0.1", 0)) as listener:
        listener.settimeout(0.01)
        url = f"rtsp://127.0.0.1:{listener.getsockname()[1]}/live"

        def serve(stopping: threading.Event) -> None:
            while not stopping.is_set():
                with suppress(OSError):  # nobody calls, or hangs up
                    viewer, _ = listener.accept()
                    with viewer:
                        viewer.settimeout(5.0)
                        if _answer_until_play(viewer, url):
                            _play(viewer, transport_stream, stopping)

        with _background(serve):
            yield url


def _answer_until_play(viewer: socket.socket, url: str) -> bool:
    sdp = (
        "v=0\r\no=- 0 0 IN IP4 127.0.0.1\r\ns=test\r\nc=IN IP4 127.0.0.1\r\nt=0 0\r\n"
        "m=video 0 RTP/AVP 33\r\na=control:track1\r\n"  # 33 is MP2T, RFC 3551
    )
    answers = {
        "OPTIONS": "Public: OPTIONS, DESCRIBE, SETUP, PLAY, TEARDOWN\r\n\r\n",
        "DESCRIBE": f"Content-Base: {url}/\r\nContent-Type: application/sdp\r\n"
        f"Content-Length: {len(sdp)}\r\n\r\n{sdp}",
        "SETUP": "Transport: RTP/AVP/TCP;unicast;interleaved=0-1\r\nSession: 1\r\n\r\n",
        "PLAY": "Session: 1\r\n\r\n",
    }
    pending = ""
    while data := viewer.recv(4096):
        pending += data.decode()
        while "\r\n\r\n" in pending:
            request, pending = pending.split("\r\n\r\n", 1)
            verb = request.split(" ", 1)[0]
            sequence = re.search(r"CSeq: *(\d+)", request)
            assert sequence
            over_udp = verb == "SETUP" and "interleaved" not in request
            status = "461 Unsupported Transport" if over_udp else "200 OK"
            answer = "\r\n" if over_udp else answers.get(verb, "\r\n")
            head = f"RTSP/1.0 {status}\r\nCSeq: {sequence[1]}\r\n"
            viewer.sendall((head + answer).encode())
            if verb == "PLAY":
                return True
    return False


def _play(viewer: socket.socket, stream: bytes, stopping: threading.Event) -> None:
    sequence = 0
    while True:
        for packet in _packets(stream):
            stamp = sequence * round(90_000 * INTERVAL_S)
            rtp = struct.pack(">BBHII", 0x80, 33, sequence % 65536, stamp, 1) + packet
            viewer.sendall(struct.pack(">cBH", b"$", 0, len(rtp)) + rtp)
            sequence += 1
            if stopping.wait(INTERVAL_S):
                return


def _packets(stream: bytes) -> Iterator[bytes]:
    return (stream[i : i + DATAGRAM] for i in range(0, len(stream), DATAGRAM))


@contextmanager
def _background(run: Callable[[threading.Event], None]) -> Iterator[None]:
    stopping = threading.Event()
    thread = threading.Thread(target=run, args=(stopping,))
    thread.start()
    try:
        yield
    finally:
        stopping.set()
        thread.join()
