"""A running facewire with its page: a process of its own, in a folder of its own."""

from __future__ import annotations

import contextlib
import json
import os
import queue
import re
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from bridge.control_client import ask
from protocols.control import Reply
from tests.ports import free_port

ROOT: Final = Path(__file__).resolve().parents[2]
START_S: Final = 90.0
END_S: Final = 15.0
ADDRESS: Final = re.compile(r"http://127\.0\.0\.1:(\d+)/\S*#token=[\w-]+")

SETTINGS: Final = """\
subjects = [{subjects}]

[track]
faces = {faces}

[monitor]
port = {port}

[[sinks]]
kind = "zmq"
address = "tcp://127.0.0.1:{frames}"
"""


@dataclass(slots=True)
class Running:
    """One `facewire run --monitor`."""

    process: subprocess.Popen[str]
    folder: Path
    frames: str
    """Address of the ZeroMQ sink."""
    address: str = ""
    """What it printed: the page and its token."""
    said: list[str] = field(default_factory=list)

    @property
    def settings(self) -> Path:
        """The settings file that it runs with."""
        return self.folder / "facewire.toml"

    def order(self, do: str, **arguments: str) -> Reply:
        """Return the reply to an order over the control socket."""
        with _home(self.folder):
            return ask(do, arguments, self.process.pid)

    def status(self) -> dict[str, Any]:
        """Return what it reports of itself, over the control socket."""
        report: dict[str, Any] = json.loads(self.order("status").report)
        return report

    def kill(self) -> None:
        """End it at once, as a crash would."""
        self.process.kill()
        self.process.wait(END_S)

    def close(self) -> None:
        """End it as Ctrl-C does, by force if that takes too long."""
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGINT)
            try:
                self.process.wait(END_S)
            except subprocess.TimeoutExpired:
                self.kill()


@contextlib.contextmanager
def facewire(
    folder: Path,
    *arguments: str,
    source: str = "demo",
    port: int = 0,
    faces: int = 1,
    subjects: str = '"facewire"',
) -> Iterator[Running]:
    """Run facewire in a folder until the block ends.

    Args:
        folder: for its settings, its takes and what it remembers.
        arguments: more of `facewire run`.
        source: `--source`.
        port: of the page; 0 is a free one.
        faces: largest number of faces.
        subjects: their names, as in TOML.
    """
    folder.mkdir(parents=True, exist_ok=True)
    frames = free_port()
    settings = folder / "facewire.toml"
    if not settings.exists():
        settings.write_text(
            SETTINGS.format(faces=faces, port=port, frames=frames, subjects=subjects)
        )
    else:
        found = re.search(r'"tcp://127\.0\.0\.1:(\d+)"', settings.read_text())
        assert found is not None
        frames = int(found[1])
    command = [sys.executable, "-m", "bridge", "run", str(settings), "--monitor"]
    process = subprocess.Popen(
        [*command, "--source", source, *arguments],
        cwd=folder,
        env=os.environ | {"FACEWIRE_HOME": str(folder / "home"), **_path()},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    running = Running(process, folder, f"tcp://127.0.0.1:{frames}")
    lines: queue.Queue[str | None] = queue.Queue()
    reader = threading.Thread(target=_read, args=(running, lines), daemon=True)
    reader.start()
    try:
        running.address = _address(running, lines)
        yield running
    finally:
        running.close()
        reader.join(END_S)
        assert process.stdout is not None
        process.stdout.close()


def _path() -> dict[str, str]:
    """Return this checkout for the process, which runs in another folder."""
    path = os.environ.get("PYTHONPATH", "")
    return {"PYTHONPATH": os.pathsep.join([str(ROOT), path]) if path else str(ROOT)}


def _read(running: Running, lines: queue.Queue[str | None]) -> None:
    assert running.process.stdout is not None
    with contextlib.suppress(ValueError):
        for line in running.process.stdout:
            running.said.append(line)
            lines.put(line)
    lines.put(None)


def _address(running: Running, lines: queue.Queue[str | None]) -> str:
    while True:
        try:
            line = lines.get(timeout=START_S)
        except queue.Empty:
            line = None
        if line is None:
            raise AssertionError(f"it printed no address: {''.join(running.said)}")
        if found := ADDRESS.search(line):
            return found[0]


@contextlib.contextmanager
def _home(folder: Path) -> Iterator[None]:
    before = os.environ.get("FACEWIRE_HOME")
    os.environ["FACEWIRE_HOME"] = str(folder / "home")
    try:
        yield
    finally:
        if before is None:
            del os.environ["FACEWIRE_HOME"]
        else:
            os.environ["FACEWIRE_HOME"] = before
