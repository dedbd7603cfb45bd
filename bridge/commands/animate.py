"""`facewire animate`: from an image, a video or a take to a character's animation."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from bridge.config import Config
from bridge.config_file import load_config
from bridge.errors import ConfigError
from bridge.printing import PlainConsole, say
from engines.motion.style import NAMES
from protocols.wording import counted, shown

from .options import Setting
from .take_exchange import parse_rate

if TYPE_CHECKING:
    from bridge.animate.job import Job, Made
    from bridge.animate.performance import Progress as Report
    from engines.character.character import Character
    from engines.character.mapping import Mapping

VIEWS = ("head", "bust")
LARGEST, SMALLEST = 4096, 16
"""Limits of --size, pixels."""
LONGEST_S = 3600.0


def animate(
    source: Annotated[
        str,
        typer.Argument(
            metavar="IMAGE|VIDEO|TAKE",
            help="A picture or film with a face, a recorded take, or demo.",
        ),
    ],
    out: Annotated[
        Path,
        typer.Option(
            "--out",
            "-o",
            metavar="FILE",
            help="What to write, by its suffix: .glb (the character with an "
            "animation), .vrma (VRM animation), .webm (a film for browsers), .mp4 (for "
            "editors), .gif, .png (a sheet of pictures) or .mcap (a take).",
        ),
    ],
    character: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE", help="A .glb, .gltf or .vrm; the built-in head by default."
        ),
    ] = None,
    mapping: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE",
            help="What moves the character; `facewire character map` writes it. Found "
            "out by default.",
        ),
    ] = None,
    style: Annotated[
        str, typer.Option(help=f"How it is performed: {', '.join(NAMES)}.")
    ] = "natural",
    intensity: Annotated[
        float,
        typer.Option(
            min=0.0, max=3.0, help="Factor on the expression; 1 is as it was seen."
        ),
    ] = 1.0,
    seed: Annotated[
        int,
        typer.Option(
            min=0,
            max=2**32 - 1,
            help="For an image: another number gives another take.",
        ),
    ] = 0,
    seconds: Annotated[
        float | None,
        typer.Option(
            min=0.1,
            max=LONGEST_S,
            help="Length: 6 for an image, the whole file otherwise.",
        ),
    ] = None,
    fps: Annotated[
        str | None,
        typer.Option(
            help="Frames per second: 30 for an image, the file's own otherwise; 25 for "
            "a .gif."
        ),
    ] = None,
    size: Annotated[
        int | None,
        typer.Option(
            min=SMALLEST,
            max=LARGEST,
            help="Width and height of pictures in pixels: 512; 320 for .gif and .png.",
        ),
    ] = None,
    view: Annotated[
        str, typer.Option(help=f"What pictures show: {' or '.join(VIEWS)}.")
    ] = "head",
    neutral: Annotated[
        Path | None,
        typer.Option(
            metavar="IMAGE",
            help="For an image: the same person's neutral face, for an exact result.",
        ),
    ] = None,
    subject: Annotated[
        str | None,
        typer.Option(help="For a take with several faces: the name of one."),
    ] = None,
    setting: Setting = None,
    force: Annotated[
        bool, typer.Option("--force", help="Replace an existing file.")
    ] = False,
) -> None:
    """Animate a character with a face from an image, a video or a take.

    An image is performed: the character comes from rest to the expression and
    holds it, breathes, blinks and looks about. The same seed gives the same take.
    """
    # Imported here, so that --help does not load OpenCV and the networks.
    from bridge.animate.job import Job, check
    from bridge.animate.performance import Wanted
    from engines.drawing.draw import View

    config = _config(style, setting)
    if view not in VIEWS:
        raise ConfigError(f"--view {view}: expected {' or '.join(VIEWS)}")
    kind = out.suffix.lower()
    rate = None if fps is None else parse_rate("--fps", fps)
    if rate is None and kind == ".gif":
        rate = parse_rate("--fps", "25")
    side = size or (320 if kind in (".gif", ".png") else 512)
    opened, moved, data = _character(character, mapping, kind)
    job = Job(
        Wanted(
            *(source, config, intensity, seed, seconds, rate, neutral, subject),
            placed=kind == ".mcap",
        ),
        out,
        opened,
        moved,
        data,
        named=character is not None,
        view=View(side, side, view),
        force=force,
    )
    inputs = (Path(source), character, mapping, neutral)
    check(job, tuple(path for path in inputs if path is not None))
    _tell_licence(opened, kind)
    try:
        made = _make(job)
    except KeyboardInterrupt:
        say("stopped; nothing was written", error=True)
        raise typer.Exit(130) from None
    _tell(job, made)


def _config(style: str, setting: list[str] | None) -> Config:
    if style not in NAMES:
        raise ConfigError(f"--style {style}: expected {', '.join(NAMES)}")
    return load_config(settings=(f'shape.style="{style}"', *(setting or ())))


def _character(
    path: Path | None, mapping: Path | None, kind: str
) -> tuple[Character, Mapping, bytes]:
    """Return the character, what moves it, and its file as a GLB if one is made."""
    from bridge.characters.builtin import builtin_character, builtin_file

    if path is None:
        if mapping is not None:
            raise ConfigError("--mapping: needs --character; the built-in head has one")
        return *builtin_character(), builtin_file()
    from bridge.characters.chosen import chosen_mapping
    from bridge.characters.open import open_character, packed_file

    opened = open_character(path)
    data = packed_file(path) if kind == ".glb" else b""
    chosen = chosen_mapping(
        opened, path, mapping, lambda sentence: say(sentence, error=True)
    )
    for sentence in chosen.alarms:
        say(f"{opened.name}: {sentence}", error=True)
    return opened, chosen.mapping, data


def _tell_licence(character: Character, kind: str) -> None:
    """Say what a character's licence forbids, before anything is written."""
    vrm = character.scene.vrm
    licence = None if vrm is None else vrm.licence
    if licence is None:
        return
    by = f" by {', '.join(licence.authors)}" if licence.authors else ""
    named = licence.title or character.name
    say(f"{named}{by}: licence {licence.name or licence.url or 'not stated'}")
    for sentence in licence.forbids:
        say(f"  forbids {sentence}", error=True)
    if kind == ".glb" and any(
        "changing" in s or "passing on" in s for s in licence.forbids
    ):
        say("  the .glb will contain a changed copy of the character", error=True)


def _make(job: Job) -> Made:
    # Imported here, because every command imports this module at its start.
    from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn

    from bridge.animate.job import make

    columns = (
        *(TextColumn("{task.description}"), BarColumn()),
        TimeRemainingColumn(elapsed_when_finished=True),
    )
    bars = Progress(*columns, console=PlainConsole(stderr=True), transient=True)

    @contextmanager
    def steps(name: str) -> Iterator[Report]:
        bar = bars.add_task(name, total=1.0)

        def report(share: float) -> None:
            bars.advance(bar, share)

        yield report
        bars.update(bar, completed=1.0)

    with bars:
        return make(job, steps)


def _tell(job: Job, made: Made) -> None:
    length = f"{made.seconds:.1f} s at {made.fps:.4g} fps"
    frames = counted(made.frames, "frame", ",")
    say(f"{shown(str(job.out), None)}: {frames}, {length}, {_size(made.bytes)}")
    for note in made.notes:
        say(f"  {note}")


def _size(count: int) -> str:
    return f"{count / 1e6:.1f} MB" if count >= 1e6 else f"{count / 1e3:.0f} kB"
