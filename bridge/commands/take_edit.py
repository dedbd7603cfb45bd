"""`facewire take play | trim | recover`: plays, cuts and repairs recorded takes."""

from __future__ import annotations

import math
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from bridge import log
from bridge.config_file import load_config
from bridge.ending import Ending
from bridge.errors import ConfigError
from bridge.printing import PlainConsole, say
from bridge.terminal import Terminal
from bridge.wires.table import places
from protocols.wording import counted, shown

from .options import CharacterModel

if TYPE_CHECKING:
    from bridge.takes.copy import Copied

File = Annotated[
    Path, typer.Argument(metavar="FILE", help="A take, such as Take_001.mcap.")
]


def play(
    file: File,
    to: Annotated[
        list[str] | None,
        typer.Option(
            "--to",
            "--sink",
            help=f"{places()}; may be repeated.",
        ),
    ] = None,
    character: CharacterModel = None,
    loop: Annotated[
        bool, typer.Option("--loop", help="Start again at the end.")
    ] = False,
    speed: Annotated[
        float, typer.Option(min=0.01, max=100.0, help="2 is twice as fast.")
    ] = 1.0,
) -> None:
    """Send a take's frames again with their own timing, until its end or Ctrl-C.

    A take has the actor's own curves, so it plays on any character.
    """
    from bridge.characters.open_live import open_live
    from bridge.characters.settings import CharacterFile
    from bridge.clock import wait_for
    from bridge.sinks.open import Route, open_routes
    from bridge.takes import play as player
    from bridge.takes.read import read_recording

    if not math.isfinite(speed):
        raise ConfigError(f"--speed {speed}: expected a number from 0.01 to 100")
    routes: list[Route] = []
    with (
        Ending() as ending,
        Terminal(PlainConsole(soft_wrap=True)) as terminal,
        log.shown_on(terminal, verbose=False),
    ):

        def work() -> None:
            recording = read_recording(file)
            subjects = [one.subject for one in recording.takes]
            sinks = load_config(sinks=to or ()).sinks
            receiver = open_live(CharacterFile(file=character))
            routes.extend(open_routes(sinks, subjects, receiver))
            names = ", ".join(route.sink.name for route in routes)
            faces = shown(", ".join(subjects), 200)
            terminal.say(f"playing {shown(file.name, None)} ({faces}) to {names}")
            wait = partial(wait_for, ending.asked)
            player.play(recording, routes, wait=wait, speed=speed, loop=loop)

        try:
            ending.run(work)
        finally:
            for route in routes:
                sink = route.sink
                failed = f", {sink.failed} failed" if sink.failed else ""
                terminal.say(f"{sink.name}: {sink.sent} sent{failed}")
                route.close()


def trim(
    file: File,
    start: Annotated[
        float, typer.Option("--from", help="Seconds after the first frame.")
    ] = 0.0,
    end: Annotated[
        float,
        typer.Option(
            "--to", help="Seconds after the first frame; the take's end by default."
        ),
    ] = math.inf,
    out: Annotated[
        Path | None,
        typer.Option(help="The new file; FILE_trimmed.mcap by default."),
    ] = None,
) -> None:
    """Write a new take with the frames from --from to --to.

    The reference video is not cut; the new take refers to the pictures it needs.
    """
    from bridge.takes.copy import trim as cut

    chosen = out or file.with_name(f"{file.stem}_trimmed{file.suffix}")
    _tell(file, cut(file, chosen, start, end))


def recover(
    file: File,
    out: Annotated[
        Path | None,
        typer.Option(help="The new file; FILE_recovered.mcap by default."),
    ] = None,
) -> None:
    """Write a valid take with everything that can be read from a damaged one.

    A reference video that was not finished is repaired too, beside the new take.
    """
    from bridge.takes.copy import recover as repair

    chosen = out or file.with_name(f"{file.stem}_recovered{file.suffix}")
    _tell(file, repair(file, chosen))


def _tell(file: Path, copied: Copied) -> None:
    left = f", {copied.left_out} left out" if copied.left_out else ""
    say(f"{copied.path}: {counted(copied.frames, 'frame')} of {file.name}{left}")
    if copied.video is not None:
        say(f"{copied.video}: {counted(copied.pictures, 'picture')}")
    if not copied.whole:
        say(
            f"{file.name}: the file was not finished, because its writer was "
            "interrupted"
        )
    for sentence in copied.damage:
        say(f"{file.name}: {sentence}")
