"""Changes of a mapping that pages ask for."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from bridge.characters.builtin import builtin_character, builtin_file
from bridge.characters.mapping_saving import save_mapping
from bridge.clock import ClockNs, monotonic_ns
from bridge.errors import ConfigError
from engines.character.mapping import SOURCES, Drive

from .arguments import Arguments
from .mapping_edits import Edits, changed, redone, undone, with_drive
from .mapping_message import targets_of
from .on_stage import OnStage
from .running import Verbs
from .staged import Tried
from .visitor import Reply, Visitor

TARGETS: Final = 32
"""Targets of one drive."""
GOES_ON_NS: Final = 1_000_000_000
"""A change of the same value within this time carries on with the last change."""
EMOTIONS: Final = ("auto", "on", "off")


class MappingVerbs:
    """Edits the mapping of the character on stage."""

    def __init__(self, on_stage: OnStage, clock_ns: ClockNs = monotonic_ns) -> None:
        """Edit what is on stage.

        Args:
            on_stage: has the character.
            clock_ns: monotonic nanoseconds.
        """
        self._on = on_stage
        self._clock_ns = clock_ns
        self._last: tuple[object, int] = ("", 0)
        self._tester: Visitor | None = None

    def verbs(self) -> Verbs:
        """Return the verbs that this part does."""
        return {
            "mapping get": self._get,
            "mapping set": self._set,
            "mapping solo": self._solo,
            "mapping test": self._test,
            "mapping undo": self._undo,
            "mapping redo": self._redo,
            "mapping reset": self._reset,
            "mapping save": self._save,
            "character use": self._use,
            "character builtin": self._builtin,
        }

    def left(self, visitor: Visitor) -> None:
        """End the test of a page that was closed."""
        if visitor is self._tester:
            self._on.stage.test(None)
            self._tester = None

    def close(self) -> None:
        """Nothing is open."""

    def _get(self, given: Arguments, visitor: Visitor) -> Reply:
        given.end()
        return Reply(True, f"the mapping of {self._name}", self._on.message())

    def _set(self, given: Arguments, visitor: Visitor) -> Reply:
        with self._on.lock:
            edits = self._on.edits
            if given.has("emotions"):
                emotions = given.text("emotions")
                given.end()
                if emotions not in EMOTIONS:
                    raise ConfigError(
                        f"mapping set: emotions is {emotions!r}, expected "
                        f"{', '.join(EMOTIONS)}"
                    )
                mapping = replace(edits.now, emotions=emotions)
                return self._changed(changed(edits, mapping), f"emotions = {emotions}")
            source = _source(given)
            drives = {drive.source: drive for drive in edits.now.drives}
            before = drives.get(source, Drive(source, ()))
            fields = tuple(n for n in ("to", "gain", "low", "high") if given.has(n))
            after = self._drive(given, before)
            given.end()
            edits = changed(
                edits,
                with_drive(edits.now, after),
                goes_on=self._goes_on((source, fields)),
            )
            told = ", ".join(after.to) or "nothing"
            return self._changed(edits, f"{source} moves {told}")

    def _drive(self, given: Arguments, before: Drive) -> Drive:
        to = given.texts("to", TARGETS) if given.has("to") else before.to
        known = targets_of(self._on.character)
        for target in to:
            # What an older file names may stay.
            if target not in known and target not in before.to:
                raise ConfigError(
                    f"mapping set: {self._name} has no {target[:60]!r}; choose one of "
                    "its morph targets or expressions"
                )
        low = given.number("low", -90.0, 90.0, before.low)
        high = given.number("high", -90.0, 90.0, before.high)
        if low > high:
            raise ConfigError(f"mapping set: low {low:g} is above high {high:g}")
        gain = given.number("gain", -10.0, 10.0, before.gain)
        return Drive(before.source, tuple(dict.fromkeys(to)), gain, low, high)

    def _solo(self, given: Arguments, visitor: Visitor) -> Reply:
        source, value = _source(given), given.flag("value", True)
        given.end()
        with self._on.lock:
            solo = self._on.solo | {source} if value else self._on.solo - {source}
            self._on.change(self._on.edits, solo)
        names = ", ".join(sorted(solo))
        return Reply(True, f"only {names} moves here" if solo else "all curves move")

    def _test(self, given: Arguments, visitor: Visitor) -> Reply:
        if not given.has("value"):
            given.plain("source")
            given.plain("value")
            given.end()
            self._on.stage.test(None)
            self._tester = None
            return Reply(True, "the faces move the character")
        source, value = _source(given), given.number("value", 0.0, 1.0)
        given.end()
        self._on.stage.test(Tried(source, value))
        self._tester = visitor
        return Reply(True, f"{source} = {value:g}")

    def _undo(self, given: Arguments, visitor: Visitor) -> Reply:
        given.end()
        with self._on.lock:
            if not self._on.edits.past:
                raise ConfigError("mapping undo: nothing has been changed")
            self._last = ("", 0)
            return self._changed(undone(self._on.edits), "took the last change back")

    def _redo(self, given: Arguments, visitor: Visitor) -> Reply:
        given.end()
        with self._on.lock:
            if not self._on.edits.future:
                raise ConfigError("mapping redo: nothing was taken back")
            self._last = ("", 0)
            return self._changed(redone(self._on.edits), "made the change again")

    def _reset(self, given: Arguments, visitor: Visitor) -> Reply:
        given.end()
        with self._on.lock:
            self._last = ("", 0)
            edits = changed(self._on.edits, self._on.edits.first)
            return self._changed(edits, "the mapping is as it was opened")

    def _save(self, given: Arguments, visitor: Visitor) -> Reply:
        given.end()
        with self._on.lock:
            path = self._on.file
            if path is None:
                raise ConfigError(
                    "mapping save: the built-in head has no file beside which a "
                    "mapping could be; show a character of yours"
                )
            now = self._on.edits.now
            self._on.content = save_mapping(
                path, now, title=self._name, before=self._on.content
            )
            self._on.change(replace(self._on.edits, saved=now))
        return Reply(True, f"wrote {path}", {"file": str(path.absolute())})

    def _use(self, given: Arguments, visitor: Visitor) -> Reply:
        given.end()
        return Reply(True, self._on.use())

    def _builtin(self, given: Arguments, visitor: Visitor) -> Reply:
        given.end()
        self._on.use_none()
        self._on.show(*builtin_character(), builtin_file(), None)
        return Reply(True, "shows the built-in head; the wires send the actor's curves")

    def _changed(self, edits: Edits, told: str) -> Reply:
        more = self._on.change(edits)
        return Reply(True, f"{told}; {more}" if more else told)

    def _goes_on(self, what: object) -> bool:
        """Return True if the same value was changed a moment ago."""
        now_ns = self._clock_ns()
        (before, at_ns), self._last = self._last, (what, now_ns)
        return before == what and now_ns - at_ns < GOES_ON_NS

    @property
    def _name(self) -> str:
        return self._on.character.name


def _source(given: Arguments) -> str:
    source = given.text("source")
    if source not in (*SOURCES, "jaw"):
        raise ConfigError(
            f"{given.verb}: {source[:60]!r} is no source; expected a curve such as "
            "jawOpen, or blink, a vowel or an emotion"
        )
    return source
