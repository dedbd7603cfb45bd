"""From a sink's settings to an open sink, and the route that leads to it."""

from __future__ import annotations

import logging
import threading
from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Final

from bridge import config
from bridge.shape.shaper import mirrored
from bridge.user_folder import device_id
from protocols import livelink, plain_osc, vmc
from protocols.frame import FaceFrame
from protocols.rotation import Triple
from protocols.timecode import Timecode
from protocols.wording import counted, shown

from .sink import Sink
from .udp import Encode, UdpSink
from .zmq_pub import ZmqSink, is_loopback

logger = logging.getLogger(__name__)

CLOSE_S: Final = 0.1
"""A sink sends within a millisecond, or something is wrong with it."""


class Route:
    """A sink, which faces reach it, how often and which way round."""

    def __init__(
        self,
        sink: Sink,
        subjects: Iterable[str],
        *,
        rate: float = 0.0,
        mirror: bool = False,
    ) -> None:
        self.sink = sink
        self._mirror = mirror
        self._gap_ns = round(1e9 / rate) if rate else 0
        self._due_ns = dict.fromkeys(subjects, 0)
        # A ZeroMQ socket must not be closed under whoever sends: libzmq would abort.
        self._sending = threading.Lock()
        self._closed = False

    def publish(self, frame: FaceFrame, time: Timecode) -> None:
        """Send the frame if its face belongs here, it is due and this is open."""
        if frame.subject in self._due_ns and self._due(frame):
            if self._mirror:
                frame = replace(frame, vector=mirrored(frame.vector))
            with self._sending:
                if not self._closed:
                    self.sink.send(frame, time)

    def close(self) -> None:
        """Close the sink, from any thread; frames that come later are not sent.

        Safe to call twice. A sink that does not come back from `send` stays open.
        """
        self._closed = True
        if self._sending.acquire(timeout=CLOSE_S):
            try:
                self.sink.close()
            finally:
                self._sending.release()

    def _due(self, frame: FaceFrame) -> bool:
        if not self._gap_ns:
            return True
        early_ns = self._due_ns[frame.subject] - frame.captured_ns
        # A quarter of the gap is forgiven: 30 of 60 fps has to be every second frame
        # although no camera keeps its time to the microsecond.
        if self._gap_ns // 4 < early_ns <= 2 * self._gap_ns:
            return False
        in_step = abs(early_ns) <= self._gap_ns
        start_ns = self._due_ns[frame.subject] if in_step else frame.captured_ns
        self._due_ns[frame.subject] = start_ns + self._gap_ns
        return True


def open_routes(wanted: Sequence[config.Sink], subjects: Sequence[str]) -> list[Route]:
    """Open every sink, or close those already open and raise SinkError."""
    routes: list[Route] = []
    try:
        for target in wanted:
            faces = subjects[target.face - 1 :][:1] if target.face else subjects
            sink = open_sink(target, faces)
            routes.append(Route(sink, faces, rate=target.rate, mirror=target.mirror))
    except BaseException:
        for route in routes:
            route.close()
        raise
    return routes


def open_sink(target: config.Sink, subjects: Sequence[str]) -> Sink:
    """Open one destination, or raise SinkError."""
    if isinstance(target, config.Zmq):
        name = f"zmq={target.address}"
        curve = target.curve
        if curve is None:
            curve = not is_loopback(target.address)
        return ZmqSink(name, target.address, curve=curve)
    name = f"{target.kind}={target.host}:{target.port}"
    return UdpSink(name, target.host, target.port, _encoder(target, subjects))


def _livelink(subject: str, head: Triple) -> livelink.Encoder:
    device = device_id(subject)
    name = livelink.wire_name(subject, device)
    if name != subject:
        logger.warning(
            "- livelink: %s is too long a name; Unreal will see the first %s of it",
            shown(subject),
            counted(len(name), "character"),
        )
    return livelink.Encoder(device, name, head_scale=head)


def _encoder(
    target: config.LiveLink | config.Vmc | config.Osc, subjects: Sequence[str]
) -> Encode:
    """Return what turns a frame into this wire's datagrams, a template a face."""
    match target:
        case config.LiveLink():
            head = (target.yaw, target.pitch, target.roll)
            livelinks = {name: _livelink(name, head) for name in subjects}
            return lambda frame, time: (livelinks[frame.subject].encode(frame, time),)
        case config.Vmc():
            style = vmc.VmcStyle(
                names=target.names,
                bones=target.bones,
                presets=target.presets,
                eyes=target.eyes,
                jaw=target.jaw,
                bundles=target.bundles,
                tracking_flag=target.tracking_flag,
            )
            vmcs = {name: vmc.Encoder(style) for name in subjects}
            return lambda frame, time: vmcs[frame.subject].encode(frame)
        case config.Osc():
            oscs = {
                name: plain_osc.Encoder(name, split=target.split) for name in subjects
            }
            return lambda frame, time: oscs[frame.subject].encode(frame, time)
