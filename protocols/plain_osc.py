"""Plain OSC: one address per value, for TouchDesigner, Max, Pure Data and own code.

    /facewire/<subject>/tracked             i     1, or 0 while the last pose is held
    /facewire/<subject>/frame               i     capture counter, modulo 2**31
    /facewire/<subject>/time                f     seconds since the first frame
    /facewire/<subject>/timecode            iiii  hours, minutes, seconds, frames
    /facewire/<subject>/confidence          f     0 to 1
    /facewire/<subject>/position            fff   head x y z, metres, camera frame
    /facewire/<subject>/bone/<bone>         fff   rotation vector x y z, radians
    /facewire/<subject>/expression/<name>   f     probability, 8 of them
    /facewire/<subject>/doubt               f x 52  expected root mean square error of
                                                  each curve, 0 to 1, in the order of
                                                  the curves
    /facewire/<subject>/mood                i     the held expression, see below
    /facewire/<subject>/<curve>             f     0 to 1, the 52 ARKit names: jawOpen

The doubt is sent only on request, and only for frames whose doubt is known. It is one
message, because 52 addresses would make the bundle larger than many receivers read.
The mood, too, is sent only on request: the place in `EXPRESSIONS` of the one that the
face holds, from 0 for neutral to 7 for contempt, and -1 where it is unknown.
Right-handed, +X the actor's left, +Y up, +Z out of the face; bones are parent-local and
0 at rest. Names are those of `CHANNELS` and `EXPRESSIONS`.

One bundle per frame, 3.4 KB with a short name. That is more than one Ethernet frame, so
it is sent in three fragments, and losing one loses the frame. For receivers that cannot
read such datagrams, `split` sends bundles of at most 1472 bytes each, in the order
above. The name is part of every address, so a long name makes the bundle larger than
many receivers read (those that use oscpack have room for 4098 bytes and refuse the
rest). A frame of more than 4096 bytes is therefore always split.

The time is a float32, finer than a millisecond for the first four hours; the timecode
stays exact. It is four whole numbers because many patchers cannot read strings.

In an address a subject's name has `_` for spaces, control characters and `# * , / ? [ ]
{ }`, and is cut after 64 bytes of UTF-8.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Final

import numpy as np

from .channels import (
    ARKIT,
    BONES,
    EXPRESSIONS,
    POSITION_SLICE,
    ROTATION_SLICE,
    unit,
    unit_number,
)
from .curve_rows import ARKIT_ROWS, Rows, sources
from .frame import FaceFrame
from .osc import Arg, Message, Template, bundle, encode, grouped
from .osc_reader import LeftOut, ignore_left_out, number, read, tags_of
from .outgoing import outgoing
from .timecode import Timecode

PREFIX: Final = "/facewire/"
MAX_SUBJECT: Final = 64
"""Bytes of a subject's name in an address."""
MAX_BUNDLE: Final = 4096
"""Bytes that every receiver in this field can read at once."""

_FIXED: Final[dict[str, str]] = {
    "tracked": "i",
    "frame": "i",
    "time": "f",
    "timecode": "iiii",
    "confidence": "f",
    "position": "fff",
    **{f"bone/{bone}": "fff" for bone in BONES},
    **{f"expression/{name}": "f" for name in EXPRESSIONS},
}
"""All values except the doubt and the curves, which follow them."""

_DOUBT: Final[dict[str, str]] = {"doubt": "f" * len(ARKIT)}
_MOOD: Final[dict[str, str]] = {"mood": "i"}
ON_REQUEST: Final[dict[str, str]] = {**_DOUBT, **_MOOD}
"""The parts and type tags that are sent on request, before the curves."""

_PLACES: Final = {name: at for at, name in enumerate(EXPRESSIONS)}

SIGNATURE: Final[dict[str, str]] = {**_FIXED, **dict.fromkeys(ARKIT, "f")}
"""The parts after `/facewire/<subject>/` and their type tags, in sending order."""

_KNOWN: Final[dict[str, str]] = SIGNATURE | ON_REQUEST

Value = float | int | tuple[float, ...]
"""One argument as a number, several as a tuple."""

_DOUBT_SLICE: Final = slice(43, 43 + len(ARKIT))
"""Places of the doubt among a frame's floats."""

_ILLEGAL: Final = re.compile(r"[\s#*,/?\[\]{}\x00-\x1f\x7f]")


def address_subject(name: str) -> str:
    """Return a subject's name as it is written in an address, never empty."""
    legal = _ILLEGAL.sub("_", name.encode("utf-8", "replace").decode())
    return legal.encode()[:MAX_SUBJECT].decode("utf-8", "ignore") or "_"


