"""Made takes, weights for them in a folder of their own, and jobs that refine them."""

from __future__ import annotations

import hashlib
import json
from fractions import Fraction
from pathlib import Path

import numpy as np

from bridge.refine.job import Job, Outcome, refine_file
from bridge.refine.locks import Locks
from bridge.takes.take import About, Recording, Take
from bridge.takes.write import write_recording
from engines.motion.signals import PLACE, TURN, WEIGHTS
from protocols.arrays import Floats, Mask
from protocols.channels import CHANNELS, EXPRESSIONS, POSITION_SLICE, bone_slice
from protocols.timecode import Timeline
from tests.engines.refine.networks import calming_graph
from tests.engines.refine.performance import performance

SHARE = 0.35


def vectors(count: int, *, fps: float = 60.0, seed: int = 0) -> Floats:
    """Return (n, 85) frames of a performance, its turn shared with the neck."""
    _, signals = performance(count, fps=fps, seed=seed)
    rng = np.random.default_rng(seed)
    out = np.zeros((count, len(CHANNELS)), np.float32)
    out[:, : WEIGHTS.stop] = signals[:, WEIGHTS]
    out[:, bone_slice("head")] = (1.0 - SHARE) * signals[:, TURN]
    out[:, bone_slice("neck")] = SHARE * signals[:, TURN]
    out[:, POSITION_SLICE] = signals[:, PLACE]
    out[:, bone_slice("jaw").start] = 0.3 * signals[:, 17]
    out[:, bone_slice("leftEye")] = rng.normal(0.0, 0.01, (count, 3))
    return out


def take(
    count: int = 400,
    *,
    subject: str = "anna",
    fps: float = 60.0,
    tracked: Mask | None = None,
    seed: int = 0,
) -> Take:
    at_ns = np.round(np.arange(count) * 1e9 / fps).astype(np.int64) + 5_000_000_000
    timeline = Timeline(Fraction(round(fps)))
    values = vectors(count, fps=fps, seed=seed)
    seen = np.ones(count, bool) if tracked is None else tracked
    for i in np.flatnonzero(~seen).tolist():
        values[i] = values[max(i - 1, 0)]
    return Take(
        subject,
        at_ns,
        np.arange(count, dtype=np.int64),
        values,
        np.zeros((count, len(EXPRESSIONS)), np.float32),
        seen.astype(np.float32),
        seen,
        tuple(timeline.at(int(each)) for each in at_ns),
    )


def gaps(count: int, *holes: tuple[int, int]) -> Mask:
    """Return (n,) tracked: not in the holes."""
    out = np.ones(count, bool)
    for first, last in holes:
        out[first:last] = False
    return out


def recorded(path: Path, *takes: Take) -> Path:
    """Write a file of takes."""
    write_recording(path, Recording(About("12A", 3, source="a test"), takes))
    return path


def weights(folder: Path, content: bytes | None = None, damage: bytes = b"") -> Path:
    """Write a folder of weights with a manifest."""
    content = calming_graph() if content is None else content
    folder.mkdir(exist_ok=True)
    (folder / "refiner.onnx").write_bytes(content + damage)
    (folder / "manifest.toml").write_text(
        f'[refiner]\nfile = "refiner.onnx"\nsha256 = "'
        f'{hashlib.sha256(content).hexdigest()}"\nlicence = "any"\ndata = "none"\n'
    )
    return folder


def job(
    path: Path,
    *,
    amount: float = 1.0,
    locks: Locks | None = None,
    to: Path | None = None,
) -> Job:
    folder = path.parent / "weights"
    if not folder.exists():
        weights(folder)
    return Job(path, to or path.parent, amount, locks or Locks(), folder)


def refine(work: Job) -> Outcome:
    return refine_file(work, lambda _part: None)


def broken() -> Take:
    return take(900, tracked=gaps(900, (200, 212), (400, 500)))


def ran_on(library: Path) -> set[tuple[str, str]]:
    """Return what the reports say of precision and runtime."""
    found = [json.loads(path.read_text()) for path in library.glob("*_refined.json")]
    return {
        (one["precision"], one["runtime"].rpartition("thread, ")[2]) for one in found
    }
