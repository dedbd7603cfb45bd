"""The newest packet of each sender, one slot for each place."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from typing import Final

from bridge.idle import IDLE_HZ, QUIET_S
from protocols.frame import NO_EXPRESSION, FaceFrame
from protocols.wording import counted, shown

from .feed import Solved, Times
from .names import SenderNames
from .report import Report
from .sender import NS, Place

logger = logging.getLogger(__name__)

GONE_S: Final = 5.0
"""Time of silence after which another sender may take a sender's place."""


class Places:
    """Keeps what senders have said until it is used. Not thread-safe.

    Memory is bounded: one packet for each place.
    """

    def __init__(
        self,
        name: str,
        subjects: Sequence[str],
        timelines: Sequence[Times],
        names: SenderNames | None = None,
    ) -> None:
        """Start without senders.

        Args:
            name: the source, for people.
            subjects: names of the places.
            timelines: one per place: the timecode until its first packet, and of
                packets without timecode.
            names: gets the names of senders; None if faces go out under the names of
                their places.
        """
        self._name = name
        self._subjects = subjects
        self._names = names
        self._places = [Place(before) for before in timelines]
        self.timelines: Sequence[Times] = self._places
        self.dropped = 0
        """Packets that a newer one replaced before they were used."""
        self._newest: dict[int, tuple[int, Report, bool]] = {}
        self._full = False

    def __len__(self) -> int:
        """Return the number of packets that wait."""
        return len(self._newest)

    def keep(self, report: Report, host: str, now_ns: int) -> None:
        """Store a packet in its sender's place, if there is a place and it is newer."""
        number, another = self._place_of(report, now_ns)
        if number is None:
            if not self._full:
                self._full = True
                logger.warning(
                    "x %s: %s from %s is ignored, because this run has places for %s; "
                    "use --faces for more",
                    *(self._name, shown(report.key[1]), host),
                    counted(len(self._places), "face"),
                )
            return
        place = self._places[number]
        if not another and place.overtaken(report):
            self.dropped += 1
            return
        if place.key != report.key:
            out = self._subjects[number]
            if self._names is not None:
                out = self._names.take(number, report.key[1] if report.named else "")
            logger.info(
                "- %s: %s from %s is sent on as %s",
                *(self._name, shown(report.key[1]), host, out),
            )
        before = self._newest.pop(number, None)
        if before is not None:
            self.dropped += 1
            another = another or before[2]
        place.take(report, now_ns)
        self._newest[number] = now_ns, report, another

    def _place_of(self, report: Report, now_ns: int) -> tuple[int | None, bool]:
        """Return a sender's place, and whether another sender had it before."""
        key = report.key
        free = None
        for number, place in enumerate(self._places):
            if place.key == key:
                return number, False
            if place.key is None and (free is None or self._subjects[number] == key[1]):
                # A sender gets the place of its own name, if there is one.
                free = number
        if free is not None:
            return free, False
        if report.vector is not None:
            # Who has shown no face yet keeps no place from who does: another facewire
            # sends its first face before it is seen, and then under its sender's name.
            for number, place in enumerate(self._places):
                if not place.faced:
                    return number, True
        longest = min(self._places, key=lambda place: place.heard_ns)
        if now_ns - longest.heard_ns < GONE_S * NS:
            return None, False
        return self._places.index(longest), True

    def next(self) -> tuple[int, Solved] | None:
        """Return the oldest of the stored packets, with its arrival in ns."""
        if not self._newest:
            return None
        number = next(iter(self._newest))
        came_ns, report, another = self._newest.pop(number)
        count = self._places[number].count
        frames = {}
        if report.vector is not None:
            expression = report.expression
            frames[number] = FaceFrame(
                index=count,
                captured_ns=came_ns,
                subject=self._subjects[number],
                vector=report.vector,
                expression=NO_EXPRESSION if expression is None else expression,
                confidence=report.confidence,
                doubt=report.doubt,
            )
        return came_ns, Solved(
            index=count,
            captured_ns=came_ns,
            arrived_ns=came_ns,
            frames=frames,
            time=report.time,
            places=(number,),
            changed=(number,) if another else (),
            given={} if report.given is None else {number: report.given},
        )

    def silent(self, now_ns: int) -> Solved | None:
        """Return the held face of a silent sender, if one is due."""
        for number, place in enumerate(self._places):
            if place.key is None or now_ns - place.heard_ns < QUIET_S * NS:
                continue
            if now_ns - place.held_ns >= NS / IDLE_HZ:
                place.held_ns = now_ns
                return Solved(
                    *(place.count, now_ns, now_ns, {}, place.at(now_ns), (number,)),
                    held=True,
                )
        return None
