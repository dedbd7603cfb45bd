"""Images from a network camera, or a phone used as one."""

from __future__ import annotations

import os
import re
import threading
from collections.abc import Callable
from urllib.parse import urlsplit

import cv2

from bridge.address import SCHEMES, masked
from bridge.clock import ClockNs, Wait, monotonic_ns
from bridge.errors import CaptureError, ConfigError
from engines.footage.opencv import Capture, open_capture
from engines.footage.shown import AsShown

from .backoff import Backoff
from .live import LiveSource, Patience
from .source import CaptureSettings

SPARE_S = 1.0
"""Added to FFmpeg's two timeouts, so that FFmpeg reports an error first."""

PATIENCE = Patience(tries=300, pause_s=0.0)
"""A connection may start in the middle of a picture, and the next whole one may take
seconds. No pause is needed, because each grab waits for a packet."""

STREAMS = (
    ("axis-cgi/jpg/", "/axis-cgi/mjpg/video.cgi"),
    ("action=snapshot", "/?action=stream"),  # mjpg-streamer
    ("/capture", ":81/stream"),  # ESP32-CAM
    ("", "/video"),  # IP Webcam, DroidCam
)
"""Parts of addresses of single pictures, each with the same camera's stream address."""

OpenStream = Callable[[str, CaptureSettings], Capture | None]


def open_url(
    target: str,
    settings: CaptureSettings,
    clock_ns: ClockNs = monotonic_ns,
    *,
    open_stream: OpenStream | None = None,
    wait: Wait = threading.Event.wait,
) -> LiveSource:
    """Open a stream. It is reconnected automatically when it ends or stalls.

    Args:
        target: an address that FFmpeg understands, with one of SCHEMES.
        settings: the timeouts, and the pauses between attempts.
        clock_ns: monotonic nanoseconds.
        open_stream: returns the connected stream, or None; FFmpeg by default.
        wait: sleeps for the pauses.

    Raises:
        ConfigError: the address is invalid.
        CaptureError: no server answers, or it gives no picture.
    """
    name = f"url:{printable(target)}"
    opens = open_stream or open_with_ffmpeg
    still = single_picture(target)

    def connect() -> Capture:
        capture = opens(target, settings)
        if capture is None:
            raise CaptureError(
                f"{name}: no stream can be opened there; check that the camera is on "
                "and that the address, port, path, user and password are right"
            )
        count = int(capture.get(cv2.CAP_PROP_FRAME_COUNT))
        if count > 1:
            # FFmpeg would deliver it as fast as it loads, and we would reconnect to it.
            capture.release()
            raise CaptureError(
                f"{name}: is a recording of {count} pictures, expected a live stream; "
                "download it and use video:PATH"
            )
        if count == 1:
            capture.release()
            raise CaptureError(f"{name}: {still}")
        return AsShown(capture)

    return LiveSource(
        name,
        connect,
        backoff=Backoff(settings.retry_first_s, settings.retry_longest_s),
        start_timeout_s=settings.open_timeout_s + settings.read_timeout_s + SPARE_S,
        patience=PATIENCE,
        still=still,
        clock_ns=clock_ns,
        wait=wait,
    )


def single_picture(address: str) -> str:
    """Return the error message for an address that gives one picture, not a stream."""
    parts = urlsplit(masked(address))
    stream = next(place for holds, place in STREAMS if holds in address.lower())
    host = parts.netloc.rpartition("@")[2]
    if stream.startswith(":"):
        host = re.sub(r":[0-9]+$", "", host)
    return (
        "is a single picture, expected a stream; use the address of the camera's "
        f"stream, often {parts.scheme}://{host}{stream}"
    )


def printable(address: str) -> str:
    """Return the address without logins and keys, for logs and screens.

    Raises:
        ConfigError: the address is invalid.
    """
    shown = masked(address if "://" in address else f"url:{address}")
    shown = shown.removeprefix("url:")
    try:
        parts = urlsplit(address)
    except ValueError:  # [ without ], for example
        raise ConfigError(
            f"url:{shown}: the host is invalid, expected a name, an IPv4 address, or "
            "an IPv6 address in [ ]"
        ) from None
    if parts.scheme not in SCHEMES or not parts.netloc:
        raise ConfigError(
            f"url:{shown}: expected an address such as rtsp://HOST:554/PATH, "
            f"http://HOST:8080/video or udp://0.0.0.0:5000; "
            f"supported schemes are {', '.join(SCHEMES)}"
        )
    return shown


def open_with_ffmpeg(address: str, settings: CaptureSettings) -> Capture | None:
    """Return the connected stream.

    Two common options are not used. `fflags;nobuffer` has no effect here, because the
    packets that FFmpeg buffers while it probes the stream are read at once. A shorter
    probe fails with cameras that send the decoder's parameters only once a second.
    """
    # FFmpeg's own options can only be set for the whole process; only RTSP reads this
    # one. OpenCV intends to prefer TCP, but its wheels do not. UDP gives damaged
    # pictures, and none at all through a firewall.
    os.environ.setdefault("OPENCV_FFMPEG_CAPTURE_OPTIONS", "rtsp_flags;prefer_tcp")
    parameters = (
        *(cv2.CAP_PROP_OPEN_TIMEOUT_MSEC, round(settings.open_timeout_s * 1000)),
        *(cv2.CAP_PROP_READ_TIMEOUT_MSEC, round(settings.read_timeout_s * 1000)),
        # Each of FFmpeg's decoder threads delays by one picture: 16 cores, 15 pictures.
        *(cv2.CAP_PROP_N_THREADS, 1),
    )
    return open_capture(address, cv2.CAP_FFMPEG, parameters)
