"""`facewire record`: like `run`, but records from the start."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from bridge.capture.open import FORMS

from .options import (
    Duration,
    Faces,
    ProfileFile,
    Quiet,
    Setting,
    Slate,
    Stats,
    TakeNumber,
    Video,
)
from .run import run


def record(
    folder: Annotated[
        Path,
        typer.Argument(metavar="DIR", help="Folder for takes; created if missing."),
    ],
    config: Annotated[
        Path | None,
        typer.Option("--config", "-c", help="A TOML file; `facewire init` writes one."),
    ] = None,
    source: Annotated[
        str | None,
        typer.Option(help=f"{FORMS}."),
    ] = None,
    to: Annotated[
        list[str] | None,
        typer.Option(
            "--to",
            "--sink",
            help="Also send to this destination: livelink=HOST:PORT, ...; may be "
            "repeated.",
        ),
    ] = None,
    slate: Slate = None,
    take: TakeNumber = None,
    video: Video = None,
    setting: Setting = None,
    faces: Faces = None,
    profile: ProfileFile = None,
    duration: Duration = None,
    stats: Stats = None,
    quiet: Quiet = False,
) -> None:
    """Track a face, send its curves and record them in DIR, until Ctrl-C."""
    run(
        config,
        source=source,
        sink=to,
        setting=setting,
        faces=faces,
        profile=profile,
        record=folder,
        slate=slate,
        take=take,
        video=video,
        duration=duration,
        stats=stats,
        quiet=quiet,
    )
