"""The settings of timecode. This module imports pydantic."""

from __future__ import annotations

from fractions import Fraction
from typing import Annotated, Literal

from pydantic import BeforeValidator, Field, PlainSerializer

from bridge.section import Section


def _rate(value: object) -> object:
    try:
        rate = Fraction(str(value))
    except (ValueError, ZeroDivisionError):
        raise ValueError(
            f"got {value!r}, expected frames a second: 60 or '30000/1001'"
        ) from None
    if not 1 <= rate <= 240 or rate.denominator > 1001:
        raise ValueError(f"got {value!r}, expected 1 to 240 frames a second")
    return rate


class Timecode(Section):
    """The timecode of the frames."""

    rate: Annotated[
        Fraction, BeforeValidator(_rate), PlainSerializer(str, return_type=str)
    ] = Fraction(60)
    """Frames per second, a whole number or a fraction such as 30000/1001. Constant for
    a session and independent of the camera: Unreal flushes its buffer on a change."""
    source: Literal["source", "system", "ntp", "ltc"] = "source"
    """source is the sender's timecode if it has one, else the system's; system is this
    machine's time of day, also for a sender's faces; ntp is a time server's; ltc is
    linear timecode as sound."""
    server: Annotated[str, Field(min_length=1, max_length=253)] = "time.apple.com"
    """For ntp: the time server, HOST or HOST:PORT. The default is that of the Live Link
    Face app; on a stage, use its own server."""
    ltc: str = "default"
    """For ltc: the sound device, by number or a part of its name, or a WAV file."""
    ltc_channel: Annotated[int, Field(ge=1, le=64)] = 1
    """For ltc: the channel with the timecode, counted from 1."""
    ltc_rate: Literal["auto", "24000/1001", "24", "25", "30000/1001", "30"] = "auto"
    """For ltc: frames per second; auto finds them. Drop frame is always found."""
    genlock: bool = False
    """Send at the ticks of the timecode, `rate` frames per second, instead of one frame
    per image; needs shape.rate = 0."""

    def ltc_fps(self) -> Fraction | None:
        """Return the exact rate of the tape; None if it is found."""
        return None if self.ltc_rate == "auto" else Fraction(self.ltc_rate)
