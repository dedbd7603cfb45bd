"""Writes takes: frame by frame while they happen, or a whole recording at once.

What goes into the file is told in `protocols/take.py`.
"""

from __future__ import annotations

import io
from collections.abc import Iterable
from importlib import metadata
from pathlib import Path
from typing import Final

from mcap.data_stream import RecordBuilder
from mcap.records import DataEnd, Footer
from mcap.writer import CompressionType, Writer

from bridge.errors import TakeError
from protocols import native
from protocols.frame import FaceFrame
from protocols.take import (
    ABOUT,
    ENCODING,
    FACE_SCHEMA,
    MAGIC,
    PICTURE_SCHEMA,
    PROFILE,
    VIDEO_TOPIC,
    Picture,
    encode_picture,
    picture_schema,
)
from protocols.timecode import Timecode

from .about import about_texts
from .disk import File, put
from .frames import frames_of
from .records import Message
from .store import new_file
from .take import About, Recording

CHUNK: Final = 1 << 16
"""Bytes of messages after which a chunk ends by itself."""

FLUSHED: Final = 1024
"""Frames of a whole recording between two writes."""


class TakeWriter:
    """An open take. Once anything has raised OSError, only `abandon` may follow."""

    def __init__(self, file: File, about: About) -> None:
        """Begin the file; it can be opened from here on.

        Raises:
            OSError: it cannot be written.
        """
        self._out = _Whole(file)
        self._mcap = Writer(self._out, CHUNK, CompressionType.ZSTD)  # type: ignore[arg-type]
        self._channels: dict[str, int] = {}
        self._schemas: dict[str, int] = {}
        self._seq: dict[str, int] = {}
        self._software = about.software.partition(";")[0] or software()
        self._mcap.start(PROFILE, software())
        self._mcap.add_metadata(ABOUT, about_texts(about))
        self._mcap.flush()  # type: ignore[no-untyped-call]

    def add(self, frame: FaceFrame, time: Timecode, *, sent_ns: int) -> None:
        """Add a frame; frames of a subject come with rising times.

        Raises:
            OSError: it cannot be written.
            ValueError: the subject is no name.
        """
        topic = native.topic(frame.subject).decode()
        seq = self._seq.get(topic, 0)
        self._seq[topic] = seq + 1
        data = native.encode(frame, time, seq=seq, sent_ns=sent_ns)
        self.copy(Message(topic, seq, frame.captured_ns, sent_ns, data))

    def picture(self, picture: Picture) -> None:
        """Add which picture the reference video has next; raises OSError."""
        at_ns = picture.captured_ns
        data = encode_picture(picture)
        self.copy(Message(VIDEO_TOPIC, picture.picture, at_ns, at_ns, data))

    def copy(self, message: Message) -> None:
        """Add a message as it stands; raises OSError."""
        channel = self._channels.get(message.topic)
        if channel is None:
            channel = self._channel(message.topic)
        self._mcap.add_message(
            channel,
            max(message.log_ns, 0),
            message.data,
            max(message.publish_ns, 0),
            message.sequence & 0xFFFFFFFF,
        )

    def flush(self) -> None:
        """Hand everything to the system: it survives the end of this process."""
        self._mcap.flush()  # type: ignore[no-untyped-call]

    def close(self) -> None:
        """End the file. The caller closes it; raises OSError."""
        self._mcap.finish()  # type: ignore[no-untyped-call]
        self._out.flush()

    def abandon(self) -> None:
        """End the file soundly after an error, without indexes; never raises.

        What the last failed write has left is cut off. If there is no room even for
        the end, one more chunk makes room; without an end it still opens.
        """
        self._out.end(_end())

    def _channel(self, topic: str) -> int:
        if topic == VIDEO_TOPIC:
            schema, text = PICTURE_SCHEMA, picture_schema
        else:
            schema, text = FACE_SCHEMA, self._face_schema
        if schema not in self._schemas:
            made = self._mcap.register_schema(schema, ENCODING, text())
            self._schemas[schema] = made
        made = self._mcap.register_channel(topic, ENCODING, self._schemas[schema])
        self._channels[topic] = made
        return made

    def _face_schema(self) -> bytes:
        return native.encode_schema(native.Schema(self._software[: native.MAX_SUBJECT]))


class _Whole:
    """Hands a file whole records, and knows where the last good ones ended."""

    def __init__(self, file: File) -> None:
        self._file = file
        self._waiting = io.BytesIO()
        self._good = 0
        self._before = 0

    def write(self, data: bytes) -> int:
        return self._waiting.write(data)

    def tell(self) -> int:
        return self._good + self._waiting.tell()

    def flush(self) -> None:
        data = self._waiting.getvalue()
        if data:
            put(self._file, data)
            end = self._good + len(data)
            # What was written first is never given up: it makes the file a take.
            self._before, self._good = self._good or end, end
            self._waiting = io.BytesIO()

    def end(self, data: bytes) -> None:
        for place in (self._good, self._before):
            try:
                self._file.seek(place)
                self._file.truncate(place)
                put(self._file, data)
                return
            except OSError:
                continue


def software() -> str:
    """Return who writes: `facewire 0.1.0`."""
    return f"facewire {metadata.version('facewire')}"


def write_recording(
    path: Path, recording: Recording, pictures: Iterable[Picture] = ()
) -> None:
    """Write a new file, whole or not at all.

    Weights are clamped to 0 to 1, and what is not finite becomes 0, as on every wire;
    a recording that was read from a file comes back bit for bit. Takes come back in
    the order in which they first appear. When a frame was sent is not known here: its
    captured_ns stands in.

    Args:
        path: of the new file.
        recording: what it shall hold.
        pictures: what the reference video that it names has.

    Raises:
        TakeError: there is such a file already, the folder cannot be written to, the
            disk is full, or a subject is no name.
    """
    with new_file(path) as part:
        try:
            writer = TakeWriter(part, recording.about)
            for count, (at_ns, frame, time) in enumerate(frames_of(recording), 1):
                writer.add(frame, time, sent_ns=at_ns)
                if count % FLUSHED == 0:
                    writer.flush()
            for picture in pictures:
                writer.picture(picture)
            writer.close()
        except ValueError as error:
            raise TakeError(f"{path}: cannot be written ({error})") from None


def _end() -> bytes:
    """Return what ends a file that has no summary."""
    records = RecordBuilder()
    DataEnd(0).write(records)
    Footer(0, 0, 0).write(records)
    ended: bytes = records.end()  # type: ignore[no-untyped-call]
    return ended + MAGIC
