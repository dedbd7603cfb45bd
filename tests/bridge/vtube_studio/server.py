"""A VTube Studio for tests, written after the public documentation of its API.

It shares no code with facewire's own reading and writing, and is as strict as the
documentation: names, lengths, numbers, one owner for each parameter, everything in one
request fails together.
"""

from __future__ import annotations

import json
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from websockets.exceptions import ConnectionClosed
from websockets.sync.server import ServerConnection, serve

Json = dict[str, Any]

DEFAULTS: dict[str, tuple[float, float]] = {
    **{"FaceAngleX": (-30, 30), "FaceAngleY": (-30, 30), "FaceAngleZ": (-30, 30)},
    **{"FacePositionX": (-10, 10), "MouthOpen": (0, 1), "MouthSmile": (0, 1)},
    **{"EyeOpenLeft": (0, 1), "EyeLeftX": (-1, 1), "TongueOut": (0, 1)},
    **{"MousePositionX": (-1, 1), "VoiceVolume": (0, 1), "NewInALaterVersion": (5, 1)},
}


class Failure(Exception):
    """An APIError."""

    def __init__(self, number: int, message: str = "") -> None:
        super().__init__(number, message)
        self.number, self.message = number, message


@dataclass
class Studio:
    """What VTube Studio remembers between connections, and how it behaves."""

    allow: bool | None = True
    """What the user clicks: Allow, Deny, or nothing yet."""
    busy: bool = False
    """A question about another plugin is open."""
    active: bool = True
    tokens: set[str] = field(default_factory=set)
    custom: dict[str, Json] = field(default_factory=dict)
    others: set[str] = field(default_factory=set)
    """Parameters that another plugin controls."""
    names_in_errors: bool = True
    room: int = 100
    events: int = 0
    """Messages that it sends before each answer."""
    answers: threading.Semaphore | None = None
    """Each injection waits for it before it is answered."""
    silent: bool = False
    """Answers no injection."""
    instead: str | bytes | None = None
    """Sent in place of every answer."""

    asked: list[str] = field(default_factory=list)
    """The messageTypes of all requests."""
    injected: list[Json] = field(default_factory=list)
    """The data of all injections that succeeded."""
    connections: int = 0
    clicked: threading.Event = field(default_factory=threading.Event)
    changed: threading.Condition = field(default_factory=threading.Condition)

    def told(self, what: Callable[[], object], limit_s: float = 60.0) -> None:
        """Wait until something is true."""
        with self.changed:
            assert self.changed.wait_for(lambda: bool(what()), limit_s)

    def values(self, place: int = -1) -> dict[str, float]:
        rows = self.injected[place]["parameterValues"]
        return {row["id"]: row["value"] for row in rows}


