"""Pages that another process opens and reads, for measurements."""

from __future__ import annotations

import subprocess
import sys
from types import TracebackType
from typing import Final
from urllib.parse import urlsplit

from bridge.errors import BridgeError

WAIT_S: Final = 10.0
"""How long the other process may take to end."""


class OpenPages:
    """A process that opens pages and closes them again. Use it as a context."""

    def __init__(self, address: str, pages: int) -> None:
        """Start the process; it opens nothing yet.

        Args:
            address: of the monitor page, with its token.
            pages: how many it opens at a time.
        """
        parts = urlsplit(address)
        self._pages = pages
        self._process = subprocess.Popen(
            [
                *(sys.executable, "-m", "bridge.bench.page_reader"),
                *(parts.netloc, str(pages)),
            ],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        # On standard input, because other users can see the arguments of a process.
        self._say(parts.fragment.removeprefix("token="))

    def open(self) -> None:
        """Open the pages, and wait until each has been sent something.

        Raises:
            BridgeError: they cannot be opened.
        """
        self._say("open")
        if self._hear() != "open":
            raise BridgeError(f"bench --pages: {self._pages} pages cannot be opened")

    def close(self) -> int:
        """Close the pages, and return the number of messages that they have read.

        Raises:
            BridgeError: the process has ended.
        """
        self._say("close")
        told = self._hear()
        if not told.isdigit():
            raise BridgeError("bench --pages: the process that reads them has ended")
        return int(told)

    def __enter__(self) -> OpenPages:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._process.kill()
        self._process.communicate(timeout=WAIT_S)

    def _say(self, line: str) -> None:
        assert self._process.stdin is not None
        try:
            self._process.stdin.write(f"{line}\n")
            self._process.stdin.flush()
        except OSError:
            raise BridgeError(
                "bench --pages: the process that reads them has ended"
            ) from None

    def _hear(self) -> str:
        """Return the next line; an empty one if the process has ended."""
        assert self._process.stdout is not None
        return self._process.stdout.readline().strip()
