"""Prints to the terminal safely. All output of facewire goes through this module.

Names come from the network, from files and from cameras, and may be hostile. Printable
characters are shown as they are, and markup is not interpreted. Characters that would
move the cursor, clear the screen or change the reading direction become U+FFFD.
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
    """A rich console for untrusted text."""

    def __init__(self, **options: Any) -> None:
        """Take rich's options; markup, highlighting and emoji codes are off."""
        super().__init__(markup=False, highlight=False, emoji=False, **options)

    def render_str(self, text: str, **options: Any) -> Text:
        """Return rich's text without unsafe characters, so that its width is right."""
        return super().render_str(lines(text), **options)

    def render(
        self, renderable: RenderableType, options: ConsoleOptions | None = None
    ) -> Iterable[Segment]:
        """Yield the segments without unsafe characters; keep rich's control codes."""
        for segment in super().render(renderable, options):
            text, style, control = segment
            if control or text.isprintable():
                yield segment
            else:
                yield Segment(lines(text), style)


def lines(text: str) -> str:
    """Return text of one or more lines without unsafe characters, not shortened."""
    return "\n".join(shown(line, None) for line in text.split("\n"))


def say(text: str, *, error: bool = False) -> None:
    """Print one line to standard output or standard error."""
    typer.echo(shown(text, None), err=error)


def say_json(value: object, *, indent: int | None = 2) -> None:
    r"""Print a value as JSON; unprintable characters are written as \uXXXX."""
    text = json.dumps(value, indent=indent, ensure_ascii=False)
    if not text.isprintable():
        text = "".join(map(_escaped, text))
    try:
        text.encode(sys.stdout.encoding or "utf-8")
    except UnicodeEncodeError:
        # A Windows pipe may use cp1252, which cannot encode all names.
        text = json.dumps(value, indent=indent)
    typer.echo(text)


def _escaped(letter: str) -> str:
    # Line ends here are from the indentation; `dumps` writes those in strings as \n.
    # DEL is the only control character that `dumps` does not escape.
    if letter == "\n" or letter.isprintable():
        return letter
    return "\\u007f" if letter == "\x7f" else json.dumps(letter)[1:-1]
