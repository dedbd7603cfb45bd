"""The one way to the terminal. Nothing that goes through here can act on it.

Names come from the network, from files and from cameras. What prints of them is shown,
character for character: markup is not read, and whatever would move the cursor, clear
the screen or turn the reading direction stands as U+FFFD.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable
from typing import Any

import typer
from rich.console import Console, ConsoleOptions, RenderableType
from rich.segment import Segment
from rich.text import Text

from protocols.wording import shown


class PlainConsole(Console):
    """A rich console for text that somebody else may have written."""

    def __init__(self, **options: Any) -> None:
        """Take the options of rich's console; what reads the text is off."""
        super().__init__(markup=False, highlight=False, emoji=False, **options)

    def render_str(self, text: str, **options: Any) -> Text:
        """Return the text as rich has it, harmless; its width is what will print."""
        return super().render_str(lines(text), **options)

    def render(
        self, renderable: RenderableType, options: ConsoleOptions | None = None
    ) -> Iterable[Segment]:
        """Yield the segments with what does not print replaced, rich's own kept."""
        for segment in super().render(renderable, options):
            text, style, control = segment
            if control or text.isprintable():
                yield segment
            else:
                yield Segment(lines(text), style)


def lines(text: str) -> str:
    """Return text that may have several lines, harmless, whole."""
    return "\n".join(shown(line, None) for line in text.split("\n"))


def say(text: str, *, error: bool = False) -> None:
    """Print one line to the standard output, or to the standard error."""
    typer.echo(shown(text, None), err=error)


def say_json(value: object, *, indent: int | None = 2) -> None:
    r"""Print a value as JSON, at once; what cannot be printed is written as \uXXXX."""
    text = json.dumps(value, indent=indent, ensure_ascii=False)
    if not text.isprintable():
        text = "".join(map(_escaped, text))
    try:
        text.encode(sys.stdout.encoding or "utf-8")
    except UnicodeEncodeError:
        # A Windows pipe is cp1252, which would lose names.
        text = json.dumps(value, indent=indent)
    typer.echo(text)


def _escaped(letter: str) -> str:
    # Line ends are JSON's own: those in a string are written as \n already. DEL is
    # all that dumps leaves as it is.
    if letter == "\n" or letter.isprintable():
        return letter
    return "\\u007f" if letter == "\x7f" else json.dumps(letter)[1:-1]
