"""`facewire record`: `run`, recording from the start."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from .run import run


def record(
    folder: Annotated[
        Path, typer.Argument(metavar="DIR", help="Where takes go; made if need be.")
    ],
    config: Annotated[
        Path | None,
        typer.Option("--config", "-c", help="A TOML file; `facewire init` writes one."),
    ] = None,
    source: Annotated[
        str | None,
        typer.Option(help="camera:N, video:PATH, url:ADDRESS, images:DIR or demo."),
    ] = None,
    to: Annotated[
        list[str] | None,
        typer.Option(
            "--to",
            "--sink",
            help="Send there too, as in livelink=HOST:PORT; may be repeated.",
        ),
    ] = None,
    slate: Annotated[
        str | None, typer.Option(help="What is shot: names the files.")
    ] = None,
    take: Annotated[
        int | None,
        typer.Option(help="Number of the first take; unset, the next that is free."),
    ] = None,
    video: Annotated[
        bool | None,
        typer.Option("--video/--no-video", help="Keep what the camera saw beside it."),
    ] = None,
    setting: Annotated[
        list[str] | None,
        typer.Option("--set", help="key=value for any setting of the file."),
    ] = None,
    faces: Annotated[
        int | None, typer.Option(help="At most so many faces in one picture.")
    ] = None,
    profile: Annotated[
        Path | None,
        typer.Option(help="Your own range; `facewire calibrate` writes one."),
    ] = None,
    duration: Annotated[
        float | None, typer.Option(min=0.0, help="End by itself after so many seconds.")
    ] = None,
    stats: Annotated[
        Path | None, typer.Option(help="Write counts and latency here as JSON.")
    ] = None,
    quiet: Annotated[bool, typer.Option("--quiet", help="No live table.")] = False,
) -> None:
    """Follow a face, send its curves and record them into DIR, until Ctrl-C."""
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
