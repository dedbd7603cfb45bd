"""`facewire init`: writes a settings file with the defaults."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from bridge.errors import ConfigError
from bridge.printing import say
from bridge.settings_file import sample_settings


def init(
    path: Annotated[Path, typer.Argument(help="The file to write.")] = Path(
        "facewire.toml"
    ),
    force: Annotated[
        bool, typer.Option("--force", help="Replace an existing file.")
    ] = False,
) -> None:
    """Write a settings file with every setting, its default and an explanation."""
    text = sample_settings()
    try:
        if path.exists() and not force:
            raise ConfigError(f"{path}: exists already; --force replaces it")
        path.write_text(text, "utf-8")
    except OSError as error:
        raise ConfigError(f"{path}: cannot be written ({error.strerror})") from None
    say(f"wrote {path}; try: facewire run {path}")
