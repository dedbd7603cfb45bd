"""Syncs a file to the disk in a separate thread, because a sync may take seconds."""

from __future__ import annotations

import threading
from pathlib import Path

from .disk import LOW_BYTES, Disk, File


class DiskSync:
    """Owns an open file. Call `request` regularly, and `close` after the last write."""

    def __init__(self, file: File, folder: Path, disk: Disk) -> None:
        """Start the thread.

        Args:
            file: the open file; `close` closes it.
            folder: the folder that holds the file.
            disk: reports the free space.
        """
        self.low = False
        """True once the disk is nearly full."""
        self.error: OSError | None = None
        """The first error of a sync, if one failed."""
        self._file = file
        self._folder = folder
        self._disk = disk
        self._closing = False
        self._asked = threading.Event()
        self._thread = threading.Thread(target=self._run, name="disk-sync", daemon=True)
        self._thread.start()

    def request(self) -> None:
        """Request a sync and a check of the free space.

        Returns at once; `low` and `error` hold the result later.
        """
        self._asked.set()

    def close(self) -> None:
        """Sync everything and close the file. Waits for the disk."""
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
