"""Two programs send different faces to one facewire; what it sends is read back.

One dies and returns, one floods, one stalls and sends its backlog at once, one sends
lies and NaN. The other one's numbers come out as they went in, all the time.
"""

from __future__ import annotations

import json
import os
import socket
import struct
import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest

from bridge.clock import monotonic_ns
from bridge.mix.blend import MOST
from protocols import livelink
from protocols.channels import INDEX, Vector
from protocols.timecode import Timecode
from tests.bridge.faces import face
from tests.bridge.feeds.test_end_to_end import PATIENCE_S, bound, facewire, number

BLINK, JAW = INDEX["eyeBlinkLeft"], INDEX["jawOpen"]
BASE, LAYER = 0.25, 0.75
"""Exact in a float32, so that they come out as they went in."""

STEP_S = 1.0 / 60.0


def packet(value: float, frame: int, subject: str) -> bytes:
    shown = face(jawOpen=value, eyeBlinkLeft=value, eyeBlinkRight=value)
    time = Timecode(90_000 + frame, 0.0, 60)
    return livelink.Encoder(f"device of {subject}", subject).encode(shown, time)


class Sender:
    """Sends packets to a port in a thread of its own, while it is on."""

    def __init__(
        self, to: int, data: Callable[[int], bytes], step_s: float = STEP_S
    ) -> None:
        self.on = threading.Event()
        self.on.set()
        self._to, self._data, self._step_s = to, data, step_s
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._thread.start()

    def _run(self) -> None:
        count = 0
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as out:
            while not self._stop.wait(self._step_s):
                self.on.wait()
                out.sendto(self._data(count), ("127.0.0.1", self._to))
                count += 1

    def close(self) -> None:
        self._stop.set()
        self.on.set()
        self._thread.join(PATIENCE_S)


@dataclass
class Stage:
    """A running facewire with a base and a layer for the eyes."""

    base: int
    layer: int
    out: socket.socket
    stack: ExitStack
    last: Vector | None = None
    largest: float = 0.0
    """The largest change of a number between two frames, since the last `calm`."""

    def send(
        self, to: int, data: Callable[[int], bytes], step_s: float = STEP_S
    ) -> Sender:
        sender = Sender(to, data, step_s)
        self.stack.callback(sender.close)
        return sender

    def next(self) -> Vector:
        """Return the (61,) values of the next frame; every frame has a face."""
        came = livelink.decode(self.out.recv(2_048))
        values = came.values
        # The base's name, or that of its place until the base is heard.
        assert came.subject in ("base", "facewire")
        assert values is not None
        if self.last is not None:
            self.largest = max(self.largest, float(np.abs(values - self.last).max()))
        self.last = values
        return values

    def until(self, jaw: float, blink: float, count: int = 1) -> None:
        """Read until as many frames as that in all show these two numbers."""
        end_ns = monotonic_ns() + round(PATIENCE_S * 1e9)
        while count:
            values = self.next()
            count -= bool(values[JAW] == jaw and values[BLINK] == blink)
            assert monotonic_ns() < end_ns, f"{values[JAW]} {values[BLINK]}"


@contextmanager
def staged(*options: str) -> Iterator[Stage]:
    with ExitStack() as stack:
        out = stack.enter_context(bound())
        out.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 1 << 20)
        with bound() as one, bound() as other:
            base, layer = number(one), number(other)
        process = stack.enter_context(
            facewire(
                *("run", "--source", f"livelink:{base}", "--quiet"),
                *("--mix", f"eyes=livelink:{layer}"),
                *("--sink", f"livelink=127.0.0.1:{number(out)}"),
                *("--set", "shape.motion=off", "--set", "shape.hold.return_s=0"),
                *options,
            )
        )
        with ExitStack() as senders:
            yield Stage(base, layer, out, senders)
        if os.name == "posix":
            process.terminate()
            told, _ = process.communicate(timeout=PATIENCE_S)
            assert process.returncode == 0, told


