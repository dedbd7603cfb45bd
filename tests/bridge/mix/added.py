"""Prints how much longer a frame takes in a running facewire that mixes.

    python -m tests.bridge.mix.added [SECONDS]

A program sends 60 faces a second, and another one 60 to a layer. facewire runs in turns
with and without the layer, so that a busy machine slows both down alike.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from contextlib import ExitStack
from pathlib import Path

import numpy as np

from tests.bridge.feeds.test_end_to_end import ROOT, bound, number

from .test_end_to_end import Sender, base_face, layer_face

TURNS = 3
STAGES = ("wait", "shape", "send", "capture_to_send")


def once(seconds: float, *, layer: bool) -> dict[str, float]:
    """Return the median of each stage of one run, ms."""
    with ExitStack() as stack, tempfile.TemporaryDirectory() as folder:
        with bound() as one, bound() as other:
            base, port = number(one), number(other)
        stats = Path(folder) / "stats.json"
        mixed = ("--mix", f"eyes,brows=livelink:{port}") if layer else ()
        for to, data in ((base, base_face), (port, layer_face)):
            stack.callback(Sender(to, data).close)
        subprocess.run(
            [
                *(sys.executable, "-m", "bridge", "run"),
                *("--source", f"livelink:{base}", *mixed),
                *("--sink", "livelink=127.0.0.1:9", "--set", "shape.motion=off"),
                *("--duration", str(seconds), "--stats", str(stats), "--quiet"),
            ],
            cwd=ROOT,
            check=True,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        told = json.loads(stats.read_text())["latency_ms"]
        return {stage: told[stage]["p50"] for stage in STAGES}


def main(seconds: float) -> None:
    """Print the medians without and with a layer, and the difference."""
    runs: dict[bool, list[dict[str, float]]] = {False: [], True: []}
    for _ in range(TURNS):
        for layer in (False, True):
            runs[layer].append(once(seconds, layer=layer))
    out = sys.stdout
    out.write("median, ms: stage, one source, with a layer, added\n")
    for stage in STAGES:
        alone, mixed = (
            float(np.median([run[stage] for run in runs[layer]]))
            for layer in (False, True)
        )
        out.write(f"  {stage:16} {alone:7.3f} {mixed:7.3f} {mixed - alone:+7.3f}\n")


if __name__ == "__main__":
    main(float(sys.argv[1]) if len(sys.argv) > 1 else 20.0)
