"""Reads takes, including those that end early (killed writer, full disk)."""

from __future__ import annotations

import logging
from array import array
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np

from bridge.errors import TakeError
from protocols import native
from protocols.channels import ARKIT, CHANNELS, EXPRESSIONS
from protocols.errors import DecodeError
from protocols.take import VIDEO_TOPIC, Picture, decode_picture
from protocols.timecode import Timecode
from protocols.wording import shown

from .about import about_of
from .records import Message, Records
from .take import Recording, Take

logger = logging.getLogger(__name__)

LATEST_NS: Final = 1 << 62
"""Limit of captured_ns: 146 years. The difference of two such times fits 63 bits."""
LARGEST: Final = 1e6
"""Limit of a vector's length (weights, radians, metres). Its squares stay finite."""

_NO_DOUBT: Final = np.full(len(ARKIT), np.nan, dtype=np.float32).tobytes()


@dataclass(frozen=True, slots=True, eq=False)
class Contents:
    """Everything that was found in a file."""

    recording: Recording
    pictures: tuple[Picture, ...]
    """The pictures of the reference video, in order."""
    whole: bool
    """True if the writer finished the file; False if it was killed."""
    damage: tuple[str, ...]
    """One sentence for each thing that could not be read."""


def read_recording(path: Path) -> Recording:
    """Return a file's recording, and log any damage.

    Raises:
        TakeError: the file is not a take, is of a later version, has no frames, or
            cannot be read.
    """
    contents = read_contents(path)
    told = list(contents.damage)
    if not contents.whole and not told:
        told.append("the file was not finished, because its writer was interrupted")
    for sentence in told:
        logger.warning("x %s: %s", shown(path.name, None), sentence)
    return contents.recording


def read_contents(path: Path) -> Contents:
    """Return everything that can be read from a file, and its damage.

    Raises:
        TakeError: as for `read_recording`.
    """
    faces: dict[str, _Face] = {}
    pictures: list[Picture] = []
    unreadable = Unreadable()
    try:
        with path.open("rb") as file:
            records = Records(file, path.stat().st_size)
            for message in records:
                try:
                    if message.topic == VIDEO_TOPIC:
                        pictures.append(decode_picture(message.data))
                    elif is_face(message):
                        packet = decode_frame(message.data)
                        subject = packet.frame.subject
                        if subject not in faces:
                            faces[subject] = _Face(subject)
                        if not faces[subject].add(packet):
                            unreadable.late += 1
                except DecodeError as error:
                    unreadable.tell(error)
    except OSError as error:
        raise TakeError(f"{path}: cannot be read ({error.strerror})") from None
    if not records.is_mcap:
        raise TakeError(f"{path}: is not a take; expected an MCAP file from facewire")
    damage = (*records.damage, *unreadable.sentences())
    if not faces:
        raise TakeError(
            f"{path}: has no frames of a face"
            + "".join(f"; {sentence}" for sentence in damage[:1])
        )
    takes = tuple(face.take() for face in faces.values())
    recording = Recording(about_of(records.about), takes)
    return Contents(recording, tuple(pictures), records.whole, damage)


def decode_frame(data: bytes) -> native.Packet:
    """Parse a frame of a take.

    Raises:
        DecodeError: it is not a frame, or its numbers are beyond a recorder's limits.
    """
    packet = native.decode(data)
    frame = packet.frame
    if abs(frame.captured_ns) >= LATEST_NS:
        raise DecodeError(f"native: captured_ns {frame.captured_ns} exceeds 62 bits")
    if frame.index >= 1 << 63:
        raise DecodeError(f"native: index {frame.index} exceeds 63 bits")
    # Compare the vector's length (root of the sum of squares), which is fast.
    if not float(np.vdot(frame.vector, frame.vector)) <= LARGEST**2:
        largest = float(np.abs(frame.vector).max())
        raise DecodeError(f"native: vector has {largest:g}, at most {LARGEST:g}")
    return packet


def is_face(message: Message) -> bool:
    """Return True for a message that is, or may be, a frame of a face."""
    return not message.topic or message.topic.startswith(native.FACE_TOPICS.decode())


class Unreadable:
    """Counts unreadable messages and frames out of order."""

    def __init__(self) -> None:
        self.late = 0
        self._broken = 0
        self._first = ""

    def tell(self, error: DecodeError) -> None:
        """Count a message that cannot be read."""
        self._broken += 1
        self._first = self._first or str(error)

    def sentences(self) -> list[str]:
        """Return one sentence for each kind of damage; empty without damage."""
        told = []
        if self._broken:
            told.append(f"messages that cannot be read: {self._broken} ({self._first})")
        if self.late:
            told.append(f"frames out of time order, left out: {self.late}")
        return told


class _Face:
    """Collects one face's take in flat arrays; only timecodes are one object each."""

    def __init__(self, subject: str) -> None:
        self._subject = subject
        self._captured_ns = array("q")
        self._index = array("q")
        self._vectors = bytearray()
        self._expressions = bytearray()
        self._confidence = array("f")
        self._tracked = bytearray()
        self._timecodes: list[Timecode] = []
        self._doubts = bytearray()
        self._doubted = False

    def add(self, packet: native.Packet) -> bool:
        """Add a frame; return False if it is not later than the last one."""
        frame = packet.frame
        if self._captured_ns and frame.captured_ns <= self._captured_ns[-1]:
            return False
        self._index.append(frame.index)
        self._captured_ns.append(frame.captured_ns)
        self._vectors += frame.vector.tobytes()
        self._expressions += frame.expression.tobytes()
        self._confidence.append(frame.confidence)
        self._tracked.append(frame.tracked)
        self._timecodes.append(packet.time)
        self._doubts += _NO_DOUBT if frame.doubt is None else frame.doubt.tobytes()
        self._doubted = self._doubted or frame.doubt is not None
        return True

    def take(self) -> Take:
        return Take(
            self._subject,
            np.array(self._captured_ns, np.int64),
            np.array(self._index, np.int64),
            np.frombuffer(self._vectors, np.float32).reshape(-1, len(CHANNELS)),
            np.frombuffer(self._expressions, np.float32).reshape(-1, len(EXPRESSIONS)),
            np.array(self._confidence, np.float32),
            np.frombuffer(self._tracked, np.bool_),
            tuple(self._timecodes),
            np.frombuffer(self._doubts, np.float32).reshape(-1, len(ARKIT))
            if self._doubted
            else None,
        )
