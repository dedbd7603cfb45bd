"""The files of takes that a controller may fetch: only those that it was told of.

`/RecordStopConfirm` names a CSV and a video beside the take. The CSV is made when it is
asked for. No other path can be fetched, whatever a controller sends.
"""

from __future__ import annotations

import socket
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from bridge.errors import BridgeError
from bridge.takes.status import Status
from bridge.takes.store import video_path
from protocols.remote import SIZE, Address

MOST: Final = 64
"""Files that are remembered; the oldest is forgotten first."""
LARGEST: Final = 2**31 - 1
"""Bytes: the protocol's size has 31 bits."""
BLOCK: Final = 1 << 16
CONNECT_S: Final = 5.0
SEND_S: Final = 10.0
"""How long a receiver may take for one block."""
CSV_S: Final = 600.0
"""How long the making of a CSV may take."""


@dataclass(frozen=True, slots=True)
class Paths:
    """What `/RecordStopConfirm` says of a take."""

    csv: str
    video: str
    """Empty if there is none."""


class TakeFiles:
    """Remembers the files of the last takes. Not thread-safe."""

    def __init__(self) -> None:
        self._known: dict[str, Path] = {}

    def remember(self, status: Status, subject: str) -> Paths:
        """Return the paths of a finished take, and let them be fetched.

        Args:
            status: the recorder's, after the take.
            subject: name of the face that the CSV holds; part of its name, as the
                phone's name is in the app's.
        """
        if not status.file:
            return Paths("", "")
        take = Path(status.file).absolute()
        clean = "".join(c if c.isalnum() or c in "._-" else "_" for c in subject)
        csv = take.with_name(f"{take.stem}_{clean}_cal.csv")
        video = video_path(take)
        self._add(csv, take)
        if status.pictures:
            self._add(video, video)
        return Paths(str(csv), str(video) if status.pictures else "")

    def find(self, path: str) -> Path | None:
        """Return the file to read for a path: a take for a CSV; None if unknown."""
        return self._known.get(path)

    def _add(self, told: Path, file: Path) -> None:
        self._known.pop(str(told), None)
        while len(self._known) >= MOST:
            del self._known[next(iter(self._known))]
        self._known[str(told)] = file


def deliver(path: str, file: Path, address: Address) -> int:
    """Send a file to a TCP address; return its size in bytes. Waits.

    Args:
        path: as it was told.
        file: the take if `path` is a CSV, else the file itself.
        address: of the receiver.

    Raises:
        BridgeError: the file cannot be read, or the receiver does not take it.
    """
    if not path.endswith(".csv"):
        return _send(file, address)
    with tempfile.TemporaryDirectory(prefix="facewire-") as folder:
        csv = Path(folder) / "take.csv"
        # A process of its own, because a long take is seconds of work.
        from bridge.page.child import Child

        Child(make_csv, (file, csv)).result(lambda share: None, CSV_S)
        return _send(csv, address)


def make_csv(files: tuple[Path, Path], progress: Callable[[float], Any]) -> None:
    """Write the first face of a take as CSV. Runs in the child process.

    Args:
        files: the take, and the new file.
        progress: not called.
    """
    from bridge.takes.exported import export_take
    from bridge.takes.read import read_recording

    take, csv = files
    export_take(read_recording(take).takes[0], "csv", csv)


def _send(file: Path, address: Address) -> int:
    try:
        size = file.stat().st_size
        if size > LARGEST:
            raise BridgeError(f"{file}: {size} bytes, at most {LARGEST} can be sent")
        with (
            file.open("rb") as read,
            socket.create_connection(address, CONNECT_S) as peer,
        ):
            peer.settimeout(SEND_S)
            peer.sendall(SIZE.pack(size))
            left = size
            while left and (block := read.read(min(BLOCK, left))):
                peer.sendall(block)
                left -= len(block)
    except OSError as error:
        raise BridgeError(
            f"{file.name} to {address[0]}:{address[1]}: {error.strerror or error}"
        ) from None
    return size
