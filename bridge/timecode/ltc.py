"""Timecode from a tape (LTC): listens to sound in a thread of its own.

SoundInput ── blocks ──► LtcDecoder ── frames ──► Follower ── offset ──► look
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from fractions import Fraction
from pathlib import Path
from typing import Any, Final

from bridge.clock import ClockNs, Offset, monotonic_ns, read_offset
from bridge.errors import CaptureError
from bridge.threads import ended
from protocols.drop_frame import count_of, nominal
from protocols.ltc_decoder import Heard, LtcDecoder

from .follower import Follower, State
from .sound import SoundInput, wav_blocks

logger = logging.getLogger(__name__)

NS: Final = 1_000_000_000
LOOK_S: Final = 0.1
"""Longest wait for sound between two looks at the end and at a lost tape."""
JOIN_S: Final = 0.3


class LtcReference:
    """Implements `Reference` for sound with timecode."""

    def __init__(
        self,
        sound: SoundInput,
        rate: Fraction | None,
        wire_rate: Fraction | None,
        *,
        clock_ns: ClockNs = monotonic_ns,
        system: Callable[[], Offset] | None = None,
    ) -> None:
        """Start to listen.

        Args:
            sound: open; closed with this.
            rate: exact frames a second of the tape; None finds it.
            wire_rate: `timecode.rate`, to say if both do not fit; None says nothing.
            clock_ns: monotonic nanoseconds.
            system: the time of day until the first frames.
        """
        self._sound = sound
        self._wire_rate = wire_rate
        self._clock_ns = clock_ns
        self._system = system or (lambda: read_offset(clock_ns))
        self._follower = Follower(rate)
        self._decoder = LtcDecoder(sound.sample_rate)
        self._taken = 0
        self._last_end_ns: int | None = None
        self._told_rate = False
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, name="ltc", daemon=True)
        self._thread.start()

    @property
    def state(self) -> State:
        """What is known of the tape. From any thread."""
        return self._follower.state

    def look(self) -> Offset:
        """Return the tape's time of day, or the system's before the first lock."""
        offset_ns = self.state.offset_ns
        return self._system() if offset_ns is None else Offset(offset_ns, 0)

    def told(self) -> dict[str, Any]:
        """Return the state of the tape."""
        state = self.state
        return {
            "source": "ltc",
            "input": self._sound.name,
            "locked": state.locked,
            "rate": None if state.rate is None else str(state.rate),
            "label": None if state.label is None else str(state.label),
            "level_db": round(state.level_db, 1),
            "reverse": state.reverse,
        }

    def sentence(self) -> str:
        """Return one line."""
        state = self.state
        if state.offset_ns is None:
            return (
                f"no LTC from {self._sound.name} yet; timecode is this machine's time "
                "of day until then"
            )
        now = "is locked" if state.locked else "is lost, and timecode runs on"
        return (
            f"LTC from {self._sound.name} {now}: {state.label} at {state.rate}, "
            f"{state.level_db:.0f} dB"
        )

    def close(self) -> None:
        """End the thread and close the sound."""
        self._stop.set()
        ended(self._thread, JOIN_S)
        self._sound.close()

    def _run(self) -> None:
        while not self._stop.is_set():
            block = self._sound.read(LOOK_S)
            if block is not None:
                self._taken += len(block.samples)
                for heard in self._decoder.feed(block.samples):
                    before = (self._taken - heard.end) / self._sound.sample_rate
                    self._hear(heard, block.end_ns - round(before * NS))
            self._tell(self._follower.look(self._clock_ns()))

    def _hear(self, heard: Heard, end_ns: int) -> None:
        self._tell(self._follower.hear(heard, end_ns, self._sound.sample_rate))
        rate = self.state.rate
        if rate is None or self._wire_rate is None or self._told_rate:
            return
        self._told_rate = True
        if (self._wire_rate / rate).denominator != 1:
            logger.warning(
                "x %s runs at %s frames a second and timecode.rate is %s, so labels "
                'differ; set timecode.rate = "%s" to send the labels of the tape',
                *(self._sound.name, rate, self._wire_rate, rate),
            )

    def _tell(self, sentence: str) -> None:
        if sentence:
            logger.warning("- %s: %s", self._sound.name, sentence)


def midnight_of(path: Path, channel: int, rate: Fraction | None) -> tuple[int, State]:
    """Return the time of day at the beginning of a WAV file, and the tape's state.

    It is found from the first frames that agree, so it is the same in every run.

    Args:
        path: the file.
        channel: from 1.
        rate: exact frames a second; None finds it.

    Returns:
        Nanoseconds since midnight, which may be negative if it begins before.

    Raises:
        CaptureError: the file cannot be read, or no timecode runs forwards in it.
    """
    header, blocks = wav_blocks(path, channel)
    decoder, follower = LtcDecoder(header.rate), Follower(rate)
    for samples in blocks:
        for heard in decoder.feed(samples):
            end_ns = round(heard.end * NS / header.rate)
            follower.hear(heard, end_ns, header.rate)
            state = follower.state
            if state.locked and state.rate is not None and state.label is not None:
                count = count_of(state.label, nominal(state.rate)) + 1
                at_ns = count * NS * state.rate.denominator // state.rate.numerator
                return at_ns - end_ns, state
    raise CaptureError(
        f"{path}: channel {channel} has no timecode that runs forwards; check the "
        "channel with `facewire timecode read`"
    )
