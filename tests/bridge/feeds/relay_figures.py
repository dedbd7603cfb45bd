"""How much later a second facewire sends a face.

`python -m tests.bridge.feeds.relay_figures` prints, for UDP and for ZeroMQ, the
milliseconds between a frame of the first facewire and the same frame of the second one,
on this machine, at 60 frames a second.
"""

from __future__ import annotations

import select
import socket
from contextlib import ExitStack
from typing import Final

import numpy as np

from bridge.clock import monotonic_ns
from protocols import livelink
from protocols.frame import FaceFrame
from protocols.timecode import Timecode
from tests.ports import free_port

from .test_end_to_end import bound, facewire, number
from .test_relay import PLAIN, packet_of

FRAMES: Final = 900
NS_PER_FRAME: Final = 1_000_000_000 // 60


def performed(encoder: livelink.Encoder, count: int) -> bytes:
    """One packet of a phone."""
    vector = np.zeros(85, dtype=np.float32)
    vector[17] = count % 100 / 100
    return encoder.encode(FaceFrame(count, 0, "anna", vector), Timecode(count, 0.0, 60))


def figures(sink: str, source: str) -> str:
    """Return the figures of one way between two facewires, as a sentence."""
    phone, encoder = free_port(), livelink.Encoder("phone", "anna")
    seen: tuple[dict[int, int], dict[int, int]] = ({}, {})
    with ExitStack() as stack:
        ends = [stack.enter_context(bound()) for _ in range(2)]
        out = stack.enter_context(socket.socket(socket.AF_INET, socket.SOCK_DGRAM))
        for end, arguments in zip(
            ends,
            (("--source", f"livelink:{phone}", "--sink", sink), ("--source", source)),
            strict=True,
        ):
            own = f"native=udp://127.0.0.1:{number(end)}"
            stack.enter_context(facewire("run", *arguments, "--sink", own, *PLAIN))
        sent, next_ns = 0, monotonic_ns()
        # Frames count once the second facewire has sent one.
        while len(seen[1]) < FRAMES:
            if monotonic_ns() >= next_ns:
                next_ns += NS_PER_FRAME
                sent += 1
                out.sendto(performed(encoder, sent), ("127.0.0.1", phone))
            for end in select.select(ends, [], [], 0.001)[0]:
                packet = packet_of(end.recv(4096))
                if packet is not None and packet.frame.tracked:
                    seen[ends.index(end)].setdefault(packet.time.frame, monotonic_ns())
    both = sorted(seen[0].keys() & seen[1].keys())
    late_ms = [(seen[1][at] - seen[0][at]) / 1e6 for at in both]
    missing = len([at for at in seen[0] if both[0] <= at <= both[-1]]) - len(both)
    p50, p99 = np.percentile(late_ms, (50, 99))
    return f"{len(both)} frames, {missing} missing, {p50:.2f} ms p50, {p99:.2f} ms p99"


if __name__ == "__main__":
    for kind in ("native", "zmq"):
        port = free_port()
        scheme = "udp" if kind == "native" else "tcp"
        place = str(port) if kind == "native" else f"tcp://127.0.0.1:{port}"
        told = figures(f"{kind}={scheme}://127.0.0.1:{port}", f"{kind}:{place}")
        print(f"{kind}: {told}")  # noqa: T201
