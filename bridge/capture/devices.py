"""The cameras of this machine, with their names."""

from __future__ import annotations

import os
import struct
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from .camera import open_with_opencv

SYSFS = Path("/sys/class/video4linux")

PROBED = range(4)
"""Camera numbers that are tried on systems without a list of cameras."""

# The following constants are from linux/videodev2.h.
QUERYCAP = 0x80685600
"""VIDIOC_QUERYCAP, _IOR('V', 0, struct v4l2_capability)."""

CAPABILITY = struct.Struct("=16s32s32sIII12x")
"""driver, card, bus_info, version, capabilities, device_caps, reserved."""

PICTURES = 0x1 | 0x1000
"""V4L2_CAP_VIDEO_CAPTURE, and its _MPLANE."""

PER_NODE = 0x8000_0000
"""V4L2_CAP_DEVICE_CAPS: device_caps describes this node, not the whole device."""


@dataclass(frozen=True, slots=True)
class CameraInfo:
    """A camera that `camera:N` or `camera:PATH` opens."""

    index: int
    path: str
    """Empty on systems without device paths."""
    name: str
    """The product name, or "camera N" if the system does not report one."""


def list_cameras(
    sysfs: Path = SYSFS, gives_pictures: Callable[[str], bool | None] | None = None
) -> tuple[CameraInfo, ...]:
    """Return the cameras, sorted by number.

    Linux lists them without opening one. On Windows and macOS this would need
    frameworks that OpenCV does not expose. There, numbers 0 to 3 are opened and closed
    again: a camera's light may blink, and the cameras have no names.

    Args:
        sysfs: the folder in which Linux lists cameras.
        gives_pictures: returns whether the node at a path gives pictures, or None if
            unknown; asks the kernel by default.
    """
    if sysfs.is_dir():
        ask = gives_pictures or query
        found = [_node(folder, ask) for folder in sysfs.glob("video*")]
        return tuple(sorted((c for c in found if c), key=lambda c: c.index))
    if sys.platform == "linux":
        return ()
    return tuple(CameraInfo(i, "", f"camera {i}") for i in PROBED if _opens(i))


def query(path: str) -> bool | None:
    """Ask the kernel whether a node gives pictures; return None if unknown."""
    if sys.platform != "linux":
        return None
    import fcntl

    try:
        node = os.open(path, os.O_RDWR | os.O_NONBLOCK)
    except OSError:
        return None
    try:
        answer = fcntl.ioctl(node, QUERYCAP, bytes(CAPABILITY.size))
    except OSError:
        return None
    finally:
        os.close(node)
    return captures(answer)


def captures(answer: bytes) -> bool:
    """Return whether a struct v4l2_capability describes a node that gives pictures."""
    *_, whole, own = CAPABILITY.unpack(answer)
    return bool((own if whole & PER_NODE else whole) & PICTURES)


def _node(
    folder: Path, gives_pictures: Callable[[str], bool | None]
) -> CameraInfo | None:
    number = folder.name.removeprefix("video")
    if not number.isdigit():
        return None
    path = f"/dev/{folder.name}"
    pictures = gives_pictures(path)
    if pictures is None:
        # The first node of a USB camera gives pictures, the second one metadata.
        pictures = _text(folder / "index") in ("0", "")
    if not pictures:
        return None
    name = _text(folder / "name") or f"camera {number}"
    return CameraInfo(int(number), path, name)


def _text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8", errors="replace").strip()
    except OSError:
        return ""


def _opens(index: int) -> bool:
    capture = open_with_opencv(index)
    if capture is None:
        return False
    capture.release()
    return True