class Encoder:
    """Encodes one subject's datagrams. Keeps the time of the first frame."""

    def __init__(
        self,
        subject: str,
        *,
        split: bool = False,
        doubt: bool = False,
        mood: bool = False,
        rows: Rows = ARKIT_ROWS,
    ) -> None:
        """Lay out the packets.

        Args:
            subject: any text; see `address_subject`.
            split: send bundles of at most 1472 bytes instead of one per frame. A frame
                that would exceed `MAX_BUNDLE` is always split.
            doubt: also send the doubt of frames whose doubt is known.
            mood: also send the place of the held expression.
            rows: the curves to send; `decode` only knows the 52 ARKit names.

        Raises:
            ValueError: see `curve_rows.sources`, or a name cannot be used in an
                address.
        """
        for name, _ in rows:
            if _ILLEGAL.search(name):
                raise ValueError(
                    f"osc: {name!r} cannot stand in an address; leave out spaces and "
                    "# * , / ? [ ] { }"
                )
        self._sources = sources(rows)
        fixed, curves = [*_FIXED.items()], [(name, "f") for name, _ in rows]
        curves = [*(_MOOD.items() if mood else ()), *curves]
        self._mood = mood
        self._plain = _Layout(subject, [*fixed, *curves], split)
        self._doubting: _Layout | None = None
        if doubt:
            parts = [*fixed, *_DOUBT.items(), *curves]
            self._doubting = _Layout(subject, parts, split)
        self._start_ns: int | None = None

    def encode(self, frame: FaceFrame, time: Timecode) -> list[bytes]:
        """Return one frame's datagrams in sending order; a single one unless split."""
        if self._start_ns is None:
            self._start_ns = frame.captured_ns
        numbers = outgoing(frame)
        vector, layout = numbers.vector, self._plain
        if self._doubting is not None and numbers.doubt is not None:
            layout = self._doubting
            layout.floats[_DOUBT_SLICE] = numbers.doubt
        floats = layout.floats
        floats[0] = (frame.captured_ns - self._start_ns) * 1e-9
        floats[1] = unit_number(frame.confidence)
        floats[2:5] = vector[POSITION_SLICE]
        floats[5:35] = vector[ROTATION_SLICE]
        floats[35:43] = unit(frame.expression)
        floats[len(floats) - len(self._sources) :] = vector[self._sources]
        mood = (_PLACES.get(frame.mood, -1),) if self._mood else ()
        ints = (int(frame.tracked), frame.index & 0x7FFFFFFF, *time.parts(), *mood)
        return layout.template.fill(floats, ints)


class _Layout:
    """The datagrams of one kind of frame, and their numbers in sending order."""

    def __init__(
        self, subject: str, parts: Iterable[tuple[str, str]], split: bool
    ) -> None:
        start = f"{PREFIX}{address_subject(subject)}/"
        blank: dict[str, Arg] = {"i": 0, "f": 0.0}
        messages = [
            Message(start + tail, tuple(blank[tag] for tag in tags))
            for tail, tags in parts
        ]
        split = split or len(bundle(map(encode, messages))) > MAX_BUNDLE
        self.template = Template(grouped(messages) if split else [messages])
        self.floats = np.zeros(self.template.floats, dtype=np.float32)


def decode(
    data: bytes, left_out: LeftOut = ignore_left_out
) -> dict[str, dict[str, Value]]:
    """Return the values of each subject in one datagram: {"face": {"jawOpen": 0.25}}.

    Keys are those of `SIGNATURE` and `ON_REQUEST`; a datagram of a split frame has only
    some of them. Whole numbers sent as int are accepted for floats. Other addresses,
    wrong types and numbers that are not finite are left out, because other programs may
    send to the same port.

    Args:
        data: one datagram.
        left_out: called for every message that is not used.

    Raises:
        DecodeError: the bytes are not an OSC packet; nothing else is ever raised.
    """
    packet = read(data)
    for sentence in packet.unread:
        left_out("", sentence)
    subjects: dict[str, dict[str, Value]] = {}
    for message in packet.messages:
        subject, _, tail = message.address.removeprefix(PREFIX).partition("/")
        tags = _KNOWN.get(tail, "")
        if not (message.address.startswith(PREFIX) and subject and tags):
            left_out(message.address, "not an address of this wire")
            continue
        value = _value(tags, message.args)
        if value is None:
            told = tags_of(message.args)
            left_out(message.address, f"arguments {told!r:.20}, expected {tags!r}")
        else:
            subjects.setdefault(subject, {})[tail] = value
    return subjects


def _value(tags: str, args: tuple[Arg, ...]) -> Value | None:
    if len(args) != len(tags):
        return None
    numbers: list[float] = []
    for tag, arg in zip(tags, args, strict=True):
        value = number(arg)
        if value is None:
            return None
        if tag == "i":
            if not isinstance(arg, int):
                return None
            value = arg
        numbers.append(value)
    return numbers[0] if len(numbers) == 1 else tuple(numbers)
