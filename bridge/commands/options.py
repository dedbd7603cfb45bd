"""Options that several commands share."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Annotated

import typer

from bridge.config import Engines
from bridge.config_file import load_config
from bridge.errors import ConfigError

LONGEST_S = 31_536_000.0
"""Limit of --duration: a year. Without the option there is no limit."""

Setting = Annotated[
    list[str] | None,
    typer.Option(
        "--set", help="key=value for any setting of the file, such as capture.fps=60."
    ),
]
Faces = Annotated[
    int | None, typer.Option(help="Largest number of faces in one picture.")
]
Monitor = Annotated[
    bool | None,
    typer.Option(
        "--monitor/--no-monitor",
        help="Show and control it in a browser; prints the page's address.",
    ),
]
ProfileFile = Annotated[
    Path | None, typer.Option(help="Your profile; `facewire calibrate` writes one.")
]
CharacterModel = Annotated[
    Path | None,
    typer.Option(
        metavar="FILE",
        help="Send what this character needs: a .glb, .gltf or .vrm file.",
    ),
]
Slate = Annotated[
    str | None, typer.Option(help="Name of the shot, used in the file names of takes.")
]
TakeNumber = Annotated[
    int | None,
    typer.Option(help="Number of the first take; the next free one by default."),
]
Video = Annotated[
    bool | None,
    typer.Option(
        "--video/--no-video", help="Record the camera's video beside each take."
    ),
]
Duration = Annotated[
    float | None,
    typer.Option(min=0.0, max=LONGEST_S, help="Stop after this many seconds."),
]
AsJson = Annotated[bool, typer.Option("--json", help="For scripts.")]
Pid = Annotated[
    int | None,
    typer.Option(help="The process number of one daemon; unset, the newest."),
]
Stats = Annotated[
    Path | None, typer.Option(help="Write counts and latency to this file as JSON.")
]
Quiet = Annotated[bool, typer.Option("--quiet", help="Do not show the live table.")]

Device = Annotated[
    str,
    typer.Option(
        help="Runtime of the networks: cpu, cuda, directml, coreml, openvino, tensorrt "
        "or tensorrt_rtx, with an error if it cannot be used; auto uses the best that "
        "is ready."
    ),
]
Precision = Annotated[
    str,
    typer.Option(
        help="Precision of the networks: auto (as shipped), fp32, fp16 or int8."
    ),
]


def check_stats(path: Path) -> None:
    """Raise ConfigError now if the statistics cannot be written after the run."""
    try:
        if not path.parent.is_dir():
            raise ConfigError(
                f"--stats {path}: the folder {path.parent} does not exist"
            )
        if path.is_dir():
            raise ConfigError(f"--stats {path}: is a folder; expected a file")
        # Not opened, so that an earlier run's file stays until this run has ended.
        if path.exists() and not os.access(path, os.W_OK):
            raise ConfigError(f"--stats {path}: is not writable; choose another file")
    except OSError as error:
        raise ConfigError(
            f"--stats {path}: is not a valid file name ({error.strerror}); choose "
            "another one"
        ) from None


def engines_of(device: str, precision: str) -> Engines:
    """Return the section `[engines]`, or raise ConfigError for an unknown value."""
    words = (f"engines.device={device}", f"engines.precision={precision}")
    return load_config(settings=words).engines
