"""A program sends Live Link Face packets; what facewire makes of them is read back."""

from __future__ import annotations

import os
import select
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import numpy as np

from bridge.clock import monotonic_ns
from bridge.takes.read import read_recording
from protocols import livelink, plain_osc
from protocols.channels import ARKIT, WEIGHTS_SLICE
from protocols.frame import FaceFrame
from protocols.timecode import Timecode
from tests.protocols.golden import golden

PATIENCE_S = 60.0
"""A loaded machine gets this time for what takes a second."""

ROOT = Path(__file__).parents[3]


def bound() -> socket.socket:
    port = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    port.bind(("127.0.0.1", 0))
    port.settimeout(PATIENCE_S)
    return port


def number(port: socket.socket) -> int:
    found: int = port.getsockname()[1]
    return found


def recorded() -> list[bytes]:
    """Golden packets, and a performance at a film rate, a face lost in the middle."""
    rng = np.random.default_rng(7)
    packets = [golden("livelink_iphone.bin")]
    encoder = livelink.Encoder("DPYX", "phone")
    for i in range(12):
        vector = np.zeros(85, dtype=np.float32)
        vector[WEIGHTS_SLICE] = rng.random(52)
        vector[52:58] = rng.uniform(-0.3, 0.3, 6)
        vector[73:79] = rng.uniform(-0.3, 0.3, 6)
        frame = FaceFrame(i, 0, "phone", vector, tracked=i != 6)
        packets.append(encoder.encode(frame, Timecode(90_000 + i, 0.5, 24000, 1001)))
    return packets


@contextmanager
def facewire(*arguments: str) -> Iterator[subprocess.Popen[str]]:
    process = subprocess.Popen(
        [sys.executable, "-m", "bridge", *arguments],
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        cwd=ROOT,
    )
    try:
        yield process
    finally:
        process.kill()
        process.communicate()


def exchange(
    data: bytes, to: int, ends: list[socket.socket], is_it: Callable[[bytes], bool]
) -> list[bytes]:
    """Send a packet until every port has what is made of it; return that."""
    out = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    found: dict[socket.socket, bytes] = {}
    end_ns = monotonic_ns() + round(PATIENCE_S * 1e9)
    with out:
        while len(found) < len(ends):
            assert monotonic_ns() < end_ns, "nothing came back in time"
            out.sendto(data, ("127.0.0.1", to))
            while select.select(ends, [], [], 0.2)[0]:
                for end in select.select(ends, [], [], 0.0)[0]:
                    came = end.recv(65_536)
                    if is_it(came):
                        found.setdefault(end, came)
                if len(found) == len(ends):
                    break
    return [found[end] for end in ends]


def made_of(packet: livelink.Packet) -> Callable[[bytes], bool]:
    """Return what knows a datagram of one of our sinks by the packet's timecode."""
    times = (packet.time, packet.time.parts())
    return lambda data: timecode_of(data) in times


def timecode_of(data: bytes) -> Timecode | tuple[int, ...] | None:
    if data[:1] == b"\x06":
        return livelink.decode(data).time
    told = next(iter(plain_osc.decode(data).values()))["timecode"]
    assert isinstance(told, tuple)
    return tuple(map(int, told))


def test_packets_come_out_as_they_went_in(tmp_path: Path) -> None:
    with ExitStack() as stack:
        ends = [stack.enter_context(bound()) for _ in range(2)]
        with bound() as probe:
            source = number(probe)
        process = stack.enter_context(
            facewire(
                *("run", "--source", f"livelink:{source}", "--quiet"),
                *("--sink", f"livelink=127.0.0.1:{number(ends[0])}"),
                *("--sink", f"osc=127.0.0.1:{number(ends[1])}"),
                *("--set", "shape.motion=off", "--set", "shape.hold.return_s=0"),
                *("--set", "track.faces=2", "--record", str(tmp_path)),
                *("--set", "subjects=['anna', 'ben']"),
            )
        )
        for data in recorded():
            sent = livelink.decode(data)
            came = exchange(data, source, ends, made_of(sent))
            out = livelink.decode(came[0])
            (told,) = plain_osc.decode(came[1]).items()
            subject, values = told
            assert out.time == sent.time
            assert out.subject == subject
            assert subject == ("ben" if sent.subject == "phone" else "anna")
            assert (out.values is None) is (sent.values is None)
            assert values["tracked"] == int(sent.values is not None)
            if sent.values is None or out.values is None:
                continue
            np.testing.assert_array_equal(out.values[:52], sent.values[:52])
            np.testing.assert_allclose(out.values[52:], sent.values[52:], atol=1e-5)
            assert [values[name] for name in ARKIT] == sent.values[:52].tolist()
        if os.name == "posix":
            process.terminate()
            told_at_end, _ = process.communicate(timeout=PATIENCE_S)
            assert process.returncode == 0, told_at_end
            (take,) = tmp_path.glob("*.mcap")
            takes = read_recording(take).takes
            assert {each.subject for each in takes} == {"anna", "ben"}
            (ben,) = (each for each in takes if each.subject == "ben")
            assert Timecode(90_003, 0.5, 24000, 1001) in ben.timecodes


def test_a_source_that_would_hear_its_own_sink_ends_with_code_2() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "bridge", "run", "--source", "livelink:11111"],
        capture_output=True,
        text=True,
        timeout=PATIENCE_S,
        cwd=ROOT,
        check=False,
    )
    assert done.returncode == 2
    assert "would send back to it" in " ".join((done.stdout + done.stderr).split())
