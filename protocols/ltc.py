"""Linear timecode (LTC): the 80 bits of one frame, least significant first.

    0-3 8-9       frame number, units and tens (BCD, as all numbers)
    10 11         drop frame, colour frame
    16-19 24-26   seconds        32-35 40-42   minutes        48-51 56-57   hours
    4-7 12-15 20-23 28-31 36-39 44-47 52-55 60-63   user bits, eight groups of four
    27 43 58 59   polarity and flags, which depend on the rate; 58: clock-locked
    64-79         the sync word 0011 1111 1111 1101

As sound, each bit begins with a change of sign, and a 1 has another one in its middle
(bi-phase mark), so polarity and direction do not matter: a tape that runs backwards has
the sync word 1011 1111 1111 1100, and its bits from last to first. Bit 27 (59 at 25
frames a second) makes the number of zeros even, so that every frame begins with the
same sign. A frame is known when its last bit has come: then the next one begins.

The number of frames in a second is not in the word: 24, 25 and 30 (29.97 looks like
30) are told apart by their speed, or by the last number of a second. Source: SMPTE ST
12-1; the vectors of the tests were made with libltc.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from .drop_frame import Label
from .errors import DecodeError

BITS: Final = 80
SYNC: Final = 0b1011_1111_1111_1100
"""The last 16 bits as a number, whose least significant bit came first."""
SYNC_REVERSED: Final = int(f"{SYNC:016b}"[::-1], 2)
"""The same of a tape that runs backwards: it comes before its other bits."""

_DROP: Final = 1 << 10
_COLOUR: Final = 1 << 11
_PARITY_25: Final = 59
_PARITY: Final = 27
_FLAG_BITS: Final = (27, 43, 58, 59)
_USER: Final = range(4, 64, 8)


@dataclass(frozen=True, slots=True)
class Word:
    """The contents of one frame."""

    label: Label
    user: int = 0
    """32 user bits, the first group in the lowest four."""
    colour: bool = False
    flags: int = 0
    """Bits 27, 43, 58 and 59, in the lowest four, as received."""


def encode(word: Word, *, rate: int = 30) -> int:
    """Return the 80 bits as a number whose least significant bit is sent first.

    Args:
        word: `flags` without the polarity bit, which is computed.
        rate: 25 has its polarity bit in another place.

    Raises:
        ValueError: the label or the user bits cannot be written.
    """
    label = word.label
    if not (
        0 <= label.hours < 24
        and 0 <= label.minutes < 60
        and 0 <= label.seconds < 60
        and 0 <= label.frames < 30
        and 0 <= word.user < 1 << 32
    ):
        raise ValueError(f"ltc: {label} with user bits {word.user:#x} cannot be sent")
    bits = 0
    for at, value in ((0, label.frames), (16, label.seconds)):
        bits |= value % 10 << at | value // 10 << at + 8
    for at, value in ((32, label.minutes), (48, label.hours)):
        bits |= value % 10 << at | value // 10 << at + 8
    bits |= _DROP * label.drop | _COLOUR * word.colour
    for group, at in enumerate(_USER):
        bits |= (word.user >> 4 * group & 15) << at
    parity = _PARITY_25 if rate == 25 else _PARITY
    for place, at in enumerate(_FLAG_BITS):
        if at != parity:
            bits |= (word.flags >> place & 1) << at
    bits |= SYNC << 64
    # The polarity bit makes the number of zeros, and so of ones, even.
    return bits | (bits.bit_count() & 1) << parity


def decode(bits: int) -> Word:
    """Return the contents of 80 bits.

    Args:
        bits: as `encode` returns them.

    Raises:
        DecodeError: the sync word is not at its place, or a number is out of range, as
            after noise; nothing else is ever raised.
    """
    if bits >> 64 != SYNC:
        raise DecodeError(f"ltc: sync word {bits >> 64 & 0xFFFF:#06x} of {SYNC:#06x}")
    frames = _number(bits, 0, 2)
    seconds, minutes = _number(bits, 16, 3), _number(bits, 32, 3)
    hours = _number(bits, 48, 2)
    if frames >= 30 or seconds >= 60 or minutes >= 60 or hours >= 24:
        told = f"{hours:02}:{minutes:02}:{seconds:02}:{frames:02}"
        raise DecodeError(f"ltc: {told} is no time of day")
    user = sum((bits >> at & 15) << 4 * group for group, at in enumerate(_USER))
    flags = sum((bits >> at & 1) << place for place, at in enumerate(_FLAG_BITS))
    label = Label(hours, minutes, seconds, frames, bool(bits & _DROP))
    return Word(label, user, bool(bits & _COLOUR), flags)


def from_bytes(data: bytes) -> int:
    """Return the bits of ten bytes in the order of transmission.

    Raises:
        DecodeError: there are not ten bytes.
    """
    if len(data) != BITS // 8:
        raise DecodeError(f"ltc: {len(data)} bytes, expected {BITS // 8}")
    return int.from_bytes(data, "little")


def _number(bits: int, at: int, tens_bits: int) -> int:
    units, tens = bits >> at & 15, bits >> at + 8 & (1 << tens_bits) - 1
    if units > 9:
        raise DecodeError(f"ltc: digit {units} at bit {at}, expected 0 to 9")
    return tens * 10 + units
