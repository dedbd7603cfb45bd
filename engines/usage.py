"""A command line that explains wrong options in plain words."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import typer
from pydantic import ValidationError
from typer.core import TyperGroup

from .expected import expected, own_words


class PlainGroup(TyperGroup):
    """A group of commands. Typer lets pydantic check options; this replaces its
    messages."""

    def make_context(self, *arguments: Any, **options: Any) -> Any:
        """Read the options of the program itself."""
        with _plain_words():
            return super().make_context(*arguments, **options)

    def invoke(self, ctx: Any) -> Any:
        """Read the options of a command, and run it."""
        with _plain_words():
            return super().invoke(ctx)


@contextmanager
def _plain_words() -> Iterator[None]:
    try:
        yield
    except typer.BadParameter as error:
        cause = error.__cause__
        if isinstance(cause, ValidationError):
            error.message = "; ".join(_told(dict(one)) for one in cause.errors())
        raise


def _told(error: dict[str, Any]) -> str:
    wanted = expected(error)
    if wanted is None:
        return own_words(error)
    return f"got {error['input']!r}, expected {wanted}"
