"""A page's server on a free port, and what talks to it, all with limits of time."""

from __future__ import annotations

import http.client
import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from websockets.sync.client import ClientConnection, connect

from bridge.clock import monotonic_ns
from bridge.errors import BridgeError
from bridge.feeds.feed import Solved
from bridge.page.door import Door
from bridge.page.gate import Gate
from bridge.page.hearing import Desk
from bridge.page.hub import Hub
from bridge.page.monitor import open_door
from bridge.page.server import PageServer
from bridge.page.tap import Heard, Tap
from bridge.page.visitor import Reply, Request, Visitor
from protocols.frame import FaceFrame
from protocols.page import decode_part
from protocols.page_posture import PagePosture, encode_posture
from protocols.timecode import Timecode
from tests.bridge.faces import face
from tests.bridge.fakes import image, landmarks

TOKEN = "0123456789-abcdefghijklmnop-TOKEN"
LIMIT_S = 20.0
TIME = Timecode(0, 0.0, 60)
SUBJECTS = ("ann", "bob")


class NotingDesk:
    """Answers `watch`, repeats the arguments of `echo`, and notes the rest."""

    def __init__(self) -> None:
        self.parts: list[bytes] = []
        self.gone: list[Visitor] = []

    def handle(self, request: Request, visitor: Visitor) -> Reply:
        match request.do:
            case "watch":
                visitor.face = int(request.arguments["face"])
                return Reply(True, "watching")
            case "echo":
                return Reply(True, "echo", request.arguments)
            case "refuse":
                raise BridgeError("not now")
            case "break":
                raise RuntimeError("a bug")
        return Reply(False, f"there is no request {request.do!r}")

    def close(self) -> None:
        """Nothing runs on."""

    def part(self, data: bytes, visitor: Visitor) -> None:
        self.parts.append(decode_part(data).data)

    def left(self, visitor: Visitor) -> None:
        self.gone.append(visitor)


@dataclass
class FakeStage:
    """A character with two slots."""

    number: int = 1

    def posture(self, frame: FaceFrame, place: int) -> bytes | None:
        weights = frame.vector[:2].copy()
        return encode_posture(
            PagePosture(place, 0, self.number, frame.captured_ns / 1e6, weights, {}, {})
        )

    def message(self) -> dict[str, Any]:
        return {"type": "character", "number": self.number}


@dataclass
class Served:
    """A running server."""

    server: PageServer
    hub: Hub
    tap: Tap
    desk: NotingDesk
    door: Door
    stage: FakeStage
    file: bytes = b"glTF"
    index: int = field(default=0)

    @property
    def port(self) -> int:
        return self.door.port

    @property
    def host(self) -> str:
        return f"127.0.0.1:{self.port}"

    @property
    def origin(self) -> str:
        return f"http://{self.host}"

    def get(self, path: str, **headers: str) -> tuple[int, bytes, dict[str, str]]:
        """GET a path as it is; return status, body and headers."""
        line = http.client.HTTPConnection("127.0.0.1", self.door.port, timeout=LIMIT_S)
        given = {"Host": self.host, **headers}
        try:
            line.putrequest("GET", path, skip_host=True, skip_accept_encoding=True)
            for name, value in given.items():
                line.putheader(name.replace("_", "-"), value)
            line.endheaders()
            answer = line.getresponse()
            return answer.status, answer.read(), dict(answer.getheaders())
        finally:
            line.close()

    def send(self, place: int = 0, **channels: float) -> None:
        """Send a face, as the pipeline does."""
        self.index += 1
        frame = face(self.index, SUBJECTS[place], **channels)
        solved = Solved(
            self.index,
            frame.captured_ns,
            monotonic_ns(),
            {place: frame},
            image=image(self.index),
            landmarks={place: landmarks()},
        )
        self.tap.see(solved)
        self.tap.publish(frame, TIME)


@contextmanager
def served(
    desk: Desk | None = None, *, picture: str = "local", pictures_per_s: float = 1000.0
) -> Iterator[Served]:
    """A server for two faces; everything is closed at the end."""
    noting = NotingDesk()
    tap, stage = Tap(SUBJECTS), FakeStage()
    hub = Hub(
        tap,
        {"version": "test"},
        lambda heard, pages: {"type": "status", "pages": pages},
        stage=stage,
        own_time=True,
        picture_rate=pictures_per_s,
    )
    door = open_door("127.0.0.1", 0)
    out: list[Served] = []
    server = PageServer(
        door,
        Gate(TOKEN, door.port),
        hub,
        desk or noting,
        lambda: (stage.number, out[0].file),
        picture=picture,
    )
    hub.beat = server.check
    out.append(Served(server, hub, tap, noting, door, stage))
    try:
        yield out[0]
    finally:
        server.close()
        hub.close()


@contextmanager
def page(
    at: Served,
    *,
    token: str = TOKEN,
    origin: str | None = "own",
    query: str = "",
    max_queue: int = 16,
) -> Iterator[ClientConnection]:
    """An open page that reads by itself."""
    with connect(
        f"ws://{at.host}/ws?token={token}{query}",
        origin=at.origin if origin == "own" else origin,  # type: ignore[arg-type]
        compression=None,
        max_size=None,
        max_queue=max_queue,
        open_timeout=LIMIT_S,
        close_timeout=1.0,
        ping_interval=None,
    ) as opened:
        yield opened


def text(opened: ClientConnection, kind: str) -> dict[str, Any]:
    """Read until a text message of a type comes."""
    while True:
        message = opened.recv(LIMIT_S)
        if isinstance(message, str):
            found: dict[str, Any] = json.loads(message)
            if found["type"] == kind:
                return found


def binary(opened: ClientConnection, kind: int) -> bytes:
    """Read until a binary message of a kind comes."""
    while True:
        message = opened.recv(LIMIT_S)
        if isinstance(message, bytes) and message[0] == kind:
            return message


def ask(opened: ClientConnection, do: str, number: int = 7, **given: Any) -> Any:
    """Ask, and return the answer."""
    opened.send(json.dumps({"id": number, "do": do, "arguments": given}))
    while (answer := text(opened, "answer"))["id"] != number:
        pass
    return answer


def heard(solved: Solved | None = None) -> Heard:
    return Heard({}, solved, 0)


def dark_pixels() -> Any:
    return np.zeros((480, 640, 3), dtype=np.uint8)
