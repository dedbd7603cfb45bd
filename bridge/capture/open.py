"""From what a person writes to a source of images."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

from bridge.address import masked
from bridge.clock import ClockNs, monotonic_ns
from bridge.errors import CaptureError, ConfigError

from .camera import open_camera
from .images import open_images
from .source import CaptureSettings, Source
from .stream import open_url
from .video import open_demo, open_video

Opener = Callable[[str, CaptureSettings, ClockNs], Source]

OPENERS: dict[str, Opener] = {
    "camera": open_camera,
    "video": open_video,
    "url": open_url,
    "images": open_images,
    "demo": open_demo,
}

PICTURES = "camera:N, video:PATH, url:ADDRESS, images:FOLDER or demo"

FORMS = f"{PICTURES.removesuffix(' or demo')}, demo or livelink:PORT"


def open_source(
    spec: str,
    settings: CaptureSettings | None = None,
    *,
    clock_ns: ClockNs = monotonic_ns,
) -> Source:
    """Open a source, and wait for its first picture.

    Args:
        spec: one of PICTURES; or what can only mean one of them, such as `0`,
            `rtsp://...` or the path of a file that exists.
        settings: what to ask of it.
        clock_ns: monotonic nanoseconds.

    Raises:
        ConfigError: the spec is of none of these forms.
        CaptureError: the source cannot be opened, or gives no picture.
    """
    kind, target = parse_spec(spec)
    shown = masked(spec)
    if kind != "images" and not _is_text(target):
        # OpenCV would end the process.
        raise CaptureError(
            f"{shown}: the name holds bytes that are no text in UTF-8; rename it"
        )
    try:
        return OPENERS[kind](target, settings or CaptureSettings(), clock_ns)
    except OSError as error:
        raise CaptureError(
            f"{shown}: cannot be read ({error.strerror or error})"
        ) from None


def parse_spec(spec: str) -> tuple[str, str]:
    """Return which opener a spec means, and what that is to open.

    Raises:
        ConfigError: it is of no form that we know, or names nothing to open.
    """
    spec = spec.strip()
    shown = masked(spec)
    kind, colon, target = spec.partition(":")
    kind = kind.lower()
    if kind == "livelink":
        raise ConfigError(
            f"source {shown!r}: brings solved faces and no pictures; expected "
            f"{PICTURES}. `facewire run` and `facewire record` take it"
        )
    if kind == "demo" and target:
        raise ConfigError(f"source {shown!r}: the demo takes no argument; write demo")
    if kind in ("video", "images") and "://" in target:
        raise ConfigError(
            f"source {shown!r}: is an address, expected a path; a stream is opened "
            "with url:ADDRESS"
        )
    if kind in OPENERS and (target or kind in ("camera", "demo")):
        return kind, target
    if kind in OPENERS and colon:
        raise ConfigError(f"source {shown!r}: names nothing to open; expected {FORMS}")
    if "://" in spec:
        return "url", spec
    if spec.isascii() and (spec.isdigit() or spec.startswith("/dev/")):
        return "camera", spec
    path = Path(spec).expanduser()
    # A name that the system refuses, as it does a very long one, is that of no file.
    with suppress(OSError):
        if spec and path.is_dir():
            return "images", spec
        if spec and path.is_file():
            return "video", spec
    raise ConfigError(f"source {shown!r}: expected {FORMS}")


def _is_text(name: str) -> bool:
    """Return whether a name, which on Linux may be any bytes, is text."""
    try:
        name.encode()
    except UnicodeEncodeError:
        return False
    return True
