"""One facewire sends on what another one sends: the numbers stay the same."""

from __future__ import annotations

import os
import select
import socket
from contextlib import ExitStack
from pathlib import Path

import numpy as np
import pytest

from bridge.clock import monotonic_ns
from bridge.user_folder import curve_keys
from protocols import livelink, native
from tests.ports import free_port

from .test_end_to_end import PATIENCE_S, bound, facewire, number, recorded

PLAIN = (*("--set", "shape.motion=off", "--set", "shape.hold.return_s=0", "--quiet"),)


def packet_of(data: bytes) -> native.Packet | None:
    topic, payload = native.split(data)
    return native.decode(payload) if topic != native.SCHEMA_TOPIC else None


def seen_at(ends: list[socket.socket], data: bytes, to: int) -> list[native.Packet]:
    """Send a packet again and again; return each end's face with its timecode."""
    time = livelink.decode(data).time
    found: dict[socket.socket, native.Packet] = {}
    end_ns = monotonic_ns() + round(PATIENCE_S * 1e9)
    again_ns = 0
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as out:
        while len(found) < len(ends):
            now_ns = monotonic_ns()
            assert now_ns < end_ns, "nothing came in time"
            if now_ns >= again_ns:
                again_ns = now_ns + 100_000_000
                out.sendto(data, ("127.0.0.1", to))
            for end in select.select(ends, [], [], 0.05)[0]:
                packet = packet_of(end.recv(4096))
                if packet is not None and packet.frame.tracked and packet.time == time:
                    found.setdefault(end, packet)
    return [found[end] for end in ends]


@pytest.mark.parametrize(
    ("by", "names"), [("native", ["ben", "anna"]), ("zmq", None), ("curve", None)]
)
def test_a_second_facewire_sends_what_the_first_one_sends(
    by: str, names: list[str] | None, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("FACEWIRE_HOME", str(tmp_path))
    phone, between = free_port(), free_port()
    sink, source = f"native=udp://127.0.0.1:{between}", f"native:{between}"
    if by != "native":
        curve = str(by == "curve").lower()
        sink, source = (
            f"zmq=tcp://127.0.0.1:{between}?curve={curve}",
            f"zmq:tcp://127.0.0.1:{between}",
        )
        if by == "curve":
            source += f"?key={curve_keys()[0]}"
    with ExitStack() as stack:
        near, far = (stack.enter_context(bound()) for _ in range(2))
        ends = [near, far]
        first = stack.enter_context(
            facewire(
                *("run", "--source", f"livelink:{phone}", "--sink", sink, *PLAIN),
                *("--sink", f"native=udp://127.0.0.1:{number(near)}"),
                *("--set", "subjects=['anna']"),
            )
        )
        second = stack.enter_context(
            facewire(
                *("run", "--source", source, *PLAIN),
                *("--sink", f"native=udp://127.0.0.1:{number(far)}"),
                *("--set", f"subjects={names}") if names else (),
                *("--faces", "2"),
            )
        )
        for data in recorded()[1:6]:
            there, here = seen_at(ends, data, phone)
            np.testing.assert_array_equal(there.frame.vector, here.frame.vector)
            np.testing.assert_array_equal(there.frame.expression, here.frame.expression)
            assert there.frame.vector[:52].any()
            # The sender's name is kept, or else there is a place of that name.
            assert there.frame.subject == here.frame.subject == "anna"
        if os.name == "posix":
            for process in (second, first):
                process.terminate()
                told, _ = process.communicate(timeout=PATIENCE_S)
                assert process.returncode == 0, told
