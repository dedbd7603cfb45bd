"""The wire `ifacialmocap`: the text of iFacialMocap, as a phone sends it.

Has the sink's settings (so it imports pydantic), opens the sink, and reads packets for
`inspect`. `protocols/ifacialmocap.py` describes the bytes.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, Literal

from bridge.inspect.receive import UdpReceiver
from bridge.section import Port
from bridge.sinks.phone import PhoneSink
from bridge.sinks.sink import Sink
from protocols import ifacialmocap
from protocols.channels import ARKIT
from protocols.ifacialmocap_phone import TextPhone
from protocols.ifacialmocap_requests import TCP_PORT
from protocols.phone import PhoneFace

from .heard import Heard, Parts, Receiver
from .phone import PhoneTarget, phone_port
from .wire import Probe, Wire


class IFacialMocap(PhoneTarget):
    """Programs that receive iFacialMocap, UDP."""

    kind: Literal["ifacialmocap"] = "ifacialmocap"
    port: Port = ifacialmocap.PORT
    version: Literal[1, 2] = 1
    """Version of the text at this address; programs that ask get what they ask for."""
    tcp_port: Port = TCP_PORT
    """Where programs listen that ask for TCP."""


SAMPLE: Final = """\
[[sinks]]
kind = "ifacialmocap" # programs that receive a phone with iFacialMocap
host = "127.0.0.1"
port = 49983
version = 1 # or 2, the text with & signs
listen = "" # "0.0.0.0": also answer programs that ask a phone at this address
tcp_port = 49986 # where programs listen that ask for TCP
"""


class IFacialMocapReader:
    """Reads iFacialMocap's text: one packet per frame."""

    def __call__(self, parts: Parts) -> list[Heard]:
        """Return the packet's frame; raise DecodeError if it is malformed."""
        return [heard_of("ifacialmocap", ifacialmocap.decode(parts[0]))]


def heard_of(
    subject: str, face: PhoneFace, stamp: float | None = None, *, exact: bool = False
) -> Heard:
    """Return a phone's face for `inspect`: weights, degrees and metres."""
    pairs = zip(ARKIT, face.weights.tolist(), face.given.tolist(), strict=True)
    values = {name: weight for name, weight, given in pairs if given}
    for name, triple in (
        ("head", face.head),
        ("headPosition", face.position),
        ("leftEye", face.left_eye),
        ("rightEye", face.right_eye),
    ):
        if triple is not None:
            values |= {
                f"{name}.{axis}": n for axis, n in zip("xyz", triple, strict=True)
            }
    return Heard(subject, values, face.tracked, stamp, exact=exact)


def _open_sink(target: IFacialMocap, subjects: Sequence[str]) -> Sink:
    port, receiver, heard = phone_port(target, ifacialmocap.PORT)
    side = TextPhone(receiver, target.version, target.port, target.tcp_port)
    # Without `listen` nobody can ask, so nobody is heard.
    return PhoneSink(f"{target.kind}={target.where}", port, side, heard)


def _open_receiver(target: IFacialMocap, key: str | None) -> Receiver:
    return UdpReceiver(target.host, target.port)


def _probe(target: PhoneTarget) -> Probe:
    return Probe(target.host, target.port, "UDP", ours=False)


IFACIALMOCAP: Final = Wire(
    settings=IFacialMocap,
    help="VSeeFace, VMagicMirror and others that receive iFacialMocap",
    sample=SAMPLE,
    open_sink=_open_sink,
    open_receiver=_open_receiver,
    reader=lambda left_out: IFacialMocapReader(),
    probe=_probe,
)
