"""Phones on loopback: each step hears what was asked and sends one frame of a smile."""

from __future__ import annotations

import json
import socket
from contextlib import suppress
from typing import Protocol

from bridge.clock import monotonic_ns
from bridge.nonces import number
from bridge.sinks.open import open_sink
from bridge.wires.settings import Target
from protocols import ifacialmocap, vts_phone
from protocols.fmv3 import Part
from protocols.fmv3_parts import Stream
from protocols.fmv3_phone import Phone
from protocols.ifacialmocap_requests import Request, request_of
from protocols.timecode import Timecode
from tests.bridge.faces import face

SMILE = face(5, "anna", jawOpen=0.5, mouthSmileLeft=0.75, head__y=0.1)
HOST = "127.0.0.1"


class FakePhone(Protocol):
    """Sends to a computer whose ports a test has chosen."""

    asked: list[Request | str]

    def step(self) -> None:
        """Hear, and send a frame to whoever has asked."""

    def close(self) -> None:
        """Hang up."""


class SinkPhone:
    """facewire's own imitation."""

    def __init__(self, target: Target) -> None:
        self.asked: list[Request | str] = []
        self._sink = open_sink(target, ["anna"])

    def step(self) -> None:
        self._sink.send(SMILE, Timecode(1, 0.0, 60))

    def close(self) -> None:
        self._sink.close()


def bound(port: int, host: str = HOST) -> socket.socket:
    opened = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    opened.bind((host, port))
    opened.setblocking(False)
    return opened


class TextPhone:
    """iFacialMocap or Facemotion3D, over UDP or TCP."""

    def __init__(self, port: int, computer: int, host: str = HOST) -> None:
        self.asked: list[Request | str] = []
        self._port, self._computer = bound(port, host), computer
        self._line: socket.socket | None = None
        self._encoder = ifacialmocap.Encoder(2)

    def step(self) -> None:
        with suppress(BlockingIOError):
            request = request_of(self._port.recv(256))
            assert request is not None
            self.asked.append(request)
        latest = self.asked[-1] if self.asked else None
        if not isinstance(latest, Request) or latest.stop:
            return
        text = self._encoder.encode(SMILE)
        if not latest.tcp:
            with suppress(OSError):
                self._port.sendto(text, (HOST, self._computer))
            return
        if self._line is None:
            self._line = socket.create_connection((HOST, self._computer), 10.0)
        end = b"___FACEMOTION3D" if latest.app == "facemotion3d" else b"___iFacialMocap"
        self._line.sendall(text + end)

    def close(self) -> None:
        self._port.close()
        if self._line is not None:
            self._line.close()


class VtsPhone:
    """VTube Studio's app."""

    def __init__(self, port: int) -> None:
        self.asked: list[Request | str] = []
        self._port = bound(port)

    def step(self) -> None:
        with suppress(BlockingIOError):
            data, (host, *_) = self._port.recvfrom(1024)
            asked = vts_phone.request_of(data)
            assert asked is not None
            self.asked.append("asked")
            shapes = [{"k": "JawOpen", "v": 0.5}, {"k": "MouthSmileLeft", "v": 0.75}]
            said = {"Timestamp": 1664817520079, "FaceFound": True}
            packet = json.dumps(said | {"BlendShapes": shapes}).encode()
            for port in asked[1]:
                self._port.sendto(packet, (host, port))

    def close(self) -> None:
        self._port.close()


class StreamPhone:
    """Face Motion v3 over TCP."""

    def __init__(self, port: int) -> None:
        self.asked: list[Request | str] = []
        self._listener = socket.create_server((HOST, port))
        self._listener.setblocking(False)
        self._phone = Phone(number, stream=True)
        self._line: socket.socket | None = None
        self._stream = Stream()

    def step(self) -> None:
        if self._line is None:
            with suppress(BlockingIOError):
                self._line, _ = self._listener.accept()
                self._line.setblocking(False)
            return
        now_s = monotonic_ns() / 1e9
        with suppress(BlockingIOError):
            for message in self._stream.feed(self._line.recv(65_536)):
                self.asked.append(message.kind.name)
                self._phone.take(Part(message, len(message.body)), "pc", now_s)
        self._phone.tick(now_s)
        self._phone.show(SMILE, now_s)
        for _, data in self._phone.outbox:
            self._line.sendall(data)
        self._phone.outbox.clear()

    def close(self) -> None:
        self._listener.close()
        if self._line is not None:
            self._line.close()
