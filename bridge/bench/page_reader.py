"""Opens pages of a running facewire, and reads all that they are sent, in a process of
its own, as a browser is.

    python -m bridge.bench.page_reader HOST:PORT PAGES

The first line of standard input is the token. Each further line is `open` or `close`.
The answers are `open`, once every page has been sent something, and the number of
messages that the closed pages have read. It ends with standard input.
"""

from __future__ import annotations

import contextlib
import sys
import threading

from websockets.exceptions import WebSocketException
from websockets.sync.client import ClientConnection, connect
from websockets.typing import Origin

from bridge.printing import say

OPEN_S = 30.0
CLOSE_S = 5.0


class Reader(threading.Thread):
    """One page that reads everything at once."""

    def __init__(self, host: str, token: str) -> None:
        super().__init__(daemon=True)
        self._host, self._token = host, token
        self._page: ClientConnection | None = None
        self.heard = threading.Event()
        self.messages = 0
        self.start()

    def run(self) -> None:
        """Read until the page is closed."""
        with contextlib.suppress(WebSocketException, OSError):
            self._read()
        # Nobody needs to wait for a page that cannot be opened.
        self.heard.set()

    def _read(self) -> None:
        with (
            connect(
                f"ws://{self._host}/ws?token={self._token}",
                origin=Origin(f"http://{self._host}"),
                compression=None,
                max_size=None,
                open_timeout=OPEN_S,
                close_timeout=CLOSE_S,
                ping_interval=None,
            ) as self._page,
        ):
            while True:
                self._page.recv()
                self.messages += 1
                self.heard.set()

    def close(self) -> int:
        """Close the page; return the number of messages that it has read."""
        if self._page is not None:
            self._page.close()
        self.join(CLOSE_S)
        return self.messages


def main(host: str, pages: int) -> int:
    """Open and close pages as standard input says; return the exit code."""
    token = sys.stdin.readline().strip()
    readers: list[Reader] = []
    for line in sys.stdin:
        if line.strip() == "open":
            readers = [Reader(host, token) for _ in range(pages)]
            for reader in readers:
                reader.heard.wait(OPEN_S)
            if not all(reader.messages for reader in readers):
                return 1
            say("open")
        else:
            say(str(sum(reader.close() for reader in readers)))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1], int(sys.argv[2])))
