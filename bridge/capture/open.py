"""Opens the source of images that a user names."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

from bridge.address import masked
from bridge.clock import ClockNs, monotonic_ns
from bridge.errors import CaptureError, ConfigError
from bridge.feeds.table import forms, is_packets
from protocols.wording import either

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

FORMS = either([*PICTURES.replace(" or ", ", ").split(", "), *forms()])


def open_source(
    spec: str,
    settings: CaptureSettings | None = None,
    *,
    clock_ns: ClockNs = monotonic_ns,
) -> Source:
    """Open a source, and wait for its first picture.

    Args:
        spec: one of PICTURES, or an unambiguous short form: `0`, `rtsp://...` or the
            path of an existing file or folder.
        settings: the requested size, rate and so on.
        clock_ns: monotonic nanoseconds.

    Raises:
        ConfigError: the spec has none of these forms.
        CaptureError: the source cannot be opened, or gives no picture.
    """
    kind, target = parse_spec(spec)
    shown = masked(spec)
    if kind != "images" and not _is_text(target):
        # OpenCV would end the process.
        raise CaptureError(
            f"{shown}: the name is not valid UTF-8, which is needed to open it; rename "
            "the file"
        )
    try:
        return OPENERS[kind](target, settings or CaptureSettings(), clock_ns)
    except OSError as error:
        raise CaptureError(
            f"{shown}: cannot be read ({error.strerror or error})"
        ) from None


def parse_spec(spec: str) -> tuple[str, str]:
    """Return the key in OPENERS and the target of a spec.

    Raises:
        ConfigError: the spec has an unknown form, or no target.
    """
    spec = spec.strip()
    shown = masked(spec)
    kind, colon, target = spec.partition(":")
    kind = kind.lower()
    if is_packets(spec):
        raise ConfigError(
            f"source {shown!r}: has solved faces and no pictures; expected "
            f"{PICTURES}. Only `facewire run` and `facewire record` support it"
        )
    if kind == "demo" and target:
        raise ConfigError(f"source {shown!r}: the demo has no argument; write demo")
    if kind in ("video", "images") and "://" in target:
        raise ConfigError(
            f"source {shown!r}: is an address, expected a path; write url:ADDRESS to "
            "open a stream"
        )
    if kind in OPENERS and (target or kind in ("camera", "demo")):
        return kind, target
    if kind in OPENERS and colon:
        raise ConfigError(
            f"source {shown!r}: nothing follows the colon; expected {FORMS}"
        )
    if "://" in spec:
        return "url", spec
    if spec.isascii() and (spec.isdigit() or spec.startswith("/dev/")):
        return "camera", spec
    path = Path(spec).expanduser()
    # The system refuses some names, such as very long ones; no file has such a name.
    with suppress(OSError):
        if spec and path.is_dir():
            return "images", spec
        if spec and path.is_file():
            return "video", spec
    raise ConfigError(f"source {shown!r}: expected {FORMS}")


def _is_text(name: str) -> bool:
    """Return whether a name is valid UTF-8; on Linux it may be any bytes."""
    try:
        name.encode()
    except UnicodeEncodeError:
        return False
    return True
