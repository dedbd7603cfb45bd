"""Takes on pages: the list of the record folder, and playing one to a page."""

from __future__ import annotations

import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

from bridge.clock import ClockNs, monotonic_ns
from bridge.errors import ConfigError, TakeError
from bridge.takes.mp4_pictures import Pictures
from bridge.takes.read import Contents, read_contents
from bridge.takes.store import beside

from .arguments import Arguments
from .player import Player, Playing
from .running import Running, Verbs
from .staged import Staged
from .take_folder import TakeFolder
from .visitor import Reply, Visitor

LONGEST_S: Final = 1e7


class TakeVerbs:
    """Plays takes, one for each page at most."""

    def __init__(
        self,
        running: Running,
        folder: TakeFolder,
        now: Callable[[], Staged],
        clock_ns: ClockNs = monotonic_ns,
    ) -> None:
        """Serve a daemon.

        Args:
            running: the daemon.
            folder: has the takes.
            now: returns the character on stage.
            clock_ns: monotonic nanoseconds.
        """
        self._running = running
        self._folder = folder
        self._now = now
        self._clock_ns = clock_ns
        self._lock = threading.Lock()
        self._players: dict[int, Player] = {}
        self._last: tuple[tuple[Path, int, int], Contents] | None = None

    def verbs(self) -> Verbs:
        """Return the verbs that this part does."""
        return {
            "takes list": self._list,
            "take play": self._play,
            "take seek": self._seek,
            "take hold": self._hold,
            "take close": self._close,
        }

    def left(self, visitor: Visitor) -> None:
        """Stop playing to a page."""
        self._end(visitor)
        with self._lock:
            if not self._players:
                self._last = None

    def close(self) -> None:
        """Stop playing to every page. Safe to call twice."""
        with self._lock:
            players, self._players = list(self._players.values()), {}
            self._last = None
        for player in players:
            player.close()

    def _list(self, given: Arguments, visitor: Visitor) -> Reply:
        given.end()
        status = self._running.recorder.status()
        rows = self._folder.rows(status.file if status.recording else "")
        folder = str(self._folder.folder.absolute())
        return Reply(True, folder, {"folder": folder, "takes": rows})

    def _play(self, given: Arguments, visitor: Visitor) -> Reply:
        path = self._folder.path(given.verb, given.text("file"))
        begin = given.number("from", 0.0, LONGEST_S, 0.0)
        end = given.number("to", 0.0, LONGEST_S, LONGEST_S)
        loop = given.flag("loop", False)
        speed = given.number("speed", 0.01, 100.0, 1.0)
        given.end()
        contents = self._read(path)
        length = _length(contents)
        end = min(end, length)
        if begin > end:
            raise ConfigError(
                f"take play: from {begin:g} is after {end:g}, the end of what is played"
            )
        video = beside(path, contents.recording.about.video)
        pictures = None
        if contents.pictures and video is not None and video.is_file():
            try:
                pictures = Pictures(video)
            except TakeError:
                # The take plays without a video that cannot be read.
                pictures = None
        self._end(visitor)
        playing = Playing(path.name, length, begin, end, loop, speed)
        player = Player(visitor, contents, pictures, playing, self._now, self._clock_ns)
        with self._lock:
            self._players[id(visitor)] = player
        return Reply(True, f"plays {path.name}", player.message(playing, begin))

    def _end(self, visitor: Visitor) -> None:
        with self._lock:
            player = self._players.pop(id(visitor), None)
        if player is not None:
            player.close()

    def _read(self, path: Path) -> Contents:
        """Return what is in a take. The last one is kept, because each change of the
        part that is played asks for it again, and a long take takes seconds to read.

        Raises:
            TakeError: as `read_contents`.
        """
        try:
            stat = path.stat()
        except OSError:
            return read_contents(path)  # Its sentence says what is wrong.
        known = path, stat.st_mtime_ns, stat.st_size
        last = self._last
        if last is not None and last[0] == known:
            return last[1]
        contents = read_contents(path)
        self._last = known, contents
        return contents

    def _seek(self, given: Arguments, visitor: Visitor) -> Reply:
        at_s = given.number("at", 0.0, LONGEST_S)
        given.end()
        self._player(given.verb, visitor).seek(at_s)
        return Reply(True, f"at {at_s:.2f} s")

    def _hold(self, given: Arguments, visitor: Visitor) -> Reply:
        held = given.flag("value")
        given.end()
        self._player(given.verb, visitor).hold(held)
        return Reply(True, "held" if held else "plays")

    def _close(self, given: Arguments, visitor: Visitor) -> Reply:
        given.end()
        self._player(given.verb, visitor)
        self.left(visitor)
        return Reply(True, "shows the live faces")

    def _player(self, verb: str, visitor: Visitor) -> Player:
        with self._lock:
            player = self._players.get(id(visitor))
        if player is None:
            raise ConfigError(f"{verb}: no take is played here; `take play` begins one")
        return player


def _length(contents: Contents) -> float:
    """Return the seconds from the first frame to the last, of all faces."""
    takes: tuple[Any, ...] = contents.recording.takes
    first_ns = min(int(take.captured_ns[0]) for take in takes)
    last_ns = max(int(take.captured_ns[-1]) for take in takes)
    return (last_ns - first_ns) / 1e9
