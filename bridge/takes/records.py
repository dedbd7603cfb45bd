"""Reads the records of an MCAP file in order, up to the first unreadable place.

The summary is not used, so a file whose writer was killed opens like any other. A chunk
with a wrong checksum is skipped; reading ends where a record's length is invalid. Both
are reported as sentences.
"""

from __future__ import annotations

import struct
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from io import BytesIO
from typing import BinaryIO, Final, TypeVar

import lz4.frame
import zstandard
from mcap.data_stream import ReadDataStream
from mcap.exceptions import McapError
from mcap.opcode import Opcode
from mcap.records import Channel, Chunk, Metadata

from protocols.take import ABOUT, MAGIC
from protocols.wording import counted

HEAD: Final = struct.Struct("<BQ")
"""Opcode and length of a record."""

MESSAGE: Final = struct.Struct("<HIQQ")
"""Channel, sequence, log time and publish time; the data follows."""

LARGEST: Final = 1 << 26
"""Largest size in bytes of a record or an unpacked chunk; ours have about 10 kB."""

BROKEN: Final = (
    *(McapError, ValueError, struct.error, RuntimeError, MemoryError, OverflowError),
    *(EOFError, zstandard.ZstdError),
)
"""Exceptions that the readers of `mcap` raise for broken records."""

MOST_TOLD: Final = 16
"""Largest number of damage sentences that are kept."""

R = TypeVar("R")


@dataclass(frozen=True, slots=True)
class Message:
    """One message as stored in the file."""

    topic: str
    """Empty if the record with the topic's name is lost."""
    sequence: int
    log_ns: int
    publish_ns: int
    data: bytes


class Records:
    """Yields a file's messages and collects its metadata. Iterate it once only."""

    def __init__(self, file: BinaryIO, size: int) -> None:
        """Prepare to read a file.

        Args:
            file: at its beginning; it is read once, from front to back.
            size: bytes of the whole file.
        """
        self._file = file
        self._left = size
        self._channels: dict[int, str] = {}
        self.about: dict[str, str] = {}
        """The metadata of the take, once it has been read."""
        self.is_mcap = True
        self.whole = False
        """True once the record that ends the data section has been read."""
        self.damage: list[str] = []
        """One sentence for each thing that could not be read, the first few only."""

    def __iter__(self) -> Iterator[Message]:
        """Yield the messages.

        Raises:
            OSError: the disk cannot be read.
        """
        self.is_mcap = self._read(len(MAGIC)) == MAGIC
        while self.is_mcap and (record := self._record()) is not None:
            opcode, body = record
            if opcode == Opcode.CHUNK:
                yield from self._chunk(body)
            elif opcode == Opcode.METADATA:
                metadata = self._parse("metadata", Metadata.read, body)
                if metadata is not None and metadata.name == ABOUT:
                    self.about = metadata.metadata
            elif opcode == Opcode.DATA_END:
                self.whole = True
                return
            else:
                yield from self._inner(opcode, body)

    def _tell(self, sentence: str) -> None:
        if len(self.damage) < MOST_TOLD:
            self.damage.append(sentence)

    def _read(self, count: int) -> bytes:
        data = self._file.read(min(count, self._left))
        self._left -= len(data)
        return data

    def _record(self) -> tuple[int, bytes] | None:
        """Return the next opcode and body; None at the end or at a partial record."""
        head = self._read(HEAD.size)
        if len(head) == HEAD.size:
            opcode, length = HEAD.unpack(head)
            if length <= min(self._left, LARGEST):
                return opcode, self._read(length)
            where = f"a record of {counted(length, 'byte')}, but {self._left} are left"
        elif not head:
            where = "after a complete record, without the closing record"
        else:
            where = f"{counted(len(head), 'byte')} after the last complete record"
        self._tell(f"the file ends early: {where}")
        return None

    def _chunk(self, body: bytes) -> Iterator[Message]:
        data = self._parse("chunk", _unpacked, body)
        if data is None:
            return
        at = 0
        while at + HEAD.size <= len(data):
            opcode, length = HEAD.unpack_from(data, at)
            at += HEAD.size
            if length > len(data) - at:
                self._tell("a chunk has a record that is longer than the chunk")
                return
            yield from self._inner(opcode, data[at : at + length])
            at += length

    def _inner(self, opcode: int, body: bytes) -> Iterator[Message]:
        """Yield the message if the record is one; note a channel; ignore the rest."""
        if opcode == Opcode.MESSAGE and len(body) >= MESSAGE.size:
            channel, sequence, log_ns, publish_ns = MESSAGE.unpack_from(body)
            topic = self._channels.get(channel, "")
            yield Message(topic, sequence, log_ns, publish_ns, body[MESSAGE.size :])
        elif opcode == Opcode.CHANNEL:
            found = self._parse("channel", Channel.read, body)
            if found is not None:
                self._channels[found.id] = found.topic

    def _parse(
        self, kind: str, read: Callable[[ReadDataStream], R], body: bytes
    ) -> R | None:
        try:
            return read(ReadDataStream(BytesIO(body)))
        except BROKEN as error:
            fact = str(error) or type(error).__name__
            self._tell(f"a damaged {kind} of {counted(len(body), 'byte')} ({fact})")
            return None


def _unpacked(stream: ReadDataStream) -> bytes:
    """Return a chunk's records, or raise one of BROKEN."""
    chunk = Chunk.read(stream)
    size = chunk.uncompressed_size
    if size > LARGEST:
        raise ValueError(f"{counted(size, 'byte')} unpacked")
    if chunk.compression == "zstd":
        with zstandard.ZstdDecompressor().stream_reader(chunk.data) as unpacked:
            data: bytes = unpacked.read(size)
    elif chunk.compression == "lz4":
        data = lz4.frame.LZ4FrameDecompressor().decompress(chunk.data, size)
    elif chunk.compression == "":
        data = chunk.data
    else:
        raise ValueError(f"unknown compression {chunk.compression:.20}")
    if len(data) != size:
        raise ValueError(f"{counted(len(data), 'byte')} unpacked, expected {size}")
    if chunk.uncompressed_crc and zlib.crc32(data) != chunk.uncompressed_crc:
        raise ValueError("its checksum is wrong")
    return data
