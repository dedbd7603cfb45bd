"""Prints how fast the Blender extension is, and whether its reader grows.

    PYTHONPATH=plugins/blender python -m tests.plugins.blender.figures [SECONDS]

Reads one datagram many times, and receives 120 frames a second over loopback for so
many seconds (60 unless said). Where `bpy` is, it moves a character of 94 shapes and
nine bones too.
"""

from __future__ import annotations

import os
import socket
import sys
import tempfile
import threading
import tracemalloc
from contextlib import closing
from pathlib import Path

from facewire.core.native import read_datagram
from facewire.core.receiver import Receiver

from bridge.clock import monotonic_ns, wait_finely
from bridge.plugins.packages import PLUGINS, pack
from tests.foreign import BESIDE
from tests.plugins.unity.listening import Counted
from tests.ports import free_port
from tests.protocols.native_golden import live, written

from .blenders import Blender, pythons

RATE_HZ = 120
BATCHES, BATCH = 50, 500


def say(line: str) -> None:
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


def reading() -> None:
    """Print how long one datagram takes."""
    data, best_ns = written("frame_live.bin"), 10**12
    for _ in range(BATCHES):
        began_ns = monotonic_ns()
        for _ in range(BATCH):
            read_datagram(data)
        best_ns = min(best_ns, monotonic_ns() - began_ns)
    say(f"read one datagram: {best_ns / BATCH / 1e3:.1f} us, best of {BATCHES} times")


def receiving(seconds: float) -> None:
    """Receive at 120 Hz, looked at 60 times a second, and print what it kept."""
    faces, total = Counted(live()), round(seconds * RATE_HZ)
    never = threading.Event()
    tracemalloc.start()
    with (
        closing(Receiver("127.0.0.1", free_port())) as receiver,
        socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as end,
    ):
        receiver.poll(monotonic_ns())
        early, began_ns = 0, monotonic_ns()
        for sent in range(total):
            end.sendto(faces.datagram(), (receiver.host, receiver.port))
            if sent % 2:
                receiver.poll(monotonic_ns())
            if sent == min(total // 4, RATE_HZ * 10):
                early = tracemalloc.get_traced_memory()[0]
            due_ns = began_ns + (sent + 1) * 10**9 // RATE_HZ
            wait_finely(never, max(0.0, (due_ns - monotonic_ns()) / 1e9))
        receiver.poll(monotonic_ns())
        grown = tracemalloc.get_traced_memory()[0] - early
        count = receiver.statistics
        say(
            f"received {count.frames} of {total} frames in {seconds:g} s, "
            f"{count.refused} refused, memory grew by {grown / 1e3:.1f} kB"
        )


def moving() -> None:
    """Print how long a pose takes in each Blender that is here."""
    data = Path(os.environ.get("FACEWIRE_DATA", BESIDE))
    character = data / "characters" / "human_arkit_visemes.glb"
    if not pythons() or not character.is_file():
        say("no bpy, or no characters: nothing is moved")
        return
    (plugin,) = [one for one in PLUGINS if one.word == "blender"]
    for python in pythons():
        with tempfile.TemporaryDirectory() as folder:
            package = pack(plugin, Path(folder))
            told = Blender(python, Path(folder), package).run("characters", character)
            found = told[character.stem]
            say(
                f"{python}: find and set {found['shapes']} shapes and "
                f"{len(found['bones'])} bones: {found['ms']:.2f} ms, best of 100 times"
            )


def main(seconds: float) -> int:
    """Print the figures; return the exit code."""
    reading()
    moving()
    receiving(seconds)
    return 0


if __name__ == "__main__":
    sys.exit(main(float(sys.argv[1]) if len(sys.argv) > 1 else 60.0))
