"""The wire `osc`: plain OSC addresses over UDP, one for each curve.

Has the sink's settings (so it imports pydantic), opens the sink, and reads packets for
`inspect`. `protocols/plain_osc.py` describes the bytes.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, Literal

from bridge.section import Port
from bridge.sinks.udp import Encode
from protocols import plain_osc
from protocols.channels import ARKIT, EXPRESSIONS
from protocols.osc_reader import LeftOut, ignore_left_out

from .by_subject import BySubject
from .heard import Heard, Parts
from .settings import UdpTarget
from .udp import udp_wire

MOST_OPEN: Final = 64
"""Largest number of incomplete frames; a real sender never has more."""


class Osc(UdpTarget):
    """Plain OSC addresses, UDP."""

    kind: Literal["osc"] = "osc"
    port: Port = 9050
    split: bool = False
    """True sends a frame in several datagrams below 1472 bytes, not in one bundle. A
    frame whose subject has more than 13 letters (9 with
    `doubt`, one less with `mood`) is always split."""
    doubt: bool = False
    """True also sends how large an error the solver expects of each curve, as
    /facewire/<subject>/doubt with 52 numbers."""
    mood: bool = False
    """True also sends which expression the face holds, as /facewire/<subject>/mood: 0
    neutral, 1 happiness, 2 surprise, 3 sadness, 4 anger, 5 disgust, 6 fear, 7 contempt,
    and -1 for none. It changes seldom, so it can press buttons."""


SAMPLE: Final = """\
[[sinks]]
kind = "osc" # plain addresses: /facewire/<subject>/<curve>
host = "127.0.0.1"
port = 9050
split = false # true: datagrams below 1472 bytes; always so for names over 13 letters
doubt = false # true: also the expected error of each curve
mood = false # true: also the held expression, 0 (neutral) to 7, for buttons
"""


class OscReader:
    """Reads plain OSC: one bundle per frame, or several if the sender splits it."""

    def __init__(self, left_out: LeftOut = ignore_left_out) -> None:
        self._left_out = left_out
        self._open: dict[str, dict[str, float]] = {}

    def __call__(self, parts: Parts) -> list[Heard]:
        """Return the frame of every subject whose last value has arrived."""
        heard = []
        for subject, said in plain_osc.decode(parts[0], self._left_out).items():
            values = self._open.setdefault(subject, {})
            if "tracked" in said:
                # It is sent first, so an older frame here was never completed.
                values.clear()
            for name, value in said.items():
                if isinstance(value, tuple):
                    short = name.removeprefix("bone/")
                    values |= {f"{short}.{i}": float(v) for i, v in enumerate(value)}
                else:
                    values[name] = float(value)
            if ARKIT[-1] in said:
                heard.append(_frame(subject, self._open.pop(subject)))
            elif len(self._open) > MOST_OPEN:
                self._open.clear()
        return heard


def _frame(subject: str, values: dict[str, float]) -> Heard:
    tracked = values.pop("tracked", None)
    stamp = values.pop("frame", None)
    seconds = values.pop("time", None)
    code = [int(values.pop(f"timecode.{i}", 0)) for i in range(4)]
    mood = int(values.pop("mood", -1))
    doubt = {
        name: values.pop(f"doubt.{i}")
        for i, name in enumerate(ARKIT)
        if f"doubt.{i}" in values
    }
    ordered = {name: values[name] for name in ARKIT if name in values} | values
    return Heard(
        subject,
        ordered,
        None if tracked is None else tracked == 1,
        stamp if stamp is not None else seconds,
        time=":".join(f"{part:02}" for part in code),
        doubt=doubt or None,
        mood=EXPRESSIONS[mood] if 0 <= mood < len(EXPRESSIONS) else "",
    )


def _encoder(target: Osc, subjects: Sequence[str]) -> Encode:
    """Return a function that encodes a frame; each face has its own encoder."""
    encoders = BySubject(
        lambda name: plain_osc.Encoder(
            name, split=target.split, doubt=target.doubt, mood=target.mood
        ),
        subjects,
    )
    return lambda frame, time: encoders[frame.subject].encode(frame, time)


OSC: Final = udp_wire(
    Osc,
    _encoder,
    OscReader,
    help="programs that read OSC",
    sample=SAMPLE,
    named=True,
    packets="osc",
)
