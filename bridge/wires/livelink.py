"""The wire `livelink`: Live Link Face over UDP, for Unreal's ARKit source.

Has the sink's settings (so it imports pydantic), opens the sink, and reads packets for
`inspect`. `protocols/livelink.py` describes the bytes.
"""

from __future__ import annotations

import logging
import uuid
from collections.abc import Sequence
from typing import Annotated, Final, Literal

from pydantic import Field

from bridge.section import Port
from bridge.sinks.udp import Encode
from bridge.user_folder import device_id
from protocols import livelink
from protocols.rotation import Triple
from protocols.wording import counted, shown

from .by_subject import BySubject
from .heard import CAMEL, Heard, Parts, named
from .settings import UdpTarget
from .udp import udp_wire

logger = logging.getLogger(__name__)

NAMES: Final = tuple(CAMEL.get(name, name) for name in livelink.CURVES)
"""Names of the packet's values, in its order."""


class LiveLink(UdpTarget):
    """Unreal's ARKit source, UDP."""

    kind: Literal["livelink"] = "livelink"
    port: Port = 11111
    yaw: Annotated[float, Field(ge=-100.0, le=100.0)] = 1.0
    """Factor for the head's yaw: -1 reverses it."""
    pitch: Annotated[float, Field(ge=-100.0, le=100.0)] = 1.0
    """Factor for the head's pitch."""
    roll: Annotated[float, Field(ge=-100.0, le=100.0)] = 1.0
    """Factor for the head's roll."""


SAMPLE: Final = """\
[[sinks]]
kind = "livelink" # Unreal: "ARKit Face Support"
host = "127.0.0.1"
port = 11111
yaw = 1.0 # factors for the head's angles; -1 reverses one
pitch = 1.0
roll = 1.0
"""


class LiveLinkReader:
    """Reads Live Link Face: one packet per frame."""

    def __call__(self, parts: Parts) -> list[Heard]:
        """Return the packet's frame; raise DecodeError if it is malformed."""
        packet = livelink.decode(parts[0])
        values: dict[str, float] = {}
        if packet.values is not None:
            values = named(NAMES, packet.values)
        time = packet.time
        rate = time.rate_num / time.rate_den
        return [
            Heard(
                packet.subject,
                values,
                packet.values is not None,
                time.frame + time.subframe,
                time=f"{time} @ {rate:g}",
            )
        ]


def _encoder(target: LiveLink, subjects: Sequence[str]) -> Encode:
    """Return a function that encodes a frame; each face has its own encoder."""
    head = (target.yaw, target.pitch, target.roll)
    devices = {name: device_id(name) for name in subjects}

    def make(name: str) -> livelink.Encoder:
        # Names of senders come while it runs: no file is written then. Unreal forgets
        # a name when the same device sends another one.
        first = devices[subjects[0]]
        known = devices if len(devices) > 1 else {name: first}
        return _encoder_of(name, known.get(name) or _derived(first, name), head)

    encoders = BySubject(make, subjects)
    return lambda frame, time: (encoders[frame.subject].encode(frame, time),)


def _derived(device: str, name: str) -> str:
    """Return the id of another name on the same device; always the same one."""
    return str(uuid.uuid5(uuid.uuid5(uuid.NAMESPACE_OID, device), name)).upper()


def _encoder_of(subject: str, device: str, head: Triple) -> livelink.Encoder:
    name = livelink.wire_name(subject, device)
    if name != subject:
        logger.warning(
            "- livelink: the name %s is too long; Unreal will see its first %s",
            shown(subject),
            counted(len(name), "character"),
        )
    return livelink.Encoder(device, name, head_scale=head)


LIVELINK: Final = udp_wire(
    LiveLink,
    _encoder,
    lambda left_out: LiveLinkReader(),
    help="Unreal",
    sample=SAMPLE,
    named=True,
    default=True,
)
