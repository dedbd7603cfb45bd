"""`facewire plugins`: packs the plugins for engines, and says what to click."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from bridge.errors import ConfigError
from bridge.printing import PlainConsole, say_json

from .options import AsJson


def plugins(
    engines: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="[ENGINE]...", help="unity, unreal, blender; all by default."
        ),
    ] = None,
    to: Annotated[
        Path | None,
        typer.Option(
            help="Folder for the packages; build/plugins in a checkout, otherwise one "
            "in your own facewire folder."
        ),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Write the plugins for Unity, Unreal and Blender as files to install; say how.

    A package that is there already and has not changed is left alone.
    """
    from bridge.plugins.packages import named, pack, packages_folder

    chosen = named(engines or [])
    if to is not None and not to.is_dir():
        raise ConfigError(f"--to {to}: no such folder; create it first")
    folder = packages_folder() if to is None else to.absolute()
    packed = [(plugin, pack(plugin, folder)) for plugin in chosen]
    if as_json:
        say_json([{"plugin": one.word, "file": str(path)} for one, path in packed])
        return
    console = PlainConsole(soft_wrap=True)
    for plugin, path in packed:
        console.print(f"{plugin.engine}: {path}")
        for number, step in enumerate(plugin.steps, 1):
            console.print(f"  {number}. {step}")
        console.print(f"  More: its README, and {plugin.page} of the repository\n")
