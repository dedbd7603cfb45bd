"""Writes a character's animation: a performance in, a file out."""

from __future__ import annotations

import os
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from bridge.errors import CharacterError, ConfigError
from bridge.takes.disk import put
from bridge.takes.store import SUFFIX as TAKE_SUFFIX
from bridge.takes.store import new_file
from bridge.takes.take import About, Recording, Take
from bridge.takes.write import software, write_recording
from engines.character.character import Character, Posture
from engines.character.keyframes import keyframes
from engines.character.mapping import Mapping
from engines.character.moments import moments, strongest
from engines.character.vrm_keyframes import for_any, for_character
from engines.drawing.draw import View
from engines.drawing.drawable import drawable
from protocols.errors import DecodeError
from protocols.gltf import vrma
from protocols.gltf.append import append

from .acting import expressions, postures, seconds
from .performance import Wanted, performance
from .pictures import TURNS, Shot, write_gif, write_mp4, write_sheet, write_webm
from .webm import check_encoder

SUFFIXES: Final = (".glb", ".vrma", ".webm", ".mp4", ".gif", ".png", TAKE_SUFFIX)
MAKES_FILE: Final = (".glb", ".vrma")
"""Kinds of files that contain the character or its names."""

Progress = Callable[[float], object]
"""Called with the share of a step, 0 to 1, that was done since the last call."""
Steps = Callable[[str], AbstractContextManager[Progress]]
"""Begins a step of the work with this name."""


@dataclass(frozen=True, slots=True)
class Job:
    """What is made of what."""

    wanted: Wanted
    out: Path
    """Its suffix, one of `SUFFIXES`, says what is made."""
    character: Character
    mapping: Mapping
    data: bytes
    """The character's file, a GLB; empty if no `.glb` is made."""
    named: bool = True
    """False for the built-in head."""
    view: View = field(default_factory=View)
    force: bool = False
    """Replace an existing file."""


@dataclass(frozen=True, slots=True)
class Made:
    """What was made."""

    frames: int
    seconds: float
    fps: float
    bytes: int
    notes: tuple[str, ...] = ()
    """Sentences about what the file leaves out."""


def check(job: Job, inputs: tuple[Path, ...]) -> None:
    """Find mistakes before the work begins.

    Args:
        job: to do.
        inputs: files that are read.

    Raises:
        ConfigError: the file exists, is one of the inputs, or cannot be made.
        BridgeError: OpenCV has no encoder for it.
        CharacterError: the character's file cannot get an animation.
    """
    out = job.out
    if out.suffix.lower() not in SUFFIXES:
        raise ConfigError(f"--out {out}: expected a name that ends in {_named()}")
    try:
        if out.is_dir() or not out.absolute().parent.is_dir():
            raise ConfigError(f"--out {out}: expected a file in an existing folder")
        if not os.access(out.absolute().parent, os.W_OK):
            raise ConfigError(
                f"--out {out}: its folder cannot be written to; choose another one"
            )
        for path in inputs:
            if path.exists() and out.exists() and out.samefile(path):
                raise ConfigError(
                    f"--out {out}: is one of the inputs, which are never replaced; "
                    "choose another name"
                )
        if out.exists() and not job.force:
            raise ConfigError(
                f"--out {out}: exists already; choose another name, or replace it "
                "with --force"
            )
    except OSError as error:
        raise ConfigError(
            f"--out {out}: is not a valid file name ({error.strerror}); choose another "
            "one"
        ) from None
    if out.suffix.lower() == ".webm":
        check_encoder()
    vrm = job.character.scene.vrm
    if out.suffix.lower() == ".vrma" and job.named and vrm is None:
        raise CharacterError(
            f"{job.character.name}: is no VRM, so a .vrma cannot name its expressions; "
            "leave --character out for a .vrma that fits any VRM with Perfect Sync, or "
            "write a .glb"
        )


def make(job: Job, steps: Steps) -> Made:
    """Do a job. A file that cannot be finished is removed.

    Raises:
        BridgeError: the source has no face, a network cannot be opened, or the file
            cannot be written.
    """
    with steps("solving") as progress:
        take = performance(job.wanted, progress)
    kind = job.out.suffix.lower()
    if kind == TAKE_SUFFIX:
        notes = _write_take(job, take)
    elif kind == ".vrma":
        notes = _write_vrma(job, take)
    else:
        acted: list[Posture] = []
        with steps("acting") as progress:
            for posture in postures(job.character, job.mapping, take):
                acted.append(posture)
                progress(1.0 / len(take.captured_ns))
        if kind == ".glb":
            notes = _write_glb(job, take, acted)
        else:
            notes = _write_pictures(job, take, acted, steps)
    return Made(
        len(take.captured_ns), take.seconds, take.fps, job.out.stat().st_size, notes
    )


def _write_glb(job: Job, take: Take, acted: list[Posture]) -> tuple[str, ...]:
    animation = keyframes(
        job.character, acted, seconds(take), take.subject, stepped=_held(job)
    )
    if not (animation.weights or animation.turns or animation.places):
        raise CharacterError(
            f"{job.character.name}: nothing of it moves; it has no morph targets and "
            "no bones that are known"
        )
    try:
        made = append(job.data, animation)
    except DecodeError as error:
        raise CharacterError(f"{job.character.name}: {error}") from None
    with new_file(job.out, replace=job.force) as file:
        put(file, made.data)
    return made.notes


def _write_vrma(job: Job, take: Take) -> tuple[str, ...]:
    times, name, vrm = seconds(take), take.subject, job.character.scene.vrm
    if vrm is None or not job.named:
        made = for_any(take.vectors, times, name, stepped=_held(job))
    else:
        values, fitted = expressions(job.character, job.mapping, take)
        looks = job.mapping.gaze.by == "bones" or (
            vrm.look is not None and vrm.look.by == "expression"
        )
        made = for_character(
            vrm, values, fitted, times, name, looks=looks, stepped=_held(job)
        )
    with new_file(job.out, replace=job.force) as file:
        put(file, vrma.encode(made, software()))
    if not (made.custom or made.presets):
        return ("the character has no expression that could move; it only turns",)
    return ()


def _write_take(job: Job, take: Take) -> tuple[str, ...]:
    about = About(
        software=software(),
        source=job.wanted.source,
        origin=f"performed from {Path(job.wanted.source).name}",
    )
    write_recording(job.out, Recording(about, (take,)), replace=job.force)
    return ()


def _write_pictures(
    job: Job, take: Take, acted: list[Posture], steps: Steps
) -> tuple[str, ...]:
    shot = Shot(
        *(job.out, drawable(job.character, job.mapping.facing), acted, job.view),
        fps=take.fps or 30.0,
        replace=job.force,
    )
    with steps("drawing") as progress:
        match job.out.suffix.lower():
            case ".mp4":
                write_mp4(shot, progress)
            case ".webm":
                write_webm(shot, progress)
            case ".gif":
                write_gif(shot, progress)
            case _:
                chosen = moments(take.vectors, len(TURNS)).tolist()
                write_sheet(shot, chosen, strongest(take.vectors), progress)
    return ()


def _held(job: Job) -> bool:
    return job.wanted.config.shape.style == "held"


def _named() -> str:
    return f"{', '.join(SUFFIXES[:-1])} or {SUFFIXES[-1]}"
