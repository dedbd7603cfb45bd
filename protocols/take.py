"""A take on disk: an MCAP file whose messages are the native payload.

MCAP is specified at https://mcap.dev/spec; any of its tools opens a take. A file is a
magic number, records (opcode u8, length u64, body; little-endian), and the magic again.
What facewire puts into it, in this order:

    Header       profile "facewire", library "facewire 0.1.0"
    Metadata     name "facewire.about": `About`, one text a field, empty ones left out
    Schema       name "facewire.Face", encoding "msgpack", data: the map that
                 `native.encode_schema` makes, which says what the numbers mean
    Channel      one a subject, where it first appears: topic "face.<subject>",
                 message encoding "msgpack"
    Message      one a frame: data is the map that `native.encode` makes; log_time is
                 its captured_ns, publish_time its sent_ns (both 0 where negative),
                 sequence its seq, 32 bits of it
    DataEnd, summary with indexes, Footer

With a reference video there is one more schema, "facewire.Picture", and one channel,
topic "video". Its message is a msgpack map, one for each picture of the MP4 beside:

    v            int  1
    picture      int  place in the video, from 0
    captured_ns  int  when that picture was taken, the frames' own clock
    index        int  capture counter, as in the frames

The MP4 (`protocols/mp4.py`) runs at a constant rate and pictures may be missing from
it: these tell which picture belongs to which frame. log_time is captured_ns. A picture
is told of once it is in the MP4.

Schemas, channels and messages stand in chunks (zstd, with a CRC each); a recorder's are
a fifth of a second long, so that a killed one loses little. Such a file has no DataEnd
and may end within a record. A full disk leaves a file with DataEnd and Footer but
without a summary, which MCAP allows.

Times are monotonic and rise within a subject: a clock that jumps back begins a new
file. Recordings made from files (imports, exports) use the file's own time.
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
"""Of `Picture`; the frames have native's own."""

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
    """Return the map that says what a picture's fields mean."""
    packed: bytes = msgpack.packb({"v": VERSION, "fields": PICTURE_FIELDS})
    return packed
