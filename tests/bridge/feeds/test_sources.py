"""The daemon with each source of packets: curves come out as they went in."""

from __future__ import annotations

import os
import select
import socket
from collections.abc import Callable, Sequence
from contextlib import ExitStack

import numpy as np
import pytest

from bridge.clock import monotonic_ns
from bridge.wires.openseeface import tracked
from protocols import livelink, openseeface, vmc
from protocols.frame import FaceFrame
from tests.ports import free_port

from .test_end_to_end import PATIENCE_S, bound, facewire, number

Send = Callable[[FaceFrame], Sequence[bytes]]

VMC = vmc.Encoder()


def open_see_face(frame: FaceFrame) -> list[bytes]:
    """A packet that is newer than all before."""
    return [openseeface.encode([tracked(frame, 0, monotonic_ns() / 1e9)])]


def performed(jaw: float, *, whole: bool) -> FaceFrame:
    """A face that opens its jaw, with all other curves or without."""
    vector = np.zeros(85, dtype=np.float32)
    if whole:
        vector[:52] = np.linspace(0.1, 0.9, 52, dtype=np.float32)
    vector[17] = jaw
    return FaceFrame(0, 0, "face", vector)


SOURCES: dict[str, tuple[Send, bool]] = {
    "vmc": (VMC.encode, True),
    # Fourteen features cannot tell of all curves.
    "openseeface": (open_see_face, False),
}


@pytest.mark.parametrize("word", SOURCES)
def test_the_daemon_sends_on_what_a_source_says(word: str) -> None:
    source = free_port()
    with ExitStack() as stack:
        end = stack.enter_context(bound())
        process = stack.enter_context(
            facewire(
                *("run", "--source", f"{word}:{source}", "--quiet"),
                *("--sink", f"livelink=127.0.0.1:{number(end)}"),
                *("--set", "shape.motion=off", "--set", "shape.hold.return_s=0"),
            )
        )
        out = stack.enter_context(socket.socket(socket.AF_INET, socket.SOCK_DGRAM))
        for jaw in (0.25, 0.625):
            encode, whole = SOURCES[word]
            sent = performed(jaw, whole=whole)
            end_ns = monotonic_ns() + round(PATIENCE_S * 1e9)
            came = None
            while came is None or abs(came[17] - jaw) > 1e-6:
                assert monotonic_ns() < end_ns, "nothing came in time"
                for data in encode(sent):
                    out.sendto(data, ("127.0.0.1", source))
                if select.select([end], [], [], 0.05)[0]:
                    came = livelink.decode(end.recv(4096)).values
            np.testing.assert_allclose(came[:52], sent.vector[:52], atol=1e-6)
        if os.name == "posix":
            process.terminate()
            told, _ = process.communicate(timeout=PATIENCE_S)
            assert process.returncode == 0, told
