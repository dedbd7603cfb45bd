"""Trims, refines and exports takes for pages, one job at a time."""

from __future__ import annotations

from typing import Final

from bridge.errors import ConfigError
from bridge.refine.needed import require
from bridge.takes.exported import SUFFIXES

from .arguments import Arguments
from .child import Work
from .jobs import Jobs
from .running import Tell, Verbs
from .take_folder import TakeFolder
from .take_work import (
    Export,
    Refine,
    Trim,
    Written,
    export_takes,
    refine_take,
    trim_take,
)
from .visitor import Reply, Visitor

LONGEST_S: Final = 1e7


class TakeJobs:
    """Begins jobs on takes; the pages are told when the list has changed."""

    def __init__(self, folder: TakeFolder, jobs: Jobs, tell: Tell) -> None:
        """Serve pages.

        Args:
            folder: has the takes.
            jobs: runs the work.
            tell: sends a message to every page.
        """
        self._folder = folder
        self._jobs = jobs
        self._tell = tell

    def verbs(self) -> Verbs:
        """Return the verbs that this part does."""
        return {
            "take trim": self._trim,
            "take refine": self._refine,
            "take export": self._export,
        }

    def left(self, visitor: Visitor) -> None:
        """A job goes on without the page that began it."""

    def close(self) -> None:
        """End the job that runs. Safe to call twice."""
        self._jobs.close()

    def _trim(self, given: Arguments, visitor: Visitor) -> Reply:
        path = self._folder.path(given.verb, given.text("file"))
        begin = given.number("from", 0.0, LONGEST_S)
        end = given.number("to", 0.0, LONGEST_S)
        given.end()
        if begin > end:
            raise ConfigError(f"take trim: from {begin:g} is after to {end:g}")
        return self._begin(f"trimming {path.name}", trim_take, Trim(path, begin, end))

    def _refine(self, given: Arguments, visitor: Visitor) -> Reply:
        path = self._folder.path(given.verb, given.text("file"))
        amount = given.number("amount", 0.0, 1.0, 1.0)
        given.end()
        require()
        return self._begin(f"refining {path.name}", refine_take, Refine(path, amount))

    def _export(self, given: Arguments, visitor: Visitor) -> Reply:
        path = self._folder.path(given.verb, given.text("file"))
        name = given.text("format")
        given.end()
        kind = next((known for known in SUFFIXES if known == name), None)
        if kind is None:
            raise ConfigError(
                f"take export: format is {name[:40]!r}, expected {', '.join(SUFFIXES)}"
            )
        return self._begin(f"exporting {path.name}", export_takes, Export(path, kind))

    def _begin(self, title: str, work: Work, argument: object) -> Reply:
        job = self._jobs.begin(title, work, argument, self._done)
        return Reply(True, title, {"job": job})

    def _done(self, written: Written) -> str:
        self._tell({"type": "takes", "files": list(written.files)})
        return written.sentence
