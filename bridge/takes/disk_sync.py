"""Has the disk keep a file, in a thread of its own: that may take seconds."""

from __future__ import annotations

import threading
from pathlib import Path

from .disk import LOW_BYTES, Disk, File


class DiskSync:
    """Owns an open file: `look` from time to time, `close` once all is written."""

    def __init__(self, file: File, folder: Path, disk: Disk) -> None:
        """Start the thread.

        Args:
            file: is closed in the end.
            folder: where it is.
            disk: says how much room there is.
        """
        self.low = False
        """True once the disk is nearly full."""
        self.error: OSError | None = None
        """What the system said instead of keeping it."""
        self._file = file
        self._folder = folder
        self._disk = disk
        self._closing = False
        self._asked = threading.Event()
        self._thread = threading.Thread(target=self._run, name="disk-sync", daemon=True)
        self._thread.start()

    def request(self) -> None:
        """Have the disk keep what was written, and see how much room is left.

        Returns at once; `low` and `error` tell later.
        """
        self._asked.set()

    def close(self) -> None:
        """Have the disk keep all of it, and release the file. Waits for the disk."""
        self._closing = True
        self._asked.set()
        self._thread.join()

    def _run(self) -> None:
        closing = False
        while not closing:
            self._asked.wait()
            self._asked.clear()
            closing = self._closing
            try:
                self._file.sync()
                if not closing:
                    self.low = self._disk.room(self._folder) < LOW_BYTES
            except OSError as error:
                self.error = self.error or error
        self._file.close()
