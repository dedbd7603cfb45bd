"""The folder in which the phone app Live Link Face leaves a take.

    20240531_MySlate_3/              date, slate, number of the take
      take.json                      names; see `PhoneTake`
      video_metadata.json            FrameRate; Dimensions: width and height
      MySlate_3_iPhone_cal.csv       curves, less the actor's neutral face
      MySlate_3_iPhone_raw.csv       curves as ARKit gave them
      MySlate_3_iPhone_neutral.csv   the neutral face
      MySlate_3_iPhone.mov           video and sound
      thumbnail.jpg                  a picture
      audio_metadata.json, frame_log.csv
      depth_data.bin, depth_metadata.mhaical    for MetaHuman Animator only

Some versions of the app write a single MySlate_3_iPhone.csv instead of three. A take
that was recorded for MetaHuman Animator has no curves at all. A shared zip holds the
folder in another one, LiveLinkFace_20240531_MySlate_3_iPhone.

Epic does not document these files. Names and keys are those that public readers by
others look for (a Maya tool, training scripts, inventories of takes). The app writes
more keys into take.json (its version, the device, the first and last timecode), whose
names we have not seen. frame_log.csv has a row for each video, audio or depth frame;
its columns are not documented either, and depth_data.bin is compressed. These two are
not read, and not written.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any, Final

from protocols.errors import DecodeError
from protocols.livelink import CURVES
from protocols.text import decode_json

TAKE_FILE: Final = "take.json"
VIDEO_FILE: Final = "video_metadata.json"
THUMBNAIL: Final = "thumbnail.jpg"
DEPTH_FILE: Final = "depth_data.bin"
FRAME_LOG: Final = "frame_log.csv"
CALIBRATED, RAW, NEUTRAL = "_cal", "_raw", "_neutral"
"""What the name of a CSV ends with."""

LONGEST: Final = 256
"""Characters of a name."""
MOST: Final = 999_999
"""The highest number of a take."""

_SWAPPED: Final = {
    "JawLeft": "JawRight",
    "JawRight": "JawLeft",
    "MouthLeft": "MouthRight",
    "MouthRight": "MouthLeft",
}
FILE_ORDER: Final = tuple(_SWAPPED.get(curve, curve) for curve in CURVES)
"""The columns of the phone's CSV: as on the wire, but right before left for jaw and
mouth. Seven files from phones have this order. A public script that converts `_cal.csv`
of 2023 finds right before left in all pairs there, so readers must go by the names."""


@dataclass(frozen=True, slots=True)
class PhoneTake:
    """What take.json says; None where it says nothing that can be used."""

    slate: str | None = None
    number: int | None = None
    """1 to `MOST`; its key is `take`."""
    subject: str | None = None
    """The actor's name in Live Link; "iPhone" unless somebody changed it."""
    calibrated: bool | None = None
    """True if the phone had been given the actor's neutral face."""
    frames: int | None = None
    """Pictures in the video; the CSV may have fewer rows."""


def decode_take(data: bytes) -> PhoneTake:
    """Read take.json. Unknown keys, and values of another kind, are left out.

    Raises:
        DecodeError: it is not JSON, or no object.
    """
    found = decode_json(data)
    if not isinstance(found, dict):
        raise DecodeError("expected an object with slate, take and subject")
    calibrated = found.get("calibrated")
    return PhoneTake(
        slate=_name(found.get("slate")),
        number=_whole(found.get("take"), 1, MOST),
        subject=_name(found.get("subject")),
        calibrated=calibrated if isinstance(calibrated, bool) else None,
        frames=_whole(found.get("frames"), 0, 10**9),
    )


def encode_take(take: PhoneTake, more: dict[str, Any]) -> bytes:
    """Return take.json.

    Args:
        take: its fields that are not None are written.
        more: what only facewire writes, under the key `facewire`.
    """
    told = {
        "slate": take.slate,
        "take": take.number,
        "subject": take.subject,
        "calibrated": take.calibrated,
        "frames": take.frames,
        "facewire": more,
    }
    return _json({key: value for key, value in told.items() if value is not None})


def encode_video(rate: float, width: int, height: int) -> bytes:
    """Return video_metadata.json.

    Args:
        rate: pictures a second.
        width: pixels.
        height: pixels.
    """
    size = {"width": width, "height": height}
    return _json({"FrameRate": rate, "Dimensions": size})


def _json(value: dict[str, Any]) -> bytes:
    return (json.dumps(value, indent=2, ensure_ascii=False) + "\n").encode()


def _name(value: object) -> str | None:
    if not isinstance(value, str) or not value.strip() or len(value) > LONGEST:
        return None
    if "\0" in value:
        # Topics of the stream, and so takes, cannot hold it.
        return None
    # Half of a surrogate pair cannot be written into a take.
    return value.encode("utf-8", "replace").decode()


def _whole(value: object, least: int, most: int) -> int | None:
    if isinstance(value, bool) or not isinstance(value, int):
        return None
    return value if least <= value <= most else None
