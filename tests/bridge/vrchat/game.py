"""A VRChat for tests: answers OSCQuery over HTTP and receives OSC."""

from __future__ import annotations

import json
import socket
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from bridge.vrchat.services import Service
from protocols.osc_reader import decode
from tests.bridge.fakes import PATIENCE_S, until

TYPES = {float: "f", bool: "T", int: "i", str: "s"}


class Game:
    """Wears an avatar; `worn` and `parameters` may change at any time."""

    def __init__(self, worn: str = "avtr_a", **parameters: type) -> None:
        self.worn = worn
        self.parameters: dict[str, type] = {
            name.replace("__", "/"): kind for name, kind in parameters.items()
        }
        self.all_keys = False
        self.instead: bytes | None = None
        """Answered in place of everything."""
        self.status = 200
        self.asked: list[str] = []
        self.heard: dict[str, tuple[object, ...]] = {}
        self.datagrams = 0
        game = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                game.asked.append(self.path)
                body = game.instead
                if body is None:
                    body = json.dumps(game.answer(self.path)).encode()
                self.send_response(game.status)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *args: object) -> None: ...

        self._web = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._osc = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self._osc.bind(("127.0.0.1", 0))
        self._osc.settimeout(0.05)
        self.port: int = self._osc.getsockname()[1]
        self.service = Service("127.0.0.1", self._web.server_address[1])
        self._stop = threading.Event()
        self._threads = [
            threading.Thread(target=self._web.serve_forever, args=(0.05,), daemon=True),
            threading.Thread(target=self._receive, daemon=True),
        ]
        for thread in self._threads:
            thread.start()

    def answer(self, path: str) -> dict[str, Any]:
        if "HOST_INFO" in path:
            return {"NAME": "VRChat-Client-AB12CD", "OSC_PORT": self.port}
        change = {"FULL_PATH": "/avatar/change", "TYPE": "s", "VALUE": [self.worn]}
        if path == "/avatar/change":
            return change
        contents: dict[str, Any] = {"change": change}
        for name, kind in self.parameters.items():
            contents[name] = {
                "FULL_PATH": f"/avatar/parameters/{name}",
                **{"TYPE": TYPES[kind], "ACCESS": 3, "VALUE": [kind()]},
            }
        if self.all_keys:
            full = "/avatar/avatarfullfacetracking"
            contents["full"] = {"FULL_PATH": full, "TYPE": "T", "VALUE": [True]}
        return {"FULL_PATH": "/avatar", "CONTENTS": contents}

    def hears(self, name: str, value: object) -> None:
        """Wait until a parameter has a value."""
        address = name if name.startswith("/") else f"/avatar/parameters/{name}"
        until(lambda: self.heard.get(address) == (value,), PATIENCE_S)

    def _receive(self) -> None:
        while not self._stop.is_set():
            try:
                data = self._osc.recv(65_536)
            except TimeoutError:
                continue
            self.datagrams += 1
            for message in decode(data):
                self.heard[message.address] = message.args

    def close(self) -> None:
        self._stop.set()
        self._web.shutdown()
        self._web.server_close()
        for thread in self._threads:
            thread.join(PATIENCE_S)
        self._osc.close()


class Near:
    """Services that are known without mDNS. Implements `services.Services`."""

    def __init__(self, *services: Service) -> None:
        self.services = list(services)
        self.closed = False
        self.looks = 0

    def look(self) -> list[Service]:
        self.looks += 1
        return list(self.services)

    def close(self) -> None:
        self.closed = True
