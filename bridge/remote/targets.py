"""The Live Link streams to the addresses that a controller adds.

It is a sink like those of the settings: the frames pass the same route, fitted to the
character. Addresses come and go while it sends.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Sequence
from contextlib import suppress
from typing import Final

from bridge.errors import SinkError
from bridge.sinks.udp import Encode, UdpSink
from bridge.user_folder import device_id
from protocols import livelink
from protocols.frame import FaceFrame
from protocols.remote import Address
from protocols.timecode import Timecode
from protocols.wording import shown

logger = logging.getLogger(__name__)

MOST: Final = 10
"""Largest number of addresses, as in the app."""

NOTHING: Final = Timecode(0, 0.0, 60)
"""The timecode before the first frame."""


class RemoteTargets:
    """Implements `Sink`. The pipeline sends; the remote control changes addresses."""

    name = "remote"
    answered = None

    def __init__(self, subjects: Sequence[str]) -> None:
        """Send to nobody yet.

        Args:
            subjects: names of the faces.
        """
        self.sent = 0
        self.failed = 0
        self.streaming = True
        self.time = NOTHING
        """The timecode of the newest frame. From any thread."""
        self._subjects = tuple(subjects)
        # Kept, because reading them may wait for another facewire.
        self._devices = {subject: device_id(subject) for subject in subjects}
        self._encode = self._encoder(self._subjects)
        self._sinks: dict[Address, UdpSink] = {}
        # Held while a frame is sent, so that no socket is closed during it.
        self._sending = threading.Lock()

    def send(self, frame: FaceFrame, time: Timecode) -> None:
        """Send a frame to all addresses."""
        self.time = time
        if not (self.streaming and self._sinks):
            return
        with self._sending:
            for sink in self._sinks.values():
                sink.send(frame, time)
            self.sent += 1

    @property
    def addresses(self) -> tuple[Address, ...]:
        """Where it sends. From any thread."""
        return tuple(self._sinks.copy())

    def add(self, address: Address) -> bool:
        """Also send to this address; return False if there are too many."""
        if address in self._sinks:
            return True
        if len(self._sinks) >= MOST:
            return False
        with suppress(SinkError):
            name = f"remote={address[0]}:{address[1]}"
            sink = UdpSink(name, *address, self._encode)
            with self._sending:
                self._sinks = {**self._sinks, address: sink}
        return True

    def clear(self) -> None:
        """Send to no address."""
        with self._sending:
            sinks, self._sinks = self._sinks, {}
        for sink in sinks.values():
            sink.close()

    def rename(self, name: str) -> str:
        """Send the first face under another name, and return that name.

        Further faces get the same name with a number, as Unreal needs a name for each.
        """
        name = shown(name, 64).strip() or self._subjects[0]
        names = [name, *(f"{name}{n}" for n in range(2, len(self._subjects) + 1))]
        encode = self._encoder(names)
        with self._sending:
            self._encode = encode
            for sink in self._sinks.values():
                sink.encode_by(encode)
        return name

    def close(self) -> None:
        """Close all sockets. Safe to call twice."""
        self.clear()

    def _encoder(self, names: Sequence[str]) -> Encode:
        """Return a function that encodes a frame of each face under its name."""
        encoders = {}
        for subject, name in zip(self._subjects, names, strict=True):
            device = self._devices[subject]
            wire_name = livelink.wire_name(name, device)
            encoders[subject] = livelink.Encoder(device, wire_name)
        return lambda frame, time: (encoders[frame.subject].encode(frame, time),)
