"""The screen of a live calibration: the current move, its countdown and the curves."""

from __future__ import annotations

from typing import Final

from rich.console import Console, ConsoleOptions, Group, RenderResult
from rich.live import Live
from rich.table import Table
from rich.text import Text

from protocols.channels import INDEX

from .script import Walk
from .session import Moment

SHOWN: Final = (
    *("eyeBlinkLeft", "eyeBlinkRight", "eyeLookOutLeft", "eyeLookOutRight"),
    *("browInnerUp", "browDownLeft", "jawOpen", "mouthPucker"),
    *("mouthSmileLeft", "mouthSmileRight", "cheekPuff", "noseSneerLeft"),
)
"""Curves that always have a bar, two on each line."""

ROWS: Final = 3
"""Lines reserved for the curves of the move, so that the screen does not jump."""

REDRAW_HZ: Final = 12
"""Drawing takes milliseconds and delays the next picture, so the rate is low."""

COUNTDOWN: Final = 32
BAR: Final = 13
"""Characters of a full bar; two curves fit into 80 columns."""


class Screen:
    """Draws one moment."""

    def __init__(self, source: str) -> None:
        self._source = source
        self.moment: Moment | None = None

    def __rich_console__(
        self, console: Console, options: ConsoleOptions
    ) -> RenderResult:
        yield Text.assemble(
            ("facewire calibrate ", "bold cyan"),
            f"{self._source}   (Ctrl-C stops it)",
            no_wrap=True,
            overflow="ellipsis",
        )
        if self.moment is not None:
            yield Group(*_task(self.moment), Text(), _curves(self.moment))


class Prompter:
    """Shows moments: as a screen on a terminal, otherwise one line for each move."""

    def __init__(self, source: str, console: Console) -> None:
        self._console = console
        self._screen = Screen(source)
        self._live = Live(
            self._screen, console=console, auto_refresh=False, transient=True
        )
        self._said: tuple[int, str] | None = None
        self._beat = -1

    def __enter__(self) -> Prompter:
        if self._console.is_terminal:
            self._live.start()
        return self

    def __exit__(self, *exception: object) -> None:
        self._live.stop()

    def __call__(self, moment: Moment) -> None:
        """Show a moment."""
        said = (moment.walk.at, moment.problem)
        beat = int(moment.walk.elapsed_s * REDRAW_HZ)
        if self._live.is_started:
            if (said, beat) != (self._said, self._beat):
                self._screen.moment = moment
                self._live.refresh()
        elif said != self._said:
            self._console.print(line(moment), highlight=False, soft_wrap=True)
        self._said, self._beat = said, beat


def line(moment: Moment) -> str:
    """Return a moment in one line."""
    walk = moment.walk
    said = f"{_count(walk)}{walk.move.text} ({walk.left_s:.1f} s)"
    return f"{said}; {moment.problem}" if moment.problem else said


def _task(moment: Moment) -> list[Text]:
    walk = moment.walk
    full = round(COUNTDOWN * walk.left_s / walk.move.seconds)
    style = "yellow" if moment.problem else "cyan"
    later = walk.moves[walk.at + 1 : walk.at + 2]
    return [
        Text(),
        Text.assemble(("  " + walk.move.text, "bold"), ("   " + _count(walk), "dim")),
        Text.assemble(
            "  ",
            ("█" * full, style),
            ("·" * (COUNTDOWN - full), "dim"),
            f" {walk.left_s:4.1f} s",
        ),
        Text("  " + moment.problem, style="bold yellow")
        if moment.problem
        else Text(f"  then: {later[0].text}" if later else "", style="dim"),
    ]


def _count(walk: Walk) -> str:
    """Return "3 of 22" for a move, and "" for the other parts of the script."""
    before = sum(move.part != "move" for move in walk.moves[: walk.at + 1])
    if walk.move.part != "move":
        return ""
    total = sum(move.part == "move" for move in walk.moves)
    return f"{walk.at + 1 - before} of {total}  "


def _curves(moment: Moment) -> Table:
    table = Table(box=None, pad_edge=False, show_header=False, padding=(0, 2))
    asked = [
        _bar(name, moment.weights[INDEX[name]], "cyan")
        for name in moment.walk.move.curves
    ]
    asked += [Text()] * (2 * ROWS - len(asked))
    rest = [_bar(name, moment.weights[INDEX[name]], "green") for name in SHOWN]
    for bars in (asked, rest):
        for left, right in zip(bars[::2], bars[1::2], strict=True):
            table.add_row(left, right)
        table.add_row(Text())
    return table


def _bar(name: str, value: float, style: str) -> Text:
    full = round(float(value) * BAR)
    return Text.assemble(
        f"{name:<20}",
        ("█" * full, style),
        ("·" * (BAR - full), "dim"),
        f" {float(value):4.2f}",
    )
