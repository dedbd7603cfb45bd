"""Records at 60 fps in children of this process, to be killed by a test.

Reads folders from stdin, a line each, and answers with the pid of the child that writes
there. What a child has handed over stands in `handed.bin`, written before anything else
can happen: pairs of int64, index and monotonic ns.
"""

import os
import signal
import struct
import sys
import time
from pathlib import Path

from bridge.takes.recorder import Orders, Recorder
from bridge.takes.take import About
from tests.bridge.takes.made import TIMELINE, frame_of, take

STEP_S = 1 / 60


def main() -> None:
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    made = take(count=1000)
    for line in sys.stdin:
        pid = os.fork()
        if not pid:
            record(Path(line.strip()), made)
        print(pid, flush=True)  # noqa: T201 - the answer


def record(folder: Path, made: object) -> None:
    from bridge.takes.take import Take

    assert isinstance(made, Take)
    handed = os.open(folder / "handed.bin", os.O_WRONLY | os.O_CREAT)
    recorder = Recorder(Orders(folder), About())
    recorder.start()
    started = time.monotonic()
    for i in range(len(made.index)):
        time.sleep(max(0.0, started + i * STEP_S - time.monotonic()))
        frame = frame_of(made, i)
        recorder.publish(frame, TIMELINE.at(frame.captured_ns))
        os.write(handed, struct.pack("<qq", frame.index, time.monotonic_ns()))
    os._exit(0)


if __name__ == "__main__":
    main()
