"""The orders that pages give: the same as those of `facewire control`."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from bridge.errors import ConfigError
from bridge.orders.reading import read_order

from .arguments import Arguments
from .running import Running, Tell, Verbs
from .visitor import Reply, Visitor

_VALUE: Final = ("value", "subject")
NAMES: Final[dict[str, tuple[str, ...]]] = {
    "calibrate": ("seconds", "subject"),
    "reset": ("subject",),
    "steadiness": _VALUE,
    "lead": _VALUE,
    "style": _VALUE,
    "mirror": _VALUE,
    "idle": _VALUE,
    "pause": _VALUE,
    "gain": ("curve", *_VALUE),
    "profile": ("file", "subject"),
    # A page may not name a folder: it could write anywhere.
    "take start": ("slate", "number"),
    "take stop": (),
}
"""The arguments of each order."""


class OrderVerbs:
    """Passes orders of pages to the daemon's desk."""

    def __init__(self, running: Running, profiles: Path, tell: Tell) -> None:
        """Serve a daemon.

        Args:
            running: the daemon.
            profiles: the folder of profiles that pages may name.
            tell: sends a message to every page.
        """
        self._running = running
        self._profiles = profiles
        self._tell = tell

    def verbs(self) -> Verbs:
        """Return the verbs that this part does."""
        return {"watch": self._watch, **dict.fromkeys(NAMES, self._order)}

    def left(self, visitor: Visitor) -> None:
        """Nothing is kept of a page."""

    def close(self) -> None:
        """Nothing is open."""

    def _watch(self, given: Arguments, visitor: Visitor) -> Reply:
        subjects = self._running.subjects
        face = given.whole("face", 0, len(subjects) - 1)
        given.end()
        visitor.face = face
        return Reply(True, f"shows {subjects[face]}", {"face": face})

    def _order(self, given: Arguments, visitor: Visitor) -> Reply:
        found = {name: given.plain(name) for name in NAMES[given.verb]}
        given.end()
        arguments = {name: text for name, text in found.items() if text is not None}
        if given.verb == "profile" and arguments.get("file"):
            arguments["file"] = str(self._profile(arguments["file"]))
        answer = self._running.orders.ask(read_order(given.verb, arguments))
        if answer.ok and given.verb == "take stop":
            self._tell({"type": "takes", "files": [Path(answer.state["file"]).name]})
        return Reply(answer.ok, answer.sentence, dict(answer.state))

    def _profile(self, name: str) -> Path:
        """Return the path of a profile: one in use, or one of the folder."""
        if name in (settings.profile for settings in self._running.orders.settings):
            return Path(name)
        if Path(name).name != name or "\\" in name or name in ("", ".", ".."):
            raise ConfigError(
                f"profile: file {name!r}, expected the name of a file in "
                f"{self._profiles}, without folders"
            )
        return (self._profiles / name).absolute()