def base_face(frame: int) -> bytes:
    return packet(BASE, frame, "base")


def layer_face(frame: int) -> bytes:
    return packet(LAYER, frame, "layer")


def test_a_layer_that_dies_and_returns_never_makes_a_jump(tmp_path: Path) -> None:
    stats = tmp_path / "stats.json"
    with staged("--stats", str(stats)) as stage:
        stage.send(stage.base, base_face)
        layer = stage.send(stage.layer, layer_face)
        stage.until(BASE, LAYER)
        stage.largest = 0.0
        for _ in range(2):
            layer.on.clear()
            stage.until(BASE, BASE)
            layer.on.set()
            stage.until(BASE, LAYER)
        assert 0.0 < stage.largest <= MOST + 1e-5
    if os.name == "posix":
        told = json.loads(stats.read_text())["mix"]
        assert [one["layer"] for one in told] == ["base", "eyes"]
        assert told[1]["shares"]["lids"] == 1.0 and told[1]["shares"]["mouth"] == 0.0


def test_the_layer_carries_on_while_the_base_is_dead() -> None:
    with staged() as stage:
        base = stage.send(stage.base, base_face)
        stage.send(stage.layer, layer_face)
        stage.until(BASE, LAYER)
        stage.largest = 0.0
        base.on.clear()
        stage.until(LAYER, LAYER)
        base.on.set()
        stage.until(BASE, LAYER)
        assert 0.0 < stage.largest <= MOST + 1e-5


def test_a_layer_that_floods_delays_nothing() -> None:
    with staged() as stage:
        stage.send(stage.base, base_face)
        stage.send(stage.layer, layer_face, 0.0)
        stage.until(BASE, LAYER, count=120)


def test_a_layer_that_stalls_and_sends_its_backlog_delays_nothing() -> None:
    with (
        staged() as stage,
        socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as layer,
    ):
        stage.send(stage.base, base_face)
        stage.until(BASE, BASE)
        stage.largest, count = 0.0, 0
        for _ in range(4):
            for _ in range(40):
                layer.sendto(layer_face(count), ("127.0.0.1", stage.layer))
                count += 1
            # The eyes go and come; the mouth is the base's all the time.
            for _ in range(40):
                assert stage.next()[JAW] == BASE
        assert 0.0 < stage.largest <= MOST + 1e-5


def nan(count: int) -> bytes:
    return layer_face(count)[:-4] + struct.pack(">f", float("nan"))


def garbage(count: int) -> bytes:
    return np.random.default_rng(count).bytes(count % 1_400)


@pytest.mark.parametrize("lie", [nan, garbage])
def test_packets_that_are_none_change_nothing(lie: Callable[[int], bytes]) -> None:
    with staged() as stage:
        stage.send(stage.base, base_face)
        stage.send(stage.layer, lie, 0.002)
        stage.until(BASE, BASE)
        for _ in range(60):
            values = stage.next()
            assert values[JAW] == BASE and values[BLINK] == BASE


def test_wild_numbers_stay_in_their_region() -> None:
    def wild(count: int) -> bytes:
        values = np.random.default_rng(count).uniform(-1e30, 1e30, 61)
        time = Timecode(count * 7_919 % 100_000, 0.0, 60)
        return livelink.encode(
            livelink.Packet("liar", "liar", time, values.astype(np.float32))
        )

    with staged() as stage:
        stage.send(stage.base, base_face)
        stage.until(BASE, BASE)
        stage.send(stage.layer, wild)
        for _ in range(90):
            values = stage.next()
            assert values[JAW] == BASE and values[INDEX["browInnerUp"]] == 0.0
            assert np.isfinite(values).all()
            assert values[:52].min() >= 0.0 and values[:52].max() <= 1.0
            # The head is the base's.
            assert not values[52:55].any()
        assert stage.largest > MOST, "the lies have not arrived"
