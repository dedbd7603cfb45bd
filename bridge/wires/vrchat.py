"""The wire `vrchat`: OSC to VRChat, with the parameters that VRCFaceTracking defined.

Has the sink's settings (so it imports pydantic), opens the sink, and reads datagrams
for `inspect`. `protocols/vrchat.py`, `vrcft.py` and `unified.py` describe what is sent.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, Final, Literal

from pydantic import Field

from bridge.inspect.receive import UdpReceiver
from bridge.section import FilePath, Port
from bridge.sinks.sink import Sink
from bridge.sinks.udp import resolve
from protocols import vrchat
from protocols.osc_reader import LeftOut, ignore_left_out, number, read
from protocols.vrcft import PARAMETERS, Plan, everything
from protocols.vrchat import Eyes
from protocols.wording import shown

from .heard import Heard, Parts, Receiver
from .settings import UdpTarget
from .wire import Probe, Wire

CLOSE_S: Final = 1.0

MOST_NAMES: Final = 1024
"""Values that `inspect` keeps of one sender."""


class VrChat(UdpTarget):
    """VRChat, and avatars made for VRCFaceTracking, OSC over UDP."""

    kind: Literal["vrchat"] = "vrchat"
    port: Port = 9000
    """The port that VRChat listens on; OSCQuery finds another one by itself."""
    face: Annotated[int, Field(ge=1, le=8)] = 1
    """Send this face, counted from 1: an avatar has one."""
    rate: Annotated[float, Field(ge=0.0, le=240.0)] = 60.0
    """Maximum frames per second; 0 sends every frame. Only values that have changed
    are sent."""
    parameters: Literal["avatar", "all"] = "avatar"
    """avatar sends what the worn avatar has, as OSCQuery or its file says; all sends
    every value as a float, for programs that cannot be asked."""
    prefix: Annotated[str, Field(max_length=64, pattern=r"^([A-Za-z0-9_-]+/)*$")] = ""
    """With all: what stands before v2/, as in FT/."""
    eyes: Literal["auto", "on", "off"] = "auto"
    """VRChat's own eye tracking. auto sends it for what the avatar has no parameters
    for."""
    discover: bool = True
    """Look for VRChat and the avatar by mDNS and OSCQuery. False sends nothing but eye
    tracking, unless `listen` or `parameters` says more."""
    listen: Annotated[int, Field(ge=0, le=65535)] = 0
    """Also receive on this UDP port of 127.0.0.1 which avatar is put on; read the file
    that VRChat keeps of it. VRChat sends to 9001. 0 does not listen."""
    avatars: FilePath | None = None
    """VRChat's folder OSC, with those files. Unset: where VRChat has it."""

    def eyes_for(self, plan: Plan) -> Eyes:
        """Return the parts of VRChat's own eye tracking that go with a plan."""
        if self.eyes == "auto":
            return vrchat.eyes_for(plan)
        return Eyes(gaze=self.eyes == "on", lids=self.eyes == "on")

    def plan(self) -> Plan:
        """Return what is sent before anything is found."""
        return everything(self.prefix) if self.parameters == "all" else Plan()


SAMPLE: Final = """\
[[sinks]]
kind = "vrchat" # VRChat: avatars for VRCFaceTracking, and its own eye tracking
host = "127.0.0.1"
port = 9000
parameters = "avatar" # what the worn avatar has; "all": everything
prefix = "" # with "all": before v2/, as "FT/"
eyes = "auto" # VRChat's own eye tracking: "on", "off"
discover = true # look for VRChat and the avatar by OSCQuery
listen = 0 # 9001: also receive from VRChat which avatar is worn
# avatars = "path" # VRChat's folder OSC, with the avatars' files
"""


class VrchatReader:
    """Reads what is sent to VRChat. A datagram has only the values that changed."""

    def __init__(self, left_out: LeftOut = ignore_left_out) -> None:
        self._left_out = left_out
        self._values: dict[str, float] = {}

    def __call__(self, parts: Parts) -> list[Heard]:
        """Return all values so far, if the datagram changes some."""
        packet = read(parts[0])
        for sentence in packet.unread:
            self._left_out("", sentence)
        news: dict[str, float] = {}
        for message in packet.messages:
            values = [
                float(a) if isinstance(a, bool) else number(a) for a in message.args
            ]
            name = _name(message.address)
            if name is None or not values or None in values:
                self._left_out(message.address, "not a value for an avatar's face")
                continue
            names = [name] if len(values) == 1 else [f"{name}.{i}" for i in range(9)]
            news |= {n: v for n, v in zip(names, values, strict=False) if v is not None}
        if not news:
            return []
        if len(self._values) + len(news) > MOST_NAMES:
            self._values.clear()
        self._values |= news
        tracked = [on for n, on in self._values.items() if n.endswith("TrackingActive")]
        return [
            Heard(
                "vrchat",
                dict(self._values),
                bool(tracked[0]) if tracked else None,
                None,
            )
        ]


def _name(address: str) -> str | None:
    """Return what `inspect` calls an address; None for one of another use."""
    if address in (vrchat.GAZE, vrchat.CLOSED):
        return f"eye.{address.rpartition('/')[2]}"
    if not address.startswith(PARAMETERS):
        return None
    # Signed values are drawn from the middle if their name has a dot.
    name = shown(address.removeprefix(PARAMETERS).removeprefix("v2/"))
    return (
        f"{name}." if name.endswith(("X", "Y", "Z", "Yaw", "Pitch", "Roll")) else name
    )


def _open_sink(target: VrChat, subjects: Sequence[str]) -> Sink:
    # Imported here, so that other wires start without it.
    from bridge.vrchat.avatar_files import osc_folder
    from bridge.vrchat.change_listener import ChangeListener
    from bridge.vrchat.discovery import Discovery, Found
    from bridge.vrchat.sending import Sender, VrchatSink
    from bridge.vrchat.services import MulticastServices

    name = f"{target.kind}={target.where}"
    family, address = resolve(target.host, target.port, name)
    first = Found(target.plan(), target.port)
    looks = target.parameters == "avatar"
    discovery = None
    if looks and (target.discover or target.listen):
        discovery = Discovery(
            name,
            address[0],
            first,
            prefix=target.prefix,
            listener=ChangeListener(target.listen) if target.listen else None,
            folder=target.avatars or osc_folder(),
            services=MulticastServices if target.discover else None,
        )
    return VrchatSink(
        name,
        lambda: Sender(
            family,
            address,
            (lambda: first) if discovery is None else (lambda: discovery.found),
            target.eyes_for,
        ),
        close_limit_s=CLOSE_S,
        interrupt=None if discovery is None else discovery.close,
    )


def _open_receiver(target: VrChat, key: str | None) -> Receiver:
    return UdpReceiver(target.host, target.port)


def _probe(target: VrChat) -> Probe:
    return Probe(target.host, target.port, "UDP", ours=False)


VRCHAT: Final = Wire(
    settings=VrChat,
    help="VRChat",
    sample=SAMPLE,
    open_sink=_open_sink,
    open_receiver=_open_receiver,
    reader=VrchatReader,
    probe=_probe,
    packets="osc",
)
