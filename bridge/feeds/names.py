"""Keeps the names of senders: a face goes out under the name that its sender gives it.

Inside, a face has the name of its place, which commands, the page and the settings
know. Only wires that carry a name, and takes, get the sender's. That is so unless
somebody has set `subjects`.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Final

from protocols.frame import FaceFrame
from protocols.plain_osc import MAX_SUBJECT, address_subject
from protocols.timecode import Timecode
from protocols.wording import shown

if TYPE_CHECKING:
    from bridge.pipeline import Publishes

LONGEST: Final = 60
"""Characters of a sender's name; four more are left for a number."""
ROOM: Final = 4
"""Bytes of an address that are left for a number, with its space."""


class SenderNames:
    """The names under which faces go out. The pipeline's thread writes."""

    def __init__(self, subjects: Sequence[str]) -> None:
        """Start with the names of the places.

        Args:
            subjects: names of the places.
        """
        self._subjects = tuple(subjects)
        self._names = dict(zip(subjects, subjects, strict=True))
        self._newest: dict[str, tuple[FaceFrame, FaceFrame]] = {}

    def take(self, place: int, name: str) -> str:
        """Give a place its new sender's name; return the name that it goes out under.

        A name that another place has gets a number. Names are printable, and differ
        also as OSC addresses.
        """
        subject = self._subjects[place]
        name = shown(name, LONGEST).strip() or subject
        others = {
            address_subject(other) for at, other in self._names.items() if at != subject
        }
        free, number = name, 2
        # An address holds only so many bytes: without room for the number, a long name
        # would be the same address with any number.
        begin = name.encode()[: MAX_SUBJECT - ROOM].decode("utf-8", "ignore").rstrip()
        while address_subject(free) in others:
            free, number = f"{begin} {number}", number + 1
        self._names[subject] = free
        return free

    def named(self, frame: FaceFrame) -> FaceFrame:
        """Return a frame with the name that it goes out under. From any thread.

        The same frame gives the same value again, so that wires compute its numbers
        once.
        """
        name = self._names.get(frame.subject, frame.subject)
        if name == frame.subject:
            return frame
        newest = self._newest.get(frame.subject)
        if newest is None or newest[0] is not frame or newest[1].subject != name:
            newest = frame, replace(frame, subject=name)
            self._newest[frame.subject] = newest
        return newest[1]


class Named:
    """Publishes frames under the names that they go out under."""

    def __init__(
        self, inner: Publishes, named: Callable[[FaceFrame], FaceFrame]
    ) -> None:
        """Pass frames on.

        Args:
            inner: gets them.
            named: see `SenderNames.named`.
        """
        self._inner = inner
        self._named = named

    def publish(self, frame: FaceFrame, time: Timecode) -> None:
        """Send one frame."""
        self._inner.publish(self._named(frame), time)
