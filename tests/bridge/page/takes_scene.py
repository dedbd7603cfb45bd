"""A folder of takes, a page, and what plays and changes them for it."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np

from bridge.page.desk import PageDesk
from bridge.page.jobs import Jobs
from bridge.page.stage import Stage
from bridge.page.take_folder import TakeFolder
from bridge.page.take_jobs import TakeJobs
from bridge.page.take_verbs import TakeVerbs
from bridge.takes.disk import DiskFile
from bridge.takes.mp4_file import Mp4File
from bridge.takes.write import write_recording
from protocols.mp4 import track_of
from protocols.page import FRAME
from protocols.take import Picture
from tests.bridge.page.fakes import FakeDaemon, Page, ask, daemon
from tests.bridge.page.test_desk import Uploads
from tests.bridge.page.test_jobs import Told
from tests.bridge.page.test_mapping import Clock
from tests.bridge.page.test_stage import FILE, MAPPING, ME
from tests.bridge.takes.made import ABOUT, recording, take

FRAMES = 30


class Scene:
    """A desk with a folder of takes."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.running: FakeDaemon = daemon(folder)
        self.told, self.clock, self.page = Told(), Clock(), Page()
        self.stage = Stage(ME, MAPPING, FILE)
        takes = TakeFolder(folder)
        self.jobs = Jobs(self.told)
        self.desk = PageDesk(
            [
                TakeVerbs(self.running, takes, lambda: self.stage.now, self.clock),
                TakeJobs(takes, self.jobs, self.told),
            ],
            Uploads(),
        )

    def ask(self, do: str, **arguments: Any) -> Any:
        return ask(self.desk, self.page, do, **arguments)

    def done(self, do: str, **arguments: Any) -> dict[str, Any]:
        """Ask for a job, and return how it ended."""
        reply = self.ask(do, **arguments)
        assert reply.ok, reply.sentence
        return self.told.end(reply.data["job"])

    def vectors(self) -> list[np.ndarray[Any, Any]]:
        """The vectors of all frames that the page has been shown."""
        return [
            np.frombuffer(data, "<f4", 85, 24)
            for kind, data in self.page.shown
            if kind == FRAME
        ]

    def names(self) -> list[str]:
        return sorted(path.name for path in self.folder.iterdir())


def write(folder: Path, name: str = "A_001.mcap", *subjects: str) -> Path:
    path = folder / name
    about = replace(ABOUT, slate="A", number=1, video="")
    takes = [take(subject, FRAMES) for subject in subjects or ("anna",)]
    write_recording(path, recording(*takes, about=about))
    return path


def filmed(folder: Path) -> Path:
    """A take with a video of three pictures: at its first, tenth and last frame."""
    path, made = folder / "F_001.mcap", take("anna", FRAMES)
    times = [int(made.captured_ns[at]) for at in (0, 10, FRAMES - 1)]
    pictures = [Picture(at, ns, at) for at, ns in enumerate(times)]
    about = replace(ABOUT, video="F_001.mp4")
    write_recording(path, recording(made, about=about), pictures)
    with DiskFile(folder / "F_001.mp4") as file:
        mp4 = Mp4File(file, track_of(64, 48, 30.0))
        for at in range(3):
            mp4.add(b"\xff\xd8 picture %d" % at)
        mp4.close()
    return path
