"""Options that several commands have, with the same words."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Annotated

import typer

from bridge.config import Engines
from bridge.config_file import load_config
from bridge.errors import ConfigError

LONGEST_S = 31_536_000.0
"""A year. Without an end is no --duration at all."""

Setting = Annotated[
    list[str] | None,
    typer.Option(
        "--set", help="key=value for any setting of the file, as capture.fps=60."
    ),
]
Faces = Annotated[
    int | None, typer.Option(help="At most so many faces in one picture.")
]
ProfileFile = Annotated[
    Path | None, typer.Option(help="Your own range; `facewire calibrate` writes one.")
]
Slate = Annotated[
    str | None, typer.Option(help="What is shot: names the files of takes.")
]
TakeNumber = Annotated[
    int | None,
    typer.Option(help="Number of the first take; unset, the next that is free."),
]
Video = Annotated[
    bool | None,
    typer.Option("--video/--no-video", help="Keep what the camera saw beside takes."),
]
Duration = Annotated[
    float | None,
    typer.Option(min=0.0, max=LONGEST_S, help="End by itself after so many seconds."),
]
AsJson = Annotated[bool, typer.Option("--json", help="For scripts.")]
Pid = Annotated[
    int | None,
    typer.Option(help="The process number of one daemon; unset, the newest."),
]
Stats = Annotated[
    Path | None, typer.Option(help="Write counts and latency here as JSON.")
]
Quiet = Annotated[bool, typer.Option("--quiet", help="No live table.")]

Device = Annotated[
    str,
    typer.Option(
        help="What runs the networks: cpu, cuda, directml, coreml, openvino, tensorrt "
        "or tensorrt_rtx, that or an error; auto takes the best that is ready."
    ),
]
Precision = Annotated[
    str,
    typer.Option(help="What they compute in: auto (as they ship), fp32, fp16 or int8."),
]


def check_stats(path: Path) -> None:
    """Raise ConfigError before anything runs whose counts could not be written."""
    try:
        if not path.parent.is_dir():
            raise ConfigError(
                f"--stats {path}: the folder {path.parent} does not exist"
            )
        if path.is_dir():
            raise ConfigError(f"--stats {path}: is a folder; expected a file")
        # Not opened: what an earlier run has left stays until there is something new.
        if path.exists() and not os.access(path, os.W_OK):
            raise ConfigError(f"--stats {path}: cannot be written to")
    except OSError as error:
        raise ConfigError(
            f"--stats {path}: cannot be a file ({error.strerror})"
        ) from None


def engines_of(device: str, precision: str) -> Engines:
    """Return the section `[engines]`; ConfigError, as the file's, for other words."""
    words = (f"engines.device={device}", f"engines.precision={precision}")
    return load_config(settings=words).engines
