"""`facewire take`: records on command; lists, shows, plays, cuts and repairs takes."""

from __future__ import annotations

import os
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console
from rich.table import Table

from bridge.errors import BridgeError
from bridge.printing import PlainConsole, say_json
from protocols.channels import ARKIT
from protocols.wording import counted, shown

from .options import AsJson
from .take_edit import File, play, recover, trim
from .take_orders import start, status, stop

if TYPE_CHECKING:
    from bridge.takes.read import Contents
    from bridge.takes.summary import Summary
    from bridge.takes.take import Take

take = typer.Typer(
    name="take", help="Record on command; list, play, cut and repair takes."
)
for command in (start, stop, status, play, trim, recover):
    take.command()(command)


LONGEST = 500
"""Longest printed line of a take's texts, in characters."""

LONGEST_SETTING = 8000
"""Longest printed line of its settings and its profile, in characters."""

MOST_LINES = 400
"""Most printed lines of one text; the settings with every default have about 100."""


@take.command("list")
def list_takes(
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="A folder with takes.")],
    as_json: AsJson = False,
) -> None:
    """List the takes in a folder."""
    from bridge.takes.store import takes_in
    from bridge.takes.summary import summarize

    rows: list[tuple[Path, Summary | None, str]] = []
    for path in takes_in(folder):
        try:
            rows.append((path, summarize(path), ""))
        except BridgeError as error:
            rows.append((path, None, str(error)))
    if as_json:
        say_json([_row(path, found, problem) for path, found, problem in rows])
        return
    table = Table(box=None, pad_edge=False, header_style="dim")
    for title in ("take", "faces", "frames", "length", "recorded (UTC)", ""):
        table.add_column(title)
    for path, found, problem in rows:
        name = shown(path.name, None)
        if found is None:
            told = shown(problem.removeprefix(f"{path}: "), LONGEST)
            table.add_row(name, "", "", "", "", told)
            continue
        table.add_row(
            name,
            shown(", ".join(found.subjects)),
            str(found.frames),
            clock(found.seconds),
            shown(found.about.started[:19].replace("T", " ")),
            "" if found.whole else "damaged",
        )
    console = PlainConsole(soft_wrap=True)
    console.print(table if rows else f"{folder}: no takes")
    if any(found is not None and not found.whole for _, found, _ in rows):
        console.print("`facewire take recover FILE` saves the readable part of a take")


@take.command()
def info(
    file: File,
    as_json: AsJson = False,
    settings: Annotated[
        bool,
        typer.Option("--settings", help="Show the settings and the profile, too."),
    ] = False,
) -> None:
    """Show the description, faces and damage of a take."""
    from bridge.takes.read import read_contents

    contents = read_contents(file)
    about = asdict(contents.recording.about)
    if not settings:
        del about["settings"], about["profile"]
    if as_json:
        say_json(
            about
            | {
                "faces": [asdict(face) for face in _faces(contents)],
                "pictures": len(contents.pictures),
                "whole": contents.whole,
                "damage": contents.damage,
            }
        )
        return
    console = PlainConsole(soft_wrap=True)
    video = about.pop("video")
    for name, value in about.items():
        if value != "":
            # The neutral face in a profile is one long line, so the limit is higher.
            longest = LONGEST_SETTING if name in ("settings", "profile") else LONGEST
            _entry(console, name, str(value), longest)
    for face in _faces(contents):
        _entry(console, "face", f"{shown(face.subject)}: {face.sentence()}")
    if video:
        _entry(console, "video", _video(file, video, len(contents.pictures)))
    if not contents.whole:
        _entry(
            console,
            "damage",
            "the file was not finished, because its writer was interrupted",
        )
    for sentence in contents.damage:
        _entry(console, "damage", sentence)


def _entry(console: Console, name: str, value: str, longest: int = LONGEST) -> None:
    """Print a name and its value; further lines of the value are below the first."""
    told = value.rstrip("\n").split("\n")
    for text in told[:MOST_LINES]:
        console.print(f"{name:<9} {shown(text, longest)}")
        name = ""
    if left := len(told[MOST_LINES:]):
        console.print(f"{name:<9} and {counted(left, 'more line')}; --json has all")


def clock(seconds: float) -> str:
    """Return a duration as 1:02:03.4."""
    tenths = round(seconds * 10)
    hours, rest = divmod(tenths, 36_000)
    minutes, rest = divmod(rest, 600)
    ending = (
        f"{minutes:02}:{rest / 10:04.1f}" if hours else f"{minutes}:{rest / 10:04.1f}"
    )
    return f"{hours}:{ending}" if hours else ending


def _video(file: Path, name: str, pictures: int) -> str:
    from bridge.takes.mp4_file import is_unfinished
    from bridge.takes.store import beside

    path = beside(file, name)
    told = f"{path.name if path else name}: {counted(pictures, 'picture')}"
    # Not path.exists(): it raises for a name that is too long.
    if path is None or not os.path.exists(path):  # noqa: PTH110
        return f"{told}, but the file is missing beside the take"
    if is_unfinished(path):
        return f"{told}, not finished; `facewire take recover` repairs it"
    return told


def _row(path: Path, found: Summary | None, problem: str) -> dict[str, object]:
    if found is None:
        return {"file": str(path), "problem": problem}
    return {
        "file": str(path),
        "slate": found.about.slate,
        "take": found.about.number,
        "started": found.about.started,
        "faces": found.subjects,
        "frames": found.frames,
        "seconds": found.seconds,
        "whole": found.whole,
    }


@dataclass(frozen=True, slots=True)
class _Face:
    """The numbers of one face that `info` shows."""

    subject: str
    frames: int
    seconds: float
    fps: float
    tracked: float
    """Share of the frames in which the face was found, 0 to 1."""
    missing: int
    """Numbers missing in the capture counter: images that were not solved."""
    doubt: float | None
    """Mean expected error of the curves, 0 to 1; None if it is unknown."""
    doubted: str
    """The curve with the largest mean doubt; empty if it is unknown."""

    def sentence(self) -> str:
        """Return one line; length and rate are left out for a single frame."""
        told = counted(self.frames, "frame")
        if self.frames > 1:
            told += f", {clock(self.seconds)}, {self.fps:.2f} fps"
        missing = counted(self.missing, "frame")
        told += f", tracked {100 * self.tracked:.1f} %, {missing} missing"
        if self.doubt is not None:
            told += f", mean doubt {self.doubt:.2f} (most of {self.doubted})"
        return told


def _faces(contents: Contents) -> list[_Face]:
    return [
        _Face(
            face.subject,
            len(face.index),
            face.seconds,
            face.fps,
            float(face.tracked.mean()),
            max(0, int(face.index[-1] - face.index[0]) + 1 - len(face.index)),
            *_doubt(face),
        )
        for face in contents.recording.takes
    ]


def _doubt(face: Take) -> tuple[float | None, str]:
    """Return the mean doubt and the most doubtful curve of frames with a doubt."""
    mean = face.mean_doubt()
    if mean is None:
        return None, ""
    return float(mean.mean()), ARKIT[int(mean.argmax())]
