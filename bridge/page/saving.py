"""Saves what pages have changed: live settings and the live profile."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Final

from bridge.config import Config, Shape
from bridge.errors import ConfigError
from bridge.orders.face import FaceSettings
from bridge.orders.order import SetProfile
from bridge.rewrite import rewrite
from bridge.toml_lines import NotPossible, toml_number, toml_text, with_values
from protocols.errors import DecodeError
from protocols.text import decode_text

from .arguments import Arguments
from .profile_saving import save_profile
from .running import Running, Verbs
from .visitor import Reply, Visitor

SETTINGS: Final = "facewire.toml"
"""The settings file that is made if facewire was started without one."""
PROFILE: Final = "me.toml"
"""The profile that is made if none is in use, as `facewire calibrate` does."""


class Saving:
    """Writes files only where facewire was started, or where the files are already."""

    def __init__(self, running: Running, settings: Path | None) -> None:
        """Serve a daemon.

        Args:
            running: the daemon.
            settings: the settings file that it was started with, if any.
        """
        self._running = running
        self._settings = settings
        self.folder = Path() if settings is None else settings.parent
        """Where new files are made."""

    def verbs(self) -> Verbs:
        """Return the verbs that this part does."""
        return {
            "save settings": self._save_settings,
            "save profile": self._save_profile,
        }

    def left(self, visitor: Visitor) -> None:
        """Nothing is kept of a page."""

    def close(self) -> None:
        """Nothing is open."""

    def _save_settings(self, given: Arguments, visitor: Visitor) -> Reply:
        name = given.text("name", "")
        given.end()
        path = self._settings
        if path is None or name:
            path = self._new(given.verb, name or SETTINGS)
        live = self._running.orders.settings[visitor.face]
        told = save_settings(path, live)
        # A file that was made here may be saved again.
        self._settings = self._settings or path
        return Reply(True, told, {"file": str(path.absolute())})

    def _save_profile(self, given: Arguments, visitor: Visitor) -> Reply:
        name = given.text("name", "")
        given.end()
        orders, face = self._running.orders, visitor.face
        file = orders.settings[face].profile
        path = (
            Path(file) if file and not name else self._new(given.verb, name or PROFILE)
        )
        profile = orders.profiles[face]
        save_profile(path, profile)
        where = str(path.absolute())
        if where != file:
            orders.ask(SetProfile(profile, where, self._running.subjects[face]))
        return Reply(True, f"wrote {path}", {"file": where, "name": path.name})

    def _new(self, verb: str, name: str) -> Path:
        """Return the path of a file that does not exist yet."""
        path = new_path(verb, self.folder, name, ".toml")
        if path.exists():
            raise ConfigError(
                f"{verb}: {path} exists already and is not the file in use; give "
                "another name"
            )
        return path


def new_path(verb: str, folder: Path, name: str, suffix: str) -> Path:
    """Return the path of a file that a page names; the name has no folder in it.

    Raises:
        ConfigError: the name is not plain, or does not end in the suffix.
    """
    plain = (
        name.isprintable()
        and not set(name) & set('/\\:*?"<>|')
        and not name.startswith(".")
        and len(name) <= 128
    )
    if not plain or not name.endswith(suffix) or name == suffix:
        raise ConfigError(
            f"{verb}: name {name[:60]!r}, expected a file name without folders that "
            f"ends in {suffix}"
        )
    return folder / name


def save_settings(path: Path, live: FaceSettings) -> str:
    """Write the live settings of a face into a settings file; return a sentence.

    Only values that differ from the file's are written; all other lines stay.

    Raises:
        ConfigError: the file cannot be read, changed or written; it is unchanged.
    """
    try:
        text = decode_text(path.read_bytes()) if path.exists() else ""
        shape = Config.model_validate(tomllib.loads(text)).shape
    except OSError as error:
        raise ConfigError(f"{path}: cannot be read ({error.strerror})") from None
    except (DecodeError, ValueError) as error:
        told = str(error).partition("\n")[0]
        raise ConfigError(
            f"{path}: cannot be changed, because it has a mistake ({told}); correct it "
            "and save again"
        ) from None
    changes = _changes(shape, live)
    if not changes:
        return f"{path} has these settings already"
    names = ", ".join(path[-1] for path in changes)
    try:
        made = with_values(text, changes)
    except NotPossible:
        raise ConfigError(
            f"{path}: has a form in which [shape] cannot be changed without losing "
            f"lines; set {names} in it by hand"
        ) from None
    rewrite(path, made.encode("utf-8"))
    return f"wrote {names} into {path}"


def _changes(shape: Shape, live: FaceSettings) -> dict[tuple[str, ...], str | None]:
    """Return the values of [shape] that differ from the live ones."""
    changes: dict[tuple[str, ...], str | None] = {}
    for name in ("steadiness", "lead_ms"):
        value = getattr(live, name)
        if value is not None and round(value, 3) != round(getattr(shape, name), 3):
            changes["shape", name] = toml_number(value)
    if live.style is not None and live.style != shape.style:
        changes["shape", "style"] = toml_text(live.style)
    if live.idle is not None and live.idle != shape.idle:
        changes["shape", "idle"] = str(live.idle).lower()
    if live.mirror != shape.mirror:
        changes["shape", "mirror"] = str(live.mirror).lower()
    before = "" if shape.profile is None else str(shape.profile.absolute())
    if live.profile != before:
        changes["shape", "profile"] = toml_text(live.profile) if live.profile else None
    return changes
