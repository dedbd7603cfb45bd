"""A take on disk: an MCAP file whose messages are the native payload.

MCAP is specified at https://mcap.dev/spec, and any of its tools opens a take. A file is
a magic number, records (opcode u8, length u64, body; little-endian), and the magic
again. facewire writes these records, in this order:

    Header       profile "facewire", library "facewire 0.1.0"
    Metadata     name "facewire.about": `About`, one text per field, without empty ones
    Schema       name "facewire.Face", encoding "msgpack", data: the map from
                 `native.encode_schema`, which describes the numbers
    Channel      one per subject, where it first appears: topic "face.<subject>",
                 message encoding "msgpack"
    Message      one per frame: data is the map from `native.encode`; log_time is
                 its captured_ns, publish_time its sent_ns (both 0 if negative),
                 sequence the lower 32 bits of its seq
    DataEnd, summary with indexes, Footer

With a reference video there is one more schema, "facewire.Picture", and one channel,
topic "video". Its message is a msgpack map, one for each picture of the MP4 beside it:

    v            int  1
    picture      int  place in the video, from 0
    captured_ns  int  when that picture was taken, on the clock of the frames
    index        int  capture counter, as in the frames

The MP4 (`protocols/mp4.py`) has a constant frame rate, and pictures may be missing from
it; these messages say which picture belongs to which frame. log_time is captured_ns.
The message of a picture is written after the picture is in the MP4.

Schemas, channels and messages are stored in chunks (zstd, with a CRC each). A
recorder's chunks are a fifth of a second long, so that little is lost if it is killed.
Such a file has no DataEnd and may end within a record. A full disk leaves a file with
DataEnd and Footer but without a summary, which MCAP allows.

Times are monotonic and rise within a subject: if a clock jumps back, a new file begins.
Recordings made from files (imports, exports) use the file's own time.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import msgpack

from .fields import Fields

PROFILE: Final = "facewire"
ABOUT: Final = "facewire.about"
FACE_SCHEMA: Final = "facewire.Face"
PICTURE_SCHEMA: Final = "facewire.Picture"
ENCODING: Final = "msgpack"
VIDEO_TOPIC: Final = "video"

MAGIC: Final = b"\x89MCAP0\r\n"

VERSION: Final = 1
"""Version of `Picture`; the frames have the version of native."""

PICTURE_FIELDS: Final = {
    "picture": "place in the video, from 0",
    "captured_ns": "when the picture was taken, the frames' own clock",
    "index": "capture counter, as in the frames",
}


@dataclass(frozen=True, slots=True)
class Picture:
    """One picture of the reference video."""

    picture: int
    """Place in the video, from 0."""
    captured_ns: int
    index: int
    """Capture counter."""


def encode_picture(picture: Picture) -> bytes:
    """Return one picture's map."""
    packed: bytes = msgpack.packb(
        {
            "v": VERSION,
            "picture": picture.picture,
            "captured_ns": picture.captured_ns,
            "index": picture.index,
        }
    )
    return packed


def decode_picture(data: bytes) -> Picture:
    """Parse one picture's map.

    Raises:
        DecodeError: naming the field that is wrong; nothing else is ever raised.
    """
    fields = Fields("picture", data, VERSION)
    return Picture(
        fields.integer("picture"),
        fields.integer("captured_ns", low=-(2**63)),
        fields.integer("index"),
    )


def picture_schema() -> bytes:
    """Return the map that describes a picture's fields."""
    packed: bytes = msgpack.packb({"v": VERSION, "fields": PICTURE_FIELDS})
    return packed