class Session:
    """One connection."""

    def __init__(self, studio: Studio) -> None:
        self.studio = studio
        self.authenticated = False

    def answer(self, text: str) -> Json:
        try:
            asked = json.loads(text)
        except ValueError:
            return self._reply({}, "APIError", {"errorID": 2, "message": "JSON"})
        kind = asked.get("messageType", "")
        with self.studio.changed:
            self.studio.asked.append(kind)
            self.studio.changed.notify_all()
        try:
            data = self._data(asked, kind)
        except Failure as error:
            told = {"errorID": error.number, "message": error.message}
            return self._reply(asked, "APIError", told)
        finally:
            with self.studio.changed:
                self.studio.changed.notify_all()
        return self._reply(asked, kind.removesuffix("Request") + "Response", data)

    @staticmethod
    def _reply(asked: Json, kind: str, data: Json) -> Json:
        return {
            "apiName": "VTubeStudioPublicAPI",
            "apiVersion": "1.0",
            "timestamp": 1625405710728,
            "requestID": asked.get("requestID", "a-random-uuid"),
            "messageType": kind,
            "data": data,
            "fieldOfALaterVersion": [],
        }

    def _data(self, asked: Json, kind: str) -> Json:
        data = asked.get("data") or {}
        if not self.studio.active:
            raise Failure(1, "API access is deactivated")
        if asked.get("apiName") != "VTubeStudioPublicAPI":
            raise Failure(3)
        if asked.get("apiVersion") != "1.0":
            raise Failure(4)
        request_id = asked.get("requestID", "x")
        if not (0 < len(request_id) <= 64 and request_id.isascii()):
            raise Failure(5)
        if not kind:
            raise Failure(6)
        match kind:
            case "APIStateRequest":
                return {"active": True, "currentSessionAuthenticated": True}
            case "AuthenticationTokenRequest":
                return self._token(data)
            case "AuthenticationRequest":
                return self._authenticate(data)
        if kind not in (
            "InputParameterListRequest",
            "ParameterCreationRequest",
            "InjectParameterDataRequest",
        ):
            raise Failure(7)
        if not self.authenticated:
            raise Failure(8)
        if kind == "InputParameterListRequest":
            return self._list()
        if kind == "ParameterCreationRequest":
            return self._create(data)
        return self._inject(data)

    def _token(self, data: Json) -> Json:
        for key, number in (("pluginName", 52), ("pluginDeveloper", 53)):
            if not 3 <= len(data.get(key, "")) <= 32:
                raise Failure(number)
        if self.studio.busy:
            raise Failure(51)
        if self.studio.allow is None:
            self.studio.clicked.wait(60.0)
        if not self.studio.allow:
            raise Failure(50, "User has denied API access for your plugin.")
        token = f"adcd-123-{len(self.studio.tokens)}"
        self.studio.tokens.add(token)
        return {"authenticationToken": token}

    def _authenticate(self, data: Json) -> Json:
        for key, number in (
            ("authenticationToken", 100),
            ("pluginName", 101),
            ("pluginDeveloper", 102),
        ):
            if not data.get(key):
                raise Failure(number)
        self.authenticated = data["authenticationToken"] in self.studio.tokens
        return {"authenticated": self.authenticated, "reason": "Because."}

    def _list(self) -> Json:
        return {
            "modelLoaded": True,
            "customParameters": list(self.studio.custom.values()),
            "defaultParameters": [
                _row(name, "VTube Studio", low, high)
                for name, (low, high) in DEFAULTS.items()
            ],
        }

    def _create(self, data: Json) -> Json:
        name = data.get("parameterName", "")
        if not (4 <= len(name) <= 32 and name.isalnum() and name.isascii()):
            raise Failure(350)
        if name in DEFAULTS:
            raise Failure(354)
        numbers = [data.get(key) for key in ("min", "max", "defaultValue")]
        if not all(_is_number(number) for number in numbers):
            raise Failure(351)
        if len(data.get("explanation", "")) >= 256:
            raise Failure(353)
        there = self.studio.custom.get(name)
        if there and there["addedBy"] != "facewire":
            raise Failure(352)
        ours = [
            one for one in self.studio.custom.values() if one["addedBy"] == "facewire"
        ]
        if there is None and len(ours) >= self.studio.room:
            raise Failure(355)
        self.studio.custom[name] = _row(name, "facewire", *numbers[:2])
        return {"parameterName": name}

    def _inject(self, data: Json) -> Json:
        rows = data.get("parameterValues")
        if not rows:
            raise Failure(450)
        if data.get("mode", "set") not in ("set", "add"):
            raise Failure(455)
        if not isinstance(data.get("faceFound", False), bool):
            raise Failure(2)
        for row in rows:
            if not _is_number(row.get("value")):
                raise Failure(451)
            if not 0 <= row.get("weight", 1) <= 1:
                raise Failure(452)
            if row["id"] not in self.studio.custom and row["id"] not in DEFAULTS:
                raise Failure(453, f"Parameter {row['id']} was not found.")
            if row["id"] in self.studio.others:
                name = row["id"] if self.studio.names_in_errors else ""
                raise Failure(454, f"Parameter {name} is already controlled.")
        self.studio.injected.append(data)
        return {}


class StudioServer:
    """Serves a studio on a free port of this machine until it is closed."""

    def __init__(self, studio: Studio, port: int = 0) -> None:
        self.studio = studio
        self._server = serve(self._visit, "127.0.0.1", port, close_timeout=0.2)
        self.port: int = self._server.socket.getsockname()[1]
        self._open: set[ServerConnection] = set()
        self._thread = threading.Thread(target=self._server.serve_forever, daemon=True)
        self._thread.start()

    def _visit(self, visitor: ServerConnection) -> None:
        session, studio = Session(self.studio), self.studio
        with studio.changed:
            studio.connections += 1
            self._open.add(visitor)
            studio.changed.notify_all()
        try:
            for text in visitor:
                assert isinstance(text, str)
                reply = session.answer(text)
                for _ in range(studio.events):
                    visitor.send(json.dumps(Session._reply({}, "TestEvent", {})))
                if studio.answers is not None and "InjectParameterData" in text:
                    studio.answers.acquire(timeout=60.0)
                if studio.instead is not None:
                    visitor.send(studio.instead)
                elif not (studio.silent and "InjectParameterData" in text):
                    visitor.send(json.dumps(reply))
        except ConnectionClosed:
            pass

    def drop(self) -> None:
        """Close all connections, as VTube Studio does when it ends."""
        for visitor in list(self._open):
            visitor.close()

    def close(self) -> None:
        self.studio.clicked.set()
        self._server.shutdown()
        self._thread.join(10.0)


def _row(name: str, added_by: str, low: Any, high: Any) -> Json:
    numbers = {"value": 0, "min": low, "max": high, "defaultValue": 0}
    return {"name": name, "addedBy": added_by, **numbers}


def _is_number(value: object) -> bool:
    return (
        isinstance(value, int | float)
        and not isinstance(value, bool)
        and abs(value) <= 1_000_000
    )
