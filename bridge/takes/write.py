"""Writes takes: frame by frame while recording, or a whole recording at once.

`protocols/take.py` describes the contents of the file.
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
"""Size of a chunk in bytes of messages, unless `flush` ends it earlier."""

FLUSHED: Final = 1024
"""Frames between two flushes when a whole recording is written."""


class TakeWriter:
    """An open take. After an OSError, only `abandon` may be called."""

    def __init__(self, file: File, about: About) -> None:
        """Write the header; the file can be opened from here on.

        Raises:
            OSError: the file cannot be written.
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
        """Add a frame. The times of a subject's frames must rise.

        Raises:
            OSError: the file cannot be written.
            ValueError: the subject is not a valid name.
        """
        topic = native.topic(frame.subject).decode()
        seq = self._seq.get(topic, 0)
        self._seq[topic] = seq + 1
        data = native.encode(frame, time, seq=seq, sent_ns=sent_ns)
        self.copy(Message(topic, seq, frame.captured_ns, sent_ns, data))

    def picture(self, picture: Picture) -> None:
        """Add the record of the reference video's next picture; raises OSError."""
        at_ns = picture.captured_ns
        data = encode_picture(picture)
        self.copy(Message(VIDEO_TOPIC, picture.picture, at_ns, at_ns, data))

    def copy(self, message: Message) -> None:
        """Add a message unchanged; raises OSError."""
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
        """Pass everything to the system; it then survives the end of this process."""
        self._mcap.flush()  # type: ignore[no-untyped-call]

    def close(self) -> None:
        """Finish the file; raises OSError. The caller closes it."""
        self._mcap.finish()  # type: ignore[no-untyped-call]
        self._out.flush()

    def abandon(self) -> None:
        """Finish the file after an error, without indexes; never raises.

        The rest of the failed write is cut off. If the disk has no space for the
        closing records, the last chunk is cut off too. The file opens in any case.
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
    """Writes whole records to a file, and remembers where the last good one ended."""

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
            # The first write is never cut off, because it makes the file a take.
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
    """Return the name and version of this program: `facewire 0.1.0`."""
    return f"facewire {metadata.version('facewire')}"


def write_recording(
    path: Path,
    recording: Recording,
    pictures: Iterable[Picture] = (),
    *,
    replace: bool = False,
) -> None:
    """Write a complete new file.

    Weights are clamped to 0 to 1, and values that are not finite become 0, as on every
    wire. A recording that was read from a file stays the same bit for bit. Takes are
    stored in the order of their first frames. The send time of a frame is not known
    here, so its captured_ns is stored instead.

    Args:
        path: the new file.
        recording: its contents.
        pictures: the pictures of the reference video that it names.
        replace: True to replace an existing file.

    Raises:
        TakeError: the file exists already, the folder is not writable, the disk is
            full, or a subject is not a valid name.
    """
    with new_file(path, replace=replace) as part:
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
    """Return the closing records of a file without a summary."""
    records = RecordBuilder()
    DataEnd(0).write(records)
    Footer(0, 0, 0).write(records)
    ended: bytes = records.end()  # type: ignore[no-untyped-call]
    return ended + MAGIC
