"""The end of a command that fails: one sentence for what a user can put right."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager

import typer

from engines.installing import here
from engines.runtime.engine import GraphError


@contextmanager
def explained(command: str, extra: str = "train") -> Iterator[None]:
    """Print a sentence and end with 1, without a traceback.

    Args:
        command: begins the sentence.
        extra: of the package, which brings what may not be installed.
    """
    try:
        yield
    except ModuleNotFoundError as error:
        message = f"{error.name} is not installed; run: {here().install_extra(extra)}"
        raise _ended(command, message) from error
    except BrokenProcessPool as error:
        message = (
            "a process of its own was ended; was there too little memory? Use --jobs"
        )
        raise _ended(command, message) from error
    except (OSError, ValueError, KeyError, GraphError) as error:
        raise _ended(command, sentence(error)) from error


def sentence(error: Exception) -> str:
    """Return what an error says, without Python's own words where they say nothing."""
    if isinstance(error, OSError) and error.strerror:
        return (
            f"{error.filename}: {error.strerror}" if error.filename else error.strerror
        )
    if isinstance(error, KeyError):
        return f"{error} is missing in the file; is it the right file?"
    return str(error)


def _ended(command: str, message: str) -> typer.Exit:
    typer.echo(f"{command}: {message}", err=True)
    return typer.Exit(1)
