"""Records at 60 fps in children of this process, to be killed by a test.

Reads folders from stdin, a line each, and answers with the pid of the child that writes
there, with a video of 30 pictures a second if the folder's name ends in "video". What a
child has handed over stands in `handed.bin`, written before anything else can happen:
pairs of int64, index and monotonic ns.
"""

import os
import signal
import struct
import sys
import time
from pathlib import Path

import numpy as np

from bridge.capture.source import Image
from bridge.takes.recorder import Recorder, TakeSettings
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
    fps = 30.0 if folder.name.endswith("video") else 0.0
    recorder = Recorder(TakeSettings(folder, fps=fps), About())
    noise = np.random.default_rng(0).integers(0, 255, (240, 320, 3), np.uint8)
    recorder.start()
    started = time.perf_counter()
    for i in range(len(made.index)):
        time.sleep(max(0.0, started + i * STEP_S - time.perf_counter()))
        frame = frame_of(made, i)
        if fps and i % 2 == 0:
            at_ns = frame.captured_ns
            recorder.see(Image(frame.index, at_ns, at_ns, np.roll(noise, i, axis=1)))
        recorder.publish(frame, TIMELINE.at(frame.captured_ns))
        os.write(handed, struct.pack("<qq", frame.index, time.perf_counter_ns()))
    os._exit(0)


if __name__ == "__main__":
    main()
