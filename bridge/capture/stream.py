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
"""Above FFmpeg's own two timeouts, so that its answer comes first."""

PATIENCE = Patience(tries=300, pause_s=0.0)
"""Whoever joins a stream in mid-picture waits for the next whole one, seconds at times.
Each grab waits for a packet by itself."""

STREAMS = (
    ("axis-cgi/jpg/", "/axis-cgi/mjpg/video.cgi"),
    ("action=snapshot", "/?action=stream"),  # mjpg-streamer
    ("/capture", ":81/stream"),  # ESP32-CAM
    ("", "/video"),  # IP Webcam, DroidCam
)
"""What the address of a single picture holds, and where the same camera has its
stream."""

OpenStream = Callable[[str, CaptureSettings], Capture | None]


def open_url(
    target: str,
    settings: CaptureSettings,
    clock_ns: ClockNs = monotonic_ns,
    *,
    open_stream: OpenStream | None = None,
    wait: Wait = threading.Event.wait,
) -> LiveSource:
    """Open a stream, and connect again whenever it ends or stalls.

    Args:
        target: an address that FFmpeg understands, of one of SCHEMES.
        settings: the timeouts, and the pauses between tries.
        clock_ns: monotonic nanoseconds.
        open_stream: returns the connected stream, or None; FFmpeg's where not given.
        wait: sleeps through the pauses.

    Raises:
        ConfigError: the address is none.
        CaptureError: nothing answers there, or what does gives no picture.
    """
    name = f"url:{printable(target)}"
    opens = open_stream or open_with_ffmpeg
    still = single_picture(target)

    def connect() -> Capture:
        capture = opens(target, settings)
        if capture is None:
            raise CaptureError(
                f"{name}: no stream opens there; is the camera on, and is the "
                "address, with port, path, user and password, right?"
            )
        count = int(capture.get(cv2.CAP_PROP_FRAME_COUNT))
        if count > 1:
            # FFmpeg would give it as fast as it loads, again and again.
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
    """Return the sentence for an address that gives one picture and no stream."""
    parts = urlsplit(masked(address))
    stream = next(place for holds, place in STREAMS if holds in address.lower())
    host = parts.netloc.rpartition("@")[2]
    if stream.startswith(":"):
        host = re.sub(r":[0-9]+$", "", host)
    return (
        "is a single picture, expected a stream; look for the stream of the same "
        f"camera, often at {parts.scheme}://{host}{stream}"
    )


def printable(address: str) -> str:
    """Return the address without logins and keys, fit for a log or a screen.

    Raises:
        ConfigError: it is not an address that can be opened.
    """
    shown = masked(address if "://" in address else f"url:{address}")
    shown = shown.removeprefix("url:")
    try:
        parts = urlsplit(address)
    except ValueError:  # [ without ], for example
        raise ConfigError(f"url:{shown}: the host in it cannot be read") from None
    if parts.scheme not in SCHEMES or not parts.netloc:
        raise ConfigError(
            f"url:{shown}: expected an address such as rtsp://HOST:554/PATH, "
            f"http://HOST:8080/video or udp://0.0.0.0:5000; "
            f"schemes are {', '.join(SCHEMES)}"
        )
    return shown


def open_with_ffmpeg(address: str, settings: CaptureSettings) -> Capture | None:
    """Return the connected stream.

    Two things are left out with reason. `fflags;nobuffer`: what FFmpeg keeps while it
    probes the stream is read at once. A shorter probe: some cameras send what is
    needed to decode only once a second.
    """
    # All other options are for this capture alone; FFmpeg's own can only be given to
    # the whole process. OpenCV means to prefer TCP by itself, and its wheels do not:
    # then torn pictures, and none at all through a firewall. Only RTSP reads this.
    os.environ.setdefault("OPENCV_FFMPEG_CAPTURE_OPTIONS", "rtsp_flags;prefer_tcp")
    parameters = (
        *(cv2.CAP_PROP_OPEN_TIMEOUT_MSEC, round(settings.open_timeout_s * 1000)),
        *(cv2.CAP_PROP_READ_TIMEOUT_MSEC, round(settings.read_timeout_s * 1000)),
        # FFmpeg's decoder threads each hold a picture back: 16 cores, 15 late.
        *(cv2.CAP_PROP_N_THREADS, 1),
    )
    return open_capture(address, cv2.CAP_FFMPEG, parameters)
