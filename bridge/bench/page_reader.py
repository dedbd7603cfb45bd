"""Opens pages of a running facewire, and reads all that they are sent, in a process of
its own, as a browser is.

    python -m bridge.bench.page_reader HOST:PORT PAGES

Reads the token from standard input, prints a line once all pages are open, and ends
with the server or with standard input. Its last line has the number of messages.
"""

from __future__ import annotations

import sys
import threading

from websockets.exceptions import ConnectionClosed
from websockets.sync.client import connect
from websockets.typing import Origin

OPEN_S = 30.0


class Reader(threading.Thread):
    """One page that reads everything at once."""

    def __init__(self, host: str, token: str) -> None:
        super().__init__(daemon=True)
        self._host, self._token = host, token
        self.open = threading.Event()
        self.messages = 0

    def run(self) -> None:
        """Read until the server closes the page."""
        with connect(
            f"ws://{self._host}/ws?token={self._token}",
            origin=Origin(f"http://{self._host}"),
            compression=None,
            max_size=None,
            open_timeout=OPEN_S,
            ping_interval=None,
        ) as page:
            try:
                while True:
                    page.recv()
                    self.messages += 1
                    self.open.set()
            except ConnectionClosed:
                return


def main(host: str, pages: int) -> int:
    """Read with some pages; return the exit code."""
    token = sys.stdin.readline().strip()
    readers = [Reader(host, token) for _ in range(pages)]
    for reader in readers:
        reader.start()
    if not all(reader.open.wait(OPEN_S) for reader in readers):
        return 1
    _tell("open")
    # The other program closes the pages, or ends and so closes this.
    sys.stdin.read()
    for reader in readers:
        reader.join(1.0)
    _tell(str(sum(reader.messages for reader in readers)))
    return 0


def _tell(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1], int(sys.argv[2])))
