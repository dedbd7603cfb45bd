"""The plugins for engines: where their files are, and what is made of them.

A checkout has them in `plugins/`. A wheel has a copy of that folder beside this module,
in `sources`. Both are packed here, so the packages always fit the installed facewire.
"""

from __future__ import annotations

import contextlib
import json
import tomllib
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from bridge.errors import BridgeError, ConfigError
from bridge.rewrite import rewrite
from bridge.user_folder import user_folder
from engines.installing import here

from .archives import MODE, Files, tgz, zipped

SINK: Final = "facewire run --source camera:0 --sink native=udp://127.0.0.1:5561"


@dataclass(frozen=True, slots=True)
class Plugin:
    """A plugin, the package that people drop in, and what they click."""

    word: str
    """Its name on the command line."""
    engine: str
    """For which program and versions it is."""
    manifest: str
    """The file that the engine reads first, from the folder of all plugins. Its
    folder is packed."""
    package: str
    """The package's file name; {} is the version."""
    root: str
    """Where the files are in the package; empty, or with a / at the end."""
    archive: Callable[[Files], bytes]
    version: Callable[[str], str]
    """Returns the version that a manifest's text names."""
    steps: tuple[str, ...]
    """What to click, from the package to a face that moves."""
    page: str
    """Its page in facewire's repository."""


def toml_version(text: str) -> str:
    """Return the version that a manifest in TOML names."""
    return str(tomllib.loads(text)["version"])


PLUGINS: Final = (
    Plugin(
        word="unity",
        engine="Unity 2021.3 to 6",
        manifest="unity/com.facewire.receiver/package.json",
        package="com.facewire.receiver-{}.tgz",
        root="package/",
        archive=tgz,
        version=lambda text: str(json.loads(text)["version"]),
        steps=(
            "Window > Package Manager > + > Add package from tarball: choose the file.",
            "Click your character in the Hierarchy, then GameObject > Facewire > Drive "
            "This Character. Without one: in the package's page, Samples > First Face "
            "> Import, and open its scene.",
            f"Start facewire: {SINK}",
            "Press Play.",
        ),
        page="docs/connect/unity.md",
    ),
    Plugin(
        word="unreal",
        engine="Unreal Engine 5.3 to 5.7",
        manifest="unreal/Facewire/Facewire.uplugin",
        package="facewire-unreal-{}.zip",
        root="Facewire/",
        archive=zipped,
        version=lambda text: str(json.loads(text)["VersionName"]),
        steps=(
            "Close Unreal, and unpack the file into YourProject/Plugins (create that "
            "folder). The project needs a C++ class, because the plugin is source.",
            "Open the project; Unreal asks to build the missing module: answer yes.",
            f"Start facewire: {SINK}",
            "Window > Virtual Production > Live Link > + Source > facewire > Add.",
            "A MetaHuman: set ARKit Face Subj to facewire, and tick Use ARKit Face.",
        ),
        page="docs/connect/unreal.md",
    ),
    Plugin(
        word="blender",
        engine="Blender 4.2 and later",
        manifest="blender/facewire/blender_manifest.toml",
        package="facewire-blender-{}.zip",
        root="",
        archive=zipped,
        version=toml_version,
        steps=(
            "Edit > Preferences > Get Extensions, the arrow at the top right > Install "
            "from Disk: choose the file.",
            "Select your character. In the 3D view press N, open the tab facewire, and "
            "under Characters press +.",
            f"Start facewire: {SINK}",
            "Press Connect.",
        ),
        page="docs/connect/blender.md",
    ),
)


def sources() -> Path:
    """Return the folder with the files of all plugins."""
    checkout = here().checkout
    if checkout is None:
        return Path(__file__).with_name("sources")
    return Path(checkout) / "plugins"


def packages_folder() -> Path:
    """Return where packages are put if nobody names a folder; create it.

    Raises:
        BridgeError: it cannot be created.
    """
    checkout = here().checkout
    if checkout is None:
        path = user_folder() / "plugins"
    else:
        path = Path(checkout) / "build" / "plugins"
    try:
        path.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise BridgeError(
            f"{path}: cannot be created ({error.strerror}); name another folder with "
            "--to"
        ) from None
    return path


def named(words: list[str]) -> tuple[Plugin, ...]:
    """Return the plugins with these names; all if there are none.

    Raises:
        ConfigError: no plugin has that name.
    """
    known = {plugin.word: plugin for plugin in PLUGINS}
    for word in words:
        if word.lower() not in known:
            raise ConfigError(f"{word}: no such plugin; expected {', '.join(known)}")
    wanted = {word.lower() for word in words} or set(known)
    return tuple(plugin for plugin in PLUGINS if plugin.word in wanted)


def files_of(plugin: Plugin, folder: Path) -> dict[str, bytes]:
    """Return the files of a package, by their names in it. Hidden files and what
    Python compiled are left out.

    Args:
        plugin: the plugin.
        folder: the folder of all plugins.
    """
    top = (folder / plugin.manifest).parent
    found = {}
    for path in top.rglob("*"):
        inside = path.relative_to(top)
        hidden = any(part[0] == "." or part == "__pycache__" for part in inside.parts)
        if path.is_file() and not hidden:
            found[plugin.root + inside.as_posix()] = path.read_bytes()
    return found


def pack(plugin: Plugin, to: Path, folder: Path | None = None) -> Path:
    """Write a plugin's package, unless the same one is there; return its path.

    Args:
        plugin: the plugin.
        to: an existing folder.
        folder: the folder of all plugins; None finds it.

    Raises:
        BridgeError: the plugin's files are missing or cannot be read.
        ConfigError: the package cannot be written.
    """
    folder = folder or sources()
    manifest = folder / plugin.manifest
    try:
        version = plugin.version(manifest.read_text("utf-8"))
        data = plugin.archive(files_of(plugin, folder))
    except (OSError, KeyError, ValueError) as error:
        told = error.strerror if isinstance(error, OSError) else error
        raise BridgeError(
            f"{manifest}: the {plugin.word} plugin cannot be packed ({told}); install "
            "facewire again"
        ) from None
    path = to / plugin.package.format(version)
    try:
        same = path.read_bytes() == data
    except OSError:
        same = False
    if not same:
        rewrite(path, data)
        with contextlib.suppress(OSError):  # Some disks have no rights.
            path.chmod(MODE)
    return path
