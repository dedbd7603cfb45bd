"""A subscriber that hardly ever reads, beside one that always does.

The publisher is the daemon's own, so libzmq's. It sends more in the time of a test than
the system's buffers hold, so much is dropped for the slow subscriber.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

import msgpack
import zmq

from tests.plugins.unreal.listening import LONGEST_MS

GAP_S: Final = 0.001
"""Between two frames: far more frames than a camera gives."""
MINUTE: Final = 60_000
"""Frames in about a minute."""
PAUSE: Final = 1000
"""Frames that are sent between two looks of a slow subscriber: about a second."""
GROWTH_KB: Final = 16 * 1024
"""A process may grow by this much. A minute of frames has 40 MB."""


def resident_kb(pid: int | str = "self") -> int:
    """Return the memory of a process in kB; 0 where the system does not say."""
    try:
        return int(Path(f"/proc/{pid}/statm").read_text().split()[1]) * 4
    except OSError:
        return 0


def wait_until(true: Callable[[], bool], longest_ms: int = LONGEST_MS) -> None:
    """Return as soon as something is true."""
    pause = threading.Event()
    for _ in range(longest_ms):
        if true():
            return
        pause.wait(0.001)
    raise AssertionError("it never came true")


@contextmanager
def attentive(address: str) -> Iterator[Callable[[], tuple[int, int]]]:
    """Subscribe with libzmq and read all the time.

    Yields a function that returns the number of the newest frame, and how many frames
    arrived.
    """
    context = zmq.Context()
    socket = context.socket(zmq.SUB)
    socket.connect(address)
    socket.setsockopt(zmq.SUBSCRIBE, b"face.")
    ended = threading.Event()
    heard = [-1, 0]

    def read() -> None:
        while not ended.is_set():
            if socket.poll(100):
                heard[0] = msgpack.unpackb(socket.recv_multipart()[1])["seq"]
                heard[1] += 1

    thread = threading.Thread(target=read)
    thread.start()
    try:
        yield lambda: (heard[0], heard[1])
    finally:
        ended.set()
        thread.join(20)
        socket.close(0)
        context.term()


def stays_slow(
    pid: int, address: str, sent: Callable[[], int], look: Callable[[], int]
) -> None:
    """Look at the newest face once a second, for a minute, and check what must hold.

    Args:
        pid: the slow subscriber, for its memory.
        address: where the publisher is.
        sent: tells how many frames were sent.
        look: lets the subscriber read a little; returns the number of the newest face.
    """
    with attentive(address) as beside:
        wait_until(lambda: beside()[0] >= 0)
        first, (_, arrived) = sent(), beside()
        own_kb, its_kb = resident_kb(), resident_kb(pid)
        looks = []
        while (now := sent()) < first + MINUTE:
            wait_until(lambda least=now + PAUSE: sent() >= least)  # type: ignore[misc]
            looks.append(look())
            # The other one gets its frames meanwhile.
            wait_until(lambda least=now: beside()[0] >= least)  # type: ignore[misc]
        # Each look gave a newer face, not the next one of a queue.
        assert looks == sorted(looks)
        assert looks[-1] - looks[0] > MINUTE / 2
        assert beside()[1] - arrived > MINUTE / 2
        assert resident_kb() - own_kb < GROWTH_KB
        assert resident_kb(pid) - its_kb < GROWTH_KB
        now = sent()
        # As soon as it reads on, it is at what is sent now.
        wait_until(lambda: look() >= now)
